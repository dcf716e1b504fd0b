//! Claims: an extraction of invented persons into a snapshot, by the crossing's program, and questions that research asks of
//! it, the opposed left out. DuckDB and Polars (PyPI) do the same in the same run where they are installed, on the same
//! machine, the same files and the same snapshot; answers are compared before anything is timed.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use hygie_ledger::Verifier;
use hygie_snapshot::Snapshots;
use serde_json::Value;

use crate::crowd::float;
use crate::failure::Failure;
use crate::figure::Figure;
use crate::peers::Peer;
use crate::process::{memory, processor};
use crate::world::World;

mod asked;
mod direct;
mod questions;

use asked::asked;

/// Years of care of each person.
const YEARS: &str = "2";

/// The folders of one run.
struct Place {
    folder: PathBuf,
}

/// What a program said and took.
struct Watched {
    said: Value,
    /// Greatest resident memory, in MiB.
    peak: f64,
    /// Seconds of one core, as others' work on the machine does not change them.
    processor: f64,
}

pub fn run(world: &mut World) -> Result<Vec<Figure>, Failure> {
    let place = Place {
        folder: world.folder.join("claims"),
    };
    let persons = world.scale.claims;
    let begun = Instant::now();
    let made = place.program(
        "hygie-people",
        &[
            "claims",
            "--persons",
            &persons.to_string(),
            "--years",
            YEARS,
            "--without-truth",
            "--json",
            "--out",
            "claims",
        ],
    )?;
    let lines = whole(&made, "lines")?;
    let work = format!("{persons} invented persons, {YEARS} years, {lines} claim lines");
    let mut figures = vec![Figure::new(
        "claims/invented",
        "lines/s",
        &work,
        vec![lines / begun.elapsed().as_secs_f64()],
    )];

    place.keys()?;
    place.prepare("snapshots", "bronze")?;
    figures.extend(imported(&place, world, lines, &work)?);
    figures.extend(stored(&place, lines)?);
    figures.extend(asked(
        &place,
        ("snapshots", "claims"),
        (world.scale.runs, true),
    )?);
    let work = "greatest resident memory of this program so far";
    let peak = memory(std::process::id())?.1;
    figures.push(Figure::new(
        "claims/questions-memory",
        "MiB",
        work,
        vec![peak],
    ));
    // Files of 100 million lines leave no room for others.
    place.lose(&["claims", "bronze", "bronze.units"])?;
    figures.push(columns(&place, world)?);
    figures.extend(direct::made(&place, &world.scale)?);
    Ok(figures)
}

/// What snapshots of several sizes cost, and by it the nation's.
pub fn nation(world: &mut World) -> Result<Vec<Figure>, Failure> {
    let place = Place {
        folder: world.folder.join("nation"),
    };
    direct::line(&place, &world.scale)
}

/// Lines a second out of Parquet.
fn columns(place: &Place, world: &World) -> Result<Figure, Failure> {
    let persons = world.scale.claims;
    let made = place.program(
        "hygie-people",
        &[
            "claims",
            "--persons",
            &persons.to_string(),
            "--years",
            YEARS,
            "--without-truth",
            "--parquet",
            "--out",
            "columns",
        ],
    )?;
    let lines = whole(&made, "lines")?;
    place.prepare("columns-snapshots", "columns-bronze")?;
    let mut rates = Vec::new();
    for _ in 0..world.scale.runs {
        let begun = Instant::now();
        place.watched("hygie-crossing", &import("columns"))?;
        rates.push(lines / begun.elapsed().as_secs_f64());
    }
    place.lose(&["columns", "columns-snapshots", "columns-bronze"])?;
    let work = format!(
        "{persons} invented persons, {lines} claim lines: the same out of Parquet, every column a string"
    );
    Ok(Figure::new(
        "claims/import-parquet",
        "lines/s",
        &work,
        rates,
    ))
}

/// How a folder of files is imported; the files of `claims` go into `snapshots`.
fn import(files: &str) -> [&str; 7] {
    let (into, bronze) = match files {
        "claims" => ("snapshots", "bronze"),
        _ => ("columns-snapshots", "columns-bronze"),
    };
    ["snds", "import", files, "--into", into, "--bronze", bronze]
}

/// A count that a program says.
fn whole(said: &Value, name: &str) -> Result<f64, Failure> {
    let count = said[name].as_u64();
    let count = count.ok_or_else(|| Failure::Form(format!("hygie-people says no {name}")))?;
    Ok(float(usize::try_from(count).unwrap_or(usize::MAX)))
}

/// Lines a second beside DuckDB's, and memory.
fn imported(place: &Place, world: &World, lines: f64, work: &str) -> Result<[Figure; 2], Failure> {
    let (mut rates, mut peaks) = (Vec::new(), Vec::new());
    for _ in 0..world.scale.runs {
        let begun = Instant::now();
        let watched = place.watched("hygie-crossing", &import("claims"))?;
        rates.push(lines / begun.elapsed().as_secs_f64());
        peaks.push(watched.peak);
    }
    let peers = place.client("flatten", &[])?;
    if let Some(theirs) = &peers {
        let ours = asked::events(place, "snapshots")?;
        if theirs["events"] != ours {
            let theirs = &theirs["events"];
            return Err(Failure::Form(format!(
                "events: DuckDB makes {theirs} of the files, we {ours}"
            )));
        }
    }
    let mut rate = Figure::new(
        "claims/import",
        "lines/s",
        &format!("{work}: CSV to a snapshot in both orders, raw rows sealed"),
        rates,
    );
    if let Some(seconds) = peers.as_ref().and_then(|peers| peers["seconds"].as_f64()) {
        let source = "this run: the same flattening in SQL, one order, no raw rows kept; DuckDB 2.0 from PyPI";
        rate = rate.beside(&[Peer {
            name: "DuckDB",
            value: lines / seconds,
            source,
        }]);
    }
    let work = "greatest resident memory of the import";
    Ok([
        rate,
        Figure::new("claims/import-memory", "MiB", work, peaks),
    ])
}

impl Place {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Keys of a crossing.
    fn keys(&self) -> Result<(), Failure> {
        self.program("hygie-crossing", &["pseudonyms", "init"])?;
        Ok(())
    }

    /// Bronze, and a list of nobody.
    fn prepare(&self, snapshots: &str, bronze: &str) -> Result<(), Failure> {
        self.program("hygie-crossing", &["bronze", "init", bronze])?;
        std::fs::write(self.path("lines"), "").map_err(Failure::at(&self.folder))?;
        std::fs::write(self.path("steps.csv"), "system;ins;BEN_IDT_ANO\n")
            .map_err(Failure::at(&self.folder))?;
        self.program(
            "hygie-crossing",
            &[
                "opposed",
                "publish",
                "--lines",
                "lines",
                "--first-step",
                "steps.csv",
                "--into",
                snapshots,
            ],
        )?;
        Ok(())
    }

    /// Deletes folders that are measured.
    fn lose(&self, names: &[&str]) -> Result<(), Failure> {
        for name in names {
            let path = self.path(name);
            std::fs::remove_dir_all(&path).map_err(Failure::at(&path))?;
        }
        Ok(())
    }

    fn command(&self, name: &str, arguments: &[&str]) -> Result<Command, Failure> {
        std::fs::create_dir_all(&self.folder).map_err(Failure::at(&self.folder))?;
        let here = std::env::current_exe().map_err(Failure::doing("finding the programs"))?;
        let mut command = Command::new(here.with_file_name(name));
        command
            .current_dir(&self.folder)
            .env("HYGIE_CROSSING_KEYS", "keys")
            .args(arguments);
        if !arguments.contains(&"--json") {
            command.arg("--json");
        }
        Ok(command)
    }

    /// Runs a program of ours in the folder; the object that it prints.
    fn program(&self, name: &str, arguments: &[&str]) -> Result<Value, Failure> {
        answer(&mut self.command(name, arguments)?)
    }

    /// Runs a program of ours in the folder; what it says and what it took.
    fn watched(&self, name: &str, arguments: &[&str]) -> Result<Watched, Failure> {
        let mut command = self.command(name, arguments)?;
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let child = child.map_err(Failure::doing("starting a program"))?;
        let pid = child.id();
        let waiting = thread::spawn(move || child.wait_with_output());
        let (mut peak, mut spent) = (0f64, 0f64);
        while !waiting.is_finished() {
            // It may end between the two.
            if let Ok((_, greatest)) = memory(pid) {
                peak = peak.max(greatest);
                spent = processor(pid).map_or(spent, |seconds| spent.max(seconds));
            }
            thread::sleep(Duration::from_millis(20));
        }
        let output = waiting.join().expect("waiting does not panic");
        let output = output.map_err(Failure::doing("waiting for a program"))?;
        Ok(Watched {
            said: said(&format!("{command:?}"), &output)?,
            peak,
            processor: spent,
        })
    }

    /// Runs the peers; none where they are not installed.
    fn client(&self, what: &str, more: &[&str]) -> Result<Option<Value>, Failure> {
        let python =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/clients/python/bin/python");
        if !python.exists() {
            eprintln!("left out: DuckDB and Polars are not installed (./test installs them)");
            return Ok(None);
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/claims_peers.py");
        let mut command = Command::new(python);
        command
            .current_dir(&self.folder)
            .arg(script)
            .arg(what)
            .args(more);
        answer(&mut command).map(Some)
    }

    fn snapshots(&self, folder: &str) -> Result<Snapshots, Failure> {
        let path = self.path(folder).join("snapshots.vkey");
        let text = std::fs::read_to_string(&path).map_err(Failure::at(&path))?;
        let verifier: Verifier = text
            .trim()
            .parse()
            .map_err(|_| Failure::Form("snapshots.vkey is no key".to_owned()))?;
        Ok(Snapshots::new(&self.path(folder), verifier))
    }
}

fn answer(command: &mut Command) -> Result<Value, Failure> {
    let output = command
        .output()
        .map_err(Failure::doing("starting a program"))?;
    said(&format!("{command:?}"), &output)
}

fn said(command: &str, output: &Output) -> Result<Value, Failure> {
    if !output.status.success() {
        return Err(Failure::Command {
            command: command.to_owned(),
            status: output.status.to_string(),
            said: String::from_utf8_lossy(&output.stderr).into_owned(),
        });
    }
    serde_json::from_slice(&output.stdout)
        .map_err(|error| Failure::Form(format!("{command}: {error}")))
}

fn form(error: &hygie_snapshot::Error) -> Failure {
    Failure::Form(error.to_string())
}

/// Bytes of a line, by order.
fn stored(place: &Place, lines: f64) -> Result<Vec<Figure>, Failure> {
    let snapshots = place.snapshots("snapshots")?;
    let snapshot = snapshots.latest().map_err(|error| form(&error))?;
    let files = snapshot
        .manifest()
        .tables
        .iter()
        .flat_map(|table| &table.files);
    let bytes: u64 = files.map(|file| file.bytes).sum();
    let bytes = float(usize::try_from(bytes).unwrap_or(usize::MAX));
    let work = "all tables of the snapshot, both orders, nomenclatures and persons, by claim line";
    Ok(vec![Figure::new(
        "claims/stored",
        "bytes/line",
        work,
        vec![bytes / lines],
    )])
}
