//! Where raw rows go: the crossing's bronze, behind a trait, so that research knows no key.

use std::collections::HashSet;
use std::path::Path;

/// Where raw rows are kept, sealed: the crossing's bronze. Persons are named by their pseudonyms, of 16 bytes.
pub trait Keep: Sync {
    /// Begins the rows of a file, whose part is named by [`part`]; what an earlier try left of it is replaced. The first row is
    /// its [`crate::heading`], about nobody.
    ///
    /// # Errors
    /// A text that says what to do.
    fn file(&self, table: &str, part: &str) -> Result<Box<dyn KeepRows + '_>, String>;
    /// Loses every row about one of these persons, whenever it was kept.
    ///
    /// # Errors
    /// A text that says what to do.
    fn forget(&self, persons: &HashSet<[u8; 16]>) -> Result<Forgotten, String>;
}

/// What the raw rows of a file are called: its stem, and the first 8 bytes of its SHA-256 (`hash`, hexadecimal). Another
/// file of its name has another part, and takes nobody's place.
pub fn part(path: &Path, hash: &str) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let begin = hash.get(..16).unwrap_or(hash);
    format!("{stem}.{begin}")
}

/// What it cost to lose rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Rows that are gone.
    pub rows: u64,
    /// Files that were written anew without them.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// The rows of a file, on their way to where they are kept.
pub trait KeepRows {
    /// A row as it came, the pseudonym of whom it is about, where that is known, and why it was refused, if it was.
    ///
    /// # Errors
    /// A text that says what to do.
    fn row(
        &mut self,
        person: Option<[u8; 16]>,
        raw: &[u8],
        reason: Option<&str>,
    ) -> Result<(), String>;
    /// Makes them durable.
    ///
    /// # Errors
    /// A text that says what to do.
    fn finish(self: Box<Self>) -> Result<(), String>;
}
