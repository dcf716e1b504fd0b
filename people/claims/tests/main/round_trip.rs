//! The truth and the files say the same to a reader who keeps to the rules and knows nothing of how they were written.
//! Failures covered: an event that the files do not hold, or hold otherwise; a line that survives the rules and is not true;
//! amounts that differ by a cent; a wrong line that changes what is true, or is not listed.
//! Not a failure: how slow this reader is.

use std::collections::BTreeMap;
use std::path::Path;

use hygie_people_claims::{Form, Plan};

use crate::main::naive::claims::{Events, claims};
use crate::main::naive::others::others;
use crate::main::naive::persons;
use crate::main::naive::stays::stays;
use crate::main::reading::{Row, hundredths, key, nation, rows};

const PLAN: Plan = Plan {
    persons: 300,
    years: 2,
    first_year: 2022,
    seed: 21,
};

fn compare(folder: &Path) -> usize {
    let persons = persons(folder);
    let truth = rows(&folder.join("truth"), "events", b';');
    let cells = |row: &Row, columns: &[&str]| -> Vec<String> {
        columns.iter().map(|column| row[*column].clone()).collect()
    };
    let mut events = Events::new();
    let mut rest = Vec::new();
    for row in &truth {
        if row["paid"].is_empty() {
            rest.push(cells(
                row,
                &[
                    "person", "kind", "code", "start", "end", "quantity", "source", "nature",
                    "stay",
                ],
            ));
            continue;
        }
        let name = cells(
            row,
            &[
                "person",
                "kind",
                "code",
                "start",
                "end",
                "source",
                "nature",
                "activity",
                "specialty",
                "performer",
                "establishment",
                "stay",
            ],
        );
        let values = (
            hundredths(&row["quantity"]),
            hundredths(&row["paid"]),
            hundredths(&row["charged"]),
        );
        assert!(events.insert(name, values).is_none(), "{row:?} comes twice");
    }
    let read = claims(folder, &persons);
    for (name, values) in &events {
        assert_eq!(read.get(name), Some(values), "{name:?}");
    }
    assert_eq!(read.len(), events.len());
    let mut found = Vec::new();
    stays(folder, &persons, &mut found);
    others(folder, &persons, &mut found);
    found.sort();
    rest.sort();
    assert_eq!(found, rest);
    truth.len()
}

#[test]
fn the_files_do_not_say_what_is_true() {
    let folder = nation(&PLAN, &Form::default());
    let count = compare(folder.path());
    assert!(count > 14_000, "{count}");
}

#[test]
fn wrong_lines_change_what_is_true() {
    let form = Form {
        wrong: 50,
        ..Form::default()
    };
    let sound = nation(&PLAN, &Form::default());
    let folder = nation(&PLAN, &form);
    compare(folder.path());
    let read = |folder: &Path| std::fs::read(folder.join("truth/events.csv")).unwrap();
    assert_eq!(read(sound.path()), read(folder.path()));
    let listed = rows(&folder.path().join("truth"), "wrong", b';');
    assert!(listed.len() > 150, "{}", listed.len());
    let lines = rows(folder.path(), "ER_PRS_F_", b';');
    let keys: BTreeMap<_, _> = lines.iter().map(|row| (key(row).join("/"), row)).collect();
    for row in listed {
        assert_eq!(keys[&row["key"]]["stem"], row["file"]);
    }
}
