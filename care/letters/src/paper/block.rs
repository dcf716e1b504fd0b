//! What a letter consists of, before it is laid out on paper or written as plain text.

/// A part of a letter. `<<` and `>>` stand around what is bold; a line of a text is a line on paper too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    /// What the letter is about; its first heading.
    Title(String),
    Heading(String),
    Text(String),
    /// Numbered; an empty line stands between two items.
    Steps(String),
    /// Names and what they stand for.
    Facts(Vec<(String, String)>),
    /// A code to copy, large.
    Code(Panel),
    /// Text that machines read: broken anywhere, never hyphenated.
    Machine(String),
    /// For those who read another language, which is named by its tag.
    Passage(String, &'static str),
    /// What comes after begins a page.
    Turn,
    /// Stands at the foot of its page, to be cut off.
    Slip(Slip),
}

/// A code, what it is for, and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Panel {
    pub(super) label: String,
    pub(super) code: String,
    pub(super) hints: Vec<String>,
    pub(super) square: Option<Square>,
}

/// A QR code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Square {
    pub(super) url: String,
    pub(super) caption: String,
    pub(super) alternative: String,
}

/// What is cut off, filled in and sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slip {
    pub(super) cut: String,
    pub(super) title: String,
    pub(super) say: String,
    pub(super) code: (String, String),
    /// What is filled in by hand.
    pub(super) fields: Vec<String>,
    pub(super) to: String,
    pub(super) address: Vec<String>,
}
