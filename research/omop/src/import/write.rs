//! The second reading: rows go to the snapshot, and what it does not hold of them goes to where it is kept.

use std::collections::HashSet;

use hygie_rows::{Keep, KeepRows, Row, Take};
use hygie_snapshot::{Building, Pseudonym, Table, Values};

use super::bucketed;
use super::rows::{Job, Owner, cells, read};
use crate::cdm::{About, CdmTable};
use crate::cell::Cell;
use crate::columns::Columns;
use crate::costs::Costs;
use crate::error::Error;
use crate::numbers::{NOBODY, Numbers};
use crate::report::FileReport;
use crate::source::Source;
use crate::withheld;

/// Writes a table.
pub(super) fn table(
    job: &Job,
    source: &Source,
    keep: &dyn Keep,
    costs: &Costs,
    building: &Building,
    report: FileReport,
) -> Result<FileReport, Error> {
    let table = source.table;
    let part = hygie_rows::part(&source.path, &report.sha256);
    let mut kept = keep.file(table.name, &part).map_err(Error::Keep)?;
    let heading = hygie_rows::heading(&source.path)?;
    kept.row(None, &heading, None).map_err(Error::Keep)?;
    let numbers = job.numbers.get(table.name);
    let mut writing = Writing {
        job,
        table,
        costs,
        parts: parts(table, building),
        seen: vec![false; numbers.map_or(0, Numbers::len)],
        persons: HashSet::new(),
        report,
        kept,
        raw: Vec::new(),
    };
    let header = read(source, true, &mut writing)?;
    let Writing {
        parts,
        mut report,
        kept,
        ..
    } = writing;
    kept.finish().map_err(Error::Keep)?;
    report.rows = header.rows;
    (report.unknown_columns, report.missing_columns) = (header.unknown, header.missing);
    if !withheld::TABLES.contains(&table.name) {
        lay(table, building, parts, costs.any(table.name))?;
    }
    Ok(report)
}

/// Writes an event table of which the source has no file, so that whoever asks for its events finds that there are none.
pub(super) fn empty(table: &'static CdmTable, building: &Building) -> Result<(), Error> {
    lay(table, building, parts(table, building), false)
}

/// Rows of a bucket, or of a whole table that is about nobody.
struct Part {
    columns: Columns,
    /// Whose each row is, where the CDM does not say it.
    persons: Vec<i32>,
    /// In table `person`.
    names: Vec<Pseudonym>,
    /// Amounts of events.
    charges: Vec<f64>,
    paid: Vec<f64>,
}

fn parts(table: &'static CdmTable, building: &Building) -> Vec<Part> {
    let held = |field: &'static crate::cdm::Field| match (table.name, field.name) {
        (table, name) if withheld::field(table, name) => None,
        // A scan finds the rows of the opposed by this name.
        ("cohort", "subject_id") => Some("person_id"),
        (_, name) => Some(name),
    };
    let count = if bucketed(table) {
        building.buckets()
    } else {
        1
    };
    let part = |_| Part {
        columns: Columns::new(table, held),
        persons: Vec::new(),
        names: Vec::new(),
        charges: Vec::new(),
        paid: Vec::new(),
    };
    (0..count).map(part).collect()
}

fn lay(
    table: &CdmTable,
    building: &Building,
    parts: Vec<Part>,
    amounts: bool,
) -> Result<(), Error> {
    for (bucket, part) in (0..).zip(parts) {
        let mut rows = part.columns.table();
        if table.name == "person" {
            rows = rows.with("pseudonym", Values::Pseudonym(part.names));
        }
        if amounts {
            rows = rows
                .with("total_charge", Values::Number(part.charges))
                .with("paid_by_payer", Values::Number(part.paid));
        }
        if bucketed(table) && table.person().is_none() {
            rows = rows.with("person_id", Values::Int(part.persons));
        }
        match table.about() {
            About::Events => building.events(table.name, bucket, &rows)?,
            About::Persons => building.persons(table.name, bucket, &by_person(&rows))?,
            About::Nobody => building.plain(table.name, &rows)?,
        }
    }
    Ok(())
}

/// Rows in the order of persons.
fn by_person(rows: &Table) -> Table {
    let persons = rows.column("person_id").and_then(Values::ints);
    let persons = persons.expect("rows about persons say whom");
    let count = u32::try_from(persons.len()).expect("a bucket holds fewer than 2^32 rows");
    let mut order: Vec<u32> = (0..count).collect();
    order.sort_by_key(|row| persons[*row as usize]);
    rows.taken(&order)
}

/// The rows of a file on their way.
struct Writing<'a> {
    job: &'a Job,
    table: &'static CdmTable,
    costs: &'a Costs,
    parts: Vec<Part>,
    /// Which of the table's numbers were met.
    seen: Vec<bool>,
    /// Which persons were met, in table `person`.
    persons: HashSet<i32>,
    report: FileReport,
    kept: Box<dyn KeepRows + 'a>,
    raw: Vec<u8>,
}

/// Why the second row of a number is refused.
const TWICE: &str = "its number is another row's";

/// What becomes of a row.
enum Fate {
    Taken,
    Folded,
}

impl Writing<'_> {
    fn keep(&mut self, row: &Row<'_>, owner: Owner, reason: Option<&str>) -> Result<(), Error> {
        let tag = match owner {
            Owner::Person(person) => self.job.persons.name(person).copied(),
            _ => None,
        };
        row.raw(&mut self.raw);
        let reason = reason.map(|reason| format!("line {}: {reason}", row.line));
        let kept = self.kept.row(tag, &self.raw, reason.as_deref());
        kept.map_err(Error::Keep)
    }

    fn reject(&mut self, row: &Row<'_>, owner: Owner, reason: &str) -> Result<(), Error> {
        FileReport::count(&mut self.report.rejected, reason);
        self.keep(row, owner, Some(reason))
    }

    /// Adds a row to the snapshot.
    fn add(&mut self, cells: &mut [Cell], owner: Owner) -> Result<Fate, String> {
        let table = self.table;
        let source = table.own().and_then(|place| cells[place].whole());
        let mut loose = std::mem::take(&mut self.report.loose);
        let renumbered = self.job.renumber(table, cells, owner, false, &mut loose);
        self.report.loose = loose;
        renumbered?;
        let person = match owner {
            Owner::Person(person) => person,
            _ => NOBODY,
        };
        if table.name == "person" {
            if !self.persons.insert(person) {
                return Err(TWICE.to_owned());
            }
        } else if let Some((place, source)) = table.own().zip(source) {
            let numbers = &self.job.numbers[table.name];
            let at = numbers.place(source);
            let at = at.ok_or("what it needs is not there")?;
            if std::mem::replace(&mut self.seen[at], true) {
                return Err(TWICE.to_owned());
            }
            let (number, _) = numbers.find(source).expect("it has a place");
            cells[place] = Cell::Whole(number);
        }
        if self.costs.folds(table, cells) {
            return Ok(Fate::Folded);
        }
        let bucket = if bucketed(table) {
            self.job.persons.bucket(person)
        } else {
            0
        };
        let part = &mut self.parts[bucket];
        part.columns.push(cells);
        part.persons.push(person);
        if table.name == "person" {
            let name = self.job.persons.name(person);
            part.names.push(*name.expect("who is taken has a name"));
        }
        let (charge, paid) = self.costs.of(table, cells);
        part.charges.push(charge);
        part.paid.push(paid);
        Ok(Fate::Taken)
    }

    /// Counts the values of a row that name somebody.
    fn names(&mut self, row: &Row<'_>) -> bool {
        let mut any = false;
        for (place, field) in self.table.fields.iter().enumerate() {
            if withheld::field(self.table.name, field.name) && !row.get(place).is_empty() {
                FileReport::count(&mut self.report.names, field.name);
                any = true;
            }
        }
        any
    }
}

impl Take for Writing<'_> {
    type Error = Error;

    fn take(&mut self, row: &Row<'_>) -> Result<(), Error> {
        let (mut cells, wrong) = cells(self.table, row);
        let owner = self.job.owner(self.table, &cells);
        if owner == Owner::Opposed {
            self.report.opposed += 1;
            return Ok(());
        }
        if withheld::TABLES.contains(&self.table.name) {
            self.report.withheld += 1;
            return self.keep(row, owner, None);
        }
        if let Some(reason) = wrong {
            return self.reject(row, owner, &reason);
        }
        match self.add(&mut cells, owner) {
            Err(reason) => return self.reject(row, owner, &reason),
            Ok(Fate::Folded) => self.report.folded += 1,
            Ok(Fate::Taken) => self.report.taken += 1,
        }
        // INVARIANT (nothing is swallowed): what the snapshot does not hold of a row is kept with the row.
        if self.names(row) {
            self.keep(row, owner, None)?;
        }
        Ok(())
    }

    fn refuse(&mut self, row: &Row<'_>, reason: &'static str) -> Result<(), Error> {
        self.reject(row, Owner::Unknown, reason)
    }
}
