//! What a professional gets, and what a Consent says.

use hygie_notice::ActorKind;
use hygie_record::Error;
use serde_json::{Value, json};

use crate::world::{DAY, DOCTOR, HOSPITAL, World, actor, consent, is_refused, reader, text_of};

#[tokio::test]
async fn a_professional_who_reads_because_he_deposited() {
    let world = World::new().await;
    let person = world.person().await;
    let item = world.observe(person, "pulse").await;
    is_refused(
        world
            .record
            .read(&world.doctor(), "Observation", item.id())
            .await,
    );
    is_refused(world.search(&world.doctor(), person, "Observation").await);
}

#[tokio::test]
async fn a_professional_whom_the_holder_authorised_in_vain() {
    let world = World::new().await;
    let person = world.person().await;
    let item = world.observe(person, "pulse").await;
    world.authorise(person).await;
    let read = world
        .record
        .read(&world.doctor(), "Observation", item.id())
        .await
        .unwrap();
    assert_eq!(text_of(&read), "pulse");
    is_refused(
        world
            .search(
                &world.by(actor(ActorKind::Professional, "10202020202")),
                person,
                "Observation",
            )
            .await,
    );
    is_refused(world.search(&world.hospital(), person, "Observation").await);
}

#[tokio::test]
async fn an_authorised_structure_whose_doctor_acts_for_another() {
    let world = World::new().await;
    let person = world.person().await;
    let provision = json!({ "actor": [reader("https://finess.esante.gouv.fr", HOSPITAL)] });
    world
        .deposit(
            &world.holder(person),
            "Consent",
            consent(person, &provision),
        )
        .await
        .unwrap();
    world
        .search(&world.hospital(), person, "Observation")
        .await
        .unwrap();
    let mut doctor = actor(ActorKind::Professional, DOCTOR);
    doctor.structure = Some(HOSPITAL.to_owned());
    world
        .search(&world.by(doctor.clone()), person, "Observation")
        .await
        .unwrap();
    doctor.structure = Some("750100099".to_owned());
    is_refused(world.search(&world.by(doctor), person, "Observation").await);
    is_refused(world.search(&world.doctor(), person, "Observation").await);
}

#[tokio::test]
async fn national_numbers_under_their_other_systems() {
    let world = World::new().await;
    let person = world.person().await;
    let actors = [
        ("urn:oid:1.2.250.1.71.4.2.1", format!("8{DOCTOR}")),
        ("urn:oid:1.2.250.1.71.4.2.2", format!("1{HOSPITAL}")),
    ];
    for (system, value) in actors {
        let provision = json!({ "actor": [reader(system, &value)] });
        world
            .deposit(
                &world.holder(person),
                "Consent",
                consent(person, &provision),
            )
            .await
            .unwrap();
    }
    world
        .search(&world.doctor(), person, "Observation")
        .await
        .unwrap();
    world
        .search(&world.hospital(), person, "Observation")
        .await
        .unwrap();
}

#[tokio::test]
async fn an_authorisation_that_outlives_its_period() {
    let world = World::new().await;
    let person = world.person().await;
    // It is the 21st: the period's last day counts whole.
    let provision = json!({ "period": { "start": "2026-09-21", "end": "2026-09-22" } });
    world
        .deposit(
            &world.holder(person),
            "Consent",
            consent(person, &provision),
        )
        .await
        .unwrap();
    world
        .search(&world.doctor(), person, "Observation")
        .await
        .unwrap();
    world.wait(DAY);
    world
        .search(&world.doctor(), person, "Observation")
        .await
        .unwrap();
    world.wait(DAY);
    is_refused(world.search(&world.doctor(), person, "Observation").await);
}

#[tokio::test]
async fn an_authorisation_that_holds_before_its_period() {
    let world = World::new().await;
    let person = world.person().await;
    let provision = json!({ "period": { "start": "2026-09-22" } });
    world
        .deposit(
            &world.holder(person),
            "Consent",
            consent(person, &provision),
        )
        .await
        .unwrap();
    is_refused(world.search(&world.doctor(), person, "Observation").await);
    world.wait(DAY);
    world
        .search(&world.doctor(), person, "Observation")
        .await
        .unwrap();
}

#[tokio::test]
async fn a_consent_that_is_half_understood() {
    let world = World::new().await;
    let person = world.person().await;
    let both = json!([
        reader("https://rpps.esante.fr", DOCTOR),
        reader("https://rpps.esante.fr", "10202020202")
    ]);
    let provisions = [
        json!({ "type": "deny", "period": { "end": "2027" } }),
        json!({ "actor": both }),
        json!({ "actor": [reader("https://rpps.esante.fr", "1010101010")] }),
        json!({ "actor": [reader("https://example.org", DOCTOR)] }),
        json!({ "actor": [reader("urn:oid:1.2.250.1.71.4.2.1", DOCTOR)] }),
        json!({ "action": [{ "text": "only this" }] }),
        json!({ "class": [{ "system": "http://hl7.org/fhir/resource-types", "code": "Observation" }] }),
        json!({ "securityLabel": [{ "code": "N" }] }),
        json!({ "dataPeriod": { "start": "2026-01-01" } }),
        json!({ "provision": [{ "type": "deny" }] }),
        json!({ "extension": [{ "url": "http://example.org/but-not-on-sundays", "valueBoolean": true }] }),
        json!({ "modifierExtension": [{ "url": "http://example.org/not", "valueBoolean": true }] }),
    ];
    let mut consents: Vec<Value> = provisions
        .iter()
        .map(|provision| consent(person, provision))
        .collect();
    for status in [
        "draft",
        "proposed",
        "rejected",
        "inactive",
        "entered-in-error",
    ] {
        let mut other = consent(person, &json!({}));
        other["status"] = json!(status);
        consents.push(other);
    }
    let mut research = consent(person, &json!({}));
    research["scope"]["coding"][0]["code"] = json!("research");
    let mut bare = consent(person, &json!({}));
    bare.as_object_mut().unwrap().remove("provision");
    let mut reversed = consent(person, &json!({}));
    reversed["modifierExtension"] =
        json!([{ "url": "http://example.org/not", "valueBoolean": true }]);
    let mut cornered = consent(person, &json!({}));
    cornered["provision"]["actor"][0]["modifierExtension"] = reversed["modifierExtension"].clone();
    let mut foreign = consent(person, &json!({}));
    foreign["implicitRules"] = json!("http://example.org/rules");
    consents.extend([research, bare, reversed, cornered, foreign]);
    for consent in consents {
        let outcome = world
            .deposit(&world.holder(person), "Consent", consent.clone())
            .await;
        assert!(matches!(outcome, Err(Error::Unprocessable(_))), "{consent}");
    }
    is_refused(world.search(&world.doctor(), person, "Observation").await);
    assert!(world.all(person, "Consent").await.is_empty());
}

#[tokio::test]
async fn a_professional_who_learns_whom_else_the_holder_trusts() {
    let world = World::new().await;
    let person = world.person().await;
    world.authorise(person).await;
    let provision = json!({ "actor": [reader("https://rpps.esante.fr", "10202020202")] });
    world
        .deposit(
            &world.holder(person),
            "Consent",
            consent(person, &provision),
        )
        .await
        .unwrap();
    let consents = world.all(person, "Consent").await;
    assert_eq!(consents.len(), 2, "the holder reads back what he said");
    let doctor = world.doctor();
    assert!(
        world
            .search(&doctor, person, "Consent")
            .await
            .unwrap()
            .is_empty()
    );
    let everything = world
        .record
        .everything(&doctor, person, "everything")
        .await
        .unwrap();
    assert!(everything.iter().all(|item| item.kind() != "Consent"));
    for consent in consents {
        let outcome = world.record.read(&doctor, "Consent", consent.id()).await;
        assert!(
            matches!(outcome, Err(Error::NotFound)),
            "hidden looks like absent"
        );
    }
}

#[tokio::test]
async fn a_consent_that_somebody_else_gives() {
    let world = World::new().await;
    let person = world.person().await;
    world
        .deposit(&world.doctor(), "Consent", consent(person, &json!({})))
        .await
        .unwrap();
    is_refused(world.search(&world.doctor(), person, "Observation").await);
    let entry = (None, crate::world::named("c", consent(person, &json!({}))));
    world.import(Some("his"), vec![entry]).await;
    is_refused(world.search(&world.doctor(), person, "Observation").await);
}

#[tokio::test]
async fn a_blocked_professional_who_is_authorised_too() {
    let world = World::new().await;
    let person = world.person().await;
    world.observe(person, "pulse").await;
    world.authorise(person).await;
    let block = consent(person, &json!({ "type": "deny" }));
    let holder = world.holder(person);
    let block = world.deposit(&holder, "Consent", block).await.unwrap();
    is_refused(world.search(&world.doctor(), person, "Observation").await);
    // An authorisation given later does not outweigh the block; taking it back does.
    world.authorise(person).await;
    is_refused(world.search(&world.doctor(), person, "Observation").await);
    let id = block.id();
    world
        .record
        .take_back(&holder, person, id, None)
        .await
        .unwrap();
    let found = world
        .search(&world.doctor(), person, "Observation")
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
}

#[tokio::test]
async fn a_consent_that_is_taken_back_and_still_holds() {
    let world = World::new().await;
    let (person, other) = (world.person().await, world.person().await);
    world.authorise(person).await;
    let holder = world.holder(person);
    let consent = world.all(person, "Consent").await.remove(0);
    let id = consent.id();
    // Nobody else takes it back, and not under another version.
    for caller in [world.doctor(), world.holder(other)] {
        is_refused(world.record.take_back(&caller, person, id, None).await);
    }
    let stale = world.record.take_back(&holder, person, id, Some("0")).await;
    assert!(matches!(stale, Err(Error::Stale)));
    world
        .search(&world.doctor(), person, "Observation")
        .await
        .unwrap();
    let version = consent.version.as_str();
    world
        .record
        .take_back(&holder, person, id, Some(version))
        .await
        .unwrap();
    is_refused(world.search(&world.doctor(), person, "Observation").await);
    let restarted = world.restarted().await;
    is_refused(crate::world::search(&restarted, &world.doctor(), person, "Observation").await);
    assert!(world.all(person, "Consent").await.is_empty());
    let gone = world.record.read(&holder, "Consent", id).await;
    assert!(matches!(gone, Err(Error::Gone)));
    let again = world.record.take_back(&holder, person, id, None).await;
    assert!(matches!(again, Err(Error::Gone)));
    let history = world.record.history(&holder, "Consent", id).await.unwrap();
    assert_eq!(history.len(), 2, "what held once can be read");
}
