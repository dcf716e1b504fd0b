//! What became of every row: taken, removed by a rule, gone with its line, or refused with a reason.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::rules::Rule;

/// What became of a file's rows: `rows` is the sum of all the others.
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
    /// Rows that became events, or what is known of persons.
    pub taken: u64,
    /// Rows that each rule removed.
    pub removed: BTreeMap<Rule, u64>,
    /// Rows that were about a line or stay that a rule removed.
    pub followed: u64,
    /// Rows that say nothing that the CDM holds: they name a line that they only qualify.
    pub qualified: u64,
    /// Rows refused, by reason; they are kept with it.
    pub rejected: BTreeMap<String, u64>,
    /// Columns that the published schema does not have.
    pub unknown_columns: Vec<String>,
    /// Columns of the published schema that are not there, and that the import does without.
    pub missing_columns: Vec<String>,
}

impl FileReport {
    pub(crate) fn remove(&mut self, rule: Rule) {
        *self.removed.entry(rule).or_default() += 1;
    }

    pub(crate) fn reject(&mut self, reason: &str) {
        match self.rejected.get_mut(reason) {
            Some(count) => *count += 1,
            None => {
                self.rejected.insert(reason.to_owned(), 1);
            }
        }
    }

    /// Rows that something became of.
    pub fn accounted(&self) -> u64 {
        let removed: u64 = self.removed.values().sum();
        let rejected: u64 = self.rejected.values().sum();
        self.taken + removed + self.followed + self.qualified + rejected
    }
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The snapshot it made.
    pub snapshot: u64,
    /// Its files.
    pub files: Vec<FileReport>,
    /// Files that hold no table that the import knows.
    pub not_read: Vec<String>,
    /// Claim events that were summed away: regularisations and what they undid.
    pub netted: u64,
    /// Rows of each table of the snapshot.
    pub tables: BTreeMap<String, u64>,
    /// Persons of the reference, and those whom only claims name.
    pub persons: u64,
    /// Of these, who stands in no reference.
    pub unreferenced: u64,
    /// Persons who oppose, of whom nothing was written.
    pub opposed: u64,
    /// Codes that no nomenclature lists, by system and code.
    pub unlisted: u64,
}

impl Report {
    /// How many rows a rule removed.
    pub fn removed(&self, rule: Rule) -> u64 {
        if rule == Rule::Regularisations {
            return self.netted;
        }
        self.files
            .iter()
            .filter_map(|file| file.removed.get(&rule))
            .sum()
    }

    /// How many rows were refused.
    pub fn rejected(&self) -> u64 {
        self.files
            .iter()
            .flat_map(|file| file.rejected.values())
            .sum()
    }
}
