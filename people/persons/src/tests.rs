//! Failures covered: a seed that gives two populations, a person who depends on the count, a
//! provider who differs from bundle to bundle, a wrong key, a record too short or too long,
//! a bundle that FHIR R4 does not allow.
//! Not a failure: a life that no doctor would believe.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::collections::BTreeMap;

use hygie_fhir::{Limits, Resource, check, unresolved};
use hygie_identity::{Finess, Ins, InsSystem, Rpps, Severities};

use super::*;

#[test]
fn a_seed_gives_two_populations() {
    let one: Vec<_> = population(7, 20).collect();
    assert_eq!(one, population(7, 20).collect::<Vec<_>>());
    assert_eq!(one[..5], population(7, 5).collect::<Vec<_>>());
    assert_ne!(one, population(8, 20).collect::<Vec<_>>());
    // The bytes themselves: a change of them is a change of every fixture made from them.
    let sum = one.concat().iter().fold(0u64, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u64::from(*byte))
    });
    assert_eq!(sum, 10_932_786_595_208_959_333);
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
fn a_number_is_malformed_or_somebodys() {
    let production = Severities::production();
    for index in 0..50 {
        for entry in parse(&bundle(3, index)) {
            for (system, value) in entry.identifiers() {
                let (findings, nobodys) = match system.unwrap() {
                    Rpps::NATIONAL => {
                        let number = Rpps::from_national(value).unwrap();
                        (
                            number.check(&production),
                            number.to_string().starts_with("99"),
                        )
                    }
                    Finess::NATIONAL => {
                        let number = Finess::from_national(value).unwrap();
                        (
                            number.check(&production),
                            number.to_string().starts_with("99"),
                        )
                    }
                    other => {
                        let system = InsSystem::from_uri(other).unwrap();
                        let ins = Ins::parse(system, value).unwrap();
                        (
                            ins.check(&Severities::default()),
                            !system.is_real() && &value[7..10] == "999",
                        )
                    }
                };
                assert!(findings.is_empty() && nobodys, "{value} {findings:?}");
            }
        }
    }
}

#[test]
fn fhir_does_not_allow_a_bundle() {
    for index in 0..40 {
        let text = bundle(2, index);
        let whole = Resource::parse(text.as_bytes(), &Limits::default()).unwrap();
        assert_eq!(check(&whole), [], "bundle {index}");
        assert_eq!(unresolved(&whole, |_| false), []);
        for resource in parse(&text) {
            assert_eq!(
                check(&resource),
                [],
                "{} of bundle {index}",
                resource.kind()
            );
        }
        // What is read is printed again, to the byte.
        assert_eq!(whole.print(), text.as_bytes());
    }
}

/// The resources of a bundle, as an importer takes them.
fn parse(text: &str) -> Vec<Resource> {
    let found = hygie_fhir::bundle::entries(text.as_bytes(), &Limits::default()).unwrap();
    assert!(found.broken.is_none());
    let entries = found.entries.iter();
    entries
        .map(|entry| Resource::parse(entry.bytes, &Limits::default()).unwrap())
        .collect()
}

/// The entries of a bundle by their URL.
fn entries(text: &str) -> BTreeMap<String, String> {
    text.split("{\"fullUrl\":\"")
        .skip(1)
        .map(|entry| entry.split_once("\",\"resource\":").unwrap())
        .map(|(url, rest)| {
            (
                url.to_owned(),
                rest.trim_end_matches("]}").trim_end_matches(',').to_owned(),
            )
        })
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
