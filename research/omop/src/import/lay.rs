//! The end of a table: its buckets, side by side, out of the bytes of their rows and into the snapshot.

use hygie_rows::side_by_side;
use hygie_snapshot::{Building, Pseudonym, Table, Values};

use super::bucketed;
use super::rows::Job;
use super::write::held;
use crate::cdm::{About, CdmTable};
use crate::columns::{Held, take_signed};
use crate::costs::{self, Costs};
use crate::error::Error;
use crate::memory::Gate;
use crate::partition::{Partition, Size};

/// What buckets are laid with.
pub(super) struct Laying<'a, 'b> {
    pub(super) job: &'a Job<'a>,
    pub(super) building: &'a Building,
    pub(super) costs: &'a Costs<'b>,
    pub(super) gate: &'a Gate,
    pub(super) threads: usize,
    /// Is told of each bucket, of so many.
    pub(super) tell: &'a (dyn Fn(&str, u32) + Sync),
}

/// In how many parts a table lies.
pub(super) fn parts(table: &CdmTable, building: &Building) -> usize {
    if bucketed(table) {
        building.buckets() as usize
    } else {
        1
    }
}

impl Laying<'_, '_> {
    /// Writes a table, and answers how many rows of it stand at their events.
    pub(super) fn table(
        &self,
        table: &'static CdmTable,
        rows: &Partition<'_>,
    ) -> Result<u64, Error> {
        let held = held(table);
        let amounts = self.costs.any(table.name);
        let parts = parts(table, self.building);
        let of = u32::try_from(parts).expect("at most 4096");
        let buckets: Vec<usize> = (0..parts).collect();
        let folded = side_by_side(self.threads, &buckets, |bucket| {
            let what = || match bucketed(table) {
                true => format!("bucket {bucket} of table `{}`", table.name),
                false => format!("table `{}`", table.name),
            };
            let need = need(table, held.width(), rows.size(*bucket));
            let folded = self.gate.with(need, what, || {
                let one = One {
                    laying: self,
                    table,
                    held: &held,
                    amounts,
                    bucket: *bucket,
                };
                one.lay(rows)
            })?;
            (self.tell)(table.name, of);
            Ok::<_, Error>(folded)
        })?;
        Ok(folded.into_iter().sum())
    }
}

/// Bytes that a bucket takes while it is written, about: of rows about persons there is a sorted copy, of events the narrow
/// columns of the second order too; a text costs more than its letters.
fn need(table: &CdmTable, width: u64, size: Size) -> u64 {
    let more = match (table.name, table.about()) {
        // What a row says of an event is held beside it; its person too.
        ("cost", _) => 96 + 4,
        // The pseudonym, and the number again.
        ("person", _) => 16 + 4,
        // Amounts.
        (_, About::Events) => 16,
        _ => 4,
    };
    let row = match table.about() {
        About::Events => 2 * (width + more) + 48,
        About::Persons => 2 * (width + more) + 8,
        About::Nobody => width + more,
    };
    // Words of a column while it is written, a row group at a time.
    let group = 48 * size.rows.min(1 << 20);
    size.rows * row + group + 4 * size.texts
}

/// A bucket of a table, or a table that is about nobody.
struct One<'a, 'b> {
    laying: &'a Laying<'a, 'b>,
    table: &'static CdmTable,
    held: &'a Held,
    /// Whether events of the table have amounts.
    amounts: bool,
    bucket: usize,
}

impl One<'_, '_> {
    fn lay(&self, rows: &Partition<'_>) -> Result<u64, Error> {
        let (table, Laying { job, building, .. }) = (self.table, self.laying);
        let folding = if table.name == "cost" {
            self.fold(rows)?
        } else {
            Vec::new()
        };
        let (mut columns, mut persons, mut folded) = (self.held.columns(), Vec::new(), 0);
        rows.read(self.bucket, |mut part| {
            while !part.is_empty() {
                let told = self.told(&mut part);
                let person = bucketed(table).then(|| self.person(&mut part));
                let event = told.map(|(event, number, _)| (event, number));
                let at = |(event, number): &(usize, i64)| folding.binary_search(&(*event, *number));
                if event.is_some_and(|event| at(&event).is_ok()) {
                    folded += 1;
                    self.held.skip(&mut part);
                    continue;
                }
                columns.take(&mut part);
                persons.extend(person);
            }
            Ok(())
        })?;
        rows.free(self.bucket);
        let mut laid = columns.table();
        if table.name == "person" {
            let name = |person: &i32| *job.persons.name(*person).expect("who is taken has a name");
            let names: Vec<Pseudonym> = persons.iter().map(name).collect();
            laid = laid.with("pseudonym", Values::Pseudonym(names));
        }
        if self.amounts {
            let own = format!("{}_id", table.name);
            let Some(Values::Long(numbers)) = laid.column(&own) else {
                unreachable!("events that have amounts have numbers of 64 bits");
            };
            let (charges, paid) = self.laying.costs.of(table.name, self.bucket, numbers)?;
            laid = laid
                .with("total_charge", Values::Number(charges))
                .with("paid_by_payer", Values::Number(paid));
        }
        if bucketed(table) && table.person().is_none() {
            laid = laid.with("person_id", Values::Int(persons));
        }
        let bucket = u32::try_from(self.bucket).expect("at most 4096");
        match table.about() {
            About::Events => building.events(table.name, bucket, &laid)?,
            About::Persons => building.persons(table.name, bucket, &by_person(&laid))?,
            About::Nobody => building.plain(table.name, &laid)?,
        }
        Ok(folded)
    }

    /// What a row of `cost` says of an event.
    fn told(&self, part: &mut &[u8]) -> Option<costs::Told> {
        (self.table.name == "cost").then(|| costs::take_told(part))?
    }

    fn person(&self, part: &mut &[u8]) -> i32 {
        i32::try_from(take_signed(part)).expect("a person's number has 32 bits")
    }

    /// Leaves the amounts of the bucket's events that have one row of `cost` alone, and answers which these are.
    fn fold(&self, rows: &Partition<'_>) -> Result<Vec<(usize, i64)>, Error> {
        let mut told = Vec::new();
        rows.read(self.bucket, |mut part| {
            while !part.is_empty() {
                told.extend(self.told(&mut part));
                self.person(&mut part);
                self.held.skip(&mut part);
            }
            Ok(())
        })?;
        let alone = costs::alone(told);
        self.laying.costs.add(self.bucket, &alone)?;
        let event = |(event, number, _): (usize, i64, _)| (event, number);
        Ok(alone.into_iter().map(event).collect())
    }
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
