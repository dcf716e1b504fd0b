//! Whose record an imported resource goes to.

use std::collections::BTreeSet;

use hygie_notice::PersonId;
use hygie_record::Outcome::{Directory, Rejected, Taken};
use serde_json::{Value, json};

use crate::world::{World, insured, named, observation, patient, text_of};

/// A Patient whose only word is a family name.
fn family(name: &str) -> Value {
    let mut patient = patient();
    patient["name"][0]["family"] = json!(name);
    patient
}

fn request(subject: &str, medication: &str) -> Value {
    json!({
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "medicationReference": { "reference": medication },
        "subject": { "reference": subject },
    })
}

fn medication(code: &str) -> Value {
    json!({ "resourceType": "Medication", "code": { "text": code } })
}

/// The person of this family name.
pub async fn find(world: &World, name: &str) -> PersonId {
    for person in world.record.persons().await.unwrap() {
        let patients = world.all(person, "Patient").await;
        let said = patients.iter().any(|item| {
            String::from_utf8(item.resource().print())
                .unwrap()
                .contains(name)
        });
        if said {
            return person;
        }
    }
    panic!("nobody of this name");
}

async fn texts(world: &World, person: PersonId, kind: &str) -> Vec<String> {
    world
        .all(person, kind)
        .await
        .iter()
        .map(|item| text_of(item))
        .collect()
}

/// The one reference of an element.
fn reference(item: &hygie_record::Item, element: &str) -> String {
    let references = item.resource().references();
    let found = references
        .iter()
        .find(|(place, _)| place.ends_with(element))
        .unwrap();
    found.1.to_owned()
}

#[tokio::test]
async fn a_bundle_of_one_person_that_falls_apart() {
    let world = World::new().await;
    let mut visit = json!({
        "resourceType": "Encounter",
        "status": "finished",
        "class": { "code": "AMB" },
        "subject": { "reference": "urn:uuid:p" },
        "serviceProvider": { "reference": "urn:uuid:h" },
    });
    visit["id"] = json!("e");
    let mut pulse = observation("Patient/p", "pulse");
    pulse["encounter"] = json!({ "reference": "urn:uuid:e" });
    let outcomes = world
        .outcomes(
            None,
            vec![
                (Some("urn:uuid:o"), pulse),
                (Some("urn:uuid:p"), named("p", family("Durand"))),
                (Some("urn:uuid:e"), visit),
                (
                    Some("urn:uuid:h"),
                    json!({ "resourceType": "Organization", "name": "Hospital" }),
                ),
            ],
        )
        .await;
    assert_eq!(outcomes, [Taken, Taken, Taken, Directory]);
    let person = find(&world, "Durand").await;
    let visit = &world.all(person, "Encounter").await[0];
    let pulse = &world.all(person, "Observation").await[0];
    assert_eq!(reference(pulse, "subject"), format!("Patient/{person}"));
    assert_eq!(reference(pulse, "encounter"), visit.reference());
    let hospital = reference(visit, "serviceProvider");
    let (kind, id) = hospital.split_once('/').unwrap();
    world
        .record
        .read(&world.holder(person), kind, id)
        .await
        .unwrap();
    for item in [visit, pulse] {
        let id = item.id();
        assert!(
            id.starts_with(&format!("{person}-")) && id.len() == 40,
            "{id}"
        );
        assert_eq!(hygie_record::person_in(id), Some(person));
    }
}

#[tokio::test]
async fn two_persons_of_one_bundle_in_one_record() {
    let world = World::new().await;
    let outcomes = world
        .outcomes(
            None,
            vec![
                (Some("urn:uuid:a"), family("Abel")),
                (Some("urn:uuid:1"), observation("urn:uuid:a", "abel's")),
                (Some("urn:uuid:2"), observation("urn:uuid:b", "berthe's")),
                (Some("urn:uuid:b"), family("Berthe")),
            ],
        )
        .await;
    assert_eq!(outcomes, [Taken; 4]);
    let (abel, berthe) = (find(&world, "Abel").await, find(&world, "Berthe").await);
    assert_ne!(abel, berthe);
    assert_eq!(texts(&world, abel, "Observation").await, ["abel's"]);
    assert_eq!(texts(&world, berthe, "Observation").await, ["berthe's"]);
}

#[tokio::test]
async fn a_medication_that_only_one_of_two_persons_keeps() {
    let world = World::new().await;
    let run = |first: &'static str, second: &'static str| {
        vec![
            (Some(first), request("urn:uuid:a", "urn:uuid:m")),
            (Some(second), request("urn:uuid:b", "urn:uuid:m")),
        ]
    };
    let mut entries = run("urn:uuid:1", "urn:uuid:2");
    entries.push((Some("urn:uuid:m"), medication("aspirin")));
    entries.push((Some("urn:uuid:a"), family("Abel")));
    entries.push((Some("urn:uuid:b"), family("Berthe")));
    assert_eq!(world.outcomes(Some("clinic"), entries).await, [Taken; 5]);
    // A later run that refers to it only: each to the copy in his own record.
    assert_eq!(
        world
            .outcomes(Some("clinic"), run("urn:uuid:3", "urn:uuid:4"))
            .await,
        [Taken; 2]
    );
    for name in ["Abel", "Berthe"] {
        let person = find(&world, name).await;
        let own = world.all(person, "Medication").await;
        assert_eq!(own.len(), 1);
        let requests = world.all(person, "MedicationRequest").await;
        assert_eq!(requests.len(), 2);
        for request in requests {
            assert_eq!(reference(&request, "medication"), own[0].reference());
            assert_eq!(reference(&request, "subject"), format!("Patient/{person}"));
        }
    }
}

#[tokio::test]
async fn resources_without_a_patient_that_are_lost() {
    let world = World::new().await;
    let document = json!({
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": { "reference": "urn:uuid:a" },
        "content": [{ "attachment": { "title": "report" } }],
        "related": [],
    });
    let mut document = document;
    document.as_object_mut().unwrap().remove("related");
    document["context"] = json!({ "related": [{ "reference": "urn:uuid:x" }] });
    // x is referred to, y refers, z is two steps away.
    let outcomes = world
        .outcomes(
            None,
            vec![
                (
                    Some("urn:uuid:z"),
                    json!({ "resourceType": "Substance", "code": { "text": "z" } }),
                ),
                (Some("urn:uuid:y"), {
                    let mut y = medication("y");
                    y["ingredient"] = json!([{ "itemReference": { "reference": "urn:uuid:z" } }]);
                    y
                }),
                (Some("urn:uuid:x"), medication("x")),
                (Some("urn:uuid:d"), document),
                (Some("urn:uuid:r"), request("urn:uuid:b", "urn:uuid:y")),
                (Some("urn:uuid:a"), family("Abel")),
                (Some("urn:uuid:b"), family("Berthe")),
            ],
        )
        .await;
    assert_eq!(outcomes, [Taken; 7]);
    let (abel, berthe) = (find(&world, "Abel").await, find(&world, "Berthe").await);
    assert_eq!(texts(&world, abel, "Medication").await, ["x"]);
    assert_eq!(texts(&world, berthe, "Medication").await, ["y"]);
    assert_eq!(texts(&world, berthe, "Substance").await, ["z"]);
}

#[tokio::test]
async fn a_loose_resource_of_a_unit_with_one_person_and_with_two() {
    let world = World::new().await;
    let one = vec![
        (Some("urn:uuid:m"), medication("loose")),
        (Some("urn:uuid:a"), family("Abel")),
    ];
    assert_eq!(world.outcomes(None, one).await, [Taken; 2]);
    let two = vec![
        (Some("urn:uuid:n"), medication("loose")),
        (Some("urn:uuid:b"), family("Berthe")),
        (Some("urn:uuid:c"), family("Chloe")),
    ];
    assert_eq!(world.outcomes(None, two).await, [Rejected, Taken, Taken]);
}

#[tokio::test]
async fn a_strangers_observation_in_the_only_persons_record() {
    let world = World::new().await;
    let entries = vec![
        (Some("urn:uuid:a"), family("Abel")),
        (Some("urn:uuid:1"), observation("urn:uuid:nobody", "1")),
        (None, named("2", observation("Patient/nobody", "2"))),
        (
            None,
            named(
                "3",
                observation("http://elsewhere.example/fhir/Patient/9", "3"),
            ),
        ),
        (
            None,
            named("4", observation("http://elsewhere.example/persons/9", "4")),
        ),
        (None, named("5", observation("Patient?identifier=9", "5"))),
    ];
    let taken = world.import(None, entries).await;
    for taken in &taken[1..] {
        assert_eq!(taken.outcome, Rejected, "{}", taken.entry);
        assert!(
            taken
                .reason
                .as_ref()
                .unwrap()
                .contains("belongs to no person"),
            "{:?}",
            taken.reason
        );
    }
    let person = find(&world, "Abel").await;
    assert!(world.all(person, "Observation").await.is_empty());
}

#[tokio::test]
async fn a_performer_who_is_taken_for_the_patient() {
    let world = World::new().await;
    // The author comes as `urn:uuid`, which tells no type: only the unit does.
    let entries = vec![
        (Some("urn:uuid:a"), family("Abel")),
        (
            Some("urn:uuid:doctor"),
            crate::world::practitioner("10101010101", "Curie"),
        ),
        (
            Some("urn:uuid:v"),
            json!({
                "resourceType": "Encounter",
                "status": "finished",
                "class": { "code": "AMB" },
                "subject": { "reference": "urn:uuid:a" },
            }),
        ),
        (Some("urn:uuid:o"), {
            let mut observation = observation("urn:uuid:a", "pulse");
            observation.as_object_mut().unwrap().remove("subject");
            observation["performer"] = json!([{ "reference": "urn:uuid:doctor" }]);
            observation["encounter"] = json!({ "reference": "urn:uuid:v" });
            observation
        }),
    ];
    assert_eq!(
        world.outcomes(None, entries).await,
        [Taken, Directory, Taken, Taken]
    );
}

#[tokio::test]
async fn one_person_whom_two_sources_make_two() {
    let world = World::new().await;
    let ins = "163127847704294";
    let first = vec![
        (Some("urn:uuid:1"), insured(ins, "Durand")),
        (Some("urn:uuid:2"), observation("urn:uuid:1", "one")),
    ];
    let second = vec![
        (None, named("7", insured(ins, "Durant"))),
        (None, named("8", observation("Patient/7", "two"))),
    ];
    assert_eq!(world.outcomes(Some("hospital"), first).await, [Taken; 2]);
    assert_eq!(world.outcomes(Some("clinic"), second).await, [Taken; 2]);
    let persons = world.record.persons().await.unwrap();
    assert_eq!(persons.len(), 1);
    assert_eq!(
        texts(&world, persons[0], "Observation").await,
        ["one", "two"]
    );
    assert_eq!(world.all(persons[0], "Patient").await.len(), 1);
}

#[tokio::test]
async fn strangers_who_share_a_placeholder_for_an_ins() {
    let world = World::new().await;
    for (url, name, ins) in [
        ("urn:uuid:a", "Abel", "unknown"),
        ("urn:uuid:b", "Berthe", "unknown"),
        ("urn:uuid:c", "Chloe", "0"),
        ("urn:uuid:d", "Denis", "0"),
    ] {
        assert_eq!(
            world
                .outcomes(None, vec![(Some(url), insured(ins, name))])
                .await,
            [Taken]
        );
    }
    assert_eq!(world.record.persons().await.unwrap().len(), 4);
}

#[tokio::test]
async fn one_patient_with_the_numbers_of_two_persons() {
    let world = World::new().await;
    let (abel, berthe) = ("163127847704294", "262087503203977");
    for (url, ins, name) in [
        ("urn:uuid:a", abel, "Abel"),
        ("urn:uuid:b", berthe, "Berthe"),
    ] {
        assert_eq!(
            world
                .outcomes(None, vec![(Some(url), insured(ins, name))])
                .await,
            [Taken]
        );
    }
    let mut both = insured(abel, "Both");
    both["identifier"] = json!([both["identifier"][0], insured(berthe, "")["identifier"][0]]);
    let taken = world
        .import(
            None,
            vec![
                (Some("urn:uuid:c"), both),
                (Some("urn:uuid:d"), observation("urn:uuid:c", "whose")),
            ],
        )
        .await;
    assert_eq!(
        [taken[0].outcome, taken[1].outcome],
        [Rejected; 2],
        "guessing would mix two records"
    );
    for name in ["Abel", "Berthe"] {
        let person = find(&world, name).await;
        assert!(world.all(person, "Observation").await.is_empty());
    }
}

#[tokio::test]
async fn many_imports_of_one_person_at_once() {
    let world = World::new().await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..12 {
        let (record, caller) = (world.record.clone(), world.importer());
        let url = format!("urn:uuid:o{number}");
        let entries = vec![
            (Some("urn:uuid:p"), insured("163127847704294", "Durand")),
            (
                Some(url.as_str()),
                observation("urn:uuid:p", &number.to_string()),
            ),
        ];
        let unit = crate::world::unit(Some("hospital"), entries);
        tasks.spawn(async move { record.import(&caller, unit).await.unwrap() });
    }
    tasks.join_all().await;
    let persons = world.record.persons().await.unwrap();
    assert_eq!(persons.len(), 1);
    let texts: BTreeSet<String> = texts(&world, persons[0], "Observation")
        .await
        .into_iter()
        .collect();
    assert_eq!(texts.len(), 12);
}
