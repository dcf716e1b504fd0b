//! The directory: who works where, merged by national identifier only.

use hygie_record::{Error, Outcome};
use serde_json::{Value, json};

use crate::world::{DOCTOR, World, is_refused, named, patient, practitioner, query};

fn organization(name: &str) -> Value {
    json!({ "resourceType": "Organization", "name": name })
}

async fn families(world: &World) -> Vec<String> {
    let found = world.listed(&world.doctor(), "Practitioner").await.unwrap();
    found
        .iter()
        .map(|item| {
            let name = &item.resource().json().get("name").unwrap().items()[0];
            name.get("family").unwrap().as_str().unwrap().to_owned()
        })
        .collect()
}

#[tokio::test]
async fn a_deposit_that_overwrites_an_entry() {
    let world = World::new().await;
    let first = world
        .deposit(
            &world.hospital(),
            "Practitioner",
            practitioner(DOCTOR, "Curie"),
        )
        .await
        .unwrap();
    let second = world
        .deposit(
            &world.doctor(),
            "Practitioner",
            practitioner(DOCTOR, "Mallory"),
        )
        .await
        .unwrap();
    assert_eq!(first.reference(), second.reference());
    assert_eq!(first.version, second.version);
    assert_eq!(families(&world).await, ["Curie"]);
}

#[tokio::test]
async fn an_import_that_overwrites_an_entry() {
    let world = World::new().await;
    world
        .deposit(
            &world.hospital(),
            "Practitioner",
            practitioner(DOCTOR, "Curie"),
        )
        .await
        .unwrap();
    for source in [None, Some("clinic")] {
        let entry = (Some("urn:uuid:1"), practitioner(DOCTOR, "Mallory"));
        assert_eq!(
            world.outcomes(source, vec![entry]).await,
            [Outcome::Already]
        );
    }
    assert_eq!(families(&world).await, ["Curie"]);
}

#[tokio::test]
async fn two_doctors_who_are_merged_for_their_name() {
    let world = World::new().await;
    for rpps in [DOCTOR, "10202020202"] {
        world
            .deposit(
                &world.hospital(),
                "Practitioner",
                practitioner(rpps, "Martin"),
            )
            .await
            .unwrap();
    }
    let mut local = practitioner("1", "Martin");
    local["identifier"][0]["system"] = json!("http://clinic.example/staff");
    for _ in 0..2 {
        world
            .deposit(&world.hospital(), "Practitioner", local.clone())
            .await
            .unwrap();
    }
    assert_eq!(families(&world).await.len(), 4);
}

#[tokio::test]
async fn one_doctor_twice_in_a_unit() {
    let world = World::new().await;
    let entries = vec![
        (Some("urn:uuid:a"), practitioner(DOCTOR, "Curie")),
        (Some("urn:uuid:b"), practitioner(DOCTOR, "Curie-Joliot")),
        (Some("urn:uuid:p"), patient()),
        (Some("urn:uuid:o"), {
            let mut observation = crate::world::observation("urn:uuid:p", "pulse");
            observation["performer"] = json!([{ "reference": "urn:uuid:b" }]);
            observation
        }),
    ];
    let outcomes = world.outcomes(None, entries).await;
    assert_eq!(
        outcomes,
        [
            Outcome::Directory,
            Outcome::Already,
            Outcome::Taken,
            Outcome::Taken
        ]
    );
    assert_eq!(families(&world).await, ["Curie"]);
    let person = world.record.persons().await.unwrap()[0];
    let observation = &world.all(person, "Observation").await[0];
    let performer = observation
        .resource()
        .references()
        .into_iter()
        .find(|(place, _)| place.contains("performer"));
    let listed = world.listed(&world.doctor(), "Practitioner").await.unwrap();
    assert_eq!(performer.unwrap().1, listed[0].reference());
}

#[tokio::test]
async fn the_same_import_that_adds_again() {
    let world = World::new().await;
    let unit = |name: &str| {
        vec![
            (Some("urn:uuid:h"), organization(name)),
            (None, named("h2", organization("other"))),
        ]
    };
    assert_eq!(
        world.outcomes(None, unit("first")).await,
        [Outcome::Directory; 2]
    );
    assert_eq!(
        world.outcomes(None, unit("first")).await,
        [Outcome::Already; 2]
    );
    assert_eq!(
        world.outcomes(None, unit("changed")).await,
        [Outcome::Directory, Outcome::Already]
    );
    // An older file again is still nothing new.
    assert_eq!(
        world.outcomes(None, unit("first")).await,
        [Outcome::Already; 2]
    );
    assert_eq!(
        world.outcomes(None, unit("changed")).await,
        [Outcome::Already; 2]
    );
    let listed = world.listed(&world.doctor(), "Organization").await.unwrap();
    assert_eq!(listed.len(), 3);
}

#[tokio::test]
async fn a_holder_who_cannot_look_a_doctor_up() {
    let world = World::new().await;
    let person = world.person().await;
    let item = world
        .deposit(
            &world.hospital(),
            "Practitioner",
            practitioner(DOCTOR, "Curie"),
        )
        .await
        .unwrap();
    let id = item.id();
    world
        .record
        .read(&world.holder(person), "Practitioner", id)
        .await
        .unwrap();
    let by_number = query("Practitioner", &[("identifier", DOCTOR)]);
    assert_eq!(
        world
            .record
            .search_directory(&world.holder(person), &by_number)
            .await
            .unwrap()
            .matches
            .len(),
        1
    );
    is_refused(
        world
            .deposit(
                &world.holder(person),
                "Practitioner",
                practitioner(DOCTOR, "Me"),
            )
            .await,
    );
    let outcome = world
        .record
        .read(&world.holder(person), "Organization", id)
        .await;
    assert!(matches!(outcome, Err(Error::NotFound)), "the type counts");
}

#[tokio::test]
async fn many_deposits_of_one_doctor_at_once() {
    let world = World::new().await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (record, caller) = (world.record.clone(), world.hospital());
        let content = practitioner(DOCTOR, "Curie").to_string();
        tasks.spawn(async move {
            record
                .deposit(&caller, "Practitioner", content.as_bytes(), None)
                .await
                .unwrap()
                .item
                .reference()
        });
    }
    let references: std::collections::HashSet<String> =
        tasks.join_all().await.into_iter().collect();
    assert_eq!(references.len(), 1);
}
