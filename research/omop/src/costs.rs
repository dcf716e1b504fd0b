//! Amounts. A row of `cost` that is its event's only one, and says nothing beside what was charged and what the insurer
//! paid, in euros, of a claim, stands at the event as `total_charge` and `paid_by_payer`; all others are rows.
//!
//! So `cost` is written before events are: each of its buckets leaves the amounts of the bucket's events.

use std::sync::RwLock;

use hygie_snapshot::{EVENTS, Event};

use crate::cdm::{CLAIM, CdmTable, DOMAINS, EURO};
use crate::cell::Cell;
use crate::columns::{put, put_float, put_signed, take, take_float, take_signed};
use crate::error::Error;
use crate::memory::Left;
use crate::partition::Partition;
use crate::spill::Place;

/// Fields that a row may have which stands at its event.
const SAYS: &[&str] = &[
    "cost_id",
    "cost_event_id",
    "cost_domain_id",
    "cost_type_concept_id",
    "currency_concept_id",
    "total_charge",
    "paid_by_payer",
];

/// What was charged, and what the insurer paid; NaN is null.
pub(crate) type Amounts = (f64, f64);

/// What a row of `cost` says of an event: its table's place among [`EVENTS`], the snapshot's number, and the amounts, where
/// they are all that it says.
pub(crate) type Told = (usize, i64, Option<Amounts>);

/// Writes before a row of `cost`, of numbers given anew, what it says of an event.
pub(crate) fn put_told(to: &mut Vec<u8>, table: &CdmTable, cells: &[Cell]) {
    let Some((event, number)) = event(table, cells) else {
        return put(to, 0);
    };
    put(to, event as u64 + 1);
    put_signed(to, number);
    let amounts = amounts(table, cells);
    to.push(u8::from(amounts.is_some()));
    if let Some((charge, paid)) = amounts {
        put_float(to, charge);
        put_float(to, paid);
    }
}

/// Reads what [`put_told`] wrote.
pub(crate) fn take_told(from: &mut &[u8]) -> Option<Told> {
    let event = usize::try_from(take(from)).ok()?.checked_sub(1)?;
    let number = take_signed(from);
    let amounts = (take(from) == 1).then(|| (take_float(from), take_float(from)));
    Some((event, number, amounts))
}

/// Those that stand at their events: each is all that is said of its event.
pub(crate) fn alone(mut told: Vec<Told>) -> Vec<(usize, i64, Amounts)> {
    told.sort_by_key(|(event, number, _)| (*event, *number));
    let same = |a: &Told, b: &Told| (a.0, a.1) == (b.0, b.1);
    let alone = told.chunk_by(same).filter_map(|rows| match rows {
        [(event, number, Some(amounts))] => Some((*event, *number, *amounts)),
        _ => None,
    });
    alone.collect()
}

/// Amounts that wait for their events, by table and bucket.
pub(crate) struct Costs<'a> {
    events: Vec<RwLock<Partition<'a>>>,
}

impl<'a> Costs<'a> {
    pub(crate) fn new(place: &'a Place, (buckets, left): (usize, Left)) -> Costs<'a> {
        let none = |_| RwLock::new(Partition::new(place, (buckets, left.amounts()), 1));
        Costs {
            events: EVENTS.iter().map(none).collect(),
        }
    }

    /// Adds those of a bucket.
    pub(crate) fn add(
        &self,
        bucket: usize,
        amounts: &[(usize, i64, Amounts)],
    ) -> Result<(), Error> {
        let mut bytes = Vec::new();
        for (event, number, (charge, paid)) in amounts {
            bytes.clear();
            put_signed(&mut bytes, *number);
            put_float(&mut bytes, *charge);
            put_float(&mut bytes, *paid);
            let mut to = self.events[*event].write().expect("no thread panics here");
            to.push(bucket, &bytes, 0)?;
        }
        Ok(())
    }

    /// Whether any event of a table has amounts.
    pub(crate) fn any(&self, table: &str) -> bool {
        let of = EVENTS.iter().position(|event| event.table == table);
        of.is_some_and(|of| {
            let amounts = self.events[of].read().expect("no thread panics here");
            !amounts.is_empty()
        })
    }

    /// The amounts of these events of a bucket, in their order; NaN where there are none.
    pub(crate) fn of(
        &self,
        table: &str,
        bucket: usize,
        numbers: &[i64],
    ) -> Result<(Vec<f64>, Vec<f64>), Error> {
        let mut found = Vec::new();
        if let Some(of) = EVENTS.iter().position(|event| event.table == table) {
            let amounts = self.events[of].read().expect("no thread panics here");
            amounts.read(bucket, |mut part| {
                while !part.is_empty() {
                    let number = take_signed(&mut part);
                    found.push((number, (take_float(&mut part), take_float(&mut part))));
                }
                Ok(())
            })?;
        }
        found.sort_unstable_by_key(|(number, _)| *number);
        let amounts = |number: &i64| {
            let place = found.binary_search_by_key(number, |(number, _)| *number);
            place.map_or((f64::NAN, f64::NAN), |place| found[place].1)
        };
        Ok(numbers.iter().map(amounts).unzip())
    }
}

/// The event that a row of `cost` is about, if it is one that is held by concept.
fn event(table: &CdmTable, cells: &[Cell]) -> Option<(usize, i64)> {
    let cell = |name| Some(&cells[table.place(name)?]);
    let Some(Cell::Text(domain)) = cell("cost_domain_id") else {
        return None;
    };
    let known = DOMAINS
        .iter()
        .find(|known| known.0.eq_ignore_ascii_case(domain))?;
    let event = Event::named(known.2)?;
    let place = EVENTS.iter().position(|other| other == event)?;
    Some((place, cell("cost_event_id")?.whole()?))
}

/// What a row says, where it says no more than an event holds.
fn amounts(table: &CdmTable, cells: &[Cell]) -> Option<Amounts> {
    let mut fields = table.fields.iter().zip(cells);
    let more = fields.any(|(field, cell)| *cell != Cell::Null && !SAYS.contains(&field.name));
    let cell = |name| table.place(name).map(|place| &cells[place]);
    let is = |name, concept: i32| cell(name) == Some(&Cell::Whole(i64::from(concept)));
    if more || !is("cost_type_concept_id", CLAIM) || !is("currency_concept_id", EURO) {
        return None;
    }
    let number = |name| match cell(name) {
        Some(Cell::Number(value)) => *value,
        _ => f64::NAN,
    };
    let (charge, paid) = (number("total_charge"), number("paid_by_payer"));
    (!charge.is_nan() || !paid.is_nan()).then_some((charge, paid))
}
