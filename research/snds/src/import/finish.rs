//! The end of an import: the lists of all units as one, the buckets, the tables that are about nobody, the manifest, and
//! what is kept for the next month.

use hygie_snapshot::{Building, Manifest, RuleEntry, Scan, SourceEntry, Table, Values};

use super::units::{only, only_of};
use super::{Import, Made, Progress};
use crate::Error;
use crate::bucket::{Continued, Lists, Strangers, World};
use crate::report::{Appended, Report};
use crate::rules::Rule;
use crate::vocabulary::Vocabulary;

mod told;
mod vocabulary;

pub(crate) use told::eras;
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
        let earlier = before.map(|before| &before.state.kept);
        let told = Told::of(&mut self.vocabulary, (&made.persons, units), earlier)?;
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
        let source = Source {
            name: "SNDS, imported by Hygie",
            abbreviation: "SNDS",
            holder: "the crossing's operator",
            description: "DCIR, PMSI MCO, CépiDc and the reference of beneficiaries, pseudonymised twice",
        };
        let numbers = (lists, &known(&told.professionals), &known(&told.sites));
        plain(&building, numbers, &self.vocabulary, (&source, self.now_s))?;
        (report.persons, report.unreferenced) = (sum.persons, sum.unreferenced);
        report.opposed = made.persons.opposed();
        report.ambiguous = made.persons.ambiguous();
        let erased = made.persons.erased();
        report.netted = sum.netted.iter().map(|(_, _, count)| count).sum();
        report.unlisted = self.vocabulary.unlisted();
        let forgotten = self.stores().forget()?;
        let folder = self.stores().folder(report.snapshot)?;
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
            forgotten: forgotten.rows,
            erased,
            ..Appended::of(before.snapshot.manifest(), &manifest)
        });
        Ok(report)
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
            // How much was told of those who oppose is in the crossing's report alone.
            rows: file.rows - file.removed.get(&Rule::Opposed).unwrap_or(&0),
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
            // INVARIANT (opposition wins): the hub reads manifests, and of one who opposes the count would be what was told of him
            // month by month. It stays in the crossing's report.
            rules: Rule::ALL
                .into_iter()
                .filter(|rule| *rule != Rule::Opposed)
                .map(rule)
                .collect(),
            tables: Vec::new(),
        }
    }
}

/// Numbers of professionals or establishments, with the speciality that is known of each.
pub(crate) type Known = Vec<(i32, Option<String>)>;

/// Numbers of professionals and establishments stay in the crossing: the hub has who is who by a number of its own.
fn known(list: &Numbered) -> Known {
    let known = list.values().map(|(number, speciality)| {
        let speciality = (!speciality.is_empty()).then(|| speciality.clone());
        (*number, speciality)
    });
    known.collect()
}

/// What a snapshot says of where it comes from, in `cdm_source`.
pub(crate) struct Source<'a> {
    pub(crate) name: &'a str,
    pub(crate) abbreviation: &'a str,
    pub(crate) holder: &'a str,
    pub(crate) description: &'a str,
}

/// Writes the tables that are about no person.
pub(crate) fn plain(
    building: &Building,
    (lists, professionals, sites): (&Lists, &Known, &Known),
    vocabulary: &Vocabulary,
    (source, now_s): (&Source<'_>, i64),
) -> Result<(), Error> {
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
    let ids = |list: &Known| list.iter().map(|known| known.0).collect::<Vec<i32>>();
    let specialities = professionals.iter().map(|known| known.1.as_deref());
    let provider = Table::new()
        .with("provider_id", Values::Int(ids(professionals)))
        .with("specialty_source_value", Values::text(specialities));
    building.plain("provider", &provider)?;
    building.plain(
        "care_site",
        &Table::new().with("care_site_id", Values::Int(ids(sites))),
    )?;
    building.plain("cdm_source", &cdm_source(source, now_s))?;
    tables(building, vocabulary)
}

fn cdm_source(source: &Source<'_>, now_s: i64) -> Table {
    let today = i32::try_from(now_s.div_euclid(86_400)).unwrap_or(0);
    let text = |word: &str| Values::text([Some(word)]);
    Table::new()
        .with("cdm_source_name", text(source.name))
        .with("cdm_source_abbreviation", text(source.abbreviation))
        .with("cdm_holder", text(source.holder))
        .with("source_description", text(source.description))
        .with("source_release_date", Values::Date(vec![today]))
        .with("cdm_release_date", Values::Date(vec![today]))
        .with("cdm_version", text("5.4"))
        // OMOP CDM Version 5.4.0 (Athena).
        .with("cdm_version_concept_id", Values::Int(vec![756_265]))
        .with("vocabulary_version", text("local"))
}
