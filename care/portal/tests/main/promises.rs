//! The CapabilityStatement promises what is there, and nothing else.

use http::{Method, StatusCode};
use hygie_fhir::search::{Criterion, parameter};
use serde_json::{Value, json};

use crate::world::World;

/// A value that a parameter of this type can have.
fn sample(kind: &str, code: &str) -> String {
    let parameter = parameter(kind, code).unwrap();
    match parameter.kind.code() {
        "reference" => {
            let target = parameter.targets.first().copied().unwrap_or("Patient");
            format!("{target}/1")
        }
        "date" => "2020-01".to_owned(),
        "number" | "quantity" => "1".to_owned(),
        "uri" => "http://example.org/x".to_owned(),
        _ => "x".to_owned(),
    }
}

fn resources(statement: &Value) -> &Vec<Value> {
    statement["rest"][0]["resource"].as_array().unwrap()
}

fn codes(resource: &Value) -> Vec<&str> {
    let interactions = resource["interaction"].as_array().unwrap();
    interactions
        .iter()
        .map(|one| one["code"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_parameter_that_is_promised_and_refused() {
    let world = World::new().await;
    let statement = world.get("", "/metadata").await.json();
    let mut met = 0;
    for resource in resources(&statement) {
        let kind = resource["type"].as_str().unwrap();
        let listed = resource["searchParam"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        for promise in listed.iter().filter(|_| kind != "AuditEvent") {
            let code = promise["name"].as_str().unwrap();
            let value = sample(kind, code);
            assert!(
                Criterion::parse(kind, code, &value).is_ok(),
                "{kind}?{code}={value}"
            );
            met += 1;
        }
    }
    assert!(met > 500, "{met}");
}

#[tokio::test]
async fn a_search_that_is_promised_and_fails() {
    let world = World::new().await;
    let person = world.person().await;
    let holder = world.holder(person);
    let statement = world.get("", "/metadata").await.json();
    for resource in resources(&statement) {
        let kind = resource["type"].as_str().unwrap();
        let codes = codes(resource);
        let answer = world.get(&holder, &format!("/{kind}")).await;
        let expected = if codes.contains(&"search-type") {
            StatusCode::OK
        } else {
            answer.status
        };
        assert_eq!(answer.status, expected, "{kind}");
        if ![
            "Patient",
            "Observation",
            "DocumentReference",
            "AuditEvent",
            "Organization",
        ]
        .contains(&kind)
        {
            continue;
        }
        for promise in resource["searchParam"].as_array().unwrap() {
            let code = promise["name"].as_str().unwrap();
            // Who it is about, and who somebody is, decide whose record is meant.
            let value = match code {
                "patient" => person.to_string(),
                "identifier" if kind == "Patient" => continue,
                code => sample(kind, code),
            };
            let answer = world.get(&holder, &format!("/{kind}?{code}={value}")).await;
            let fits = answer.status == StatusCode::OK
                || (code == "subject" && answer.status == StatusCode::BAD_REQUEST);
            assert!(fits, "{kind}?{code}={value}: {}", answer.status);
        }
    }
}

#[tokio::test]
async fn an_interaction_that_is_not_promised_and_works() {
    let world = World::new().await;
    let person = world.person().await;
    let holder = world.holder(person);
    let statement = world.get("", "/metadata").await.json();
    let find = |wanted: &str| {
        let mut all = resources(&statement).iter();
        codes(all.find(|resource| resource["type"] == wanted).unwrap())
    };
    assert_eq!(find("AuditEvent"), ["search-type"]);
    assert!(!find("Patient").contains(&"create"));
    let content = json!({ "resourceType": "AuditEvent" });
    let id = format!("{person}-0123456789abc");
    for (method, path) in [
        (Method::POST, "/AuditEvent".to_owned()),
        (Method::GET, format!("/AuditEvent/{id}")),
        (Method::PUT, format!("/AuditEvent/{id}")),
        (Method::PATCH, format!("/AuditEvent/{id}")),
        (Method::DELETE, format!("/AuditEvent/{id}")),
        (Method::POST, "/Patient".to_owned()),
        (Method::DELETE, format!("/Patient/{person}")),
    ] {
        let answer = world.write(method.clone(), &holder, &path, &content).await;
        assert!(
            answer.status.is_client_error(),
            "{method} {path}: {}",
            answer.status
        );
    }
    assert_eq!(statement["fhirVersion"], "4.0.1");
    for resource in resources(&statement) {
        assert_eq!(resource["updateCreate"], false, "no client chooses an id");
    }
}
