//! Care and keeper are killed while records are imported.
//!
//! Failures covered: an import that is not resumed, that loses a record, or that makes a person twice; a ledger that
//! no longer verifies. Kills under a mixed load are in `kills`.
//! Not failures: an import that takes longer.

use std::process::Stdio;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::Home;
use crate::harness::samples::record;

/// How many persons come in while the services are killed.
const PERSONS: usize = 300;

#[test]
fn an_import_goes_on_after_kills_and_makes_nobody_twice() {
    let home = Home::demo();
    let folder = home.outside.join("in");
    std::fs::create_dir(&folder).unwrap();
    for number in 0..PERSONS {
        let text = record(&format!("Person{number}")).to_string();
        std::fs::write(folder.join(format!("{number:04}.json")), text).unwrap();
    }
    let folder = folder.to_str().unwrap();
    let serving = home.serve();
    let mut import = home
        .command(&["--json", "import", folder])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut kills = 0;
    for program in ["hygie-care", "hygie-keeper", "hygie-care", "hygie-keeper"] {
        thread::sleep(Duration::from_millis(700));
        if import.try_wait().unwrap().is_none() {
            serving.kill(program);
            kills += 1;
        }
    }
    assert!(
        kills > 1,
        "the import was over before the services were killed twice"
    );
    let output = import.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{}", home.logs());
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&summary["rejected"], &summary["total"]),
        (&json!(0), &json!(7 * PERSONS)),
        "{summary}"
    );
    let persons = home.persons();
    assert_eq!(persons.len(), PERSONS);
    let again = home.done(&["--json", "import", folder]).json();
    assert_eq!(again["already"], again["total"], "{again}");
    assert_eq!(home.persons(), persons);
    for person in persons.iter().step_by(10) {
        let export: Value = serde_json::from_str(&home.export(person)).unwrap();
        assert_eq!(export["entry"].as_array().unwrap().len(), 7);
    }
    serving.stop();
    home.ledger_size();
}
