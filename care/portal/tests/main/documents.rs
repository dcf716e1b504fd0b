//! Documents beside the entries, as callers meet them.
//!
//! Failures covered: an answer that tells a depositor that the record keeps the same content already, masked
//! or not; base64 that does not come back as it came, canonical or not; a place in a fault that is not that
//! of the text as it was sent; a patch that is taken for a document.
#![allow(clippy::unwrap_used, reason = "tests")]

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{Method, StatusCode};
use hygie_notice::{ActorKind, PersonId};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::world::{Answer, World, actor, request};

/// How somebody brings bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Raw,
    Binary,
    Attachment,
    Transaction,
}

/// What the record kept before, of the same content.
#[derive(Debug, Clone, Copy)]
enum Before {
    /// A document that professionals must not notice.
    Masked,
    /// One of somebody else, that they may read if they are let in.
    Others,
    /// One of the depositor's own, deleted by now.
    Deleted,
}

fn bytes(length: usize, seed: u8) -> Vec<u8> {
    let mut state = u32::from(seed) + 1;
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        })
        .collect()
}

fn document(person: PersonId, data: &str, masked: bool) -> Value {
    let mut document = json!({
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": { "reference": format!("Patient/{person}") },
        "content": [{ "attachment": { "contentType": "application/pdf", "data": data } }],
    });
    if masked {
        document["securityLabel"] = json!([{ "coding": [{
            "system": "urn:oid:1.2.250.1.213.1.1.4.13", "code": "MASQUE_PS",
        }] }]);
    }
    document
}

fn binary(person: PersonId, data: &str) -> Value {
    json!({
        "resourceType": "Binary",
        "contentType": "application/pdf",
        "securityContext": { "reference": format!("Patient/{person}") },
        "data": data,
    })
}

async fn send(world: &World, token: &str, person: PersonId, form: Form, bytes: &[u8]) -> Answer {
    let data = STANDARD.encode(bytes);
    match form {
        Form::Raw => {
            let request = request(Method::POST, token, "/Binary")
                .header("content-type", "application/pdf")
                .header("x-security-context", format!("Patient/{person}"));
            world
                .send(request.body(Body::from(bytes.to_vec())).unwrap())
                .await
        }
        Form::Binary => world.post(token, "/Binary", &binary(person, &data)).await,
        Form::Attachment => {
            let content = document(person, &data, false);
            world.post(token, "/DocumentReference", &content).await
        }
        Form::Transaction => {
            let entry = |content: Value| {
                let kind = content["resourceType"].clone();
                json!({ "resource": content, "request": { "method": "POST", "url": kind } })
            };
            let bundle = json!({
                "resourceType": "Bundle",
                "type": "transaction",
                "entry": [entry(document(person, &data, false)), entry(binary(person, &data))],
            });
            world.post(token, "", &bundle).await
        }
    }
}

/// An answer without what differs anyhow: ids, versions, times.
fn told(answer: &Answer, person: PersonId) -> String {
    let mut text = String::from_utf8(answer.body.clone()).unwrap();
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort();
    text.push_str(&headers.join("\n"));
    let mut text = text.replace(&person.to_string(), "PERSON");
    for mark in ["PERSON-", "W/\"", "W/\\\"", "_history/", "\"versionId\":\""] {
        text = blank(&text, mark);
    }
    format!("{} {text}", answer.status)
}

/// The 13 random characters behind each `mark` made alike.
fn blank(text: &str, mark: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(mark) {
        let end = at + mark.len();
        out.push_str(&rest[..end]);
        rest = rest.get(end + 13..).unwrap_or_default();
    }
    out + rest
}

#[tokio::test]
async fn an_answer_tells_that_the_same_content_is_kept() {
    let world = World::new().await;
    let (doctor, hospital) = (
        world.doctor(),
        world.token(actor(ActorKind::Software, "990000001")),
    );
    let mut runner = TestRunner::deterministic();
    let case = (
        prop_oneof![
            Just(Form::Raw),
            Just(Form::Binary),
            Just(Form::Attachment),
            Just(Form::Transaction)
        ],
        prop_oneof![
            Just(Before::Masked),
            Just(Before::Others),
            Just(Before::Deleted)
        ],
        16_000..200_000_usize,
        any::<bool>(),
        any::<u8>(),
    );
    let mut compared = 0;
    for _ in 0..24 {
        let (form, before, length, let_in, seed) = case.new_tree(&mut runner).unwrap().current();
        let (person, twin) = (world.person().await, world.person().await);
        if let_in {
            world.authorise(person).await;
            world.authorise(twin).await;
        }
        let (same, other) = (bytes(length, seed), bytes(length, seed.wrapping_add(1)));
        // Both keep a document of one size; only one of them the same.
        for (whose, kept) in [(person, &same), (twin, &other)] {
            let kept = STANDARD.encode(kept);
            let (token, masked) = match before {
                Before::Masked => (&hospital, true),
                Before::Others => (&hospital, false),
                Before::Deleted => (&doctor, false),
            };
            let content = document(whose, &kept, masked);
            let made = world.post(token, "/DocumentReference", &content).await;
            assert_eq!(made.status, StatusCode::CREATED);
            if matches!(before, Before::Deleted) {
                let id = made.json()["id"].as_str().unwrap().to_owned();
                let path = format!("/DocumentReference/{id}");
                let gone = request(Method::DELETE, token, &path).body(Body::empty());
                let gone = world.send(gone.unwrap()).await;
                assert_eq!(gone.status, StatusCode::NO_CONTENT);
            }
        }
        let one = send(&world, &doctor, person, form, &same).await;
        let two = send(&world, &doctor, twin, form, &same).await;
        assert!(one.status.is_success(), "{one:?}");
        assert_eq!(one.body.len(), two.body.len());
        assert_eq!(
            told(&one, person),
            told(&two, twin),
            "{form:?} {before:?} {length} {let_in}"
        );
        compared += 1;
    }
    println!("documents: {compared} pairs of answers are the same");
}

#[tokio::test]
async fn base64_comes_back_as_another_text() {
    let world = World::new().await;
    let person = world.person().await;
    let holder = world.holder(person);
    let canonical = STANDARD.encode(bytes(50_000, 1));
    let wrapped: Vec<String> = canonical
        .as_bytes()
        .chunks(76)
        .map(|line| String::from_utf8(line.to_vec()).unwrap())
        .collect();
    let texts = [
        canonical.clone(),
        // White space is base64 in R4, and stays: at the begin, everywhere, at the end.
        format!(" {canonical}"),
        wrapped.join("\n"),
        format!("{canonical}\n"),
        format!("{}\n{}", &canonical[..40_000], &canonical[40_000..]),
        STANDARD.encode(bytes(16 * 1024, 2)),
        STANDARD.encode(bytes(16 * 1024 + 1, 2)),
    ];
    for text in texts {
        let made = world.post(&holder, "/Binary", &binary(person, &text)).await;
        assert_eq!(made.status, StatusCode::CREATED, "{:?}", made.refusal());
        assert_eq!(made.json()["data"], json!(text));
        let id = made.json()["id"].as_str().unwrap().to_owned();
        let read = world.get(&holder, &format!("/Binary/{id}")).await;
        assert_eq!(read.json()["data"], json!(text));
    }
    // What is no base64 at all is refused, however late it shows.
    for text in [
        format!("{canonical}!"),
        format!("{canonical}A"),
        "é".repeat(30_000),
    ] {
        let refused = world.post(&holder, "/Binary", &binary(person, &text)).await;
        assert_eq!(refused.refusal(), (422, "value".to_owned()));
    }
}

#[tokio::test]
async fn a_fault_behind_a_document_is_at_another_byte() {
    let world = World::new().await;
    let person = world.person().await;
    let text = binary(person, &STANDARD.encode(bytes(100_000, 1))).to_string();
    let broken = text.replace(r#""resourceType":"#, r#""resourceType" "#);
    let at = broken.find(r#""resourceType" "#).unwrap() + 15;
    let request = request(Method::POST, &world.holder(person), "/Binary")
        .header("content-type", "application/fhir+json");
    let answer = world.send(request.body(Body::from(broken)).unwrap()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let words = answer.json()["issue"][0]["details"]["text"].to_string();
    assert!(
        words.contains(&format!("at byte {at}")),
        "{words}, not {at}"
    );
}

#[tokio::test]
async fn a_patch_is_taken_for_a_document() {
    let world = World::new().await;
    let person = world.person().await;
    let made = world
        .post(
            &world.doctor(),
            "/DocumentReference",
            &document(person, "QUJD", false),
        )
        .await;
    let id = made.json()["id"].as_str().unwrap().to_owned();
    // A JSON Patch of 30 KB, as a Binary in a transaction.
    let patch = json!([{ "op": "add", "path": "/description", "value": "x".repeat(30_000) }]);
    let patch = STANDARD.encode(patch.to_string());
    let bundle = json!({
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [{
            "resource": { "resourceType": "Binary", "contentType": "application/json-patch+json", "data": patch },
            "request": { "method": "PATCH", "url": format!("DocumentReference/{id}") },
        }],
    });
    let answer = world.post(&world.doctor(), "", &bundle).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.json());
    let read = world
        .get(&world.holder(person), &format!("/DocumentReference/{id}"))
        .await;
    assert_eq!(read.json()["description"].as_str().unwrap().len(), 30_000);
}
