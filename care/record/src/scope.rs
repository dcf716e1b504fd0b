use std::fmt;
use std::str::FromStr;

use hygie_identity::{Finess, Rpps};
use serde::{Deserialize, Serialize};

/// Longest id of a research project, in bytes.
const PROJECT: usize = 64;

/// What an opposition is about (GDPR art. 21; art. L. 1111-13-1 CSP). One text form everywhere: `space`, `research`,
/// `professional:{RPPS}`, `structure:{FINESS}`, `project:{id}`.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Scope {
    /// The whole space.
    #[default]
    Space,
    /// That this professional adds to the record, by RPPS number.
    Professional(String),
    /// That this structure does, with all who act for it, by FINESS number.
    Structure(String),
    /// All research.
    Research,
    /// One research project, by its id: 1 to 64 letters, digits, `-`, `_` and `.`.
    Project(String),
}

/// A text that names no scope. It holds nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a scope is `space`, `research`, `professional:{{RPPS}}`, `structure:{{FINESS}}` or `project:{{id}}`"
)]
pub struct NoScope;

impl Scope {
    /// Whether it is the whole space.
    pub fn is_whole(&self) -> bool {
        *self == Self::Space
    }

    /// Whether the crossing must be told: it takes nobody out who refuses his space, research, or this project.
    pub fn is_for_research(&self) -> bool {
        matches!(self, Self::Space | Self::Research | Self::Project(_))
    }

    /// Its kind: what stands before the number.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Space => "space",
            Self::Professional(_) => "professional",
            Self::Structure(_) => "structure",
            Self::Research => "research",
            Self::Project(_) => "project",
        }
    }

    /// The number or id that it names.
    pub fn named(&self) -> Option<&str> {
        match self {
            Self::Space | Self::Research => None,
            Self::Professional(named) | Self::Structure(named) | Self::Project(named) => {
                Some(named)
            }
        }
    }
}

impl FromStr for Scope {
    type Err = NoScope;

    fn from_str(text: &str) -> Result<Self, NoScope> {
        let project = |id: &str| {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            (1..=PROJECT).contains(&id.len()) && id.bytes().all(plain)
        };
        match text.split_once(':') {
            None if text == "space" => Ok(Self::Space),
            None if text == "research" => Ok(Self::Research),
            Some(("professional", number)) if Rpps::parse(number).is_ok() => {
                Ok(Self::Professional(number.to_owned()))
            }
            Some(("structure", number)) if Finess::parse(number).is_ok() => {
                Ok(Self::Structure(number.to_owned()))
            }
            Some(("project", id)) if project(id) => Ok(Self::Project(id.to_owned())),
            _ => Err(NoScope),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.named() {
            None => f.write_str(self.kind()),
            Some(named) => write!(f, "{}:{named}", self.kind()),
        }
    }
}

impl fmt::Debug for Scope {
    /// The kind only: whom somebody refuses says something about him.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scope({})", self.kind())
    }
}

impl TryFrom<String> for Scope {
    type Error = NoScope;

    fn try_from(text: String) -> Result<Self, NoScope> {
        text.parse()
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.to_string()
    }
}

#[cfg(test)]
mod tests {
    //! Dangers: a scope that is read as another one than was written; a number with a slip in its length taken.
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::Scope;

    #[test]
    fn a_scope_is_read_as_it_was_written_and_nothing_else_is_one() {
        for text in [
            "space",
            "research",
            "professional:10001234567",
            "structure:2A0000012",
            "project:diabetes-2027",
        ] {
            let scope: Scope = text.parse().unwrap();
            assert_eq!(scope.to_string(), text);
            assert!(!format!("{scope:?}").contains("1000"));
        }
        let long = format!("project:{}", "a".repeat(65));
        for text in [
            "",
            "Space",
            "space:",
            "research:all",
            "professional:1000123456",
            "structure:12345678",
            "project:",
            "project:a b",
            "project:é",
            &long,
        ] {
            assert!(text.parse::<Scope>().is_err(), "{text}");
        }
    }
}
