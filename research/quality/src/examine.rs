//! Examining a snapshot: bucket by bucket, on several threads.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use hygie_snapshot::Scan;

use crate::bucket;
use crate::calendar;
use crate::model;
use crate::portrait;
use crate::report::{Absent, Report};
use crate::tally::Tally;
use crate::thresholds::Thresholds;
use crate::verdicts::{self, There};
use crate::words;
use crate::world::World;
use crate::{Error, FORMAT};

/// Examines a snapshot as a scan shows it, so without the opposed; a check fails by these thresholds.
///
/// Each thread holds one part of one table of one bucket at a time, with the bucket's persons and visits; what is counted
/// grows with the number of concepts, not of rows. `progress` is told how many buckets are done, and of how many; from any
/// thread.
///
/// # Errors
/// [`Error::Snapshot`] for a file that can't be read. A table or a column that is not there is no error: the report says so.
pub fn examine(
    scan: &Scan<'_>,
    threads: usize,
    thresholds: &Thresholds,
    progress: &(dyn Fn(u32, u32) + Sync),
) -> Result<Report, Error> {
    let world = World::read(scan)?;
    let tally = buckets(scan, &world, threads.max(1), progress)?;
    let manifest = scan.manifest();
    let there = There {
        manifest,
        tally: &tally,
        thresholds,
    };
    Ok(Report {
        format: FORMAT,
        notice: words::notice(),
        snapshot: manifest.number,
        schema: manifest.schema.clone(),
        made_on: calendar::day_name(world.made_on),
        last_day: world.last_day.map(calendar::day_name),
        hidden: scan.hidden() as u64,
        absent: absent(&there),
        checks: verdicts::all(&there, &world),
        portrait: portrait::of(scan, &tally)?,
    })
}

fn buckets(
    scan: &Scan<'_>,
    world: &World,
    threads: usize,
    progress: &(dyn Fn(u32, u32) + Sync),
) -> Result<Tally, Error> {
    let (next, done) = (AtomicU32::new(0), AtomicU32::new(0));
    let sum = Mutex::new(Ok(Tally::default()));
    let work = || {
        loop {
            let bucket = next.fetch_add(1, Ordering::Relaxed);
            if bucket >= world.buckets {
                return;
            }
            let tally = bucket::examine(scan, bucket, world);
            let mut sum = sum.lock().expect("no thread panics while it holds the sum");
            match (&mut *sum, tally) {
                (Ok(sum), Ok(tally)) => sum.merge(tally),
                (sum, Err(error)) => {
                    *sum = Err(error);
                    // Nobody begins another bucket.
                    next.store(world.buckets, Ordering::Relaxed);
                }
                (Err(_), Ok(_)) => {}
            }
            drop(sum);
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, world.buckets);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.min(world.buckets as usize) {
            scope.spawn(work);
        }
        work();
    });
    sum.into_inner()
        .expect("no thread panics while it holds the sum")
}

/// Tables and columns that are not there, and tables that are there and were not examined.
fn absent(there: &There<'_>) -> Vec<Absent> {
    let mut list = Vec::new();
    let known: Vec<&str> = model::all().map(|model| model.table).collect();
    let read = ["concept", "location", "provider", "care_site"];
    for table in known.iter().copied().chain(read) {
        if !there.table(table) {
            let meaning = words::no_table(table);
            list.push(Absent {
                table: table.to_owned(),
                column: None,
                meaning,
            });
        }
    }
    for (table, column) in &there.tally.missing {
        list.push(Absent {
            table: (*table).to_owned(),
            column: Some((*column).to_owned()),
            meaning: words::missing(column),
        });
    }
    let read: HashSet<&str> = known.into_iter().chain(read).collect();
    for entry in &there.manifest.tables {
        let table = entry.table.as_str();
        if !read.contains(table) && !list.iter().any(|absent: &Absent| absent.table == table) {
            let meaning = words::unexamined();
            list.push(Absent {
                table: table.to_owned(),
                column: None,
                meaning,
            });
        }
    }
    list
}
