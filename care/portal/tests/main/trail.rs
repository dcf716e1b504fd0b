//! The holder's trail as AuditEvents.

use std::collections::HashSet;

use http::StatusCode;
use serde_json::Value;

use crate::world::World;

async fn events(world: &World, token: &str, count: usize) -> Vec<Value> {
    let mut found = Vec::new();
    let mut next = Some(format!("/AuditEvent?_count={count}"));
    while let Some(path) = next {
        let answer = world.get(token, &path).await;
        assert_eq!(answer.status, StatusCode::OK);
        let json = answer.json();
        found.extend(json["entry"].as_array().cloned().unwrap_or_default());
        next = answer.next();
        assert!(found.len() < 1_000, "the pages have no end");
    }
    found
}

#[tokio::test]
async fn an_opening_that_no_event_tells() {
    let world = World::new().await;
    let person = world.person().await;
    world.observe(person, "pulse").await;
    let refused = world
        .get(
            &world.doctor(),
            &format!("/Observation?patient={person}&code:text=a"),
        )
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    world.authorise(person).await;
    let read = world
        .get(
            &world.doctor(),
            &format!("/Observation?patient={person}&code:text=b"),
        )
        .await;
    assert_eq!(read.status, StatusCode::OK);
    let holder = world.holder(person);
    let events = events(&world, &holder, 100).await;
    let told = |what: &str, outcome: &str| {
        events.iter().any(|entry| {
            let event = &entry["resource"];
            let description = event["entity"][0]["description"]
                .as_str()
                .unwrap_or_default();
            description.contains(what)
                && event["outcome"] == outcome
                && event["outcomeDesc"].is_string()
        })
    };
    assert!(told("code%3Atext=a", "4") || told("code:text=a", "4"));
    assert!(told("code%3Atext=b", "0") || told("code:text=b", "0"));
    let last = &events.last().unwrap()["resource"];
    assert_eq!(
        last["subtype"][0]["code"], "account",
        "this very reading closes the trail"
    );
    let mut leaves: Vec<u64> = events
        .iter()
        .map(|entry| {
            let leaf = &entry["resource"]["entity"][0]["detail"][0]["valueString"];
            leaf.as_str().unwrap().parse().unwrap()
        })
        .collect();
    let before = leaves.clone();
    leaves.sort_unstable();
    leaves.dedup();
    assert_eq!(
        leaves, before,
        "each has its leaf, in the order of the ledger"
    );
}

#[tokio::test]
async fn two_events_with_one_id() {
    let world = World::new().await;
    let person = world.person().await;
    world.authorise(person).await;
    let holder = world.holder(person);
    world.get(&holder, "/AuditEvent").await;
    let events = events(&world, &holder, 100).await;
    let urls: HashSet<&str> = events
        .iter()
        .map(|entry| entry["fullUrl"].as_str().unwrap())
        .collect();
    assert_eq!(urls.len(), events.len());
    for entry in &events {
        let url = entry["fullUrl"].as_str().unwrap();
        assert!(url.ends_with(entry["resource"]["id"].as_str().unwrap()));
    }
}

#[tokio::test]
async fn an_event_that_the_pages_leave_out() {
    let world = World::new().await;
    let person = world.person().await;
    for number in 0..20 {
        world.observe(person, &number.to_string()).await;
    }
    let holder = world.holder(person);
    let events = events(&world, &holder, 15).await;
    let leaves: HashSet<&str> = events
        .iter()
        .map(|entry| {
            entry["resource"]["entity"][0]["detail"][0]["valueString"]
                .as_str()
                .unwrap()
        })
        .collect();
    assert_eq!(leaves.len(), events.len());
    assert!(events.len() >= 22);
}

#[tokio::test]
async fn a_trail_in_other_hands() {
    let world = World::new().await;
    let (person, other) = (world.person().await, world.person().await);
    world.authorise(person).await;
    for token in [world.doctor(), world.holder(other), world.operator()] {
        let answer = world
            .get(&token, &format!("/AuditEvent?patient={person}"))
            .await;
        assert_eq!(answer.refusal(), (403, "forbidden".to_owned()));
    }
}
