//! INVARIANT (acknowledged is durable): a crash between the vault's entry and the keeper's head.

use hygie_notice::{
    Act, Assertion, Head, Millis, Notice, Opened, PersonId, Purpose, RequestId, Stream, Subject,
    SystemEntropy, Verdict,
};
use hygie_record::Error;
use hygie_vault::{Sqlite, Vault};
use serde::Serialize;
use serde_json::json;

use crate::world::{DOCTOR, NOW, World, actor, consent, named, observation, search, text_of};

/// The form of an entry, as it must be readable for ever.
#[derive(Serialize)]
struct Change {
    at: Millis,
    author: hygie_notice::ActorRef,
    puts: Vec<Put>,
}

#[derive(Serialize)]
struct Put {
    id: String,
    version: String,
    #[serde(with = "serde_bytes")]
    json: Vec<u8>,
}

#[derive(Serialize)]
struct RightsChange {
    at: Millis,
    author: hygie_notice::ActorRef,
    right: Right,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Right {
    Authorise {
        put: Put,
        professional: Option<String>,
        structure: Option<String>,
        from: Option<Millis>,
        until: Option<Millis>,
    },
}

fn encode<T: Serialize>(change: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(change, &mut bytes).unwrap();
    bytes
}

fn change(person: PersonId, text: &str) -> Vec<u8> {
    let id = format!("{person}-{:0>13}", text);
    let resource = named(&id, observation(&format!("Patient/{person}"), text));
    let change = Change {
        at: NOW,
        author: actor(hygie_notice::ActorKind::Operator, "operator"),
        puts: vec![Put {
            id,
            version: "0123456789abc".to_owned(),
            json: resource.to_string().into_bytes(),
        }],
    };
    encode(&change)
}

fn operator(world: &World) -> Assertion {
    world.importer().assertion
}

fn notice(person: PersonId) -> Notice {
    Notice {
        subject: Subject::person(person),
        stream: Stream::Content,
        act: Act::Deposit,
        purpose: Purpose::Import,
        what: "a crash".to_owned(),
        verdict: Some(Verdict {
            permitted: true,
            rules: vec!["operator-imports".to_owned()],
        }),
        request: RequestId::random(&SystemEntropy),
    }
}

async fn open(world: &World, person: PersonId) -> Opened {
    world
        .keeper
        .open(&operator(world), notice(person))
        .await
        .unwrap()
}

/// What a write leaves that dies before the keeper's head moves.
async fn half_write(
    vault: &Vault<Sqlite>,
    opened: &Opened,
    from: Head,
    person: PersonId,
    text: &str,
) -> Head {
    let place = (Subject::person(person), Stream::Content);
    vault
        .append(
            &opened.key,
            opened.epoch,
            from,
            place.0,
            place.1,
            1,
            &change(person, text),
        )
        .await
        .unwrap()
}

async fn texts(record: &hygie_record::Record, world: &World, person: PersonId) -> Vec<String> {
    let found = search(record, &world.holder(person), person, "Observation")
        .await
        .unwrap();
    found.iter().map(|item| text_of(item)).collect()
}

#[tokio::test]
async fn a_reader_who_misses_a_half_finished_write() {
    let world = World::new().await;
    let person = world.person().await;
    world.observe(person, "before").await;
    let opened = open(&world, person).await;
    let end = half_write(&world.vault(), &opened, opened.head, person, "half").await;
    let record = world.restarted().await;
    assert_eq!(texts(&record, &world, person).await, ["before", "half"]);
    assert_eq!(
        open(&world, person).await.head,
        end,
        "the reader moved the keeper's head"
    );
    assert_eq!(texts(&record, &world, person).await, ["before", "half"]);
}

#[tokio::test]
async fn a_writer_who_overwrites_a_half_finished_write() {
    let world = World::new().await;
    let person = world.person().await;
    let opened = open(&world, person).await;
    half_write(&world.vault(), &opened, opened.head, person, "half").await;
    // This process has the record warm, without the entry.
    world.observe(person, "after").await;
    assert_eq!(
        texts(&world.record, &world, person).await,
        ["half", "after"]
    );
    let record = world.restarted().await;
    assert_eq!(texts(&record, &world, person).await, ["half", "after"]);
}

#[tokio::test]
async fn an_import_that_overwrites_a_half_finished_write() {
    let world = World::new().await;
    let person = world.person().await;
    let opened = open(&world, person).await;
    half_write(&world.vault(), &opened, opened.head, person, "half").await;
    let url = "urn:uuid:00000000-0000-4000-8000-000000000001";
    let outcomes = world
        .outcomes(None, vec![(Some("urn:uuid:o"), observation(url, "after"))])
        .await;
    assert_eq!(outcomes, [hygie_record::Outcome::Taken]);
    assert_eq!(
        texts(&world.record, &world, person).await,
        ["half", "after"]
    );
}

#[tokio::test]
async fn two_entries_past_the_head_that_are_believed() {
    let world = World::new().await;
    let person = world.person().await;
    let opened = open(&world, person).await;
    let vault = world.vault();
    let first = half_write(&vault, &opened, opened.head, person, "one").await;
    half_write(&vault, &opened, first, person, "two").await;
    let record = world.restarted().await;
    let outcome = search(&record, &world.holder(person), person, "Observation").await;
    assert!(matches!(
        outcome,
        Err(Error::Vault(hygie_vault::Error::Forked { .. }))
    ));
    assert_eq!(open(&world, person).await.head, opened.head);
    let content = observation(&format!("Patient/{person}"), "three").to_string();
    let outcome = record
        .deposit(&world.doctor(), "Observation", content.as_bytes(), None)
        .await;
    assert!(
        matches!(outcome, Err(Error::Vault(_))),
        "nor does a writer go on behind them"
    );
}

#[tokio::test]
async fn a_store_that_lost_what_was_acknowledged() {
    let world = World::new().await;
    let person = world.person().await;
    world.observe(person, "pulse").await;
    world.vault().forget(Subject::person(person)).await.unwrap();
    let record = world.restarted().await;
    let outcome = search(&record, &world.holder(person), person, "Observation").await;
    assert!(matches!(
        outcome,
        Err(Error::Vault(hygie_vault::Error::RolledBack { .. }))
    ));
}

#[tokio::test]
async fn an_acknowledged_deposit_that_a_restart_forgets() {
    let world = World::new().await;
    let person = world.person().await;
    let item = world.observe(person, "pulse").await;
    world.authorise(person).await;
    let record = world.restarted().await;
    let read = record
        .read(&world.doctor(), "Observation", item.id())
        .await
        .unwrap();
    assert_eq!(
        (read.version.as_str(), read.updated),
        (item.version.as_str(), item.updated)
    );
    assert_eq!(read.resource().print(), item.resource().print());
}

#[tokio::test]
async fn a_half_granted_authorisation_that_nobody_meets() {
    let world = World::new().await;
    let person = world.person().await;
    world.observe(person, "pulse").await;
    let subject = Subject::person(person);
    let weighing = Notice {
        stream: Stream::Rights,
        act: Act::Weigh,
        verdict: None,
        ..notice(person)
    };
    let opened = world
        .keeper
        .open(&operator(&world), weighing.clone())
        .await
        .unwrap();
    let consent = named(
        &format!("{person}-0123456789abc"),
        consent(person, &json!({})),
    );
    let grant = RightsChange {
        at: NOW,
        author: actor(hygie_notice::ActorKind::Holder, "account"),
        right: Right::Authorise {
            put: Put {
                id: format!("{person}-0123456789abc"),
                version: "0123456789abc".to_owned(),
                json: consent.to_string().into_bytes(),
            },
            professional: Some(DOCTOR.to_owned()),
            structure: None,
            from: None,
            until: None,
        },
    };
    let end = world
        .vault()
        .append(
            &opened.key,
            opened.epoch,
            opened.head,
            subject,
            Stream::Rights,
            2,
            &encode(&grant),
        )
        .await
        .unwrap();
    // Readers at once all meet it; one of them moves the head, the others find it moved.
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (record, doctor) = (world.record.clone(), world.doctor());
        tasks.spawn(async move {
            search(&record, &doctor, person, "Observation")
                .await
                .unwrap()
                .len()
        });
    }
    assert_eq!(tasks.join_all().await, [1; 8]);
    let after = world
        .keeper
        .open(&operator(&world), weighing)
        .await
        .unwrap();
    assert_eq!(after.head, end);
}
