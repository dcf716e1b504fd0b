use std::collections::BTreeMap;

use hygie_fhir::{Limits, Resource, check, unresolved};
use hygie_identity::{Finess, Ins, InsSystem, Rpps};

use super::parse;
use crate::{bundle, examples, lives, population};

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
    assert_eq!(sum, 11_227_045_815_636_658_992);
}

#[test]
fn a_person_depends_on_the_others() {
    let all: Vec<_> = population(5, 60).collect();
    for index in [59, 0, 33, 17] {
        let place = u64::try_from(index).unwrap();
        assert_eq!(crate::person(5, place), all[index]);
    }
}

#[test]
fn a_record_is_too_short_or_too_long() {
    let sizes = (0..700).map(|index| bundle(1, index).matches("\"fullUrl\"").count());
    for (index, resources) in sizes.enumerate() {
        assert!((40..=300).contains(&resources), "{index}: {resources}");
    }
}

#[test]
fn a_kind_of_life_is_led_by_nobody() {
    let examples = examples(1, 500);
    assert_eq!(examples.len(), lives::LIVES.len(), "{examples:?}");
    for (life, identifier) in examples {
        let (system, value) = identifier.split_once('|').unwrap();
        assert_eq!(InsSystem::from_uri(system), Some(InsSystem::Test), "{life}");
        assert_eq!(value.len(), 15);
    }
}

#[test]
fn a_number_is_malformed_or_somebodys() {
    for index in 0..50 {
        for (_, entry) in parse(&bundle(3, index)) {
            for (system, value) in entry.identifiers() {
                // Each is what it would be completed to, with its key or last digit.
                let (whole, nobodys) = match system.unwrap() {
                    Rpps::NATIONAL => {
                        let number = Rpps::complete(&value[1..11]).unwrap();
                        (number.national(), value.starts_with("899"))
                    }
                    Finess::NATIONAL => {
                        let number = Finess::complete(&value[1..9]).unwrap();
                        (number.national(), value.starts_with("199"))
                    }
                    other => {
                        let system = InsSystem::from_uri(other).unwrap();
                        let ins = Ins::complete(system, &value[..13]).unwrap();
                        let unreal = !system.is_real() && value[7..10] >= *"910";
                        (ins.to_string(), unreal)
                    }
                };
                assert!(whole == value && nobodys, "{value}");
            }
        }
    }
}

#[test]
fn fhir_does_not_allow_a_bundle() {
    for index in 0..120 {
        let text = bundle(2, index);
        let whole = Resource::parse(text.as_bytes(), &Limits::default()).unwrap();
        assert_eq!(check(&whole), [], "bundle {index}");
        assert_eq!(unresolved(&whole, |_| false), []);
        for (_, resource) in parse(&text) {
            assert_eq!(check(&resource), [], "{} of {index}", resource.kind());
        }
        // What is read is printed again, to the byte.
        assert_eq!(whole.print(), text.as_bytes());
    }
}

#[test]
fn a_professional_differs_from_bundle_to_bundle() {
    let mut all: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut numbers: BTreeMap<String, String> = BTreeMap::new();
    let mut shared = 0;
    for index in 0..400 {
        let mut urls = Vec::new();
        for (url, resource) in parse(&bundle(1, index)) {
            assert!(!urls.contains(&url), "{index}: {url} twice");
            let directory = ["Practitioner", "Organization"].contains(&resource.kind());
            for (_, value) in resource.identifiers() {
                if directory {
                    let owner = numbers.entry(value.to_owned()).or_insert(url.clone());
                    assert_eq!(*owner, url, "a number of two");
                }
            }
            if let Some(before) = all.insert(url.clone(), resource.print()) {
                assert_eq!(before, resource.print());
                shared += 1;
            }
            urls.push(url);
        }
    }
    assert!(shared > 1_000, "{shared}");
}
