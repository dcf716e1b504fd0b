//! What an entry holds once opened: CBOR with field names, so that later fields can be added
//! and old entries are read for ever. The form is final: fields are added, never changed.

use std::sync::Arc;

use hygie_fhir::Json;
use hygie_notice::{ActorRef, Millis};
use hygie_policy::Mark;
use hygie_vault::Document;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::documents::{self, Laid};
use crate::identity::Identity;
use crate::{Error, Scope};

/// Entry kinds of the vault, as written in the clear header.
pub const CONTENT: u8 = 1;
/// See [`CONTENT`].
pub const RIGHTS: u8 = 2;
/// See [`CONTENT`]: all changes of `content` up to here, one [`Share`] an author.
pub const SNAPSHOT: u8 = 3;

/// A change of `content`, by one author.
#[derive(Serialize, Deserialize)]
pub struct Change {
    /// When it was acknowledged, by care's clock.
    pub at: Millis,
    /// Who made it.
    pub author: ActorRef,
    /// The new versions, in order.
    pub puts: Vec<Put>,
}

/// What one author wrote, as a snapshot holds it.
#[derive(Serialize, Deserialize)]
pub struct Share {
    /// Who made the changes.
    pub author: ActorRef,
    /// His changes, oldest first.
    pub changes: Vec<Kept>,
}

/// A change in a snapshot.
#[derive(Serialize, Deserialize)]
pub struct Kept {
    /// The sequence of the entry that it came in: its place among the changes of all authors.
    pub place: u64,
    /// As in [`Change`].
    pub at: Millis,
    /// As in [`Change`].
    pub puts: Vec<Put>,
}

/// One new version of one resource.
#[derive(Serialize, Deserialize)]
pub struct Put {
    /// Logical id, unique within the resource type.
    pub id: String,
    /// Opaque version id.
    pub version: String,
    /// Where it came from, when it was imported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Whether this version says that the resource is deleted; `json` then holds type and id only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// The resource as compact JSON, without `meta.versionId` and `meta.lastUpdated`.
    #[serde(with = "serde_bytes")]
    pub json: Vec<u8>,
    /// Texts of the resource that lie outside this entry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<Laid>,
    /// What of them no entry claimed yet: the one that holds this does.
    #[serde(skip)]
    pub fresh: Vec<Arc<Document>>,
}

impl Put {
    /// A new version of a resource.
    pub fn of(id: String, version: String, resource: &Json) -> Self {
        let mut put = Self {
            id,
            version,
            origin: None,
            deleted: false,
            json: Vec::new(),
            documents: Vec::new(),
            fresh: Vec::new(),
        };
        put.lay(resource);
        put
    }

    /// Sets what the resource is.
    pub fn lay(&mut self, resource: &Json) {
        (self.json, self.documents, self.fresh) = documents::lay(resource);
    }

    /// The resource.
    ///
    /// # Errors
    /// [`Error::UnknownForm`] when it is none that this program wrote.
    pub fn read(&self) -> Result<Json, Error> {
        documents::unlay(&self.json, &self.documents, &self.fresh)
    }
}

/// What the entry of these puts claims.
pub fn fresh<'a>(puts: impl IntoIterator<Item = &'a Put>) -> Vec<Arc<Document>> {
    puts.into_iter()
        .flat_map(|put| put.fresh.iter().cloned())
        .collect()
}

/// The import key: by it the same input is recognised when it comes again.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Origin {
    /// The source system's name.
    pub source: String,
    /// The fullUrl, or type/id.
    pub url: String,
    /// SHA-256 of the compact JSON as it came.
    #[serde(with = "serde_bytes")]
    pub hash: [u8; 32],
}

/// A change of `rights`, by one author.
#[derive(Serialize, Deserialize)]
pub struct RightsChange {
    /// When it was acknowledged, by care's clock.
    pub at: Millis,
    /// Who made it.
    pub author: ActorRef,
    /// What changed.
    pub right: Right,
}

/// What can be written in `rights`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Right {
    /// The holder authorises somebody, in the words of a FHIR Consent.
    Authorise {
        /// The Consent that says it.
        put: Put,
        /// RPPS number of a professional, when one is named.
        professional: Option<String>,
        /// FINESS number of a structure, when one is named.
        structure: Option<String>,
        /// A care team, when one is named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        team: Option<String>,
        /// A program, when one is named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        app: Option<String>,
        /// Codes of the classes of documents it is about; all where it names none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        classes: Option<Vec<String>>,
        /// The one item (`Type/id`) it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<String>,
        /// The professional is the treating doctor.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        treating: bool,
        /// Valid from.
        from: Option<Millis>,
        /// Valid until.
        until: Option<Millis>,
    },
    /// The holder blocks somebody, in the words of a FHIR Consent that denies.
    Block {
        /// The Consent that says it.
        put: Put,
        /// RPPS number of a professional, when one is named.
        professional: Option<String>,
        /// FINESS number of a structure, when one is named.
        structure: Option<String>,
        /// A care team, when one is named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        team: Option<String>,
    },
    /// A structure or a care team says that it cares for the person, who was told so.
    Care {
        /// The Consent that says it.
        put: Put,
        /// FINESS number of the structure, when it is one.
        structure: Option<String>,
        /// The care team, when it is one.
        team: Option<String>,
        /// From when.
        from: Millis,
        /// Until when.
        until: Millis,
    },
    /// A professional declares an emergency.
    Emergency {
        /// His RPPS number.
        professional: String,
        /// Why, a code of the closed list.
        reason: String,
        /// From when.
        from: Millis,
        /// Until when.
        until: Millis,
    },
    /// The person says what he wishes; what is not said stays as it was.
    Wish(Wishes),
    /// Somebody may act for the person.
    Mandate {
        /// By it the mandate is ended.
        id: String,
        /// Who.
        mandate: MandateForm,
    },
    /// The mandate of this id ends.
    EndMandate {
        /// Its id.
        id: String,
    },
    /// The person is of age from this moment on.
    OfAge {
        /// When; none for who always was, as far as is known.
        at: Option<Millis>,
    },
    /// The holder takes back what the Consent of this id said.
    TakeBack {
        /// The Consent's new version: inactive, or deleted.
        put: Put,
    },
    /// The register tells otherwise who the person is.
    Identify {
        /// The version of his Patient that this makes.
        version: String,
        /// All that it tells.
        identity: Identity,
    },
    /// The person opposes the space: from here on `decide` refuses.
    Oppose {
        /// Number of the receipt that was given.
        receipt: String,
    },
    /// Something was said in a case about the person's rights (GDPR arts. 15 to 22).
    Case {
        /// The case's number.
        case: String,
        /// What, in CBOR, as enrolment knows it.
        #[serde(with = "serde_bytes")]
        said: Vec<u8>,
    },
    /// The record is kept and not read, while this case says so (GDPR art. 18).
    Restrict {
        /// The case's number.
        case: String,
    },
    /// That case says so no more.
    Release {
        /// The case's number.
        case: String,
        /// From when on; at once where nothing is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Millis>,
    },
    /// The person takes his opposition back.
    Relent {
        /// Number of the receipt that was given.
        receipt: String,
    },
    /// The person opposes something short of the whole space: from here on `decide` refuses it.
    Refuse {
        /// What.
        scope: Scope,
        /// Number of the receipt that was given.
        receipt: String,
    },
    /// The person takes that back.
    Allow {
        /// What.
        scope: Scope,
        /// Number of the receipt that was given.
        receipt: String,
    },
    /// An item's visibility changes; the item keeps its version.
    Mask {
        /// `Type/id` of the item.
        item: String,
        /// Whether it bears the mark from now on.
        masked: bool,
        /// Which mark; masked to professionals where nothing is said.
        #[serde(default)]
        mark: MarkForm,
        /// Where among its labels the mark stands.
        #[serde(default)]
        place: usize,
    },
}

/// What a person wishes for all who might read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wishes {
    /// Care teams are presumed authorised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presumption: Option<bool>,
    /// A declared emergency opens what it opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub break_glass: Option<bool>,
    /// Regulation centres read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regulation: Option<bool>,
    /// Where letters go that say that something is new; an empty address for nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letters: Option<Letters>,
}

/// Where the letters of a person go.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letters {
    /// An e-mail address; empty for none.
    pub address: String,
    /// The language, ISO 639.
    pub language: String,
}

impl std::fmt::Debug for Letters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Letters(…)")
    }
}

/// A mandate as it is written down.
#[derive(Clone, Serialize, Deserialize)]
pub struct MandateForm {
    /// The id of the account that acts.
    pub account: String,
    /// The name to show.
    pub name: String,
    /// `parent`, `guardian` or `helper`.
    pub role: String,
    /// Codes of the classes of documents a helper sees; all where it names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes: Option<Vec<String>>,
    /// From when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Millis>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Millis>,
    /// Where a parent is told that something is new for the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letters: Option<Letters>,
}

/// A mark as it is written down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MarkForm {
    /// Masked to professionals.
    #[default]
    Masked,
    /// Not yet announced to the person.
    Unannounced,
    /// Invisible to who acts for the person.
    Secret,
}

impl From<Mark> for MarkForm {
    fn from(mark: Mark) -> Self {
        match mark {
            Mark::Masked => Self::Masked,
            Mark::Unannounced => Self::Unannounced,
            Mark::Secret => Self::Secret,
        }
    }
}

impl From<MarkForm> for Mark {
    fn from(form: MarkForm) -> Self {
        match form {
            MarkForm::Masked => Self::Masked,
            MarkForm::Unannounced => Self::Unannounced,
            MarkForm::Secret => Self::Secret,
        }
    }
}

/// A change of a page of the roll. What the news are, enrolment knows.
#[derive(Serialize, Deserialize)]
pub struct RollChange<N> {
    /// When it was acknowledged, by care's clock.
    pub at: Millis,
    /// Who made it.
    pub author: ActorRef,
    /// What changed, in order.
    pub news: Vec<N>,
}

/// Prints a change.
pub fn encode<T: Serialize>(change: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(change, &mut bytes).expect("writing to memory succeeds");
    bytes
}

/// Reads a change.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    ciborium::from_reader(bytes).map_err(|_| Error::UnknownForm)
}
