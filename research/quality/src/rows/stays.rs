//! Visits of a bucket, by number; and stays in hospital that overlap, or are too long.

use hygie_snapshot::Table;

use crate::cells::Cells;
use crate::model::VISIT;
use crate::people::{NOBODY, People};
use crate::tally::{Count, Tally};
use crate::thresholds::{Check, LONGEST_STAY};

/// Stays in hospital: inpatient; emergency room and inpatient; inpatient hospital (Athena).
const STAYS: [i32; 3] = [9201, 262, 8717];

/// A visit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit {
    id: i64,
    /// The place of its person.
    pub(crate) person: u32,
    pub(crate) start: i32,
    pub(crate) end: i32,
    stay: bool,
}

/// The visits of a bucket.
#[derive(Debug, Default)]
pub(crate) struct Visits {
    /// By number.
    list: Vec<Visit>,
    /// Whether there is a table of them.
    pub(crate) present: bool,
}

impl Visits {
    /// Of tables that were read.
    pub(crate) fn of(people: &People, tables: &[Table]) -> Visits {
        let mut list = Vec::new();
        for table in tables {
            let cells = |name: Option<&str>| Cells::of(table, name?);
            let (id, concept) = (cells(Some(VISIT.key)), cells(VISIT.concept));
            let (start, end) = (cells(VISIT.start), cells(VISIT.end));
            for (row, person) in people.who(table).into_iter().enumerate() {
                let Some(first) = start.and_then(|cells| cells.int(row)) else {
                    continue;
                };
                list.push(Visit {
                    id: id.and_then(|cells| cells.whole(row)).unwrap_or(i64::MIN),
                    person,
                    start: first,
                    end: end.and_then(|cells| cells.int(row)).unwrap_or(first),
                    stay: concept
                        .and_then(|cells| cells.int(row))
                        .is_some_and(|concept| STAYS.contains(&concept)),
                });
            }
        }
        list.sort_unstable_by_key(|visit| visit.id);
        Visits {
            list,
            present: !tables.is_empty(),
        }
    }

    /// The visit of a number.
    pub(crate) fn find(&self, id: i64) -> Option<Visit> {
        let at = self.list.binary_search_by_key(&id, |visit| visit.id).ok()?;
        Some(self.list[at])
    }
}

/// Stays of one person share no day but the first and the last; none is longer than a year.
pub(crate) fn check(visits: &Visits, tally: &mut Tally) {
    if !visits.present {
        return;
    }
    let known = |visit: &&Visit| visit.stay && visit.person != NOBODY;
    let mut stays: Vec<&Visit> = visits.list.iter().filter(known).collect();
    stays.sort_unstable_by_key(|visit| (visit.person, visit.start, visit.end));
    let [mut apart, mut length] = [Count::default(); 2];
    let (mut person, mut until) = (NOBODY, i32::MIN);
    for stay in stays {
        if stay.person != person {
            (person, until) = (stay.person, i32::MIN);
        }
        apart.look(stay.start >= until);
        until = until.max(stay.end);
        length.look(i64::from(stay.end) - i64::from(stay.start) <= i64::from(LONGEST_STAY));
    }
    tally.add(Check::StaysApart, VISIT.table, None, apart);
    tally.add(Check::StayLength, VISIT.table, VISIT.end, length);
}
