//! Taking everything along: what an export holds, and that it comes back the same.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use hygie_fhir::{Json, Limits, Resource, bundle};
use hygie_notice::PersonId;
use hygie_record::{ImportEntry, ImportUnit, Outcome};
use serde_json::json;

use crate::world::{World, named, observation, patient, practitioner};

const BASE: &str = "https://one.example/fhir";

/// The entries of an exported Bundle: fullUrl without the base, and resource.
fn entries(bundle: &[u8]) -> Vec<(String, Resource)> {
    let bundle = Json::parse(bundle, &Limits::default()).unwrap();
    assert_eq!(bundle.get("type").unwrap().as_str(), Some("collection"));
    let read = |entry: &Json| {
        let url = entry.get("fullUrl").unwrap().as_str().unwrap();
        let url = url.strip_prefix(&format!("{BASE}/")).unwrap().to_owned();
        (
            url,
            Resource::from_json(entry.get("resource").unwrap().clone()).unwrap(),
        )
    };
    bundle
        .get("entry")
        .unwrap()
        .items()
        .iter()
        .map(read)
        .collect()
}

async fn export(world: &World, person: PersonId) -> Vec<u8> {
    let bundle = world
        .record
        .export(&world.exporter(), person, BASE)
        .await
        .unwrap()
        .print();
    let whole = Resource::parse(&bundle, &Limits::default()).unwrap();
    assert_eq!(hygie_fhir::check(&whole), []);
    bundle
}

/// Imports a bundle's text as one unit of no named source; all of it must be taken.
async fn import(world: &World, text: &[u8]) -> PersonId {
    let found = bundle::entries(text, &Limits::default()).unwrap();
    let entries = found
        .entries
        .iter()
        .enumerate()
        .map(|(entry, found)| ImportEntry {
            entry,
            url: found.full_url.clone(),
            resource: String::from_utf8(found.bytes.to_vec()).unwrap(),
        });
    let unit = ImportUnit {
        source: "unnamed".to_owned(),
        named_source: false,
        entries: entries.collect(),
    };
    let taken = world.record.import(&world.importer(), unit).await.unwrap();
    assert_eq!(taken.len(), found.entries.len());
    for taken in taken {
        assert!(
            matches!(taken.outcome, Outcome::Taken | Outcome::Directory),
            "{taken:?}"
        );
    }
    *world.record.persons().await.unwrap().last().unwrap()
}

/// Whether both hold the same, entry by entry, when references are renamed one to one.
fn assert_same(first: &[(String, Resource)], second: &[(String, Resource)]) {
    assert_eq!(first.len(), second.len());
    let mut names: HashMap<&str, &str> = HashMap::new();
    for ((ours, _), (theirs, _)) in first.iter().zip(second) {
        assert!(names.insert(ours, theirs).is_none(), "one fullUrl twice");
    }
    let mut met = 0;
    for ((ours, first), (_, second)) in first.iter().zip(second) {
        let same = first.semantic_eq(second, |ours, theirs| {
            met += 1;
            names.get(ours).copied().unwrap_or(ours) == theirs
        });
        assert!(same, "{ours} is not the same");
    }
    assert!(met > 0, "references were compared");
}

#[tokio::test]
async fn an_export_that_leaves_something_out() {
    let world = World::new().await;
    let role = json!({
        "resourceType": "PractitionerRole",
        "practitioner": { "reference": "urn:uuid:d" },
        "organization": { "reference": "urn:uuid:h" },
    });
    let mut pulse = observation("urn:uuid:p", "pulse");
    pulse["performer"] = json!([{ "reference": "urn:uuid:r" }]);
    let unit = vec![
        (
            Some("urn:uuid:h"),
            json!({ "resourceType": "Organization", "name": "H", "partOf": { "reference": "urn:uuid:g" } }),
        ),
        (
            Some("urn:uuid:g"),
            json!({ "resourceType": "Organization", "name": "G" }),
        ),
        (
            Some("urn:uuid:other"),
            json!({ "resourceType": "Organization", "name": "nobody's" }),
        ),
        (Some("urn:uuid:d"), practitioner("10101010101", "Curie")),
        (Some("urn:uuid:r"), role),
        (Some("urn:uuid:p"), patient()),
        (Some("urn:uuid:o"), pulse),
    ];
    world.import(None, unit).await;
    let person = world.record.persons().await.unwrap()[0];
    world.observe(person, "deposited").await;
    world.authorise(person).await;
    let found = entries(&export(&world, person).await);
    let mut kinds: Vec<&str> = found.iter().map(|(_, resource)| resource.kind()).collect();
    kinds.sort_unstable();
    let expected = [
        "Consent",
        "Observation",
        "Observation",
        "Organization",
        "Organization",
        "Patient",
        "Practitioner",
        "PractitionerRole",
    ];
    assert_eq!(
        kinds, expected,
        "all of the person's, and what it refers to in the directory, no more"
    );
    let urls: HashSet<&str> = found.iter().map(|(url, _)| url.as_str()).collect();
    for (url, resource) in &found {
        assert_eq!(
            *url,
            format!("{}/{}", resource.kind(), resource.id().unwrap())
        );
        for (place, reference) in resource.references() {
            // A Consent names its reader by number alone.
            assert!(
                urls.contains(reference),
                "{url}: {place} leads out of the bundle"
            );
        }
    }
}

#[tokio::test]
async fn a_round_trip_that_changes_something() {
    let (one, two) = (World::new().await, World::new().await);
    let mut pulse = observation("urn:uuid:p", "pulse");
    pulse["performer"] = json!([{ "reference": "urn:uuid:d" }]);
    pulse["contained"] = json!([{ "resourceType": "Device", "id": "cuff" }]);
    pulse["device"] = json!({ "reference": "#cuff" });
    let unit = vec![
        (Some("urn:uuid:p"), named("p", patient())),
        (Some("urn:uuid:d"), practitioner("10101010101", "Curie")),
        (Some("urn:uuid:o"), pulse),
    ];
    one.import(None, unit).await;
    let person = one.record.persons().await.unwrap()[0];
    one.observe(person, "deposited").await;
    let first = export(&one, person).await;
    let again = import(&two, &first).await;
    assert_ne!(again, person, "a new home, a new person");
    let second = export(&two, again).await;
    assert_same(&entries(&first), &entries(&second));
    // And what came out goes in a second time without a trace.
    let unit = entries(&second).len();
    let text = String::from_utf8(second).unwrap();
    let found = bundle::entries(text.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(found.entries.len(), unit);
}

#[tokio::test]
async fn decimals_and_extensions_that_do_not_survive() {
    let (one, two) = (World::new().await, World::new().await);
    let text = r#"{"resourceType":"Observation","status":"final","code":{"text":"x"},
        "subject":{"reference":"urn:uuid:p"},"_status":{"extension":[{"url":"http://example.org/e","valueDecimal":1.00}]},
        "valueQuantity":{"value":0.010,"unit":"mmol/l"}}"#;
    let entry = |entry, url: &str, resource: String| ImportEntry {
        entry,
        url: Some(url.to_owned()),
        resource,
    };
    let entries_in = vec![
        entry(0, "urn:uuid:p", patient().to_string()),
        entry(1, "urn:uuid:o", text.to_owned()),
    ];
    let unit = ImportUnit {
        source: "unnamed".to_owned(),
        named_source: false,
        entries: entries_in,
    };
    one.record.import(&one.importer(), unit).await.unwrap();
    let person = one.record.persons().await.unwrap()[0];
    let first = export(&one, person).await;
    let again = import(&two, &first).await;
    let second = export(&two, again).await;
    for export in [first, second] {
        let text = String::from_utf8(export).unwrap();
        assert!(
            text.contains(r#""valueDecimal":1.00}"#) && text.contains(r#""value":0.010,"#),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_synthea_bundle_that_comes_back_changed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/synthea");
    let Ok(listing) = std::fs::read_dir(folder) else {
        println!("skipped: a_synthea_bundle_that_comes_back_changed (no ../shared)");
        return;
    };
    // The smallest is enough here; the journeys take all of them.
    let files = listing.map(|file| file.unwrap().path());
    let smallest = files
        .min_by_key(|path| std::fs::metadata(path).unwrap().len())
        .unwrap();
    let text = std::fs::read(smallest).unwrap();
    let (one, two) = (World::new().await, World::new().await);
    let person = import(&one, &text).await;
    let first = export(&one, person).await;
    let again = import(&two, &first).await;
    let second = export(&two, again).await;
    assert_same(&entries(&first), &entries(&second));
}

#[tokio::test]
async fn an_export_for_somebody_else() {
    let world = World::new().await;
    let (person, other) = (world.person().await, world.person().await);
    world.authorise(person).await;
    for caller in [world.doctor(), world.hospital(), world.holder(other)] {
        assert!(
            world.record.export(&caller, person, BASE).await.is_err(),
            "{:?}",
            caller.actor
        );
    }
}
