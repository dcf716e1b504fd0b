//! Backups of the keeper and what comes back of them.
//!
//! Failures covered: a part that misses an event or a key, taken while the keeper serves; a restored
//! past that serves as if it were the present; a restored ledger that can be taken for that of before;
//! parts of two keepers in one; a part lost; something signed that is no manifest.

use std::fs;
use std::path::PathBuf;

use hygie_keeper::{Error, Home, Proceed, Unlock, backup, heads, restore};
use hygie_ledger::{Checkpoint, Verifier, note};
use hygie_notice::{Head, Stream, Subject, SystemEntropy};

use crate::world::{World, accounting, is_notice};

/// A person whose content and trail have grown, and the head of the first.
pub async fn grown(world: &World, keeper: &crate::world::Running, steps: u64) -> (Subject, Head) {
    let subject = keeper.create(world).await;
    let mut head = Head::default();
    for count in 1..=steps {
        keeper.read(world, subject, "a reading").await.unwrap();
        let next = Head {
            count,
            hash: [7; 32],
        };
        keeper
            .client
            .advance(subject, Stream::Content, head, next)
            .await
            .unwrap();
        head = next;
    }
    (subject, head)
}

pub fn parts(world: &World, names: &[&str]) -> Vec<PathBuf> {
    names
        .iter()
        .map(|name| world.dir.path().join(name))
        .collect()
}

/// A world in the place of the one that was lost: the same people, another home.
pub fn moved(world: World) -> (World, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let home = Home::new(dir.path());
    (World { home, ..world }, dir)
}

fn checkpoint(home: &Home) -> String {
    fs::read_to_string(home.ledger().join("checkpoint")).unwrap()
}

#[tokio::test]
async fn a_backup_taken_while_serving_misses_something() {
    let world = World::new();
    let keeper = world.start().await;
    keeper.custody(&world, 1, 1).await;
    let (before, head) = grown(&world, &keeper, 40).await;
    let files = parts(&world, &["1.part", "2.part"]);
    let (events, _) = backup(&world.home, 0, &files[0]).unwrap();
    assert_eq!(events, 42);
    let (between, _) = grown(&world, &keeper, 3).await;
    assert_eq!(backup(&world.home, events, &files[1]).unwrap().0, 46);
    assert!(fs::metadata(&files[1]).unwrap().len() < fs::metadata(&files[0]).unwrap().len());
    let (after, _) = grown(&world, &keeper, 1).await;
    keeper.stop().await.unwrap();
    let old = world.home.clone();

    let (world, _dir) = moved(world);
    let restored = restore(&world.home, &old, &Unlock::default(), &[], &files).unwrap();
    assert_eq!(restored, 46);
    let mut lines = Vec::new();
    heads(&world.home, &mut lines).unwrap();
    let lines = String::from_utf8(lines).unwrap();
    assert_eq!(lines.lines().count(), 2);
    assert!(lines.contains(&format!(" 40 {}", "07".repeat(32))));
    proceed(&world, &Proceed::NewEpoch).unwrap();
    let keeper = world.start().await;
    // The epoch's own line is one more.
    assert_eq!(keeper.size().await, 47);
    let opened = keeper.read(&world, before, "after all").await.unwrap();
    assert_eq!(opened.head, head);
    let trail = keeper
        .client
        .trail(&world.holder(between.id), accounting(between), 0)
        .await
        .unwrap();
    assert_eq!(trail.1.len(), 5);
    assert!(keeper.read(&world, after, "lost").await.is_err());
    keeper.stop().await.unwrap();
    assert_eq!(world.verify_ledger(), 50);
}

pub fn proceed(world: &World, how: &Proceed) -> Result<(), Error> {
    how.apply(
        &world.home,
        &Unlock::default(),
        &*world.clock,
        &SystemEntropy,
    )
}

#[tokio::test]
async fn a_restored_past_serves_as_the_present() {
    let world = World::new();
    let keeper = world.start().await;
    keeper.custody(&world, 1, 1).await;
    grown(&world, &keeper, 2).await;
    keeper.stop().await.unwrap();
    let files = parts(&world, &["1.part"]);
    backup(&world.home, 0, &files[0]).unwrap();
    let then = checkpoint(&world.home);
    let keeper = world.start().await;
    grown(&world, &keeper, 1).await;
    keeper.stop().await.unwrap();
    let later = checkpoint(&world.home);
    let old = world.home.clone();

    let (world, _dir) = moved(world);
    restore(&world.home, &old, &Unlock::default(), &[], &files).unwrap();
    let error = world.keeper(&Unlock::default()).unwrap_err();
    assert!(
        matches!(error, Error::RestoredPast { events: 4 }),
        "{error}"
    );
    let current = |checkpoint: &str| Proceed::Current {
        checkpoint: checkpoint.to_owned(),
    };
    let error = proceed(&world, &current(&later)).unwrap_err();
    assert!(
        matches!(error, Error::PastCheckpoint { held: 4, given: 6 }),
        "{error}"
    );
    world.keeper(&Unlock::default()).unwrap_err();
    // Nothing was opened since: it is the present.
    proceed(&world, &current(&then)).unwrap();
    let keeper = world.start().await;
    assert_eq!(keeper.size().await, 4);
    keeper.stop().await.unwrap();
    assert_eq!(checkpoint(&world.home), then);
}

#[tokio::test]
async fn a_new_epoch_can_be_taken_for_the_old_ledger() {
    let world = World::new();
    let keeper = world.start().await;
    keeper.custody(&world, 1, 1).await;
    grown(&world, &keeper, 2).await;
    keeper.stop().await.unwrap();
    let files = parts(&world, &["1.part"]);
    backup(&world.home, 0, &files[0]).unwrap();
    let old = world.home.clone();
    let key: Verifier = fs::read_to_string(old.verifier())
        .unwrap()
        .trim()
        .parse()
        .unwrap();

    let (world, _dir) = moved(world);
    restore(&world.home, &old, &Unlock::default(), &[], &files).unwrap();
    proceed(&world, &Proceed::NewEpoch).unwrap();
    let note = checkpoint(&world.home);
    assert!(Checkpoint::open(&note, &key).is_err());
    assert_eq!(note.lines().next(), Some("test.example/access/2"));
    let past = fs::read_to_string(world.home.keeper().join("ledger.past")).unwrap();
    assert_eq!(past, format!("4 {key}\n"));
    // And once more, from a backup of the restored one.
    let again = parts(&world, &["again.part"]);
    backup(&world.home, 0, &again[0]).unwrap();
    let second = world.home.clone();
    let (world, _dir) = moved(world);
    restore(&world.home, &second, &Unlock::default(), &[], &again).unwrap();
    proceed(&world, &Proceed::NewEpoch).unwrap();
    let note = checkpoint(&world.home);
    assert_eq!(note.lines().next(), Some("test.example/access/3"));
}

#[tokio::test]
async fn parts_of_two_keepers_or_with_a_gap_make_one() {
    let world = World::new();
    let other = World::new();
    let running = other.start().await;
    running.custody(&other, 1, 1).await;
    running.stop().await.unwrap();
    let keeper = world.start().await;
    keeper.custody(&world, 1, 1).await;
    let files = parts(&world, &["1.part", "2.part", "3.part", "other.part"]);
    let mut events = 0;
    for file in &files[..3] {
        grown(&world, &keeper, 1).await;
        events = backup(&world.home, events, file).unwrap().0;
    }
    keeper.stop().await.unwrap();
    backup(&other.home, 0, &files[3]).unwrap();
    let old = world.home.clone();
    let (world, _dir) = moved(world);
    let attempt = |chosen: &[usize]| {
        let chosen: Vec<PathBuf> = chosen.iter().map(|one| files[*one].clone()).collect();
        restore(&world.home, &old, &Unlock::default(), &[], &chosen)
    };
    for chosen in [&[0, 2][..], &[1, 2], &[2]] {
        let error = attempt(chosen).unwrap_err();
        assert!(matches!(error, Error::EventsBroken), "{error}");
    }
    let error = attempt(&[3, 0, 1, 2]).unwrap_err();
    assert!(matches!(error, Error::PartForeign(_)), "{error}");
    assert_eq!(attempt(&[0, 1, 2]).unwrap(), events);
    assert!(matches!(attempt(&[0, 1, 2]), Err(Error::Exists(_))));
}

#[tokio::test]
async fn the_ledgers_key_signs_what_is_no_manifest() {
    let world = World::new();
    let keeper = world.start().await;
    let key: Verifier = fs::read_to_string(world.home.verifier())
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    let manifest = "hygie backup 1\npart 1\n".to_owned();
    let sign = |token, text: &str| {
        let (client, text) = (keeper.client.clone(), text.to_owned());
        async move { client.sign_backup(&token, text).await }
    };
    let signed = sign(world.operator(), &manifest).await.unwrap();
    assert_eq!(note::open(&signed, &key).unwrap(), manifest);
    is_notice(sign(world.professional(), &manifest).await);
    for text in [
        "test.example/access\n3\nAAAA\n",
        "hygie backup 2\n",
        "",
        "hygie backup 1\nno end",
    ] {
        is_notice(sign(world.operator(), text).await);
    }
    keeper.stop().await.unwrap();
}
