//! What became of every row: taken, removed by a rule, gone with its line, or refused with a reason.

use std::collections::{BTreeMap, BTreeSet};

use hygie_snapshot::Manifest;
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
    /// Numbers and ranks that the reference gives to several persons: what is told under them is told of one of them, and of
    /// none where one of them opposes.
    pub ambiguous: u64,
    /// Codes that no nomenclature lists, by system and code.
    pub unlisted: u64,
    /// What it cost to continue the snapshot before; nothing of a whole import.
    pub appended: Option<Appended>,
}

/// What became of the files of the snapshot that was continued. Bytes are those of the snapshot's files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appended {
    /// The snapshot that was continued.
    pub continues: u64,
    /// Whether there was nothing to do: then no snapshot was made.
    pub nothing: bool,
    /// Units that are new or others than before: months of flow, years of stays.
    pub units: Vec<String>,
    /// The years of care of which files were written anew; what is derived of all years is written anew each time.
    pub years: Vec<i32>,
    /// Why all years were written anew, if they were.
    pub all: Option<String>,
    /// Files taken over as they are, and their bytes.
    pub linked: u64,
    /// Their bytes.
    pub linked_bytes: u64,
    /// Files that were written.
    pub written: u64,
    /// Their bytes.
    pub written_bytes: u64,
    /// Their rows, both orders counted.
    pub written_rows: u64,
    /// Numbers and ranks of those who opposed at an import before, and whom no reference names since: what is told under them is
    /// left out as of somebody who opposes, also where he withdrew, until a newer IR_BEN_R names him.
    #[serde(default)]
    pub erased: u64,
    /// Raw rows of the opposed that are gone from where they were kept.
    pub forgotten: u64,
}

impl Appended {
    /// Tells what of a snapshot's files the one before has as well.
    pub(crate) fn of(before: &Manifest, after: &Manifest) -> Appended {
        let files = |manifest: &Manifest| {
            let tables = manifest.tables.clone().into_iter();
            tables.flat_map(|table| table.files).collect::<Vec<_>>()
        };
        let there: BTreeSet<String> = files(before).into_iter().map(|file| file.path).collect();
        let mut appended = Appended {
            continues: before.number,
            ..Appended::default()
        };
        for file in files(after) {
            if there.contains(&file.path) {
                appended.linked += 1;
                appended.linked_bytes += file.bytes;
            } else {
                appended.written += 1;
                appended.written_bytes += file.bytes;
                appended.written_rows += file.rows;
            }
        }
        appended
    }
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
