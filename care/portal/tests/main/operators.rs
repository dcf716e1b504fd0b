//! The operator's socket: for the operator alone.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::World;

fn unit() -> Value {
    let patient = json!({ "resourceType": "Patient" }).to_string();
    json!({
        "source": "s",
        "named_source": true,
        "entries": [
            { "entry": 0, "url": "urn:uuid:p", "resource": patient },
            { "entry": 1, "url": null, "resource": "{" },
        ],
    })
}

#[tokio::test]
async fn somebody_else_at_the_operators_socket() {
    let world = World::new().await;
    let person = world.person().await;
    let export = format!("/export/{person}");
    for path in ["/persons", "/status", &export] {
        for token in [world.doctor(), world.holder(person)] {
            let answer = world.ask(Method::GET, &token, path, Value::Null).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        }
        let answer = world.ask(Method::GET, "", path, Value::Null).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    let answer = world
        .ask(Method::POST, &world.holder(person), "/import", unit())
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(world.record.persons().await.unwrap(), [person]);
}

#[tokio::test]
async fn an_import_whose_answers_are_not_all_there() {
    let world = World::new().await;
    let answer = world
        .ask(Method::POST, &world.operator(), "/import", unit())
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    let json = answer.json();
    let mut outcomes: Vec<(u64, &str)> = json["outcomes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|outcome| {
            (
                outcome["entry"].as_u64().unwrap(),
                outcome["outcome"].as_str().unwrap(),
            )
        })
        .collect();
    outcomes.sort_unstable();
    assert_eq!(outcomes, [(0, "taken"), (1, "rejected")]);
    for broken in [json!({}), json!([]), json!({ "entries": [] })] {
        let answer = world
            .ask(Method::POST, &world.operator(), "/import", broken)
            .await;
        assert_eq!(answer.json()["status"], 400);
        assert_eq!(answer.json()["refused"]["issue"][0]["code"], "invalid");
    }
}

#[tokio::test]
async fn an_export_that_is_not_the_record() {
    let world = World::new().await;
    let person = world.person().await;
    let id = world.observe(person, "pulse").await;
    let answer = world
        .ask(
            Method::GET,
            &world.operator(),
            &format!("/export/{person}"),
            Value::Null,
        )
        .await;
    assert_eq!(
        answer.entries(),
        [format!("Patient/{person}"), format!("Observation/{id}")]
    );
    let listed = world
        .ask(Method::GET, &world.operator(), "/persons", Value::Null)
        .await;
    assert_eq!(listed.body, format!("{person}\n").into_bytes());
    let status = world
        .ask(Method::GET, &world.operator(), "/status", Value::Null)
        .await
        .json();
    assert_eq!(status["persons"], 1);
    for nobody in ["x", "00000000000000000000000000"] {
        let answer = world
            .ask(
                Method::GET,
                &world.operator(),
                &format!("/export/{nobody}"),
                Value::Null,
            )
            .await;
        assert!(matches!(answer.status.as_u16(), 403 | 404), "{nobody}");
    }
}
