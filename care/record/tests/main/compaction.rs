//! Records that are compacted while they are written, held against the same records as they stand in the
//! memory of who wrote them.
//!
//! Failures covered: a version, an author, a time, an order, an import key or a mask that a snapshot loses;
//! anything that somebody sees before it and not after, or the other way round; a snapshot that is dropped with
//! what it holds; entries that are dropped while a backup needs them.
//! Not a failure: that the next request of the same person waits until the snapshot stands.

use hygie_fhir::{Limits, Patch, Resource};
use hygie_notice::{PersonId, Stream, Subject};
use hygie_record::{Caller, Record, Step, Verb};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};
use serde_json::json;

use crate::world::{World, insured, named, observation};

const KINDS: [&str; 4] = ["Patient", "Observation", "Consent", "DocumentReference"];

/// Something that is done to a record; `which` chooses among what is there.
#[derive(Debug, Clone)]
enum Deed {
    Observe {
        by: u8,
        text: u8,
    },
    Amend {
        which: u8,
        text: u8,
    },
    Delete {
        which: u8,
    },
    /// A document comes, and its holder hides it.
    Mask {
        text: u8,
    },
    Import {
        text: u8,
    },
    /// Another process takes over, which has nothing in its memory.
    Restart,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        6 => (0..3_u8, 0..9_u8).prop_map(|(by, text)| Deed::Observe { by, text }),
        2 => (any::<u8>(), 0..9_u8).prop_map(|(which, text)| Deed::Amend { which, text }),
        1 => any::<u8>().prop_map(|which| Deed::Delete { which }),
        1 => (0..9_u8).prop_map(|text| Deed::Mask { text }),
        2 => (0..3_u8).prop_map(|text| Deed::Import { text }),
        1 => Just(Deed::Restart),
    ]
}

fn unit(text: u8) -> hygie_record::ImportUnit {
    let mut pulse = observation("Patient/p", &format!("imported {text}"));
    pulse["id"] = json!("o");
    let patient = named("p", insured("1850578006084", "Durand"));
    crate::world::unit(Some("hospital"), vec![(None, patient), (None, pulse)])
}

/// All that anybody can ask about a record, as it is told.
async fn told(world: &World, record: &Record, person: PersonId) -> Vec<String> {
    let mut told = Vec::new();
    let callers: [Caller; 3] = [world.holder(person), world.doctor(), world.hospital()];
    for caller in &callers {
        for kind in KINDS {
            let found = crate::world::search(record, caller, person, kind).await;
            told.push(match &found {
                Ok(items) => items.iter().map(|item| said(item)).collect(),
                Err(error) => error.to_string(),
            });
            let past = record.history_of_type(caller, person, kind).await;
            told.push(match &past {
                Ok(items) => items.iter().map(|item| said(item)).collect(),
                Err(error) => error.to_string(),
            });
        }
    }
    let export = record.export(&world.exporter(), person, "x").await.unwrap();
    told.push(String::from_utf8(export.print()).unwrap());
    told
}

fn said(item: &hygie_record::Item) -> String {
    let text = String::from_utf8(item.resource().print()).unwrap();
    let author = &item.author;
    format!(
        "{} {} {:?} {} {text}\n",
        item.version, item.updated, author.kind, author.id
    )
}

async fn observations(world: &World, person: PersonId) -> Vec<String> {
    let mut items = world.all(person, "Observation").await;
    items.sort_by(|one, other| one.id().cmp(other.id()));
    items.iter().map(|item| item.id().to_owned()).collect()
}

async fn amend(world: &World, person: PersonId, id: &str, verb: Verb) {
    let step = Step::amend("Observation", id, verb, None);
    for caller in [
        world.doctor(),
        world.hospital(),
        world.holder(person),
        world.importer(),
    ] {
        let steps = vec![Step::amend("Observation", id, clone(&step.verb), None)];
        // Whose it is not may not.
        if world
            .record
            .apply(&caller, person, "x", steps)
            .await
            .is_ok()
        {
            return;
        }
    }
}

fn clone(verb: &Verb) -> Verb {
    match verb {
        Verb::Update { resource } => Verb::Update {
            resource: resource.clone(),
        },
        _ => Verb::Delete,
    }
}

async fn act(world: &mut World, person: PersonId, deed: &Deed, entries: u64) {
    let chosen =
        |ids: &[String], which: u8| ids.get(usize::from(which) % ids.len().max(1)).cloned();
    let subject = format!("Patient/{person}");
    match deed {
        Deed::Observe { by, text } => {
            let caller = match by {
                0 => world.doctor(),
                1 => world.hospital(),
                _ => world.holder(person),
            };
            let content = observation(&subject, &format!("text {text}"));
            world
                .deposit(&caller, "Observation", content)
                .await
                .unwrap();
        }
        Deed::Amend { which, text } => {
            if let Some(id) = chosen(&observations(world, person).await, *which) {
                let content = named(&id, observation(&subject, &format!("amended {text}")));
                let resource =
                    Resource::parse(content.to_string().as_bytes(), &Limits::default()).unwrap();
                amend(world, person, &id, Verb::Update { resource }).await;
            }
        }
        Deed::Delete { which } => {
            if let Some(id) = chosen(&observations(world, person).await, *which) {
                amend(world, person, &id, Verb::Delete).await;
            }
        }
        Deed::Mask { text } => {
            let document = json!({
                "resourceType": "DocumentReference",
                "status": "current",
                "description": format!("document {text}"),
                "subject": { "reference": subject },
                "content": [{ "attachment": { "contentType": "text/plain", "data": "aGVsbG8=" } }],
            });
            let item = world
                .deposit(&world.hospital(), "DocumentReference", document)
                .await
                .unwrap();
            let label = br#"[{ "op": "add", "path": "/securityLabel", "value": [{ "coding": [
                { "system": "urn:oid:1.2.250.1.213.1.1.4.13", "code": "MASQUE_PS" }] }] }]"#;
            let patch = Patch::parse(label, &Limits::default()).unwrap();
            let place = ("DocumentReference", item.id());
            let holder = world.holder(person);
            world
                .record
                .mask(&holder, person, place, &patch)
                .await
                .unwrap();
        }
        Deed::Import { text } => {
            let taken = world.record.import(&world.importer(), unit(*text)).await;
            taken.unwrap();
        }
        Deed::Restart => world.take_over(entries).await,
    }
    world.wait(1_000);
}

async fn alike(deeds: &[Deed], entries: u64) -> TestCaseResult {
    let mut world = World::new().await.compacting_each(entries).await;
    world
        .record
        .import(&world.importer(), unit(0))
        .await
        .unwrap();
    let person = world.record.persons().await.unwrap()[0];
    world.authorise(person).await;
    for (number, deed) in deeds.iter().enumerate() {
        act(&mut world, person, deed, entries).await;
        if number % 4 == 3 || number + 1 == deeds.len() {
            let warm = told(&world, &world.record, person).await;
            let cold = told(&world, &world.restarted().await, person).await;
            prop_assert_eq!(warm, cold, "after {} of {:?}", number + 1, deeds);
        }
    }
    // Importing what came before is recognised all the same.
    let taken = world
        .record
        .import(&world.importer(), unit(0))
        .await
        .unwrap();
    prop_assert_eq!(taken.len(), 2);
    prop_assert_eq!(world.record.persons().await.unwrap(), vec![person]);
    world.stop_keeper().await;
    Ok(())
}

fn compare(cases: u32) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    });
    let deeds = prop::collection::vec(deed(), 1..16);
    runner
        .run(&(deeds, 1..6_u64), |(deeds, entries)| {
            runtime.block_on(alike(&deeds, entries))
        })
        .unwrap();
    println!("{cases} lives of a record");
}

#[test]
fn somebody_sees_that_a_record_was_compacted() {
    compare(16);
}

#[test]
#[ignore = "hundreds of lives of a record"]
fn somebody_sees_that_one_of_many_records_was_compacted() {
    compare(400);
}

/// Sequences that stand in the store.
async fn sequences(world: &World, person: PersonId) -> Vec<u64> {
    world.record.settled().await;
    let lines = world.vault().feed(0, 10_000).await.unwrap();
    let subject = Subject::person(person);
    let of =
        |line: &&hygie_vault::Committed| line.subject == subject && line.stream == Stream::Content;
    lines.iter().filter(of).map(|line| line.sequence).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_snapshot_holds_stays_or_the_snapshot_goes() {
    let world = World::new().await.compacting_each(4).await;
    let person = world.person().await;
    for number in 0..3 {
        world.observe(person, &format!("pulse {number}")).await;
    }
    // Four entries became one.
    assert_eq!(sequences(&world, person).await, [4]);
    world.observe(person, "behind").await;
    assert_eq!(sequences(&world, person).await, [4, 5]);
    assert_eq!(world.all(person, "Observation").await.len(), 4);
    let cold = world.restarted().await;
    assert_eq!(
        told(&world, &cold, person).await,
        told(&world, &world.record, person).await
    );
    assert_eq!(world.record.persons().await.unwrap(), [person]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_under_way_loses_what_its_heads_need() {
    let world = World::new().await.compacting_each(4).await;
    let person = world.person().await;
    let held = world.record.hold();
    for number in 0..3 {
        world.observe(person, &format!("pulse {number}")).await;
    }
    assert_eq!(sequences(&world, person).await, [0, 1, 2, 3, 4]);
    drop(held);
    // Whoever opens the record next drops what the snapshot holds.
    let cold = world.restarted().await;
    let seen = crate::world::search(&cold, &world.holder(person), person, "Observation").await;
    assert_eq!(seen.unwrap().len(), 3);
    cold.settled().await;
    assert_eq!(sequences(&world, person).await, [4]);
}
