//! Amounts. A row of `cost` that is its event's only one, and says nothing beside what was charged and what the insurer
//! paid, in euros, of a claim, stands at the event as `total_charge` and `paid_by_payer`; all others are rows.

use std::collections::{BTreeMap, HashMap};

use hygie_rows::Row;
use hygie_snapshot::Event;

use crate::cdm::{CLAIM, CdmTable, DOMAINS, EURO};
use crate::cell::Cell;
use crate::error::Error;
use crate::import::rows::{Each, Job, cells, read};
use crate::source::Source;

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
type Amounts = (f64, f64);

/// Amounts by table and the snapshot's number of the event.
#[derive(Debug, Default)]
pub(crate) struct Costs {
    events: HashMap<(&'static str, i64), Amounts>,
}

impl Costs {
    /// Reads `cost` for amounts that stand at events.
    pub(crate) fn read(job: &Job, source: &Source) -> Result<Costs, Error> {
        let table = source.table;
        // None: the event has several rows, or one that says more.
        let mut events: HashMap<(&'static str, i64), Option<Amounts>> = HashMap::new();
        let each = |row: &Row<'_>| {
            let (mut cells, wrong) = cells(table, row);
            let owner = job.owner(table, &cells);
            let taken = wrong.is_none()
                && job
                    .renumber(table, &mut cells, owner, false, &mut BTreeMap::new())
                    .is_ok();
            if let Some(event) = event(table, &cells).filter(|_| taken) {
                let amounts = amounts(table, &cells);
                events
                    .entry(event)
                    .and_modify(|there| *there = None)
                    .or_insert(amounts);
            }
        };
        read(source, false, &mut Each(each))?;
        let one = |(event, amounts): (_, Option<Amounts>)| Some((event, amounts?));
        Ok(Costs {
            events: events.into_iter().filter_map(one).collect(),
        })
    }

    /// Whether any event of a table has amounts.
    pub(crate) fn any(&self, table: &str) -> bool {
        self.events.keys().any(|(of, _)| *of == table)
    }

    /// Whether a row, of numbers given anew, is one of `cost` whose amounts stand at its event.
    pub(crate) fn folds(&self, table: &'static CdmTable, cells: &[Cell]) -> bool {
        table.name == "cost"
            && event(table, cells).is_some_and(|event| self.events.contains_key(&event))
    }

    /// The amounts of an event, of numbers given anew.
    pub(crate) fn of(&self, table: &'static CdmTable, cells: &[Cell]) -> Amounts {
        let number = table.own().and_then(|own| cells[own].whole());
        let found = number.and_then(|number| self.events.get(&(table.name, number)));
        found.copied().unwrap_or((f64::NAN, f64::NAN))
    }
}

/// The event that a row of `cost` is about, if it is one that is held by concept.
fn event(table: &CdmTable, cells: &[Cell]) -> Option<(&'static str, i64)> {
    let cell = |name| Some(&cells[table.place(name)?]);
    let Some(Cell::Text(domain)) = cell("cost_domain_id") else {
        return None;
    };
    let known = DOMAINS
        .iter()
        .find(|known| known.0.eq_ignore_ascii_case(domain))?;
    let event = Event::named(known.2)?;
    Some((event.table, cell("cost_event_id")?.whole()?))
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
