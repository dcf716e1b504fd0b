//! What is in a snapshot, in the spirit of OHDSI's Achilles (<https://github.com/OHDSI/Achilles>).

use std::collections::{BTreeMap, HashMap, HashSet};

use hygie_snapshot::{Order, Scan};

use crate::Error;
use crate::calendar;
use crate::cells::Cells;
use crate::concepts::{self, Shown};
use crate::model;
use crate::report::{AgeBand, Code, Fill, Month, Place, Portrait, Spending, TablePortrait};
use crate::tally::{PersonTally, TableTally, Tally};

/// Concepts of a table that are shown.
const TOP: usize = 20;
/// Years of a band of ages, and where the last one begins.
const BAND: u32 = 5;
const LAST_BAND: u32 = 95;

/// The portrait of what was counted.
pub(crate) fn of(scan: &Scan<'_>, tally: &Tally) -> Result<Portrait, Error> {
    let mut wanted = HashSet::new();
    for table in tally.tables.values() {
        wanted.extend(top(table).into_iter().map(|(concept, ..)| concept));
    }
    let names = concepts::shown(scan, &wanted)?;
    let persons = &tally.persons;
    let (places, placeless) = places(persons, &place_names(scan)?);
    let in_order =
        model::all().filter_map(|model| Some((model.table, tally.tables.get(model.table)?)));
    let by_concept = |table: &str| scan.manifest().has(table, Order::ByConcept);
    Ok(Portrait {
        persons: persons.persons,
        dead: persons.dead,
        pyramid: pyramid(persons),
        ageless: persons.ageless,
        places,
        placeless,
        observed_days: persons.observed.quantiles(),
        events: persons.events.quantiles(),
        tables: in_order
            .map(|(name, table)| portrait(name, table, &names, by_concept(name)))
            .collect(),
    })
}

fn pyramid(persons: &PersonTally) -> Vec<AgeBand> {
    let mut bands: Vec<AgeBand> = (0..=LAST_BAND / BAND)
        .map(|band| AgeBand {
            from: band * BAND,
            to: (band * BAND < LAST_BAND).then_some(band * BAND + BAND - 1),
            male: 0,
            female: 0,
            unknown: 0,
        })
        .collect();
    for (age, [unknown, male, female]) in &persons.ages {
        let band = &mut bands[((*age).min(LAST_BAND) / BAND) as usize];
        band.unknown += unknown;
        band.male += male;
        band.female += female;
    }
    bands
}

/// The names of `location`: the department as claims have it, or the state, the county, the postal code.
fn place_names(scan: &Scan<'_>) -> Result<HashMap<i64, String>, Error> {
    let mut names = HashMap::new();
    if !scan.manifest().has("location", Order::Plain) {
        return Ok(names);
    }
    for file in scan.files("location", Order::Plain)? {
        let there = scan.columns(file)?;
        let wanted = [
            "location_id",
            "location_source_value",
            "state",
            "county",
            "zip",
        ];
        let columns: Vec<&str> = wanted
            .into_iter()
            .filter(|name| there.iter().any(|has| has == name))
            .collect();
        let table = scan.read(file, &columns)?.table;
        let Some(ids) = Cells::of(&table, "location_id") else {
            continue;
        };
        for row in 0..table.rows() {
            let word = |name: &&str| {
                let cells = Cells::of(&table, name)?;
                cells
                    .word(row)
                    .map(str::to_owned)
                    .or_else(|| cells.whole(row).map(|number| number.to_string()))
            };
            if let (Some(id), Some(name)) = (ids.whole(row), wanted[1..].iter().find_map(word)) {
                names.insert(id, name);
            }
        }
    }
    Ok(names)
}

fn places(persons: &PersonTally, names: &HashMap<i64, String>) -> (Vec<Place>, u64) {
    let mut by_name: BTreeMap<String, u64> = BTreeMap::new();
    for (place, count) in &persons.places {
        if let Some(place) = place {
            let name = names
                .get(place)
                .cloned()
                .unwrap_or_else(|| format!("location {place}"));
            *by_name.entry(name).or_default() += count;
        }
    }
    let mut places: Vec<Place> = by_name
        .into_iter()
        .map(|(name, persons)| Place { name, persons })
        .collect();
    places.sort_by_key(|place| std::cmp::Reverse(place.persons));
    (places, persons.places.get(&None).copied().unwrap_or(0))
}

/// The concepts with the most rows: number, rows, persons.
fn top(table: &TableTally) -> Vec<(i32, u64, u64)> {
    let mut list: Vec<(i32, u64, u64)> = table
        .uses
        .iter()
        .map(|(concept, uses)| (*concept, uses.rows, uses.persons))
        .collect();
    list.sort_unstable_by_key(|(concept, rows, _)| (std::cmp::Reverse(*rows), *concept));
    list.truncate(TOP);
    list
}

fn portrait(
    name: &str,
    table: &TableTally,
    names: &HashMap<i32, Shown>,
    by_concept: bool,
) -> TablePortrait {
    let code = |(concept, rows, persons): (i32, u64, u64)| {
        let shown = names.get(&concept).cloned().unwrap_or_default();
        Code {
            concept,
            vocabulary: shown.vocabulary,
            code: shown.code,
            name: shown.name,
            rows,
            persons: by_concept.then_some(persons),
        }
    };
    let months = table
        .months
        .iter()
        .enumerate()
        .filter(|(_, rows)| **rows > 0);
    let spending = |(month, (charged, paid)): (&usize, &(i64, i64))| Spending {
        month: calendar::month_name(*month),
        charged: *charged as f64 / 100.0,
        paid: *paid as f64 / 100.0,
    };
    TablePortrait {
        table: name.to_owned(),
        rows: table.rows,
        months: months
            .map(|(month, rows)| Month {
                month: calendar::month_name(month),
                rows: *rows,
            })
            .collect(),
        elsewhen: table.elsewhen,
        per_person: table.per_person.quantiles(),
        top: top(table).into_iter().map(code).collect(),
        spending: table.spending.iter().map(spending).collect(),
        columns: table
            .fill
            .iter()
            .map(|(column, (rows, empty))| Fill {
                column: (*column).to_owned(),
                rows: *rows,
                empty: *empty,
            })
            .collect(),
    }
}
