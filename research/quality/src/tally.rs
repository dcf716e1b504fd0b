//! What buckets count, and how their counts become one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::calendar::MONTHS;
use crate::quantiles::Spread;
use crate::thresholds::Check;

/// A check of a table, or of one of its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct At {
    pub(crate) check: Check,
    pub(crate) table: &'static str,
    pub(crate) column: Option<&'static str>,
}

/// Rows looked at, and rows that failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) looked: u64,
    pub(crate) failed: u64,
}

impl Count {
    /// Looks at one row.
    pub(crate) fn look(&mut self, good: bool) {
        self.looked += 1;
        self.failed += u64::from(!good);
    }
}

/// Rows of a concept, and persons who have one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Uses {
    pub(crate) rows: u64,
    pub(crate) persons: u64,
}

/// Charged and paid, cents.
pub(crate) type Cents = (i64, i64);

/// What is counted of a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct TableTally {
    pub(crate) rows: u64,
    /// By month since January 1900.
    pub(crate) months: Vec<u64>,
    /// Rows without a day, or with one outside of the two centuries.
    pub(crate) elsewhen: u64,
    pub(crate) spending: BTreeMap<usize, Cents>,
    pub(crate) uses: HashMap<i32, Uses>,
    /// Persons by how many rows they have.
    pub(crate) per_person: Spread,
    /// For each column, rows and empty cells.
    pub(crate) fill: BTreeMap<&'static str, (u64, u64)>,
}

/// What is counted of persons.
#[derive(Clone, Debug, Default)]
pub(crate) struct PersonTally {
    pub(crate) persons: u64,
    pub(crate) dead: u64,
    /// The living by age in years (0 to 120 and above) and sex (unknown, male, female).
    pub(crate) ages: BTreeMap<u32, [u64; 3]>,
    pub(crate) ageless: u64,
    /// By `location_id`; none for those whose place is unknown.
    pub(crate) places: BTreeMap<Option<i64>, u64>,
    /// Persons by days observed.
    pub(crate) observed: Spread,
    /// Persons by events of any table.
    pub(crate) events: Spread,
}

/// What a bucket, or all of them, came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) checks: BTreeMap<At, Count>,
    pub(crate) tables: BTreeMap<&'static str, TableTally>,
    pub(crate) persons: PersonTally,
    /// Columns that a file did not have.
    pub(crate) missing: BTreeSet<(&'static str, &'static str)>,
}

impl Tally {
    /// Adds to a check.
    pub(crate) fn add(
        &mut self,
        check: Check,
        table: &'static str,
        column: Option<&'static str>,
        count: Count,
    ) {
        let at = At {
            check,
            table,
            column,
        };
        let sum = self.checks.entry(at).or_default();
        sum.looked += count.looked;
        sum.failed += count.failed;
    }

    /// What is counted of a table.
    pub(crate) fn table(&mut self, table: &'static str) -> &mut TableTally {
        self.tables.entry(table).or_default()
    }

    /// With another bucket's.
    pub(crate) fn merge(&mut self, other: Tally) {
        for (at, count) in other.checks {
            self.add(at.check, at.table, at.column, count);
        }
        for (name, table) in other.tables {
            self.table(name).merge(table);
        }
        self.persons.merge(other.persons);
        self.missing.extend(other.missing);
    }
}

impl TableTally {
    /// Counts a row of a month.
    pub(crate) fn month(&mut self, month: Option<usize>) {
        let Some(month) = month else {
            self.elsewhen += 1;
            return;
        };
        self.months.resize(MONTHS, 0);
        self.months[month] += 1;
    }

    fn merge(&mut self, other: TableTally) {
        self.rows += other.rows;
        self.elsewhen += other.elsewhen;
        self.months
            .resize(self.months.len().max(other.months.len()), 0);
        for (sum, more) in self.months.iter_mut().zip(other.months) {
            *sum += more;
        }
        for (month, (charged, paid)) in other.spending {
            let sum = self.spending.entry(month).or_default();
            *sum = (sum.0.saturating_add(charged), sum.1.saturating_add(paid));
        }
        for (concept, uses) in other.uses {
            let sum = self.uses.entry(concept).or_default();
            sum.rows += uses.rows;
            sum.persons += uses.persons;
        }
        self.per_person.merge(&other.per_person);
        for (column, (rows, empty)) in other.fill {
            let sum = self.fill.entry(column).or_default();
            *sum = (sum.0 + rows, sum.1 + empty);
        }
    }
}

impl PersonTally {
    fn merge(&mut self, other: PersonTally) {
        self.persons += other.persons;
        self.dead += other.dead;
        self.ageless += other.ageless;
        for (age, sexes) in other.ages {
            let sum = self.ages.entry(age).or_default();
            for (sum, more) in sum.iter_mut().zip(sexes) {
                *sum += more;
            }
        }
        for (place, persons) in other.places {
            *self.places.entry(place).or_default() += persons;
        }
        self.observed.merge(&other.observed);
        self.events.merge(&other.events);
    }
}
