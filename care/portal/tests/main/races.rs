//! The same wish at the same moment: of sixteen identical conditional creates one makes the resource,
//! and the others are told where it is.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::world::{World, request};

const AT_ONCE: usize = 16;
const ROUNDS: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_race_that_makes_two_of_one() {
    let world = Arc::new(World::new().await);
    let person = world.person().await;
    world.authorise(person).await;
    for round in 0..ROUNDS {
        let number = format!("order-{round}");
        let content = json!({
            "resourceType": "Observation",
            "identifier": [{ "system": "urn:oid:1.2.3", "value": number }],
            "status": "final",
            "code": { "text": "pulse" },
            "subject": { "reference": format!("Patient/{person}") },
        });
        let tasks: Vec<_> = (0..AT_ONCE)
            .map(|who| {
                let (world, content, number) =
                    (Arc::clone(&world), content.clone(), number.clone());
                // The holder and his doctor both: each sees what the other brought.
                let token = if who % 2 == 0 {
                    world.doctor()
                } else {
                    world.holder(person)
                };
                tokio::spawn(async move {
                    let request = request(Method::POST, &token, "/Observation")
                        .header("content-type", "application/fhir+json")
                        .header(
                            "if-none-exist",
                            format!("identifier=urn:oid:1.2.3|{number}"),
                        );
                    world
                        .send(request.body(Body::from(content.to_string())).unwrap())
                        .await
                })
            })
            .collect();
        let mut made = 0;
        let mut places = Vec::new();
        for task in tasks {
            let answer = task.await.unwrap();
            assert!(
                matches!(answer.status, StatusCode::CREATED | StatusCode::OK),
                "{answer:?}"
            );
            made += usize::from(answer.status == StatusCode::CREATED);
            places.push(answer.header("location").to_owned());
        }
        places.dedup();
        assert_eq!((made, places.len()), (1, 1), "round {round}");
        let found = world
            .get(
                &world.holder(person),
                &format!("/Observation?identifier={number}"),
            )
            .await;
        assert_eq!(found.json()["total"], 1, "round {round}");
    }
}

/// The same document by sixteen deliveries of one depositor, with its bytes and its list.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_race_that_submits_one_document_twice() {
    let world = Arc::new(World::new().await);
    let person = world.person().await;
    let subject = json!({ "reference": format!("Patient/{person}") });
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [
        { "fullUrl": "urn:uuid:1", "request": { "method": "POST", "url": "List" }, "resource": {
            "resourceType": "List", "status": "current", "mode": "working", "subject": subject,
            "entry": [{ "item": { "reference": "urn:uuid:2" } }],
        } },
        { "fullUrl": "urn:uuid:2", "request": { "method": "POST", "url": "DocumentReference" }, "resource": {
            "resourceType": "DocumentReference", "status": "current", "subject": subject,
            "masterIdentifier": { "system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3" },
            "content": [{ "attachment": { "url": "urn:uuid:3" } }],
        } },
        { "fullUrl": "urn:uuid:3", "request": { "method": "POST", "url": "Binary" }, "resource": {
            "resourceType": "Binary", "contentType": "text/plain", "data": "aGVsbG8=",
        } },
    ] });
    let tasks: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let (world, bundle) = (Arc::clone(&world), bundle.clone());
            tokio::spawn(async move { world.post(&world.doctor(), "", &bundle).await })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap().json());
    }
    let made = answers
        .iter()
        .filter(|answer| answer["entry"][0]["response"]["status"] == "201");
    assert_eq!(made.count(), 1);
    let everything = world
        .get(
            &world.holder(person),
            &format!("/Patient/{person}/$everything"),
        )
        .await;
    assert_eq!(everything.json()["total"], 4, "the Patient and the three");
}

/// Names that nobody knows, and numbers that are none, are no empty answers.
#[tokio::test]
async fn a_question_that_is_swallowed() {
    let world = World::new().await;
    let person = world.person().await;
    let holder = world.holder(person);
    for question in [
        "_include=Observation:unheard",
        "_include=Unheard:subject",
        "_include=Observation",
        "_include=Observation:subject:Unheard",
        "_include=Patient:link",
        "_include=*",
        "_include:iterate=Observation:subject",
        "_revinclude=Observation:unheard",
        "_revinclude=Unheard:subject",
        "_revinclude=Observation:code",
        "_count=abc",
        "_count=-1",
        "_count=1e2",
        "_count=",
        "_count=1&_count=2",
    ] {
        let answer = world
            .get(
                &holder,
                &format!("/Observation?patient={person}&{question}"),
            )
            .await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{question}");
        answer.refusal();
    }
}
