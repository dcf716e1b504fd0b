//! The end of an import: the lists of all units as one, the buckets, the tables that are about nobody, the manifest, and
//! what is kept for the next month.

use std::collections::HashSet;

use hygie_snapshot::{Building, Manifest, RuleEntry, Scan, SourceEntry, Table, Values};

use super::units::{only, only_of};
use super::{Import, Made, Progress};
use crate::Error;
use crate::bucket::{Continued, Strangers, World};
use crate::report::{Appended, Report};
use crate::rules::Rule;
use crate::vocabulary::Vocabulary;

mod told;
mod vocabulary;

use told::{Numbered, Told};
pub(super) use told::{codes, concepts};
use vocabulary::tables;

impl Import<'_> {
    pub(super) fn finish(
        mut self,
        mut report: Report,
        mut made: Made,
        buckets: u32,
    ) -> Result<Report, Error> {
        let units = &made.units;
        let before = made.before.as_ref();
        let known = before.map(|before| &before.state.kept);
        let told = Told::of(&mut self.vocabulary, (&made.persons, units), known)?;
        let mut kept = told.kept(&self, (report.snapshot, buckets), units);
        let all = before.and_then(|before| before.all(&kept));
        let lists = &told.lists;
        let strangers = before.map(|before| before.state.strangers()).transpose()?;
        let strangers = strangers.unwrap_or_default();
        let strangers = Strangers::of(units, buckets, (&strangers, &mut made.next));
        let scan = before.map(|before| Scan::new(&before.snapshot, self.opposed));
        let scan = scan.transpose()?;
        let continued = before.zip(scan.as_ref()).filter(|_| all.is_none());
        let building = Building::begin(self.into, report.snapshot, buckets)?;
        let world = World {
            building: &building,
            persons: &made.persons,
            strangers,
            units,
            lists,
            rules: &self.rules,
            before: continued.map(|(before, scan)| Continued::new(before, scan)),
        };
        let progress = |bucket| (self.progress)(Progress::Bucket(bucket, buckets));
        let sum = world.write(self.threads, &progress)?;
        plain(&building, &told, &self.vocabulary)?;
        building.plain("cdm_source", &cdm_source(self.now_s))?;
        (report.persons, report.unreferenced) = (sum.persons, sum.unreferenced);
        report.opposed = made.persons.opposed();
        report.netted = sum.netted.iter().map(|(_, _, count)| count).sum();
        report.unlisted = self.vocabulary.unlisted();
        let forgotten = self.forget()?;
        let folder = self.folder(report.snapshot)?;
        only(&folder, units)?;
        (kept.references, kept.next) = (made.references.clone(), made.next.clone());
        kept.netted = sum.netted;
        let head = self.head(&report, &made);
        kept.write((&folder, self.seals), &made.persons, &world.strangers)?;
        drop(world);
        let manifest = building.publish(head, self.signer)?;
        only_of(self.units, report.snapshot)?;
        for table in &manifest.tables {
            let rows = report.tables.entry(table.table.clone()).or_default();
            *rows = table.rows();
        }
        report.appended = made.before.map(|before| Appended {
            years: before.years(),
            all,
            units: before.changed,
            forgotten,
            ..Appended::of(before.snapshot.manifest(), &manifest)
        });
        Ok(report)
    }

    /// Loses the raw rows of the opposed that earlier imports kept.
    fn forget(&self) -> Result<u64, Error> {
        let persons: HashSet<[u8; 16]> = self.opposed.iter().copied().collect();
        if persons.is_empty() {
            return Ok(0);
        }
        self.keep.forget(&persons).map_err(Error::Keep)
    }

    /// The manifest's head: it names every source, of this import and of those that it continues.
    fn head(&self, report: &Report, made: &Made) -> Manifest {
        let told = made.units.iter().flat_map(|unit| &unit.trailer.files);
        let report = Report {
            files: made.references.iter().chain(told).cloned().collect(),
            ..report.clone()
        };
        let before = made.before.as_ref();
        let source = |file: &crate::FileReport| SourceEntry {
            name: file.name.clone(),
            bytes: file.bytes,
            sha256: file.sha256.clone(),
            rows: file.rows,
        };
        let rule = |rule: Rule| RuleEntry {
            name: rule.name().to_owned(),
            on: self.rules.on(rule),
            removed: report.removed(rule),
        };
        Manifest {
            format: 0,
            number: report.snapshot,
            continues: before.map(|before| before.snapshot.manifest().number),
            made_at: self.now_s,
            schema: "OMOP CDM 5.4".to_owned(),
            buckets: 0,
            pseudonyms: self.opposed.key().to_owned(),
            opposed_list: self.opposed.number(),
            opposed_hash: self.opposed.hash(),
            sources: report.files.iter().map(source).collect(),
            rules: Rule::ALL.into_iter().map(rule).collect(),
            tables: Vec::new(),
        }
    }
}

fn plain(building: &Building, told: &Told, vocabulary: &Vocabulary) -> Result<(), Error> {
    let (lists, professionals, sites) = (&told.lists, &told.professionals, &told.sites);
    let names: Vec<String> = lists
        .locations
        .keys()
        .map(|name| String::from_utf8_lossy(name).trim().to_owned())
        .collect();
    let location = Table::new()
        .with(
            "location_id",
            Values::Int(lists.locations.values().copied().collect()),
        )
        .with(
            "location_source_value",
            Values::text(names.iter().map(|name| Some(name.as_str()))),
        )
        .with(
            "country_source_value",
            Values::text(names.iter().map(|_| Some("FR"))),
        );
    building.plain("location", &location)?;
    // Numbers of professionals and establishments stay in the crossing: the hub has who is who by a number of its own.
    let ids = |list: &Numbered| list.values().map(|known| known.0).collect::<Vec<i32>>();
    let specialities = professionals
        .values()
        .map(|known| (!known.1.is_empty()).then_some(known.1.as_str()));
    let provider = Table::new()
        .with("provider_id", Values::Int(ids(professionals)))
        .with("specialty_source_value", Values::text(specialities));
    building.plain("provider", &provider)?;
    building.plain(
        "care_site",
        &Table::new().with("care_site_id", Values::Int(ids(sites))),
    )?;
    tables(building, vocabulary)
}

fn cdm_source(now_s: i64) -> Table {
    let today = i32::try_from(now_s.div_euclid(86_400)).unwrap_or(0);
    let text = |word: &str| Values::text([Some(word)]);
    Table::new()
        .with("cdm_source_name", text("SNDS, imported by Hygie"))
        .with("cdm_source_abbreviation", text("SNDS"))
        .with("cdm_holder", text("the crossing's operator"))
        .with(
            "source_description",
            text("DCIR, PMSI MCO, CépiDc and the reference of beneficiaries, pseudonymised twice"),
        )
        .with("source_release_date", Values::Date(vec![today]))
        .with("cdm_release_date", Values::Date(vec![today]))
        .with("cdm_version", text("5.4"))
        // OMOP CDM Version 5.4.0 (Athena).
        .with("cdm_version_concept_id", Values::Int(vec![756_265]))
        .with("vocabulary_version", text("local"))
}
