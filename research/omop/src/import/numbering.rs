//! The first reading: who there is, and which rows.

use std::collections::{BTreeMap, HashMap};

use hygie_rows::{Row, Take};

use super::Pseudonyms;
use super::batches::{Batch, Reading, read, rows};
use super::rows::{Fields, Job, Owner};
use crate::cdm::{CdmTable, Kind};
use crate::cell::Cell;
use crate::error::Error;
use crate::numbers::{NOBODY, OPPOSED, People, Persons, Unnumbered, first_of_each};
use crate::source::Source;

/// Everybody, by the source's number. Of two rows of one number, and of two persons of one name, the first is he; the
/// others are in no list, and refused when rows are written. Answers how many rows there are, too.
pub(super) fn people(
    source: &Source,
    of: Option<&str>,
    pseudonyms: &dyn Pseudonyms,
    reading: Reading<'_>,
) -> Result<(People, u64), Error> {
    let table = source.table;
    let [number, name] =
        ["person_id", "person_source_value"].map(|field| table.place(field).expect("CDM 5.4"));
    let fields = Fields::of(table);
    let make = |batch: &Batch| {
        let (mut people, mut nameless) = (People::new(), 0);
        for row in (0..batch.len()).filter(|row| batch.refused(*row).is_none()) {
            let (cells, wrong) = fields.cells(batch, row);
            let (None, Some(number)) = (wrong, cells[number].whole()) else {
                continue;
            };
            let text = match (std::str::from_utf8(batch.field(row, name)), of) {
                (Ok(""), Some(of)) => format!("omop:{of}:{number}"),
                (Ok(""), None) => {
                    nameless += 1;
                    continue;
                }
                (Ok(text), _) => text.to_owned(),
                (Err(_), _) => continue,
            };
            people.push((pseudonyms.person(&text), number));
        }
        (people, nameless)
    };
    let (mut people, mut nameless) = (People::new(), 0);
    let put = |_: &Batch, (some, without): (People, u64)| {
        people.extend(some);
        nameless += without;
        let count = people.len() as u64;
        enough(people.len(), "person")?;
        reading.means.numbers(count, count * Persons::BYTES)
    };
    let header = read(source, reading, make, put)?;
    if nameless > 0 {
        return Err(Error::Nameless { persons: nameless });
    }
    first_of_each(&mut people);
    Ok((people, header.rows))
}

/// The rows of a table that have a number, beside those numbered before, which take so many bytes. Those that can't be
/// taken have none, so that nothing leads to them. Answers how many rows there are, too.
pub(super) fn numbers(
    job: &Job,
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
    let make = |batch: &Batch| {
        let mut rows = Vec::with_capacity(batch.len());
        for row in (0..batch.len()).filter(|row| batch.refused(*row).is_none()) {
            let (mut cells, wrong) = fields.cells(batch, row);
            let (None, Some(number)) = (wrong, cells[own].whole()) else {
                continue;
            };
            let day = match day.map(|place| &cells[place]) {
                Some(Cell::Day(day)) => *day,
                _ => 0,
            };
            let owner = job.owner(table, &cells);
            let person = match owner {
                Owner::Nobody => NOBODY,
                Owner::Person(person) => person,
                Owner::Opposed => {
                    rows.push((number, OPPOSED, 0));
                    continue;
                }
                Owner::Unknown => continue,
            };
            let renumbered = job.renumber(table, &mut cells, owner, true, &mut BTreeMap::new());
            if renumbered.is_ok() {
                rows.push((number, person, day));
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
