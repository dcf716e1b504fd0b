//! Look-ups by identifier: a keyed hash, bound once, asked for at a limited rate.

use hygie_keeper::notice::wire::Failure;
use hygie_keeper::notice::{PersonId, Subject, SystemEntropy};

use crate::world::{World, failure, is_notice};

const DOMAIN: &str = "urn:oid:1.2.250.1.213.1.4.8";
const VALUE: &str = "255069930412345-canary";

fn somebody() -> Subject {
    Subject::person(PersonId::random(&SystemEntropy))
}

#[tokio::test]
async fn one_identifier_is_never_bound_to_two_subjects() {
    let world = World::new();
    let keeper = world.start().await;
    let token = world.operator();
    assert_eq!(
        keeper
            .client
            .tag(&token, DOMAIN, VALUE, None)
            .await
            .unwrap(),
        None
    );
    let races = (0..40).map(|_| {
        let (client, token) = (keeper.client.clone(), token.clone());
        tokio::spawn(async move {
            client
                .tag(&token, DOMAIN, VALUE, Some(somebody()))
                .await
                .unwrap()
                .unwrap()
        })
    });
    let mut bound = Vec::new();
    for race in races.collect::<Vec<_>>() {
        bound.push(race.await.unwrap());
    }
    bound.dedup();
    assert_eq!(bound.len(), 1);
    assert_eq!(
        keeper
            .client
            .tag(&token, "another", VALUE, None)
            .await
            .unwrap(),
        None
    );
    keeper.stop().await.unwrap();
    let keeper = world.start().await;
    assert_eq!(
        keeper
            .client
            .tag(&token, DOMAIN, VALUE, None)
            .await
            .unwrap(),
        Some(bound[0])
    );
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn an_identifier_looked_up_lies_nowhere_on_the_disk() {
    let world = World::new();
    let keeper = world.start().await;
    let person = keeper.create(&world).await;
    keeper
        .client
        .tag(&world.operator(), DOMAIN, VALUE, Some(person))
        .await
        .unwrap();
    keeper.read(&world, person, VALUE).await.unwrap();
    let mut waiting = vec![world.dir.path().to_owned()];
    let mut files = 0;
    // Before the stop as well, so that the write-ahead log is among the files.
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(
                std::fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else if path.is_file() {
            files += 1;
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes
                .windows(VALUE.len())
                .any(|window| window == VALUE.as_bytes());
            assert!(!found, "{}", path.display());
        }
    }
    assert!(files > 8);
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn a_professional_does_not_enumerate_identifiers() {
    let world = World::new();
    let keeper = world.start().await;
    let token = world.professional();
    for number in 0..120 {
        keeper
            .client
            .tag(&token, DOMAIN, &number.to_string(), None)
            .await
            .unwrap();
    }
    assert_eq!(
        failure(keeper.client.tag(&token, DOMAIN, "x", None).await),
        Failure::TooMany
    );
    keeper
        .client
        .tag(&world.operator(), DOMAIN, "x", None)
        .await
        .unwrap();
    world.wait(60_000);
    keeper.client.tag(&token, DOMAIN, "x", None).await.unwrap();
    // A clock that was ahead for a while and is set back refuses nobody until time has caught up.
    let token = world.professional();
    world.back(24 * 60 * 60_000);
    assert!(matches!(
        failure(keeper.client.tag(&token, DOMAIN, "x", None).await),
        Failure::Assertion(_)
    ));
    let token = world.professional();
    for number in 0..120 {
        let number = number.to_string();
        keeper
            .client
            .tag(&token, DOMAIN, &number, None)
            .await
            .unwrap();
    }
    // Set back by a little it gives no second budget.
    world.back(60_000);
    let token = world.professional();
    assert_eq!(
        failure(keeper.client.tag(&token, DOMAIN, "x", None).await),
        Failure::TooMany
    );
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn a_holder_looks_no_identifier_up() {
    let world = World::new();
    let keeper = world.start().await;
    let holder = world.holder(somebody().id);
    is_notice(keeper.client.tag(&holder, DOMAIN, VALUE, None).await);
    is_notice(keeper.client.tag(&world.operator(), "", VALUE, None).await);
    is_notice(
        keeper
            .client
            .tag(&world.operator(), "a\0b", VALUE, None)
            .await,
    );
    is_notice(keeper.client.tag(&world.operator(), DOMAIN, "", None).await);
    keeper.stop().await.unwrap();
}
