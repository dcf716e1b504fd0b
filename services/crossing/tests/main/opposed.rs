//! `opposed publish`: each list after the one in force.
//!
//! Dangers covered: somebody who opposes is seen again though he took nothing back: by a copy of the lines that was cut at the
//! end of one, by yesterday's, by a table of the insurer's that lost him or a name of his, or by a second run side by side;
//! somebody who takes it back stays hidden.
//! Not a failure: who takes it back when nobody can tell any more whose a pseudonym is, stays on the list.

use std::fs::{self, File};

use hygie_pseudonym::{Keys, Source};
use serde_json::{Value, json};

use crate::{Home, of};

/// What each says, in order: his number, and whether he opposes from there on.
pub fn lines(home: &Home, said: &[(&str, bool)]) {
    let line = |(at, (ins, opposed)): (usize, &(&str, bool))| {
        let line = json!({
            "number": at, "at": 1, "system": "S", "ins": ins, "scope": "research", "opposed": opposed, "receipt": "R",
        });
        format!("{line}\n")
    };
    let text: String = said.iter().enumerate().map(line).collect();
    fs::write(home.path("lines"), text).unwrap();
}

/// The insurer's table of the first step, of its columns from the left.
pub fn table(home: &Home, rows: &[&str]) {
    let columns = ["system", "ins", "BEN_IDT_ANO", "BEN_NIR_PSA", "BEN_RNG_GEM"];
    let count = rows.first().map_or(3, |row| row.split(',').count() + 1);
    let rows = rows.iter().map(|row| format!("S,{row}\n"));
    let text = format!(
        "{}\n{}",
        columns[..count].join(","),
        rows.collect::<String>()
    );
    fs::write(home.path("first"), text).unwrap();
}

pub fn publish(home: &Home) -> (i32, Value) {
    let [lines, first, into] = ["lines", "first", "snapshots"].map(|name| home.text(name));
    let files = ["--lines", &lines, "--first-step", &first, "--into", &into];
    home.json(&[&["opposed", "publish"][..], &files].concat())
}

/// A publication that is whole.
pub fn published(home: &Home) -> Value {
    let (code, told) = publish(home);
    assert_eq!(code, 0, "{told}");
    told
}

/// Whether the list in force names whom the insurer calls so.
fn listed(home: &Home, id: &str) -> bool {
    holds(home, of(&home.keys(), id))
}

fn holds(home: &Home, name: [u8; 16]) -> bool {
    let note = fs::read_to_string(home.path("snapshots/opposed")).unwrap();
    let number = note.lines().nth(1).unwrap();
    let list = fs::read(home.path(&format!("snapshots/opposed-{number}"))).unwrap();
    list.chunks(16).any(|listed| listed == name)
}

fn with_keys() -> Home {
    let home = Home::new();
    home.run(&["pseudonyms", "init"]);
    home
}

#[test]
fn lines_that_were_cut_or_are_yesterdays_publish_nothing() {
    let home = with_keys();
    let said = [("1", true), ("2", true), ("1", false), ("1", true)];
    table(&home, &["1,A", "2,B"]);
    lines(&home, &said);
    published(&home);
    let note = fs::read(home.path("snapshots/opposed")).unwrap();
    // Nobody; the second never spoke; the first took it back.
    for cut in 0..said.len() {
        lines(&home, &said[..cut]);
        let (code, told) = publish(&home);
        let error = told["error"].as_str().unwrap();
        let counts = format!("has {cut} lines, and the list in force was made of 4");
        assert!(code == 1 && error.contains(&counts), "{error}");
        assert!(error.contains("crossing oppositions"), "{error}");
        assert_eq!(fs::read(home.path("snapshots/opposed")).unwrap(), note);
    }
    // What was written twice after a crash is one line.
    lines(&home, &said[..3]);
    let text = fs::read_to_string(home.path("lines")).unwrap();
    fs::write(home.path("lines"), text.repeat(2)).unwrap();
    assert_eq!(publish(&home).0, 1);
    lines(&home, &said);
    assert_eq!(published(&home)["list"], 2);
    assert!(listed(&home, "A") && listed(&home, "B"));
}

#[test]
fn how_many_lines_were_obeyed_is_believed_of_this_crossing_alone() {
    let home = with_keys();
    table(&home, &["1,A"]);
    lines(&home, &[("1", true)]);
    published(&home);
    let path = home.path("snapshots/opposed.lines");
    let note = fs::read_to_string(&path).unwrap();
    fs::write(&path, note.replacen("\n1\n", "\n0\n", 1)).unwrap();
    lines(&home, &[]);
    assert_eq!(publish(&home).0, 4);
    assert!(listed(&home, "A"));
}

#[test]
fn whom_the_insurers_table_lost_stays_on_the_list() {
    let home = with_keys();
    let insured = |nir: &str| {
        let keys = Keys::open(&home.keys()).unwrap();
        keys.pseudonym(&Source::insured(nir, 1).unwrap()).bytes()
    };
    lines(&home, &[("1", true), ("2", true)]);
    table(&home, &["1,A,NA,1", "2,B,NB,1"]);
    published(&home);
    // His row is gone: he is counted, and stays under each of his names.
    table(&home, &["1,A,NA,1"]);
    let (code, told) = publish(&home);
    assert_eq!(
        (code, &told["unknown"], &told["kept"]),
        (1, &json!(1), &json!(2))
    );
    assert!(listed(&home, "A") && listed(&home, "B"));
    // All numbers are gone, or one is another: everybody is known, and has the name that he had.
    table(&home, &["1,A", "2,B"]);
    assert_eq!(published(&home)["kept"], 2);
    table(&home, &["1,A,NA,1", "2,B,NEW,1"]);
    let told = published(&home);
    assert_eq!((&told["kept"], &told["pseudonyms"]), (&json!(1), &json!(5)));
    assert!(holds(&home, insured("NA")) && holds(&home, insured("NB")));
}

#[test]
fn whoever_takes_it_back_is_on_the_list_no_more() {
    let home = with_keys();
    table(&home, &["1,A,NA,1", "2,B,NB,2"]);
    lines(&home, &[("1", true), ("2", true)]);
    published(&home);
    lines(&home, &[("1", true), ("2", true), ("2", false)]);
    let told = published(&home);
    assert_eq!((&told["pseudonyms"], &told["kept"]), (&json!(2), &json!(0)));
    assert!(listed(&home, "A") && !listed(&home, "B"));
}

#[test]
fn a_second_run_beside_the_first_publishes_a_list_of_its_own() {
    let home = with_keys();
    table(&home, &["1,A"]);
    lines(&home, &[("1", true)]);
    published(&home);
    let first = File::open(home.path("snapshots")).unwrap();
    first.lock().unwrap();
    let (code, told) = publish(&home);
    assert!(
        told["error"].as_str().unwrap().contains("another run"),
        "{told}"
    );
    assert_eq!(code, 3);
    drop(first);
    assert_eq!(published(&home)["list"], 2);
}
