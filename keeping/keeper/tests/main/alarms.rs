//! The chain of alarms: what rings, who reads it, what waits for a review, and what becomes of it when the files are
//! altered.

use hygie_keeper::notice::wire::Failure;
use hygie_keeper::notice::{
    Act, Alarm, Alarmed, Notice, Outcome, Purpose, ReviewQueue, Stream, Subject,
};
use hygie_keeper::{Error, Proceed, Unlock, backup, restore};

use crate::backups::{moved, parts, proceed};
use crate::world::{Running, World, failure, is_notice, reading, refused};

fn declaration(subject: Subject, what: &str) -> Notice {
    Notice {
        stream: Stream::Rights,
        act: Act::BreakGlass,
        ..reading(subject, what)
    }
}

async fn declare(world: &World, keeper: &Running, subject: Subject, what: &str) {
    let notice = declaration(subject, what);
    let opened = keeper.client.open(&world.professional(), notice).await;
    drop(opened.unwrap());
}

async fn queue(world: &World, keeper: &Running) -> Vec<(u64, Option<Outcome>)> {
    let mut queue = ReviewQueue::default();
    let mut from = None;
    loop {
        let page = keeper.client.alarms(&world.operator(), from).await.unwrap();
        page.alarms.into_iter().for_each(|alarm| queue.take(alarm));
        from = page.next;
        if from.is_none() {
            let open = queue.open();
            return open.map(|(alarm, found)| (alarm.number, found)).collect();
        }
    }
}

/// Every alarm, to the last that the keeper counts.
async fn all(world: &World, keeper: &Running) -> Result<Vec<Alarmed>, Error> {
    let (mut alarms, mut from) = (Vec::new(), Some(0));
    while from.is_some() {
        let page = keeper.client.alarms(&world.operator(), from).await?;
        alarms.extend(page.alarms);
        from = page.next;
    }
    Ok(alarms)
}

#[tokio::test]
async fn a_break_glass_that_nobody_reviews() {
    let world = World::new();
    let keeper = world.start().await;
    let subject = keeper.create(&world).await;
    let client = &keeper.client;
    declare(&world, &keeper, subject, "unconscious").await;
    declare(&world, &keeper, subject, "no answer").await;
    // What was refused is no emergency, and what is about nobody is none.
    let refusal = Notice {
        verdict: refused(),
        ..declaration(subject, "x")
    };
    client.refuse(&world.professional(), refusal).await.unwrap();
    let nobody = Subject::person(hygie_notice::PersonId::random(&hygie_notice::SystemEntropy));
    let token = world.professional();
    let opened = client.open(&token, declaration(nobody, "x")).await;
    assert_eq!(failure(opened), Failure::UnknownSubject);

    let page = client.alarms(&world.operator(), Some(0)).await.unwrap();
    assert_eq!((page.alarms.len(), page.next), (2, None));
    let first = &page.alarms[0];
    assert_eq!(first.actor.id, "10101010101");
    let expected = Alarm::BreakGlass {
        person: subject.id.to_string(),
        // Behind the making of the person; the alarm follows it in the ledger.
        index: 1,
        what: "unconscious".to_owned(),
    };
    assert_eq!((&first.alarm, first.index), (&expected, 2));
    assert_eq!(queue(&world, &keeper).await, [(0, None), (1, None)]);

    let review = async |number, outcome| client.review(&world.operator(), number, outcome).await;
    assert_eq!(review(0, Outcome::ToClarify).await.unwrap(), 2);
    assert_eq!(review(1, Outcome::Justified).await.unwrap(), 3);
    keeper.stop().await.unwrap();
    let keeper = world.start().await;
    let client = &keeper.client;
    let clarify = Some(Outcome::ToClarify);
    assert_eq!(queue(&world, &keeper).await, [(0, clarify)]);
    // Reviewed already, a review itself, one that never was.
    for number in [1, 2, 99, u64::MAX] {
        let outcome = Outcome::Misuse;
        is_notice(client.review(&world.operator(), number, outcome).await);
    }
    is_notice(
        client
            .review(&world.professional(), 0, Outcome::Justified)
            .await,
    );
    client
        .review(&world.operator(), 0, Outcome::Misuse)
        .await
        .unwrap();
    assert_eq!(queue(&world, &keeper).await, []);
    let page = client.alarms(&world.operator(), Some(4)).await.unwrap();
    let Alarm::Reviewed { number, outcome } = page.alarms[0].alarm else {
        panic!("{page:?}");
    };
    assert_eq!((number, outcome), (0, Outcome::Misuse));
    assert_eq!(page.alarms[0].actor.id, "ops");
    keeper.stop().await.unwrap();
    world.verify_ledger();
}

#[tokio::test]
async fn alarms_read_or_written_by_others() {
    let world = World::new();
    let keeper = world.start().await;
    let client = &keeper.client;
    is_notice(client.alarms(&world.professional(), Some(0)).await);
    let alarms = Subject::alarms();
    for notice in [
        reading(alarms, "x"),
        declaration(alarms, "x"),
        Notice {
            act: Act::Review,
            stream: Stream::Rights,
            ..reading(alarms, "x")
        },
    ] {
        is_notice(client.open(&world.professional(), notice).await);
    }
    // A refusal about the alarms would be a line among them that the keeper did not write.
    let forged = Notice {
        verdict: refused(),
        what: Alarm::Reviewed {
            number: 0,
            outcome: Outcome::Justified,
        }
        .text(),
        ..reading(alarms, "x")
    };
    is_notice(client.refuse(&world.professional(), forged).await);
    let trail = Notice {
        stream: Stream::Trail,
        act: Act::Account,
        purpose: Purpose::Portability,
        verdict: None,
        ..reading(alarms, "x")
    };
    is_notice(client.trail(&world.operator(), trail, 0).await);
    let page = client.alarms(&world.operator(), Some(0)).await.unwrap();
    assert_eq!((page.alarms.len(), page.next), (0, None));
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn an_alarm_altered_moved_or_taken_away() {
    for damage in [
        // A byte of the last one turned.
        "UPDATE events SET sealed = CAST(substr(sealed, 1, length(sealed) - 1) || x'00' AS BLOB)
         WHERE subject = ?1 AND number = 2",
        // Two exchanged.
        "UPDATE events SET sealed = (SELECT sealed FROM events WHERE subject = ?1 AND number = 1)
         WHERE subject = ?1 AND number = 0",
        // The last one's leaf another's.
        "UPDATE events SET leaf = x'0000000000000000000000000000000000000000000000000000000000000000'
         WHERE subject = ?1 AND number = 2",
        // One given to somebody else: the chain has a gap.
        "UPDATE events SET subject = x'0300000000000000000000000000000009', number = 0
         WHERE subject = ?1 AND number = 1",
        // The last one given to somebody else: the chain ends early.
        "UPDATE events SET subject = x'0300000000000000000000000000000009', number = 0
         WHERE subject = ?1 AND number = 2",
    ] {
        let world = World::new();
        let keeper = world.start().await;
        let subject = keeper.create(&world).await;
        for what in ["a", "b", "c"] {
            declare(&world, &keeper, subject, what).await;
        }
        keeper.stop().await.unwrap();
        let db = rusqlite::Connection::open(world.home.keeper().join("keys.db")).unwrap();
        let alarms = Subject::alarms().bytes();
        assert_eq!(db.execute(damage, [alarms]).unwrap(), 1, "{damage}");
        drop(db);
        // A leaf that is not the ledger's is seen at the start already.
        let Ok(altered) = world.keeper(&Unlock::default()) else {
            continue;
        };
        drop(altered);
        let keeper = world.start().await;
        let read = all(&world, &keeper).await;
        assert!(matches!(read, Err(Error::Unavailable(_))), "{damage}");
        keeper.stop().await.unwrap();
    }
}

#[tokio::test]
async fn alarms_that_a_backup_loses_or_an_older_home_lacks() {
    let world = World::new();
    let keeper = world.start().await;
    keeper.custody(&world, 1, 1).await;
    let subject = keeper.create(&world).await;
    declare(&world, &keeper, subject, "unconscious").await;
    let files = parts(&world, &["1.part", "2.part"]);
    let (events, _) = backup(&world.home, 0, &files[0]).unwrap();
    declare(&world, &keeper, subject, "no answer").await;
    backup(&world.home, events, &files[1]).unwrap();
    keeper.stop().await.unwrap();
    let old = world.home.clone();
    let (world, _dir) = moved(world);
    restore(&world.home, &old, &Unlock::default(), &[], &files).unwrap();
    proceed(&world, &Proceed::NewEpoch).unwrap();
    let keeper = world.start().await;
    assert_eq!(queue(&world, &keeper).await, [(0, None), (1, None)]);
    keeper.stop().await.unwrap();

    // A home of the form before: no chain of alarms, none of its tables.
    let world = World::new();
    let db = rusqlite::Connection::open(world.home.keeper().join("keys.db")).unwrap();
    for table in ["streams", "keys"] {
        let gone = format!("DELETE FROM {table} WHERE subject = ?1");
        assert_eq!(db.execute(&gone, [Subject::alarms().bytes()]).unwrap(), 3);
    }
    db.execute_batch(
        "DROP TABLE met; DROP TABLE suspended; DROP TABLE reviews; DROP TABLE joined; PRAGMA user_version = 2;",
    )
    .unwrap();
    drop(db);
    let keeper = world.start().await;
    let subject = keeper.create(&world).await;
    declare(&world, &keeper, subject, "unconscious").await;
    assert_eq!(queue(&world, &keeper).await, [(0, None)]);
    keeper.stop().await.unwrap();
    world.verify_ledger();
}
