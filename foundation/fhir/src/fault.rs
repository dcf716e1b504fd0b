//! What is wrong with an input, where, and by which rule: the stuff of an
//! OperationOutcome, kept apart from the content it is about.

use std::fmt;

/// How bad it is (R4 value set `issue-severity`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing after this place could be read.
    Fatal,
    /// The resource is refused.
    Error,
    /// The resource is taken; its sender should know.
    Warning,
    /// Nothing is wrong.
    Information,
}

impl Severity {
    /// The code of R4's `issue-severity`.
    pub fn code(self) -> &'static str {
        match self {
            Severity::Fatal => "fatal",
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Information => "information",
        }
    }
}

/// Longest echo, in characters.
const ECHO: usize = 64;

/// One fault of an input. `Display` and `Debug` show the rule and the place
/// and never the offending input, so both are fit for a log.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{rule} (at {place}{})", Offset(*offset))]
pub struct Fault {
    pub severity: Severity,
    /// A code of R4's `issue-type`: `structure`, `value`, `invalid`,
    /// `required`, `not-supported`, `too-long`, `too-costly`, `duplicate`,
    /// `not-found`, `conflict`.
    pub code: &'static str,
    /// FHIRPath made only of names that R4 defines and of indices, such as
    /// `Patient.contact[0].name`; `Resource` where no type is known.
    pub place: String,
    /// Bytes from the beginning of the input.
    pub offset: Option<u64>,
    /// The rule that is broken, for people; holds nothing of the content.
    pub rule: String,
    /// The offending input, at most 64 characters: for the sender alone, never
    /// for a log.
    pub echo: Option<String>,
}

impl Fault {
    /// An error at a place.
    pub fn error(code: &'static str, place: impl Into<String>, rule: impl Into<String>) -> Fault {
        Fault {
            severity: Severity::Error,
            code,
            place: place.into(),
            offset: None,
            rule: rule.into(),
            echo: None,
        }
    }

    /// The same fault with the byte where it was found.
    pub fn at(mut self, offset: usize) -> Fault {
        self.offset = Some(offset as u64);
        self
    }

    /// The same fault with the offending input, shortened to 64 characters.
    pub fn echoing(mut self, input: &str) -> Fault {
        let mut echo: String = input.chars().take(ECHO).collect();
        if echo.len() < input.len() {
            echo.pop();
            echo.push('…');
        }
        self.echo = Some(echo);
        self
    }

    /// The same fault, after which nothing more could be read.
    pub fn fatal(mut self) -> Fault {
        self.severity = Severity::Fatal;
        self
    }
}

struct Offset(Option<u64>);

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(offset) => write!(f, ", byte {offset}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fault")
            .field("severity", &self.severity)
            .field("code", &self.code)
            .field("place", &self.place)
            .field("offset", &self.offset)
            .field("rule", &self.rule)
            .finish_non_exhaustive()
    }
}
