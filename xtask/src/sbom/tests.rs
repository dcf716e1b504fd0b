//! Failures covered: a crate that is built in and not named, a crate without version, checksum or licence, a field
//! that CycloneDX 1.5 requires and that is missing, an edge that leads nowhere.
//! Not failures: C sources within a crate, which stand in its version.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use serde_json::Value;

use super::{PROGRAMS, bill, tree};

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

#[test]
fn the_bill_of_each_program_is_valid_and_complete() {
    for (package, program) in PROGRAMS {
        let bill = bill(crate::root(), package, program).unwrap();
        assert_eq!(text(&bill, "bomFormat"), "CycloneDX");
        assert_eq!(text(&bill, "specVersion"), "1.5");
        assert_eq!(text(&bill["metadata"]["component"], "name"), program);
        let components = bill["components"].as_array().unwrap();
        let mut named = BTreeSet::new();
        for one in components {
            let name = text(one, "name");
            assert_eq!(text(one, "type"), "library", "{name}");
            assert!(
                ["required", "excluded"].contains(&text(one, "scope")),
                "{name}"
            );
            assert!(
                !text(&one["licenses"][0], "expression").is_empty(),
                "{name} has no licence"
            );
            if !name.starts_with("hygie-") {
                assert!(text(one, "purl").starts_with("pkg:cargo/"), "{name}");
                assert_eq!(
                    text(&one["hashes"][0], "content").len(),
                    64,
                    "{name} has no checksum"
                );
            }
            assert!(
                named.insert(text(one, "bom-ref").to_owned()),
                "{name} is named twice"
            );
            if text(one, "scope") == "required" {
                assert!(!text(one, "version").is_empty());
            }
        }
        let itself = text(&bill["metadata"]["component"], "bom-ref");
        named.insert(itself.to_owned());
        for (name, version) in tree(crate::root(), package, "normal").unwrap() {
            assert!(
                named.contains(&format!("{name}@{version}")),
                "{program} holds {name} {version}"
            );
        }
        for edge in bill["dependencies"].as_array().unwrap() {
            assert!(named.contains(text(edge, "ref")), "{edge}");
            for below in edge["dependsOn"].as_array().unwrap() {
                assert!(named.contains(below.as_str().unwrap()), "{edge}");
            }
        }
        println!("sbom: {program}: {} components", components.len());
    }
}
