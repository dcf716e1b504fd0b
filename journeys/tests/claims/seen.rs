//! A snapshot as the hub sees it, and one of an invented nation that was made without files.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use super::{Crossing, rows};
use crate::harness::programs::program;

/// What the hub makes of a snapshot: a CDM, and a report in which no check fails.
pub(super) fn hub(crossing: &Crossing, snapshots: &str, manifest: &Value) {
    let hub = |arguments: &[&str]| {
        let output = Command::new(program("hygie-hub"))
            .arg("--json")
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let snapshots = crossing.text(snapshots);
    let report = hub(&["quality", &snapshots, "--out", &crossing.text("quality")]);
    assert_eq!(report["failures"], json!([]));
    let number = manifest["number"].clone();
    let page = crossing.path(&format!("quality/quality-{number}.html"));
    let page = fs::read_to_string(page).unwrap();
    assert!(page.contains("<svg") && !page.contains("<script"));
    let written = hub(&["omop", "export", &snapshots, "--out", &crossing.text("cdm")]);
    let drugs = rows(manifest, "drug_exposure");
    assert_eq!(
        written["tables"]["drug_exposure"].as_u64(),
        Some(drugs),
        "{written}"
    );
    let text = fs::read_to_string(crossing.path("cdm/drug_exposure.csv"))
        .or_else(|_| fs::read_to_string(crossing.path("cdm/DRUG_EXPOSURE.csv")))
        .unwrap();
    assert_eq!(text.lines().count() as u64, drugs + 1);
}

#[test]
fn a_nation_made_directly_lived_otherwise_or_no_program_believes_it() {
    const TEST: &str = "a_nation_made_directly_lived_otherwise_or_no_program_believes_it";
    // The same persons' files, for the truth beside them.
    let crossing = Crossing::with(1500);
    let nation = crossing.text("nation");
    let made = Command::new(program("hygie-people"))
        .args(["claims", "--persons", "1500", "--years", "2", "--seed", "7"])
        .args(["--snapshot", &nation])
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let verifier = crossing.text("nation/snapshots.vkey");
    let by = ["--verifier", verifier.as_str()];
    crossing.done(&[&["snapshots", "verify", &nation], &by[..]].concat());
    let manifest = crossing.done(&[&["snapshots", "show", &nation], &by[..]].concat());
    let source = manifest["sources"][0]["name"].as_str().unwrap();
    assert!(source.starts_with("invented by hygie-people"), "{source}");
    // It is none of this crossing's.
    let own = crossing.command(&["snapshots", "verify", &nation]).output();
    assert!(!own.unwrap().status.success());
    hub(&crossing, "nation", &manifest);
    crossing.truth(TEST, "nation/1");
}
