//! The questions of a snapshot, beside the peers', whose answers are compared before anything is timed.

use std::time::Instant;

use hygie_snapshot::Scan;
use serde_json::Value;

use super::{Place, form, questions};
use crate::failure::Failure;
use crate::figure::Figure;
use crate::peers::Peer;

/// Peers by the names under which their script answers.
const PEERS: [(&str, &str); 3] = [
    ("DuckDB, this snapshot", "duckdb"),
    ("DuckDB, its own table", "duckdb_own"),
    ("Polars, this snapshot", "polars"),
];

/// Each question of the newest snapshot of `folder`, one person in a hundred left out, so many `runs`; figures are called
/// `name` and the question. Beside the peers where they are asked, whose own tables are lost afterwards.
pub fn asked(
    place: &Place,
    (folder, name): (&str, &str),
    (runs, peers): (u32, bool),
) -> Result<Vec<Figure>, Failure> {
    let snapshots = place.snapshots(folder)?;
    let snapshot = snapshots.latest().map_err(|error| form(&error))?;
    let opposed = questions::one_in_a_hundred(&snapshot).map_err(|error| form(&error))?;
    let scan = Scan::new(&snapshot, &opposed).map_err(|error| form(&error))?;
    let theirs = if peers {
        questions::write(&opposed, &place.path("opposed.bin"))?;
        let at = format!("{folder}/{}", snapshot.manifest().number);
        place.client("ask", &[&at, &runs.to_string()])?
    } else {
        None
    };
    let mut figures = Vec::new();
    for (question, work, ask) in questions::ALL {
        let (said, times) = timed(&scan, ask, runs)?;
        let mut figure = Figure::new(&format!("{name}/{question}"), "ms", work, times);
        for (peer, key) in PEERS {
            let their = theirs.as_ref().and_then(|theirs| theirs[question].get(key));
            let Some(their) = their else {
                continue;
            };
            if their["answer"] != said {
                return Err(Failure::Form(format!(
                    "{question}: {peer} says {}, we say {said}",
                    their["answer"]
                )));
            }
            figure = figure.beside(&[Peer {
                name: peer,
                value: their["ms"].as_f64().unwrap_or(f64::NAN),
                source: "this run, 2 threads, the opposed left out; median",
            }]);
        }
        figures.push(figure);
    }
    Ok(figures)
}

/// How many events of each kind a snapshot holds, and what was paid for them, in cents.
pub fn events(place: &Place, folder: &str) -> Result<Value, Failure> {
    let snapshots = place.snapshots(folder)?;
    let snapshot = snapshots.latest().map_err(|error| form(&error))?;
    questions::events(&snapshot).map_err(|error| form(&error))
}

/// The answer, and how long each time took, in ms.
fn timed(scan: &Scan<'_>, ask: questions::Ask, runs: u32) -> Result<(Value, Vec<f64>), Failure> {
    let mut said = Value::Null;
    let mut times = Vec::new();
    for _ in 0..runs {
        let begun = Instant::now();
        said = ask(scan).map_err(|error| form(&error))?;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    Ok((said, times))
}
