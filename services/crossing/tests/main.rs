//! Dangers covered: a second `init` destroys keys; keys or persons appear in what is printed; a rotation passes over people
//! in silence, or is finished while sealed rows still bear the old tags; a run that goes wrong says it went well.
//!
//! Not a failure: a table that was cut at the end of a line can't be told from a shorter one.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use hygie_bronze::{Bronze, Key};
use hygie_pseudonym::{Keys, Source};
use serde_json::{Value, json};

mod main {
    mod omop;
    mod opposed;
    mod rotation;
    mod signing;
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
        self.run_in("", arguments)
    }

    /// Runs it in a folder.
    fn run_in(&self, folder: &str, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_hygie-crossing"))
            .current_dir(self.path(folder))
            .args(arguments)
            .env("HYGIE_CROSSING_KEYS", self.keys())
            .output()
            .unwrap()
    }

    /// Runs it with `--json`; the exit code and the one object.
    fn json(&self, arguments: &[&str]) -> (i32, Value) {
        self.json_in("", arguments)
    }

    fn json_in(&self, folder: &str, arguments: &[&str]) -> (i32, Value) {
        let output = self.run_in(folder, &[arguments, &["--json"]].concat());
        let code = output.status.code().unwrap();
        (code, serde_json::from_slice(&output.stdout).unwrap())
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    /// Makes bronze.
    fn bronze(&self) -> String {
        let bronze = self.text("bronze");
        assert_eq!(self.json(&["bronze", "init", &bronze]).0, 0);
        bronze
    }

    /// Publishes that nobody opposes, and answers the folder of the snapshots.
    fn publish(&self) -> String {
        self.oppose(&[])
    }

    /// Publishes that whoever has these numbers and ranks opposes, of whom no reference tells, and that whoever did before and
    /// is none of them takes it back.
    fn oppose(&self, insured: &[(&str, &str)]) -> String {
        let told = fs::read_to_string(self.path("lines")).unwrap_or_default();
        let lines = told.lines().map(|line| serde_json::from_str(line).unwrap());
        let mut lines: Vec<Value> = lines.collect();
        let ins = |(nir, rank): &(&str, &str)| format!("{nir},{rank}");
        let wanted: BTreeSet<String> = insured.iter().map(ins).collect();
        let mut now: BTreeMap<String, bool> =
            wanted.iter().map(|ins| (ins.clone(), false)).collect();
        for line in &lines {
            let ins = line["ins"].as_str().unwrap().to_owned();
            now.insert(ins, line["opposed"] == true);
        }
        for (ins, opposed) in &now {
            let wants = wanted.contains(ins);
            if *opposed != wants {
                lines.push(json!({
                    "number": lines.len(), "at": 1, "system": "S", "ins": ins, "scope": "research", "opposed": wants,
                    "receipt": "R",
                }));
            }
        }
        let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let steps: String = now
            .keys()
            .map(|ins| format!("S;{ins};;{}\n", ins.replace(',', ";")))
            .collect();
        let header = "system;ins;BEN_IDT_ANO;BEN_NIR_PSA;BEN_RNG_GEM";
        fs::write(self.path("lines"), lines).unwrap();
        fs::write(self.path("first"), format!("{header}\n{steps}")).unwrap();
        let [lines, first, into] = ["lines", "first", "snapshots"].map(|name| self.text(name));
        let files = ["--lines", &lines, "--first-step", &first, "--into", &into];
        let published = self.json(&[&["opposed", "publish"][..], &files].concat());
        assert_eq!(published.0, 0, "{published:?}");
        into
    }

    /// Whether this list of the opposed names him.
    fn lists(&self, list: u64, nir: &str, rank: u8) -> bool {
        let keys = Keys::open(&self.keys()).unwrap();
        let name = keys.pseudonym(&Source::insured(nir, rank).unwrap()).bytes();
        let list = fs::read(self.path(&format!("snapshots/opposed-{list}"))).unwrap();
        list.chunks(16).any(|listed| listed == name)
    }

    fn finish(&self) -> (i32, Value) {
        let [into, bronze] = ["snapshots", "bronze"].map(|name| self.text(name));
        let folders = ["--into", &into, "--bronze", &bronze];
        self.json(&[&["pseudonyms", "rotate", "--finish"][..], &folders].concat())
    }

    /// Begins a rotation by these tables: a reference, and what stands as the table of the first step, or one of nobody.
    fn rotate(&self, persons: &str, rest: &[&str]) -> (i32, Value) {
        self.rotate_in("", persons, rest)
    }

    fn rotate_in(&self, folder: &str, persons: &str, rest: &[&str]) -> (i32, Value) {
        let first = self.path("first");
        if !first.exists() {
            fs::write(&first, "system;ins;BEN_IDT_ANO\n").unwrap();
        }
        let first = first.to_str().unwrap();
        let tables = ["--persons", persons, "--first-step", first];
        self.json_in(
            folder,
            &[&["pseudonyms", "rotate"][..], &tables, rest].concat(),
        )
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
    let (code, rotated) = home.rotate(&table, &["--carry", carry]);
    assert_eq!(code, 1, "a row names nobody");
    let counts = ["epoch", "pseudonyms", "carried", "taken", "rejected"];
    // The first has two names, by his identifier and his number; the second is the first of his number where ranks do not count.
    assert_eq!(
        counts.map(|name| rotated[name].as_u64().unwrap()),
        [2, 5, 1, 2, 1]
    );
    let keys = Keys::open(&home.keys()).unwrap();
    let mut list = keys.rotation().unwrap();
    let new = list
        .map(&hygie_pseudonym::Pseudonym::from_bytes(before))
        .unwrap()
        .unwrap();
    drop(keys);
    assert_eq!(new.bytes(), of(&home.keys(), "AAAAAAAAAAAAAAAAA"));
    home.bronze();
    home.publish();
    let (code, finished) = home.finish();
    assert_eq!((code, &finished["retiring"]), (0, &Value::Null));
    assert_eq!(home.finish().0, 1, "nothing is under way");
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
    let (code, rotated) = home.rotate(&table, &["--bronze", bronze]);
    assert_eq!((code, &rotated["carried"]), (0, &json!(1)));
    home.publish();
    let (code, refused) = home.finish();
    assert_eq!((code, &refused["code"]), (1, &json!(1)));
    let (code, retagged) = home.json(&["bronze", "retag", bronze]);
    assert_eq!((code, &retagged["rows"]), (0, &json!(3)));
    assert_eq!(home.finish().0, 0);
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
fn a_rotation_is_not_finished_while_anything_is_of_the_old_key() {
    let home = Home::new();
    home.run(&["pseudonyms", "init"]);
    let (bronze, snapshots, cdm) = (home.bronze(), home.publish(), home.text("cdm"));
    fs::create_dir(&cdm).unwrap();
    let persons = "person_id,gender_concept_id,year_of_birth,race_concept_id,ethnicity_concept_id,person_source_value\n1,8507,1970,0,0,P1\n";
    fs::write(home.path("cdm/PERSON.csv"), persons).unwrap();
    let folders = ["--into", &snapshots, "--bronze", &bronze];
    let import = ["omop", "import", &cdm, "--ben-idt-ano"];
    let import = home.json(&[&import[..], &folders].concat());
    assert_eq!(import.0, 0, "{import:?}");
    let table = home.table("N;1;A;1\n");
    assert_eq!(home.rotate(&table, &folders[2..]).0, 0);
    let before = fs::read_to_string(home.keys().join("pseudonym.keys")).unwrap();
    let renew = ["snapshots", "renew", &snapshots, "--bronze", &bronze];
    let refused = |(code, told): (i32, Value), what: &str| {
        let error = told["error"].as_str().unwrap_or_default();
        assert!(code == 1 && error.contains(what), "{what}: {told}");
        let keys = fs::read_to_string(home.keys().join("pseudonym.keys")).unwrap();
        assert_eq!(keys, before, "the old key is there");
    };
    refused(home.finish(), "bronze retag");
    assert_eq!(home.json(&["bronze", "retag", &bronze]).0, 0);
    refused(home.finish(), "opposed publish");
    refused(home.json(&renew), "opposed publish");
    home.publish();
    refused(home.finish(), "snapshots renew");
    assert_eq!(home.json(&renew).0, 0);
    // Once more, before it is finished: it is of the new key already.
    assert_eq!(home.json(&renew).0, 0);
    let (code, finished) = home.finish();
    assert_eq!((code, &finished["unmapped"]), (0, &json!([1])));
    assert!(!home.path("snapshots/opposed-1").exists());
    assert!(home.path("snapshots/opposed-2").exists());
}

#[test]
fn sealed_rows_of_the_old_key_stop_a_renewal() {
    let home = Home::new();
    home.run(&["pseudonyms", "init"]);
    let (bronze, snapshots) = (home.bronze(), home.publish());
    let open = || {
        let key = Key::read(&home.keys().join("bronze.key")).unwrap();
        Bronze::open(&home.path("bronze"), key, 1).unwrap()
    };
    let mut writer = open().writer("ER_PRS_F", "202301").unwrap();
    writer.push(Some([7; 16]), b"a;row", None).unwrap();
    writer.finish().unwrap();
    let table = home.table("N;1;A;1\n");
    assert_eq!(home.rotate(&table, &["--bronze", &bronze]).0, 0);
    home.publish();
    let (code, refused) = home.json(&["snapshots", "renew", &snapshots, "--bronze", &bronze]);
    let error = refused["error"].as_str().unwrap();
    assert!(code == 1 && error.contains("bronze retag"), "{error}");
}

#[test]
fn what_was_altered_is_exit_code_four_and_what_is_held_three() {
    let home = Home::new();
    home.run(&["pseudonyms", "init"]);
    let held = Keys::open(&home.keys()).unwrap();
    let table = home.table("N;1;A;1\n");
    assert_eq!(home.rotate(&table, &[]).0, 3);
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
    let (code, refused) = home.rotate(table, &[]);
    assert_eq!(code, 1);
    assert!(refused["error"].as_str().unwrap().contains("`BEN_IDT_ANO`"));
    fs::write(
        &path,
        "BEN_NIR_PSA;BEN_RNG_GEM;BEN_IDT_ANO\nN;1;A\nCANARY;1\n",
    )
    .unwrap();
    let (code, refused) = home.rotate(table, &[]);
    let error = refused["error"].as_str().unwrap();
    assert_eq!(code, 1);
    assert!(
        error.contains("line 3") && !error.contains("CANARY"),
        "{error}"
    );
    let (_, shown) = home.json(&["pseudonyms", "show"]);
    assert_eq!(shown["epoch"], json!(1), "the old epoch is in use");
}

/// Every part of bronze begins with the line that names its columns, then this row.
fn every_part_begins_with(home: &Home, heading: &str, row: &str) {
    let key = Key::read(&home.keys().join("bronze.key")).unwrap();
    let rows = Bronze::open(&home.path("bronze"), key, 1).unwrap();
    for part in rows.parts().unwrap() {
        let mut reader = rows.read(&part.table, &part.part).unwrap();
        let first = reader.next_row().unwrap().unwrap();
        assert_eq!((first.person, first.raw), (None, heading.as_bytes()));
        assert_eq!(reader.next_row().unwrap().unwrap().raw, row.as_bytes());
        assert!(part.part.starts_with("PERSON.") && part.part.len() == 7 + 16);
    }
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
        "omop",
        "import",
        &cdm,
        "--into",
        &snapshots,
        "--bronze",
        &bronze,
        "--ben-idt-ano",
    ];
    let (code, refused) = home.json(&import);
    assert_eq!(code, 1, "nobody said who opposes");
    assert!(
        refused["error"]
            .as_str()
            .unwrap()
            .contains("opposed publish")
    );
    home.publish();
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
    // Of both files the names of the columns and the name of a person, of the second the row that was refused; once, however
    // often it is imported.
    for _ in 0..2 {
        let (code, kept) = home.json(&["bronze", "verify", &bronze]);
        assert_eq!((code, &kept["rows"]), (0, &json!(2 + 3)));
        home.json(&named);
    }
    every_part_begins_with(&home, persons.trim_end(), "1,8507,1970,0,0,CANARY");
}

/// Claims of persons whom no reference names, a line each: their numbers and ranks. Answers the folder.
fn strangers(home: &Home, persons: &[(&str, u8)]) -> String {
    let claims = home.text("claims");
    fs::create_dir(&claims).unwrap();
    let line = "DCT_ORD_NUM;FLX_DIS_DTD;FLX_EMT_NUM;FLX_EMT_ORD;FLX_EMT_TYP;FLX_TRT_DTD;ORG_CLE_NUM;PRS_ORD_NUM;REM_TYP_AFF;\
        BEN_NIR_PSA;BEN_RNG_GEM;BEN_SEX_COD;BEN_NAI_ANN;BEN_RES_DPT;EXE_SOI_DTD;EXE_SOI_DTF;PRS_NAT_REF;DPN_QLF;PRS_DPN_QLP;\
        CPL_MAJ_TOP;PRS_ACT_QTE;PRS_PAI_MNT;BSE_REM_MNT;PFS_EXE_NUM;PSE_SPE_COD;ETB_PRE_FIN\n";
    let mut lines = line.to_owned();
    for (at, (nir, rank)) in persons.iter().enumerate() {
        lines.push_str(&format!(
            "{at};28/01/2023;1;1;1;28/01/2023;01C;{at};0;{nir};{rank};1;1950;013;02/01/2023;;1111;0;0;0;1;1;1;70;01;\n"
        ));
    }
    fs::write(home.path("claims/ER_PRS_F_202301.csv"), lines).unwrap();
    let reference = "BEN_NIR_PSA;BEN_RNG_GEM;BEN_IDT_ANO;BEN_CDI_NIR;BEN_NAI_ANN;BEN_NAI_MOI;BEN_SEX_COD;BEN_RES_DPT;BEN_DCD_DTE\n";
    fs::write(home.path("claims/IR_BEN_R.csv"), reference).unwrap();
    claims
}

#[test]
fn whoever_opposes_is_listed_under_the_rank_that_his_claims_are_read_with() {
    let home = Home::new();
    home.run(&["pseudonyms", "init"]);
    home.oppose(&[("A", ""), ("B", "0"), ("C", " 01"), ("D", "02"), ("E", "x")]);
    for (nir, rank) in [("A", 1), ("B", 1), ("C", 1), ("D", 2), ("E#x", 0)] {
        assert!(home.lists(1, nir, rank), "{nir}");
    }
    for (nir, rank) in [("A", 0), ("B", 0), ("D", 1), ("E", 1)] {
        assert!(!home.lists(1, nir, rank), "{nir}");
    }
}

#[test]
fn where_ranks_do_not_count_a_twin_hides_his_number_and_elsewhere_himself_alone() {
    let home = Home::new();
    home.run(&["pseudonyms", "init"]);
    let claims = strangers(&home, &[("N", 1), ("N", 2), ("M", 1), ("M", 2)]);
    let (bronze, snapshots) = (home.bronze(), home.oppose(&[("M", "2")]));
    let import = [
        "snds", "import", &claims, "--into", &snapshots, "--bronze", &bronze,
    ];
    let persons = |arguments: &[&str]| {
        let (code, told) = home.json(arguments);
        assert_eq!(code, 0, "{told}");
        told["report"]["persons"].clone()
    };
    let renew = || {
        home.json(&["snapshots", "renew", &snapshots, "--bronze", &bronze])
            .1
    };
    assert_eq!(
        persons(&import),
        json!(3),
        "the twin of who opposes is there"
    );
    home.oppose(&[("M", "2"), ("N", "2")]);
    assert!(!home.lists(2, "N", 1));
    assert_eq!(renew()["persons"], json!(1));
    home.oppose(&[("M", "2")]);
    let alike = [&import[..], &["--without", "twin-rank"]].concat();
    assert_eq!(
        persons(&alike),
        json!(1),
        "of a number of which one opposes nobody is"
    );
    home.oppose(&[("M", "2"), ("N", "2")]);
    assert!(home.lists(4, "N", 1));
    assert_eq!(renew()["persons"], json!(1));
}

#[test]
fn the_timer_of_the_examples_starts_a_command_that_deletes_what_was_superseded() {
    let home = Home::new();
    home.run(&["pseudonyms", "init"]);
    home.bronze();
    let snapshots = home.publish();
    let units = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/systemd");
    let unit = fs::read_to_string(units.join("hygie-retire.service")).unwrap();
    let start = unit
        .lines()
        .find_map(|line| line.strip_prefix("ExecStart="));
    let keys = home.text("keys");
    let start = start
        .unwrap()
        .replace("/var/lib/hygie-crossing/keys", &keys);
    let start = start.replace("/var/lib/hygie-snapshots", &snapshots);
    let words: Vec<&str> = start.split(' ').collect();
    assert_eq!(words[0], "/usr/local/bin/hygie-crossing");
    let (code, told) = home.json(&words[1..]);
    assert_eq!((code, told), (0, json!({ "retired": [] })));
    // It may write where it deletes, and the timer starts it.
    assert!(unit.contains("\nReadWritePaths=/var/lib/hygie-snapshots\n"));
    assert!(units.join("hygie-retire.timer").is_file());
    let users = fs::read_to_string(units.join("hygie.sysusers.conf")).unwrap();
    let user = unit.lines().find_map(|line| line.strip_prefix("User="));
    assert!(users.contains(&format!("u {} ", user.unwrap())));
}

#[test]
fn a_wrong_command_line_is_exit_code_two() {
    let home = Home::new();
    for wrong in [
        &["pseudonyms"][..],
        &["pseudonyms", "rotate"],
        &["pseudonyms", "rotate", "--persons", "t"],
        &["pseudonyms", "rotate", "--first-step", "t"],
        &["pseudonyms", "rotate", "--finish"],
        &["pseudonyms", "rotate", "--finish", "--bronze", "b"],
        &["pseudonyms", "rotate", "--finish", "--into", "s"],
        &["snapshots", "renew", "s"],
        &["bronze", "verify"],
        &["import"],
    ] {
        assert_eq!(home.json(wrong).0, 2, "{wrong:?}");
    }
    assert_eq!(home.run(&["--help"]).status.code(), Some(0));
}
