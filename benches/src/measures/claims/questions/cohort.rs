//! Cohorts of a bucket: what happens on days to persons, each by his place in it, for their numbers are dense there.

use std::collections::BTreeSet;

use hygie_snapshot::{Error, FileEntry, Order, Scan, Values};

use super::{SECOND_YEAR, ints};

/// Days of persons, in any order.
#[derive(Default)]
struct Days {
    places: Vec<usize>,
    days: Vec<i32>,
}

impl Days {
    /// Of the rows of an event that are of the wanted concepts: `columns` are the person, the day, and what `counts` is asked of.
    fn of<'f>(
        scan: &Scan<'_>,
        files: impl IntoIterator<Item = &'f FileEntry>,
        (columns, counts): ([&str; 3], fn(i32) -> bool),
        wanted: &BTreeSet<i32>,
    ) -> Result<Days, Error> {
        let mut found = Days::default();
        for file in files {
            let batch = scan.postings(file, &columns, &|concept| wanted.contains(&concept))?;
            let [who, when, said] = columns.map(|name| ints(&batch, name));
            for row in (0..who.len()).filter(|row| counts(said[*row])) {
                let place = who[row] / scan.buckets();
                found.places.push(place.unsigned_abs() as usize);
                found.days.push(when[row]);
            }
        }
        Ok(found)
    }

    /// How many places there are.
    fn persons(&self) -> usize {
        self.places.iter().max().map_or(0, |place| place + 1)
    }

    /// The first day of each person; after all days where he has none.
    fn first(&self) -> Vec<i32> {
        let mut first = vec![i32::MAX; self.persons()];
        for (place, day) in self.places.iter().zip(&self.days) {
            first[*place] = first[*place].min(*day);
        }
        first
    }

    /// Calls with the days of each person, which rise.
    fn each(&self, mut found: impl FnMut(&[i32])) {
        // Where each person's days begin; then, when they are laid there, where they end.
        let mut at = vec![0usize; self.persons() + 1];
        for place in &self.places {
            at[place + 1] += 1;
        }
        for place in 1..at.len() {
            at[place] += at[place - 1];
        }
        let mut days = vec![0; self.days.len()];
        for (place, day) in self.places.iter().zip(&self.days) {
            days[at[*place]] = *day;
            at[*place] += 1;
        }
        let mut begin = 0;
        for end in &at[..self.persons()] {
            let days = &mut days[begin..*end];
            days.sort_unstable();
            found(days);
            begin = *end;
        }
    }
}

/// Deliveries of these drugs.
fn deliveries(scan: &Scan<'_>, files: &[FileEntry], drugs: &BTreeSet<i32>) -> Result<Days, Error> {
    let columns = ["person_id", "drug_exposure_start_date", "person_id"];
    Days::of(scan, files, (columns, |_| true), drugs)
}

/// Each new user of these drugs in the second year, without a stay before, with his first day; they rise.
pub fn users(
    scan: &Scan<'_>,
    files: &[FileEntry],
    drugs: &BTreeSet<i32>,
    stays: &BTreeSet<i32>,
) -> Result<Vec<(i32, i32)>, Error> {
    let bucket = files[0].bucket;
    let columns = [
        "person_id",
        "condition_start_date",
        "condition_status_concept_id",
    ];
    let ill = scan.files("condition_occurrence", Order::ByConcept)?;
    let ill = ill.iter().filter(|file| file.bucket == bucket);
    let stayed = |status| status != Values::NO_INT;
    let before = Days::of(scan, ill, (columns, stayed), stays)?.first();
    let first = deliveries(scan, files, drugs)?.first();
    let new = first.iter().enumerate().filter(|(place, day)| {
        SECOND_YEAR.contains(day) && before.get(*place).is_none_or(|stay| stay >= day)
    });
    let bucket = i32::try_from(bucket.unwrap_or(0)).unwrap_or(0);
    let person = |place| i32::try_from(place).unwrap_or(0) * scan.buckets() + bucket;
    Ok(new.map(|(place, day)| (person(place), *day)).collect())
}

/// How many have three deliveries of these drugs within 365 days.
pub fn three(scan: &Scan<'_>, files: &[FileEntry], drugs: &BTreeSet<i32>) -> Result<usize, Error> {
    let mut count = 0;
    deliveries(scan, files, drugs)?.each(|days| {
        let close = |three: &[i32]| three[2] - three[0] <= 365;
        count += usize::from(days.windows(3).any(close));
    });
    Ok(count)
}
