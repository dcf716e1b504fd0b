//! An import, from the files of a CDM to a snapshot. It reads each file twice, on all threads: first the numbers of all
//! rows, so that whatever leads to a row can be given anew, then the rows, a table at a time, which wait by bucket until
//! the table is read, and are written bucket by bucket.
//!
//! In memory are persons and numbers, 8 to 16 bytes a row of the whole, and of rows no more than a budget says: those that
//! wait go to disk, sealed, and buckets are written side by side as long as memory is there. What fits in no budget is
//! refused, and nothing else depends on it: any budget and any number of threads make the same bytes.
//!
//! Nothing can be read before the snapshot is published, all at once; an import that was cut off begins anew.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use hygie_rows::{Keep, side_by_side};
use hygie_snapshot::{
    Building, EVENTS, Manifest, Opposed, Pseudonym, Signer, Snapshots, SourceEntry,
};

use crate::cdm::{About, CdmTable, TABLES};
use crate::costs::Costs;
use crate::error::Error;
use crate::memory::{Gate, Means};
use crate::numbers::{Numbers, Persons};
use crate::partition::Partition;
use crate::progress::{Progress, Step};
use crate::report::{FileReport, Report};
use crate::source::{self, Source};
use crate::spill::Place;
use crate::withheld;

mod batches;
mod lay;
mod naming;
mod numbering;
mod rows;
mod write;

use batches::Reading;
use lay::Laying;
use naming::Naming;
use rows::Job;

/// What a manifest says of snapshots that hold a CDM as it was given: what is null there was null. Elsewhere what a CDM
/// repeats is left out, and an export derives it.
pub const SCHEMA: &str = "OMOP CDM 5.4, as given";

/// Who makes pseudonyms: the crossing, with a key that stays there.
pub trait Pseudonyms: Sync {
    /// The pseudonym of a person, by his `person_source_value`, which is a nation's or his source's own: who makes pseudonyms
    /// knows which.
    fn person(&self, value: &str) -> Pseudonym;

    /// The pseudonym of a person who has none, by `omop:{source}:{person_id}`.
    fn nameless(&self, name: &str) -> Pseudonym {
        self.person(name)
    }
}

/// What an import needs.
pub struct Import<'a> {
    /// The folder of the files.
    pub from: &'a Path,
    /// The folder of the snapshots.
    pub into: &'a Path,
    /// What the source is called; only persons without a `person_source_value` need it.
    pub source: Option<&'a str>,
    /// In how many buckets persons lie; none: by the size of the files.
    pub buckets: Option<u32>,
    /// Who makes pseudonyms.
    pub pseudonyms: &'a dyn Pseudonyms,
    /// Where raw rows are kept.
    pub keep: &'a dyn Keep,
    /// Who opposes.
    pub opposed: &'a Opposed,
    /// Who signs.
    pub signer: &'a Signer,
    /// Now, seconds since 1970-01-01.
    pub now_s: i64,
    /// Bytes of memory that it may use, about.
    pub budget: u64,
    /// Threads.
    pub threads: usize,
    /// A folder of its own in the crossing's zone, for rows that memory does not hold; what lies in it is deleted.
    pub spill: &'a Path,
    /// The key that seals them: random, and used for nothing else, so that nobody reads them once it is gone.
    pub spill_key: [u8; 32],
    /// Is told how far it is.
    pub progress: &'a (dyn Fn(Progress<'_>) + Sync),
}

/// The size and SHA-256 of each table's file.
type Hashes = BTreeMap<&'static str, (u64, String)>;

impl Import<'_> {
    /// Does it, and answers what became of every row.
    ///
    /// # Errors
    /// [`Error`]; no snapshot is there then.
    pub fn run(self) -> Result<Report, Error> {
        let (sources, not_read) = source::find(self.from)?;
        if !sources.iter().any(|source| source.table.name == "person") {
            return Err(Error::Nothing {
                dir: self.from.to_owned(),
                why: "holds no table `person` (PERSON.csv or person.parquet); give the folder of a whole CDM".to_owned(),
            });
        }
        let place = Place::new(self.spill, &self.spill_key)?;
        let done = self.all(&sources, not_read, &place);
        place.leave();
        done
    }

    fn means(&self) -> Means {
        Means {
            budget: self.budget,
            threads: self.threads.max(1),
        }
    }

    fn all(
        &self,
        sources: &[Source],
        not_read: Vec<String>,
        place: &Place,
    ) -> Result<Report, Error> {
        let hashes = self.hashes(sources)?;
        let buckets = self.buckets.unwrap_or_else(|| {
            let bytes: u64 = hashes.values().map(|(bytes, _)| *bytes).sum();
            let buckets = (bytes / 200_000_000).clamp(1, 4096).next_power_of_two();
            u32::try_from(buckets).expect("at most 4096")
        });
        let job = self.numbered(sources, &hashes, buckets)?;
        let snapshots = Snapshots::new(self.into, self.signer.verifier().clone());
        let number = snapshots.numbers()?.last().map_or(1, |last| last + 1);
        let building = Building::begin(self.into, number, buckets)?;
        let missing = |table: &&CdmTable| !hashes.contains_key(table.name);
        let (persons, opposed) = job.persons.count();
        let mut report = Report {
            snapshot: number,
            not_read,
            missing: TABLES
                .iter()
                .filter(missing)
                .map(|table| table.name.to_owned())
                .collect(),
            persons,
            opposed,
            ..Report::default()
        };
        report.files = self.tables(&job, (sources, &hashes), &building, place)?;
        self.forget()?;
        let manifest = building.publish(self.head(&report), self.signer)?;
        for table in manifest.tables {
            report.tables.insert(table.table.clone(), table.rows());
        }
        Ok(report)
    }

    fn hashes(&self, sources: &[Source]) -> Result<Hashes, Error> {
        let hashes = side_by_side(self.means().threads, sources, |source| {
            let hash = hygie_rows::hash(&source.path)?;
            Ok::<_, Error>((source.table.name, hash))
        })?;
        Ok(hashes.into_iter().collect())
    }

    /// Says that files are read, and of which size they are.
    fn files<'b>(&self, step: Step, sources: impl Iterator<Item = &'b Source>, hashes: &Hashes) {
        let sizes = sources.map(|source| hashes[source.table.name].0);
        let (count, bytes) = sizes.fold((0, 0), |(count, bytes), size| (count + 1, bytes + size));
        (self.progress)(Progress::Files { step, count, bytes });
    }

    fn reading<'b>(&self, raw: bool, tell: &'b dyn Fn(u64, u64)) -> Reading<'b> {
        let means = self.means();
        Reading { means, raw, tell }
    }

    /// Numbers persons, then whatever has a number, in an order in which what is needed comes first.
    fn numbered(
        &self,
        sources: &[Source],
        hashes: &Hashes,
        buckets: u32,
    ) -> Result<Job<'_>, Error> {
        let order = order(sources);
        self.files(Step::Numbering, order.iter().copied(), hashes);
        let tell = |rows, bytes| (self.progress)(Progress::Rows { rows, bytes });
        let reading = self.reading(false, &tell);
        let mut job = Job {
            naming: Naming::new(self.pseudonyms, self.source, self.opposed),
            persons: Persons::default(),
            numbers: HashMap::new(),
            fields: numbering::field_concepts(sources)?,
        };
        for source in order {
            let name = source.table.name;
            let rows = if name == "person" {
                let numbering::Everybody {
                    people,
                    others,
                    rows,
                } = numbering::people(&job.naming, source, reading)?;
                let opposes = |name: &_| job.naming.opposes(name);
                job.persons = Persons::new(people, others, buckets, opposes);
                rows
            } else {
                let (unnumbered, rows) = numbering::numbers(&job, source, reading)?;
                let numbers = Numbers::new(unnumbered, buckets, self.means().threads);
                job.numbers.insert(name, numbers);
                rows
            };
            let (step, bytes) = (Step::Numbering, hashes[name].0);
            (self.progress)(Progress::Table {
                step,
                name,
                rows,
                bytes,
            });
        }
        Ok(job)
    }

    /// Writes every table, and answers what became of each file's rows. Costs come first, for they stand at events.
    fn tables(
        &self,
        job: &Job<'_>,
        (sources, hashes): (&[Source], &Hashes),
        building: &Building,
        place: &Place,
    ) -> Result<Vec<FileReport>, Error> {
        self.files(Step::Reading, sources.iter(), hashes);
        let (means, buckets) = (self.means(), building.buckets());
        let left = means.left(job.bytes());
        let (costs, gate) = (
            Costs::new(place, (buckets as usize, left)),
            Gate::new(means, left),
        );
        let tell = |table: &str, of| (self.progress)(Progress::Bucket { table, of });
        let laying = Laying {
            job,
            building,
            costs: &costs,
            gate: &gate,
            threads: means.threads,
            tell: &tell,
        };
        let mut tables: Vec<&CdmTable> = TABLES.iter().collect();
        tables.sort_by_key(|table| table.name != "cost");
        let mut files = Vec::new();
        for table in tables {
            let waiting = (lay::parts(table, building), left.waiting());
            let mut rows = Partition::new(place, waiting, means.threads);
            let source = sources.iter().find(|source| source.table == table);
            if let Some(source) = source {
                files.push(self.table(&laying, source, &hashes[table.name], &mut rows)?);
            } else if EVENTS.iter().any(|event| event.table == table.name) {
                // Whoever asks for its events finds that there are none.
                laying.table(table, &rows)?;
            }
        }
        let place = |file: &FileReport| TABLES.iter().position(|table| table.name == file.table);
        files.sort_by_key(place);
        Ok(files)
    }

    /// Reads a table, and writes it.
    fn table(
        &self,
        laying: &Laying<'_, '_>,
        source: &Source,
        (bytes, sha256): &(u64, String),
        rows: &mut Partition<'_>,
    ) -> Result<FileReport, Error> {
        let name = source.table.name;
        let part = hygie_rows::part(&source.path, sha256);
        let mut kept = self.keep.file(name, &part).map_err(Error::Keep)?;
        let heading = hygie_rows::heading(&source.path)?;
        kept.row(None, &heading, None).map_err(Error::Keep)?;
        let report = FileReport {
            name: source.name(),
            table: name.to_owned(),
            bytes: *bytes,
            sha256: sha256.clone(),
            ..FileReport::default()
        };
        let tell = |rows, bytes| (self.progress)(Progress::Rows { rows, bytes });
        let reading = self.reading(true, &tell);
        let mut report = write::table(laying.job, source, reading, kept, rows, report)?;
        (self.progress)(Progress::Table {
            step: Step::Reading,
            name,
            rows: report.rows,
            bytes: *bytes,
        });
        if !withheld::TABLES.contains(&name) {
            report.folded = laying.table(source.table, rows)?;
            report.taken -= report.folded;
        }
        Ok(report)
    }

    /// Loses the raw rows of the opposed that earlier imports kept.
    fn forget(&self) -> Result<(), Error> {
        let persons: HashSet<Pseudonym> = self.opposed.iter().copied().collect();
        if !persons.is_empty() {
            self.keep.forget(&persons).map_err(Error::Keep)?;
        }
        Ok(())
    }

    fn head(&self, report: &Report) -> Manifest {
        // The hub reads this: it is not told what those who oppose consumed, neither as a number nor as the difference of two.
        let source = |file: &FileReport| SourceEntry {
            name: file.name.clone(),
            bytes: file.bytes,
            sha256: file.sha256.clone(),
            rows: file.rows - file.opposed,
        };
        Manifest {
            format: 1,
            number: report.snapshot,
            continues: None,
            made_at: self.now_s,
            schema: SCHEMA.to_owned(),
            buckets: 0,
            pseudonyms: self.opposed.key().to_owned(),
            opposed_list: self.opposed.number(),
            opposed_hash: self.opposed.hash(),
            sources: report.files.iter().map(source).collect(),
            rules: Vec::new(),
            tables: Vec::new(),
        }
    }
}

/// Files whose rows get numbers, in an order in which what is needed comes first.
fn order(sources: &[Source]) -> Vec<&Source> {
    let first = [
        "person",
        "location",
        "care_site",
        "provider",
        "visit_occurrence",
        "visit_detail",
    ];
    let rank = |source: &&Source| {
        let place = first.iter().position(|name| *name == source.table.name);
        // Costs come last: they are about rows of all others.
        place.unwrap_or(first.len() + usize::from(source.table.name == "cost"))
    };
    // Notes are in no snapshot, but what was read of them is theirs whose they are.
    let numbered =
        |source: &&Source| source.table.own().is_some() && source.table.name != "note_nlp";
    let mut order: Vec<&Source> = sources.iter().filter(numbered).collect();
    order.sort_by_key(rank);
    order
}

/// Whether a table's rows lie in buckets.
fn bucketed(table: &CdmTable) -> bool {
    table.about() != About::Nobody
}
