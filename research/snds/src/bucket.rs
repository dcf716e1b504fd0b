//! A bucket of persons, year of care by year of care: their events out of every unit, netted, as tables of the CDM; then
//! what is derived of all years.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use hygie_rows::side_by_side;
use hygie_snapshot::{Building, FileEntry, Order, Place, Pseudonym, Scan, TableEntry};

use crate::Error;
use crate::event::{Event, Kind};
use crate::import::Before;
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
    /// Gives them numbers: the one that is `known`, or the next of their bucket in the order of their pseudonyms. Several
    /// units may know one.
    pub(crate) fn of(
        units: &[Unit],
        buckets: u32,
        (known, next): (&BTreeMap<Pseudonym, i32>, &mut Next),
    ) -> Strangers {
        let mut met: Vec<BTreeMap<Pseudonym, (i32, Traits)>> =
            vec![BTreeMap::new(); buckets as usize];
        let all = units.iter().flat_map(|unit| &unit.trailer.strangers);
        for stranger in all.filter(|stranger| stranger.told) {
            let traits = Traits {
                birth_year: stranger.birth_year,
                sex: stranger.sex,
                department: stranger.department,
                ..Traits::none()
            };
            let bucket = persons::bucket(&stranger.name, buckets) as usize;
            let met = met[bucket].entry(stranger.name);
            met.or_insert_with(|| (0, Traits::none())).1.fill(&traits);
        }
        for (bucket, met) in (0u32..).zip(&mut met) {
            for (name, (number, _)) in met.iter_mut() {
                *number = known
                    .get(name)
                    .copied()
                    .unwrap_or_else(|| next.give(bucket));
            }
        }
        Strangers(met)
    }

    /// Each with his number.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = (&Pseudonym, i32)> {
        let all = self.0.iter().flatten();
        all.map(|(name, (number, _))| (name, *number))
    }
}

/// What buckets added up to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sum {
    pub(crate) persons: u64,
    pub(crate) unreferenced: u64,
    /// Claim events that were summed away, by bucket and year of care.
    pub(crate) netted: Vec<(u32, Option<i32>, u64)>,
}

/// A snapshot that is continued: what is as it was is taken over.
pub(crate) struct Continued<'a> {
    before: &'a Before,
    scan: &'a Scan<'a>,
    /// The files of each bucket and year, of event tables in either order.
    files: HashMap<Place, Vec<(&'a TableEntry, &'a FileEntry)>>,
}

impl<'a> Continued<'a> {
    pub(crate) fn new(before: &'a Before, scan: &'a Scan<'a>) -> Continued<'a> {
        let mut files: HashMap<Place, Vec<(&TableEntry, &FileEntry)>> = HashMap::new();
        for table in &before.snapshot.manifest().tables {
            for file in &table.files {
                if let Some(place) = file.place().filter(|place| place.year.is_some()) {
                    files.entry(place).or_default().push((table, file));
                }
            }
        }
        Continued {
            before,
            scan,
            files,
        }
    }

    /// Whether a year of a bucket is as it was. What is given whole is always written.
    fn keeps(&self, bucket: u32, year: Option<i32>) -> bool {
        year.is_some() && !self.before.touched.contains(&(bucket, year))
    }

    /// Takes over the files of a year, and reads back what is derived of all years.
    fn take(&self, building: &Building, at: Place, lists: &Lists) -> Result<Life, Error> {
        let mut life = Life::new(building.buckets());
        for (table, file) in self.files.get(&at).into_iter().flatten() {
            building.keep(&self.before.snapshot, &table.table, table.order, file)?;
            if table.order == Order::ByPerson {
                life.read(self.scan, &table.table, file, lists)?;
            }
        }
        Ok(life)
    }

    fn netted(&self, bucket: u32, year: Option<i32>) -> u64 {
        let all = self.before.state.kept.netted.iter();
        let here = all.filter(|of| (of.0, of.1) == (bucket, year));
        here.map(|of| of.2).sum()
    }
}

/// What buckets are written from.
pub(crate) struct World<'a> {
    pub(crate) building: &'a Building,
    pub(crate) persons: &'a Persons,
    pub(crate) strangers: Strangers,
    pub(crate) units: &'a [Unit],
    pub(crate) lists: &'a Lists,
    pub(crate) rules: &'a Rules,
    /// What is continued; none where every year is written anew.
    pub(crate) before: Option<Continued<'a>>,
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
        Ok(sums.into_iter().fold(Sum::default(), |mut a, mut b| {
            a.netted.append(&mut b.netted);
            a.persons += b.persons;
            a.unreferenced += b.unreferenced;
            a
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
            let place = Place { bucket, year };
            let before = self.before.as_ref();
            if let Some(before) = before.filter(|before| before.keeps(bucket, year)) {
                life.join(before.take(self.building, place, self.lists)?);
                sum.netted.push((bucket, year, before.netted(bucket, year)));
                continue;
            }
            let (lines, netted) = self.lines(bucket, year)?;
            sum.netted.push((bucket, year, netted));
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
                let line = self.line((at, unit), &event, bucket);
                // What is under a seal is ours, and yet it may tell of what its unit does not list.
                let line = line.ok_or_else(|| {
                    let why =
                        "it tells of what it does not list; import the whole extraction again";
                    Error::form(unit.path(), 0, why)
                })?;
                lines.extend(line);
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

    /// An event with numbers that hold in the snapshot; nothing of a person of whom nothing else is told. None when the unit's
    /// lists do not hold what the event names.
    fn line(&self, (at, unit): (usize, &Unit), event: &Event, bucket: u32) -> Option<Option<Line>> {
        let person = match event.stranger() {
            None => i32::try_from(event.person).ok()?,
            Some(place) => {
                let stranger = unit.trailer.strangers.get(place)?;
                if !stranger.told {
                    return Some(None);
                }
                self.strangers.0[bucket as usize].get(&stranger.name)?.0
            }
        };
        let code = event.code as usize;
        let concept = match event.kind {
            Kind::Stay | Kind::Detail => None,
            _ => Some(*self.lists.concepts[at].get(code)?),
        };
        let group = match event.kind {
            Kind::Stay => *self.lists.groups[at].get(code)?,
            _ => 0,
        };
        Some(Some(Line {
            person,
            kind: event.kind,
            role: event.role,
            source: concept.map_or(0, |concept| concept.source),
            start: event.start,
            end: event.end,
            provider: *self.lists.providers[at].get(event.provider as usize)?,
            unit: u32::try_from(at).ok()?,
            stay: event.stay,
            concept: concept.map_or(0, |concept| concept.standard),
            domain: concept.map(|concept| concept.domain),
            group,
            quantity: i64::from(event.quantity),
            charged: event.charged,
            paid: event.paid,
        }))
    }

    /// The persons of a bucket: the reference's in the order of their pseudonyms, then those whom only claims name.
    fn persons_of(&self, bucket: u32, sum: &mut Sum) -> Vec<Person> {
        let mut list = Vec::new();
        for place in self.persons.of_bucket(bucket) {
            let number = self.persons.number(place);
            if number == 0 {
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
