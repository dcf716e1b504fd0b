//! Crashes between database and ledger, folders of different moments, a disk that fails.

use std::fs;

use hygie_keeper::{Error, Unlock};

use crate::world::{World, accounting, copy};

#[tokio::test]
async fn an_opening_is_not_lost_between_database_and_ledger() {
    let world = World::new();
    let aside = tempfile::tempdir().unwrap();
    let keeper = world.start().await;
    let subject = keeper.create(&world).await;
    keeper.read(&world, subject, "before").await.unwrap();
    keeper.stop().await.unwrap();
    copy(&world.home.ledger(), &aside.path().join("ledger"));
    let keeper = world.start().await;
    for _ in 0..300 {
        keeper.read(&world, subject, "during").await.unwrap();
    }
    let size = keeper.size().await;
    keeper.stop().await.unwrap();
    let whole = fs::read(world.home.ledger().join("checkpoint")).unwrap();
    // The crash: the events are committed, the ledger has not seen them.
    copy(&aside.path().join("ledger"), &world.home.ledger());
    assert_eq!(world.verify_ledger(), 2);
    let keeper = world.start().await;
    assert_eq!(keeper.size().await, size);
    assert_eq!(world.verify_ledger(), size);
    assert_eq!(
        fs::read(world.home.ledger().join("checkpoint")).unwrap(),
        whole
    );
    let (_, lines) = keeper
        .client
        .trail(&world.holder(subject.id), accounting(subject), 0)
        .await
        .unwrap();
    assert_eq!(lines.len(), 303);
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn a_ledger_ahead_of_its_events_is_refused() {
    let world = World::new();
    let keeper = world.start().await;
    let subject = keeper.create(&world).await;
    keeper.stop().await.unwrap();
    let database = world.home.keeper().join("keys.db");
    let older = fs::read(&database).unwrap();
    let keeper = world.start().await;
    keeper.read(&world, subject, "x").await.unwrap();
    keeper.stop().await.unwrap();
    fs::write(&database, older).unwrap();
    let error = world.keeper(&Unlock::default()).unwrap_err();
    assert!(
        matches!(
            error,
            Error::LedgerAhead {
                ledger: 2,
                events: 1
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn a_ledger_of_another_history_is_refused() {
    let world = World::new();
    let aside = tempfile::tempdir().unwrap();
    let keeper = world.start().await;
    let subject = keeper.create(&world).await;
    keeper.stop().await.unwrap();
    copy(world.home.keeper(), &aside.path().join("start"));
    let keeper = world.start().await;
    keeper.read(&world, subject, "one history").await.unwrap();
    keeper.stop().await.unwrap();
    copy(&world.home.ledger(), &aside.path().join("ledger"));
    copy(&aside.path().join("start"), world.home.keeper());
    let keeper = world.start().await;
    keeper.read(&world, subject, "another").await.unwrap();
    keeper.stop().await.unwrap();
    copy(&aside.path().join("ledger"), &world.home.ledger());
    let error = world.keeper(&Unlock::default()).unwrap_err();
    assert!(
        matches!(error, Error::LedgerDiffers { index: 1 }),
        "{error}"
    );
}

#[tokio::test]
async fn keys_stop_coming_out_when_the_ledger_cannot_be_written() {
    let world = World::new();
    let keeper = world.start().await;
    let subject = keeper.create(&world).await;
    keeper.client.prove(0).await.unwrap();
    let (tiles, aside) = (
        world.home.ledger().join("tile"),
        world.dir.path().join("aside"),
    );
    fs::rename(&tiles, &aside).unwrap();
    fs::write(&tiles, b"no directory").unwrap();
    // Each key that still comes out has its notice in the event table, durably.
    let mut opened = 0;
    let failed = loop {
        match keeper.read(&world, subject, "x").await {
            Ok(_) => opened += 1,
            Err(failed) => break failed,
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        assert!(opened < 1_000, "it goes on without a ledger");
    };
    assert!(matches!(failed, Error::Unavailable(_)), "{failed}");
    // It stops by itself, and says why.
    let ended = keeper.end().await.unwrap_err();
    assert!(matches!(ended, Error::Ledger(_)), "{ended}");
    assert!(!world.home.socket().exists());
    fs::remove_file(&tiles).unwrap();
    fs::rename(&aside, &tiles).unwrap();
    // The events were committed, that of the refused request too: the next start appends them.
    let keeper = world.start().await;
    let size = keeper.size().await;
    assert!(size > opened, "{size} leaves for {opened} openings");
    keeper.stop().await.unwrap();
    assert_eq!(world.verify_ledger(), size);
}

#[tokio::test]
async fn a_key_swapped_in_the_database_does_not_open() {
    let world = World::new();
    let keeper = world.start().await;
    let (one, other) = (keeper.create(&world).await, keeper.create(&world).await);
    keeper.stop().await.unwrap();
    let db = rusqlite::Connection::open(world.home.keeper().join("keys.db")).unwrap();
    let swap =
        "UPDATE keys SET wrapped = (SELECT wrapped FROM keys WHERE subject = ?1 AND stream = 2)
                WHERE subject = ?2 AND stream = 2";
    assert_eq!(db.execute(swap, [one.bytes(), other.bytes()]).unwrap(), 1);
    db.close().unwrap();
    let keeper = world.start().await;
    let failed = keeper.read(&world, other, "x").await.unwrap_err();
    assert!(matches!(failed, Error::Unavailable(_)), "{failed}");
    // Nobody else is disturbed.
    keeper.read(&world, one, "x").await.unwrap();
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn a_changed_line_of_a_trail_is_not_shown() {
    let world = World::new();
    let keeper = world.start().await;
    let subject = keeper.create(&world).await;
    for _ in 0..3 {
        keeper.read(&world, subject, "x").await.unwrap();
    }
    keeper.stop().await.unwrap();
    let changes = [
        "UPDATE events SET sealed = (SELECT sealed FROM events WHERE idx = 2) WHERE idx = 1",
        "UPDATE events SET previous = zeroblob(32) WHERE idx = 1",
        // The first line is another's: those that are left still follow one another.
        "UPDATE events SET subject = zeroblob(17) WHERE idx = 0",
        "UPDATE events SET subject = zeroblob(17) WHERE idx < 4",
        "DELETE FROM events WHERE idx = 1; UPDATE events SET number = number - 1, idx = idx - 1 WHERE idx > 1",
    ];
    let database = world.home.keeper().join("keys.db");
    let honest = fs::read(&database).unwrap();
    for change in changes {
        let db = rusqlite::Connection::open(&database).unwrap();
        db.execute_batch(change).unwrap();
        db.close().unwrap();
        let refused = match world.keeper(&Unlock::default()) {
            Err(error) => matches!(
                error,
                Error::LedgerAhead { .. } | Error::LedgerDiffers { .. }
            ),
            Ok(keeper) => {
                drop(keeper);
                let keeper = world.start().await;
                let trail = keeper
                    .client
                    .trail(&world.holder(subject.id), accounting(subject), 0)
                    .await;
                keeper.stop().await.unwrap();
                matches!(trail, Err(Error::Unavailable(_)))
            }
        };
        assert!(refused, "{change}");
        fs::write(&database, &honest).unwrap();
    }
}
