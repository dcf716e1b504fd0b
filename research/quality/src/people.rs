//! The persons of a bucket: what their rows are checked against.

use hygie_snapshot::{Scan, Table, Values};

use crate::Error;
use crate::bucket::Files;
use crate::calendar;
use crate::cells::Cells;
use crate::model;
use crate::sexes::Sex;
use crate::thresholds;

/// A row of nobody who is in `person`.
pub(crate) const NOBODY: u32 = u32::MAX;

/// The persons of a bucket, by place.
#[derive(Debug, Default)]
pub(crate) struct People {
    /// Their numbers, rising.
    pub(crate) ids: Vec<i32>,
    pub(crate) sex: Vec<Option<Sex>>,
    /// The first day on which he may be born.
    pub(crate) born: Vec<Option<i32>>,
    pub(crate) died: Vec<Option<i32>>,
    pub(crate) place: Vec<Option<i64>>,
    /// Place, first and last day of each period, in order.
    pub(crate) periods: Vec<(u32, i32, i32)>,
    /// Whether periods, and deaths, are told at all.
    pub(crate) observed: bool,
    pub(crate) mortal: bool,
}

/// The parts of a bucket's tables about persons.
pub(crate) struct Parts {
    pub(crate) person: Vec<Table>,
    pub(crate) period: Vec<Table>,
    pub(crate) death: Vec<Table>,
}

impl People {
    /// Of tables that were read.
    pub(crate) fn of(parts: &Parts) -> People {
        let mut people = People {
            observed: !parts.period.is_empty(),
            mortal: !parts.death.is_empty(),
            ..People::default()
        };
        let mut rows: Vec<(i32, usize, usize)> = Vec::new();
        for (file, table) in parts.person.iter().enumerate() {
            let ids = table
                .column("person_id")
                .and_then(Values::ints)
                .unwrap_or(&[]);
            rows.extend(ids.iter().enumerate().map(|(row, id)| (*id, file, row)));
        }
        rows.sort_unstable();
        rows.dedup_by_key(|row| row.0);
        for (id, file, row) in rows {
            people.person(id, &parts.person[file], row);
        }
        people.died = vec![None; people.ids.len()];
        people.periods(&parts.period);
        people.deaths(&parts.death);
        people
    }

    fn person(&mut self, id: i32, table: &Table, row: usize) {
        let int = |name: &str| Cells::of(table, name).and_then(|cells| cells.int(row));
        self.ids.push(id);
        self.sex.push(match int("gender_concept_id") {
            Some(8507) => Some(Sex::Male),
            Some(8532) => Some(Sex::Female),
            _ => None,
        });
        let month = int("month_of_birth").filter(|month| (1..=12).contains(month));
        let date = int("day_of_birth").filter(|date| month.is_some() && (1..=31).contains(date));
        // A wild year is told of as such, and makes no other check fail.
        let year =
            int("year_of_birth").filter(|year| (thresholds::FIRST_BIRTH..2200).contains(year));
        self.born
            .push(year.map(|year| calendar::day(year, month.unwrap_or(1), date.unwrap_or(1))));
        self.place
            .push(Cells::of(table, "location_id").and_then(|cells| cells.whole(row)));
    }

    fn periods(&mut self, tables: &[Table]) {
        let (Some(start), Some(end)) = (model::PERIOD.start, model::PERIOD.end) else {
            return;
        };
        for table in tables {
            let (starts, ends) = (Cells::of(table, start), Cells::of(table, end));
            let who = self.who(table);
            for (row, place) in who.into_iter().enumerate() {
                let start = starts.and_then(|cells| cells.int(row));
                if let (true, Some(start)) = (place != NOBODY, start) {
                    let end = ends.and_then(|cells| cells.int(row)).unwrap_or(start);
                    self.periods.push((place, start, end));
                }
            }
        }
        self.periods.sort_unstable();
    }

    fn deaths(&mut self, tables: &[Table]) {
        for table in tables {
            let Some(cells) = Cells::of(table, "death_date") else {
                continue;
            };
            for (row, place) in self.who(table).into_iter().enumerate() {
                if let (true, Some(day)) = (place != NOBODY, cells.int(row)) {
                    let died = &mut self.died[place as usize];
                    *died = Some(died.map_or(day, |known: i32| known.min(day)));
                }
            }
        }
    }

    /// Whose each row is. Rows of one person stand mostly together.
    pub(crate) fn who(&self, table: &Table) -> Vec<u32> {
        let ids = table
            .column("person_id")
            .and_then(Values::ints)
            .unwrap_or(&[]);
        let (mut last, mut place) = (None, NOBODY);
        let find = |id: &i32| {
            if last != Some(*id) {
                last = Some(*id);
                let found = self.ids.binary_search(id).ok();
                place = found
                    .and_then(|at| u32::try_from(at).ok())
                    .unwrap_or(NOBODY);
            }
            place
        };
        ids.iter().map(find).collect()
    }

    /// The periods of a person.
    pub(crate) fn periods_of(&self, place: u32) -> &[(u32, i32, i32)] {
        let first = self.periods.partition_point(|period| period.0 < place);
        let len = self.periods[first..].partition_point(|period| period.0 == place);
        &self.periods[first..first + len]
    }
}

impl Parts {
    /// Reads a bucket's tables about persons.
    pub(crate) fn read(
        scan: &Scan<'_>,
        files: &Files<'_>,
        missing: &mut std::collections::BTreeSet<(&'static str, &'static str)>,
    ) -> Result<Parts, Error> {
        Ok(Parts {
            person: files.read(scan, &model::PERSON, missing)?,
            period: files.read(scan, &model::PERIOD, missing)?,
            death: files.read(scan, &model::DEATH, missing)?,
        })
    }
}
