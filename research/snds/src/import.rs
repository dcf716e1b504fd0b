//! An import, from files to a snapshot: beneficiaries first, then units side by side, then buckets side by side.
//!
//! What is done stays done: each unit is a file of its own in a folder of the snapshot that it is for, and is made again only
//! when what it was made of has changed. A crash loses the units that were not whole. What the next month needs is written
//! beside them, then the snapshot is published, all at once, then units of snapshots before go.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hygie_rows::{Header, Keep, KeepRows, Row, side_by_side};
use hygie_snapshot::{Opposed, Pseudonym, Signer};

use crate::error::Error;
use crate::event::Event;
use crate::layout::BEN;
use crate::persons::{self, Gathering, Next, Persons, Print};
use crate::progress::Progress;
use crate::rank::{self, Rank};
use crate::report::{FileReport, Report};
use crate::rules::{Rule, Rules};
use crate::seal::Seals;
use crate::source::{self, Source};
use crate::unit::Unit;
use crate::vocabulary::Vocabulary;

mod append;
mod beneficiaries;
mod buckets;
mod carried;
pub(crate) mod finish;
mod plans;
mod renewal;
mod units;

pub(crate) use append::Before;
use carried::Stores;
use plans::{last_day, plans, twice};
pub use renewal::{Renewal, Renewed, Units};

/// Who makes pseudonyms: the crossing, with a key that stays there.
pub trait Pseudonyms: Sync {
    /// The pseudonym of a person of the reference, by his identity of the first step (`BEN_IDT_ANO`).
    fn person(&self, first_step: &str) -> Pseudonym;
    /// The pseudonym of a person whom the reference does not name, by `BEN_NIR_PSA` and `BEN_RNG_GEM`.
    fn insured(&self, number: &str, rank: u8) -> Pseudonym;
}

/// What an import needs.
pub struct Import<'a> {
    /// The folder of the files.
    pub from: &'a Path,
    /// The folder of the snapshots.
    pub into: &'a Path,
    /// The folder of units, in the crossing's zone: one for each snapshot, of which the newest is kept for the next month.
    pub units: &'a Path,
    /// Who seals them: they name professionals.
    pub seals: &'a dyn Seals,
    /// Which rules are on; a month that is appended obeys those of the import that it continues.
    pub rules: Rules,
    /// Bytes of memory that it may use, about: the reference of beneficiaries has its part of it. Months and years that are more
    /// than what is left are spilled to the folder of units.
    pub budget: u64,
    /// Threads.
    pub threads: usize,
    /// In how many buckets persons lie; none: by the size of the files, or as in what is continued.
    pub buckets: Option<u32>,
    /// Who makes pseudonyms.
    pub pseudonyms: &'a dyn Pseudonyms,
    /// Where raw rows are kept.
    pub keep: &'a dyn Keep,
    /// Who opposes.
    pub opposed: &'a Opposed,
    /// The nomenclatures.
    pub vocabulary: Vocabulary,
    /// Who signs.
    pub signer: &'a Signer,
    /// Now, seconds since 1970-01-01.
    pub now_s: i64,
    /// Is told how far it is.
    pub progress: &'a (dyn Fn(Progress<'_>) + Sync),
}

/// What every unit needs.
pub(crate) struct Job<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) persons: &'a Persons,
    pub(crate) pseudonyms: &'a dyn Pseudonyms,
    pub(crate) opposed: &'a Opposed,
    keep: &'a dyn Keep,
    seals: &'a dyn Seals,
    hashes: &'a BTreeMap<PathBuf, (u64, String)>,
    buckets: u32,
    share: u64,
    last_flow: i32,
    progress: &'a (dyn Fn(Progress<'_>) + Sync),
}

impl Job<'_> {
    /// Bytes of memory that a unit may use.
    pub(crate) fn share(&self) -> u64 {
        self.share
    }

    /// Who seals what it lays on disk.
    pub(crate) fn seals(&self) -> &dyn Seals {
        self.seals
    }

    pub(crate) fn size(&self, source: &Source) -> u64 {
        self.hashes.get(&source.path).map_or(0, |(bytes, _)| *bytes)
    }

    /// A rank, where ranks count.
    pub(crate) fn rank<'b>(&self, text: &'b [u8]) -> Rank<'b> {
        if self.rules.on(Rule::TwinRank) {
            rank::rank(text)
        } else {
            Rank::ONLY
        }
    }

    pub(crate) fn bucket(&self, name: &Pseudonym) -> u32 {
        persons::bucket(name, self.buckets)
    }

    pub(crate) fn opposes(&self, place: u32) -> bool {
        self.persons.number(place) == 0
    }

    /// As events name a person of this unit, by his place in the reference or after it.
    pub(crate) fn id(&self, place: u32) -> u32 {
        match (place as usize).checked_sub(self.persons.len()) {
            Some(stranger) => Event::STRANGER + u32::try_from(stranger).expect("a place fits"),
            None => self.persons.number(place).unsigned_abs(),
        }
    }

    /// The pseudonym of a person whom the reference does not name. Where ranks do not count, whoever has the number is meant:
    /// if one of them opposes, it is his.
    pub(crate) fn stranger(&self, number: &[u8], rank: Rank<'_>) -> Pseudonym {
        let number = String::from_utf8_lossy(number);
        if !self.rules.on(Rule::TwinRank) {
            let mut all = (1..=9).map(|rank| self.pseudonyms.insured(&number, rank));
            if let Some(name) = all.find(|name| self.opposed.holds(name)) {
                return name;
            }
        }
        rank.insured(&number, |number, rank| {
            self.pseudonyms.insured(number, rank)
        })
    }

    /// Whom a row names by a number and a rank, by their places. A row of more fields than the header names several, for
    /// nobody can say behind which field its columns are shifted: if one of them opposes it is his, and it is somebody's whom
    /// the reference knows where it knows no other of them.
    pub(crate) fn whose(&self, row: &Row<'_>, places: (usize, usize)) -> Whose {
        if row.surplus() > SHIFTS && self.may_be_opposed(row) {
            return Whose::Opposed;
        }
        if row.surplus() > 0 {
            let all = readings(row, places);
            return one(all.map(|(number, rank)| self.named(number, rank)));
        }
        let (number, rank) = places;
        if !row.has(number) || !row.has(rank) || row.get(number).is_empty() {
            return self.anybody(row);
        }
        self.named(row.get(number), row.get(rank)).0
    }

    /// Whom a number and a rank name, and whether the reference knows him.
    fn named(&self, number: &[u8], rank: &[u8]) -> (Whose, bool) {
        let rank = self.rank(rank);
        match self.persons.find(Print::of(number, rank)) {
            Some(place) if self.opposes(place) => (Whose::Opposed, true),
            Some(place) => (Whose::Person(*self.persons.name(place)), true),
            None => (self.of_name(self.stranger(number, rank)), false),
        }
    }

    /// Whom a row names by his identity of the first step, by its place; of a longer row as [`Job::whose`].
    pub(crate) fn whose_identity(&self, row: &Row<'_>, place: usize) -> Whose {
        if row.surplus() > SHIFTS && self.may_be_opposed(row) {
            return Whose::Opposed;
        }
        if row.surplus() > 0 {
            let names = self.identities(row, place);
            return one(names.map(|name| (self.of_name(name), self.persons.place(&name).is_some())));
        }
        let identity = std::str::from_utf8(row.get(place)).unwrap_or_default();
        if !row.has(place) || identity.is_empty() {
            return self.anybody(row);
        }
        self.of_name(self.pseudonyms.person(identity))
    }

    /// The pseudonyms that a row names by an identity of the first step, wherever it stands.
    fn identities<'b>(
        &'b self,
        row: &'b Row<'_>,
        place: usize,
    ) -> impl Iterator<Item = Pseudonym> + 'b {
        let all = (0..=row.surplus().min(SHIFTS)).map(move |by| row.shifted(place, by));
        let texts = all.filter_map(|identity| std::str::from_utf8(identity).ok());
        let texts = texts.filter(|identity| !identity.is_empty());
        texts.map(|identity| self.pseudonyms.person(identity))
    }

    /// Whether a row that leads to nobody may be about somebody who opposes all the same: what it leads by may stand elsewhere in
    /// it. Nothing of it is kept.
    pub(crate) fn may_be_opposed(&self, row: &Row<'_>) -> bool {
        row.is_scattered() && !self.opposed.is_empty()
    }

    /// Whom a row means that names nobody where it should.
    fn anybody(&self, row: &Row<'_>) -> Whose {
        if self.may_be_opposed(row) {
            Whose::Opposed
        } else {
            Whose::Nobody
        }
    }

    fn of_name(&self, name: Pseudonym) -> Whose {
        if self.opposed.holds(&name) {
            Whose::Opposed
        } else {
            Whose::Person(name)
        }
    }

    /// Whether a day lies in the last six months of the flows.
    pub(crate) fn too_late(&self, day: i32) -> bool {
        day > self.last_flow - 183
    }

    /// An empty report of a file.
    pub(crate) fn report(&self, source: &Source) -> Result<FileReport, Error> {
        let (bytes, sha256) = self.hashes.get(&source.path).cloned().unwrap_or_default();
        let name = source
            .path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Ok(FileReport {
            name,
            table: source.layout.table.to_owned(),
            bytes,
            sha256,
            ..FileReport::default()
        })
    }

    /// Puts down what a header said.
    pub(crate) fn note(&self, report: &mut FileReport, header: Header) {
        report.rows = header.rows;
        report.unknown_columns = header.unknown;
        report.missing_columns = header.missing;
    }

    /// Begins the raw rows of a file, with the line that names their columns.
    pub(crate) fn keep(&self, source: &Source) -> Result<Kept<'_>, Error> {
        let (_, hash) = self.hashes.get(&source.path).cloned().unwrap_or_default();
        let part = hygie_rows::part(&source.path, &hash);
        let mut rows = self
            .keep
            .file(source.layout.table, &part)
            .map_err(Error::Keep)?;
        let raw = hygie_rows::heading(&source.path)?;
        rows.row(None, &raw, None).map_err(Error::Keep)?;
        Ok(Kept {
            rows,
            raw,
            told: 0,
            progress: self.progress,
        })
    }
}

/// Whom a row is about that is refused before it is read, as far as its columns can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// That can't be told: the row has no tag, and can't be purged.
    Nobody,
    /// Somebody who opposes: nothing of it is kept.
    Opposed,
    /// His pseudonym.
    Person(Pseudonym),
}

/// By how many fields too many a row is read, at most. Of one that has more anybody may be meant: if anybody opposes, he is.
const SHIFTS: usize = 8;

/// The numbers and ranks that a row may name, wherever the fields stand of which it has too many. None is empty.
fn readings<'a>(
    row: &'a Row<'_>,
    (number, rank): (usize, usize),
) -> impl Iterator<Item = (&'a [u8], &'a [u8])> + 'a {
    let shifts = 0..=row.surplus().min(SHIFTS);
    let numbers = shifts.clone().map(move |by| row.shifted(number, by));
    let numbers = numbers.filter(|number| !number.is_empty());
    numbers.flat_map(move |number| {
        let ranks = shifts.clone();
        ranks.map(move |by| (number, row.shifted(rank, by)))
    })
}

/// Who of several is meant, of whom the reference knows some.
fn one(all: impl Iterator<Item = (Whose, bool)>) -> Whose {
    let mut meant = Whose::Nobody;
    let mut several = false;
    for (whose, known) in all {
        match whose {
            Whose::Opposed => return Whose::Opposed,
            Whose::Person(_) if known => {
                several |= meant != Whose::Nobody && meant != whose;
                meant = whose;
            }
            Whose::Person(_) | Whose::Nobody => {}
        }
    }
    if several { Whose::Nobody } else { meant }
}

/// What is at hand when buckets are written.
pub(crate) struct Made {
    persons: Persons,
    next: Next,
    units: Vec<Unit>,
    references: Vec<FileReport>,
    /// What is continued; none by a whole import.
    before: Option<Before>,
}

/// Raw rows on their way to be kept.
pub(crate) struct Kept<'a> {
    rows: Box<dyn KeepRows + 'a>,
    raw: Vec<u8>,
    /// Rows of which was not told yet.
    told: u64,
    progress: &'a (dyn Fn(Progress<'_>) + Sync),
}

/// Rows of a file after which is told how far it is.
const TOLD_ROWS: u64 = 1 << 20;

impl Kept<'_> {
    pub(crate) fn keep(
        &mut self,
        row: &Row<'_>,
        tag: Option<[u8; 16]>,
        reason: Option<&str>,
    ) -> Result<(), Error> {
        self.told += 1;
        if self.told == TOLD_ROWS {
            (self.progress)(Progress::Rows(std::mem::take(&mut self.told)));
        }
        row.raw(&mut self.raw);
        let reason = reason.map(|reason| format!("line {}: {reason}", row.line));
        let kept = self.rows.row(tag, &self.raw, reason.as_deref());
        kept.map_err(Error::Keep)
    }

    /// Refuses a row: it is kept under whom it is about, with its reason, unless he opposes.
    pub(crate) fn refuse(
        &mut self,
        row: &Row<'_>,
        (whose, reason): (Whose, &'static str),
        report: &mut FileReport,
    ) -> Result<(), Error> {
        let tag = match whose {
            Whose::Opposed => {
                report.remove(Rule::Opposed);
                return Ok(());
            }
            Whose::Person(name) => Some(name),
            Whose::Nobody => None,
        };
        report.reject(reason);
        self.keep(row, tag, Some(reason))
    }

    pub(crate) fn finish(self) -> Result<(), Error> {
        (self.progress)(Progress::Rows(self.told));
        self.rows.finish().map_err(Error::Keep)
    }
}

impl Import<'_> {
    /// Imports a whole extraction, and answers what became of every row.
    ///
    /// # Errors
    /// [`Error`]; what is done is found again by the next try.
    pub fn run(self) -> Result<Report, Error> {
        let (sources, others) = source::find(self.from)?;
        let lines = sources
            .iter()
            .any(|source| source.layout.table == "ER_PRS_F");
        if !lines || !sources.iter().any(|source| *source.layout == BEN) {
            let why = "holds no ER_PRS_F or no IR_BEN_R (as .csv or .parquet); give the folder of a whole extraction";
            return Err(Error::Nothing {
                dir: self.from.to_owned(),
                why: why.to_owned(),
            });
        }
        twice(self.from, &sources)?;
        let number = self.number()?;
        let hashes = self.hashes(&sources)?;
        let buckets = self.buckets(&sources, &hashes);
        let mut next = Next::new(buckets);
        let mut gathering = Gathering::new(buckets, self.budget);
        let references = self.beneficiaries(&sources, &hashes, &mut gathering)?;
        let persons = gathering.table(&mut next, |name| self.opposed.holds(name));
        let plans = plans(&sources);
        let last_flow = self.last_flow(&plans)?;
        let job = self.job((&persons, buckets), &hashes, last_flow)?;
        let folder = self.stores().folder(number)?;
        let under = self.under("whole", &references);
        let units = self.units(&job, &plans, (&folder, &under))?;
        let told = units.iter().flat_map(|unit| &unit.trailer.files);
        let report = Report {
            snapshot: number,
            files: references.iter().chain(told).cloned().collect(),
            not_read: others,
            ..Report::default()
        };
        let made = Made {
            persons,
            next,
            units,
            references,
            before: None,
        };
        self.finish(report, made, buckets)
    }

    /// Bytes of memory that a unit may use: of what the reference leaves of the budget each thread has its part, half of it for
    /// what grows meanwhile.
    fn share(&self, persons: &Persons) -> Result<u64, Error> {
        let left = self.budget.saturating_sub(persons.bytes());
        let share = left / 2 / self.threads.max(1) as u64;
        if share == 0 {
            return Err(Error::budget(self.budget, persons.len(), persons.bytes()));
        }
        Ok(share)
    }

    fn job<'a>(
        &'a self,
        (persons, buckets): (&'a Persons, u32),
        hashes: &'a BTreeMap<PathBuf, (u64, String)>,
        last_flow: i32,
    ) -> Result<Job<'a>, Error> {
        Ok(Job {
            rules: &self.rules,
            persons,
            pseudonyms: self.pseudonyms,
            opposed: self.opposed,
            keep: self.keep,
            seals: self.seals,
            hashes,
            buckets,
            share: self.share(persons)?,
            last_flow,
            progress: self.progress,
        })
    }

    /// Where things are kept, and who may not be in them.
    fn stores(&self) -> Stores<'_> {
        Stores {
            into: self.into,
            units: self.units,
            seals: self.seals,
            keep: self.keep,
            opposed: self.opposed,
            signer: self.signer,
        }
    }

    /// For which numbers of persons a unit is made: they follow from what there was, the key, the reference and who opposes.
    fn under(&self, before: &str, references: &[FileReport]) -> String {
        let mut text = format!("{before} {} {}", self.opposed.key(), self.opposed.hash());
        for file in references {
            text.push_str(&format!(" {} {}", file.name, file.sha256));
        }
        text
    }

    fn number(&self) -> Result<u64, Error> {
        let snapshots = hygie_snapshot::Snapshots::new(self.into, self.signer.verifier().clone());
        Ok(snapshots.numbers()?.last().map_or(1, |last| last + 1))
    }

    fn hashes(&self, sources: &[Source]) -> Result<BTreeMap<PathBuf, (u64, String)>, Error> {
        let paths: Vec<&Path> = sources.iter().map(|source| source.path.as_path()).collect();
        let sizes = paths
            .iter()
            .map(|path| path.metadata().map_or(0, |is| is.len()));
        let of = sizes.sum();
        let done = side_by_side(self.threads, &paths, |path| {
            let hash = hygie_rows::hash(path)?;
            (self.progress)(Progress::Hashed { bytes: hash.0, of });
            Ok::<_, Error>((path.to_path_buf(), hash))
        })?;
        Ok(done.into_iter().collect())
    }
}

#[cfg(test)]
mod tests;
