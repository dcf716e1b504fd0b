//! The second reading: rows go to their buckets, and what the snapshot does not hold of them goes to where it is kept.

use std::collections::BTreeMap;

use hygie_rows::KeepRows;
use hygie_snapshot::Pseudonym;

use super::batches::{Batch, Reading, read};
use super::bucketed;
use super::rows::{Fields, Job, Owner};
use crate::cdm::CdmTable;
use crate::cell::Cell;
use crate::columns::{Held, put_signed};
use crate::costs;
use crate::error::Error;
use crate::numbers::{NOBODY, Numbers};
use crate::partition::Partition;
use crate::report::FileReport;
use crate::source::Source;
use crate::withheld;

/// The fields of a table that a snapshot holds.
pub(super) fn held(table: &'static CdmTable) -> Held {
    Held::new(table, |field| match (table.name, field.name) {
        (table, name) if withheld::field(table, name) => None,
        // A scan finds the rows of the opposed by this name.
        ("cohort", "subject_id") => Some("person_id"),
        (_, name) => Some(name),
    })
}

/// Reads a table's rows into their buckets. What is in a row before its fields: in `cost` what it says of an event, and in
/// tables about persons whose it is.
pub(super) fn table(
    job: &Job<'_>,
    source: &Source,
    reading: Reading<'_>,
    kept: Box<dyn KeepRows + '_>,
    rows: &mut Partition<'_>,
    report: FileReport,
) -> Result<FileReport, Error> {
    let table = source.table;
    let numbers = job.numbers.get(table.name);
    let of_table = numbers.map_or(0, Numbers::len);
    let seen = if table.name == "person" {
        job.persons.len()
    } else {
        of_table
    };
    let making = Making {
        job,
        table,
        fields: Fields::of(table),
        held: held(table),
    };
    let mut writing = Writing {
        table,
        rows,
        seen: Seen::new(seen),
        report,
        kept,
    };
    let make = |batch: &Batch| making.make(batch);
    let header = read(source, reading, make, |batch, made| {
        writing.put(batch, made)
    })?;
    let Writing {
        mut report, kept, ..
    } = writing;
    kept.finish().map_err(Error::Keep)?;
    report.rows = header.rows;
    (report.unknown_columns, report.missing_columns) = (header.unknown, header.missing);
    Ok(report)
}

/// What becomes of a row.
enum Fate {
    Opposed,
    Withheld,
    Rejected(String),
    Taken(Taken),
}

/// A row of the snapshot, unless another has its number.
struct Taken {
    /// Where it stands among its table's rows, or persons.
    place: Option<usize>,
    bucket: usize,
    /// Where it ends among the bytes of its batch.
    end: usize,
    texts: u64,
    /// Fields that name somebody, one bit each.
    names: u64,
}

/// What was made of a batch.
#[derive(Default)]
struct Made {
    /// What becomes of each row, and whose it is, where that is known.
    fates: Vec<(Fate, Option<Pseudonym>)>,
    bytes: Vec<u8>,
    loose: BTreeMap<String, u64>,
}

/// What makes something of rows: the same on every thread.
struct Making<'a> {
    job: &'a Job<'a>,
    table: &'static CdmTable,
    fields: Fields,
    held: Held,
}

impl Making<'_> {
    fn make(&self, batch: &Batch) -> Made {
        let mut made = Made::default();
        for row in 0..batch.len() {
            let fate = self.row(batch, row, &mut made);
            made.fates.push(fate);
        }
        made
    }

    fn row(&self, batch: &Batch, row: usize, made: &mut Made) -> (Fate, Option<Pseudonym>) {
        let (mut cells, wrong) = self.fields.cells(batch, row);
        let owner = self.job.owner(self.table, &cells);
        // INVARIANT (opposition wins): whatever is wrong with a row, it is his whose it can be told to be.
        let Some(tag) = self.tag((batch, row), owner, &cells) else {
            return (Fate::Opposed, None);
        };
        if let Some(reason) = batch.refused(row) {
            return (Fate::Rejected(reason.to_owned()), tag);
        }
        if withheld::TABLES.contains(&self.table.name) {
            return (Fate::Withheld, tag);
        }
        if let Some(reason) = wrong {
            return (Fate::Rejected(reason), tag);
        }
        let source = self.table.own().and_then(|place| cells[place].whole());
        let loose = &mut made.loose;
        let renumbered = self
            .job
            .renumber(self.table, &mut cells, owner, false, loose);
        if let Err(reason) = renumbered {
            return (Fate::Rejected(reason), tag);
        }
        let person = match owner {
            Owner::Person(person) => person,
            _ => NOBODY,
        };
        let mut place = None;
        if self.table.name == "person" {
            place = source.and_then(|source| self.job.persons.place(source));
        } else if let Some((own, source)) = self.table.own().zip(source) {
            let numbers = &self.job.numbers[self.table.name];
            place = numbers.place(source);
            let Some(place) = place else {
                let reason = "what it needs is not there".to_owned();
                return (Fate::Rejected(reason), tag);
            };
            let (number, whose) = numbers.at(place);
            if number == 0 || whose != person {
                return (Fate::Rejected(TWICE.to_owned()), tag);
            }
            cells[own] = Cell::Whole(number);
        }
        if self.table.name == "cost" {
            costs::put_told(&mut made.bytes, self.table, &cells);
        }
        let mut bucket = 0;
        if bucketed(self.table) {
            bucket = self.job.persons.bucket(person);
            put_signed(&mut made.bytes, i64::from(person));
        }
        let texts = self.held.put(&mut made.bytes, &cells);
        let taken = Taken {
            place,
            bucket,
            end: made.bytes.len(),
            texts,
            names: self.fields.names(batch, row),
        };
        (Fate::Taken(taken), tag)
    }

    /// The pseudonym of whom a row is about, where something tells; none at all when he opposes. What is a person's own row
    /// is the name's that stands in it.
    fn tag(
        &self,
        (batch, row): (&Batch, usize),
        owner: Owner,
        cells: &[Cell],
    ) -> Option<Option<Pseudonym>> {
        if owner == Owner::Opposed {
            return None;
        }
        let mut tag = self.job.tag(owner);
        if self.table.name == "person" {
            let naming = &self.job.naming;
            let own = naming.name(batch, row, cells);
            if own.is_some_and(|own| naming.opposes(&own)) {
                return None;
            }
            tag = own.or(tag);
        }
        Some(tag)
    }
}

/// Which places were met.
struct Seen(Vec<u64>);

impl Seen {
    fn new(places: usize) -> Seen {
        Seen(vec![0; places.div_ceil(64)])
    }

    /// Meets a place; answers whether it was met before.
    fn again(&mut self, place: usize) -> bool {
        let (word, bit) = (&mut self.0[place / 64], 1 << (place % 64));
        let before = *word & bit != 0;
        *word |= bit;
        before
    }
}

/// The rows of a file on their way, in their order.
struct Writing<'a, 'b> {
    table: &'static CdmTable,
    rows: &'a mut Partition<'b>,
    seen: Seen,
    report: FileReport,
    kept: Box<dyn KeepRows + 'a>,
}

/// Why the second row of a number is refused.
const TWICE: &str = "its number is another row's";

impl Writing<'_, '_> {
    fn put(&mut self, batch: &Batch, made: Made) -> Result<(), Error> {
        for (field, count) in made.loose {
            *self.report.loose.entry(field).or_default() += count;
        }
        let mut start = 0;
        for (row, (fate, tag)) in made.fates.into_iter().enumerate() {
            match fate {
                Fate::Opposed => self.report.opposed += 1,
                Fate::Withheld => {
                    self.report.withheld += 1;
                    self.keep((batch, row), tag, None)?;
                }
                Fate::Rejected(reason) => self.reject((batch, row), tag, &reason)?,
                Fate::Taken(taken) => {
                    let bytes = &made.bytes[start..taken.end];
                    start = taken.end;
                    self.take((batch, row), tag, &taken, bytes)?;
                }
            }
        }
        Ok(())
    }

    fn take(
        &mut self,
        row: (&Batch, usize),
        tag: Option<Pseudonym>,
        taken: &Taken,
        bytes: &[u8],
    ) -> Result<(), Error> {
        if taken.place.is_some_and(|place| self.seen.again(place)) {
            return self.reject(row, tag, TWICE);
        }
        self.rows.push(taken.bucket, bytes, taken.texts)?;
        self.report.taken += 1;
        if taken.names == 0 {
            return Ok(());
        }
        for (place, field) in self.table.fields.iter().enumerate() {
            if taken.names & 1 << place != 0 {
                FileReport::count(&mut self.report.names, field.name);
            }
        }
        // INVARIANT (nothing is swallowed): what the snapshot does not hold of a row is kept with the row.
        self.keep(row, tag, None)
    }

    fn reject(
        &mut self,
        row: (&Batch, usize),
        tag: Option<Pseudonym>,
        reason: &str,
    ) -> Result<(), Error> {
        FileReport::count(&mut self.report.rejected, reason);
        self.keep(row, tag, Some(reason))
    }

    fn keep(
        &mut self,
        (batch, row): (&Batch, usize),
        tag: Option<Pseudonym>,
        reason: Option<&str>,
    ) -> Result<(), Error> {
        let reason = reason.map(|reason| format!("line {}: {reason}", batch.line(row)));
        let kept = self.kept.row(tag, batch.raw(row), reason.as_deref());
        kept.map_err(Error::Keep)
    }
}
