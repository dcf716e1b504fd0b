//! Paging: everything once, and links that are of no use to anybody else.

use std::collections::HashSet;

use http::StatusCode;
use hygie_notice::ActorKind;

use crate::world::{World, actor};

/// The entries of all pages from `path` on, and the number of pages.
async fn walk(world: &World, token: &str, path: &str) -> (Vec<String>, usize) {
    let mut found = Vec::new();
    let mut next = Some(path.to_owned());
    let mut pages = 0;
    while let Some(path) = next {
        let answer = world.get(token, &path).await;
        assert_eq!(answer.status, StatusCode::OK);
        let total = answer.json()["total"].as_u64().unwrap();
        found.extend(answer.entries());
        assert!(found.len() as u64 <= total);
        next = answer.next();
        pages += 1;
        assert!(pages < 100, "the pages have no end");
    }
    (found, pages)
}

#[tokio::test]
async fn an_item_that_no_page_shows_or_two_do() {
    let world = World::new().await;
    let person = world.person().await;
    let mut ids = Vec::new();
    for number in 0..7 {
        let id = world.observe(person, &number.to_string()).await;
        ids.push(format!("Observation/{id}"));
    }
    let holder = world.holder(person);
    for (count, pages) in [
        (1, 7),
        (2, 4),
        (3, 3),
        (6, 2),
        (7, 1),
        (50, 1),
        (1_000_000, 1),
    ] {
        let found = walk(&world, &holder, &format!("/Observation?_count={count}")).await;
        assert_eq!(found, (ids.clone(), pages), "{count}");
    }
    let (everything, _) = walk(
        &world,
        &holder,
        &format!("/Patient/{person}/$everything?_count=3"),
    )
    .await;
    let distinct: HashSet<&String> = everything.iter().collect();
    assert_eq!((everything.len(), distinct.len()), (8, 8));
    let none = world.get(&holder, "/Observation?_count=0").await;
    assert_eq!(none.json()["total"], 7);
    assert!(none.entries().is_empty() && none.next().is_none());
}

#[tokio::test]
async fn an_item_deposited_between_two_pages() {
    let world = World::new().await;
    let person = world.person().await;
    for number in 0..4 {
        world.observe(person, &number.to_string()).await;
    }
    let holder = world.holder(person);
    let first = world.get(&holder, "/Observation?_count=2").await;
    world.observe(person, "late").await;
    let (rest, _) = walk(&world, &holder, &first.next().unwrap()).await;
    let mut all = first.entries();
    all.extend(rest);
    let distinct: HashSet<&String> = all.iter().collect();
    assert_eq!((all.len(), distinct.len()), (5, 5));
}

#[tokio::test]
async fn a_page_link_in_other_hands() {
    let world = World::new().await;
    let person = world.person().await;
    for number in 0..3 {
        world.observe(person, &number.to_string()).await;
    }
    world.authorise(person).await;
    let holder = world.holder(person);
    let path = format!("/Observation?patient={person}&_count=1");
    let link = world.get(&holder, &path).await.next().unwrap();
    assert_eq!(world.get(&holder, &link).await.status, StatusCode::OK);
    assert_eq!(
        world.get(&world.doctor(), &link).await.status,
        StatusCode::BAD_REQUEST
    );
    let namesake = world.token(actor(ActorKind::Professional, &person.to_string()));
    assert_eq!(
        world.get(&namesake, &link).await.status,
        StatusCode::BAD_REQUEST
    );
    // Bent, or put to another question.
    let (question, token) = link.split_once("&_page=").unwrap();
    let first = if token.starts_with('A') { "B" } else { "A" };
    let bent = [
        format!("{question}&_page={first}{}", &token[1..]),
        format!("{question}&_page={}", &token[..token.len() - 1]),
        format!("{question}&_page="),
        format!("{question}&code:text=1&_page={token}"),
        link.replace("_count=1", "_count=2"),
        link.replace("/Observation", "/Condition"),
        format!("/Patient/{person}/$everything?_page={token}"),
    ];
    for bent in bent {
        assert_eq!(
            world.get(&holder, &bent).await.status,
            StatusCode::BAD_REQUEST,
            "{bent}"
        );
    }
}

#[tokio::test]
async fn everything_with_something_missing() {
    let world = World::new().await;
    let person = world.person().await;
    let id = world.observe(person, "pulse").await;
    world.authorise(person).await;
    let path = format!("/Patient/{person}/$everything");
    let answer = world.get(&world.holder(person), &path).await;
    let kinds: Vec<String> = answer
        .entries()
        .iter()
        .map(|entry| entry.split('/').next().unwrap().to_owned())
        .collect();
    assert_eq!(kinds, ["Patient", "Observation", "Consent"]);
    // The doctor sees all but whom else the holder trusts.
    let answer = world.get(&world.doctor(), &path).await;
    assert_eq!(
        answer.entries(),
        [format!("Patient/{person}"), format!("Observation/{id}")]
    );
}
