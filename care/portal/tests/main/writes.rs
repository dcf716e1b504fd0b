//! What is taken, and how what is not is refused.

use axum::body::Body;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::{Answer, BASE, World, consent, observation, request};

async fn post_bytes(world: &World, token: &str, content_type: Option<&str>, body: &str) -> Answer {
    let mut request = request(Method::POST, token, "/Observation");
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    world
        .send(request.body(Body::from(body.to_owned())).unwrap())
        .await
}

#[tokio::test]
async fn a_deposit_that_does_not_say_where_it_is() {
    let world = World::new().await;
    let person = world.person().await;
    let answer = world
        .post(
            &world.doctor(),
            "/Observation",
            &observation(person, "pulse"),
        )
        .await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let json = answer.json();
    let (id, version) = (
        json["id"].as_str().unwrap(),
        json["meta"]["versionId"].as_str().unwrap(),
    );
    assert_eq!(
        answer.header("location"),
        format!("{BASE}/Observation/{id}/_history/{version}")
    );
    assert_eq!(answer.header("etag"), format!("W/\"{version}\""));
    assert_eq!(
        answer.header("last-modified"),
        "Mon, 21 Sep 2026 14:13:20 GMT"
    );
    let read = world
        .get(&world.holder(person), &format!("/Observation/{id}"))
        .await;
    assert_eq!(read.json(), json);
    assert_eq!(read.header("etag"), answer.header("etag"));
}

#[tokio::test]
async fn content_that_is_not_json() {
    let world = World::new().await;
    let person = world.person().await;
    let doctor = world.doctor();
    let sound = observation(person, "pulse").to_string();
    for kind in [
        None,
        Some("text/plain"),
        Some("application/fhir+xml"),
        Some("application/x-www-form-urlencoded"),
    ] {
        let answer = post_bytes(&world, &doctor, kind, &sound).await;
        assert_eq!(
            answer.refusal(),
            (415, "not-supported".to_owned()),
            "{kind:?}"
        );
    }
    for kind in [
        "application/fhir+json",
        "application/json; charset=utf-8",
        "Application/FHIR+JSON",
    ] {
        let answer = post_bytes(&world, &doctor, Some(kind), &sound).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{kind}");
    }
    for broken in [
        "",
        "{",
        "[]",
        "null",
        r#"{"resourceType":"Observation",}"#,
        "<Observation/>",
    ] {
        let answer = post_bytes(&world, &doctor, Some("application/json"), broken).await;
        assert!(matches!(answer.status.as_u16(), 400 | 422), "{broken}");
    }
}

#[tokio::test]
async fn broken_json_whose_place_is_not_told() {
    let world = World::new().await;
    let answer = post_bytes(
        &world,
        &world.doctor(),
        Some("application/json"),
        r#"{"resourceType":"Observation" "x"}"#,
    )
    .await;
    assert_eq!(answer.refusal(), (400, "structure".to_owned()));
    let words = answer.json()["issue"][0]["details"]["text"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(words.ends_with(", at byte 30"), "{words}");
    let twice = r#"{"resourceType":"Observation","status":"final","status":"final"}"#;
    let answer = post_bytes(&world, &world.doctor(), Some("application/json"), twice).await;
    assert_eq!(answer.refusal(), (400, "duplicate".to_owned()));
}

#[tokio::test]
async fn a_fault_of_fhir_whose_place_is_not_told() {
    let world = World::new().await;
    let person = world.person().await;
    let sound = observation(person, "pulse");
    let with = |name: &str, value: Value| {
        let mut content = sound.clone();
        content[name] = value;
        content
    };
    let faulty = [
        (
            with("effectiveDateTime", json!("2020-02-31")),
            "Observation.effective",
        ),
        (with("status", json!(1)), "Observation.status"),
        (with("unheard", json!(1)), "Observation"),
        (
            with("performer", json!([{}, { "reference": "Medication/1" }])),
            "Observation.performer[0]",
        ),
        (
            with("encounter", json!({ "reference": "urn:uuid:nowhere" })),
            "Observation.encounter",
        ),
        (
            with("device", json!({ "reference": "#nothing" })),
            "Observation.device",
        ),
        (with("code", Value::Null), "Observation.code"),
    ];
    for (content, place) in faulty {
        let answer = world.post(&world.doctor(), "/Observation", &content).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{place}");
        let json = answer.json();
        let said = json["issue"][0]["expression"][0].as_str().unwrap();
        assert!(said.starts_with(place), "{said} is not {place}");
    }
    // Several faults come back at once.
    let mut content = with("effectiveDateTime", json!("2020-13-01"));
    content["status"] = json!(1);
    let answer = world.post(&world.doctor(), "/Observation", &content).await;
    assert_eq!(answer.json()["issue"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_deposit_of_another_type_or_of_nobody() {
    let world = World::new().await;
    let person = world.person().await;
    let doctor = world.doctor();
    let answer = world
        .post(&doctor, "/Condition", &observation(person, "x"))
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let mut nobody = observation(person, "x");
    nobody.as_object_mut().unwrap().remove("subject");
    assert_eq!(
        world.post(&doctor, "/Observation", &nobody).await.status,
        StatusCode::BAD_REQUEST
    );
    let patient = json!({ "resourceType": "Patient" });
    let answer = world
        .post(&world.holder(person), "/Patient", &patient)
        .await;
    assert_eq!(answer.refusal(), (422, "business-rule".to_owned()));
    let mut half = consent(person);
    half["provision"]["action"] = json!([{ "text": "only this" }]);
    let answer = world.post(&world.holder(person), "/Consent", &half).await;
    assert_eq!(answer.refusal(), (422, "business-rule".to_owned()));
    assert_eq!(
        world.post(&doctor, "/Unheard", &half).await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn a_body_without_end() {
    let world = World::new().await;
    let person = world.person().await;
    let text = "x".repeat(16 * 1024 * 1024);
    let answer = world
        .post(&world.doctor(), "/Observation", &observation(person, &text))
        .await;
    assert_eq!(answer.refusal(), (413, "too-long".to_owned()));
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let answer = post_bytes(&world, &world.doctor(), Some("application/json"), &deep).await;
    assert_eq!(answer.refusal().0, 400);
}

#[tokio::test]
async fn a_condition_that_swallows_a_deposit() {
    let world = World::new().await;
    let person = world.person().await;
    world.observe(person, "the only one").await;
    let doctor = world.doctor();
    let conditional = async |condition: &str, text: &str| {
        let mut content = observation(person, text);
        content["identifier"] = json!([{ "system": "http://lab.example", "value": text }]);
        let request = request(Method::POST, &doctor, "/Observation")
            .header("content-type", "application/fhir+json")
            .header("if-none-exist", condition);
        world
            .send(request.body(Body::from(content.to_string())).unwrap())
            .await
    };
    for condition in [
        "",
        "?",
        "_count=1",
        "_sort=date",
        "unheard=1",
        "identifier=",
    ] {
        let answer = conditional(condition, "new").await;
        assert_eq!(
            answer.status,
            StatusCode::BAD_REQUEST,
            "`{condition}` asks for nothing"
        );
    }
    let condition = "identifier=http://lab.example|a";
    assert_eq!(
        conditional(condition, "a").await.status,
        StatusCode::CREATED
    );
    assert_eq!(conditional(condition, "a").await.status, StatusCode::OK);
    assert_eq!(
        conditional("identifier=http://lab.example|b", "b")
            .await
            .status,
        StatusCode::CREATED
    );
    let several = conditional("code:missing=false", "c").await;
    assert_eq!(several.refusal(), (412, "multiple-matches".to_owned()));
}

#[tokio::test]
async fn an_audit_event_that_somebody_writes_himself() {
    let world = World::new().await;
    let person = world.person().await;
    let event = json!({
        "resourceType": "AuditEvent",
        "type": { "code": "rest" },
        "recorded": "2026-01-01T00:00:00Z",
        "agent": [{ "requestor": true }],
        "source": { "observer": { "display": "me" } },
        "entity": [{ "what": { "reference": format!("Patient/{person}") } }],
    });
    for kind in ["transaction", "batch"] {
        let bundle = json!({
            "resourceType": "Bundle",
            "type": kind,
            "entry": [{ "resource": event, "request": { "method": "POST", "url": "AuditEvent" } }],
        });
        world.post(&world.doctor(), "", &bundle).await;
    }
    let answer = world
        .get(
            &world.holder(person),
            &format!("/Patient/{person}/$everything"),
        )
        .await;
    assert_eq!(answer.entries(), [format!("Patient/{person}")]);
}
