//! Numbers of the source, and what they become. No number of a snapshot is one of its source: whoever holds the source
//! finds nobody by them.

use std::collections::{BTreeMap, HashMap};

use hygie_snapshot::Pseudonym;

/// Stands for a person of whom nothing is held.
pub(crate) const OPPOSED: i32 = -1;
/// Stands for nobody.
pub(crate) const NOBODY: i32 = 0;

/// The bucket of a pseudonym.
fn bucket(person: &Pseudonym, buckets: u32) -> u32 {
    u32::from(u16::from_be_bytes([person[0], person[1]])) % buckets
}

/// Persons of the source.
#[derive(Debug, Default)]
pub(crate) struct Persons {
    by_source: HashMap<i64, i32>,
    /// For each bucket, the pseudonyms of its persons in the order of their numbers.
    names: Vec<Vec<Pseudonym>>,
    opposed: u64,
}

impl Persons {
    /// Numbers persons: in each bucket in the order of their pseudonyms, a number being its bucket's modulo `buckets`.
    pub(crate) fn new(
        people: impl IntoIterator<Item = (i64, Pseudonym)>,
        buckets: u32,
        opposed: impl Fn(&Pseudonym) -> bool,
    ) -> Persons {
        let mut list: Vec<(Pseudonym, i64)> = people
            .into_iter()
            .map(|(source, name)| (name, source))
            .collect();
        list.sort_unstable();
        let mut persons = Persons {
            names: vec![Vec::new(); buckets as usize],
            ..Persons::default()
        };
        for (name, source) in list {
            let mut number = OPPOSED;
            if opposed(&name) {
                persons.opposed += 1;
            } else {
                let bucket = bucket(&name, buckets);
                let names = &mut persons.names[bucket as usize];
                names.push(name);
                let next = names.len() as u64 * u64::from(buckets) + u64::from(bucket);
                number = i32::try_from(next).expect("fewer than 2^31 persons");
            }
            persons.by_source.insert(source, number);
        }
        persons
    }

    /// The number of whoever has this one in the source, or [`OPPOSED`].
    pub(crate) fn find(&self, source: i64) -> Option<i32> {
        self.by_source.get(&source).copied()
    }

    /// The bucket of a number.
    pub(crate) fn bucket(&self, number: i32) -> usize {
        usize::try_from(number).map_or(0, |number| number % self.names.len())
    }

    /// The pseudonym of a number.
    pub(crate) fn name(&self, number: i32) -> Option<&Pseudonym> {
        let place = usize::try_from(number).ok()? / self.names.len();
        self.names[self.bucket(number)].get(place.checked_sub(1)?)
    }

    /// How many are held, and how many oppose.
    pub(crate) fn count(&self) -> (u64, u64) {
        let held: usize = self.names.iter().map(Vec::len).sum();
        (held as u64, self.opposed)
    }
}

/// The rows of a table, 24 bytes each: the source's number, the snapshot's, and whose row it is.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    rows: Vec<(i64, i64, i32)>,
}

/// A row that is to be numbered: the source's number, the person's in the snapshot ([`NOBODY`], [`OPPOSED`]), a day.
pub(crate) type Unnumbered = (i64, i32, i32);

impl Numbers {
    /// Numbers rows: a person's by person and day, in steps of `buckets` so that no two buckets give the same; nobody's
    /// from 1. Of rows with one number the first holds.
    pub(crate) fn new(mut rows: Vec<Unnumbered>, buckets: u32) -> Numbers {
        // Stable: the first row of a number stays the first.
        rows.sort_by_key(|(source, ..)| *source);
        rows.dedup_by_key(|(source, ..)| *source);
        let buckets = i64::from(buckets);
        let bucket = |person: i32| i64::from(person).rem_euclid(buckets);
        rows.sort_unstable_by_key(|&(source, person, day)| (bucket(person), person, day, source));
        let mut counts: BTreeMap<i64, i64> = BTreeMap::new();
        let numbered = |(source, person, _): Unnumbered| {
            let (step, first) = match person {
                OPPOSED => return (source, 0, person),
                NOBODY => (1, 0),
                person => (buckets, bucket(person)),
            };
            let count = counts.entry(first).or_default();
            *count += 1;
            (source, *count * step + first, person)
        };
        let mut rows: Vec<(i64, i64, i32)> = rows.into_iter().map(numbered).collect();
        rows.sort_unstable();
        Numbers { rows }
    }

    /// Where a row stands among those of its table.
    pub(crate) fn place(&self, source: i64) -> Option<usize> {
        self.rows.binary_search_by_key(&source, |row| row.0).ok()
    }

    /// The snapshot's number of a row, and whose it is.
    pub(crate) fn find(&self, source: i64) -> Option<(i64, i32)> {
        let (_, number, person) = self.rows[self.place(source)?];
        Some((number, person))
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }
}

#[cfg(test)]
mod tests;
