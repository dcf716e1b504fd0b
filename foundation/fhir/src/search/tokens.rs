//! Codes and identifiers (R4, 3.1.1.4.10).

use super::escape::{split, unescape};
use super::strings::Folded;

/// A code or identifier of a resource.
#[derive(Clone, PartialEq, Eq)]
pub struct Token<'a> {
    pub system: Option<&'a str>,
    pub code: Option<&'a str>,
    /// What `:text` searches: display, text, text of an identifier's type.
    pub texts: [Option<&'a str>; 2],
    /// Whether the system follows from the definitions and is not written.
    pub implied: bool,
    /// Whether the case of the letters counts: ids, URIs and plain strings.
    pub exact: bool,
}

impl<'a> Token<'a> {
    /// A token of a system and a code, either absent.
    pub fn new(system: Option<&'a str>, code: Option<&'a str>) -> Token<'a> {
        Token {
            system,
            code,
            texts: [None, None],
            implied: false,
            exact: false,
        }
    }
}

/// One alternative of a token search.
pub struct Query {
    system: System,
    code: Option<String>,
}

enum System {
    Any,
    Absent,
    Is(String),
}

impl Query {
    /// `code`, `system|code`, `|code` or `system|`, its escapes still there;
    /// none when it is none of these.
    pub fn parse(piece: &str) -> Option<Query> {
        let parts: Option<Vec<String>> = split(piece, '|').into_iter().map(unescape).collect();
        let some = |text: String| (!text.is_empty()).then_some(text);
        let mut parts = parts?.into_iter();
        match (parts.next(), parts.next(), parts.next()) {
            (Some(code), None, _) => Some(Query {
                system: System::Any,
                code: Some(some(code)?),
            }),
            (Some(system), Some(code), None) => match (some(system), some(code)) {
                (None, None) => None,
                (None, code) => Some(Query {
                    system: System::Absent,
                    code,
                }),
                (Some(system), code) => Some(Query {
                    system: System::Is(system),
                    code,
                }),
            },
            _ => None,
        }
    }

    /// Whether the alternative asks for a system by its name.
    pub fn names_a_system(&self) -> bool {
        matches!(self.system, System::Is(_))
    }

    pub fn matches(&self, token: &Token<'_>) -> bool {
        let system_fits = match &self.system {
            System::Any => true,
            System::Absent => token.system.is_none() || token.implied,
            System::Is(system) => token.system == Some(system),
        };
        system_fits
            && self
                .code
                .as_deref()
                .is_none_or(|code| code_fits(code, token))
    }
}

/// R4: when in doubt whether case counts, it does not, because a code too many
/// harms less than one missed.
fn code_fits(asked: &str, token: &Token<'_>) -> bool {
    token.code.is_some_and(|code| {
        if token.exact {
            code == asked
        } else {
            code.eq_ignore_ascii_case(asked)
        }
    })
}

/// `:text`: a string search over the words that go with a code.
pub fn text_matches(asked: &Folded, token: &Token<'_>) -> bool {
    token
        .texts
        .iter()
        .flatten()
        .any(|text| Folded::new(text).starts_with(asked))
}
