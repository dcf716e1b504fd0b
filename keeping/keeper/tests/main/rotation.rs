//! Rotations: a new epoch, everything wrapped in it, the old one gone.
//!
//! Failures covered: a key that is left in the old epoch, or lost on the way; an old epoch's key that stays
//! somewhere in the keeper's files; one that goes before a backup has all keys anew, or before the new
//! epoch's shares are written; a crash at any step after which the home does not open, or the same command
//! does not complete it; openings that wait for the whole; steps that leave no line.
//! Not a failure: a new epoch whose shares were written and which a crash took: nothing was wrapped in it.

use std::fs;

use hygie_keeper::notice::wire::Failure;
use hygie_keeper::notice::{
    Act, KeyAnswer, KeyStep, Notice, Purpose, RequestId, Stream, Subject, SystemEntropy,
};
use hygie_keeper::{Error, Home, backup};
use tempfile::TempDir;

use crate::backups::parts;
use crate::custody::{files, holds, keks};
use crate::world::{Running, World, copy, failure, reading};

impl Running {
    pub async fn step(&self, world: &World, step: KeyStep) -> Result<KeyAnswer, Error> {
        self.client.keys(&world.operator(), step).await
    }

    /// One batch; whether keys are left.
    pub async fn batch(&self, world: &World) -> bool {
        match self.step(world, KeyStep::Rotate).await.unwrap() {
            KeyAnswer::Rotating { more, .. } => more,
            other => panic!("{other:?}"),
        }
    }

    /// A signed manifest of a backup of events up to here.
    pub async fn manifest(&self, world: &World, until: u64) -> String {
        let text = format!("hygie backup 1\nnumber 1\nledger x\nevents 0 {until}\n");
        let signed = self.client.sign_backup(&world.operator(), text).await;
        signed.unwrap()
    }

    /// The whole rotation, whatever of it was done before; gives the epochs that went.
    pub async fn rotate(&self, world: &World) -> Vec<u32> {
        while self.batch(world).await {}
        let manifest = self.manifest(world, self.size().await).await;
        let done = self.step(world, KeyStep::Finish { manifest }).await;
        match done.unwrap() {
            KeyAnswer::Rotated { destroyed, .. } => destroyed,
            other => panic!("{other:?}"),
        }
    }
}

/// Every subject opens.
async fn all_open(world: &World, keeper: &Running, subjects: &[Subject]) {
    for subject in subjects {
        keeper.read(world, *subject, "is it there").await.unwrap();
    }
}

#[tokio::test]
async fn a_destroyed_epoch_stays_in_some_file() {
    let world = World::new();
    let keeper = world.start().await;
    let custodians = keeper.custody(&world, 2, 2).await;
    let mut subjects = Vec::new();
    for _ in 0..50 {
        subjects.push(keeper.create(&world).await);
    }
    let (number, wrapped) = keks(&world.home).remove(0);
    assert_eq!(number, 1);
    let anywhere = |needle: &[u8]| -> Vec<_> {
        let all = files(world.home.keeper()).into_iter();
        all.filter(|path| holds(path, needle)).collect()
    };
    assert!(!anywhere(&wrapped).is_empty());
    // The key itself, as its custodians put it together.
    let shares = world.shares("epoch-1", &custodians);
    let plain = hygie_keeper::reassembled(&shares).unwrap();
    assert_eq!(keeper.rotate(&world).await, [1]);
    for needle in [wrapped.as_slice(), plain.as_slice()] {
        assert_eq!(anywhere(needle), Vec::<std::path::PathBuf>::new());
    }
    all_open(&world, &keeper, &subjects).await;
    keeper.stop().await.unwrap();
    assert_eq!(keks(&world.home).len(), 1);
    for needle in [wrapped.as_slice(), plain.as_slice()] {
        assert_eq!(anywhere(needle), Vec::<std::path::PathBuf>::new());
    }
    // The shares of the new one lie ready, and a backup made now comes back by them.
    assert_eq!(world.shares("epoch-2", &custodians).len(), 2);
}

#[tokio::test]
async fn an_epoch_goes_before_a_backup_has_its_keys_anew() {
    let world = World::new();
    let keeper = world.start().await;
    let refused = failure(keeper.step(&world, KeyStep::Rotate).await);
    assert!(
        matches!(refused, Failure::Notice(_)),
        "no custody: {refused}"
    );
    keeper.custody(&world, 1, 1).await;
    keeper.create(&world).await;
    let before = keeper.size().await;
    let old = keeper.manifest(&world, before).await;
    let finish = |manifest| KeyStep::Finish { manifest };
    let refused = failure(keeper.step(&world, finish(old.clone())).await);
    assert!(matches!(refused, Failure::Notice(_)), "{refused}");
    while keeper.batch(&world).await {}
    for manifest in [
        old.clone(),
        String::new(),
        old.replace("events 0", "events 1"),
        fs::read_to_string(world.home.ledger().join("checkpoint")).unwrap(),
    ] {
        let refused = failure(keeper.step(&world, finish(manifest)).await);
        assert!(matches!(refused, Failure::Notice(_)), "{refused}");
        assert_eq!(keks(&world.home).len(), 2);
    }
    let part = parts(&world, &["1.part"]);
    let (until, _) = backup(&world.home, 0, &part[0]).unwrap();
    let manifest = keeper.manifest(&world, until).await;
    keeper.step(&world, finish(manifest)).await.unwrap();
    assert_eq!(keks(&world.home).len(), 1);
    let refused = failure(
        keeper
            .client
            .keys(&world.professional(), KeyStep::Rotate)
            .await,
    );
    assert!(matches!(refused, Failure::Notice(_)), "{refused}");
    keeper.stop().await.unwrap();
}

/// The keeper as a crash leaves it now: its files as they lie there while it runs.
async fn cut(world: &World, keeper: &Running) -> TempDir {
    // The ledger's files are still for a moment: what they lack is another test's (`crash`).
    let last = keeper.size().await - 1;
    keeper.client.prove(last).await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let home = Home::new(dir.path());
    copy(world.home.keeper(), home.keeper());
    copy(&world.home.operator_key(), &home.operator_key());
    copy(&world.home.enrolment_key(), &home.enrolment_key());
    dir
}

#[tokio::test]
async fn a_crash_at_a_step_leaves_a_home_that_does_not_open_or_go_on() {
    let mut world = World::new();
    // One professional reads them all.
    world.budgets.care = hygie_keeper::Allowance::OFF;
    let keeper = world.start().await;
    keeper.custody(&world, 1, 1).await;
    let mut subjects = Vec::new();
    // More than one batch holds.
    for _ in 0..1_100 {
        subjects.push(keeper.create(&world).await);
    }
    let ended = keeper.create(&world).await;
    keeper.bury(&world, ended, Act::Close).await.unwrap();
    let mut cuts = vec![cut(&world, &keeper).await];
    while keeper.batch(&world).await {
        cuts.push(cut(&world, &keeper).await);
        // Others are served between the batches, and made in the new epoch.
        subjects.push(keeper.create(&world).await);
    }
    cuts.push(cut(&world, &keeper).await);
    let manifest = keeper.manifest(&world, keeper.size().await).await;
    let finish = KeyStep::Finish { manifest };
    keeper.step(&world, finish).await.unwrap();
    cuts.push(cut(&world, &keeper).await);
    keeper.stop().await.unwrap();
    assert!(cuts.len() >= 5, "{}", cuts.len());
    for (at, dir) in cuts.into_iter().enumerate() {
        let crashed = World {
            budgets: world.budgets,
            home: Home::new(dir.path()),
            clock: world.clock.clone(),
            demo: hygie_keeper::load_issuer_key(world.home.demo_key(), "demo").unwrap(),
            operator: hygie_keeper::load_issuer_key(world.home.operator_key(), "operator").unwrap(),
            dir,
        };
        let keeper = crashed.start().await;
        all_open(&crashed, &keeper, &subjects[..1_100]).await;
        keeper.rotate(&crashed).await;
        all_open(&crashed, &keeper, &subjects[..1_100]).await;
        // What is closed is still closed, and its archive went along.
        let again = keeper.bury(&crashed, ended, Act::Close).await.unwrap();
        assert_eq!(again.how, hygie_keeper::notice::How::Closed);
        keeper.stop().await.unwrap();
        assert_eq!(keks(&crashed.home).len(), 1, "cut {at}");
        crashed.verify_ledger();
    }
}

#[tokio::test]
async fn a_step_leaves_no_line() {
    let world = World::new();
    let keeper = world.start().await;
    keeper.custody(&world, 1, 1).await;
    let before = keeper.size().await;
    keeper.rotate(&world).await;
    // It begins, all is wrapped, the old one is destroyed.
    assert_eq!(keeper.size().await, before + 3);
    keeper.step(&world, KeyStep::Purge).await.unwrap();
    assert_eq!(keeper.size().await, before + 3, "nothing was due");
    // Nobody gives these notices by himself.
    let notice = Notice {
        stream: Stream::Content,
        act: Act::Keep,
        purpose: Purpose::Keeping,
        request: RequestId::random(&SystemEntropy),
        ..reading(keeper.create(&world).await, "keys")
    };
    let refused = failure(keeper.client.open(&world.operator(), notice).await);
    assert!(matches!(refused, Failure::Notice(_)), "{refused}");
    keeper.stop().await.unwrap();
    world.verify_ledger();
}
