//! Failures covered: a dictionary that changes, so that what was stored with it never opens again;
//! one that gives nothing.
//! Not a failure: an entry that names a later dictionary is refused until the program is upgraded.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use aws_lc_rs::digest::{SHA256, digest};

use super::*;

#[test]
fn a_dictionary_in_use_changes() {
    let hash = digest(&SHA256, FIRST);
    let hex: String = hash
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(
        hex,
        "cb520290eb9ceee23b7bf31b9a7ed53764edb763ade8f60fd83bb6df08edab17"
    );
}

#[test]
fn a_short_change_gains_nothing() {
    let text = br#"{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"29463-7"}]},"valueQuantity":{"value":72.5,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}}"#;
    let mut with = zstd::bulk::Compressor::with_prepared_dictionary(encoder()).unwrap();
    let with = with.compress(text).unwrap().len();
    let without = zstd::bulk::compress(text, LEVEL).unwrap().len();
    assert!(with * 2 < without, "{with} {without}");
}
