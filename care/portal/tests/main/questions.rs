//! INVARIANT (nothing is swallowed): what is not understood is refused: no empty Bundle, no silent default.

use axum::body::Body;
use http::{Method, StatusCode};
use serde_json::json;

use crate::world::{World, request};

/// Questions to a record of which some part is not understood.
const HALF: &[&str] = &[
    "/Observation?unknown=1",
    "/Observation?codes=1",
    "/Observation?code:above=1",
    "/Observation?code:unheard=1",
    "/Observation?subject:Patient.name=x",
    "/Observation?subject.name=x",
    "/Observation?_has:Observation:subject:code=1",
    "/Observation?_count=abc",
    "/Observation?_count=-1",
    "/Observation?_count=1.5",
    "/Observation?_count=",
    "/Observation?_count=99999999999999999999",
    "/Observation?_count=1&_count=2",
    "/Observation?date=yesterday",
    "/Observation?date=2020-02-31",
    "/Observation?date=",
    "/Observation?date",
    "/Observation?_page=x",
    "/Observation?_page=AAAAAAAAAAAAAAAAAAAA",
    "/Observation?_format=xml",
    "/Observation?_format=application/fhir%2Bxml",
    "/Observation?patient=nobody",
    "/Observation?patient=Patient/1",
    "/Observation?patient=http://elsewhere.example/Patient/1",
    "/Observation?_include=Observation:unheard",
    "/Observation?_include=*",
    "/Observation?_sort=unheard",
    "/Observation?_summary=maybe",
    "/Observation?_elements=unheard",
    "/Observation?_total=perhaps",
    "/Observation?%ff=1",
    "/Observation?code=%f",
    "/Observation?_contained=true",
    "/Observation?_query=x",
    "/Observation?_filter=x",
    "/Observation?_list=x",
    "/Unheard?x=1",
    "/Unheard",
    "/Resource",
    "/observation",
    "/Organization?patient=x",
    "/Practitioner?unknown=1",
    "/AuditEvent?date=2020",
    "/AuditEvent?agent=x",
    "/AuditEvent?_sort=date",
    "/AuditEvent?_count=abc",
    "/Observation/_history?_since=2020",
    "/Observation/_history?_count=abc",
];

#[tokio::test]
async fn a_question_that_is_half_understood() {
    let world = World::new().await;
    let person = world.person().await;
    world.observe(person, "pulse").await;
    let holder = world.holder(person);
    let leaves = world.record.ledger().await.unwrap().1;
    for question in HALF {
        let answer = world.get(&holder, question).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{question}");
        answer.refusal();
    }
    let path = format!("/Patient/{person}/$everything");
    for question in [
        "_since=2020",
        "_type=Observation",
        "start=2020",
        "_count=x",
        "_page=x",
        "unheard=1",
    ] {
        let answer = world.get(&holder, &format!("{path}?{question}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{question}");
    }
    assert_eq!(
        world.record.ledger().await.unwrap().1,
        leaves,
        "a bad question opens nothing"
    );
}

#[tokio::test]
async fn a_fault_that_does_not_say_where() {
    let world = World::new().await;
    let person = world.person().await;
    let answer = world
        .get(&world.holder(person), "/Observation?date=yesterday")
        .await;
    let json = answer.json();
    assert_eq!(json["issue"][0]["expression"][0], "date");
    let words = json["issue"][0]["details"]["text"].as_str().unwrap();
    assert!(
        words.contains("`yesterday`"),
        "the sender's own word comes back to him: {words}"
    );
}

#[tokio::test]
async fn a_professional_who_does_not_say_whose() {
    let world = World::new().await;
    for path in [
        "/Observation",
        "/Medication?code=1",
        "/AuditEvent",
        "/Observation/_history",
    ] {
        let answer = world.get(&world.doctor(), path).await;
        assert_eq!(answer.refusal(), (400, "required".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn ways_to_say_whose_that_differ() {
    let world = World::new().await;
    let person = world.person().await;
    let id = world.observe(person, "pulse").await;
    world.authorise(person).await;
    for question in [
        format!("patient={person}"),
        format!("patient=Patient/{person}"),
        format!("subject=Patient/{person}"),
        format!("subject:Patient=Patient/{person}"),
        format!("_id={id}"),
        format!("patient={person}&_id={id}"),
        format!("patient={person}&code:text=pulse"),
    ] {
        let answer = world
            .get(&world.doctor(), &format!("/Observation?{question}"))
            .await;
        assert_eq!(
            answer.entries(),
            [format!("Observation/{id}")],
            "{question}"
        );
        let holder = world.holder(person);
        let request = request(Method::POST, &holder, "/Observation/_search")
            .header("content-type", "application/x-www-form-urlencoded");
        let answer = world
            .send(request.body(Body::from(question)).unwrap())
            .await;
        assert_eq!(answer.entries(), [format!("Observation/{id}")]);
    }
    let other = world.person().await;
    let contradiction = format!("/Observation?patient={person}&subject=Patient/{other}");
    assert!(
        world
            .get(&world.doctor(), &contradiction)
            .await
            .entries()
            .is_empty()
    );
}

#[tokio::test]
async fn addresses_and_methods_that_are_not_there() {
    let world = World::new().await;
    let person = world.person().await;
    let holder = world.holder(person);
    for path in [
        "/a/b/c/d",
        "/Patient/x/y",
        "/Patient/x/$unheard",
        "/$everything",
        "/_search",
    ] {
        let answer = world.get(&holder, path).await;
        assert!(answer.status.is_client_error(), "{path}");
    }
    let elsewhere = http::Request::builder()
        .uri("/elsewhere")
        .body(Body::empty())
        .unwrap();
    assert_eq!(
        world.send(elsewhere).await.refusal(),
        (404, "not-found".to_owned())
    );
    let content = json!({ "resourceType": "AuditEvent" });
    for (method, path) in [
        (Method::PUT, "/Observation"),
        (Method::DELETE, "/Observation"),
        (Method::POST, "/AuditEvent"),
        (Method::POST, "/metadata"),
        (Method::GET, ""),
        (Method::GET, "/"),
        (Method::POST, "/Observation/x"),
        (Method::TRACE, "/Observation"),
        (Method::POST, "/Observation/x/_history"),
    ] {
        let answer = world.write(method.clone(), &holder, path, &content).await;
        assert_eq!(
            answer.refusal(),
            (405, "not-supported".to_owned()),
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn an_address_that_is_no_text() {
    let world = World::new().await;
    let person = world.person().await;
    for path in ["/%ff", "/Observation/%ff", "/Patient/%ff/$everything"] {
        let answer = world.get(&world.holder(person), path).await;
        assert!(answer.status.is_client_error(), "{path}");
    }
}

#[tokio::test]
async fn a_trail_that_is_searched_like_a_document() {
    let world = World::new().await;
    let person = world.person().await;
    let holder = world.holder(person);
    let request = request(Method::POST, &holder, "/AuditEvent/_search")
        .header("content-type", "application/x-www-form-urlencoded");
    let answer = world.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(
        answer.refusal(),
        (405, "not-supported".to_owned()),
        "an empty answer would say that nobody came"
    );
    let answer = world.get(&holder, "/AuditEvent/_history").await;
    assert_eq!(answer.refusal(), (405, "not-supported".to_owned()));
}

#[tokio::test]
async fn a_question_of_a_million_parts() {
    let world = World::new().await;
    let person = world.person().await;
    let holder = world.holder(person);
    let request = request(Method::POST, &holder, "/Observation/_search")
        .header("content-type", "application/x-www-form-urlencoded");
    let body = "_include=Observation:subject&".repeat(100_000);
    let answer = world.send(request.body(Body::from(body)).unwrap()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}
