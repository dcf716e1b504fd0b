//! The end of an import: the lists of all units as one, the buckets, the tables that are about nobody, the manifest, and
//! what is kept for the next month.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use hygie_snapshot::{Building, Manifest, RuleEntry, Scan, SourceEntry, Table, Values};

use super::units::{only, only_of};
use super::{Import, Made, Progress};
use crate::Error;
use crate::bucket::{Continued, Lists, Strangers, World};
use crate::persons::Persons;
use crate::report::{Appended, Report};
use crate::rules::Rule;
use crate::state::{Code, FORM, Kept};
use crate::unit::Unit;
use crate::vocabulary::{Concept, System, Vocabulary};

mod vocabulary;

use vocabulary::tables;

impl Import<'_> {
    pub(super) fn finish(
        mut self,
        mut report: Report,
        mut made: Made,
        buckets: u32,
    ) -> Result<Report, Error> {
        let units = &made.units;
        let concepts = concepts(&mut self.vocabulary, units)?;
        let before = made.before.as_ref();
        let earlier = before.map(|before| &before.state.kept);
        let (providers, professionals, sites) = providers(units, earlier);
        let (groups, group_names) = groups(units);
        let locations = locations(&made.persons, units, earlier);
        let last_flow = units
            .iter()
            .filter_map(|unit| super::last_day(unit.name()))
            .max();
        let mut kept = Kept {
            form: FORM,
            snapshot: report.snapshot,
            made_at: self.now_s,
            key: self.opposed.key().to_owned(),
            buckets,
            rules: self.rules.clone(),
            providers: [&professionals, &sites].map(numbers),
            locations: locations
                .iter()
                .map(|(name, id)| (place(name), *id))
                .collect(),
            codes: codes(units, &concepts),
            listed: self.vocabulary.is_listed(),
            mapped: self.vocabulary.maps(),
            units: units.iter().map(|unit| unit.name().to_owned()).collect(),
            ..Kept::default()
        };
        let all = before.and_then(|before| before.all(&kept));
        let lists = Lists {
            concepts,
            providers,
            groups,
            group_names,
            locations,
            eras: eras(&self.vocabulary),
            mapped: kept.mapped,
            last_flow: last_flow.unwrap_or(i32::MIN),
        };
        let strangers = match before {
            Some(before) => before.state.strangers()?,
            None => BTreeMap::new(),
        };
        let strangers = Strangers::of(units, buckets, (&strangers, &mut made.next));
        let scan = match before {
            Some(before) => Some(Scan::new(&before.snapshot, self.opposed)?),
            None => None,
        };
        let continued = before.zip(scan.as_ref());
        let continued = continued.filter(|_| all.is_none());
        let building = Building::begin(self.into, report.snapshot, buckets)?;
        let world = World {
            building: &building,
            persons: &made.persons,
            strangers,
            units,
            lists: &lists,
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
        let (professionals, sites) = (known(&professionals), known(&sites));
        plain(
            &building,
            (&lists, &professionals, &sites),
            &self.vocabulary,
            (&source, self.now_s),
        )?;
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
        if let Some(before) = made.before {
            let mut appended = Appended::of(before.snapshot.manifest(), &manifest);
            appended.years = before.years();
            appended.all = all;
            appended.units = before.changed;
            appended.forgotten = forgotten;
            report.appended = Some(appended);
        }
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

/// What each code became.
pub(super) fn codes(units: &[Unit], concepts: &[Vec<Concept>]) -> Vec<Code> {
    let mut codes = BTreeMap::new();
    for (unit, concepts) in units.iter().zip(concepts) {
        for (pair, concept) in unit.trailer.codes.iter().zip(concepts) {
            codes.insert(pair, concept);
        }
    }
    let one = |((vocabulary, code), concept): (&(String, String), &Concept)| {
        let (source, standard) = (concept.source, concept.standard);
        let domain = concept.domain.id().to_owned();
        (vocabulary.clone(), code.clone(), source, standard, domain)
    };
    codes.into_iter().map(one).collect()
}

fn numbers(list: &Numbered) -> BTreeMap<String, i32> {
    let pairs = list.iter().map(|(name, known)| (name.clone(), known.0));
    pairs.collect()
}

fn place(name: &[u8; 3]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

/// Each unit's codes as concepts. Codes are met in their order, so that numbers do not depend on threads.
pub(super) fn concepts(
    vocabulary: &mut Vocabulary,
    units: &[Unit],
) -> Result<Vec<Vec<Concept>>, Error> {
    let all: BTreeSet<&(String, String)> =
        units.iter().flat_map(|unit| &unit.trailer.codes).collect();
    let mut known = HashMap::new();
    for pair in all {
        let system = System::of_vocabulary(&pair.0);
        let system = system.ok_or_else(|| Error::Vocabulary(format!("a unit speaks of `{}`, which is no nomenclature; delete the folder of units and start again", pair.0)))?;
        let concept = vocabulary
            .concept(system, &pair.1)
            .map_err(|why| Error::Vocabulary(why.to_string()))?;
        known.insert(pair, concept);
    }
    let of = |unit: &Unit| unit.trailer.codes.iter().map(|pair| known[pair]).collect();
    Ok(units.iter().map(of).collect())
}

/// A professional or an establishment, and his number.
type Numbered = BTreeMap<String, (i32, String)>;

/// Each unit's professionals and establishments by number; the professionals with their specialities; the establishments.
/// Who has a number keeps it; the others get the next, in the order of what the insurer calls them.
fn providers(units: &[Unit], known: Option<&Kept>) -> (Vec<Vec<i32>>, Numbered, Numbered) {
    let mut lists = [Numbered::new(), Numbered::new()];
    let of = |unit: &Unit| usize::from(unit.name().starts_with("stays"));
    for unit in units {
        for (number, speciality) in unit.trailer.providers.iter().skip(1) {
            let known = lists[of(unit)].entry(number.clone()).or_default();
            if known.1.is_empty() || (!speciality.is_empty() && *speciality < known.1) {
                known.1.clone_from(speciality);
            }
        }
    }
    for (at, list) in lists.iter_mut().enumerate() {
        let known = known.map(|kept| &kept.providers[at]);
        let mut next = known.and_then(|known| known.values().max()).unwrap_or(&0) + 1;
        for (name, (number, _)) in list.iter_mut() {
            *number = known
                .and_then(|known| known.get(name))
                .copied()
                .unwrap_or_else(|| {
                    next += 1;
                    next - 1
                });
        }
        // Who is in no unit any more keeps his number for the day on which he is again.
        for (name, number) in known.into_iter().flatten() {
            list.entry(name.clone()).or_insert((*number, String::new()));
        }
    }
    let numbers = |unit: &Unit| {
        let list = &lists[of(unit)];
        unit.trailer
            .providers
            .iter()
            .map(|(number, _)| list.get(number).map_or(0, |known| known.0))
            .collect()
    };
    let numbers = units.iter().map(numbers).collect();
    let [professionals, sites] = lists;
    (numbers, professionals, sites)
}

/// Each unit's groups of stays by their places in one list, whose first is none.
fn groups(units: &[Unit]) -> (Vec<Vec<u32>>, Vec<String>) {
    let mut names = vec![String::new()];
    let mut places = HashMap::from([(String::new(), 0u32)]);
    let mut of = |group: &String| {
        *places.entry(group.clone()).or_insert_with(|| {
            names.push(group.clone());
            u32::try_from(names.len() - 1).expect("some thousand groups")
        })
    };
    let groups = units
        .iter()
        .map(|unit| unit.trailer.groups.iter().map(&mut of).collect())
        .collect();
    (groups, names)
}

fn locations(persons: &Persons, units: &[Unit], known: Option<&Kept>) -> BTreeMap<[u8; 3], i32> {
    let mut departments: BTreeSet<[u8; 3]> = units
        .iter()
        .flat_map(|unit| &unit.trailer.strangers)
        .map(|stranger| stranger.department)
        .collect();
    for place in 0..u32::try_from(persons.len()).expect("fewer than 2^32 persons") {
        departments.insert(persons.traits(place).department);
    }
    departments.remove(b"   ");
    let known = known.into_iter().flat_map(|kept| &kept.locations);
    let known = known.filter_map(|(name, id)| Some((name.as_bytes().try_into().ok()?, *id)));
    let mut locations: BTreeMap<[u8; 3], i32> = known.collect();
    let mut next = locations.values().max().unwrap_or(&0) + 1;
    for department in departments {
        locations.entry(department).or_insert_with(|| {
            next += 1;
            next - 1
        });
    }
    locations
}

/// For each drug, the substance (ATC, fifth level) whose eras it makes.
pub(crate) fn eras(vocabulary: &Vocabulary) -> HashMap<i32, i32> {
    let substance = |row: &crate::vocabulary::ConceptRow| {
        row.vocabulary_id == System::Atc.vocabulary_id() && row.concept_code.len() == 7
    };
    let substances: HashSet<i32> = vocabulary
        .concepts()
        .iter()
        .filter(|row| substance(row))
        .map(|row| row.concept_id)
        .collect();
    let ancestors = vocabulary.ancestors();
    let of = ancestors
        .iter()
        .filter(|row| substances.contains(&row.ancestor_concept_id));
    of.map(|row| (row.descendant_concept_id, row.ancestor_concept_id))
        .collect()
}

/// Numbers of professionals or establishments, rising, with the speciality that is known of each.
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
