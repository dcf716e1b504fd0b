//! Who asks: without a token that is believed, nothing answers.

use axum::body::Body;
use http::{Method, StatusCode};
use hygie_notice::{ActorKind, IssuerKey};

use crate::world::{DOCTOR, NOW, World, actor, observation, request};

#[tokio::test]
async fn a_request_without_a_token_that_is_answered() {
    let world = World::new().await;
    let person = world.person().await;
    let paths = [
        "/Observation",
        "/Observation/x",
        "/Organization",
        "/AuditEvent",
        &format!("/Patient/{person}"),
        &format!("/Patient/{person}/$everything"),
        &format!("/Patient/{person}/_history"),
        "/Observation/_history",
        "/Unheard",
    ];
    for path in paths {
        let answer = world.get("", path).await;
        assert_eq!(answer.refusal(), (401, "login".to_owned()), "{path}");
    }
    for path in ["", "/", "/Observation", "/Observation/$validate"] {
        let answer = world.post("", path, &observation(person, "x")).await;
        assert_eq!(answer.refusal(), (401, "login".to_owned()), "POST {path}");
    }
    for method in [Method::PUT, Method::PATCH, Method::DELETE] {
        let path = format!("/Observation/{person}-0123456789abc");
        let answer = world
            .write(method, "", &path, &observation(person, "x"))
            .await;
        assert_eq!(answer.refusal(), (401, "login".to_owned()));
    }
    // What the server is, anybody may know.
    assert_eq!(world.get("", "/metadata").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_token_that_should_not_be_believed() {
    let world = World::new().await;
    let person = world.person().await;
    let path = format!("/Observation?patient={person}");
    let sound = world.holder(person);
    assert_eq!(world.get(&sound, &path).await.status, StatusCode::OK);
    let forger = IssuerKey::from_seed("demo", &[7; 32]);
    let forged = forger.assert(
        actor(ActorKind::Professional, DOCTOR),
        NOW,
        600,
        "j".to_owned(),
    );
    let operator = world
        .demo
        .assert(actor(ActorKind::Operator, "me"), NOW, 600, "j".to_owned());
    let stranger = IssuerKey::from_seed("other", &[8; 32]);
    let stranger = stranger.assert(
        actor(ActorKind::Professional, DOCTOR),
        NOW,
        600,
        "j".to_owned(),
    );
    let parts: Vec<&str> = sound.split('.').collect();
    let unsigned = format!("{}.{}.", parts[0], parts[1]);
    // {"alg":"none"}
    let none = format!("eyJhbGciOiJub25lIn0.{}.", parts[1]);
    for token in [
        forged.text(),
        operator.text(),
        stranger.text(),
        &unsigned,
        &none,
        "x",
        "a.b.c",
    ] {
        let answer = world.get(token, &path).await;
        assert_eq!(answer.refusal(), (401, "login".to_owned()), "{token}");
    }
    world.wait(600_000);
    assert_eq!(
        world.get(&sound, &path).await.refusal(),
        (401, "login".to_owned())
    );
}

#[tokio::test]
async fn a_token_in_the_wrong_place() {
    let world = World::new().await;
    let person = world.person().await;
    let token = world.holder(person);
    let by_query = world
        .get("", &format!("/Observation?access_token={token}"))
        .await;
    assert_eq!(by_query.status, StatusCode::UNAUTHORIZED);
    for value in [
        token.clone(),
        format!("Basic {token}"),
        "Bearer".to_owned(),
        format!("Bearer{token}"),
    ] {
        let request = request(Method::GET, "", "/Observation").header("authorization", value);
        let answer = world.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn an_operators_token_at_the_fhir_api_that_reads() {
    let world = World::new().await;
    let person = world.person().await;
    for path in [
        format!("/Observation?patient={person}"),
        format!("/Patient/{person}"),
        format!("/Patient/{person}/$everything"),
        format!("/AuditEvent?patient={person}"),
    ] {
        let answer = world.get(&world.operator(), &path).await;
        assert_eq!(answer.refusal(), (403, "forbidden".to_owned()), "{path}");
    }
}
