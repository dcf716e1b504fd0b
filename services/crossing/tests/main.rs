//! Dangers covered: a second `init` destroys keys; keys or persons appear in what is printed; a rotation passes over people
//! in silence, or is finished while sealed rows still bear the old tags; a run that goes wrong says it went well.
//!
//! Not a failure: a table that was cut at the end of a line can't be told from a shorter one.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use hygie_bronze::{Bronze, Key};
use hygie_pseudonym::{Keys, Source};
use serde_json::{Value, json};

mod main {
    mod omop;
    mod unsealed;
}

struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn keys(&self) -> PathBuf {
        self.path("keys")
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_hygie-crossing"))
            .args(arguments)
            .env("HYGIE_CROSSING_KEYS", self.keys())
            .output()
            .unwrap()
    }

    /// Runs it with `--json`; the exit code and the one object.
    fn json(&self, arguments: &[&str]) -> (i32, Value) {
        let output = self.run(&[arguments, &["--json"]].concat());
        let code = output.status.code().unwrap();
        (code, serde_json::from_slice(&output.stdout).unwrap())
    }

    fn table(&self, rows: &str) -> String {
        let path = self.path("IR_BEN_R.csv");
        fs::write(
            &path,
            format!("BEN_NIR_PSA;BEN_RNG_GEM;BEN_IDT_ANO;BEN_SEX_COD\n{rows}"),
        )
        .unwrap();
        path.to_str().unwrap().to_owned()
    }
}

fn of(keys: &Path, id: &str) -> [u8; 16] {
    Keys::open(keys)
        .unwrap()
        .pseudonym(&Source::beneficiary(id).unwrap())
        .bytes()
}

#[test]
fn keys_are_made_once_and_shown_by_name_alone() {
    let home = Home::new();
    let (code, made) = home.json(&["pseudonyms", "init"]);
    assert_eq!((code, &made["epoch"]), (0, &json!(1)));
    let kept = fs::read_to_string(home.keys().join("pseudonym.keys")).unwrap();
    let (code, refused) = home.json(&["pseudonyms", "init"]);
    assert_eq!((code, &refused["code"]), (1, &json!(1)));
    assert_eq!(
        fs::read_to_string(home.keys().join("pseudonym.keys")).unwrap(),
        kept
    );
    let (code, shown) = home.json(&["pseudonyms", "show"]);
    assert_eq!((code, &shown["key"]), (0, &made["key"]));
    let text = home.run(&["pseudonyms", "show"]);
    let text = String::from_utf8(text.stdout).unwrap();
    let secrets = kept.split_whitespace().filter(|word| word.len() == 64);
    assert!(
        secrets
            .into_iter()
            .all(|secret| !text.contains(&secret[..16]))
    );
}

#[test]
fn a_rotation_counts_whom_it_names_and_is_incomplete_when_it_passes_over_a_row() {
    let home = Home::new();
    home.run(&["pseudonyms", "init"]);
    let before = of(&home.keys(), "AAAAAAAAAAAAAAAAA");
    let table = home.table("N1;1;AAAAAAAAAAAAAAAAA;1\nN2;2;;2\n;x;;1\n");
    let carry = home.path("carry.txt");
    fs::write(&carry, "000102030405060708090a0b0c0d0e0f\n").unwrap();
    let carry = carry.to_str().unwrap();
    let (code, rotated) = home.json(&[
        "pseudonyms",
        "rotate",
        "--persons",
        &table,
        "--carry",
        carry,
    ]);
    assert_eq!(code, 1, "a row names nobody");
    assert_eq!(
        (
            &rotated["epoch"],
            &rotated["persons"],
            &rotated["carried"],
            &rotated["rejected"]
        ),
        (&json!(2), &json!(3), &json!(1), &json!(1))
    );
    let keys = Keys::open(&home.keys()).unwrap();
    let mut list = keys.rotation().unwrap();
    let new = list
        .map(&hygie_pseudonym::Pseudonym::from_bytes(before))
        .unwrap()
        .unwrap();
    drop(keys);
    assert_eq!(new.bytes(), of(&home.keys(), "AAAAAAAAAAAAAAAAA"));
    let (code, finished) = home.json(&["pseudonyms", "rotate", "--finish"]);
    assert_eq!((code, &finished["retiring"]), (0, &Value::Null));
    let (code, _) = home.json(&["pseudonyms", "rotate", "--finish"]);
    assert_eq!(code, 1, "nothing is under way");
}

#[test]
fn a_rotation_is_not_finished_while_sealed_rows_bear_old_tags() {
    let home = Home::new();
    home.run(&["pseudonyms", "init"]);
    let folder = home.path("bronze");
    let bronze = folder.to_str().unwrap();
    assert_eq!(home.json(&["bronze", "init", bronze]).0, 0);
    let (known, gone) = (of(&home.keys(), "A"), of(&home.keys(), "GONE"));
    let open = |epoch| {
        let key = Key::read(&home.keys().join("bronze.key")).unwrap();
        Bronze::open(&folder, key, epoch).unwrap()
    };
    let mut writer = open(1).writer("ER_PRS_F", "202301").unwrap();
    for person in [Some(known), Some(gone), None] {
        writer.push(person, b"a;row", None).unwrap();
    }
    writer.finish().unwrap();
    let table = home.table("N;1;A;1\n");
    let (code, rotated) = home.json(&[
        "pseudonyms",
        "rotate",
        "--persons",
        &table,
        "--bronze",
        bronze,
    ]);
    assert_eq!((code, &rotated["carried"]), (0, &json!(1)));
    let (code, refused) = home.json(&["pseudonyms", "rotate", "--finish", "--bronze", bronze]);
    assert_eq!((code, &refused["code"]), (1, &json!(1)));
    let (code, retagged) = home.json(&["bronze", "retag", bronze]);
    assert_eq!((code, &retagged["rows"]), (0, &json!(3)));
    assert_eq!(
        home.json(&["pseudonyms", "rotate", "--finish", "--bronze", bronze])
            .0,
        0
    );
    let rows = open(2);
    let mut reader = rows.read("ER_PRS_F", "202301").unwrap();
    assert_eq!(
        reader.next_row().unwrap().unwrap().person,
        Some(of(&home.keys(), "A"))
    );
    let carried = reader.next_row().unwrap().unwrap().person.unwrap();
    assert!(carried != gone && carried != known);
    assert_eq!(
        home.json(&["bronze", "verify", bronze]).0,
        3,
        "another run has it open"
    );
    drop((reader, rows));
    let (code, verified) = home.json(&["bronze", "verify", bronze]);
    assert_eq!((code, verified), (0, json!({ "parts": 1, "rows": 3 })));
}

#[test]
fn what_was_altered_is_exit_code_four_and_what_is_held_three() {
    let home = Home::new();
    home.run(&["pseudonyms", "init"]);
    let held = Keys::open(&home.keys()).unwrap();
    let table = home.table("N;1;A;1\n");
    assert_eq!(
        home.json(&["pseudonyms", "rotate", "--persons", &table]).0,
        3
    );
    drop(held);
    let path = home.keys().join("pseudonym.keys");
    let text = fs::read_to_string(&path)
        .unwrap()
        .replace("epoch 1", "epoch 2");
    fs::write(&path, text).unwrap();
    let (code, refused) = home.json(&["pseudonyms", "show"]);
    assert_eq!((code, &refused["code"]), (4, &json!(4)));
}

#[test]
fn a_table_that_is_none_names_its_fault_and_nobody() {
    let home = Home::new();
    home.run(&["pseudonyms", "init"]);
    let path = home.path("table.csv");
    let table = path.to_str().unwrap();
    fs::write(&path, "BEN_NIR_PSA;BEN_RNG_GEM\nCANARY;1\n").unwrap();
    let (code, refused) = home.json(&["pseudonyms", "rotate", "--persons", table]);
    assert_eq!(code, 1);
    assert!(refused["error"].as_str().unwrap().contains("`BEN_IDT_ANO`"));
    fs::write(
        &path,
        "BEN_NIR_PSA;BEN_RNG_GEM;BEN_IDT_ANO\nN;1;A\nCANARY;1\n",
    )
    .unwrap();
    let (code, refused) = home.json(&["pseudonyms", "rotate", "--persons", table]);
    let error = refused["error"].as_str().unwrap();
    assert_eq!(code, 1);
    assert!(
        error.contains("line 3") && !error.contains("CANARY"),
        "{error}"
    );
    let (_, shown) = home.json(&["pseudonyms", "show"]);
    assert_eq!(shown["epoch"], json!(1), "the old epoch is in use");
}

#[test]
fn a_cdm_is_imported_under_the_list_of_the_opposed_and_an_import_with_rejects_is_incomplete() {
    let home = Home::new();
    home.run(&["pseudonyms", "init"]);
    let path = |name: &str| home.path(name).to_str().unwrap().to_owned();
    let (bronze, snapshots, cdm) = (path("bronze"), path("snapshots"), path("cdm"));
    home.run(&["bronze", "init", &bronze]);
    fs::create_dir(&cdm).unwrap();
    let persons = "person_id,gender_concept_id,year_of_birth,race_concept_id,ethnicity_concept_id,person_source_value\n";
    let write = |rows: &str| {
        fs::write(home.path("cdm/PERSON.csv"), format!("{persons}{rows}")).unwrap();
    };
    write("1,8507,1970,0,0,CANARY\n2,8532,1980,0,0,\n");
    let import = [
        "omop", "import", &cdm, "--into", &snapshots, "--bronze", &bronze,
    ];
    let (code, refused) = home.json(&import);
    assert_eq!(code, 1, "nobody said who opposes");
    assert!(
        refused["error"]
            .as_str()
            .unwrap()
            .contains("opposed publish")
    );
    fs::write(home.path("lines"), "").unwrap();
    fs::write(home.path("first"), "system,ins,BEN_IDT_ANO\n").unwrap();
    let (lines, first) = (path("lines"), path("first"));
    let publish = [
        "opposed",
        "publish",
        "--lines",
        &lines,
        "--first-step",
        &first,
    ];
    assert_eq!(
        home.json(&[&publish[..], &["--into", &snapshots]].concat())
            .0,
        0
    );
    let (code, refused) = home.json(&import);
    assert_eq!(code, 1, "a person has no name, nor has the source");
    assert!(
        refused["error"]
            .as_str()
            .unwrap()
            .contains("person_source_value")
    );
    let named = [&import[..], &["--source", "here"]].concat();
    let (code, taken) = home.json(&named);
    assert_eq!(
        (code, &taken["taken"], &taken["total"]),
        (0, &json!(2), &json!(2))
    );
    write("1,8507,1970,0,0,CANARY\n2,8532,,0,0,\n");
    let (code, taken) = home.json(&named);
    assert_eq!((code, &taken["rejected"]), (1, &json!(1)));
    assert!(!taken.to_string().contains("CANARY"));
    assert_eq!(home.json(&["snapshots", "verify", &snapshots]).0, 0);
    // By a public key, as whoever has no key of this crossing does it; what is no key is refused.
    let verifier = format!("{snapshots}/snapshots.vkey");
    let by = |key: &str| {
        home.json(&["snapshots", "verify", &snapshots, "--verifier", key])
            .0
    };
    assert_eq!(by(&verifier), 0);
    assert_ne!(by(&format!("{snapshots}/opposed")), 0);
    // The name, and the row that was refused.
    let (code, kept) = home.json(&["bronze", "verify", &bronze]);
    assert_eq!((code, &kept["rows"]), (0, &json!(2)));
}

#[test]
fn a_wrong_command_line_is_exit_code_two() {
    let home = Home::new();
    for wrong in [
        &["pseudonyms"][..],
        &["pseudonyms", "rotate"],
        &["bronze", "verify"],
        &["import"],
    ] {
        assert_eq!(home.json(wrong).0, 2, "{wrong:?}");
    }
    assert_eq!(home.run(&["--help"]).status.code(), Some(0));
}
