//! A bucket of persons, year of care by year of care: their events out of every unit, netted, as tables of the CDM; then
//! what is derived of all years.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use hygie_snapshot::{Building, Place, Pseudonym};

use crate::Error;
use crate::event::Kind;
use crate::import::side_by_side;
use crate::omop::{self, Life, Line, Person};
use crate::persons::{self, Next, Persons, Traits};
use crate::rules::{Rule, Rules};
use crate::unit::Unit;
use crate::vocabulary::Concept;

/// What the lists of the units became, for all of them.
pub(crate) struct Lists {
    /// For each unit, its codes.
    pub(crate) concepts: Vec<Vec<Concept>>,
    /// For each unit, its professionals, or for a year of stays its establishments; 0 is nobody.
    pub(crate) providers: Vec<Vec<i32>>,
    /// For each unit, its groups of stays, by their places in [`Lists::group_names`].
    pub(crate) groups: Vec<Vec<u32>>,
    /// Groups of stays (GHM) of all units; the first is none.
    pub(crate) group_names: Vec<String>,
    /// Number of each department.
    pub(crate) locations: BTreeMap<[u8; 3], i32>,
    /// The drug of an era, for each concept of a drug that has one.
    pub(crate) eras: HashMap<i32, i32>,
    /// Whether some codes have standard concepts that are not their own.
    pub(crate) mapped: bool,
    /// The last day of the flows.
    pub(crate) last_flow: i32,
}

/// Those whom only claims name and of whom something is told, by bucket, each with his number.
pub(crate) struct Strangers(Vec<BTreeMap<Pseudonym, (i32, Traits)>>);

impl Strangers {
    /// Gives them numbers, in the order of their pseudonyms. Several units may know one.
    pub(crate) fn of(units: &[Unit], (buckets, mut next): (u32, Next)) -> Strangers {
        let mut met: Vec<BTreeMap<Pseudonym, (i32, Traits)>> =
            vec![BTreeMap::new(); buckets as usize];
        let all = units.iter().flat_map(|unit| &unit.trailer.strangers);
        for stranger in all.filter(|stranger| stranger.told) {
            let known = Traits {
                birth_year: stranger.birth_year,
                sex: stranger.sex,
                department: stranger.department,
                ..Traits::none()
            };
            let bucket = persons::bucket(&stranger.name, buckets) as usize;
            let met = met[bucket].entry(stranger.name);
            met.or_insert_with(|| (0, Traits::none())).1.fill(&known);
        }
        for (bucket, met) in (0u32..).zip(&mut met) {
            for (number, _) in met.values_mut() {
                *number = next.give(bucket);
            }
        }
        Strangers(met)
    }
}

/// What buckets added up to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sum {
    pub(crate) persons: u64,
    pub(crate) unreferenced: u64,
    pub(crate) opposed: u64,
    pub(crate) netted: u64,
}

/// What buckets are written from.
pub(crate) struct World<'a> {
    pub(crate) building: &'a Building,
    pub(crate) persons: &'a Persons,
    pub(crate) strangers: Strangers,
    pub(crate) units: &'a [Unit],
    pub(crate) lists: &'a Lists,
    pub(crate) rules: &'a Rules,
}

impl World<'_> {
    /// Writes every bucket into the snapshot.
    pub(crate) fn write(
        &self,
        threads: usize,
        progress: &(dyn Fn(u32) + Sync),
    ) -> Result<Sum, Error> {
        let buckets: Vec<u32> = (0..self.building.buckets()).collect();
        let sums = side_by_side(threads, &buckets, |bucket| {
            let sum = self.bucket(*bucket)?;
            progress(*bucket);
            Ok::<_, Error>(sum)
        })?;
        Ok(sums.into_iter().fold(Sum::default(), |a, b| Sum {
            persons: a.persons + b.persons,
            unreferenced: a.unreferenced + b.unreferenced,
            opposed: a.opposed + b.opposed,
            netted: a.netted + b.netted,
        }))
    }

    fn bucket(&self, bucket: u32) -> Result<Sum, Error> {
        let mut sum = Sum::default();
        let persons = self.persons_of(bucket, &mut sum);
        let years: BTreeSet<Option<i32>> = self
            .units
            .iter()
            .flat_map(|unit| unit.years(bucket))
            // What is given whole has a file even when there is nothing: so each table stands in each bucket.
            .chain([None])
            .collect();
        let mut life = Life::new(self.building.buckets());
        for year in years {
            let (lines, netted) = self.lines(bucket, year)?;
            sum.netted += netted;
            let place = Place { bucket, year };
            let groups = &self.lists.group_names;
            omop::write(self.building, place, &lines, (groups, self.lists))?;
            life.add(year, &lines, self.lists);
        }
        life.write(self.building, bucket, &persons, self.lists)?;
        Ok(sum)
    }

    /// The lines of a bucket and year, netted, and how many were summed away.
    fn lines(&self, bucket: u32, year: Option<i32>) -> Result<(Vec<Line>, u64), Error> {
        let mut lines = Vec::new();
        for (at, unit) in self.units.iter().enumerate() {
            for event in unit.events(bucket, year)? {
                let person = match event.stranger() {
                    None => i32::try_from(event.person).expect("numbers are below"),
                    Some(place) => {
                        let name = &unit.trailer.strangers[place].name;
                        self.strangers.0[bucket as usize][name].0
                    }
                };
                let coded = !matches!(event.kind, Kind::Stay | Kind::Detail);
                let concept = coded.then(|| self.lists.concepts[at][event.code as usize]);
                lines.push(Line {
                    person,
                    kind: event.kind,
                    role: event.role,
                    source: concept.map_or(0, |concept| concept.source),
                    start: event.start,
                    end: event.end,
                    provider: self.lists.providers[at][event.provider as usize],
                    unit: u32::try_from(at).expect("few units"),
                    stay: event.stay,
                    concept: concept.map_or(0, |concept| concept.standard),
                    domain: concept.map(|concept| concept.domain),
                    group: if event.kind == Kind::Stay {
                        self.lists.groups[at][event.code as usize]
                    } else {
                        0
                    },
                    quantity: i64::from(event.quantity),
                    charged: event.charged,
                    paid: event.paid,
                });
            }
        }
        omop::order(&mut lines, self.building.buckets());
        let netted = if self.rules.on(Rule::Regularisations) {
            net(&mut lines)
        } else {
            0
        };
        Ok((lines, netted))
    }

    /// The persons of a bucket: the reference's in the order of their pseudonyms, then those whom only claims name.
    fn persons_of(&self, bucket: u32, sum: &mut Sum) -> Vec<Person> {
        let mut list = Vec::new();
        for place in self.persons.of_bucket(bucket) {
            let number = self.persons.number(place);
            if number == 0 {
                sum.opposed += 1;
                continue;
            }
            list.push(Person {
                number,
                name: *self.persons.name(place),
                traits: *self.persons.traits(place),
            });
        }
        let met = &self.strangers.0[bucket as usize];
        sum.unreferenced += met.len() as u64;
        list.extend(met.iter().map(|(name, (number, traits))| Person {
            number: *number,
            name: *name,
            traits: *traits,
        }));
        list.sort_by_key(|person| person.number);
        sum.persons += list.len() as u64;
        list
    }
}

/// Identical claim lines are one, whose quantities and amounts are their sums; none is left of what sums up to nothing.
/// Diagnoses that are said twice of a stay are said once. Answers how many lines are gone.
pub(crate) fn net(lines: &mut Vec<Line>) -> u64 {
    let before = lines.len();
    lines.dedup_by(|line, last| {
        if line.identity() != last.identity() {
            return false;
        }
        if line.stay == 0 && line.kind.is_claim() {
            last.quantity += line.quantity;
            last.charged += line.charged;
            last.paid += line.paid;
            return true;
        }
        line.kind == Kind::Condition
    });
    lines.retain(|line| line.stay != 0 || !line.kind.is_claim() || line.quantity > 0);
    (before - lines.len()) as u64
}
