//! Erased is erased: from every backup that was ever made.
//!
//! Failures covered: a record that opens after `erase` and one rotation, with the root key, all files of all
//! backups, all files of the home, and what custodians hold now; a person who was not erased and does not
//! come back; an erased one who comes back with the newest backup.
//! Not a failure: that an erased record opens from an old backup before the rotation, or with shares of the
//! old epoch that a custodian did not destroy: the test shows the first, to show that it would see it.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use age::x25519::Identity;
use hygie_keeper::{Home, Proceed, Share, Unlock, backup, heads, reassembled, restore};
use hygie_notice::{KeyAnswer, KeyStep, Subject, SystemClock, SystemEntropy};
use hygie_record::Error;
use serde_json::{Value, json};

use crate::attack::{self, Loot};
use crate::joined::roll;
use crate::world::{World, patient};

/// Backups of a world, as they lie in a folder.
struct Backups {
    dir: tempfile::TempDir,
    keeper: Vec<PathBuf>,
    store: Vec<PathBuf>,
    events: u64,
    position: u64,
}

impl Backups {
    fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            keeper: Vec::new(),
            store: Vec::new(),
            events: 0,
            position: 0,
        }
    }

    async fn add(&mut self, world: &World) {
        let number = self.keeper.len() + 1;
        let keeper = self.dir.path().join(format!("{number}.keeper"));
        self.events = backup(&world.home(), self.events, &keeper).unwrap().0;
        let mut part = world.record.backup(self.position).await.unwrap();
        let mut bytes = Vec::new();
        loop {
            let more = part.next().await.unwrap();
            if more.is_empty() {
                break;
            }
            bytes.extend(more);
        }
        self.position = u64::from_be_bytes(bytes[bytes.len() - 8..].try_into().unwrap());
        let store = self.dir.path().join(format!("{number}.store"));
        fs::write(&store, bytes).unwrap();
        self.keeper.push(keeper);
        self.store.push(store);
    }
}

fn shares(home: &Home, epoch: u32, custodians: &[Identity]) -> Vec<Share> {
    let named = custodians.iter().zip(1..);
    named
        .map(|(identity, number)| {
            let place = home.custody().join(format!("epoch-{epoch}"));
            let sealed = fs::read(place.join(format!("keeper-{number}.age"))).unwrap();
            let plain = age::decrypt(identity, &sealed).unwrap();
            Share::parse(std::str::from_utf8(&plain).unwrap()).unwrap()
        })
        .collect()
}

fn kek(shares: &[Share]) -> [u8; 32] {
    reassembled(shares).unwrap().as_slice().try_into().unwrap()
}

async fn rotate(world: &World, backups: &mut Backups) {
    let step = async |step| {
        let asked = world.keeper.keys(&world.closer().assertion, step).await;
        asked.unwrap()
    };
    while let KeyAnswer::Rotating { more: true, .. } = step(KeyStep::Rotate).await {}
    backups.add(world).await;
    let manifest = format!("hygie backup 1\nevents 0 {}\n", backups.events);
    let signed = world
        .keeper
        .sign_backup(&world.closer().assertion, manifest)
        .await
        .unwrap();
    step(KeyStep::Finish { manifest: signed }).await;
}

/// As many persons, each with a token in two entries; the last is the control.
async fn crowd(world: &World, count: usize, backups: &mut Backups) -> Vec<Subject> {
    let names: Vec<String> = (0..count)
        .map(|number| format!("urn:uuid:00000000-0000-4000-8000-{number:012}"))
        .collect();
    let entries: Vec<(Option<&str>, Value)> = names
        .iter()
        .zip(0..)
        .map(|(url, number): (&String, usize)| {
            let mut one = patient();
            one["name"] = json!([{ "family": format!("canary-{number}") }]);
            (Some(url.as_str()), one)
        })
        .collect();
    world.import(None, entries).await;
    backups.add(world).await;
    let persons = world.record.persons().await.unwrap();
    for person in &persons {
        world.observe(*person, "canary").await;
    }
    backups.add(world).await;
    persons.into_iter().map(Subject::person).collect()
}

/// Joins each two of them.
async fn pair_up(world: &World, subjects: &[Subject], backups: &mut Backups) {
    for pair in subjects.as_chunks::<2>().0 {
        let [keep, went] = pair.map(|one| one.id);
        roll(world).join(keep, went).await.unwrap();
    }
    backups.add(world).await;
}

/// `joined`: each two of them are one person's by then.
async fn nothing_opens(count: usize, joined: bool) {
    let begun = Instant::now();
    let world = World::new().await;
    let custodians = world.custody(2, 3).await;
    let mut backups = Backups::new();
    backups.add(&world).await;
    let mut subjects = crowd(&world, count + 1, &mut backups).await;
    let control = subjects.pop().unwrap();
    let old_heads = attack::heads(&backups.keeper[2]);
    if joined {
        pair_up(&world, &subjects, &mut backups).await;
    }
    let scratch = tempfile::tempdir().unwrap();
    let old = attack::store(scratch.path(), &old_heads, &backups.store).await;

    // It would be seen: with the epoch's shares of before, every one of them opens.
    let before = Loot::of(
        &world.home(),
        &backups.keeper,
        &[kek(&shares(&world.home(), 1, &custodians))],
    );
    let own = |loot: &Loot, subject: Subject| -> Vec<[u8; 32]> {
        let keys = loot.keys.iter().filter(|key| key.0 == subject);
        keys.map(|key| key.1).collect()
    };
    let (opened, _) = attack::try_all(&old, &old_heads, &subjects, |one| own(&before, one)).await;
    assert_eq!(opened, count, "each has content");

    for subject in &subjects {
        world
            .record
            .erase(&world.closer(), subject.id, 10)
            .await
            .unwrap();
    }
    // One more backup while the old epoch lives.
    backups.add(&world).await;
    rotate(&world, &mut backups).await;

    // The root key, all backups, the home as it is, the current shares of all custodians.
    let loot = Loot::of(
        &world.home(),
        &backups.keeper,
        &[kek(&shares(&world.home(), 2, &custodians))],
    );
    assert_eq!(loot.keks(), 1, "only the new epoch is left");
    let of_erased = loot.keys.iter().filter(|key| subjects.contains(&key.0));
    assert_eq!(of_erased.count(), 0, "no wrapped key of theirs opens");
    let all: Vec<[u8; 32]> = loot.keys.iter().map(|key| key.1).collect();
    let (opened, tried) = attack::try_all(&old, &old_heads, &subjects, |_| all.clone()).await;
    assert_eq!(opened, 0);
    // What their archives hold opens the trail, by custodians, and nothing else.
    let archives = loot.archives(&backups.keeper);
    let kept = if joined { count / 2 } else { count };
    assert_eq!(archives.len(), kept, "of the newest backup alone");
    let (opened, _) = attack::try_all(&old, &old_heads, &[control], |one| own(&loot, one)).await;
    assert_eq!(opened, 1, "the control opens");

    let control_is_there = restored(&world, &backups, &custodians, control).await;
    assert!(control_is_there);
    println!(
        "erasure: {count} persons, {} wrapped keys seen, {} opened (none of theirs), {tried} tries on their entries, none opens, {:.1} s",
        loot.wrapped,
        loot.keys.len(),
        begun.elapsed().as_secs_f64(),
    );
}

/// The newest backup comes back, by shares, with the control and without those who were erased.
async fn restored(
    world: &World,
    backups: &Backups,
    custodians: &[Identity],
    control: Subject,
) -> bool {
    let dir = tempfile::tempdir().unwrap();
    let home = Home::new(dir.path());
    let given = shares(&world.home(), 2, custodians);
    restore(
        &home,
        &world.home(),
        &Unlock::default(),
        &given[1..],
        &backups.keeper,
    )
    .unwrap();
    let how = Proceed::NewEpoch;
    how.apply(&home, &Unlock::default(), &SystemClock, &SystemEntropy)
        .unwrap();
    let mut lines = Vec::new();
    heads(&home, &mut lines).unwrap();
    let count = String::from_utf8(lines).unwrap().lines().count();
    let newest = attack::heads(backups.keeper.last().unwrap());
    assert_eq!(count, newest.len());
    attack::store(&dir.path().join("store"), &newest, &backups.store).await;
    let again = World::on(dir).await;
    assert_eq!(again.record.persons().await.unwrap(), [control.id]);
    !again.all(control.id, "Observation").await.is_empty()
}

#[tokio::test]
async fn a_hundred_erased_records_open_from_a_backup() {
    nothing_opens(100, false).await;
}

#[tokio::test]
async fn a_joined_record_opens_from_a_backup_once_the_other_is_erased() {
    nothing_opens(20, true).await;
}

#[tokio::test]
#[ignore = "a thousand persons take minutes in a debug build"]
async fn a_thousand_erased_records_open_from_a_backup() {
    nothing_opens(1_000, false).await;
}

#[tokio::test]
async fn an_erasure_that_a_crash_cut_short_is_not_completed() {
    let world = World::new().await;
    world.custody(1, 1).await;
    let person = world.person().await;
    let other = world.person().await;
    // The keeper erased it, and care's process died before the store forgot.
    let notice = hygie_notice::Notice {
        subject: Subject::person(person),
        stream: hygie_notice::Stream::Trail,
        act: hygie_notice::Act::Erase,
        purpose: hygie_notice::Purpose::Closure,
        what: String::new(),
        verdict: Some(hygie_notice::Verdict {
            permitted: true,
            rules: vec!["operator-erases".to_owned()],
        }),
        request: hygie_notice::RequestId::random(&SystemEntropy),
    };
    let closer = world.closer();
    world
        .keeper
        .end(&closer.assertion, notice, 10)
        .await
        .unwrap();
    assert_eq!(world.record.persons().await.unwrap().len(), 2);
    let read = world.search(&world.holder(person), person, "Patient").await;
    assert!(matches!(read, Err(Error::Refused)), "{read:?}");
    // A start forgets it; so does the same command.
    let restarted = world.restarted().await;
    assert_eq!(restarted.forget_erased().await.unwrap(), 1);
    assert_eq!(restarted.persons().await.unwrap(), [other]);
    assert_eq!(restarted.forget_erased().await.unwrap(), 0);
    let first = world.record.erase(&closer, person, 10).await.unwrap();
    let again = world.record.erase(&closer, person, 10).await.unwrap();
    assert_eq!(first.at, again.at);
}
