//! What comes a second time: the same, changed, or of another person under the same name.

use hygie_record::Outcome::{Already, Rejected, Taken};
use serde_json::{Value, json};

use crate::imports::find;
use crate::world::{World, insured, named, observation, patient, text_of};

/// Names that mean one resource in the whole world.
const P: &str = "urn:uuid:0d3b4c1e-7a52-4f2b-9c55-1e0f5a6b7c8d";
const O: &str = "urn:uuid:5f8e2a90-41c7-4d3e-8b1a-2c9d7e6f5a43";

fn family(name: &str) -> Value {
    let mut patient = patient();
    patient["name"][0]["family"] = json!(name);
    patient
}

/// What a system that numbers its records from 1 says of somebody.
fn numbered(name: &str) -> Vec<(Option<&'static str>, Value)> {
    vec![
        (None, named("1", family(name))),
        (None, named("1", observation("Patient/1", name))),
    ]
}

#[tokio::test]
async fn a_file_that_adds_something_the_second_time() {
    let world = World::new().await;
    let nameless = observation("urn:uuid:p", "nameless");
    let unit = || {
        vec![
            (Some("urn:uuid:p"), family("Durand")),
            (Some("urn:uuid:o"), observation("urn:uuid:p", "pulse")),
            (None, named("9", observation("urn:uuid:p", "numbered"))),
            (None, nameless.clone()),
        ]
    };
    for source in [None, Some("clinic")] {
        let world = if source.is_none() {
            &world
        } else {
            &World::new().await
        };
        assert_eq!(world.outcomes(source, unit()).await, [Taken; 4]);
        let person = find(world, "Durand").await;
        let before: Vec<(String, String)> = state(world, person).await;
        assert_eq!(world.outcomes(source, unit()).await, [Already; 4]);
        assert_eq!(state(world, person).await, before);
    }
}

/// Every item with its version.
async fn state(world: &World, person: hygie_notice::PersonId) -> Vec<(String, String)> {
    let items = world
        .record
        .everything(&world.holder(person), person, "everything")
        .await
        .unwrap();
    items
        .iter()
        .map(|item| (item.reference(), item.version.clone()))
        .collect()
}

#[tokio::test]
async fn a_changed_resource_that_becomes_a_second_one() {
    let world = World::new().await;
    let unit = |text: &str| vec![(Some(P), family("Durand")), (Some(O), observation(P, text))];
    assert_eq!(world.outcomes(None, unit("before")).await, [Taken; 2]);
    let person = find(&world, "Durand").await;
    let before = world.all(person, "Observation").await;
    assert_eq!(world.outcomes(None, unit("after")).await, [Already, Taken]);
    let after = world.all(person, "Observation").await;
    assert_eq!(after.len(), 1);
    assert_eq!(after[0].reference(), before[0].reference());
    assert_ne!(after[0].version, before[0].version);
    assert_eq!(text_of(&after[0]), "after");
}

#[tokio::test]
async fn two_people_who_are_both_patient_1() {
    let world = World::new().await;
    assert_eq!(world.outcomes(None, numbered("Abel")).await, [Taken; 2]);
    let taken = world.import(None, numbered("Berthe")).await;
    for taken in taken {
        assert_eq!(taken.outcome, Rejected);
        assert!(
            taken.reason.unwrap().contains("--source"),
            "the reason says what to do"
        );
    }
    let abel = find(&world, "Abel").await;
    assert_eq!(world.all(abel, "Observation").await.len(), 1);
    assert_eq!(
        world.outcomes(Some("other"), numbered("Berthe")).await,
        [Taken; 2]
    );
    assert_ne!(find(&world, "Berthe").await, abel);
}

#[tokio::test]
async fn an_observation_of_patient_1_of_another_system() {
    let world = World::new().await;
    assert_eq!(world.outcomes(None, numbered("Abel")).await, [Taken; 2]);
    // Nothing tells that this `Patient/1` is the one from before.
    let taken = world
        .import(
            None,
            vec![(None, named("2", observation("Patient/1", "whose")))],
        )
        .await;
    assert_eq!(taken[0].outcome, Rejected);
    assert_eq!(
        world
            .all(find(&world, "Abel").await, "Observation")
            .await
            .len(),
        1
    );
}

#[tokio::test]
async fn two_people_who_are_both_urn_uuid_p() {
    let world = World::new().await;
    let unit = |name: &str| {
        vec![
            (Some("urn:uuid:p"), family(name)),
            (Some("urn:uuid:o"), observation("urn:uuid:p", name)),
        ]
    };
    assert_eq!(world.outcomes(None, unit("Abel")).await, [Taken; 2]);
    assert_eq!(world.outcomes(None, unit("Berthe")).await, [Rejected; 2]);
    // Nor does a later line reach anybody by such a name.
    let later = vec![(Some(O), observation("urn:uuid:p", "whose"))];
    assert_eq!(world.outcomes(None, later).await, [Rejected]);
    let abel = find(&world, "Abel").await;
    assert_eq!(world.all(abel, "Observation").await.len(), 1);
}

#[tokio::test]
async fn a_named_sources_changed_patient_who_is_refused() {
    let world = World::new().await;
    assert_eq!(
        world.outcomes(Some("clinic"), numbered("Abel")).await,
        [Taken; 2]
    );
    assert_eq!(
        world.outcomes(Some("clinic"), numbered("Abelard")).await,
        [Taken; 2]
    );
    let persons = world.record.persons().await.unwrap();
    assert_eq!(persons.len(), 1);
    assert_eq!(
        world.all(persons[0], "Observation").await.len(),
        1,
        "a new version each"
    );
    assert_eq!(find(&world, "Abelard").await, persons[0]);
}

#[tokio::test]
async fn two_files_of_one_insured_that_add_to_each_other_for_ever() {
    let world = World::new().await;
    let file = |text: &str| {
        vec![
            (Some("urn:uuid:p"), insured("163127847704294", "Durand")),
            (None, named("1", observation("urn:uuid:p", text))),
        ]
    };
    // Both say `Observation/1`, of systems that nobody named: two resources.
    assert_eq!(world.outcomes(None, file("one")).await, [Taken, Taken]);
    assert_eq!(world.outcomes(None, file("two")).await, [Already, Taken]);
    for text in ["one", "two", "one"] {
        assert_eq!(
            world.outcomes(None, file(text)).await,
            [Already, Already],
            "{text}"
        );
    }
    let person = world.record.persons().await.unwrap()[0];
    assert_eq!(world.all(person, "Observation").await.len(), 2);
}

#[tokio::test]
async fn lines_of_a_later_run_that_find_nobody() {
    let world = World::new().await;
    let visit = json!({
        "resourceType": "Encounter",
        "status": "finished",
        "class": { "code": "AMB" },
        "subject": { "reference": "Patient/1" },
        "serviceProvider": { "reference": "Organization/3" },
    });
    let first = vec![
        (None, named("1", family("Durand"))),
        (None, named("2", visit)),
        (
            None,
            named(
                "3",
                json!({ "resourceType": "Organization", "name": "Clinic" }),
            ),
        ),
    ];
    world.import(Some("clinic"), first).await;
    let mut later = named("4", observation("Patient/1", "later"));
    later["encounter"] = json!({ "reference": "Encounter/2" });
    later["performer"] = json!([{ "reference": "Organization/3" }]);
    assert_eq!(
        world.outcomes(Some("clinic"), vec![(None, later)]).await,
        [Taken]
    );
    let person = find(&world, "Durand").await;
    let visit = &world.all(person, "Encounter").await[0];
    let later = &world.all(person, "Observation").await[0];
    let references: Vec<String> = later
        .resource()
        .references()
        .into_iter()
        .map(|(_, text)| text.to_owned())
        .collect();
    assert!(
        references.contains(&format!("Patient/{person}")),
        "{references:?}"
    );
    assert!(references.contains(&visit.reference()));
    let provider = visit
        .resource()
        .references()
        .into_iter()
        .find(|(place, _)| place.ends_with("serviceProvider"))
        .unwrap()
        .1;
    assert!(references.contains(&provider.to_owned()) && provider != "Organization/3");
    // Of another source it is somebody else.
    let other = vec![(None, named("5", observation("Patient/1", "other")))];
    assert_eq!(world.outcomes(Some("elsewhere"), other).await, [Rejected]);
}

#[tokio::test]
async fn entries_of_one_unit_that_share_a_name() {
    let world = World::new().await;
    let pulse = observation("urn:uuid:p", "pulse");
    let taken = world
        .import(
            None,
            vec![
                (Some("urn:uuid:p"), family("Durand")),
                (Some("urn:uuid:o"), pulse.clone()),
                (Some("urn:uuid:o"), pulse),
                (Some("urn:uuid:o"), observation("urn:uuid:p", "another")),
            ],
        )
        .await;
    let outcomes: Vec<_> = taken.iter().map(|taken| taken.outcome).collect();
    assert_eq!(outcomes, [Taken, Taken, Already, Rejected]);
    assert!(taken[3].reason.as_ref().unwrap().contains("fullUrl"));
}

#[tokio::test]
async fn a_relative_reference_that_may_mean_two_patients() {
    let world = World::new().await;
    let taken = world
        .import(
            None,
            vec![
                (
                    Some("http://a.example/fhir/Patient/1"),
                    named("1", family("Abel")),
                ),
                (
                    Some("http://b.example/fhir/Patient/1"),
                    named("1", family("Berthe")),
                ),
                (None, named("o", observation("Patient/1", "whose"))),
            ],
        )
        .await;
    assert_eq!(taken[2].outcome, Rejected, "guessing would mix two records");
}
