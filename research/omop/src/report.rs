//! What became of every row.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What became of a file's rows: `rows` is `taken`, `opposed`, `folded`, `withheld` and `rejected` together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReport {
    /// Its name.
    pub name: String,
    /// Its table.
    pub table: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
    /// Rows read.
    pub rows: u64,
    /// Rows of the snapshot.
    pub taken: u64,
    /// Rows about persons who oppose: nothing of them is kept.
    pub opposed: u64,
    /// Rows of `cost` whose amounts stand at their events.
    pub folded: u64,
    /// Rows of free text, which names people; they are kept sealed.
    pub withheld: u64,
    /// Rows refused, by reason; they are kept sealed, with it.
    pub rejected: BTreeMap<String, u64>,
    /// Fields that name people, with how many values were left out; their rows are kept sealed.
    pub names: BTreeMap<String, u64>,
    /// Fields that name rows which are not there or are another person's, with how many became null.
    pub loose: BTreeMap<String, u64>,
    /// Columns that the CDM does not have.
    pub unknown_columns: Vec<String>,
    /// Fields that the CDM has and the file has not.
    pub missing_columns: Vec<String>,
}

impl FileReport {
    pub(crate) fn count(counts: &mut BTreeMap<String, u64>, what: &str) {
        match counts.get_mut(what) {
            Some(count) => *count += 1,
            None => {
                counts.insert(what.to_owned(), 1);
            }
        }
    }

    /// Rows that something became of.
    pub fn accounted(&self) -> u64 {
        let rejected: u64 = self.rejected.values().sum();
        self.taken + self.opposed + self.folded + self.withheld + rejected
    }
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The snapshot it made.
    pub snapshot: u64,
    /// Its files.
    pub files: Vec<FileReport>,
    /// Files that hold no table of the CDM.
    pub not_read: Vec<String>,
    /// Tables of the CDM of which there is no file.
    pub missing: Vec<String>,
    /// Persons of the snapshot.
    pub persons: u64,
    /// Persons who oppose, of whom nothing was written.
    pub opposed: u64,
    /// Rows of each table of the snapshot.
    pub tables: BTreeMap<String, u64>,
}

impl Report {
    /// How many rows were read.
    pub fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }

    /// How many rows are in the snapshot, as rows or as amounts of their events.
    pub fn taken(&self) -> u64 {
        let taken = |file: &FileReport| file.taken + file.folded;
        self.files.iter().map(taken).sum()
    }

    /// How many rows were refused.
    pub fn rejected(&self) -> u64 {
        let counts = self.files.iter().flat_map(|file| file.rejected.values());
        counts.sum()
    }
}
