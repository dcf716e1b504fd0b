//! The 24 Synthea bundles go in, and each person's export says the same, resource by resource.
//!
//! Failures covered: a resource that is lost, doubled or altered; a reference that leads elsewhere; a record that
//! lacks an organisation or a professional it refers to.
//! Not failures: new ids and versions, rewritten references; an organisation of the
//! input that nothing refers to stays in the directory.

mod side;

use std::collections::HashMap;
use std::fs;

use crate::harness::{Home, shared};
use side::Side;

#[test]
fn every_resource_comes_back_as_it_went_in() {
    let Some(folder) = shared("every_resource_comes_back_as_it_went_in", "data/synthea") else {
        return;
    };
    let home = Home::demo();
    let serving = home.serve();
    let folder = folder.to_str().unwrap();
    let first = home.done(&["--json", "import", folder]).json();
    let second = home.done(&["--json", "import", folder]).json();
    assert_eq!(first["rejected"], 0, "{first}");
    assert_eq!(first["total"], second["total"]);
    assert_eq!(
        second["already"], second["total"],
        "the second import adds nothing: {second}"
    );

    let mut exports: HashMap<String, Side> = home
        .persons()
        .iter()
        .map(|person| Side::read(home.export(person).as_bytes()))
        .map(|side| (side.patient(), side))
        .collect();
    let (mut compared, mut unreferred, mut total) = (0, 0, 0);
    for entry in fs::read_dir(folder).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        let mut input = Side::read(&bytes);
        total += input.len();
        unreferred += input.leave_out_unreferred();
        let export = exports
            .remove(&input.patient())
            .expect("each patient has an export");
        compared += side::compare(input, export);
    }
    assert!(exports.is_empty(), "no person came from nowhere");
    assert_eq!(first["total"], total);
    assert_eq!(compared + unreferred, total);
    println!(
        "synthea: {compared} of {total} resources compared and equal, {unreferred} in the directory only"
    );
    serving.stop();
    home.ledger_size();
}
