//! The proof of a trail, as the door gives it.
//!
//! Failures covered: a proof for somebody else than the holder, or the operator who hands everything over; one that names
//! what is not announced; one that lacks an event, or the line of its own making; a long trail whose parts do not hold together; a proof of what ended.
//! Not a failure: that proofs in several pages leave a line for each page in the trail.

use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hygie_notice::{Act, ActorKind, Millis, PersonId, Purpose, Stream};
use hygie_proof::{Checked, Trail};
use hygie_record::{Caller, Error};

use crate::world::{DAY, World, actor, search};

async fn checked(world: &World, text: &str) -> Checked {
    let (verifier, _) = world.record.ledger().await.unwrap();
    Trail::parse(text)
        .unwrap()
        .check(&verifier.parse().unwrap())
        .unwrap()
}

#[tokio::test]
async fn a_proof_is_given_to_somebody_else_or_lacks_an_event() {
    let world = World::new().await;
    let (person, other) = (world.person().await, world.person().await);
    world.authorise(person).await;
    world.observe(person, "one").await;
    world
        .search(&world.doctor(), person, "Observation")
        .await
        .unwrap();
    let before: Vec<(u64, Act, Millis)> = world
        .trail(person)
        .await
        .iter()
        .map(|line| {
            let event = &line.event;
            (event.number, event.notice.act, event.at)
        })
        .collect();
    for caller in [world.doctor(), world.hospital(), world.holder(other)] {
        let refused = world.record.prove(&caller, person).await;
        assert!(matches!(refused, Err(Error::Refused)), "{refused:?}");
    }
    // The operator's purpose is his whatever he said.
    let callers = [world.holder(person), world.exporter(), world.importer()];
    for caller in callers {
        let text = world.record.prove(&caller, person).await.unwrap();
        let found = checked(&world, &text).await;
        assert_eq!(found.person, person.to_string());
        assert_eq!(found.first().number, 0);
        for (number, _, at) in &before {
            let event = &found.events[usize::try_from(*number).unwrap()];
            assert_eq!((event.number, event.at), (*number, *at));
        }
        let last = found.last();
        assert_eq!(
            (last.act.as_str(), last.what.as_deref()),
            ("account", Some("the trail, with its proof"))
        );
        assert_eq!(last.role, caller.actor.kind.word());
        // What it says of the refused is there too.
        let refused = found
            .events
            .iter()
            .filter(|event| event.permitted == Some(false));
        assert_eq!(refused.count(), 3);
    }
    let lines = world.trail(person).await;
    let purposes: Vec<Purpose> = lines
        .iter()
        .filter(|line| line.event.notice.stream == Stream::Trail)
        .map(|line| line.event.notice.purpose)
        .collect();
    assert_eq!(
        purposes,
        [
            Purpose::PatientRequest,
            Purpose::Portability,
            Purpose::Portability
        ]
    );
}

/// Whether a file's events are told with this id, and how many of them keep their words back.
async fn told(world: &World, caller: &Caller, person: PersonId, id: &str) -> (bool, usize) {
    let text = world.record.prove(caller, person).await.unwrap();
    let found = checked(world, &text).await;
    let kept = found.events.iter().filter(|event| event.what.is_none());
    let kept: Vec<_> = kept
        .map(|event| (event.role.clone(), event.number))
        .collect();
    assert!(
        kept.iter().all(|(role, _)| role == "professional"),
        "{kept:?}"
    );
    // Not in any other place of the file either: it is text, and what is base64 in it is looked into.
    let mut words = text
        .split([' ', '\n'])
        .filter_map(|word| STANDARD.decode(word).ok());
    let within = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).contains(id);
    let inside = words.any(within) || text.contains(id);
    let listed = found
        .events
        .iter()
        .filter_map(|event| event.what.as_deref());
    let listed = listed.filter(|what| what.contains(id)).count() > 0;
    assert_eq!(inside, listed, "an id that is not told stands in the file");
    (inside, kept.len())
}

#[tokio::test]
async fn a_proof_names_what_is_not_announced() {
    let world = World::new().await;
    let person = world.person().await;
    world.authorise(person).await;
    let document = serde_json::json!({
        "resourceType": "DocumentReference", "status": "current",
        "subject": { "reference": format!("Patient/{person}") },
        "securityLabel": [{ "coding": [{ "code": "INVISIBLE_PATIENT" }] }],
        "type": { "coding": [{ "system": "http://loinc.org", "code": "11488-4" }] },
        "content": [{ "attachment": { "title": "letter" } }],
    });
    let author = world.by(actor(ActorKind::Professional, "10303030303"));
    let item = world.deposit(&author, "DocumentReference", document).await;
    let id = item.unwrap().id().to_owned();
    let read = async || {
        let doctor = world.doctor();
        let read = world.record.read(&doctor, "DocumentReference", &id).await;
        read.unwrap();
    };
    read().await;
    read().await;
    // Who holds it, and who hands it to him: that somebody opened it shows, and not what.
    for caller in [world.holder(person), world.exporter()] {
        let (named, kept) = told(&world, &caller, person, &id).await;
        assert!(!named && kept >= 2, "{kept}");
    }
    // In the trail itself neither, where it was weighed.
    let lines = world.trail(person).await;
    assert!(
        lines
            .iter()
            .all(|line| !line.event.notice.what.contains(&id))
    );
    world.wait(30 * DAY);
    for caller in [world.holder(person), world.exporter()] {
        let (named, kept) = told(&world, &caller, person, &id).await;
        assert!(named && kept == 0, "{kept}");
    }
}

#[tokio::test]
async fn a_long_trail_loses_an_event_between_its_parts() {
    let world = World::new().await;
    let person = world.person().await;
    let holder = world.holder(person);
    for _ in 0..1_100 {
        search(&world.record, &holder, person, "Observation")
            .await
            .unwrap();
    }
    let begun = Instant::now();
    let text = world.record.prove(&holder, person).await.unwrap();
    let took = begun.elapsed();
    let found = checked(&world, &text).await;
    assert!(found.events.len() > 1_100, "{}", found.events.len());
    assert_eq!(found.first().number, 0);
    // The first page's line is the last event; the second page's comes behind it.
    assert_eq!(found.last().act, "account");
    let again = world.record.prove(&holder, person).await.unwrap();
    let later = checked(&world, &again).await;
    assert_eq!(later.events[..found.events.len()], found.events[..]);
    let behind = &later.events[found.events.len()];
    assert_eq!(behind.act, "account");
    println!(
        "record: {} events proved in {} ms, {} KiB (this build)",
        found.events.len(),
        took.as_millis(),
        text.len() / 1024
    );
}

#[tokio::test]
async fn what_ended_is_proved() {
    let world = World::new().await;
    world.custody(1, 1).await;
    let (erased, closed) = (world.person().await, world.person().await);
    world
        .record
        .erase(&world.closer(), erased, 10)
        .await
        .unwrap();
    world
        .record
        .close(&world.closer(), closed, 10)
        .await
        .unwrap();
    for person in [erased, closed] {
        let refused = world.record.prove(&world.holder(person), person).await;
        assert!(matches!(refused, Err(Error::Refused)), "{refused:?}");
    }
    let refused = world.record.prove(&world.exporter(), erased).await;
    assert!(matches!(refused, Err(Error::Erased)), "{refused:?}");
    let refused = world.record.prove(&world.exporter(), closed).await;
    assert!(matches!(refused, Err(Error::Closed)), "{refused:?}");
}
