//! Claims of invented persons, from the insurer's files to a snapshot, over the real programs: `hygie-people claims` writes
//! the files and the truth beside them, `hygie-crossing` imports, DuckDB reads what comes out.
//!
//! Dangers: a history that is another after the import; an import that was killed and leaves half a snapshot, or does
//! not come to the same end; a nation made directly that is another than its files', or that no program believes; a full
//! disk that is taken for success; a word of opposition that the next snapshot forgets.
//! Not a failure: a machine without DuckDB (`./test` installs it), or on which nobody may mount a small disk: that is said.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::clients::{installed, script};
use crate::faults::Small;
use crate::harness::chance::Chance;
use crate::harness::programs::program;

mod append;
mod engines;
mod seen;

use seen::hub;

/// An insurer's files, and a crossing that imports them.
struct Crossing {
    root: tempfile::TempDir,
}

impl Crossing {
    /// So many persons over two years, and a crossing with keys, bronze and an empty list of the opposed.
    fn with(persons: u32) -> Self {
        Self::of(persons, &[])
    }

    /// The same, in files of another form.
    fn of(persons: u32, form: &[&str]) -> Self {
        let root = tempfile::Builder::new()
            .prefix("hygie-claims-")
            .tempdir()
            .unwrap();
        let crossing = Self { root };
        let made = Command::new(program("hygie-people"))
            .args([
                "claims",
                "--persons",
                &persons.to_string(),
                "--years",
                "2",
                "--seed",
                "7",
            ])
            .args(form)
            .arg("--out")
            .arg(crossing.path("claims"))
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        crossing.done(&["pseudonyms", "init"]);
        crossing.done(&["bronze", "init", &crossing.text("bronze")]);
        crossing.oppose(&[]);
        crossing
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program("hygie-crossing"));
        command
            .env("HYGIE_CROSSING_KEYS", self.path("keys"))
            .arg("--json")
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    fn done(&self, arguments: &[&str]) -> Value {
        let output = self.command(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn import_command(&self, into: &str) -> Command {
        let [claims, into, bronze] = ["claims", into, "bronze"].map(|name| self.text(name));
        self.command(&[
            "snds",
            "import",
            &claims,
            "--into",
            &into,
            "--bronze",
            &bronze,
            "--buckets",
            "4",
            "--budget",
            "64",
        ])
    }

    fn import(&self) -> Value {
        let output = self.import_command("snapshots").output().unwrap();
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn manifest(&self, snapshots: &str) -> Value {
        self.done(&["snapshots", "verify", &self.text(snapshots)]);
        self.done(&["snapshots", "show", &self.text(snapshots)])
    }

    /// Publishes that these persons of the insurer's table oppose: each by his `BEN_IDT_ANO`, or by it (or nothing),
    /// `BEN_NIR_PSA` and `BEN_RNG_GEM`. Each has a national number here by his place.
    fn oppose(&self, persons: &[String]) {
        let ins = |at: usize| format!("1{at:012}");
        let mut steps = String::from("system;ins;BEN_IDT_ANO;BEN_NIR_PSA;BEN_RNG_GEM\n");
        let mut lines = String::new();
        for (at, person) in persons.iter().enumerate() {
            let rest = if person.contains(';') { "" } else { ";;" };
            steps.push_str(&format!(
                "urn:oid:1.2.250.1.213.1.4.8;{};{person}{rest}\n",
                ins(at)
            ));
            let line = json!({
                "number": at, "at": 1, "system": "urn:oid:1.2.250.1.213.1.4.8", "ins": ins(at), "scope": "research",
                "opposed": true, "receipt": "R",
            });
            lines.push_str(&format!("{line}\n"));
        }
        fs::write(self.path("lines"), lines).unwrap();
        fs::write(self.path("steps.csv"), steps).unwrap();
        let [lines, steps, into] = ["lines", "steps.csv", "snapshots"].map(|name| self.text(name));
        self.done(&[
            "opposed",
            "publish",
            "--lines",
            &lines,
            "--first-step",
            &steps,
            "--into",
            &into,
        ]);
    }

    /// Looks through every byte of these folders for the pseudonyms of a list of the opposed.
    fn nowhere(&self, list: &str, persons: usize, folders: &[&str]) {
        let list = fs::read(self.path(list)).unwrap();
        let (names, rest) = list.as_chunks::<16>();
        assert!(rest.is_empty() && names.len() == persons);
        let mut stack: Vec<PathBuf> = folders.iter().map(|name| self.path(name)).collect();
        while let Some(path) = stack.pop() {
            if path.is_dir() {
                let entries = fs::read_dir(&path).unwrap();
                stack.extend(entries.map(|entry| entry.unwrap().path()));
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            let found = bytes
                .windows(16)
                .any(|part| names.iter().any(|name| name == part));
            assert!(!found, "{}", path.display());
        }
    }

    /// What a client of DuckDB says; none where it is not installed.
    fn duckdb(&self, test: &str, name: &str, arguments: &[&Path]) -> Option<Output> {
        let python = installed(test, "python/bin/python")?;
        let output = Command::new(python)
            .arg(script(name))
            .args(arguments)
            .output()
            .unwrap();
        Some(output)
    }
}

/// Table, order, hash of each file, and nothing that depends on the hour.
fn files(manifest: &Value) -> BTreeSet<String> {
    let tables = manifest["tables"].as_array().unwrap();
    let files = tables
        .iter()
        .flat_map(|table| table["files"].as_array().unwrap());
    files
        .map(|file| format!("{} {}", file["path"], file["sha256"]))
        .filter(|file| !file.contains("cdm_source"))
        .collect()
}

fn rows(manifest: &Value, table: &str) -> u64 {
    let tables = manifest["tables"].as_array().unwrap();
    let table = tables
        .iter()
        .find(|entry| entry["table"] == table && entry["order"] == "by_person")
        .unwrap();
    table["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["rows"].as_u64().unwrap())
        .sum()
}

#[test]
fn a_snapshot_tells_the_histories_that_the_claims_were_made_of() {
    const TEST: &str = "a_snapshot_tells_the_histories_that_the_claims_were_made_of";
    let crossing = Crossing::with(1500);
    let report = crossing.import();
    assert_eq!(report["rejected"], 0, "{report}");
    for file in report["report"]["files"].as_array().unwrap() {
        let count = |name: &str| file[name].as_u64().unwrap();
        let sum = |name: &str| {
            file[name]
                .as_object()
                .unwrap()
                .values()
                .filter_map(Value::as_u64)
                .sum::<u64>()
        };
        let known = count("taken")
            + count("followed")
            + count("qualified")
            + sum("removed")
            + sum("rejected");
        assert_eq!(count("rows"), known, "{file}");
    }
    let (truth, snapshot) = (
        crossing.path("claims/truth/events.csv"),
        crossing.path("snapshots/1"),
    );
    let Some(output) = crossing.duckdb(TEST, "claims_histories.py", &[&truth, &snapshot]) else {
        return;
    };
    assert!(output.status.success(), "{output:?}");
    hub(&crossing, "snapshots", &crossing.manifest("snapshots"));
    // And what the same files say to a program that shares no line with the importer.
    let flat = crossing.path("flat.csv");
    let oracle =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../research/snds/tests/oracle/flatten.py");
    let python = installed(TEST, "python/bin/python").unwrap();
    let made = Command::new(python)
        .arg(oracle)
        .arg(crossing.path("claims"))
        .arg(&flat)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let output = crossing
        .duckdb(TEST, "claims_histories.py", &[&flat, &snapshot])
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn an_import_that_is_killed_again_and_again_comes_to_the_same_end() {
    let crossing = Crossing::with(1500);
    crossing.import();
    let once = crossing.manifest("snapshots");
    fs::remove_dir_all(crossing.path("snapshots/1")).unwrap();
    let mut chance = Chance::of(Chance::seed("HYGIE_CLAIMS_SEED"), 1);
    let mut kills = 0;
    loop {
        let mut child = crossing
            .import_command("snapshots")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Later and later, so that it comes to its end.
        thread::sleep(Duration::from_millis(chance.below(150 * (kills + 1))));
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{status:?}");
            break;
        }
        child.kill().unwrap();
        if child.wait().unwrap().success() {
            break;
        }
        kills += 1;
        let listed: Vec<String> = fs::read_dir(crossing.path("snapshots"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.parse::<u64>().is_ok())
            .collect();
        assert!(
            listed.is_empty() || crossing.path("snapshots/1/manifest").exists(),
            "half a snapshot: {listed:?}"
        );
        if !listed.is_empty() {
            break;
        }
    }
    println!("killed {kills} times");
    assert_eq!(files(&crossing.manifest("snapshots")), files(&once));
    crossing.done(&["bronze", "verify", &crossing.text("bronze")]);
}

#[test]
fn a_full_disk_is_said_and_the_import_goes_on_where_it_stood() {
    const TEST: &str = "a_full_disk_is_said_and_the_import_goes_on_where_it_stood";
    let crossing = Crossing::with(300);
    let Some(disk) = Small::over(TEST, &crossing.path("snapshots")) else {
        return;
    };
    disk.fill(200 * 1024);
    let output = crossing.import_command("snapshots").output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("No space left") && said.contains("again"),
        "{said}"
    );
    assert!(!crossing.path("snapshots/1").exists());
    disk.free();
    crossing.import();
    crossing.manifest("snapshots");
}

#[test]
fn who_opposes_is_in_no_byte_of_the_next_snapshot() {
    let crossing = Crossing::with(1500);
    crossing.import();
    let before = crossing.manifest("snapshots");
    let truth = fs::read_to_string(crossing.path("claims/truth/persons.csv")).unwrap();
    let persons: Vec<String> = truth
        .lines()
        .skip(1)
        .map(|line| line.split(';').next().unwrap().to_owned())
        .collect();
    let opposed: Vec<String> = persons.iter().step_by(100).cloned().collect();
    crossing.oppose(&opposed);
    let report = crossing.import();
    let after = crossing.manifest("snapshots");
    assert_eq!(
        report["report"]["opposed"].as_u64(),
        Some(opposed.len() as u64)
    );
    let mut taken = [0u64; 2];
    for line in fs::read_to_string(crossing.path("claims/truth/events.csv"))
        .unwrap()
        .lines()
    {
        let mut cells = line.split(';');
        let (person, kind) = (cells.next().unwrap(), cells.next().unwrap());
        let theirs = opposed.iter().any(|name| name == person);
        taken[0] += u64::from(theirs && kind == "drug");
        taken[1] += u64::from(theirs && kind == "procedure");
    }
    assert!(taken[0] > 0 && taken[1] > 0);
    for (table, taken) in ["drug_exposure", "procedure_occurrence"].iter().zip(taken) {
        assert_eq!(rows(&before, table) - rows(&after, table), taken, "{table}");
    }
    assert_eq!(
        rows(&before, "person") - rows(&after, "person"),
        opposed.len() as u64
    );
    crossing.nowhere(
        "snapshots/opposed-2",
        opposed.len(),
        &["snapshots/2", "bronze"],
    );
    crossing.done(&["bronze", "verify", &crossing.text("bronze")]);
}

#[test]
fn somebody_whom_no_reference_names_opposes_all_the_same() {
    let crossing = Crossing::with(100);
    // He is gone from the reference: claims name him by his number and rank alone.
    let reference = crossing.path("claims/IR_BEN_R.csv");
    let text = fs::read_to_string(&reference).unwrap();
    let header: Vec<&str> = text.lines().next().unwrap().split(';').collect();
    let cell = |line: &str, name: &str| {
        let at = header.iter().position(|column| *column == name).unwrap();
        line.split(';').nth(at).unwrap().to_owned()
    };
    let gone = text.lines().nth(40).unwrap();
    let names = ["BEN_IDT_ANO", "BEN_NIR_PSA", "BEN_RNG_GEM"].map(|name| cell(gone, name));
    let left = text
        .lines()
        .filter(|line| cell(line, "BEN_IDT_ANO") != names[0]);
    let left: String = left.map(|line| format!("{line}\n")).collect();
    fs::write(&reference, left).unwrap();
    let before = crossing.import();
    assert_eq!(before["report"]["unreferenced"], 1);
    // His first step alone finds nothing of his.
    crossing.oppose(&names[..1]);
    assert_eq!(crossing.import()["report"]["unreferenced"], 1);
    crossing.oppose(&[names.join(";")]);
    let after = crossing.import();
    assert_eq!(after["report"]["unreferenced"], 0);
    assert_eq!(after["report"]["persons"], 99);
    assert_eq!(rows(&crossing.manifest("snapshots"), "person"), 99);
}

#[test]
fn what_is_missing_or_cut_off_is_named() {
    let crossing = Crossing::with(50);
    let fails = |what: &str| {
        let output = crossing.import_command("snapshots").output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(what), "{what}: {said}");
        assert!(!crossing.path("snapshots/1").exists());
    };
    let lines = fs::read_dir(crossing.path("claims"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let lines = lines.filter(|path| {
        path.file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .starts_with("ER_PRS_F")
    });
    let file = lines
        .max_by_key(|path| fs::metadata(path).unwrap().len())
        .unwrap();
    let name = file.file_name().unwrap().to_str().unwrap().to_owned();
    let good = fs::read(&file).unwrap();
    fs::write(&file, &good[..good.len() - 20]).unwrap();
    fails(&name);
    fs::write(
        &file,
        String::from_utf8_lossy(&good).replacen("PRS_NAT_REF", "PRS_NAT", 1),
    )
    .unwrap();
    fails("`PRS_NAT_REF`");
    let wide: Vec<u8> = String::from_utf8_lossy(&good)
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    fs::write(&file, wide).unwrap();
    fails("UTF-8");
    fs::remove_file(&file).unwrap();
    fs::write(file.with_extension("parquet"), b"PAR1 no more").unwrap();
    fails("no readable Parquet file");
    fs::remove_file(file.with_extension("parquet")).unwrap();
    fs::write(&file, &good).unwrap();
    crossing.import();
}

/// How many rows each table has, in each order.
fn counts(manifest: &Value) -> BTreeSet<String> {
    let count = |table: &Value| {
        let files = table["files"].as_array().unwrap().iter();
        let rows: u64 = files.map(|file| file["rows"].as_u64().unwrap()).sum();
        format!("{} {} {rows}", table["table"], table["order"])
    };
    manifest["tables"]
        .as_array()
        .unwrap()
        .iter()
        .map(count)
        .collect()
}

#[test]
fn the_form_of_the_files_does_not_matter() {
    let plain = Crossing::with(400);
    let report = plain.import();
    let wanted = counts(&plain.manifest("snapshots"));
    let forms: [&[&str]; 3] = [
        &["--parquet"],
        &["--separator", "tab", "--decimal-comma", "--days", "sas"],
        &["--encoding", "windows-1252", "--days", "french"],
    ];
    for form in forms {
        let other = Crossing::of(400, form);
        let told = other.import();
        for what in ["taken", "rejected", "total"] {
            assert_eq!(told[what], report[what], "{form:?}");
        }
        assert_eq!(counts(&other.manifest("snapshots")), wanted, "{form:?}");
    }
}

#[test]
fn a_rotation_keeps_histories_whole_and_no_list_is_passed_over_meanwhile() {
    let crossing = Crossing::with(400);
    crossing.import();
    let before = crossing.manifest("snapshots");
    let [persons, bronze, snapshots] =
        ["claims/IR_BEN_R.csv", "bronze", "snapshots"].map(|name| crossing.text(name));
    crossing.done(&[
        "pseudonyms",
        "rotate",
        "--persons",
        &persons,
        "--bronze",
        &bronze,
    ]);
    crossing.oppose(&[]);
    // The list is of the new key, the snapshot of the old one: nobody would be found in it.
    let output = Command::new(program("hygie-hub"))
        .args(["quality", &snapshots, "--out", &crossing.text("quality")])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    crossing.done(&["bronze", "retag", &bronze]);
    crossing.done(&["snapshots", "renew", &snapshots, "--bronze", &bronze]);
    let folders = ["--into", &snapshots, "--bronze", &bronze];
    crossing.done(&[&["pseudonyms", "rotate", "--finish"][..], &folders].concat());
    let after = crossing.manifest("snapshots");
    assert_ne!(before["pseudonyms"], after["pseudonyms"]);
    assert_eq!(counts(&before), counts(&after));
    let same = files(&before).intersection(&files(&after)).count();
    let renamed = files(&after).len() - same;
    assert!(
        renamed <= 4,
        "only persons have other bytes: {renamed} of {}",
        files(&after).len()
    );
    crossing.done(&["bronze", "verify", &bronze]);
    // Claims that come later are theirs as well.
    crossing.import();
    assert_eq!(counts(&crossing.manifest("snapshots")), counts(&before));
}
