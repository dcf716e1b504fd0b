//! What a snapshot says of itself, signed: every file with its hash, every source, rule and the opposed it obeyed.
//!
//! On disk: `manifest`, a signed note (C2SP signed-note, Ed25519) whose text is this value as JSON.

use std::fs;
use std::path::Path;

use hygie_ledger::note::{self, Signer, Verifier};
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::building::Place;
use crate::tables::Order;

/// The form of this manifest and of the files it names. 1 had one file a bucket; 2 may part a bucket's rows by year.
pub const FORMAT: u32 = 2;
/// In how many buckets persons may lie.
const BUCKETS: std::ops::RangeInclusive<u32> = 1..=4096;

/// A snapshot's manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The form; filled in when it is published. 1 is read as well.
    pub format: u32,
    /// The snapshot's number; the next is greater.
    pub number: u64,
    /// The snapshot that this one continues, if any.
    pub continues: Option<u64>,
    /// When it was made, seconds since 1970-01-01.
    pub made_at: i64,
    /// The model of its tables.
    pub schema: String,
    /// In how many buckets persons lie: a person's is `person_id` modulo this.
    pub buckets: u32,
    /// The key under which its pseudonyms were made, by its name.
    pub pseudonyms: String,
    /// The number of the list of the opposed that it was built without.
    pub opposed_list: u64,
    /// SHA-256 of that list.
    pub opposed_hash: String,
    /// What it was made from.
    pub sources: Vec<SourceEntry>,
    /// The rules that were asked for, and how many rows each removed.
    pub rules: Vec<RuleEntry>,
    /// Its tables.
    pub tables: Vec<TableEntry>,
}

/// A file that a snapshot was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceEntry {
    /// Its name, without folders.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
    /// Its rows, without those about persons who oppose.
    pub rows: u64,
}

/// A rule of the import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleEntry {
    /// Its name.
    pub name: String,
    /// Whether it was on.
    pub on: bool,
    /// How many rows it removed.
    pub removed: u64,
}

/// A table in one order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableEntry {
    /// The CDM's name.
    pub table: String,
    /// The order of its rows.
    pub order: Order,
    /// Its files.
    pub files: Vec<FileEntry>,
}

impl TableEntry {
    /// How many rows.
    pub fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }
}

/// A Parquet file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Its place in the snapshot's folder.
    pub path: String,
    /// The bucket of persons that it holds; none where a table is not about persons.
    pub bucket: Option<u32>,
    /// The year of care in which what it tells began, where a bucket's rows are parted by years.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
    /// Its size.
    pub bytes: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
    /// Its rows.
    pub rows: u64,
}

impl FileEntry {
    /// Whose rows it holds; nobody's where its table is not about persons.
    pub fn place(&self) -> Option<Place> {
        let year = self.year;
        self.bucket.map(|bucket| Place { bucket, year })
    }
}

impl Manifest {
    /// The files of a table in an order.
    ///
    /// # Errors
    /// [`Error::Absent`].
    pub fn table(&self, table: &str, order: Order) -> Result<&TableEntry, Error> {
        let found = |entry: &&TableEntry| entry.table == table && entry.order == order;
        self.tables.iter().find(found).ok_or_else(|| {
            let name = format!("{table}/{}", order.folder());
            let instead = format!("snapshot {} holds {}", self.number, self.names());
            Error::absent("table", &name, instead)
        })
    }

    /// Whether there is such a table.
    pub fn has(&self, table: &str, order: Order) -> bool {
        self.table(table, order).is_ok()
    }

    fn names(&self) -> String {
        let name = |entry: &TableEntry| format!("{}/{}", entry.table, entry.order.folder());
        self.tables.iter().map(name).collect::<Vec<_>>().join(", ")
    }

    pub(crate) fn sign(&self, at: &Path, signer: &Signer) -> Result<String, Error> {
        let text = serde_json::to_string_pretty(self).map_err(|why| Error::unverified(at, why))?;
        note::sign(&format!("{text}\n"), signer).map_err(|why| Error::unverified(at, why))
    }

    pub(crate) fn read(at: &Path, verifier: &Verifier) -> Result<Manifest, Error> {
        let note = fs::read_to_string(at).map_err(|source| Error::file("read", at, source))?;
        let text = note::open(&note, verifier).map_err(|why| Error::unverified(at, why))?;
        let manifest: Manifest =
            serde_json::from_str(text).map_err(|why| Error::unverified(at, why))?;
        if !(1..=FORMAT).contains(&manifest.format) {
            let why = format!(
                "its form {} is none of this version (1 to {FORMAT}): read it with a newer program",
                manifest.format
            );
            return Err(Error::unverified(at, why));
        }
        let mut files = manifest.tables.iter().flat_map(|table| &table.files);
        let nowhere = files.any(|file| file.bucket.is_some_and(|at| at >= manifest.buckets));
        if !BUCKETS.contains(&manifest.buckets) || nowhere {
            let why = "its files are of buckets that it does not have";
            return Err(Error::unverified(at, why));
        }
        Ok(manifest)
    }
}
