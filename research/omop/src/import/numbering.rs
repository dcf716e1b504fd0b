//! The first reading: who there is, and which rows.

use std::collections::{BTreeMap, HashMap};

use hygie_rows::{Row, Take};

use super::batches::{Batch, Reading, read, rows};
use super::naming::{Named, Naming};
use super::rows::{Fields, Job, Owner};
use crate::cdm::{CdmTable, Kind};
use crate::cell::Cell;
use crate::error::Error;
use crate::numbers::{NOBODY, OPPOSED, People, Persons, REFUSED, Unnumbered, first_of_each};
use crate::source::Source;
use crate::withheld;

/// Who there is, by the source's number.
#[derive(Default)]
pub(super) struct Everybody {
    /// Of two rows of one number, and of two persons of one name, the first is he.
    pub(super) people: People,
    /// Those of the other rows whose number and name can be read; they are refused when rows are written.
    pub(super) others: People,
    /// How many rows there are.
    pub(super) rows: u64,
}

/// Everybody whose number and name can be read, whatever else is wrong with his row.
pub(super) fn people(
    naming: &Naming<'_>,
    source: &Source,
    reading: Reading<'_>,
) -> Result<Everybody, Error> {
    let fields = Fields::of(source.table);
    let make = |batch: &Batch| {
        let (mut some, mut nameless) = (Everybody::default(), 0);
        for row in 0..batch.len() {
            let (cells, wrong) = fields.cells(batch, row);
            let sound = wrong.is_none() && batch.refused(row).is_none();
            match (naming.number(&cells), naming.named(batch, row, &cells)) {
                (Some(number), Named::By(name)) if sound => some.people.push((name, number)),
                (Some(number), Named::By(name)) => some.others.push((name, number)),
                (_, Named::Nameless) if sound => nameless += 1,
                _ => {}
            }
        }
        (some, nameless)
    };
    let (mut all, mut nameless) = (Everybody::default(), 0);
    let put = |_: &Batch, (some, without): (Everybody, u64)| {
        all.people.extend(some.people);
        all.others.extend(some.others);
        nameless += without;
        let count = all.people.len() + all.others.len();
        enough(count, "person")?;
        let count = count as u64;
        reading.means.numbers(count, count * Persons::BYTES)
    };
    all.rows = read(source, reading, make, put)?.rows;
    if nameless > 0 {
        return Err(Error::Nameless { persons: nameless });
    }
    let others = first_of_each(&mut all.people);
    all.others.extend(others);
    Ok(all)
}

/// The rows of a table that have a number, beside those numbered before, which take so many bytes. Those that can't be
/// taken have none in the snapshot, so that nothing leads to them but the question whose they are. Answers how many rows
/// there are, too.
pub(super) fn numbers(
    job: &Job<'_>,
    source: &Source,
    reading: Reading<'_>,
) -> Result<(Unnumbered, u64), Error> {
    let table = source.table;
    let own = table
        .own()
        .expect("whoever calls asks for tables with numbers");
    let day = table
        .fields
        .iter()
        .position(|field| field.kind == Kind::Date && field.required);
    let fields = Fields::of(table);
    let withheld = withheld::TABLES.contains(&table.name);
    let make = |batch: &Batch| {
        let mut rows = Vec::with_capacity(batch.len());
        for row in 0..batch.len() {
            let (mut cells, wrong) = fields.cells(batch, row);
            let Some(number) = cells[own].whole() else {
                continue;
            };
            let day = match day.map(|place| &cells[place]) {
                Some(Cell::Day(day)) => *day,
                _ => 0,
            };
            let owner = job.owner(table, &cells);
            let person = match owner {
                Owner::Nobody => NOBODY,
                Owner::Person(person) | Owner::Other(person) => person,
                Owner::Opposed => OPPOSED,
            };
            let sound = !withheld && wrong.is_none() && batch.refused(row).is_none();
            let loose = &mut BTreeMap::new();
            if sound && job.renumber(table, &mut cells, owner, true, loose).is_ok() {
                rows.push((number, person, day));
            } else if person != NOBODY {
                rows.push((number, person, REFUSED));
            }
        }
        rows
    };
    let (before, taken) = (job.numbered(), job.bytes());
    let mut all = Unnumbered::default();
    let put = |_: &Batch, rows: Vec<(i64, i32, i32)>| {
        rows.into_iter().for_each(|row| all.push(row));
        enough(all.len(), table.name)?;
        let count = all.len() as u64;
        let means = reading.means;
        means.numbers(before + count, taken + count * Unnumbered::BYTES)
    };
    let header = read(source, reading, make, put)?;
    Ok((all, header.rows))
}

/// Places of rows have 32 bits.
fn enough(rows: usize, table: &'static str) -> Result<(), Error> {
    if u32::try_from(rows).is_ok() {
        return Ok(());
    }
    let why = "has more than 2^32 rows with numbers; import it in parts".to_owned();
    Err(Error::Table { table, why })
}

/// The concepts of fields that the source's own vocabulary has (`CDM`, `condition_occurrence.condition_occurrence_id`),
/// each with its table.
pub(super) fn field_concepts(sources: &[Source]) -> Result<HashMap<i64, &'static str>, Error> {
    let Some(source) = sources.iter().find(|source| source.table.name == "concept") else {
        return Ok(HashMap::new());
    };
    let [id, vocabulary, code] = ["concept_id", "vocabulary_id", "concept_code"]
        .map(|field| source.table.place(field).expect("CDM 5.4"));
    let mut fields = FieldConcepts {
        places: [id, vocabulary, code],
        found: HashMap::new(),
    };
    rows(source, false, &mut fields)?;
    Ok(fields.found)
}

struct FieldConcepts {
    places: [usize; 3],
    found: HashMap<i64, &'static str>,
}

impl Take for FieldConcepts {
    type Error = Error;

    fn take(&mut self, row: &Row<'_>) -> Result<(), Error> {
        let [id, vocabulary, code] = self.places;
        if row.get(vocabulary) != b"CDM" {
            return Ok(());
        }
        let text = |place: usize| std::str::from_utf8(row.get(place)).unwrap_or_default();
        let code = text(code).to_ascii_lowercase();
        let table = code
            .split_once('.')
            .and_then(|(table, _)| CdmTable::named(table));
        if let (Ok(id), Some(table)) = (text(id).parse(), table) {
            self.found.insert(id, table.name);
        }
        Ok(())
    }

    fn refuse(&mut self, _: &Row<'_>, _: &'static str) -> Result<(), Error> {
        // It is met again when rows are written.
        Ok(())
    }
}
