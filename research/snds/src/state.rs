//! What an import leaves beside its units for the next month: who is who under which numbers, of persons, professionals,
//! establishments and places; what codes became; whom the list of the opposed took away.
//!
//! A sealed file ([`crate::seal`]), `kept`: pieces of rows of the reference, then of those whom only claims name, and last
//! [`Kept`] as JSON.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hygie_snapshot::Pseudonym;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::bucket::Strangers;
use crate::persons::{Next, Persons, Row};
use crate::report::FileReport;
use crate::rules::Rules;
use crate::seal::{Sealed, Sealing, Seals};

/// The form of what is kept.
pub(crate) const FORM: u32 = 1;
/// Rows of a piece.
const ROWS: usize = 1 << 20;

/// What a code became: vocabulary, code, local concept, standard concept, domain.
pub(crate) type Code = (String, String, i32, i32, String);

/// What is kept beside the units.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) form: u32,
    /// The snapshot that it is of, and when that was made.
    pub(crate) snapshot: u64,
    pub(crate) made_at: i64,
    /// The key of its pseudonyms, by name.
    pub(crate) key: String,
    pub(crate) buckets: u32,
    pub(crate) rules: Rules,
    /// The files of the reference.
    pub(crate) references: Vec<FileReport>,
    pub(crate) next: Next,
    /// Professionals, and establishments.
    pub(crate) providers: [BTreeMap<String, i32>; 2],
    pub(crate) locations: BTreeMap<String, i32>,
    pub(crate) codes: Vec<Code>,
    /// Whether nomenclatures were given, and whether standard concepts were.
    pub(crate) listed: bool,
    pub(crate) mapped: bool,
    /// Whether acts have their activity: versions before did not write it.
    #[serde(default)]
    pub(crate) activities: bool,
    /// Claim events that were summed away, by bucket and year of care.
    pub(crate) netted: Vec<(u32, Option<i32>, u64)>,
    /// The names of the units.
    pub(crate) units: Vec<String>,
    /// Where pieces lie: of the reference, then of the others.
    pub(crate) pieces: [Vec<(u64, u64)>; 2],
}

/// What was kept, open.
pub(crate) struct State {
    pub(crate) kept: Kept,
    file: Sealed,
}

/// Where it lies among the units of a snapshot.
fn path(folder: &Path) -> PathBuf {
    folder.join("kept.state")
}

impl State {
    /// Opens what was kept in a folder; none when there is nothing, or it is of another key or form.
    pub(crate) fn open(folder: &Path, seals: &dyn Seals) -> Result<Option<State>, Error> {
        let Some((file, last)) = Sealed::open(&path(folder), seals)? else {
            return Ok(None);
        };
        let kept: Kept = serde_json::from_slice(&last).map_err(|_| file.damaged())?;
        Ok((kept.form == FORM).then_some(State { kept, file }))
    }

    /// Gives each row of the reference, up to the first error.
    pub(crate) fn reference(
        &self,
        mut take: impl FnMut(Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        for (number, piece) in (0u64..).zip(&self.kept.pieces[0]) {
            let bytes = self.file.piece(number, *piece)?;
            for row in bytes.as_chunks().0 {
                take(Row::get(row))?;
            }
        }
        Ok(())
    }

    /// Those whom only claims named, with their numbers.
    pub(crate) fn strangers(&self) -> Result<BTreeMap<Pseudonym, i32>, Error> {
        let mut strangers = BTreeMap::new();
        let first = self.kept.pieces[0].len() as u64;
        for (number, piece) in (first..).zip(&self.kept.pieces[1]) {
            let bytes = self.file.piece(number, *piece)?;
            for row in bytes.as_chunks::<20>().0 {
                let (name, number) = row.split_first_chunk::<16>().expect("20 bytes");
                let number: [u8; 4] = number.try_into().expect("4 are left");
                strangers.insert(*name, i32::from_le_bytes(number));
            }
        }
        Ok(strangers)
    }
}

impl Kept {
    /// Writes it, durably.
    pub(crate) fn write(
        mut self,
        (folder, seals): (&Path, &dyn Seals),
        persons: &Persons,
        strangers: &Strangers,
    ) -> Result<(), Error> {
        let mut file = Sealing::begin(&path(folder), seals)?;
        let mut number = 0;
        let mut bytes = Vec::new();
        let mut pieces = [Vec::new(), Vec::new()];
        let mut seal = |bytes: &mut Vec<u8>, pieces: &mut Vec<(u64, u64)>| {
            if !bytes.is_empty() {
                pieces.push(file.piece(number, bytes)?);
                number += 1;
                bytes.clear();
            }
            Ok::<_, Error>(())
        };
        for row in persons.rows() {
            row.put(&mut bytes);
            if bytes.len() >= ROWS * Row::SIZE {
                seal(&mut bytes, &mut pieces[0])?;
            }
        }
        seal(&mut bytes, &mut pieces[0])?;
        for (name, number) in strangers.numbers() {
            bytes.extend_from_slice(name);
            bytes.extend_from_slice(&number.to_le_bytes());
            if bytes.len() >= ROWS * 20 {
                seal(&mut bytes, &mut pieces[1])?;
            }
        }
        seal(&mut bytes, &mut pieces[1])?;
        self.pieces = pieces;
        let last = serde_json::to_vec(&self).expect("numbers and texts are JSON");
        file.finish(&last)
    }
}
