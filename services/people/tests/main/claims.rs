//! `hygie-people claims` as it is run.
//! Failures covered: bytes that depend on threads; somebody's file that is written over; a wish that cannot be, taken.
//! Not a failure: how fast it is.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn claims(out: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hygie-people"))
        .args(["claims", "--seed", "5", "--years", "1", "--out"])
        .arg(out)
        .args(more)
        .output()
        .unwrap()
}

fn contents(folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            contents(&path, found);
        } else {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            found.insert(name, fs::read(path).unwrap());
        }
    }
}

#[test]
fn threads_change_bytes_or_a_file_is_written_over() {
    let root = tempfile::tempdir().unwrap();
    let mut all = Vec::new();
    for threads in ["1", "3"] {
        let out = root.path().join(threads);
        let done = claims(&out, &["--persons", "2500", "--threads", threads, "--json"]);
        assert!(done.status.success(), "{done:?}");
        let said = String::from_utf8(done.stdout).unwrap();
        assert!(said.starts_with("{\"persons\":2500,\"lines\":"), "{said}");
        let mut found = BTreeMap::new();
        contents(&out, &mut found);
        all.push(found);
    }
    assert!(all[0] == all[1], "the bytes differ");
    assert!(all[0].contains_key("ER_PRS_F_202202.csv") && all[0].contains_key("T_MCO22C.csv"));
    let again = claims(&root.path().join("1"), &["--persons", "10"]);
    assert!(!again.status.success());
    let said = String::from_utf8(again.stderr).unwrap();
    assert!(said.contains("ER_PRS_F_202202.csv"), "{said}");
}

#[test]
fn a_wish_that_cannot_be_is_taken() {
    let root = tempfile::tempdir().unwrap();
    for more in [
        &["--persons", "0"][..],
        &["--persons", "5", "--separator", "x"],
        &["--persons", "5", "--separator", ",", "--decimal-comma"],
        &["--persons", "5", "--first-year", "1500"],
        &["--persons", "5", "--register", "x.csv"],
    ] {
        let done = claims(&root.path().join("out"), more);
        assert!(!done.status.success(), "{more:?}");
    }
    assert!(!root.path().join("out").exists());
}
