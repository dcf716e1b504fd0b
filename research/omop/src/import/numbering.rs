//! The first reading: who there is, and which rows.

use std::collections::{BTreeMap, HashMap, HashSet};

use hygie_rows::Row;
use hygie_snapshot::Pseudonym;

use super::Pseudonyms;
use super::rows::{Each, Job, Owner, cells, read};
use crate::cdm::{CdmTable, Kind};
use crate::cell::Cell;
use crate::error::Error;
use crate::numbers::{NOBODY, OPPOSED, Unnumbered};
use crate::source::Source;

/// Everybody, by the source's number. Of two rows of one number, and of two persons of one name, the first is he; the
/// others are in no list, and refused when rows are written.
pub(super) fn people(
    source: &Source,
    of: Option<&str>,
    pseudonyms: &dyn Pseudonyms,
) -> Result<Vec<(i64, Pseudonym)>, Error> {
    let table = source.table;
    let [number, name] =
        ["person_id", "person_source_value"].map(|field| table.place(field).expect("CDM 5.4"));
    let (mut people, mut numbers, mut names) = (Vec::new(), HashSet::new(), HashSet::new());
    let mut nameless = 0;
    let each = |row: &Row<'_>| {
        let (cells, wrong) = cells(table, row);
        let (None, Some(number)) = (wrong, cells[number].whole()) else {
            return;
        };
        let text = match (std::str::from_utf8(row.get(name)), of) {
            (Ok(""), Some(of)) => format!("omop:{of}:{number}"),
            (Ok(""), None) => {
                nameless += 1;
                return;
            }
            (Ok(text), _) => text.to_owned(),
            (Err(_), _) => return,
        };
        let person = pseudonyms.person(&text);
        if !numbers.contains(&number) && names.insert(person) {
            numbers.insert(number);
            people.push((number, person));
        }
    };
    read(source, false, &mut Each(each))?;
    if nameless > 0 {
        return Err(Error::Nameless { persons: nameless });
    }
    Ok(people)
}

/// The rows of a table that have a number. Those that can't be taken have none, so that nothing leads to them.
pub(super) fn rows(job: &Job, source: &Source) -> Result<Vec<Unnumbered>, Error> {
    let table = source.table;
    let own = table
        .own()
        .expect("whoever calls asks for tables with numbers");
    let day = table
        .fields
        .iter()
        .position(|field| field.kind == Kind::Date && field.required);
    let mut rows = Vec::new();
    let each = |row: &Row<'_>| {
        let (mut cells, wrong) = cells(table, row);
        let (None, Some(number)) = (wrong, cells[own].whole()) else {
            return;
        };
        let day = match day.map(|place| &cells[place]) {
            Some(Cell::Day(day)) => *day,
            _ => 0,
        };
        let owner = job.owner(table, &cells);
        let person = match owner {
            Owner::Nobody => NOBODY,
            Owner::Person(person) => person,
            Owner::Opposed => return rows.push((number, OPPOSED, 0)),
            Owner::Unknown => return,
        };
        let renumbered = job.renumber(table, &mut cells, owner, true, &mut BTreeMap::new());
        if renumbered.is_ok() {
            rows.push((number, person, day));
        }
    };
    read(source, false, &mut Each(each))?;
    Ok(rows)
}

/// The concepts of fields that the source's own vocabulary has (`CDM`, `condition_occurrence.condition_occurrence_id`),
/// each with its table.
pub(super) fn field_concepts(sources: &[Source]) -> Result<HashMap<i64, &'static str>, Error> {
    let mut fields = HashMap::new();
    let Some(source) = sources.iter().find(|source| source.table.name == "concept") else {
        return Ok(fields);
    };
    let [id, vocabulary, code] = ["concept_id", "vocabulary_id", "concept_code"]
        .map(|field| source.table.place(field).expect("CDM 5.4"));
    let each = |row: &Row<'_>| {
        if row.get(vocabulary) != b"CDM" {
            return;
        }
        let text = |place: usize| std::str::from_utf8(row.get(place)).unwrap_or_default();
        let code = text(code).to_ascii_lowercase();
        let table = code
            .split_once('.')
            .and_then(|(table, _)| CdmTable::named(table));
        if let (Ok(id), Some(table)) = (text(id).parse(), table) {
            fields.insert(id, table.name);
        }
    };
    read(source, false, &mut Each(each))?;
    Ok(fields)
}
