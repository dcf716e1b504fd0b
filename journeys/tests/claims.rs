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
mod hostile;
mod opposed;
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
        self.imported(0)
    }

    /// What an import tells that ends with this code: 1 where rows were rejected.
    fn imported(&self, code: i32) -> Value {
        let output = self.import_command("snapshots").output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{said}");
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

    /// Begins a rotation by the insurer's tables as they stand.
    fn rotate(&self) -> Value {
        let [persons, steps, bronze] =
            ["claims/IR_BEN_R.csv", "steps.csv", "bronze"].map(|name| self.text(name));
        let tables = ["--persons", &persons, "--first-step", &steps];
        self.done(
            &[
                &["pseudonyms", "rotate"][..],
                &tables,
                &["--bronze", &bronze],
            ]
            .concat(),
        )
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

    /// A snapshot tells the lives that the claims were made of; false where DuckDB is not installed.
    fn truth(&self, test: &str, snapshot: &str) -> bool {
        self.lives(
            test,
            ["claims/truth/events.csv", "claims/truth/persons.csv"],
            snapshot,
        )
    }

    /// A snapshot tells these lives.
    fn lives(&self, test: &str, told: [&str; 2], snapshot: &str) -> bool {
        let files = [told[0], told[1], "claims", snapshot].map(|name| self.path(name));
        let files = files.each_ref().map(PathBuf::as_path);
        let Some(output) = self.duckdb(test, "claims_histories.py", &files) else {
            return false;
        };
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}{output:?}");
        true
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

/// Of each file every row is taken, removed, gone with its line, only qualifying, or refused.
fn every_row_is_accounted_for(report: &Value) {
    for file in report["report"]["files"].as_array().unwrap() {
        let count = |name: &str| file[name].as_u64().unwrap();
        let sum = |name: &str| {
            let counts = file[name].as_object().unwrap().values();
            counts.filter_map(Value::as_u64).sum::<u64>()
        };
        let known = count("taken") + count("followed") + count("qualified");
        assert_eq!(
            count("rows"),
            known + sum("removed") + sum("rejected"),
            "{file}"
        );
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
    every_row_is_accounted_for(&report);
    if !crossing.truth(TEST, "snapshots/1") {
        return;
    }
    hub(&crossing, "snapshots", &crossing.manifest("snapshots"));
    // And what the same files say to a program that shares no line with the importer.
    crossing.flattened(TEST, "snapshots/1", &report);
}

#[test]
fn lives_that_were_crossed_are_not_noticed() {
    const TEST: &str = "lives_that_were_crossed_are_not_noticed";
    let crossing = Crossing::with(200);
    crossing.import();
    if !crossing.truth(TEST, "snapshots/1") {
        return;
    }
    let truth = ["events", "persons"].map(|name| {
        fs::read_to_string(crossing.path(&format!("claims/truth/{name}.csv"))).unwrap()
    });
    let lines = truth
        .each_ref()
        .map(|text| text.lines().collect::<Vec<_>>());
    // Each takes one cell of two rows that differ in it, and gives each row the other's.
    let crossed = |file: usize, cell: usize, kind: &str, other: usize| {
        let cells = |line: &str| line.split(';').map(str::to_owned).collect::<Vec<_>>();
        let mut rows: Vec<Vec<String>> = lines[file].iter().map(|line| cells(line)).collect();
        let of = |row: &Vec<String>| kind.is_empty() || row[1] == kind;
        let first = (1..rows.len()).find(|at| of(&rows[*at]) && !rows[*at][cell].is_empty());
        let first = first.unwrap();
        let second = (first + 1..rows.len()).find(|at| {
            let (one, two) = (&rows[first], &rows[*at]);
            of(two) && !two[cell].is_empty() && one[cell] != two[cell] && one[other] != two[other]
        });
        let second = second.unwrap();
        let cell_of_first = rows[first][cell].clone();
        rows[first][cell] = rows[second][cell].clone();
        rows[second][cell] = cell_of_first;
        let text: String = rows.iter().map(|row| row.join(";") + "\n").collect();
        let name = ["events.csv", "persons.csv"][file];
        fs::write(crossing.path(name), text).unwrap();
        let mut told = ["claims/truth/events.csv", "claims/truth/persons.csv"];
        told[file] = name;
        let files = [told[0], told[1], "claims", "snapshots/1"].map(|name| crossing.path(name));
        let files = files.each_ref().map(PathBuf::as_path);
        let output = crossing.duckdb(TEST, "claims_histories.py", &files);
        let said = output.unwrap();
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(
            text.contains("lives apart") && !text.contains(" 0 and 0 lives"),
            "{said:?}"
        );
        assert_eq!(said.status.code(), Some(1), "{said:?}");
    };
    // Whose a diagnosis is; who did it; a last day; what was paid; when somebody was born, and where he lives.
    crossed(0, 0, "condition", 3);
    crossed(0, 12, "procedure", 0);
    // Whether it was the operation or its anaesthesia.
    crossed(0, 10, "procedure", 0);
    crossed(0, 4, "stay", 0);
    crossed(0, 6, "device", 0);
    crossed(1, 1, "", 2);
    crossed(1, 4, "", 0);
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
    let [bronze, snapshots] = ["bronze", "snapshots"].map(|name| crossing.text(name));
    crossing.rotate();
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
