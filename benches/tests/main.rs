//! Every measure works, at sizes so small that the figures say nothing.
//!
//! Failures covered: a measure that no longer fits the programs; a figure that is missing from the JSON; a name on the
//! command line that measures something else; a service that outlives the measuring.
//! Not a failure: any value.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// A folder below the target folder, whose path is short from here: sockets lie in it.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn bench(folder: &Path, arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_hygie-bench");
    let hygie = Path::new(program).with_file_name("hygie");
    assert!(
        hygie.is_file(),
        "`hygie` is missing: run cargo build --workspace first"
    );
    Command::new(program)
        .current_dir(folder)
        .args(["--small", "--folder", "b", "--json", "figures.json"])
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn a_measure_that_no_longer_fits_the_programs() {
    let folder = folder("bench-all");
    let output = bench(&folder, &[]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let text = std::fs::read_to_string(folder.join("figures.json")).unwrap();
    let figures: Vec<Value> = serde_json::from_str(&text).unwrap();
    let names: Vec<&str> = figures
        .iter()
        .map(|figure| figure["name"].as_str().unwrap())
        .collect();
    for wanted in [
        "import/people",
        "storage/people/all",
        "ledger/files",
        "ledger/openings",
        "crud/mix",
        "everything",
        "search/20/code-p50",
        "search/20/first",
        "search/40/cold",
        "search/40/open",
        "search/40/date-crowd",
        "memory/search/care",
        "start/serving",
        "start/memory/care",
        "letters/batch",
        "letters/single",
        "claims/import-parquet",
        "claims/direct",
        "nation/year/written",
        "machine/sync-p50",
    ] {
        assert!(names.contains(&wanted), "{wanted} is missing of {names:?}");
    }
    for figure in &figures {
        for member in ["value", "unit", "work", "runs", "peer"] {
            assert!(figure.get(member).is_some(), "{figure} has no {member}");
        }
        assert!(figure["value"].as_f64().unwrap() >= 0.0, "{figure}");
    }
    assert!(
        String::from_utf8_lossy(&output.stdout).contains("crud/mix"),
        "no table"
    );
    let locks =
        ["base", "import", "memory"].map(|home| folder.join("b").join(home).join("run/lock"));
    for lock in locks {
        let text = std::fs::read_to_string(lock).unwrap();
        let pids = text
            .lines()
            .filter_map(|line| line.strip_prefix("hygie-care")?.trim().parse::<u32>().ok());
        for pid in pids {
            let command = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
            assert_ne!(command.trim(), "hygie-care", "a service is left running");
        }
    }
}

#[test]
fn a_name_that_measures_something_else() {
    let folder = folder("bench-one");
    let output = bench(&folder, &["start"]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = std::fs::read_to_string(folder.join("figures.json")).unwrap();
    let figures: Vec<Value> = serde_json::from_str(&text).unwrap();
    let foreign = figures.iter().find(|figure| {
        let name = figure["name"].as_str().unwrap();
        !name.starts_with("start/") && !name.starts_with("machine/")
    });
    assert!(foreign.is_none(), "{foreign:?}");
    assert_eq!(bench(&folder, &["stop"]).status.code(), Some(2));
}
