//! A declared emergency over HTTP: by each reason and no other, for an hour, never against the person's word, and reviewed.

use http::StatusCode;
use hygie_notice::{ActorKind, PersonId};
use serde_json::{Value, json};

use super::{one, parameters};
use crate::accounts::{Browser, PASSWORD, account, code, location, text};
use crate::world::{NOW, World, actor};

const HOUR: u64 = 60 * 60_000;
/// A doctor who wrote nothing here, and whom nobody authorised.
const STRANGER: &str = "10101010200";

async fn allergy(world: &World, person: PersonId) -> String {
    let content = json!({
        "resourceType": "AllergyIntolerance",
        "code": { "text": "Arachide" },
        "patient": { "reference": format!("Patient/{person}") },
    });
    let answer = world
        .post(&world.doctor(), "/AllergyIntolerance", &content)
        .await;
    assert_eq!(answer.status, StatusCode::CREATED);
    answer.json()["id"].as_str().unwrap().to_owned()
}

fn reason(code: &str) -> Value {
    parameters(&[("reason", "valueCode", json!(code))])
}

#[tokio::test]
async fn an_emergency_without_end() {
    let world = World::new().await;
    let person = world.person().await;
    let allergy = format!("/AllergyIntolerance/{}", allergy(&world, person).await);
    let pulse = format!("/Observation/{}", world.observe(person, "pulse").await);
    let stranger = || world.token(actor(ActorKind::Professional, STRANGER));
    let reads = async |path: &str| world.get(&stranger(), path).await.status.as_u16();
    assert_eq!(reads(&allergy).await, 403);
    let declare = format!("/Patient/{person}/$break-glass");
    let broken = world
        .post(&stranger(), &declare, &reason("unconscious"))
        .await;
    assert_eq!(broken.status, StatusCode::OK);
    let until = one(&broken, "until")["valueInstant"].clone();
    assert_eq!(until, json!(hygie_record::instant(NOW + HOUR)));
    assert!(one(&broken, "notice")["valueString"].is_string());
    // The essentials, and nothing else; and for nobody else.
    assert_eq!((reads(&allergy).await, reads(&pulse).await), (200, 404));
    let other = world.token(actor(ActorKind::Professional, "10101010309"));
    assert_eq!(
        world.get(&other, &allergy).await.status,
        StatusCode::FORBIDDEN
    );
    world.at(NOW + HOUR - 1);
    assert_eq!(reads(&allergy).await, 200);
    world.at(NOW + HOUR);
    assert_eq!(reads(&allergy).await, 403);
    for token in [world.holder(person), world.operator()] {
        let answer = world.post(&token, &declare, &reason("unconscious")).await;
        assert_eq!(answer.refusal(), (403, "forbidden".to_owned()));
    }
}

#[tokio::test]
async fn an_emergency_against_the_persons_word() {
    let world = World::new().await;
    let person = world.person().await;
    let allergy = format!("/AllergyIntolerance/{}", allergy(&world, person).await);
    let stranger = world.token(actor(ActorKind::Professional, STRANGER));
    let declare = format!("/Patient/{person}/$break-glass");
    let wishes = format!("/Patient/{person}/$wishes");
    let wish = |may: bool| parameters(&[("breakGlass", "valueBoolean", json!(may))]);
    let holder = world.holder(person);
    world.post(&holder, &wishes, &wish(false)).await;
    let answer = world
        .post(&stranger, &declare, &reason("immediate-danger"))
        .await;
    assert_eq!(answer.refusal(), (403, "forbidden".to_owned()));
    assert_eq!(
        world.get(&stranger, &allergy).await.status,
        StatusCode::FORBIDDEN
    );
    // Refused while one lasts: it lasts no longer.
    world.post(&holder, &wishes, &wish(true)).await;
    world
        .post(&stranger, &declare, &reason("immediate-danger"))
        .await;
    assert_eq!(world.get(&stranger, &allergy).await.status, StatusCode::OK);
    world.post(&holder, &wishes, &wish(false)).await;
    assert_eq!(
        world.get(&stranger, &allergy).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn an_emergency_that_waits_for_nobody() {
    let world = World::new().await;
    let mut persons = Vec::new();
    for (number, code) in [
        "unconscious",
        "confused",
        "cannot-communicate",
        "immediate-danger",
    ]
    .into_iter()
    .enumerate()
    {
        let person = world.person().await;
        let token = world.token(actor(ActorKind::Professional, STRANGER));
        let declare = format!("/Patient/{person}/$break-glass");
        let broken = world.post(&token, &declare, &reason(code)).await;
        assert_eq!(broken.status, StatusCode::OK, "{number} {code}");
        persons.push(person);
    }
    account(
        &world,
        "agnes",
        vec![actor(ActorKind::Operator, "operator")],
    )
    .await;
    let mut browser = Browser::default();
    let good = code(&world);
    let entered = browser.sign_in(&world, "agnes", PASSWORD, &good).await;
    assert_eq!(location(&entered), "/");
    let queue = text(&browser.get(&world, "/alarms").await);
    for words in [
        "the person was unconscious",
        "the person was confused",
        "the person could not make himself understood",
        "immediate danger to health",
        "21 September 2026 at 16:13",
    ] {
        assert!(queue.contains(words), "{words}\n{queue}");
    }
    for person in persons {
        assert!(queue.contains(&person.to_string()));
    }
    assert_eq!(queue.matches("Europe/Paris").count(), 1, "{queue}");
}
