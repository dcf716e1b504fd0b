//! What the person is told: that somebody came, and not what is still to be announced to him.
//!
//! Dangers: an opening or a refusal by somebody else of which no letter tells; a letter about what the holder did
//! himself, or to whom wants none; a trail that names an item before a doctor did; an opening that the trail leaves out
//! for that.
//! Not a failure: an announced item that is named in lines of the past, which were not told in full until then.

use std::sync::{Arc, Mutex};

use hygie_fhir::{Limits, Patch};
use hygie_notice::{Act, PersonId};
use hygie_record::{Letters, News, UNANNOUNCED, Wishes};
use serde_json::json;

use crate::world::{World, is_refused};

/// Keeps whom it was to tell.
#[derive(Default)]
struct Heard(Mutex<Vec<PersonId>>);

impl News for Heard {
    fn new_for(&self, person: PersonId, to: &Letters) {
        assert_eq!(to.address, "a@example.org");
        self.0.lock().unwrap().push(person);
    }
}

impl Heard {
    fn times(&self) -> usize {
        self.0.lock().unwrap().drain(..).count()
    }
}

fn wants(address: &str) -> Wishes {
    Wishes {
        letters: Some(Letters {
            address: address.to_owned(),
            language: "fr".to_owned(),
        }),
        ..Wishes::default()
    }
}

#[tokio::test]
async fn somebody_came_and_nobody_is_told() {
    let world = World::new().await;
    let heard = Arc::new(Heard::default());
    world.record.tell_by(heard.clone());
    let person = world.person().await;
    let (holder, doctor) = (world.holder(person), world.doctor());
    world.observe(person, "pulse").await;
    assert_eq!(heard.times(), 0, "he wants no letters");
    for bad in [
        "a",
        "a@b",
        "a b@example.org",
        "a@example.org\n",
        "@example.org",
    ] {
        let outcome = world.record.wish(&holder, person, wants(bad)).await;
        assert!(outcome.is_err(), "{bad}");
    }
    world
        .record
        .wish(&holder, person, wants("a@example.org"))
        .await
        .unwrap();
    world.all(person, "Observation").await;
    assert_eq!(heard.times(), 0, "what he does himself is no news");
    is_refused(world.search(&doctor, person, "Observation").await);
    assert_eq!(heard.times(), 1, "a refusal");
    world.authorise(person).await;
    world.search(&doctor, person, "Observation").await.unwrap();
    world.observe(person, "pressure").await;
    assert_eq!(heard.times(), 2, "a search, and a deposit");
    world.record.wish(&holder, person, wants("")).await.unwrap();
    world.search(&doctor, person, "Observation").await.unwrap();
    assert_eq!(heard.times(), 0);
}

#[tokio::test]
async fn a_trail_that_announces_what_no_doctor_did() {
    let world = World::new().await;
    let person = world.person().await;
    world.authorise(person).await;
    let document = json!({
        "resourceType": "DocumentReference",
        "status": "current",
        "type": { "coding": [{ "system": "http://loinc.org", "code": "11502-2" }] },
        "subject": { "reference": format!("Patient/{person}") },
        "securityLabel": [{ "coding": [{ "system": "urn:oid:1.2.250.1.213.1.1.4.13", "code": "INVISIBLE_PATIENT" }] }],
        "content": [{ "attachment": { "title": "result" } }],
    });
    let item = world
        .deposit(&world.hospital(), "DocumentReference", document)
        .await
        .unwrap();
    let read = world
        .record
        .read(&world.doctor(), "DocumentReference", item.id())
        .await;
    assert_eq!(read.unwrap().id(), item.id());
    let named = async || {
        let lines = world.trail(person).await;
        let reads = lines.iter().filter(|line| {
            let notice = &line.event.notice;
            notice.act == Act::Read && line.event.actor.id == world.doctor().actor.id
        });
        let told: Vec<String> = reads.map(|line| line.event.notice.what.clone()).collect();
        assert_eq!(told.len(), 1, "the opening stands there, told or not");
        told[0].clone()
    };
    assert_eq!(named().await, UNANNOUNCED);
    let patch = br#"[{ "op": "remove", "path": "/securityLabel" }]"#;
    let patch = Patch::parse(patch, &Limits::default()).unwrap();
    let target = ("DocumentReference", item.id());
    world
        .record
        .mask(&world.hospital(), person, target, &patch)
        .await
        .unwrap();
    assert_eq!(named().await, item.reference());
}
