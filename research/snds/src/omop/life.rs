//! What is derived of all years of a bucket's persons: when each was observed, which drugs he took on end, how he died.

use std::collections::HashMap;

use hygie_snapshot::{Building, Event, FileEntry, Scan, Values};

use super::{Line, Person, TABLES, eras, persons, table};
use crate::Error;
use crate::bucket::Lists;
use crate::event::{Kind, role};

/// First day and last.
type Days = (i32, i32);

/// Of each person of a bucket, by his place in it, the first day and the last of whatever the flows tell.
pub(super) struct Seen {
    step: i32,
    days: Vec<Option<Days>>,
}

impl Seen {
    /// A person's days.
    pub(super) fn of(&self, person: i32) -> Option<Days> {
        self.days.get(self.place(person)).copied().flatten()
    }

    fn place(&self, person: i32) -> usize {
        (person / self.step).unsigned_abs() as usize
    }

    /// What others saw of the same bucket.
    fn join(&mut self, other: &Seen) {
        if other.days.len() > self.days.len() {
            self.days.resize(other.days.len(), None);
        }
        for (days, seen) in self.days.iter_mut().zip(&other.days) {
            if let Some((start, end)) = *seen {
                let days = days.get_or_insert((start, end));
                *days = (days.0.min(start), days.1.max(end));
            }
        }
    }

    /// A person was seen from a day to another.
    fn see(&mut self, person: i32, (start, end): Days) {
        let place = self.place(person);
        if place >= self.days.len() {
            self.days.resize(place + 1, None);
        }
        let days = self.days[place].get_or_insert((start, end));
        *days = (days.0.min(start), days.1.max(end));
    }
}

/// Of each person a day, a role and a concept.
pub(super) type Causes = HashMap<i32, (i32, u8, i32)>;

/// What years add up to.
pub(crate) struct Life {
    seen: Seen,
    causes: Causes,
    /// Person, substance, day.
    deliveries: Vec<(i32, i32, i32)>,
}

impl Life {
    /// For a bucket, whose persons' numbers are `step` apart.
    pub(crate) fn new(step: u32) -> Life {
        let step = i32::try_from(step).unwrap_or(i32::MAX).max(1);
        Life {
            seen: Seen {
                step,
                days: Vec::new(),
            },
            causes: HashMap::new(),
            deliveries: Vec::new(),
        }
    }

    /// Adds a year's lines, or those of what is given whole.
    pub(crate) fn add(&mut self, year: Option<i32>, lines: &[Line], lists: &Lists) {
        for line in lines {
            if line.kind == Kind::Cause {
                let cause = (line.start, line.role, line.concept);
                let kept = self.causes.entry(line.person).or_insert(cause);
                if line.role == role::PRINCIPAL {
                    *kept = cause;
                }
            }
            // What is given whole is no flow: an illness that was recognised before they begin is not seen by them.
            if year.is_none() {
                continue;
            }
            let name = table(line).map(|table| TABLES[table]);
            // Two tables of the CDM have no last day.
            let end = match name {
                Some("measurement" | "observation") => line.start,
                _ => line.end.max(line.start),
            };
            self.seen.see(line.person, (line.start, end));
            if name == Some("drug_exposure") {
                self.deliver(line.person, line.source, line.start, lists);
            }
        }
    }

    /// A drug was delivered to a person.
    fn deliver(&mut self, person: i32, drug: i32, day: i32, lists: &Lists) {
        if let Some(substance) = lists.eras.get(&drug) {
            self.deliveries.push((person, *substance, day));
        }
    }

    /// Adds what a file by person tells that was taken over as it is.
    pub(crate) fn read(
        &mut self,
        scan: &Scan<'_>,
        table: &str,
        file: &FileEntry,
        lists: &Lists,
    ) -> Result<(), Error> {
        let Some(event) = Event::named(table) else {
            return Ok(());
        };
        let there = scan.columns(file)?;
        let end = match event.date.strip_suffix("_start_date") {
            Some(short) => format!("{short}_end_date"),
            None => format!("{}_end_date", event.date.trim_end_matches("_date")),
        };
        let source = "drug_source_concept_id".to_owned();
        let drug = [source.as_str(), event.concept].into_iter();
        let drug = drug.filter(|_| table == "drug_exposure");
        let drug = drug
            .clone()
            .find(|name| there.iter().any(|column| column == name));
        let mut columns = vec!["person_id", event.date];
        let end = there.iter().find(|column| **column == end);
        columns.extend(end.map(String::as_str));
        columns.extend(drug);
        let rows = scan.read(file, &columns)?.table;
        let ints = |name: &str| rows.column(name).and_then(Values::ints);
        let (Some(persons), Some(starts)) = (ints("person_id"), ints(event.date)) else {
            return Ok(());
        };
        let ends = end.and_then(|end| ints(end)).unwrap_or(starts);
        for ((person, start), end) in persons.iter().zip(starts).zip(ends) {
            // No last day is the first, and less than any.
            self.seen.see(*person, (*start, *end.max(start)));
        }
        if let Some(drugs) = drug.and_then(ints) {
            for ((person, start), drug) in persons.iter().zip(starts).zip(drugs) {
                self.deliver(*person, *drug, *start, lists);
            }
        }
        Ok(())
    }

    /// Adds what other years told.
    pub(crate) fn join(&mut self, other: Life) {
        self.seen.join(&other.seen);
        self.causes.extend(other.causes);
        self.deliveries.extend(other.deliveries);
    }

    /// Writes `drug_era`, `person`, `observation_period` and `death`.
    pub(crate) fn write(
        self,
        building: &Building,
        bucket: u32,
        persons: &[Person],
        lists: &Lists,
    ) -> Result<(), Error> {
        eras::write(building, bucket, self.deliveries)?;
        let told = (&self.seen, &self.causes);
        persons::write(building, bucket, persons, told, lists)
    }
}
