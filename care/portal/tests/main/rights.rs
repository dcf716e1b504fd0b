//! The pages by which a person sees and decides who reads: over HTTP, signed in.
//!
//! Dangers: an opening, a refusal or an emergency that the person's page does not tell, or tells twice; the page of
//! somebody else's record; a proof that whoever finds a screen left open takes away; an item that waits to be
//! announced and is told of by the trail.

use http::StatusCode;
use hygie_notice::PersonId;
use serde_json::json;

use crate::accounts::{Browser, PASSWORD, account, code, doctor, holder, location, text};
use crate::world::World;

/// The person's browser, signed in, in English.
async fn signed(world: &World, person: PersonId) -> Browser {
    account(world, "camille", vec![holder(person)]).await;
    let (mut browser, good) = (Browser::default(), code(world));
    let answer = browser.sign_in(world, "camille", PASSWORD, &good).await;
    assert_eq!(location(&answer), "/");
    browser
}

async fn page(browser: &mut Browser, world: &World, path: &str) -> String {
    let answer = browser.get(world, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", text(&answer));
    text(&answer)
}

#[tokio::test]
async fn an_opening_that_the_page_does_not_tell() {
    let world = World::new().await;
    let person = world.person().await;
    let pulse = world.observe(person, "pulse").await;
    let search = format!("/Observation?patient={person}&code:text=secret-word");
    assert_eq!(
        world.get(&world.doctor(), &search).await.status,
        StatusCode::FORBIDDEN
    );
    let reason = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "reason", "valueCode": "unconscious" },
    ] });
    let broken = world
        .post(
            &world.doctor(),
            &format!("/Patient/{person}/$break-glass"),
            &reason,
        )
        .await;
    assert_eq!(
        broken.status,
        StatusCode::OK,
        "{}",
        String::from_utf8_lossy(&broken.body)
    );
    world.authorise(person).await;
    world
        .get(&world.doctor(), &format!("/Observation/{pulse}"))
        .await;
    let mut browser = signed(&world, person).await;
    assert!(
        page(&mut browser, &world, "/")
            .await
            .contains("href=\"/trail\"")
    );
    let told = page(&mut browser, &world, "/trail").await;
    for words in [
        "Doctor, RPPS",
        "Search: results and measures, with the criteria code:text=secret-word",
        "Why it was refused: no rule allows it",
        "Emergency access: the person was unconscious",
        "Reading: results and measures “pulse”",
        "you authorised him",
        "the demonstration mode",
        "21 September 2026",
    ] {
        assert!(told.contains(words), "{words}\n{told}");
    }
    assert!(!told.contains("Looking at the rights"), "weighings fold");
    assert_eq!(
        told.matches("secret-word").count(),
        1,
        "one line for one request"
    );
    let refusals = page(&mut browser, &world, "/trail?only=refusals").await;
    assert!(refusals.contains("secret-word") && !refusals.contains("unconscious"));
    let emergencies = page(&mut browser, &world, "/trail?only=emergencies").await;
    assert!(!emergencies.contains("secret-word") && emergencies.contains("unconscious"));
    let all = page(&mut browser, &world, "/trail?only=all&lang=fr").await;
    assert!(all.contains("Vous") && all.contains("historique des accès"));
    let mut stranger = Browser::default();
    world.wait(30_000);
    account(&world, "martin", vec![doctor()]).await;
    stranger
        .sign_in(&world, "martin", PASSWORD, &code(&world))
        .await;
    let answer = stranger.get(&world, "/trail").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(!page(&mut stranger, &world, "/").await.contains("/trail"));
}

#[tokio::test]
async fn a_page_that_leaves_something_out_between_two() {
    let world = World::new().await;
    let person = world.person().await;
    for number in 0..70 {
        world.observe(person, &number.to_string()).await;
    }
    let mut browser = signed(&world, person).await;
    let (mut path, mut pages, mut moments) = ("/trail".to_owned(), 0, 0);
    loop {
        let html = page(&mut browser, &world, &path).await;
        pages += 1;
        moments += html.matches("<time>").count();
        let Some((_, rest)) = html.split_once("href=\"/trail?before=") else {
            break;
        };
        let before: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let next = format!("/trail?before={before}");
        if next == path {
            break;
        }
        path = next;
    }
    // Seventy deposits, and the import that made the person.
    assert_eq!((pages, moments), (3, 71));
}

#[tokio::test]
async fn a_proof_that_a_screen_left_open_gives_away() {
    let world = World::new().await;
    let person = world.person().await;
    let mut browser = signed(&world, person).await;
    world.wait(6 * 60_000);
    let answer = browser.get(&world, "/trail/proof").await;
    assert_eq!(location(&answer), "/signin/again?next=/trail/proof");
    page(&mut browser, &world, "/trail").await;
    let good = code(&world);
    let fields = [("password", PASSWORD), ("code", good.as_str())];
    let again = "/signin/again?next=/trail/proof";
    let answer = browser.fill(&world, (again, again), &fields).await;
    assert_eq!(location(&answer), "/trail/proof");
    let file = browser.get(&world, "/trail/proof").await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(file.header("content-disposition").starts_with("attachment"));
    assert!(text(&file).contains(&person.to_string()));
}
