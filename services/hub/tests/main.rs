//! Dangers: an export without the list of the opposed, or by a list or snapshot that nobody signed; somebody who opposes, or
//! the snapshot's own pseudonym, in what is written; a run that goes wrong says it went well.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use hygie_omop::{Forgotten, Import, Keep, KeepRows, Pseudonyms};
use hygie_snapshot::{Opposed, Pseudonym, Signer};
use serde_json::{Value, json};

struct Names;

impl Pseudonyms for Names {
    fn person(&self, name: &str) -> Pseudonym {
        [name.as_bytes()[0]; 16]
    }
}

/// Nothing of these rows is worth keeping.
struct Nowhere;

impl Keep for Nowhere {
    fn file(&self, _: &str, _: &str) -> Result<Box<dyn KeepRows + '_>, String> {
        Ok(Box::new(Nowhere))
    }

    fn forget(&self, _: &HashSet<Pseudonym>) -> Result<Forgotten, String> {
        Ok(Forgotten::default())
    }
}

impl KeepRows for Nowhere {
    fn row(&mut self, _: Option<Pseudonym>, _: &[u8], _: Option<&str>) -> Result<(), String> {
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), String> {
        Ok(())
    }
}

/// A folder with a snapshot of two persons, of whom nobody opposes yet.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        fs::create_dir(home.path("cdm")).unwrap();
        let persons = "person_id,gender_concept_id,year_of_birth,race_concept_id,ethnicity_concept_id,person_source_value\n\
                       1,8507,1970,0,0,a\n2,8532,1980,0,0,b\n";
        fs::write(home.path("cdm/person.csv"), persons).unwrap();
        Import {
            from: &home.path("cdm"),
            into: &home.path("snapshots"),
            source: None,
            buckets: None,
            pseudonyms: &Names,
            keep: &Nowhere,
            opposed: &Opposed::default(),
            signer: &signer(),
            now_s: 0,
            budget: 64 << 20,
            threads: 1,
            spill: &home.path("spill"),
            spill_key: [7; 32],
            progress: &|_| (),
        }
        .run()
        .unwrap();
        let key = format!("{}\n", signer().verifier());
        fs::write(home.path("snapshots/snapshots.vkey"), key).unwrap();
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn oppose(&self, number: u64, who: &[Pseudonym]) {
        let list = Opposed::new(number, who.iter().copied());
        list.publish(&self.path("snapshots"), &signer()).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_hygie-hub"))
            .args(arguments)
            .current_dir(self.0.path())
            .output()
            .unwrap()
    }

    /// Runs it with `--json`; the exit code and the one object.
    fn json(&self, arguments: &[&str]) -> (i32, Value) {
        let output = self.run(&[arguments, &["--json"]].concat());
        let code = output.status.code().unwrap();
        (code, serde_json::from_slice(&output.stdout).unwrap())
    }
}

fn signer() -> Signer {
    Signer::from_seed("hygie/snapshots", &[7; 32]).unwrap()
}

#[test]
fn nothing_is_exported_while_nobody_says_who_opposes() {
    let home = Home::new();
    let (code, refused) = home.json(&["omop", "export", "snapshots", "--out", "out"]);
    assert_eq!((code, &refused["code"]), (1, &json!(1)));
    assert!(!home.path("out").exists());
}

#[test]
fn an_export_is_without_who_opposes_and_names_by_the_project_alone() {
    let home = Home::new();
    home.oppose(1, &[[b'a'; 16]]);
    fs::write(home.path("project.key"), [7; 32]).unwrap();
    let key = ["--project-key", "project.key"];
    for (format, out) in [("csv", "one"), ("parquet", "two")] {
        let wish = ["omop", "export", "snapshots", "--number", "1", "--out", out];
        let (code, done) = home.json(&[&wish[..], &["--format", format], &key].concat());
        assert_eq!((code, &done["opposed"]), (0, &json!(1)), "{done}");
        assert_eq!(done["tables"]["person"], json!(1));
        let file = home.path(out).join(format!("person.{format}"));
        assert!(file.exists());
    }
    let text = fs::read_to_string(home.path("one/person.csv")).unwrap();
    // Python: hmac.new(bytes([7]*32), b"hygie project pseudonym v1" + b"b"*16, "sha256").hexdigest()[:32]
    assert!(text.contains(FIGURE), "{text}");
    assert!(!text.contains("1970"));
    let (code, _) = home.json(&["omop", "export", "snapshots", "--out", "three"]);
    assert_eq!(code, 0);
    let text = fs::read_to_string(home.path("three/person.csv")).unwrap();
    assert!(!text.contains("62626262") && !text.contains(FIGURE));
}

const FIGURE: &str = "5a66290c899b30bb786e52c134f74c09";

#[test]
fn what_nobody_signed_is_exit_code_four() {
    let home = Home::new();
    home.oppose(1, &[]);
    let list = home.path("snapshots/opposed");
    let good = fs::read_to_string(&list).unwrap();
    fs::write(&list, good.replacen("\n1\n", "\n2\n", 1)).unwrap();
    let export = ["omop", "export", "snapshots", "--out", "out"];
    assert_eq!(home.json(&export).0, 4);
    fs::write(&list, good).unwrap();
    let manifest = home.path("snapshots/1/manifest");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(
        &manifest,
        text.replacen("\"made_at\": 0", "\"made_at\": 1", 1),
    )
    .unwrap();
    assert_eq!(home.json(&export).0, 4);
    fs::write(home.path("snapshots/snapshots.vkey"), "no key").unwrap();
    assert_eq!(home.json(&export).0, 4);
}

#[test]
fn what_is_not_there_is_refused_and_a_wrong_command_line_is_exit_code_two() {
    let home = Home::new();
    home.oppose(1, &[]);
    let (code, refused) = home.json(&[
        "omop",
        "export",
        "snapshots",
        "--number",
        "9",
        "--out",
        "out",
    ]);
    assert_eq!((code, &refused["code"]), (1, &json!(1)));
    fs::write(home.path("key"), "short").unwrap();
    let export = ["omop", "export", "snapshots", "--out", "out"];
    let (code, refused) = home.json(&[&export[..], &["--project-key", "key"]].concat());
    assert!(
        code == 1
            && refused["error"]
                .as_str()
                .unwrap()
                .contains("64 hexadecimal")
    );
    for wrong in [
        &["omop"][..],
        &["omop", "export", "snapshots"],
        &["import"],
        &["quality", "snapshots"],
        &["quality", "--out", "out"],
        &["quality", "--print-thresholds", "snapshots"],
    ] {
        assert_eq!(home.json(wrong).0, 2, "{wrong:?}");
    }
    assert_eq!(home.run(&["--help"]).status.code(), Some(0));
}

#[test]
fn thresholds_that_an_operator_sets_count_and_are_told_from_the_defaults() {
    let home = Home::new();
    home.oppose(1, &[]);
    let quality = ["quality", "snapshots", "--out", "out"];
    let report = || -> Value {
        serde_json::from_slice(&fs::read(home.path("out/quality-1.json")).unwrap()).unwrap()
    };
    let of = |report: &Value, check: &str| {
        let checks = report["checks"].as_array().unwrap();
        let found = checks.iter().find(|found| found["check"] == check);
        let found = found.unwrap();
        ["threshold", "set_by", "default_threshold", "outcome"].map(|field| found[field].clone())
    };
    // Nobody has an event, nor a place to live.
    let (code, told) = home.json(&quality);
    assert_eq!(code, 1);
    assert!(told.to_string().contains("person_with_event"), "{told}");
    let usual = [json!(15.0), json!("default"), json!(15.0), json!("fail")];
    assert_eq!(of(&report(), "person_with_event"), usual);
    fs::write(home.path("set.toml"), "[person]\nperson_with_event = 100\n").unwrap();
    let set = [&quality[..], &["--thresholds", "set.toml"]].concat();
    let (_, told) = home.json(&set);
    assert!(!told.to_string().contains("person_with_event"), "{told}");
    let own = [json!(100.0), json!("operator"), json!(15.0), json!("pass")];
    assert_eq!(of(&report(), "person_with_event"), own);
    fs::write(home.path("set.toml"), "\nperson_with_events = 100\n").unwrap();
    let (code, refused) = home.json(&set);
    let error = refused["error"].as_str().unwrap();
    assert_eq!(code, 1);
    assert!(
        error.contains("`set.toml`, line 2") && error.contains("person_with_event,"),
        "{error}"
    );
    // The defaults as a file change nothing.
    let printed = home.run(&["quality", "--print-thresholds"]);
    assert_eq!(printed.status.code(), Some(0));
    fs::write(home.path("set.toml"), printed.stdout).unwrap();
    home.json(&set);
    let same = [json!(15.0), json!("operator"), json!(15.0), json!("fail")];
    assert_eq!(of(&report(), "person_with_event"), same);
}
