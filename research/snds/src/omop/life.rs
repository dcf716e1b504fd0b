//! What is derived of all years of a bucket's persons: when each was observed, which drugs he took on end, how he died.

use std::collections::HashMap;

use hygie_snapshot::Building;

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
