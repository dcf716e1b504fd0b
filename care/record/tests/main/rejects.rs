//! What an import refuses, and that a bad entry spoils no other.

use hygie_record::Outcome::{self, Rejected, Taken};
use hygie_record::{ImportEntry, ImportUnit};
use serde_json::json;

use crate::imports::find;
use crate::world::{World, named, observation, patient, practitioner};

#[tokio::test]
async fn a_reference_to_an_entry_that_is_not_there() {
    let world = World::new().await;
    let mut hanging = observation("urn:uuid:p", "hanging");
    hanging["encounter"] = json!({ "reference": "urn:uuid:nowhere" });
    let mut second = observation("urn:uuid:p", "refers to the rejected");
    second["hasMember"] = json!([{ "reference": "urn:uuid:o" }, { "reference": "urn:uuid:p2" }]);
    let mut third = observation("urn:uuid:p", "refers to what refers to it");
    third["hasMember"] = json!([{ "reference": "urn:uuid:o2" }]);
    let taken = world
        .import(
            None,
            vec![
                (Some("urn:uuid:p"), patient()),
                (Some("urn:uuid:o3"), third),
                (Some("urn:uuid:o2"), second),
                (Some("urn:uuid:o"), hanging),
                (Some("urn:uuid:p2"), observation("urn:uuid:p", "sound")),
            ],
        )
        .await;
    let outcomes: Vec<Outcome> = taken.iter().map(|taken| taken.outcome).collect();
    assert_eq!(outcomes, [Taken, Rejected, Rejected, Rejected, Taken]);
    let places: Vec<&str> = taken[1..4]
        .iter()
        .map(|taken| taken.place.as_deref().unwrap())
        .collect();
    assert_eq!(
        places,
        [
            "Observation.hasMember[0]",
            "Observation.hasMember[0]",
            "Observation.encounter"
        ]
    );
}

#[tokio::test]
async fn a_rejected_patient_whose_record_is_made_all_the_same() {
    let world = World::new().await;
    let mut hanging = named("p", patient());
    hanging["generalPractitioner"] = json!([{ "reference": "urn:uuid:nowhere" }]);
    let taken = world
        .import(
            None,
            vec![
                (Some("urn:uuid:p"), hanging),
                (Some("urn:uuid:o"), observation("urn:uuid:p", "by fullUrl")),
                (Some("urn:uuid:o2"), observation("Patient/p", "by id")),
            ],
        )
        .await;
    let outcomes: Vec<Outcome> = taken.iter().map(|taken| taken.outcome).collect();
    assert_eq!(outcomes, [Rejected; 3]);
    assert!(world.record.persons().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_directory_entry_that_hangs_in_the_air() {
    let world = World::new().await;
    let role = json!({
        "resourceType": "PractitionerRole",
        "practitioner": { "reference": "urn:uuid:gone" },
    });
    let taken = world
        .import(
            None,
            vec![
                (Some("urn:uuid:role"), role),
                (
                    Some("urn:uuid:doctor"),
                    practitioner("10101010101", "Curie"),
                ),
                (Some("urn:uuid:p"), patient()),
                (Some("urn:uuid:o"), {
                    let mut observation = observation("urn:uuid:p", "pulse");
                    observation["performer"] = json!([{ "reference": "urn:uuid:role" }]);
                    observation
                }),
            ],
        )
        .await;
    let outcomes: Vec<Outcome> = taken.iter().map(|taken| taken.outcome).collect();
    assert_eq!(outcomes, [Rejected, Outcome::Directory, Taken, Rejected]);
    assert_eq!(
        taken[0].place.as_deref(),
        Some("PractitionerRole.practitioner")
    );
    assert_eq!(taken[3].place.as_deref(), Some("Observation.performer[0]"));
}

#[tokio::test]
async fn bad_entries_that_spoil_the_good_ones() {
    let world = World::new().await;
    let good = [
        (Some("urn:uuid:p"), patient().to_string()),
        (
            Some("urn:uuid:o"),
            observation("urn:uuid:p", "sound").to_string(),
        ),
    ];
    let bad = [
        "",
        "not json",
        "[]",
        "{}",
        r#"{"resourceType":"Pulse"}"#,
        r#"{"resourceType":"Patient","birthDate":"2020-02-31"}"#,
        r#"{"resourceType":"Patient","id":"1","id":"2"}"#,
        r#"{"resourceType":"Patient","resourceType":"Patient"}"#,
        r#"{"resourceType":"Patient","active":"yes"}"#,
        r#"{"resourceType":"Patient","unknown":1}"#,
        r#"{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Medication/1"}}"#,
        r#"{"resourceType":"Observation","subject":{"reference":"urn:uuid:p"}}"#,
        "{\"resourceType\":\"Patient\",\"id\":\"\u{0}\"}",
    ];
    let all = bad
        .iter()
        .map(|text| (None, (*text).to_owned()))
        .chain(good);
    let entries = all
        .enumerate()
        .map(|(entry, (url, resource))| ImportEntry {
            entry,
            url: url.map(str::to_owned),
            resource,
        })
        .collect();
    let unit = ImportUnit {
        source: "s".to_owned(),
        named_source: true,
        entries,
    };
    let taken = world.record.import(&world.importer(), unit).await.unwrap();
    assert_eq!(taken.len(), bad.len() + 2);
    for answer in &taken {
        let expected = if answer.entry < bad.len() {
            Rejected
        } else {
            Taken
        };
        assert_eq!(answer.outcome, expected, "{}", answer.entry);
        assert_eq!(answer.reason.is_some(), expected == Rejected);
    }
    let person = find(&world, "Durand").await;
    assert_eq!(world.all(person, "Observation").await.len(), 1);
}

#[tokio::test]
async fn names_too_long_for_the_keeper_that_stop_the_whole_unit() {
    let world = World::new().await;
    let long = "9".repeat(3_000);
    let url = format!("http://example.org/{long}");
    let (subject, number) = (
        format!("http://example.org/Patient/x{long}"),
        crate::world::insured(&long, "Long"),
    );
    let taken = world
        .import(
            None,
            vec![
                (Some("urn:uuid:p"), patient()),
                (Some(&url), patient()),
                (Some("urn:uuid:q"), number),
                (Some("urn:uuid:o"), observation(&subject, "whose")),
                (Some("urn:uuid:o2"), observation("urn:uuid:p", "sound")),
            ],
        )
        .await;
    let outcomes: Vec<Outcome> = taken.iter().map(|taken| taken.outcome).collect();
    assert_eq!(outcomes, [Taken, Taken, Taken, Rejected, Taken]);
}

#[tokio::test]
async fn an_import_by_somebody_who_is_not_the_operator() {
    let world = World::new().await;
    let person = world.person().await;
    let entries = || {
        vec![
            (Some("urn:uuid:new"), patient()),
            (Some("urn:uuid:o"), observation("urn:uuid:new", "x")),
        ]
    };
    for caller in [
        world.doctor(),
        world.hospital(),
        world.holder(person),
        world.exporter(),
    ] {
        let unit = crate::world::unit(None, entries());
        let outcome = world.record.import(&caller, unit).await;
        let none_taken = outcome.as_ref().map_or(true, |taken| {
            taken.iter().all(|taken| taken.outcome == Rejected)
        });
        assert!(none_taken, "{:?}", caller.actor);
        assert_eq!(world.record.persons().await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn an_empty_unit() {
    let world = World::new().await;
    assert!(world.import(None, Vec::new()).await.is_empty());
}
