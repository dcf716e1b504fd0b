//! Rows of `cost` of the amounts that stand at events.

use hygie_snapshot::{EVENTS, Order, Values};

use super::derive::none;
use super::sink::Sink;
use super::{Reading, read};
use crate::cdm::{CLAIM, CdmTable, DOMAINS, EURO};
use crate::error::Error;

/// The greatest number of rows of `cost`, whose first field it is.
pub(super) fn greatest(columns: &[Values]) -> i64 {
    match columns.first() {
        Some(Values::Long(numbers)) => numbers.iter().copied().max().unwrap_or(0),
        _ => 0,
    }
}

/// Writes a row for each event that has amounts, numbered from the one after `last`. Answers how many.
pub(super) fn of_events(
    reading: &mut Reading<'_>,
    last: i64,
    sink: &mut Sink,
) -> Result<u64, Error> {
    let mut next = last + 1;
    for event in EVENTS {
        let (table, domain) = (
            CdmTable::named(event.table).expect("events are tables of the CDM"),
            DOMAINS.iter().find(|domain| domain.2 == event.table),
        );
        let there = reading
            .snapshot
            .manifest()
            .has(event.table, Order::ByPerson);
        let Some(domain) = domain.filter(|_| there) else {
            continue;
        };
        reading.derive.begin();
        for file in reading.scan.files(event.table, Order::ByPerson)? {
            let batch = read(&reading.scan, table, file)?;
            let batch = reading.derive.without_unborn(batch);
            let Values::Long(events) = reading.derive.numbers(table, &batch) else {
                continue;
            };
            let amounts = ["total_charge", "paid_by_payer"].map(|name| batch.column(name));
            let [Some(Values::Number(charged)), Some(Values::Number(paid))] = amounts else {
                continue;
            };
            let rows: Vec<(i64, f64, f64)> = events
                .iter()
                .zip(charged.iter().zip(paid))
                .filter(|(_, (charged, paid))| !charged.is_nan() || !paid.is_nan())
                .map(|(event, (charged, paid))| (*event, *charged, *paid))
                .collect();
            sink.write(&columns(domain.0, next, &rows))?;
            next += i64::try_from(rows.len()).expect("fewer than 2^63 rows");
        }
    }
    Ok(u64::try_from(next - last - 1).unwrap_or(0))
}

/// The columns of `cost`: of each row the event, what was charged, and what was paid.
fn columns(domain: &str, first: i64, rows: &[(i64, f64, f64)]) -> Vec<Values> {
    let table = CdmTable::named("cost").expect("CDM 5.4");
    let column = |field: &crate::cdm::Field| match field.name {
        "cost_id" => Values::Long((first..).take(rows.len()).collect()),
        "cost_event_id" => Values::Long(rows.iter().map(|row| row.0).collect()),
        "cost_domain_id" => Values::text(rows.iter().map(|_| Some(domain))),
        "cost_type_concept_id" => Values::Int(vec![CLAIM; rows.len()]),
        "currency_concept_id" => Values::Int(vec![EURO; rows.len()]),
        "total_charge" => Values::Number(rows.iter().map(|row| row.1).collect()),
        "paid_by_payer" => Values::Number(rows.iter().map(|row| row.2).collect()),
        _ => none(table, field, rows.len()),
    };
    table.fields.iter().map(column).collect()
}
