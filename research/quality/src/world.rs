//! What every bucket needs to know: concepts, professionals, establishments, places, and the last day.

use std::collections::{HashMap, HashSet};

use hygie_snapshot::{Order, Scan};

use crate::Error;
use crate::cells::Cells;
use crate::concepts::Concepts;
use crate::model::{self, Model};

/// What is read once, and by every thread.
pub(crate) struct World {
    pub(crate) concepts: Concepts,
    /// The numbers in the tables that rows point to; no entry for a table that is not there.
    pub(crate) linked: HashMap<&'static str, HashSet<i64>>,
    /// The day on which the snapshot was made: what is after it is the future.
    pub(crate) made_on: i32,
    /// The last day that is observed.
    pub(crate) last_day: Option<i32>,
    pub(crate) buckets: u32,
}

/// Columns that point to a table about no person.
pub(crate) const LINKED: &[(&str, &str)] = &[
    ("provider_id", "provider"),
    ("care_site_id", "care_site"),
    ("location_id", "location"),
];

impl World {
    /// Reads it.
    pub(crate) fn read(scan: &Scan<'_>) -> Result<World, Error> {
        let manifest = scan.manifest();
        let made_on = i32::try_from(manifest.made_at.div_euclid(86_400)).unwrap_or(i32::MAX);
        let mut linked = HashMap::new();
        for (column, table) in LINKED {
            if let Some(ids) = ids(scan, column, table)? {
                linked.insert(*column, ids);
            }
        }
        Ok(World {
            concepts: Concepts::read(scan)?,
            linked,
            made_on,
            last_day: last_day(scan, made_on)?,
            buckets: manifest.buckets,
        })
    }

    /// Whether a domain may stand in a table.
    pub(crate) fn fits(model: &Model, domain: &str) -> bool {
        if model.domains.is_empty() {
            !model::PLACED.contains(&domain)
        } else {
            model.domains.contains(&domain)
        }
    }
}

fn ids(scan: &Scan<'_>, column: &str, table: &str) -> Result<Option<HashSet<i64>>, Error> {
    if !scan.manifest().has(table, Order::Plain) {
        return Ok(None);
    }
    let mut ids = HashSet::new();
    for file in scan.files(table, Order::Plain)? {
        let batch = scan.read(file, &[column])?;
        let cells = Cells::of(&batch.table, column);
        ids.extend((0..batch.table.rows()).filter_map(|row| cells?.whole(row)));
    }
    Ok(Some(ids))
}

/// The last day of any observation period that is not after the snapshot was made; without periods, of any event.
fn last_day(scan: &Scan<'_>, made_on: i32) -> Result<Option<i32>, Error> {
    let latest = |table: &'static str, column: &'static str| -> Result<Option<i32>, Error> {
        let mut last = None;
        if scan.manifest().has(table, Order::ByPerson) {
            for file in scan.files(table, Order::ByPerson)? {
                if !scan.columns(file)?.iter().any(|name| name == column) {
                    continue;
                }
                let batch = scan.read(file, &[column])?;
                let Some(cells) = Cells::of(&batch.table, column) else {
                    continue;
                };
                let days = (0..batch.table.rows()).filter_map(|row| cells.int(row));
                last = last.max(days.filter(|day| *day <= made_on).max());
            }
        }
        Ok(last)
    };
    if let Some(end) = model::PERIOD.end
        && let Some(day) = latest(model::PERIOD.table, end)?
    {
        return Ok(Some(day));
    }
    let mut last = None;
    for model in model::EVENTS {
        if let Some(start) = model.start {
            last = last.max(latest(model.table, start)?);
        }
    }
    Ok(last)
}
