//! The CDM's columns of a snapshot's. A snapshot of claims holds what claims say, once; what the CDM repeats is made here:
//! `…_source_concept_id` is the concept, `…_source_value` its code, an absent last day the first, the professional of an
//! act its visit's, and a concept that must be there and is not is 0, "no matching concept". A CDM that was imported is
//! written as it was given.

use std::collections::{HashMap, HashSet};

use hygie_snapshot::{FileEntry, Order, Pseudonym, Scan, Snapshot, Table, Values};

use crate::cdm::{CdmTable, Field, Kind};
use crate::error::Error;

/// Tables whose rows have a code of their source, and how its fields begin.
const CODED: &[(&str, &str)] = &[
    ("condition_occurrence", "condition"),
    ("drug_exposure", "drug"),
    ("procedure_occurrence", "procedure"),
    ("measurement", "measurement"),
    ("observation", "observation"),
    ("device_exposure", "device"),
    ("death", "cause"),
];

/// Last days, each with its first.
const LAST_DAYS: &[(&str, &str)] = &[
    ("visit_end_date", "visit_start_date"),
    ("visit_detail_end_date", "visit_detail_start_date"),
    ("condition_end_date", "condition_start_date"),
    ("drug_exposure_end_date", "drug_exposure_start_date"),
    ("procedure_end_date", "procedure_date"),
    ("device_exposure_end_date", "device_exposure_start_date"),
];

/// What is made of what.
pub(super) struct Derive {
    as_given: bool,
    /// Persons of no known year of birth.
    unborn: HashSet<i32>,
    /// Codes of concepts.
    codes: HashMap<i32, String>,
    /// The professionals of a bucket's visits.
    visits: (Option<u32>, HashMap<i64, i32>),
    /// The last number that was given to a row that had none.
    last: i64,
}

impl Derive {
    pub(super) fn new(
        scan: &Scan<'_>,
        snapshot: &Snapshot,
        as_given: bool,
    ) -> Result<Derive, Error> {
        let mut derive = Derive {
            as_given,
            unborn: HashSet::new(),
            codes: HashMap::new(),
            visits: (None, HashMap::new()),
            last: 0,
        };
        if as_given {
            return Ok(derive);
        }
        for file in scan.files("person", Order::ByPerson)? {
            let known = scan.columns(file)?;
            if !known.iter().any(|name| name == "year_of_birth") {
                continue;
            }
            let part = scan.read(file, &["person_id", "year_of_birth"])?.table;
            let years = ints(&part, "year_of_birth").iter();
            let persons = years
                .zip(ints(&part, "person_id"))
                .filter(|(year, _)| **year == Values::NO_INT);
            derive.unborn.extend(persons.map(|(_, person)| *person));
        }
        if snapshot.manifest().has("concept", Order::Plain) {
            for file in scan.files("concept", Order::Plain)? {
                let part = scan.read(file, &["concept_id", "concept_code"])?.table;
                if let Some(Values::Text { at, words }) = part.column("concept_code") {
                    let pairs = ints(&part, "concept_id").iter().zip(at);
                    let known = pairs.filter_map(|(concept, at)| {
                        Some((*concept, words.get(*at as usize)?.clone()))
                    });
                    derive.codes.extend(known);
                }
            }
        }
        Ok(derive)
    }

    pub(super) fn without_birth_year(&self) -> u64 {
        self.unborn.len() as u64
    }

    /// Begins a table, whose rows are counted from 1 where they have no number.
    pub(super) fn begin(&mut self) {
        self.last = 0;
    }

    /// The rows of persons whom the CDM can hold.
    pub(super) fn without_unborn(&self, batch: Table) -> Table {
        if self.unborn.is_empty() || batch.column("person_id").is_none() {
            return batch;
        }
        let persons = ints(&batch, "person_id");
        let count = u32::try_from(persons.len()).expect("a file holds fewer than 2^32 rows");
        let born = |row: &u32| !self.unborn.contains(&persons[*row as usize]);
        let order: Vec<u32> = (0..count).filter(born).collect();
        batch.taken(&order)
    }

    /// The numbers of rows: their own or, where they have none, the next.
    pub(super) fn numbers(&mut self, table: &CdmTable, batch: &Table) -> Values {
        let own = table.own().map(|place| table.fields[place].name);
        let there = own.and_then(|own| batch.column(own));
        there.cloned().unwrap_or_else(|| {
            let first = self.last + 1;
            self.last += i64::try_from(batch.rows()).expect("fewer than 2^63 rows");
            Values::Long((first..=self.last).collect())
        })
    }

    /// The CDM's columns, in their order.
    pub(super) fn columns(
        &mut self,
        scan: &Scan<'_>,
        table: &'static CdmTable,
        file: &FileEntry,
        batch: &Table,
        name: Option<&dyn Fn(&Pseudonym) -> String>,
    ) -> Result<Vec<Values>, Error> {
        let mut columns = Vec::with_capacity(table.fields.len());
        for (place, field) in table.fields.iter().enumerate() {
            let values = if table.own() == Some(place) {
                Some(self.numbers(table, batch))
            } else if field.name == "person_source_value" {
                names(batch, name)
            } else if table.person() == Some(place) {
                batch.column("person_id").cloned()
            } else {
                self.values(scan, table, field, file, batch)?
            };
            let rows = batch.rows();
            let values = values.unwrap_or_else(|| none(table, field, rows));
            let mut values = fit(table, field, values)?;
            if !self.as_given {
                unmatched(field, &mut values);
            }
            if field.required && values.has_null() {
                let why = format!(
                    "some rows have no `{}`, which the CDM requires; the snapshot can't be written as a CDM",
                    field.name
                );
                return Err(Error::Table {
                    table: table.name,
                    why,
                });
            }
            columns.push(values);
        }
        Ok(columns)
    }

    /// A field's values, its own or derived.
    fn values(
        &mut self,
        scan: &Scan<'_>,
        table: &CdmTable,
        field: &Field,
        file: &FileEntry,
        batch: &Table,
    ) -> Result<Option<Values>, Error> {
        let there = batch.column(field.name).cloned();
        if self.as_given {
            return Ok(there);
        }
        let first = LAST_DAYS.iter().find(|(last, _)| *last == field.name);
        if let Some(first) = first.and_then(|(_, first)| batch.column(first)) {
            return Ok(Some(filled(there, first)));
        }
        let coded = CODED.iter().find(|(coded, _)| *coded == table.name);
        let Some((_, prefix)) = coded else {
            return Ok(there);
        };
        if field.name == "provider_id" && batch.column("visit_occurrence_id").is_some() {
            return self.providers(scan, file, batch, there).map(Some);
        }
        let concept = || {
            let own = batch.column(&format!("{prefix}_source_concept_id"));
            own.or_else(|| batch.column(&format!("{prefix}_concept_id")))
        };
        if there.is_some() {
            return Ok(there);
        }
        if field.name == format!("{prefix}_source_concept_id") {
            return Ok(concept().cloned());
        }
        if field.name == format!("{prefix}_source_value") {
            let concepts = concept().and_then(Values::ints).unwrap_or_default();
            let codes = concepts.iter().map(|concept| self.codes.get(concept));
            let codes = Values::text(codes.map(|code| code.map(String::as_str)));
            return Ok((codes.len() == batch.rows()).then_some(codes));
        }
        Ok(None)
    }

    /// Professionals; of an act that names none its visit's.
    fn providers(
        &mut self,
        scan: &Scan<'_>,
        file: &FileEntry,
        batch: &Table,
        there: Option<Values>,
    ) -> Result<Values, Error> {
        if self.visits.0.is_none() || self.visits.0 != file.bucket {
            self.visits = (file.bucket, HashMap::new());
            let files = scan.files("visit_occurrence", Order::ByPerson)?;
            for visits in files.iter().filter(|other| other.bucket == file.bucket) {
                let part = scan.read(visits, &["visit_occurrence_id", "provider_id"])?;
                let pairs = longs(&part.table, "visit_occurrence_id")
                    .zip(ints(&part.table, "provider_id").iter().copied());
                let known = pairs.filter(|(_, provider)| *provider != Values::NO_INT);
                self.visits.1.extend(known);
            }
        }
        let own = there.as_ref().and_then(Values::ints);
        let of = |(row, visit): (usize, i64)| {
            let own = own.map_or(Values::NO_INT, |own| own[row]);
            if own != Values::NO_INT {
                return own;
            }
            self.visits.1.get(&visit).copied().unwrap_or(own)
        };
        let visits = longs(batch, "visit_occurrence_id").enumerate();
        Ok(Values::Int(visits.map(of).collect()))
    }
}

fn ints<'a>(table: &'a Table, name: &str) -> &'a [i32] {
    let values = table.column(name).and_then(Values::ints);
    values.unwrap_or_default()
}

fn longs<'a>(table: &'a Table, name: &str) -> Box<dyn Iterator<Item = i64> + 'a> {
    match table.column(name) {
        Some(Values::Long(values)) => Box::new(values.iter().copied()),
        Some(Values::Int(values)) => Box::new(values.iter().copied().map(widened)),
        _ => Box::new(std::iter::empty()),
    }
}

/// With null as it is among longer numbers.
fn widened(value: i32) -> i64 {
    if value == Values::NO_INT {
        Values::NO_LONG
    } else {
        i64::from(value)
    }
}

/// What a project calls persons; nothing without one.
fn names(batch: &Table, name: Option<&dyn Fn(&Pseudonym) -> String>) -> Option<Values> {
    let (name, Values::Pseudonym(persons)) = (name?, batch.column("pseudonym")?) else {
        return None;
    };
    let names: Vec<String> = persons.iter().map(name).collect();
    Some(Values::text(names.iter().map(|name| Some(name.as_str()))))
}

/// Days, with those of another column where there are none.
fn filled(there: Option<Values>, first: &Values) -> Values {
    let (Some(there), Some(first)) = (there.as_ref().and_then(Values::ints), first.ints()) else {
        return first.clone();
    };
    let days = there.iter().zip(first);
    Values::Date(
        days.map(|(last, first)| {
            if *last == Values::NO_INT {
                *first
            } else {
                *last
            }
        })
        .collect(),
    )
}

/// A concept that must be there and is not.
fn unmatched(field: &Field, values: &mut Values) {
    if let Values::Int(values) = values
        && field.required
        && field.name.ends_with("_concept_id")
    {
        for value in values {
            if *value == Values::NO_INT {
                *value = 0;
            }
        }
    }
}

/// As many nulls of a field's kind.
pub(super) fn none(table: &CdmTable, field: &Field, rows: usize) -> Values {
    match field.kind {
        Kind::Integer if table.wide(field) => Values::Long(vec![Values::NO_LONG; rows]),
        Kind::Integer => Values::Int(vec![Values::NO_INT; rows]),
        Kind::Float => Values::Number(vec![f64::NAN; rows]),
        Kind::Date => Values::Date(vec![Values::NO_INT; rows]),
        Kind::Text | Kind::Instant => Values::text(std::iter::repeat_n(None, rows)),
    }
}

/// Values in the kind that the CDM's field has.
fn fit(table: &'static CdmTable, field: &Field, values: Values) -> Result<Values, Error> {
    let wide = table.wide(field);
    let unfit = |why: &str| Error::Table {
        table: table.name,
        why: format!("`{}` {why}, which the CDM can't hold", field.name),
    };
    let number = |value: i64| match value {
        Values::NO_LONG => f64::NAN,
        value => value as f64,
    };
    Ok(match (field.kind, values) {
        (Kind::Integer, Values::Int(values)) if wide => {
            Values::Long(values.into_iter().map(widened).collect())
        }
        (Kind::Integer, Values::Long(values)) if !wide => {
            let narrow = |value| match value {
                Values::NO_LONG => Ok(Values::NO_INT),
                value => i32::try_from(value).map_err(|_| unfit("has more than 32 bits")),
            };
            Values::Int(values.into_iter().map(narrow).collect::<Result<_, _>>()?)
        }
        (Kind::Float, Values::Int(values)) => {
            Values::Number(values.into_iter().map(widened).map(number).collect())
        }
        (Kind::Float, Values::Long(values)) => {
            Values::Number(values.into_iter().map(number).collect())
        }
        (Kind::Integer, values @ (Values::Int(_) | Values::Long(_)))
        | (Kind::Float, values @ Values::Number(_))
        | (Kind::Date, values @ Values::Date(_))
        | (Kind::Text | Kind::Instant, values @ Values::Text { .. }) => values,
        _ => return Err(unfit("is of another kind")),
    })
}
