//! A bucket of persons: their events out of every unit, netted, as tables of the CDM.

use std::collections::BTreeMap;
use std::collections::HashMap;

use hygie_snapshot::{Building, Pseudonym};

use crate::Error;
use crate::event::Kind;
use crate::import::side_by_side;
use crate::omop::{self, Line, Person};
use crate::persons::{Persons, Traits};
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
    /// The last day of the flows.
    pub(crate) last_flow: i32,
}

/// What buckets added up to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sum {
    pub(crate) persons: u64,
    pub(crate) unreferenced: u64,
    pub(crate) opposed: u64,
    pub(crate) netted: u64,
}

/// Writes every bucket into a snapshot.
pub(crate) fn all(
    building: &Building,
    (persons, units, lists): (&Persons, &[Unit], &Lists),
    (rules, opposed): (&Rules, &hygie_snapshot::Opposed),
    threads: usize,
    progress: &(dyn Fn(u32) + Sync),
) -> Result<Sum, Error> {
    let buckets: Vec<u32> = (0..building.buckets()).collect();
    let sums = side_by_side(threads, &buckets, |bucket| {
        let sum = one(building, *bucket, (persons, units, lists), (rules, opposed))?;
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

fn one(
    building: &Building,
    bucket: u32,
    (persons, units, lists): (&Persons, &[Unit], &Lists),
    (rules, opposed): (&Rules, &hygie_snapshot::Opposed),
) -> Result<Sum, Error> {
    let mut sum = Sum::default();
    let mut events = Vec::with_capacity(units.len());
    for unit in units {
        events.push(unit.events(bucket)?);
    }
    let (numbers, strangers) =
        numbered(building, bucket, persons, units, &events, opposed, &mut sum);
    let mut lines = Vec::with_capacity(events.iter().map(Vec::len).sum());
    for (at, list) in events.into_iter().enumerate() {
        let unit = &units[at];
        for event in list {
            let number = if event.person < unit.trailer.persons {
                numbers.reference[(event.person - persons.of_bucket(bucket).start) as usize]
            } else {
                let stranger =
                    &unit.trailer.strangers[(event.person - unit.trailer.persons) as usize];
                numbers.strangers[&stranger.name]
            };
            let coded = !matches!(event.kind, Kind::Stay | Kind::Detail);
            let concept = coded.then(|| lists.concepts[at][event.code as usize]);
            lines.push(Line {
                person: number,
                kind: event.kind,
                role: event.role,
                source: concept.map_or(0, |concept| concept.source),
                start: event.start,
                end: event.end,
                provider: lists.providers[at][event.provider as usize],
                unit: u32::try_from(at).expect("few units"),
                stay: event.stay,
                concept: concept.map_or(0, |concept| concept.standard),
                domain: concept.map(|concept| concept.domain),
                group: if event.kind == Kind::Stay {
                    lists.groups[at][event.code as usize]
                } else {
                    0
                },
                quantity: i64::from(event.quantity),
                charged: event.charged,
                paid: event.paid,
            });
        }
    }
    omop::order(&mut lines, building.buckets());
    if rules.on(Rule::Regularisations) {
        sum.netted = net(&mut lines);
    }
    omop::write(
        building,
        bucket,
        &strangers,
        &lines,
        (&lists.group_names, lists),
    )?;
    Ok(sum)
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

/// Those whom only claims name, with what is known of them: a stranger is a person when something is told of him, and
/// several units may know him.
fn met(units: &[Unit], events: &[Vec<crate::event::Event>]) -> BTreeMap<Pseudonym, Traits> {
    let mut met: BTreeMap<Pseudonym, Traits> = BTreeMap::new();
    for (unit, events) in units.iter().zip(events) {
        for event in events
            .iter()
            .filter(|event| event.person >= unit.trailer.persons)
        {
            let stranger = &unit.trailer.strangers[(event.person - unit.trailer.persons) as usize];
            let known = Traits {
                birth_year: stranger.birth_year,
                sex: stranger.sex,
                department: stranger.department,
                ..Traits::none()
            };
            met.entry(stranger.name)
                .or_insert_with(Traits::none)
                .fill(&known);
        }
    }
    met
}

/// The numbers of a bucket's persons.
struct Numbers {
    /// Of those of the reference, in their order.
    reference: Vec<i32>,
    /// Of the others.
    strangers: HashMap<Pseudonym, i32>,
}

/// Gives numbers: to the reference's persons in the order of their pseudonyms, then to those whom only claims name.
fn numbered(
    building: &Building,
    bucket: u32,
    persons: &Persons,
    units: &[Unit],
    events: &[Vec<crate::event::Event>],
    opposed: &hygie_snapshot::Opposed,
    sum: &mut Sum,
) -> (Numbers, Vec<Person>) {
    let (buckets, bucket_i) = (i64::from(building.buckets()), i64::from(bucket));
    let mut count = 0i64;
    let mut next = || {
        count += 1;
        i32::try_from(count * buckets + bucket_i).expect("fewer than 2^31 persons")
    };
    let mut list = Vec::new();
    let mut reference = Vec::new();
    for place in persons.of_bucket(bucket) {
        let name = persons.name(place);
        if opposed.holds(name) {
            sum.opposed += 1;
            reference.push(0);
            continue;
        }
        let number = next();
        reference.push(number);
        list.push(Person {
            number,
            name: *name,
            traits: *persons.traits(place),
        });
    }
    let met = met(units, events);
    let mut strangers = HashMap::new();
    for (name, traits) in met {
        let number = next();
        sum.unreferenced += 1;
        strangers.insert(name, number);
        list.push(Person {
            number,
            name,
            traits,
        });
    }
    sum.persons += list.len() as u64;
    (
        Numbers {
            reference,
            strangers,
        },
        list,
    )
}
