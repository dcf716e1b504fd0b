use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{PersonId, Purpose};

/// In which role somebody acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActorKind {
    /// The person whose space it is.
    Holder,
    /// Somebody who acts for a person: a parent, a guardian, a helper with a mandate. Known by the id of his
    /// account; that he may, is written in the person's rights.
    Representative,
    /// A professional, known by RPPS number.
    Professional,
    /// A structure's software, known by FINESS number.
    Software,
    /// Who runs the installation; sees no content but for portability.
    Operator,
    /// The roll of the insured: enters oppositions for those who have no account, and opens no record.
    Enrolment,
    /// Helps people with the use of their space, and on the telephone to oppose; sees no health data at all.
    Support,
    /// A program that a holder lets in, within scopes.
    App,
    /// The way out to research: reads the list of oppositions, and opens no record.
    Crossing,
    /// Signs people in: keeps their accounts, and opens no record.
    SignIn,
    /// The data-protection officer: looks after cases about people's rights (GDPR art. 38(4)), and opens nothing.
    Officer,
}

impl ActorKind {
    /// Every role.
    pub const ALL: [Self; 11] = [
        Self::Holder,
        Self::Representative,
        Self::Professional,
        Self::Software,
        Self::Operator,
        Self::Enrolment,
        Self::Support,
        Self::App,
        Self::Crossing,
        Self::SignIn,
        Self::Officer,
    ];

    /// The role of this [`ActorKind::word`].
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// What this role may ask for at all; the keeper checks it whatever care decided.
    pub fn may_claim(self, purpose: Purpose) -> bool {
        match self {
            Self::Holder | Self::Representative | Self::App => purpose == Purpose::PatientRequest,
            Self::Professional => matches!(purpose, Purpose::Treatment | Purpose::Regulation),
            Self::Software => purpose == Purpose::Treatment,
            Self::Operator => matches!(
                purpose,
                Purpose::Import | Purpose::Portability | Purpose::Closure | Purpose::Keeping
            ),
            Self::Enrolment => purpose == Purpose::Enrolment,
            Self::Support => matches!(purpose, Purpose::Training | Purpose::Enrolment),
            Self::Crossing => purpose == Purpose::Research,
            Self::SignIn => purpose == Purpose::SignIn,
            // No key is ever his: what he reads, enrolment opens for him, and names him.
            Self::Officer => false,
        }
    }

    /// The purpose of a request that names none.
    pub fn default_purpose(self) -> Purpose {
        match self {
            Self::Holder | Self::Representative | Self::App => Purpose::PatientRequest,
            Self::Professional | Self::Software => Purpose::Treatment,
            Self::Operator => Purpose::Import,
            Self::Enrolment => Purpose::Enrolment,
            Self::Support => Purpose::Training,
            Self::Crossing => Purpose::Research,
            Self::SignIn => Purpose::SignIn,
            Self::Officer => Purpose::Enrolment,
        }
    }

    /// The word used in tokens, policies and audit events.
    pub fn word(self) -> &'static str {
        match self {
            Self::Holder => "holder",
            Self::Professional => "professional",
            Self::Software => "software",
            Self::Operator => "operator",
            Self::Enrolment => "enrolment",
            Self::Representative => "representative",
            Self::Support => "support",
            Self::App => "app",
            Self::Crossing => "crossing",
            Self::SignIn => "sign-in",
            Self::Officer => "officer",
        }
    }
}

/// Who acts, as written in the trail and beside each entry.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ActorRef {
    /// The role.
    pub kind: ActorKind,
    /// RPPS number, FINESS number, person id, account id, app's or operator's name, by role.
    pub id: String,
    /// The name to show to the holder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The person that a holder is, that a representative acts for, or who let an app in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// Profession code (value set J01, such as `G15_10`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profession: Option<String>,
    /// Sector code (value set J02, such as `SA01`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sector: Option<String>,
    /// FINESS number of the structure acted for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub structure: Option<String>,
    /// The care team acted in (art. L. 1110-12 CSP), by its identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// What an app asked for and got: scopes as SMART App Launch 2 writes them, parted by spaces. Of the crossing: the
    /// id of the research project that it takes something out for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

impl ActorRef {
    /// An actor of this role and id, of whom nothing else is known.
    pub fn new(kind: ActorKind, id: impl Into<String>) -> Self {
        Self {
            kind,
            id: id.into(),
            name: None,
            person: None,
            profession: None,
            sector: None,
            structure: None,
            team: None,
            scope: None,
        }
    }
}

impl fmt::Debug for ActorRef {
    /// The role only: names and numbers of people never reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ActorRef({})", self.kind.word())
    }
}
