//! `hygie-people claims` as it is run.
//! Failures covered: bytes that depend on threads; somebody's file that is written over; a wish that cannot be, taken; a
//! snapshot that is seen before it is whole, or that nobody can read.
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
        &["--persons", "5", "--snapshot", "x"],
        &["--persons", "5", "--key", "x"],
    ] {
        let done = claims(&root.path().join("out"), more);
        assert!(!done.status.success(), "{more:?}");
    }
    assert!(!root.path().join("out").exists());
}

fn snapshot(root: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hygie-people"));
    command
        .current_dir(root)
        .args(["claims", "--years", "1", "--snapshot", "nation"])
        .args(["--buckets", "8", "--key", "key", "--json"])
        .args(more);
    command
}

#[test]
fn a_snapshot_is_seen_before_it_is_whole() {
    let root = tempfile::tempdir().unwrap();
    let nation = root.path().join("nation");
    for milliseconds in [10, 80, 300, 600] {
        let mut child = snapshot(root.path(), &["--persons", "60000"])
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!nation.exists(), "after {milliseconds} ms");
    }
    let done = snapshot(root.path(), &["--persons", "900"])
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
    let said = String::from_utf8(done.stdout).unwrap();
    let key = fs::read_to_string(nation.join("snapshots.vkey")).unwrap();
    assert!(key.starts_with("hygie/invented+"), "{key}");
    assert!(said.contains(key.trim()), "{said}");
    assert_eq!(fs::metadata(root.path().join("key")).unwrap().len(), 32);
    // Nothing else is left.
    let names = |folder: &Path| {
        let list = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = list.map(|one| one.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names(root.path()), ["key", "nation"]);
    let there = ["1", "manifests", "opposed", "opposed-1", "snapshots.vkey"];
    assert_eq!(names(&nation), there);
    let again = snapshot(root.path(), &["--persons", "900"])
        .output()
        .unwrap();
    assert!(!again.status.success());
    let said = String::from_utf8(again.stderr).unwrap();
    assert!(said.contains("holds something"), "{said}");
}
