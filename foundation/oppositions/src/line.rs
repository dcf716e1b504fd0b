use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What of research somebody refuses. One text form: `space`, `research`, `project:{id}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum About {
    /// His whole space, and so all research that comes from it.
    Space,
    /// All research.
    Research,
    /// One project, by its id.
    Project(String),
}

/// A line of the list. It names a person. Care keeps it on sealed sheets; the file that `hygie crossing oppositions` writes, of which
/// lists of the opposed are made, is plain JSON with national numbers: its mode (0600) protects it, and nothing else.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Its number, from 0, without gaps.
    pub number: u64,
    /// When it was said, in milliseconds since 1970.
    pub at: u64,
    /// The system of the person's national number, as FHIR writes it.
    pub system: String,
    /// The number, 13 characters.
    pub ins: String,
    /// What it is about.
    pub scope: About,
    /// Whether the person opposes it from here on, or no longer.
    pub opposed: bool,
    /// Number of the receipt that the person was given.
    pub receipt: String,
}

impl Line {
    /// The bytes that the list's hash is made over: its JSON, in this order of members, without spaces.
    pub fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a line of strings and numbers has a JSON form")
    }
}

impl fmt::Debug for Line {
    /// Its number only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line({}, …)", self.number)
    }
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Space => f.write_str("space"),
            Self::Research => f.write_str("research"),
            Self::Project(id) => write!(f, "project:{id}"),
        }
    }
}

impl FromStr for About {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match (text, text.strip_prefix("project:")) {
            ("space", _) => Ok(Self::Space),
            ("research", _) => Ok(Self::Research),
            (_, Some(id)) if !id.is_empty() => Ok(Self::Project(id.to_owned())),
            _ => Err("neither `space`, `research` nor `project:{id}`"),
        }
    }
}

impl TryFrom<String> for About {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<About> for String {
    fn from(about: About) -> Self {
        about.to_string()
    }
}
