//! One version of one resource, as a folder keeps it: its text, and what was parsed of it once somebody asked.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use hygie_fhir::{Outline, Resource};
use hygie_notice::{ActorRef, Millis};
use hygie_policy::Marks;

use crate::change::Put;
use crate::mentions::{Mentions, ids_in};
use crate::nature::Nature;
use crate::{Error, ids, masking};

/// One version of one resource.
///
/// Its text is what is sent, and a fifth of what the parsed resource takes in memory: a record is opened without
/// parsing it, and what nobody searches stays text.
pub struct Item {
    nature: Nature,
    id: String,
    /// The resource as compact JSON, `meta` filled in; printed when it is first wanted.
    text: OnceLock<Arc<[u8]>>,
    parsed: OnceLock<Parsed>,
    /// Whether parts of it lie elsewhere: then it is kept parsed, and has no text.
    outlying: bool,
    /// What counts the parsed bytes.
    tally: Tally,
    /// Opaque version id.
    pub version: String,
    /// When this version was acknowledged.
    pub updated: Millis,
    /// Who made this version.
    pub author: Arc<ActorRef>,
    /// Whether this version says that the resource is deleted.
    pub deleted: bool,
    /// The marks of visibility that it bears.
    pub(crate) marks: Marks,
}

impl Item {
    /// Builds the item that a put describes.
    pub(crate) fn of(put: &Put, at: Millis, author: Arc<ActorRef>) -> Result<Self, Error> {
        if let Some(item) = Self::unparsed(put, at, &author) {
            return Ok(item);
        }
        let resource = Resource::from_json(put.read()?).map_err(|_| Error::UnknownForm)?;
        Ok(Self::with(resource, put, at, author))
    }

    /// The same, of a text that need not be parsed for it.
    fn unparsed(put: &Put, at: Millis, author: &Arc<ActorRef>) -> Option<Self> {
        if !put.documents.is_empty() {
            return None;
        }
        let outline = Outline::of(&put.json)?;
        if outline.has(masking::LABELS) {
            return None;
        }
        let text = outline.stamped(&put.version, &ids::instant(at))?;
        Some(Self {
            text: OnceLock::from(Arc::from(text)),
            outlying: false,
            ..Self::bare(
                Nature::outlined(outline.kind()?, &outline),
                put,
                at,
                Arc::clone(author),
            )
        })
    }

    /// The item that a put describes, of the resource that its JSON was printed from.
    pub(crate) fn with(
        mut resource: Resource,
        put: &Put,
        at: Millis,
        author: Arc<ActorRef>,
    ) -> Self {
        resource.set_version(&put.version, &ids::instant(at));
        Self {
            marks: masking::marks_of(resource.json()),
            ..Self::bare(
                Nature::of(resource.kind(), resource.json()),
                put,
                at,
                author,
            )
        }
        .holding(resource)
    }

    /// The same, with what was parsed.
    fn holding(self, resource: Resource) -> Self {
        Self {
            parsed: OnceLock::from(Parsed::of(resource, &Tally::default())),
            ..self
        }
    }

    fn bare(nature: Nature, put: &Put, at: Millis, author: Arc<ActorRef>) -> Self {
        Self {
            nature,
            id: put.id.clone(),
            text: OnceLock::new(),
            parsed: OnceLock::new(),
            outlying: !put.documents.is_empty(),
            tally: Tally::default(),
            version: put.version.clone(),
            updated: at,
            author,
            deleted: put.deleted,
            marks: Marks::default(),
        }
    }

    /// The same version of another content: with other marks.
    pub(crate) fn remarked(&self, resource: Resource, marks: Marks) -> Self {
        Self {
            parsed: OnceLock::from(Parsed::of(resource, &Tally::default())),
            marks,
            ..self.shell()
        }
    }

    /// The version behind this one, with its marks: what it is called, when it was made, and by whom.
    pub(crate) fn followed(
        &self,
        resource: Resource,
        (version, updated, author): (String, Millis, Arc<ActorRef>),
    ) -> Self {
        Self {
            version,
            updated,
            author,
            ..self.remarked(resource, self.marks)
        }
    }

    /// The same item, to be kept in a folder while this one is answered with.
    pub(crate) fn copied(&self) -> Self {
        if self.text().is_some() {
            return Self {
                text: self.text.clone(),
                ..self.shell()
            };
        }
        let parsed = Parsed::of(self.resource().clone(), &Tally::default());
        Self {
            parsed: OnceLock::from(parsed),
            ..self.shell()
        }
    }

    /// All but the content.
    fn shell(&self) -> Self {
        Self {
            nature: self.nature,
            id: self.id.clone(),
            text: OnceLock::new(),
            parsed: OnceLock::new(),
            outlying: self.outlying,
            tally: Tally::default(),
            version: self.version.clone(),
            updated: self.updated,
            author: Arc::clone(&self.author),
            deleted: self.deleted,
            marks: self.marks,
        }
    }

    /// The item as a folder keeps it: as text, where it has one, until somebody asks for more; `tally` counts that.
    pub(crate) fn shelved(mut self, tally: &Tally) -> Self {
        if self.text().is_some() {
            self.parsed = OnceLock::new();
        }
        self.tally = tally.clone();
        self
    }

    /// Bytes that it takes in memory from the start; what is parsed later is counted by its tally.
    pub(crate) fn weight(&self) -> usize {
        let text = self.text.get().map_or(0, |text| text.len());
        let parsed = self.parsed.get().map_or(0, |parsed| parsed.held.bytes);
        text + parsed
    }

    /// The resource type: `Patient`.
    pub fn kind(&self) -> &'static str {
        self.nature.kind
    }

    /// What the rules tell apart about it.
    pub(crate) fn nature(&self) -> Nature {
        self.nature
    }

    /// The logical id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The resource, its `meta` filled in; of a deleted one only type and id.
    pub fn resource(&self) -> &Resource {
        &self.parsed().resource
    }

    /// The resource as compact JSON; `None` where parts of it lie elsewhere.
    pub fn text(&self) -> Option<&Arc<[u8]>> {
        let printed = || Arc::from(self.resource().print());
        (!self.outlying).then(|| self.text.get_or_init(printed))
    }

    /// What of a record it mentions.
    pub(crate) fn mentions(&self) -> &Mentions {
        let parsed = self.parsed();
        parsed
            .mentions
            .get_or_init(|| Mentions::of(&parsed.resource))
    }

    /// Ids of a person's record that stand in it, found in its text where it has one.
    pub(crate) fn ids(&self) -> Vec<String> {
        let text = self.text().and_then(|text| str::from_utf8(text).ok());
        match text.filter(|text| !text.contains("\\u")) {
            Some(text) => ids_in(text).map(str::to_owned).collect(),
            None => self.mentions().ids.clone(),
        }
    }

    fn parsed(&self) -> &Parsed {
        self.parsed.get_or_init(|| {
            let text = self.text.get().map_or(&[][..], |text| text);
            let resource = Resource::parse(text, &crate::folder::SHELF);
            Parsed::of(
                resource.expect("what an entry holds is what was printed of a resource"),
                &self.tally,
            )
        })
    }

    /// Type and id, as in a reference.
    pub fn reference(&self) -> String {
        format!("{}/{}", self.kind(), self.id)
    }
}

/// Shows the type only: the content is about a person.
impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Item")
            .field("kind", &self.kind())
            .finish_non_exhaustive()
    }
}

struct Parsed {
    resource: Resource,
    /// What it mentions, once somebody needed to know.
    mentions: OnceLock<Mentions>,
    held: Held,
}

/// Bytes of what a resource mentions, about.
const MENTIONS: usize = 384;

impl Parsed {
    fn of(resource: Resource, tally: &Tally) -> Self {
        let held = tally.hold(resource.json().footprint() + MENTIONS);
        Self {
            resource,
            mentions: OnceLock::new(),
            held,
        }
    }
}

/// Counts the bytes of resources that were parsed and still are in memory.
#[derive(Clone, Default)]
pub(crate) struct Tally(Arc<AtomicUsize>);

impl Tally {
    /// Bytes held now.
    pub fn bytes(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    fn hold(&self, bytes: usize) -> Held {
        self.0.fetch_add(bytes, Ordering::Relaxed);
        Held {
            tally: self.clone(),
            bytes,
        }
    }
}

/// Bytes that are counted until it is dropped.
struct Held {
    tally: Tally,
    bytes: usize,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.tally.0.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
