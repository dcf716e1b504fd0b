//! An import, from files to a snapshot: beneficiaries first, then units side by side, then buckets side by side.
//!
//! What is done stays done: each unit is a file of its own in the folder `units`, and is made again only when what it
//! was made of has changed. A crash loses the units that were not whole. The snapshot is published at the end, all at once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use hygie_rows::{Header, Keep, KeepRows, Row, Take};
use hygie_snapshot::{Opposed, Pseudonym, Signer};

use crate::error::Error;
use crate::event::Event;
use crate::field::{day, whole};
use crate::layout::{BEN, CCI, ECD, IMB};
use crate::persons::{self, Gathering, Next, Persons, Print, Traits, trimmed};
use crate::progress::Progress;
use crate::report::{FileReport, Report};
use crate::rules::{Rule, Rules};
use crate::source::{self, Source};
use crate::unit::{Unit, Writer};
use crate::vocabulary::Vocabulary;
use crate::{causes, claims, illnesses, stays};

pub(crate) mod finish;

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
    /// The folder of units while they are made, in the crossing's zone: they name professionals. Gone when the snapshot stands.
    pub units: &'a Path,
    /// Which rules are on.
    pub rules: Rules,
    /// Bytes of memory that it may use, about: the reference of beneficiaries has its part of it.
    pub budget: u64,
    /// Threads.
    pub threads: usize,
    /// In how many buckets persons lie; none: by the size of the files.
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
    hashes: &'a BTreeMap<PathBuf, (u64, String)>,
    buckets: u32,
    share: u64,
    last_flow: i32,
}

impl Job<'_> {
    /// Bytes of memory that a unit may use.
    pub(crate) fn share(&self) -> u64 {
        self.share
    }

    pub(crate) fn size(&self, source: &Source) -> u64 {
        self.hashes.get(&source.path).map_or(0, |(bytes, _)| *bytes)
    }

    /// A rank, where ranks count.
    pub(crate) fn rank<'b>(&self, rank: &'b [u8]) -> &'b [u8] {
        if self.rules.on(Rule::TwinRank) {
            rank
        } else {
            b"1"
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

    /// The pseudonym of a person whom the reference does not name.
    pub(crate) fn stranger(&self, number: &[u8], rank: &[u8]) -> Pseudonym {
        let number = String::from_utf8_lossy(number);
        let rank = trimmed(rank);
        match std::str::from_utf8(rank)
            .ok()
            .and_then(|rank| rank.parse().ok())
        {
            Some(rank) => self.pseudonyms.insured(&number, rank),
            // A rank that is no number still tells persons apart.
            None => {
                let text = format!("{number}#{}", String::from_utf8_lossy(rank));
                self.pseudonyms.insured(&text, 0)
            }
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

    pub(crate) fn keep(&self, source: &Source) -> Result<Kept<'_>, Error> {
        let stem = source.path.file_stem().unwrap_or_default();
        let part = stem.to_string_lossy().into_owned();
        let rows = self
            .keep
            .file(source.layout.table, &part)
            .map_err(Error::Keep)?;
        Ok(Kept {
            rows,
            raw: Vec::new(),
        })
    }
}

/// Raw rows on their way to be kept.
pub(crate) struct Kept<'a> {
    rows: Box<dyn KeepRows + 'a>,
    raw: Vec<u8>,
}

impl Kept<'_> {
    pub(crate) fn keep(
        &mut self,
        row: &Row<'_>,
        tag: Option<[u8; 16]>,
        reason: Option<&str>,
    ) -> Result<(), Error> {
        row.raw(&mut self.raw);
        let reason = reason.map(|reason| format!("line {}: {reason}", row.line));
        let kept = self.rows.row(tag, &self.raw, reason.as_deref());
        kept.map_err(Error::Keep)
    }

    pub(crate) fn finish(self) -> Result<(), Error> {
        self.rows.finish().map_err(Error::Keep)
    }
}

/// A unit's name and files.
struct Plan<'a> {
    name: String,
    kind: Work,
    sources: Vec<&'a Source>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Work {
    Month,
    Year,
    Illnesses,
    Causes,
}

impl Import<'_> {
    /// Does it, and answers what became of every row.
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
        self.twice(&sources)?;
        let number = self.number()?;
        let hashes = self.hashes(&sources)?;
        let buckets = self.buckets(&sources, &hashes)?;
        let mut next = Next::new(buckets);
        let (persons, mut files) = self.beneficiaries(&sources, &hashes, (buckets, &mut next))?;
        let plans = plans(&sources);
        let months = plans.iter().filter(|plan| plan.kind == Work::Month);
        let last_flow = months
            .filter_map(|plan| last_day(&plan.name))
            .max()
            .unwrap_or(i32::MAX);
        let job = Job {
            rules: &self.rules,
            persons: &persons,
            pseudonyms: self.pseudonyms,
            opposed: self.opposed,
            keep: self.keep,
            hashes: &hashes,
            buckets,
            share: self.share(&persons)?,
            last_flow,
        };
        std::fs::create_dir_all(self.units)
            .map_err(|source| Error::file("make", self.units, source))?;
        let units = self.units(&job, &plans)?;
        for unit in &units {
            files.extend(unit.trailer.files.iter().cloned());
        }
        let report = Report {
            snapshot: number,
            files,
            not_read: others,
            ..Report::default()
        };
        self.finish(report, (&persons, next), &units, buckets)
    }

    /// Bytes of memory that a unit may use: of what the reference leaves of the budget each thread has its part, half of it for
    /// what grows meanwhile.
    fn share(&self, persons: &Persons) -> Result<u64, Error> {
        let left = self.budget.saturating_sub(persons.bytes());
        let share = left / 2 / self.threads.max(1) as u64;
        if share == 0 {
            return Err(Error::Budget {
                budget: self.budget >> 20,
                persons: persons.len(),
                taken: persons.bytes() >> 20,
            });
        }
        Ok(share)
    }

    /// Refuses two files of one table and part: nobody could say which is meant.
    fn twice(&self, sources: &[Source]) -> Result<(), Error> {
        for pair in sources.windows(2) {
            if (pair[0].layout, &pair[0].part) == (pair[1].layout, &pair[1].part) {
                let why = format!(
                    "holds {} {} twice; leave one of the files out",
                    pair[0].layout.table, pair[0].part
                );
                let dir = self.from.to_owned();
                return Err(Error::Nothing { dir, why });
            }
        }
        Ok(())
    }

    fn number(&self) -> Result<u64, Error> {
        let snapshots = hygie_snapshot::Snapshots::new(self.into, self.signer.verifier().clone());
        Ok(snapshots.numbers()?.last().map_or(1, |last| last + 1))
    }

    fn hashes(&self, sources: &[Source]) -> Result<BTreeMap<PathBuf, (u64, String)>, Error> {
        let paths: Vec<&Path> = sources.iter().map(|source| source.path.as_path()).collect();
        let done = side_by_side(self.threads, &paths, |path| {
            let hash = hygie_rows::hash(path)?;
            Ok::<_, Error>((path.to_path_buf(), hash))
        })?;
        Ok(done.into_iter().collect())
    }

    /// About a million lines a bucket; what exists keeps its number.
    fn buckets(
        &self,
        sources: &[Source],
        hashes: &BTreeMap<PathBuf, (u64, String)>,
    ) -> Result<u32, Error> {
        if let Some(buckets) = self.buckets {
            return Ok(buckets.clamp(1, 4096));
        }
        let lines = sources
            .iter()
            .filter(|source| source.layout.table == "ER_PRS_F");
        let bytes: u64 = lines
            .filter_map(|source| hashes.get(&source.path))
            .map(|(bytes, _)| *bytes)
            .sum();
        let buckets = (bytes / 200_000_000).clamp(1, 4096).next_power_of_two();
        Ok(u32::try_from(buckets).expect("at most 4096"))
    }

    fn beneficiaries(
        &self,
        sources: &[Source],
        hashes: &BTreeMap<PathBuf, (u64, String)>,
        (buckets, next): (u32, &mut Next),
    ) -> Result<(Persons, Vec<FileReport>), Error> {
        let mut gathering = Gathering::new(buckets);
        let mut files = Vec::new();
        let nobody = Gathering::new(1).table(&mut Next::new(1), |_| false);
        let job = Job {
            rules: &self.rules,
            persons: &nobody,
            pseudonyms: self.pseudonyms,
            opposed: self.opposed,
            keep: self.keep,
            hashes,
            buckets,
            share: 0,
            last_flow: 0,
        };
        for source in sources.iter().filter(|source| *source.layout == BEN) {
            let report = job.report(source)?;
            let kept = job.keep(source)?;
            let mut reading = Beneficiaries {
                job: &job,
                gathering: &mut gathering,
                report,
                kept,
            };
            let header = source.read(&mut reading)?;
            let mut report = reading.report;
            reading.kept.finish()?;
            job.note(&mut report, header);
            files.push(report);
        }
        let opposes = |name: &Pseudonym| self.opposed.holds(name);
        Ok((gathering.table(next, opposes), files))
    }

    fn units(&self, job: &Job<'_>, plans: &[Plan<'_>]) -> Result<Vec<Unit>, Error> {
        let made_of = |plan: &Plan<'_>| {
            let mut text = format!(
                "form 2 {:?} {} {} {} {}",
                self.rules,
                // Places of persons follow their pseudonyms: under another key they are others.
                self.opposed.key(),
                self.opposed.hash(),
                job.buckets,
                job.last_flow
            );
            let references = job.hashes.iter().filter(|(path, _)| {
                path.file_stem().is_some_and(|stem| {
                    stem.to_string_lossy()
                        .to_ascii_uppercase()
                        .starts_with("IR_BEN_R")
                })
            });
            let own = plan
                .sources
                .iter()
                .filter_map(|source| job.hashes.get_key_value(&source.path));
            for (path, (bytes, hash)) in references.chain(own) {
                text.push_str(&format!(
                    " {} {bytes} {hash}",
                    path.file_name().unwrap_or_default().to_string_lossy()
                ));
            }
            text
        };
        let size = |plan: &Plan<'_>| {
            plan.sources
                .iter()
                .map(|source| job.size(source))
                .sum::<u64>()
        };
        (self.progress)(Progress::Units {
            count: plans.len() as u64,
            bytes: plans.iter().map(size).sum(),
        });
        side_by_side(self.threads, plans, |plan| {
            let path = self.units.join(format!("{}.unit", plan.name));
            let made_of = made_of(plan);
            let before = Unit::open(&path, &made_of)?;
            let again = before.is_some();
            let unit = match before {
                Some(unit) => unit,
                None => {
                    let limit = usize::try_from(job.share / 2).unwrap_or(usize::MAX);
                    let mut writer = Writer::begin(
                        &path,
                        made_of.clone(),
                        job.persons.len(),
                        job.buckets,
                        limit,
                    )?;
                    match plan.kind {
                        Work::Month => claims::month(job, &plan.sources, &mut writer)?,
                        Work::Year => stays::year(job, &plan.sources, &mut writer)?,
                        Work::Illnesses => illnesses::all(job, &plan.sources, &mut writer)?,
                        Work::Causes => causes::all(job, &plan.sources, &mut writer)?,
                    }
                    writer.finish()?;
                    let unit = Unit::open(&path, &made_of)?;
                    unit.ok_or_else(|| {
                        Error::form(
                            &path,
                            0,
                            "it vanished; is another import running in this folder",
                        )
                    })?
                }
            };
            let rows = unit.trailer.files.iter().map(|file| file.rows).sum();
            (self.progress)(Progress::Unit {
                name: &plan.name,
                rows,
                bytes: size(plan),
                before: again,
            });
            Ok(unit)
        })
    }
}

/// The units of an import: a month of flow each, a year of stays each, and the rest.
fn plans(sources: &[Source]) -> Vec<Plan<'_>> {
    let mut plans: BTreeMap<String, Plan<'_>> = BTreeMap::new();
    for source in sources.iter().filter(|source| *source.layout != BEN) {
        let table = source.layout.table;
        let (name, kind) = if *source.layout == IMB {
            ("illnesses".to_owned(), Work::Illnesses)
        } else if *source.layout == CCI || *source.layout == ECD {
            ("causes".to_owned(), Work::Causes)
        } else if table.starts_with("T_MCO") {
            (format!("stays-{}", &source.part[..2]), Work::Year)
        } else {
            (format!("claims-{}", source.part), Work::Month)
        };
        let plan = plans.entry(name.clone()).or_insert_with(|| Plan {
            name,
            kind,
            sources: Vec::new(),
        });
        plan.sources.push(source);
    }
    // The greatest first, so that none is left over at the end.
    plans.into_values().collect()
}

/// The last day of the month that a unit's name ends with.
fn last_day(name: &str) -> Option<i32> {
    let digits = name.rsplit('-').next().filter(|digits| digits.len() >= 6)?;
    let (year, month) = (
        digits.get(..4)?.parse::<i32>().ok()?,
        digits.get(4..6)?.parse::<u32>().ok()?,
    );
    let (year, month) = if month == 12 {
        (year + 1, 1)
    } else {
        (year, month + 1)
    };
    Some(hygie_rows::days(year, month, 1)? - 1)
}

/// Does something with each, on several threads; the answers come in the order of what was asked. The first error ends it.
pub(crate) fn side_by_side<T: Sync, R: Send, E: Send>(
    threads: usize,
    items: &[T],
    each: impl Fn(&T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Result<R, E>)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, items.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(at) else { return };
                    let result = each(item);
                    if result.is_err() {
                        next.store(items.len(), Ordering::Relaxed);
                    }
                    done.lock()
                        .expect("no thread panics with the list")
                        .push((at, result));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no thread panics with the list");
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Reading the reference of beneficiaries.
struct Beneficiaries<'a, 'b> {
    job: &'a Job<'a>,
    gathering: &'b mut Gathering,
    report: FileReport,
    kept: Kept<'a>,
}

impl Beneficiaries<'_, '_> {
    fn row(&mut self, row: &Row<'_>) -> Result<(Pseudonym, bool), &'static str> {
        let (number, first_step) = (row.get(0), row.get(2));
        if number.is_empty() || first_step.is_empty() {
            return Err("it names nobody: BEN_NIR_PSA or BEN_IDT_ANO is empty");
        }
        let first_step =
            std::str::from_utf8(first_step).map_err(|_| "its BEN_IDT_ANO is no text")?;
        let name = self.job.pseudonyms.person(first_step);
        if self.job.rules.on(Rule::RealNumber) && row.get(3) != b"00" && row.get(3) != b"0" {
            self.report.remove(Rule::RealNumber);
            return Ok((name, false));
        }
        let small = |place: usize| whole(row.get(place)).ok().flatten();
        let month = small(5)
            .and_then(|month| u8::try_from(month).ok())
            .filter(|month| (1..=12).contains(month));
        let death = day(row.get(8)).map_err(|_| "its BEN_DCD_DTE is no date")?;
        let traits = Traits {
            birth_year: small(4)
                .and_then(|year| u16::try_from(year).ok())
                .unwrap_or(0),
            birth_month: month.unwrap_or(0),
            sex: persons::sex(row.get(6)),
            department: persons::department(row.get(7)),
            death: death.unwrap_or(Traits::ALIVE),
        };
        let opposed = self.job.opposed.holds(&name);
        if opposed {
            self.report.remove(Rule::Opposed);
        } else {
            self.report.taken += 1;
        }
        // Also of who opposes the number must be known: his claims must be known as his.
        self.gathering
            .add(name, Print::of(number, self.job.rank(row.get(1))), traits);
        Ok((name, opposed))
    }
}

impl Take for Beneficiaries<'_, '_> {
    type Error = Error;

    fn take(&mut self, row: &Row<'_>) -> Result<(), Error> {
        match self.row(row) {
            Err(reason) => self.refuse(row, reason),
            Ok((_, true)) => Ok(()),
            Ok((name, false)) => self.kept.keep(row, Some(name), None),
        }
    }

    fn refuse(&mut self, row: &Row<'_>, reason: &'static str) -> Result<(), Error> {
        self.report.reject(reason);
        self.kept.keep(row, None, Some(reason))
    }
}

#[cfg(test)]
mod tests;
