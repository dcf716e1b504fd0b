//! An import, from the files of a CDM to a snapshot. It reads each file twice: first the numbers of all rows, so that
//! whatever leads to a row can be given anew, then the rows. In memory are 24 bytes a row of the whole, and one table at a
//! time. Nothing can be read before the snapshot is published, all at once; an import that was cut off begins anew.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use hygie_rows::Keep;
use hygie_snapshot::{
    Building, EVENTS, Manifest, Opposed, Pseudonym, RuleEntry, Signer, Snapshots, SourceEntry,
};

use crate::cdm::{About, CdmTable, TABLES};
use crate::costs::Costs;
use crate::error::Error;
use crate::numbers::{Numbers, Persons};
use crate::report::{FileReport, Report};
use crate::source::{self, Source};
use crate::withheld;

mod numbering;
pub(crate) mod rows;
mod write;

use rows::Job;

/// What a manifest says of snapshots that hold a CDM as it was given: what is null there was null. Elsewhere what a CDM
/// repeats is left out, and an export derives it.
pub const SCHEMA: &str = "OMOP CDM 5.4, as given";

/// Who makes pseudonyms: the crossing, with a key that stays there.
pub trait Pseudonyms: Sync {
    /// The pseudonym of a person, by what the source calls him: his `person_source_value`, or `omop:{source}:{person_id}`.
    fn person(&self, name: &str) -> Pseudonym;
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
    /// Is told of each table that is done, with its rows.
    pub progress: &'a dyn Fn(&str, u64),
}

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
        let mut hashes = BTreeMap::new();
        for source in &sources {
            hashes.insert(source.table.name, hygie_rows::hash(&source.path)?);
        }
        let buckets = self.buckets.unwrap_or_else(|| {
            let bytes: u64 = hashes.values().map(|(bytes, _)| *bytes).sum();
            let buckets = (bytes / 200_000_000).clamp(1, 4096).next_power_of_two();
            u32::try_from(buckets).expect("at most 4096")
        });
        let mut job = Job {
            persons: Persons::default(),
            numbers: HashMap::new(),
            fields: numbering::field_concepts(&sources)?,
        };
        self.number(&mut job, &sources, buckets)?;
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
        report.files = self.tables(&job, &sources, &hashes, &building)?;
        self.forget()?;
        let manifest = building.publish(self.head(&report), self.signer)?;
        for table in manifest.tables {
            report.tables.insert(table.table.clone(), table.rows());
        }
        Ok(report)
    }

    /// Numbers persons, then whatever has a number, in an order in which what is needed comes first.
    fn number(&self, job: &mut Job, sources: &[Source], buckets: u32) -> Result<(), Error> {
        let person = sources.iter().find(|source| source.table.name == "person");
        let people = numbering::people(
            person.expect("whoever calls looked for it"),
            self.source,
            self.pseudonyms,
        )?;
        job.persons = Persons::new(people, buckets, |name| self.opposed.holds(name));
        let first = [
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
        let numbered = |source: &&Source| {
            let table = source.table;
            let text = withheld::TABLES.contains(&table.name);
            table.own().is_some() && table.name != "person" && !text
        };
        let mut order: Vec<&Source> = sources.iter().filter(numbered).collect();
        order.sort_by_key(rank);
        for source in order {
            let rows = numbering::rows(job, source)?;
            job.numbers
                .insert(source.table.name, Numbers::new(rows, buckets));
        }
        Ok(())
    }

    /// Writes every table, and answers what became of each file's rows.
    fn tables(
        &self,
        job: &Job,
        sources: &[Source],
        hashes: &BTreeMap<&str, (u64, String)>,
        building: &Building,
    ) -> Result<Vec<FileReport>, Error> {
        let cost = sources.iter().find(|source| source.table.name == "cost");
        let costs = cost.map_or_else(|| Ok(Costs::default()), |source| Costs::read(job, source))?;
        let mut files = Vec::new();
        for table in TABLES {
            let source = sources.iter().find(|source| source.table == table);
            let always = EVENTS.iter().any(|event| event.table == table.name);
            let Some(source) = source else {
                if always {
                    write::empty(table, building)?;
                }
                continue;
            };
            let (bytes, sha256) = hashes[table.name].clone();
            let report = FileReport {
                name: source.name(),
                table: table.name.to_owned(),
                bytes,
                sha256,
                ..FileReport::default()
            };
            let report = write::table(job, source, self.keep, &costs, building, report)?;
            (self.progress)(table.name, report.rows);
            files.push(report);
        }
        Ok(files)
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
        let source = |file: &FileReport| SourceEntry {
            name: file.name.clone(),
            bytes: file.bytes,
            sha256: file.sha256.clone(),
            rows: file.rows,
        };
        let opposed = RuleEntry {
            name: "opposed".to_owned(),
            on: true,
            removed: report.files.iter().map(|file| file.opposed).sum(),
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
            rules: vec![opposed],
            tables: Vec::new(),
        }
    }
}

/// Whether a table's rows lie in buckets.
fn bucketed(table: &CdmTable) -> bool {
    table.about() != About::Nobody
}
