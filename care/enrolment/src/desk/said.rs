//! What is said in a case, sealed in the person's `rights`.

use serde::{Deserialize, Serialize};

use super::corrections::Wrong;

/// The longest text, in bytes.
pub(super) const LONGEST: usize = 8_000;

/// Something that was said. The form is final: fields are added, never changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// As what.
    pub topic: Topic,
    /// In his words.
    pub text: String,
    /// The officer, where it was one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// Of who has no account: his name, and where the answer goes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub contact: String,
    /// Of who has no account: how it was made sure that it is he (art. 12(6) GDPR).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub checked: String,
    /// The item that is wrong, where the case is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrong: Option<Wrong>,
    /// Who is told that it was corrected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<String>,
}

/// What something is said as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// What the person asks.
    #[default]
    Asked,
    /// Why it takes longer.
    Extended,
    /// That it will be done.
    Granted,
    /// The answer.
    Answered,
    /// Why not.
    Refused,
    /// The author of an item, that he corrected it.
    Corrected,
    /// The author of an item, why he does not.
    Declined,
    /// Who is told of a correction.
    Told,
    /// Why a restriction ends.
    Lifting,
}

impl Topic {
    /// The word used in texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Extended => "extended",
            Self::Granted => "granted",
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::Corrected => "corrected",
            Self::Declined => "declined",
            Self::Told => "told",
            Self::Lifting => "lifting",
        }
    }
}

/// A text as it is kept: not longer than it may be, cut at a character's end.
pub(super) fn clipped(text: &str) -> String {
    let text = text.trim();
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}
