//! Records that end, at the door.
//!
//! Failures covered: an erased person who is met again by a reader, an import or a register; what is warm,
//! or a document, and outlives the record; a closed record that somebody opens, or that comes back without
//! what it held; somebody else than the operator who ends one.
//! Not a failure: that the operator is told which of the two it is, and everybody else is not.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hygie_notice::{KeyAnswer, KeyStep, Subject};
use hygie_record::{Error, Outcome};
use serde_json::json;

use crate::world::{World, insured};

#[tokio::test]
async fn an_erased_person_is_met_again() {
    let world = World::new().await;
    world.custody(1, 1).await;
    let entries = || {
        vec![(
            Some("urn:uuid:00000000-0000-4000-8000-000000000001"),
            insured("279035121518989", "Durand"),
        )]
    };
    assert_eq!(world.outcomes(None, entries()).await, [Outcome::Taken]);
    let person = world.record.persons().await.unwrap().remove(0);
    world.authorise(person).await;
    world.observe(person, "warm").await;
    assert_eq!(world.all(person, "Observation").await.len(), 1);
    for caller in [world.doctor(), world.holder(person), world.importer()] {
        let refused = world.record.erase(&caller, person, 10).await;
        assert!(matches!(refused, Err(Error::Refused)), "{refused:?}");
    }
    world
        .record
        .erase(&world.closer(), person, 10)
        .await
        .unwrap();
    for caller in [world.doctor(), world.holder(person)] {
        let read = world.search(&caller, person, "Observation").await;
        assert!(matches!(read, Err(Error::Refused)), "{read:?}");
        let trail = world.record.account(&caller, person, "trail").await;
        assert!(matches!(trail, Err(Error::Refused)));
    }
    let deposit = json!({ "resourceType": "Observation", "status": "final", "code": { "text": "x" },
        "subject": { "reference": format!("Patient/{person}") } });
    let deposited = world.deposit(&world.doctor(), "Observation", deposit).await;
    assert!(matches!(deposited, Err(Error::Refused)));
    let taken = world.import(None, entries()).await;
    assert_eq!(taken[0].outcome, Outcome::Rejected);
    assert!(
        taken[0].reason.as_ref().unwrap().contains("erased"),
        "{taken:?}"
    );
    let exported = world
        .record
        .export(&world.exporter(), person, "http://x/fhir")
        .await;
    assert!(matches!(exported, Err(Error::Erased)));
    assert!(world.record.persons().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_closed_record_opens_or_comes_back_without_something() {
    let world = World::new().await;
    let custodians = world.custody(1, 2).await;
    let person = world.person().await;
    world.authorise(person).await;
    world.observe(person, "before").await;
    world
        .record
        .close(&world.closer(), person, 10)
        .await
        .unwrap();
    for caller in [world.doctor(), world.holder(person)] {
        let read = world.search(&caller, person, "Observation").await;
        assert!(matches!(read, Err(Error::Refused)), "{read:?}");
    }
    let exported = world
        .record
        .export(&world.exporter(), person, "http://x/fhir")
        .await;
    assert!(matches!(exported, Err(Error::Closed)));
    let step = KeyStep::Archive {
        subject: Subject::person(person),
    };
    let answer = world.keeper.keys(&world.closer().assertion, step).await;
    let KeyAnswer::Archive { shares, .. } = answer.unwrap() else {
        panic!("no archive");
    };
    let opened: Vec<String> = shares
        .iter()
        .filter(|(name, _)| name.starts_with("keeper-2."))
        .map(|(_, sealed)| {
            String::from_utf8(age::decrypt(&custodians[1], sealed).unwrap()).unwrap()
        })
        .collect();
    let reopen = |shares| {
        let (record, caller) = (world.record.clone(), world.closer());
        async move { record.reopen(&caller, person, shares).await }
    };
    let refused = reopen(opened[..1].to_vec()).await;
    assert!(matches!(refused, Err(Error::Impossible(_))), "{refused:?}");
    reopen(opened).await.unwrap();
    let found = world.search(&world.doctor(), person, "Observation").await;
    assert_eq!(found.unwrap().len(), 1);
    world.observe(person, "after").await;
    assert_eq!(world.all(person, "Observation").await.len(), 2);
}

#[tokio::test]
async fn an_erased_person_leaves_documents_behind() {
    let world = World::new().await;
    world.custody(1, 1).await;
    let (person, other) = (world.person().await, world.person().await);
    let data = STANDARD.encode(vec![7; 200_000]);
    for one in [person, other] {
        let binary = json!({ "resourceType": "Binary", "contentType": "application/pdf", "data": data,
            "securityContext": { "reference": format!("Patient/{one}") } });
        let holder = world.holder(one);
        world.deposit(&holder, "Binary", binary).await.unwrap();
    }
    assert_eq!(world.objects(), 2, "each has an object of his own");
    world
        .record
        .erase(&world.closer(), person, 10)
        .await
        .unwrap();
    assert_eq!(world.objects(), 1, "the erased person's is gone");
    assert_eq!(world.all(other, "Binary").await.len(), 1);
}
