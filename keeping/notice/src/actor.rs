use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{PersonId, Purpose};

/// In which role somebody acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActorKind {
    /// The person whose space it is.
    Holder,
    /// A professional, known by RPPS number.
    Professional,
    /// A structure's software, known by FINESS number.
    Software,
    /// Who runs the installation; sees no content but for portability.
    Operator,
    /// The roll of the insured: enters oppositions for those who have no account, and opens no record.
    Enrolment,
}

impl ActorKind {
    /// What this role may ask for at all; the keeper checks it whatever care decided.
    pub fn may_claim(self, purpose: Purpose) -> bool {
        match self {
            Self::Holder => purpose == Purpose::PatientRequest,
            Self::Professional | Self::Software => purpose == Purpose::Treatment,
            Self::Operator => matches!(
                purpose,
                Purpose::Import | Purpose::Portability | Purpose::Closure | Purpose::Keeping
            ),
            Self::Enrolment => purpose == Purpose::Enrolment,
        }
    }

    /// The purpose of a request that names none.
    pub fn default_purpose(self) -> Purpose {
        match self {
            Self::Holder => Purpose::PatientRequest,
            Self::Professional | Self::Software => Purpose::Treatment,
            Self::Operator => Purpose::Import,
            Self::Enrolment => Purpose::Enrolment,
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
        }
    }
}

/// Who acts, as written in the trail and beside each entry.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ActorRef {
    /// The role.
    pub kind: ActorKind,
    /// RPPS number, FINESS number, person id or operator's name, by role.
    pub id: String,
    /// The name to show to the holder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The person a holder is.
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
}

impl fmt::Debug for ActorRef {
    /// The role only: names and numbers of people never reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ActorRef({})", self.kind.word())
    }
}
