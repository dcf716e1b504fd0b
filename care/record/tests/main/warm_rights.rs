//! Rights that stay in memory: they speed what they permit, and permit nothing that was taken back.

use hygie_notice::{Act, PersonId, Stream};
use hygie_record::{Error, Record};

use crate::world::{MINUTE, World, consent, is_refused, search};

const WEIGH: (Act, Stream, Option<bool>) = (Act::Weigh, Stream::Rights, None);
const SEARCH: (Act, Stream, Option<bool>) = (Act::Search, Stream::Content, Some(true));
const REFUSAL: (Act, Stream, Option<bool>) = (Act::Search, Stream::Content, Some(false));

/// A person whose record the doctor reads, with the rights in memory; and the Consent's id.
async fn read_by_doctor(world: &World) -> (PersonId, String) {
    let person = world.person().await;
    world.observe(person, "pulse").await;
    let holder = world.holder(person);
    let content = consent(person, &serde_json::json!({}));
    let granted = world.deposit(&holder, "Consent", content).await.unwrap();
    for _ in 0..2 {
        let found = world.search(&world.doctor(), person, "Observation").await;
        assert_eq!(found.unwrap().len(), 1);
    }
    assert_eq!(world.newest(person, 2).await, [SEARCH, SEARCH]);
    (person, granted.id().to_owned())
}

async fn revoke(record: &Record, world: &World, person: PersonId, id: &str) {
    record
        .take_back(&world.holder(person), person, id, None)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_revocation_that_warm_rights_outlive() {
    let world = World::new().await;
    let (person, id) = read_by_doctor(&world).await;
    revoke(&world.record, &world, person, &id).await;
    is_refused(world.search(&world.doctor(), person, "Observation").await);
    assert_eq!(world.newest(person, 1).await, [REFUSAL]);
}

#[tokio::test]
async fn a_revocation_by_another_process_that_nobody_notices() {
    let world = World::new().await;
    let (person, id) = read_by_doctor(&world).await;
    revoke(&world.restarted().await, &world, person, &id).await;
    let (leaves, before) = (world.leaves().await, world.trail(person).await.len());
    let seen = world.leaves().await;
    is_refused(world.search(&world.doctor(), person, "Observation").await);
    // The warm way left nothing; weighing afresh and the refusal are two lines.
    assert_eq!(world.leaves().await, seen + 2);
    assert!(seen > leaves);
    assert_eq!(world.trail(person).await.len(), before + 2);
    assert_eq!(world.newest(person, 2).await, [WEIGH, REFUSAL]);
}

#[tokio::test]
async fn a_permission_by_another_process_that_nobody_notices() {
    let world = World::new().await;
    let (person, id) = read_by_doctor(&world).await;
    revoke(&world.record, &world, person, &id).await;
    is_refused(world.search(&world.doctor(), person, "Observation").await);
    let other = world.restarted().await;
    let content = consent(person, &serde_json::json!({})).to_string();
    other
        .deposit(&world.holder(person), "Consent", content.as_bytes(), None)
        .await
        .unwrap();
    let found = world.search(&world.doctor(), person, "Observation").await;
    assert_eq!(found.unwrap().len(), 1);
    // The holder, whom warm rights permit, sees what another process wrote, too.
    let consents = world.all(person, "Consent").await;
    assert_eq!(consents.len(), 1);
}

#[tokio::test]
async fn a_refusal_by_warm_rights_without_a_weighing() {
    let world = World::new().await;
    let person = world.person().await;
    world.observe(person, "pulse").await;
    for _ in 0..2 {
        is_refused(world.search(&world.doctor(), person, "Observation").await);
    }
    let expected = [WEIGH, REFUSAL, WEIGH, REFUSAL];
    assert_eq!(world.newest(person, 4).await, expected);
}

#[tokio::test]
async fn rights_that_stay_in_memory_for_ever() {
    let world = World::new().await;
    let (person, _) = read_by_doctor(&world).await;
    let doctor = async || {
        search(&world.record, &world.doctor(), person, "Observation")
            .await
            .unwrap()
    };
    world.wait(10 * MINUTE);
    let before = world.leaves().await;
    doctor().await;
    assert_eq!(world.leaves().await, before + 1);
    world.wait(1);
    doctor().await;
    assert_eq!(world.leaves().await, before + 3, "it was weighed again");
}

#[tokio::test]
async fn an_authorisation_that_ends_while_it_is_in_memory() {
    let world = World::new().await;
    let person = world.person().await;
    world.observe(person, "pulse").await;
    // The period's end means the whole of its second.
    let provision = serde_json::json!({ "period": { "end": "2026-09-21T14:15:00Z" } });
    let content = consent(person, &provision);
    world
        .deposit(&world.holder(person), "Consent", content)
        .await
        .unwrap();
    let ask = async || world.search(&world.doctor(), person, "Observation").await;
    assert_eq!(ask().await.unwrap().len(), 1);
    world.wait(2 * MINUTE);
    is_refused(ask().await);
}

#[tokio::test]
async fn a_mask_that_warm_rights_miss() {
    let world = World::new().await;
    let (person, _) = read_by_doctor(&world).await;
    let document = serde_json::json!({
        "resourceType": "DocumentReference",
        "status": "current",
        "type": { "coding": [{ "system": "http://loinc.org", "code": "34112-3" }] },
        "subject": { "reference": format!("Patient/{person}") },
        "content": [{ "attachment": { "contentType": "text/plain", "data": "aGVsbG8=" } }],
    });
    let hospital = world.hospital();
    let item = world
        .deposit(&hospital, "DocumentReference", document)
        .await
        .unwrap();
    let id = item.id();
    let doctor = async || {
        let caller = world.doctor();
        let found = world.search(&caller, person, "DocumentReference").await;
        found.unwrap().len()
    };
    assert_eq!(doctor().await, 1);
    let patch = br#"[{ "op": "add", "path": "/securityLabel", "value": [{ "coding": [
        { "system": "urn:oid:1.2.250.1.213.1.1.4.13", "code": "MASQUE_PS" }] }] }]"#;
    let patch = hygie_fhir::Patch::parse(patch, &hygie_fhir::Limits::default()).unwrap();
    let holder = world.holder(person);
    world
        .record
        .mask(&holder, person, ("DocumentReference", id), &patch)
        .await
        .unwrap();
    assert_eq!(doctor().await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_revocation_that_requests_under_way_undo() {
    let world = World::new().await;
    let (person, id) = read_by_doctor(&world).await;
    let mut readers = tokio::task::JoinSet::new();
    for _ in 0..24 {
        let (record, doctor) = (world.record.clone(), world.doctor());
        readers.spawn(async move {
            loop {
                match search(&record, &doctor, person, "Observation").await {
                    Ok(_) => {}
                    Err(Error::Refused) => return,
                    Err(other) => panic!("another error: {other}"),
                }
            }
        });
    }
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    revoke(&world.record, &world, person, &id).await;
    is_refused(world.search(&world.doctor(), person, "Observation").await);
    while let Some(done) = readers.join_next().await {
        done.unwrap();
    }
    let lines = world.trail(person).await;
    let mut short = lines.iter().map(|line| &line.event.notice);
    short.find(|notice| notice.act == Act::Share && notice.verdict.is_some());
    let revoked = short.position(|notice| notice.act == Act::Share && notice.verdict.is_some());
    assert!(revoked.is_some());
    let opened = short.any(|notice| {
        notice.act == Act::Search
            && notice
                .verdict
                .as_ref()
                .is_some_and(|verdict| verdict.permitted)
    });
    assert!(!opened, "no opening behind the revocation");
}
