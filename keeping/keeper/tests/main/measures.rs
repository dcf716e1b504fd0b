//! What the keeper tells of itself: each thing that it does or meets is counted once, and nobody is named.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

use hygie_notice::{Head, PersonId, Stream, Subject, SystemEntropy};

use crate::world::{World, reading};

#[tokio::test]
async fn a_fault_or_refusal_that_nobody_counts() {
    let world = World::new();
    let keeper = world.start().await;
    let before = keeper.client.measures().await.unwrap();
    assert_eq!((before.events, before.lag, before.recovered), (0, 0, 0));
    assert!(before.started > 0);
    let subject = keeper.create(&world).await;
    for _ in 0..5 {
        keeper.read(&world, subject, "x").await.unwrap();
    }
    let (token, client) = (world.professional(), &keeper.client);
    // Unknown subject, stale head, look-up of nothing.
    let nobody = Subject::person(PersonId::random(&SystemEntropy));
    client.open(&token, reading(nobody, "x")).await.unwrap_err();
    let (wrong, to) = (
        Head {
            count: 7,
            hash: [7; 32],
        },
        Head {
            count: 8,
            hash: [8; 32],
        },
    );
    client
        .advance(subject, Stream::Content, wrong, to)
        .await
        .unwrap_err();
    client.tag(&token, "", "x", None).await.unwrap_err();
    // The look-up of nothing took one of the minute's 120.
    for number in 0..120 {
        let _the_last_is_refused = client
            .tag(&token, "domain", &number.to_string(), None)
            .await;
    }
    // What is no message is answered, and the connection ends.
    let mut stream = UnixStream::connect(world.home.socket()).unwrap();
    stream.write_all(&[0, 0, 0, 1, 0]).unwrap();
    let heard = tokio::task::spawn_blocking(move || stream.read_to_end(&mut Vec::new()));
    heard.await.unwrap().unwrap();
    let told = client.measures().await.unwrap();
    let refusals = told.refusals;
    assert_eq!(
        (
            refusals.unknown_subject,
            refusals.stale_head,
            refusals.too_many
        ),
        (1, 1, 1)
    );
    assert_eq!((refusals.notice, refusals.assertion), (1, 0));
    assert_eq!(told.faults.malformed, 1);
    // One event each: the creation, five readings, one about nobody.
    assert_eq!(told.events, 7);
    assert!(told.unwraps >= 12, "{}", told.unwraps);
    assert!(told.commits.count() > 0 && told.commits.micros > 0);
    // A proof waits for the ledger's files.
    client.prove(6).await.unwrap();
    let told = client.measures().await.unwrap();
    assert_eq!((told.lag, told.waiting), (0, 0));
    assert!(told.checkpoints > 0);
    let text = format!("{told:?}");
    assert!(!text.contains(&subject.id.to_string()), "{text}");
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn a_damaged_key_that_nobody_counts() {
    let world = World::new();
    let keeper = world.start().await;
    let subject = keeper.create(&world).await;
    keeper.stop().await.unwrap();
    let db = rusqlite::Connection::open(world.home.keeper().join("keys.db")).unwrap();
    let change = "UPDATE keys SET wrapped = zeroblob(length(wrapped)) WHERE subject = ?1";
    assert_eq!(db.execute(change, [subject.bytes()]).unwrap(), 3);
    db.close().unwrap();
    let keeper = world.start().await;
    keeper.read(&world, subject, "x").await.unwrap_err();
    let told = keeper.client.measures().await.unwrap();
    assert_eq!((told.faults.altered, told.refusals.unavailable), (1, 1));
    assert_eq!(told.events, 0, "nothing was written down");
    keeper.stop().await.unwrap();
}
