//! What some persons add to each file, and where each file is.

use std::path::{Path, PathBuf};

use crate::calendar::{Day, date, day};
use crate::plan::Plan;
use crate::snds::form::Form;
use crate::snds::tables::{MONTHLY, TRUTH, Table, WHOLE, YEARLY};

/// Months of flow after the last month of care: 18 for late flows, 6 more for what is set right after them.
const AFTER: usize = 23;

/// Which files there are.
pub struct Files {
    months: usize,
    years: usize,
    first_year: i32,
}

impl Files {
    pub fn new(plan: &Plan) -> Self {
        Self {
            months: 12 * usize::from(plan.years) + AFTER,
            years: usize::from(plan.years),
            first_year: i32::from(plan.first_year),
        }
    }

    /// How many, those of the truth included, which are the last four.
    pub fn count(&self) -> usize {
        self.data() + TRUTH.len()
    }

    /// How many are data.
    pub fn data(&self) -> usize {
        MONTHLY.len() * self.months + YEARLY.len() * self.years + WHOLE.len()
    }

    /// The file of a table for a month of flow: months count from the first of care, which is 0 and has no flow yet.
    pub fn monthly(&self, table: usize, month: usize) -> usize {
        table * self.months + month.clamp(1, self.months) - 1
    }

    pub fn yearly(&self, table: usize, year: i32) -> usize {
        let at = (year - self.first_year) as usize;
        MONTHLY.len() * self.months + table * self.years + at
    }

    pub fn whole(&self, table: usize) -> usize {
        MONTHLY.len() * self.months + YEARLY.len() * self.years + table
    }

    pub fn truth(&self, table: usize) -> usize {
        self.data() + table
    }

    /// The month that a day is in.
    pub fn month(&self, on: Day) -> usize {
        let (year, month, _) = date(on);
        (12 * (year - self.first_year) + month - 1) as usize
    }

    /// The first day of a month.
    pub fn first_of(&self, month: usize) -> Day {
        let month = month as i32;
        day(self.first_year + month / 12, month % 12 + 1, 1)
    }

    /// The last day of the last month of flow.
    pub fn last_flow(&self) -> Day {
        self.first_of(self.months + 1) - 1
    }

    /// A file's path below the folder, without its ending, and its columns.
    pub fn file(&self, file: usize) -> (PathBuf, Table) {
        let monthly = MONTHLY.len() * self.months;
        let yearly = YEARLY.len() * self.years;
        if file < monthly {
            let table = MONTHLY[file / self.months];
            let (year, month, _) = date(self.first_of(file % self.months + 1));
            (format!("{}_{year:04}{month:02}", table.0).into(), table)
        } else if file < monthly + yearly {
            let at = file - monthly;
            let table = YEARLY[at / self.years];
            let year = (self.first_year as usize + at % self.years) % 100;
            (format!("T_MCO{year:02}{}", table.0).into(), table)
        } else if file < self.data() {
            let table = WHOLE[file - monthly - yearly];
            (table.0.into(), table)
        } else {
            let table = TRUTH[file - self.data()];
            (Path::new("truth").join(table.0), table)
        }
    }
}

/// What one stretch of persons writes: bytes for each file, and counts.
pub struct Pages {
    pub pages: Vec<Vec<u8>>,
    /// Lines of ER_PRS_F.
    pub lines: u64,
    /// Rows of all tables of data.
    pub rows: u64,
    /// Rows of the truth's events.
    pub events: u64,
}

impl Pages {
    pub fn new(files: &Files) -> Self {
        Self {
            pages: vec![Vec::new(); files.count()],
            lines: 0,
            rows: 0,
            events: 0,
        }
    }
}

/// The header line of a file.
pub fn header(form: &Form, columns: &[&str]) -> Vec<u8> {
    let mut line = Vec::new();
    form.row(&mut line, columns);
    line
}
