//! One bucket: its persons first, then table by table, so that no more than one table's part is in memory.

use std::collections::{BTreeSet, HashMap};

use hygie_snapshot::{FileEntry, Order, Scan, Table, TableEntry, Values};

use crate::Error;
use crate::model::{self, Model};
use crate::people::{Parts, People};
use crate::quantiles::Spread;
use crate::rows::{self, Part, Visits};
use crate::tally::{Tally, Uses};
use crate::thresholds::Check;
use crate::world::World;

/// The files of a bucket.
pub(crate) struct Files<'a> {
    tables: &'a [TableEntry],
    bucket: u32,
}

impl<'a> Files<'a> {
    /// Of one bucket.
    pub(crate) fn of(scan: &Scan<'a>, bucket: u32) -> Files<'a> {
        Files {
            tables: &scan.manifest().tables,
            bucket,
        }
    }

    /// Whether the snapshot has a table.
    fn has(&self, table: &str) -> bool {
        self.tables.iter().any(|entry| entry.table == table)
    }

    fn list(&self, table: &str, order: Order) -> Vec<&'a FileEntry> {
        let of = |entry: &&TableEntry| entry.table == table && entry.order == order;
        let here = |file: &&FileEntry| file.bucket.unwrap_or(0) == self.bucket;
        self.tables
            .iter()
            .filter(of)
            .flat_map(|entry| &entry.files)
            .filter(here)
            .collect()
    }

    /// A table's parts, of the columns that are there.
    pub(crate) fn read(
        &self,
        scan: &Scan<'_>,
        model: &'static Model,
        missing: &mut BTreeSet<(&'static str, &'static str)>,
    ) -> Result<Vec<Table>, Error> {
        let mut tables = Vec::new();
        for file in self.list(model.table, Order::ByPerson) {
            let there = scan.columns(file)?;
            let (columns, not): (Vec<&str>, Vec<&str>) = model
                .columns()
                .into_iter()
                .partition(|column| there.iter().any(|name| name == column));
            missing.extend(not.into_iter().map(|column| (model.table, column)));
            tables.push(scan.read(file, &columns)?.table);
        }
        Ok(tables)
    }
}

/// Examines one bucket.
pub(crate) fn examine(scan: &Scan<'_>, bucket: u32, world: &World) -> Result<Tally, Error> {
    let files = Files::of(scan, bucket);
    let mut tally = Tally::default();
    let parts = Parts::read(scan, &files, &mut tally.missing)?;
    let people = People::of(&parts);
    let mut events = vec![0u64; people.ids.len()];
    let mut visits = Visits::default();
    for model in model::EVENTS {
        let tables = files.read(scan, model, &mut tally.missing)?;
        if model.table == model::VISIT.table {
            visits = Visits::of(&people, &tables);
            rows::stays::check(&visits, &mut tally);
        }
        let mut seen = Seen::new(people.ids.len());
        for table in &tables {
            let part = Part::of(model, table, &people);
            rows::check(&part, (&people, &visits, world), &mut tally);
            seen.part(&part, &mut tally);
        }
        rows::columns::unique(model, &tables, &mut tally);
        orders(scan, &files, model, &tables, &mut tally)?;
        // Where nothing happened in this bucket the table has no part here, and everybody has no row.
        if files.has(model.table) {
            seen.persons(model, &mut tally, &mut events);
        }
    }
    for (model, tables) in [
        (&model::PERSON, &parts.person),
        (&model::PERIOD, &parts.period),
        (&model::DEATH, &parts.death),
        (
            &model::COST,
            &files.read(scan, &model::COST, &mut tally.missing)?,
        ),
    ] {
        for table in tables {
            let part = Part::of(model, table, &people);
            rows::check(&part, (&people, &visits, world), &mut tally);
            Seen::new(people.ids.len()).part(&part, &mut tally);
        }
        rows::columns::unique(model, tables, &mut tally);
    }
    rows::persons::check(&people, &parts, &events, world, &mut tally);
    Ok(tally)
}

/// Rows of each person in one table.
struct Seen(Vec<u64>);

impl Seen {
    fn new(persons: usize) -> Seen {
        Seen(vec![0; persons])
    }

    /// Counts a part's rows, by month and person, its amounts and its empty cells.
    fn part(&mut self, part: &Part<'_>, tally: &mut Tally) {
        for place in &part.who {
            if let Some(rows) = self.0.get_mut(*place as usize) {
                *rows += 1;
            }
        }
        rows::counts::count(part, tally.table(part.model.table));
    }

    fn persons(&self, model: &'static Model, tally: &mut Tally, events: &mut [u64]) {
        let mut spread = Spread::default();
        for (rows, sum) in self.0.iter().zip(events) {
            spread.add(*rows);
            *sum += rows;
        }
        tally.table(model.table).per_person.merge(&spread);
    }
}

/// What of a concept's rows does not cancel out between the orders: their number, and a sum over persons and days.
type Rest = HashMap<i32, (i64, u64)>;

/// Compares both orders of an event table, and counts who uses which concept.
fn orders(
    scan: &Scan<'_>,
    files: &Files<'_>,
    model: &'static Model,
    tables: &[Table],
    tally: &mut Tally,
) -> Result<(), Error> {
    let (Some(concept), Some(start)) = (model.concept, model.start) else {
        return Ok(());
    };
    let key = [concept, "person_id", start];
    let mut rest = Rest::new();
    for table in tables {
        each(table, key, |row| balance(&mut rest, row, 1));
    }
    let by_concept = files.list(model.table, Order::ByConcept);
    let mut uses: HashMap<i32, Uses> = HashMap::new();
    if by_concept.is_empty() {
        for (concept, (rows, _)) in rest {
            uses.entry(concept).or_default().rows += rows.unsigned_abs();
        }
    } else {
        let mut pairs: Vec<(i32, i32)> = Vec::new();
        for file in &by_concept {
            let table = scan.read(file, &key)?.table;
            pairs.reserve(table.rows());
            each(&table, key, |row| {
                balance(&mut rest, row, -1);
                pairs.push((row[0], row[1]));
            });
        }
        let failed = rest
            .values()
            .map(|(rows, sum)| rows.unsigned_abs().max(u64::from(*sum != 0)))
            .sum();
        let looked = tables.iter().map(|table| table.rows() as u64).sum();
        let count = crate::tally::Count { looked, failed };
        tally.add(Check::OrdersAgree, model.table, None, count);
        pairs.sort_unstable();
        for group in pairs.chunk_by(|a, b| a == b) {
            let used = uses.entry(group[0].0).or_default();
            used.rows += group.len() as u64;
            used.persons += 1;
        }
    }
    if !tables.is_empty() || !by_concept.is_empty() {
        let known = &mut tally.table(model.table).uses;
        for (concept, used) in uses {
            let sum = known
                .entry(if concept == Values::NO_INT {
                    0
                } else {
                    concept
                })
                .or_default();
            sum.rows += used.rows;
            sum.persons += used.persons;
        }
    }
    Ok(())
}

fn each(table: &Table, key: [&str; 3], mut each: impl FnMut([i32; 3])) {
    let columns = key.map(|name| table.column(name).and_then(Values::ints));
    if let [Some(concept), Some(person), Some(day)] = columns {
        for row in 0..table.rows() {
            each([concept[row], person[row], day[row]]);
        }
    }
}

fn balance(rest: &mut Rest, [concept, person, day]: [i32; 3], sign: i64) {
    let mixed = mix((u64::from(person.cast_unsigned()) << 32) | u64::from(day.cast_unsigned()));
    let sum = rest.entry(concept).or_default();
    sum.0 += sign;
    sum.1 = if sign > 0 {
        sum.1.wrapping_add(mixed)
    } else {
        sum.1.wrapping_sub(mixed)
    };
}

/// SplitMix64's finalizer: sums of its values are equal by chance once in 2^64.
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}
