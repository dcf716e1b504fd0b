//! What is derived of all years of a bucket's persons: when each was observed, which drugs he took on end, how he died.

use std::collections::HashMap;

use hygie_snapshot::Building;

use super::{Line, Person, eras, persons, table};
use crate::Error;
use crate::bucket::Lists;
use crate::event::{Kind, role};

/// Of each person the first day and the last of whatever the flows tell.
pub(super) type Seen = HashMap<i32, (i32, i32)>;
/// Of each person a day, a role and a concept.
pub(super) type Causes = HashMap<i32, (i32, u8, i32)>;

/// What years add up to.
#[derive(Default)]
pub(crate) struct Life {
    seen: Seen,
    causes: Causes,
    /// Person, substance, day.
    deliveries: Vec<(i32, i32, i32)>,
}

impl Life {
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
            let name = table(line);
            // Two tables of the CDM have no last day.
            let end = match name {
                "measurement" | "observation" => line.start,
                _ => line.end,
            };
            self.see(line.person, line.start, end);
            if name == "drug_exposure" {
                self.deliver(line.person, line.source, line.start, lists);
            }
        }
    }

    /// A person was seen from a day to another.
    fn see(&mut self, person: i32, start: i32, end: i32) {
        let end = end.max(start);
        let days = self.seen.entry(person).or_insert((start, end));
        *days = (days.0.min(start), days.1.max(end));
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
