//! What a deposit refuses, and that no error tells what was in it.

use hygie_notice::{ActorKind, PersonId, SystemEntropy};
use hygie_record::{Error, ImportUnit};
use serde_json::{Value, json};

use crate::world::{World, actor, consent, is_refused, observation, patient, query};

/// A word that stands nowhere but in the content.
const CANARY: &str = "kestrel9QZ";

#[tokio::test]
async fn a_deposit_in_nobodys_record() {
    let world = World::new().await;
    let person = world.person().await;
    let doctor = world.doctor();
    let nobody = PersonId::random(&SystemEntropy);
    is_refused(
        world
            .deposit(
                &doctor,
                "Observation",
                observation(&format!("Patient/{nobody}"), "x"),
            )
            .await,
    );
    let elsewhere = [
        "Patient/1",
        "http://elsewhere.example/Patient/1",
        &format!("http://elsewhere.example/Patient/{person}"),
    ];
    for subject in elsewhere {
        let outcome = world
            .deposit(&doctor, "Observation", observation(subject, "x"))
            .await;
        assert!(matches!(outcome, Err(Error::BadRequest(_))), "{subject}");
    }
    let mut bare = observation("", "x");
    bare.as_object_mut().unwrap().remove("subject");
    let outcome = world.deposit(&doctor, "Observation", bare.clone()).await;
    assert!(matches!(outcome, Err(Error::BadRequest(_))));
    // The holder's own needs no name.
    let item = world
        .deposit(&world.holder(person), "Observation", bare.clone())
        .await
        .unwrap();
    assert_eq!(hygie_record::person_in(item.id()), Some(person));
    // A professional who is somebody's patient, too, does not deposit in his own record by accident.
    let mut both = actor(ActorKind::Professional, crate::world::DOCTOR);
    both.person = Some(person);
    let outcome = world.deposit(&world.by(both), "Observation", bare).await;
    assert!(matches!(outcome, Err(Error::BadRequest(_))));
}

#[tokio::test]
async fn a_deposit_that_chooses_its_id() {
    let world = World::new().await;
    let person = world.person().await;
    let mut content = observation(&format!("Patient/{person}"), "x");
    content["id"] = json!("chosen");
    content["meta"] = json!({ "versionId": "7", "lastUpdated": "1999-01-01T00:00:00Z", "profile": ["http://example.org/p"] });
    let item = world
        .deposit(&world.doctor(), "Observation", content)
        .await
        .unwrap();
    let id = item.id();
    assert!(id.starts_with(&format!("{person}-")));
    let meta = item.resource().json().get("meta").unwrap();
    assert_eq!(
        meta.get("versionId").unwrap().as_str(),
        Some(item.version.as_str())
    );
    assert_eq!(
        meta.get("lastUpdated").unwrap().as_str(),
        Some("2026-09-21T14:13:20.000Z")
    );
    assert!(meta.get("profile").is_some());
}

#[tokio::test]
async fn a_patient_who_is_made_by_a_deposit() {
    let world = World::new().await;
    let person = world.person().await;
    for caller in [world.doctor(), world.holder(person)] {
        assert!(world.deposit(&caller, "Patient", patient()).await.is_err());
    }
    assert_eq!(world.record.persons().await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_id_in_our_form_that_writes_into_a_trail() {
    let world = World::new().await;
    let person = world.person().await;
    let before = world.trail(person).await.len();
    for tail in [
        "\u{7}\r\nOBSERVATION",
        "0123456789ab/",
        "0123456789abcd",
        "0123456789abC",
    ] {
        let id = format!("{person}-{tail}");
        let outcome = world.record.read(&world.doctor(), "Observation", &id).await;
        assert!(
            matches!(outcome, Err(Error::NotFound)),
            "{tail:?} is no id of ours"
        );
    }
    assert_eq!(world.trail(person).await.len(), before);
}

#[tokio::test]
async fn an_error_that_quotes_the_record() {
    let world = World::new().await;
    let person = world.person().await;
    let subject = format!("Patient/{person}");
    let faulty: Vec<Value> = vec![
        json!({ "resourceType": "Observation", CANARY: CANARY }),
        json!({ "resourceType": "Observation", "status": CANARY, "code": CANARY, "subject": { "reference": subject } }),
        json!({ "resourceType": CANARY }),
        observation(&format!("Medication/{CANARY}"), CANARY),
        observation(&format!("Patient/{CANARY}"), CANARY),
        observation(&format!("urn:uuid:{CANARY}"), CANARY),
        {
            let mut late = observation(&subject, "x");
            late["effectiveDateTime"] = json!(format!("2020-02-31{CANARY}"));
            late
        },
    ];
    let mut texts = Vec::new();
    for content in &faulty {
        let error = world
            .deposit(&world.doctor(), "Observation", content.clone())
            .await
            .unwrap_err();
        texts.push(format!("{error} {error:?}"));
    }
    let broken = format!(r#"{{"resourceType":"Observation","{CANARY}":{CANARY}"#);
    let error = world
        .record
        .deposit(&world.doctor(), "Observation", broken.as_bytes(), None)
        .await
        .map(drop)
        .unwrap_err();
    texts.push(format!("{error} {error:?}"));
    let error = world
        .deposit(
            &world.holder(person),
            "Consent",
            consent(person, &json!({ "dataPeriod": { "start": "2026" } })),
        )
        .await
        .unwrap_err();
    texts.push(format!("{error} {error:?}"));
    let mut unit: ImportUnit = crate::world::unit(
        Some("s"),
        faulty.into_iter().map(|content| (None, content)).collect(),
    );
    unit.entries[0].resource = broken;
    texts.push(format!("{unit:?}"));
    let taken = world.record.import(&world.importer(), unit).await.unwrap();
    texts.push(format!("{taken:?}"));
    texts.push(format!("{:?}", world.observe(person, CANARY).await));
    let mut known = actor(ActorKind::Professional, CANARY);
    known.name = Some(CANARY.to_owned());
    let known = world.by(known);
    texts.push(format!("{known:?}"));
    let error = world
        .record
        .search(
            &known,
            person,
            &query("Observation", &[("code:text", CANARY)]),
        )
        .await
        .map(drop)
        .unwrap_err();
    texts.push(format!("{error} {error:?}"));
    for text in texts {
        assert!(!text.contains(CANARY), "{text}");
    }
}

#[tokio::test]
async fn a_type_that_is_not_that_of_the_address() {
    let world = World::new().await;
    let person = world.person().await;
    let outcome = world
        .deposit(
            &world.doctor(),
            "Condition",
            observation(&format!("Patient/{person}"), "x"),
        )
        .await;
    assert!(matches!(outcome, Err(Error::BadRequest(_))));
}

#[tokio::test]
async fn a_token_that_is_believed_after_its_time() {
    let world = World::new().await;
    let token = world.token(actor(ActorKind::Professional, "1"));
    let mut forged = token.text().to_owned();
    let last = forged.pop().unwrap();
    forged.push(if last == 'A' { 'B' } else { 'A' });
    for text in ["", "x", "a.b.c", "a.eyJpc3MiOiJ4In0.c"] {
        assert!(
            matches!(world.record.caller(text, None), Err(Error::Unbelieved(_))),
            "{text}"
        );
    }
    // The last character carries unused bits: the one before it surely counts.
    let mut bent = token.text().to_owned().into_bytes();
    let place = bent.len() - 2;
    bent[place] = if bent[place] == b'A' { b'B' } else { b'A' };
    let bent = String::from_utf8(bent).unwrap();
    assert!(matches!(
        world.record.caller(&bent, None),
        Err(Error::Unbelieved(_))
    ));
    world.record.caller(token.text(), None).unwrap();
    world.wait(601_000);
    assert!(matches!(
        world.record.caller(token.text(), None),
        Err(Error::Unbelieved(_))
    ));
}
