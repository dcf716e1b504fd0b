//! Numbers of the source, and what they become. No number of a snapshot is one of its source: whoever holds the source
//! finds nobody by them.

use std::collections::HashSet;
use std::sync::Mutex;

use hygie_rows::side_by_side;
use hygie_snapshot::Pseudonym;

mod sources;

use sources::Sources;

/// Stands for a person of whom nothing is held.
pub(crate) const OPPOSED: i32 = -1;
/// Stands for nobody.
pub(crate) const NOBODY: i32 = 0;
/// Stands, as a day, for a row that can't be taken: it has no number, and tells whose it is alone.
pub(crate) const REFUSED: i32 = i32::MIN;

/// The bucket of a pseudonym.
fn bucket(person: &Pseudonym, buckets: u32) -> u32 {
    u32::from(u16::from_be_bytes([person[0], person[1]])) % buckets
}

/// Persons as the source has them, each by his pseudonym and the source's number, in the order of its rows.
pub(crate) type People = Vec<(Pseudonym, i64)>;

/// Of two rows of one number, and of two persons of one name, the first is he; the others are taken out, and answered.
pub(crate) fn first_of_each(people: &mut People) -> People {
    let mut order: Vec<u32> = places(people.len()).collect();
    let mut shared = vec![false; people.len()];
    let mut mark = |order: &[u32], same: &dyn Fn(u32, u32) -> bool| {
        for pair in order.windows(2).filter(|pair| same(pair[0], pair[1])) {
            shared[pair[0] as usize] = true;
            shared[pair[1] as usize] = true;
        }
    };
    let at = |place: u32| people[place as usize];
    order.sort_unstable_by_key(|place| at(*place).1);
    mark(&order, &|a, b| at(a).1 == at(b).1);
    order.sort_unstable_by_key(|place| at(*place).0);
    mark(&order, &|a, b| at(a).0 == at(b).0);
    drop(order);
    // Who shares nothing is taken in any case; the few others are met in their order.
    let (mut numbers, mut names) = (HashSet::new(), HashSet::new());
    let (mut shared, mut others) = (shared.into_iter(), People::new());
    people.retain(|(name, number)| {
        let alone = !shared.next().expect("as many as there are persons");
        let first =
            alone || (!numbers.contains(number) && names.insert(*name) && numbers.insert(*number));
        if !first {
            others.push((*name, *number));
        }
        first
    });
    others
}

/// Persons of the source.
#[derive(Debug, Default)]
pub(crate) struct Persons {
    sources: Sources,
    /// In the order of the source's numbers: the snapshot's, or [`OPPOSED`].
    numbers: Vec<i32>,
    /// For each bucket, the pseudonyms of its persons in the order of their numbers.
    names: Vec<Vec<Pseudonym>>,
    /// Who is in no snapshot for his row could not be taken, and can be told all the same: by the source's number.
    others: Vec<(i64, Pseudonym)>,
    /// The source's numbers of those among such rows who oppose.
    hidden: Vec<i64>,
    opposed: u64,
}

impl Persons {
    /// Bytes of memory that a person takes while persons are numbered.
    pub(crate) const BYTES: u64 = 64;

    /// Numbers persons, of whom no two have one number or one name: in each bucket in the order of their pseudonyms, a number
    /// being its bucket's modulo `buckets`. `others` are whose rows can't be taken. If one of those who have a number
    /// opposes, nothing that is told under it is held; of others who share one it is the first by pseudonym.
    pub(crate) fn new(
        mut people: People,
        mut others: People,
        buckets: u32,
        opposed: impl Fn(&Pseudonym) -> bool,
    ) -> Persons {
        let oppose = |told: &&(Pseudonym, i64)| opposed(&told.0);
        let hidden = rising(others.iter().filter(oppose).map(|told| told.1));
        let who = rising(
            people
                .iter()
                .chain(&others)
                .filter(oppose)
                .map(|told| told.0),
        );
        people.sort_unstable();
        let mut persons = Persons {
            names: vec![Vec::new(); buckets as usize],
            opposed: who.len() as u64,
            ..Persons::default()
        };
        let mut numbered = Vec::with_capacity(people.len());
        for (name, source) in people {
            let mut number = OPPOSED;
            if !opposed(&name) && hidden.binary_search(&source).is_err() {
                let bucket = bucket(&name, buckets);
                let names = &mut persons.names[bucket as usize];
                names.push(name);
                let next = names.len() as u64 * u64::from(buckets) + u64::from(bucket);
                number = i32::try_from(next).expect("fewer than 2^31 persons");
            }
            numbered.push((source, number));
        }
        numbered.sort_unstable();
        persons.numbers = numbered.iter().map(|(_, number)| *number).collect();
        persons.sources = Sources::new(numbered.into_iter().map(|(source, _)| source).collect());
        others.retain(|(_, source)| {
            hidden.binary_search(source).is_err() && persons.place(*source).is_none()
        });
        persons.others = rising(others.into_iter().map(|(name, source)| (source, name)));
        persons.others.dedup_by_key(|other| other.0);
        persons.hidden = hidden;
        persons
    }

    /// Who has this number in the source: his number, [`OPPOSED`], or less than that, which [`Persons::name`] knows, for
    /// somebody whose row can't be taken.
    pub(crate) fn find(&self, source: i64) -> Option<i32> {
        if let Some(place) = self.place(source) {
            return Some(self.numbers[place]);
        }
        if self.hidden.binary_search(&source).is_ok() {
            return Some(OPPOSED);
        }
        let other = self.others.binary_search_by_key(&source, |other| other.0);
        let other = i32::try_from(other.ok()?).expect("fewer than 2^31 persons");
        Some(OPPOSED - 1 - other)
    }

    /// Where he stands among all who have a number of the snapshot or oppose.
    pub(crate) fn place(&self, source: i64) -> Option<usize> {
        self.sources.place(source)
    }

    /// How many, those who oppose included.
    pub(crate) fn len(&self) -> usize {
        self.sources.len()
    }

    /// The bucket of a number.
    pub(crate) fn bucket(&self, number: i32) -> usize {
        usize::try_from(number).map_or(0, |number| number % self.names.len())
    }

    /// The pseudonym of who was found.
    pub(crate) fn name(&self, number: i32) -> Option<&Pseudonym> {
        if number < OPPOSED {
            let other = usize::try_from(OPPOSED - 1 - number).expect("it is 0 or more");
            return self.others.get(other).map(|other| &other.1);
        }
        let place = usize::try_from(number).ok()? / self.names.len();
        self.names[self.bucket(number)].get(place.checked_sub(1)?)
    }

    /// How many are held, and how many oppose.
    pub(crate) fn count(&self) -> (u64, u64) {
        let held: usize = self.names.iter().map(Vec::len).sum();
        (held as u64, self.opposed)
    }

    /// Bytes of memory.
    pub(crate) fn bytes(&self) -> u64 {
        let taken = self.sources.bytes() + 4 * self.numbers.len() as u64 + 16 * self.count().0;
        taken + 24 * self.others.len() as u64 + 8 * self.hidden.len() as u64
    }
}

/// The rows of a table on their way to numbers, in their order.
#[derive(Debug, Default)]
pub(crate) struct Unnumbered {
    sources: Vec<i64>,
    persons: Vec<i32>,
    days: Vec<i32>,
}

impl Unnumbered {
    /// Bytes of memory that a row takes while rows are numbered.
    pub(crate) const BYTES: u64 = 24;

    /// Adds a row: the source's number, who was found ([`Persons::find`]) or [`NOBODY`], a day or [`REFUSED`].
    pub(crate) fn push(&mut self, (source, person, day): (i64, i32, i32)) {
        self.sources.push(source);
        self.persons.push(person);
        self.days.push(day);
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.sources.len()
    }

    /// Puts rows in the order of the source's numbers. Of rows with one number one stays: of somebody who opposes, if there is
    /// one, else the first that can be taken, or the first.
    fn sort(&mut self) {
        if self.sources.is_sorted_by(|a, b| a < b) {
            return;
        }
        let mut order: Vec<u32> = places(self.len()).collect();
        let rank = |row: usize| match (self.persons[row], self.days[row]) {
            (OPPOSED, _) => 0,
            (_, REFUSED) => 2,
            _ => 1,
        };
        let key = |row: &u32| (self.sources[*row as usize], rank(*row as usize), *row);
        order.sort_unstable_by_key(key);
        order.dedup_by_key(|row| self.sources[*row as usize]);
        self.sources = order
            .iter()
            .map(|row| self.sources[*row as usize])
            .collect();
        self.persons = order
            .iter()
            .map(|row| self.persons[*row as usize])
            .collect();
        self.days = order.iter().map(|row| self.days[*row as usize]).collect();
    }
}

/// The rows of a table: at most 16 bytes each.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    sources: Sources,
    /// Whose each is.
    persons: Vec<i32>,
    /// The how manieth it is of its bucket, or of nobody's; 0 of a row that has no number.
    counts: Vec<u32>,
    buckets: i64,
}

impl Numbers {
    /// Numbers rows: a person's by person and day, in steps of `buckets` so that no two buckets give the same; nobody's
    /// from 1. Rows of those who oppose and rows that can't be taken have none.
    pub(crate) fn new(mut rows: Unnumbered, buckets: u32, threads: usize) -> Numbers {
        rows.sort();
        let Unnumbered {
            sources,
            persons,
            days,
        } = rows;
        let sources = Sources::new(sources);
        let bucket = |row: u32| bucket_of(persons[row as usize], i64::from(buckets)) as usize;
        let (mut order, ends) = by_bucket(persons.len(), buckets as usize, bucket);
        let mut parts = Vec::with_capacity(ends.len());
        let mut rest = order.as_mut_slice();
        for pair in ends.windows(2) {
            let (part, after) = rest.split_at_mut(pair[1] - pair[0]);
            parts.push(Mutex::new(part));
            rest = after;
        }
        // Rows stand by the source's number, so that their places tell which is the lower.
        let key = |row: &u32| (persons[*row as usize], days[*row as usize], *row);
        let sorted: Result<Vec<()>, ()> = side_by_side(threads, &parts, |part| {
            let mut part = part.lock().expect("each is taken once");
            part.sort_unstable_by_key(key);
            Ok(())
        });
        sorted.expect("sorting can't fail");
        drop(parts);
        let mut counts = vec![0; persons.len()];
        for pair in ends.windows(2) {
            let rows = order[pair[0]..pair[1]].iter().map(|row| *row as usize);
            let held = rows.filter(|row| persons[*row] != OPPOSED && days[*row] != REFUSED);
            for (count, row) in (1..).zip(held) {
                counts[row] = count;
            }
        }
        Numbers {
            sources,
            persons,
            counts,
            buckets: i64::from(buckets),
        }
    }

    /// Where a row stands among those of its table.
    pub(crate) fn place(&self, source: i64) -> Option<usize> {
        self.sources.place(source)
    }

    /// The snapshot's number of a row, 0 where it has none, and whose it is.
    pub(crate) fn find(&self, source: i64) -> Option<(i64, i32)> {
        self.place(source).map(|place| self.at(place))
    }

    /// The snapshot's number of the row that stands there, 0 where it has none, and whose it is.
    pub(crate) fn at(&self, place: usize) -> (i64, i32) {
        let (person, count) = (self.persons[place], i64::from(self.counts[place]));
        let number = match (count, person) {
            (0, _) => 0,
            (count, NOBODY) => count,
            (count, person) => count * self.buckets + bucket_of(person, self.buckets),
        };
        (number, person)
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.persons.len()
    }

    /// Bytes of memory.
    pub(crate) fn bytes(&self) -> u64 {
        self.sources.bytes() + 8 * self.persons.len() as u64
    }
}

/// In their order, none twice.
fn rising<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = all.collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn bucket_of(person: i32, buckets: i64) -> i64 {
    i64::from(person).rem_euclid(buckets)
}

/// Rows by bucket, each bucket's in their order, and where each begins; behind them where the last ends.
fn by_bucket(rows: usize, buckets: usize, bucket: impl Fn(u32) -> usize) -> (Vec<u32>, Vec<usize>) {
    let mut ends = vec![0; buckets + 1];
    for row in places(rows) {
        ends[bucket(row) + 1] += 1;
    }
    for at in 1..ends.len() {
        ends[at] += ends[at - 1];
    }
    let mut next = ends.clone();
    let mut order = vec![0; rows];
    for row in places(rows) {
        let at = &mut next[bucket(row)];
        order[*at] = row;
        *at += 1;
    }
    (order, ends)
}

fn places(rows: usize) -> std::ops::Range<u32> {
    0..u32::try_from(rows).expect("whoever gathers rows stops at 2^32")
}

#[cfg(test)]
mod tests;
