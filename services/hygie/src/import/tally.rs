//! The summary, which adds up: every entry of the input is in exactly one of its numbers.

use std::fmt;
use std::path::Path;

use serde_json::{Value, json};

/// What became of the entries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// New in a person's record.
    pub taken: u64,
    /// There already, word for word.
    pub already: u64,
    /// Gone to the directory of organisations and professionals.
    pub directory: u64,
    /// Refused: listed in the reject file.
    pub rejected: u64,
}

impl Tally {
    /// Every entry of the input.
    pub fn total(self) -> u64 {
        self.taken + self.already + self.directory + self.rejected
    }

    /// Adds what became of other entries.
    pub fn add(&mut self, other: Self) {
        self.taken += other.taken;
        self.already += other.already;
        self.directory += other.directory;
        self.rejected += other.rejected;
    }

    /// The object that `import --json` prints.
    pub fn json(self, rejects: Option<&Path>) -> Value {
        json!({
            "taken": self.taken,
            "already": self.already,
            "directory": self.directory,
            "rejected": self.rejected,
            "total": self.total(),
            "rejects": rejects,
        })
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} taken + {} already there + {} directory + {} rejected = {} in all",
            self.taken,
            self.already,
            self.directory,
            self.rejected,
            self.total()
        )
    }
}
