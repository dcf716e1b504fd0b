//! Whose lives, and how long they are observed.

use crate::calendar::{Day, day};

/// What determines every life: the same plan gives the same bytes, on any number of threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How many, 1 to 100 million: the keys of stays have digits for as many.
    pub persons: u64,
    /// How many years are observed, 1 to 30.
    pub years: u16,
    /// The first of them, 1990 to 2100.
    pub first_year: u16,
    /// Another seed, other people.
    pub seed: u64,
}

impl Plan {
    /// The first day observed.
    pub fn from(&self) -> Day {
        day(i32::from(self.first_year), 1, 1)
    }

    /// The day after the last.
    pub fn until(&self) -> Day {
        day(i32::from(self.first_year) + i32::from(self.years), 1, 1)
    }
}
