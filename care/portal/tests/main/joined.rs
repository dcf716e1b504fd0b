//! Two persons who turned out to be one, as a program and a browser meet them.
//!
//! Dangers: an address that worked before and leads nowhere, or to a half; a search that finds what was said under one id
//! alone; a Patient that does not say where it went (R4, Patient.link); what was masked in one half and shows in the whole; a
//! sign-in for the half that went that opens nothing.

use http::{Method, StatusCode};
use hygie_notice::PersonId;
use serde_json::{Value, json};

use crate::accounts::{Browser, PASSWORD, account, code, holder, location, text};
use crate::world::{DOCTOR, World, observation};

fn ids(answer: &Value, kind: &str) -> Vec<String> {
    let entries = answer["entry"].as_array().into_iter().flatten();
    let resources = entries.map(|entry| &entry["resource"]);
    let of = resources.filter(|one| one["resourceType"] == kind);
    let mut ids: Vec<String> = of
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect();
    ids.sort();
    ids
}

#[tokio::test]
async fn an_address_of_the_half_that_went_leads_to_a_half() {
    let world = World::new().await;
    let [keep, went] = [world.person().await, world.person().await];
    let mut observations = vec![
        world.observe(keep, "pulse").await,
        world.observe(went, "pulse").await,
    ];
    let first = observations[1].clone();
    world.roll.join(keep, went).await.unwrap();
    world.authorise(keep).await;
    observations.push(world.observe(went, "pulse").await);
    assert!(observations[2].starts_with(&keep.to_string()));
    observations.sort();
    for token in [world.doctor(), world.holder(keep), world.holder(went)] {
        for asked in [keep, went] {
            for path in [
                format!("/Observation?patient={asked}"),
                format!("/Observation?patient=Patient/{asked}"),
                format!("/Observation?subject=Patient/{asked}&code:text=pulse"),
                format!("/Patient/{asked}/$everything"),
            ] {
                let answer = world.get(&token, &path).await;
                assert_eq!(answer.status, StatusCode::OK, "{path}");
                assert_eq!(ids(&answer.json(), "Observation"), observations, "{path}");
            }
            let answer = world.get(&token, &format!("/Patient/{asked}")).await;
            let patient = answer.json();
            let (kind, other) = if asked == keep {
                ("replaces", went)
            } else {
                ("replaced-by", keep)
            };
            assert_eq!(patient["link"][0]["type"], kind);
            let reference = format!("Patient/{other}");
            assert_eq!(patient["link"][0]["other"]["reference"], reference);
            assert_eq!(patient["active"] == false, asked == went);
        }
        let answer = world.get(&token, &format!("/Observation/{first}")).await;
        assert_eq!(
            answer.json()["subject"]["reference"],
            format!("Patient/{went}")
        );
    }
    // One transaction may name the person by both ids: he is one.
    let entry = |person| {
        json!({ "resource": observation(person, "both"),
                "request": { "method": "POST", "url": "Observation" } })
    };
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction",
                         "entry": [entry(keep), entry(went)] });
    let answer = world.post(&world.doctor(), "/", &bundle).await;
    assert_eq!(answer.status, StatusCode::OK);
    the_trail_and_a_block_are_over_both(&world, [keep, went]).await;
}

async fn the_trail_and_a_block_are_over_both(world: &World, [keep, went]: [PersonId; 2]) {
    // The trail tells of both openings, by either address.
    let holder = world.holder(went);
    let of = async |person| {
        let path = format!("/AuditEvent?patient={person}&_count=1000");
        let answer = world.get(&holder, &path).await;
        assert_eq!(answer.status, StatusCode::OK);
        ids(&answer.json(), "AuditEvent").len()
    };
    assert!(of(went).await > 20);
    assert!(of(keep).await > 20);
    // A block in the words of FHIR, over the id that went, is over both.
    let mut deny = crate::world::consent(went);
    deny["provision"]["type"] = json!("deny");
    let answer = world.post(&holder, "/Consent", &deny).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    for asked in [keep, went] {
        let path = format!("/Patient/{asked}/$everything");
        let answer = world.get(&world.doctor(), &path).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn a_sign_in_for_the_half_that_went_opens_nothing_or_a_half() {
    let world = World::new().await;
    let [keep, went] = [world.person().await, world.person().await];
    world.observe(keep, "first half").await;
    world.observe(went, "second half").await;
    world.authorise(went).await;
    account(&world, "camille", vec![holder(went)]).await;
    world.roll.join(keep, went).await.unwrap();
    let mut browser = Browser::default();
    let code = code(&world);
    let answer = browser.sign_in(&world, "camille", PASSWORD, &code).await;
    assert_eq!(location(&answer), "/");
    for path in ["/", "/trail", "/trail/proof", "/authorisations", "/space"] {
        let shown = browser.get(&world, path).await;
        assert_eq!(shown.status, StatusCode::OK, "{path}");
    }
    // The history says it in words, and not in those of a notice.
    let trail = browser.get(&world, "/trail?lang=fr").await;
    let trail = String::from_utf8(trail.body).unwrap();
    assert!(
        trail.contains("est réuni") && !trail.contains("joined"),
        "{trail}"
    );
    // What was allowed over the half that went is not shown as if it held; who is let in now is let in to both halves.
    let reads = async || {
        let path = format!("/Patient/{went}/$everything");
        ids(
            &world.get(&world.doctor(), &path).await.json(),
            "Observation",
        )
        .len()
    };
    let empty = text(&browser.get(&world, "/authorisations?lang=en").await);
    assert!(
        empty.contains("You have authorised and blocked nobody"),
        "{empty}"
    );
    assert_eq!(reads().await, 0);
    let form = [("way", "doctor"), ("whom", DOCTOR)];
    let page = ("/authorisations/new?way=doctor", "/authorisations/new");
    let given = browser.fill(&world, page, &form).await;
    assert_eq!(location(&given), "/authorisations?done=granted");
    assert_eq!(reads().await, 2);
    let operator = world.operator();
    let persons = world.ask(Method::GET, &operator, "/persons", Value::Null);
    assert_eq!(persons.await.body, format!("{keep}\n").into_bytes());
}
