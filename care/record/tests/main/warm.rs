//! Folders that stay in memory: what one path writes the next one sees, and ten minutes are the end.

use std::collections::BTreeSet;
use std::sync::Arc;

use hygie_notice::{PersonId, Subject};
use hygie_record::{Error, Item, Outcome};

use crate::world::{MINUTE, World, named, observation, query, search, text_of};

#[tokio::test]
async fn a_deposit_that_a_warm_reader_misses() {
    let world = World::new().await;
    let person = world.person().await;
    assert!(world.all(person, "Observation").await.is_empty());
    let item = world.observe(person, "pulse").await;
    assert_eq!(world.all(person, "Observation").await.len(), 1);
    let read = world
        .record
        .read(&world.holder(person), "Observation", item.id())
        .await
        .unwrap();
    assert_eq!(read.version, item.version);
    let entry = (
        None,
        named(
            "o",
            observation("urn:uuid:00000000-0000-4000-8000-000000000001", "imported"),
        ),
    );
    assert_eq!(world.outcomes(None, vec![entry]).await, [Outcome::Taken]);
    assert_eq!(world.all(person, "Observation").await.len(), 2);
}

#[tokio::test]
async fn a_consent_that_a_warm_reader_misses() {
    let world = World::new().await;
    let person = world.person().await;
    world.observe(person, "pulse").await;
    world.all(person, "Observation").await;
    world.authorise(person).await;
    let found = world
        .search(&world.doctor(), person, "Observation")
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(world.all(person, "Consent").await.len(), 1);
}

#[tokio::test]
async fn a_directory_entry_that_a_warm_reader_misses() {
    let world = World::new().await;
    assert!(
        world
            .listed(&world.doctor(), "Practitioner")
            .await
            .unwrap()
            .is_empty()
    );
    let content = crate::world::practitioner("10101010101", "Curie");
    world
        .deposit(&world.hospital(), "Practitioner", content)
        .await
        .unwrap();
    assert_eq!(
        world
            .listed(&world.doctor(), "Practitioner")
            .await
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_folder_that_stays_in_memory_for_ever() {
    let world = World::new().await;
    let person = world.person().await;
    world.observe(person, "pulse").await;
    assert_eq!(world.all(person, "Observation").await.len(), 1);
    // Whoever reads from memory does not notice that the store is gone.
    world.vault().forget(Subject::person(person)).await.unwrap();
    for _ in 0..2 {
        world.wait(5 * MINUTE);
        assert_eq!(world.all(person, "Observation").await.len(), 1);
    }
    // Ten minutes count from the opening, however often it was asked for since.
    world.wait(1);
    let outcome = world
        .search(&world.holder(person), person, "Observation")
        .await;
    assert!(matches!(
        outcome,
        Err(Error::Vault(hygie_vault::Error::RolledBack { .. }))
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn deposits_at_once_that_get_lost() {
    let world = World::new().await;
    let person = world.person().await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..48 {
        let (record, doctor, holder) = (world.record.clone(), world.doctor(), world.holder(person));
        tasks.spawn(async move {
            let content =
                observation(&format!("Patient/{person}"), &number.to_string()).to_string();
            let item = record
                .deposit(&doctor, "Observation", content.as_bytes(), None)
                .await
                .unwrap();
            // Acknowledged is visible, at once.
            record
                .read(&holder, "Observation", item.item.id())
                .await
                .unwrap();
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let expected: BTreeSet<String> = (0..48).map(|number| number.to_string()).collect();
    for record in [&*world.record, &world.restarted().await] {
        let found = search(record, &world.holder(person), person, "Observation")
            .await
            .unwrap();
        assert_eq!(found.len(), 48);
        assert_eq!(
            found
                .iter()
                .map(|item| text_of(item))
                .collect::<BTreeSet<_>>(),
            expected
        );
    }
}

#[tokio::test]
async fn a_folder_that_stays_in_memory_because_the_clock_was_set_back() {
    let world = World::new().await;
    let person = world.person().await;
    world.observe(person, "pulse").await;
    world.wait(60 * MINUTE);
    assert_eq!(world.all(person, "Observation").await.len(), 1);
    world.vault().forget(Subject::person(person)).await.unwrap();
    // Nobody may read on for an hour because the folder was opened in the future.
    world.back(30 * MINUTE);
    let outcome = world
        .search(&world.holder(person), person, "Observation")
        .await;
    assert!(matches!(
        outcome,
        Err(Error::Vault(hygie_vault::Error::RolledBack { .. }))
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_deposit_given_up_half_way_that_stops_the_next() {
    let world = World::new().await;
    let person = world.person().await;
    let mut acknowledged = BTreeSet::new();
    for number in 0..40_u64 {
        let content = observation(&format!("Patient/{person}"), &number.to_string()).to_string();
        let doctor = world.doctor();
        let deposit = world
            .record
            .deposit(&doctor, "Observation", content.as_bytes(), None);
        // The client hangs up after a while, each time a little later.
        let patience = std::time::Duration::from_micros(number * 400);
        if let Ok(done) = tokio::time::timeout(patience, deposit).await {
            done.unwrap();
            acknowledged.insert(number.to_string());
        }
    }
    world.observe(person, "last").await;
    for record in [&*world.record, &world.restarted().await] {
        let found = search(record, &world.holder(person), person, "Observation")
            .await
            .unwrap();
        let texts: Vec<String> = found.iter().map(|item| text_of(item)).collect();
        let distinct: BTreeSet<String> = texts.iter().cloned().collect();
        assert_eq!(distinct.len(), texts.len(), "nothing lands twice");
        assert!(
            acknowledged.is_subset(&distinct),
            "what was acknowledged is there"
        );
        assert_eq!(texts.last().unwrap(), "last");
    }
}

/// Texts of two records fit into this, and what is parsed of one of them, but not of both.
const FEW: usize = 150_000;

#[tokio::test]
async fn a_record_that_stays_in_memory_though_too_much_was_parsed() {
    let world = World::new().await;
    let mut persons = Vec::new();
    for _ in 0..2 {
        let person = world.person().await;
        for _ in 0..40 {
            world.observe(person, "pulse").await;
        }
        persons.push((person, world.observe(person, "pulse").await));
    }
    let few = world.restarted().await.keeping_warm(FEW);
    let read = async |(person, item): &(_, Arc<Item>)| {
        few.read(&world.holder(*person), "Observation", item.id())
            .await
    };
    for person in &persons {
        read(person).await.unwrap();
    }
    // Whoever reads from memory does not notice that the store is gone: both are there.
    let [one, other] = [0, 1].map(|place| &persons[place]);
    let vault = world.vault();
    vault.forget(Subject::person(one.0)).await.unwrap();
    vault.forget(Subject::person(other.0)).await.unwrap();
    for person in &persons {
        read(person).await.unwrap();
    }
    let searched = async |person: PersonId| {
        let query = query("Observation", &[("status", "final")]);
        few.search(&world.holder(person), person, &query).await
    };
    assert_eq!(searched(one.0).await.unwrap().matches.len(), 41);
    assert_eq!(searched(other.0).await.unwrap().matches.len(), 41);
    // The next request, whosoever it is, finds too much, and the longest unused goes.
    world.wait(1);
    read(other).await.unwrap();
    assert!(matches!(
        read(one).await,
        Err(Error::Vault(hygie_vault::Error::RolledBack { .. }))
    ));
}
