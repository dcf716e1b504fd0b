//! The lists of all units as one, with numbers that hold from snapshot to snapshot.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::Error;
use crate::bucket::Lists;
use crate::import::{Import, last_day};
use crate::persons::Persons;
use crate::state::{Code, FORM, Kept};
use crate::unit::Unit;
use crate::vocabulary::{Concept, System, Vocabulary};

/// What all units tell of.
pub(super) struct Told {
    pub(super) lists: Lists,
    pub(super) professionals: Numbered,
    pub(super) sites: Numbered,
}

impl Told {
    /// Gives numbers; what has one by what is `known` keeps it.
    pub(super) fn of(
        vocabulary: &mut Vocabulary,
        (persons, units): (&Persons, &[Unit]),
        known: Option<&Kept>,
    ) -> Result<Told, Error> {
        let concepts = concepts(vocabulary, units)?;
        let (providers, professionals, sites) = providers(units, known);
        let (groups, group_names) = groups(units);
        let last_flow = units.iter().filter_map(|unit| last_day(unit.name())).max();
        let lists = Lists {
            concepts,
            providers,
            groups,
            group_names,
            locations: locations(persons, units, known),
            eras: eras(vocabulary),
            mapped: vocabulary.maps(),
            last_flow: last_flow.unwrap_or(i32::MIN),
        };
        Ok(Told {
            lists,
            professionals,
            sites,
        })
    }

    /// What is kept of it for the next month, in so many buckets; the reference comes later.
    pub(super) fn kept(
        &self,
        import: &Import<'_>,
        (snapshot, buckets): (u64, u32),
        units: &[Unit],
    ) -> Kept {
        let locations = self.lists.locations.iter();
        Kept {
            form: FORM,
            snapshot,
            made_at: import.now_s,
            key: import.opposed.key().to_owned(),
            buckets,
            rules: import.rules.clone(),
            providers: [&self.professionals, &self.sites].map(numbers),
            locations: locations.map(|(name, id)| (place(name), *id)).collect(),
            codes: codes(units, &self.lists.concepts),
            listed: import.vocabulary.is_listed(),
            mapped: self.lists.mapped,
            activities: true,
            units: units.iter().map(|unit| unit.name().to_owned()).collect(),
            ..Kept::default()
        }
    }
}

/// What each code became.
pub(in super::super) fn codes(units: &[Unit], concepts: &[Vec<Concept>]) -> Vec<Code> {
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
pub(in super::super) fn concepts(
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
pub(super) type Numbered = BTreeMap<String, (i32, String)>;

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
