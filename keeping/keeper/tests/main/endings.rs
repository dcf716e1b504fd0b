//! Records that end: erased, closed, opened again, purged.
//!
//! Failures covered: a record that opens after it was erased, or is made again; a closed one that opens for
//! one custodian alone, or does not come back as it was; a trail that goes with the record; an ending that
//! nobody can prove, or that proves something else; one that a rotation loses; an archive that outlives its
//! time; somebody else than the operator who ends a record.
//! Not a failure: a line in the keeper's own chain for every attempt on somebody who ended.

use age::x25519::Identity;
use hygie_keeper::notice::wire::Failure;
use hygie_keeper::notice::{
    Act, Ended, EndingProof, How, KeyAnswer, KeyStep, Stream, Subject, SystemEntropy,
};
use hygie_keeper::{Error, Share};
use hygie_ledger::{Inclusion, Verifier};

use crate::backups::grown;
use crate::world::{Running, World, creation, ending, failure, opened};

const YEAR: u64 = 366 * 24 * 3_600_000;

impl Running {
    pub async fn bury(&self, world: &World, subject: Subject, act: Act) -> Result<Ended, Error> {
        self.client
            .end(&world.operator(), ending(subject, act), 10)
            .await
    }

    /// The sealed shares of an archive.
    async fn archive(&self, world: &World, subject: Subject) -> Vec<(String, Vec<u8>)> {
        let step = KeyStep::Archive { subject };
        match self.step(world, step).await.unwrap() {
            KeyAnswer::Archive { shares, .. } => shares
                .into_iter()
                .map(|(name, sealed)| (name, sealed.into_vec()))
                .collect(),
            other => panic!("{other:?}"),
        }
    }

    async fn proof(&self, ended: &Ended, subject: Subject) -> EndingProof {
        let proof = self.client.prove(ended.index).await.unwrap();
        let inclusion = Inclusion {
            entry: proof.entry,
            index: ended.index,
            path: proof.path,
            checkpoint: proof.checkpoint,
        };
        EndingProof::of(subject.id, ended, inclusion)
    }
}

/// What these custodians open of an archive.
fn open_all(sealed: &[(String, Vec<u8>)], custodians: &[Identity]) -> Vec<Share> {
    let mut shares = Vec::new();
    for (name, bytes) in sealed {
        let number: usize = name["keeper-".len()..]
            .split('.')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        if let Some(identity) = custodians.get(number - 1) {
            shares.push(opened(identity, bytes));
        }
    }
    shares
}

fn texts(shares: &[Share]) -> Vec<String> {
    shares
        .iter()
        .map(|share| share.text().to_string())
        .collect()
}

fn key(world: &World) -> Verifier {
    let text = std::fs::read_to_string(world.home.verifier()).unwrap();
    text.trim().parse().unwrap()
}

#[tokio::test]
async fn an_erased_record_opens_or_is_made_again() {
    let world = World::new();
    let keeper = world.start().await;
    let (subject, _) = grown(&world, &keeper, 2).await;
    let (other, _) = grown(&world, &keeper, 1).await;
    // No custodians: nobody could keep the trail.
    let refused = failure(keeper.bury(&world, subject, Act::Erase).await);
    assert!(matches!(refused, Failure::Notice(_)), "{refused}");
    let custodians = keeper.custody(&world, 2, 3).await;
    for token in [world.professional(), world.holder(subject.id)] {
        let asked = keeper.client.end(&token, ending(subject, Act::Erase), 10);
        let refused = failure(asked.await);
        assert!(matches!(refused, Failure::Notice(_)), "{refused}");
    }
    let ended = keeper.bury(&world, subject, Act::Erase).await.unwrap();
    assert_eq!(ended.how, How::Erased);
    for _ in 0..2 {
        let refused = failure(keeper.read(&world, subject, "again").await);
        assert_eq!(refused, Failure::Erased);
        let token = world.operator();
        let made = keeper.client.open(&token, creation(subject)).await;
        assert_eq!(failure(made), Failure::Erased);
        // Asked again it says the same, and writes nothing.
        let size = keeper.size().await;
        assert_eq!(
            keeper.bury(&world, subject, Act::Erase).await.unwrap(),
            ended
        );
        assert_eq!(keeper.size().await, size);
        assert_eq!(
            failure(keeper.bury(&world, subject, Act::Close).await),
            Failure::Erased
        );
        keeper.rotate(&world).await;
    }
    keeper.read(&world, other, "is as it was").await.unwrap();
    // The trail is with its custodians, and the record is not.
    let sealed = keeper.archive(&world, subject).await;
    let names: Vec<&str> = sealed.iter().map(|one| one.0.as_str()).collect();
    assert_eq!(
        names,
        ["keeper-1.trail", "keeper-2.trail", "keeper-3.trail"]
    );
    let shares = open_all(&sealed, &custodians);
    assert_eq!(hygie_keeper::reassembled(&shares[1..]).unwrap().len(), 32);
    let unforgotten = keeper.client.unforgotten().await.unwrap();
    assert_eq!(unforgotten, [subject]);
    keeper.client.forgotten(subject).await.unwrap();
    assert!(keeper.client.unforgotten().await.unwrap().is_empty());
    keeper.stop().await.unwrap();
    world.verify_ledger();
}

#[tokio::test]
async fn an_ending_is_proved_by_something_else() {
    let world = World::new();
    let keeper = world.start().await;
    keeper.custody(&world, 1, 1).await;
    let (subject, _) = grown(&world, &keeper, 2).await;
    let (other, _) = grown(&world, &keeper, 2).await;
    let ended = keeper.bury(&world, subject, Act::Erase).await.unwrap();
    let text = keeper.proof(&ended, subject).await.to_string();
    let proof = EndingProof::parse(&text).unwrap();
    let (event, index, _) = proof.verify(&key(&world)).unwrap();
    assert_eq!((event.notice.act, index), (Act::Erase, ended.index));
    assert!(
        event.notice.what.contains("epoch 1"),
        "{}",
        event.notice.what
    );
    let closed = keeper.bury(&world, other, Act::Close).await.unwrap();
    let stranger = World::new();
    assert!(proof.verify(&key(&stranger)).is_err());
    let foreign = keeper.proof(&closed, subject).await;
    assert!(foreign.verify(&key(&world)).is_err(), "another's ending");
    let elsewhere = Ended {
        index: closed.index,
        ..ended.clone()
    };
    let moved = keeper.proof(&elsewhere, subject).await;
    assert!(moved.verify(&key(&world)).is_err(), "another entry");
    // No byte of it can be another.
    for at in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1;
        let held = String::from_utf8(bytes).ok().is_some_and(|text| {
            let read = EndingProof::parse(&text);
            read.is_ok_and(|proof| proof.verify(&key(&world)).is_ok_and(|seen| seen.0 != event))
        });
        assert!(!held, "byte {at} of {text}");
    }
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn a_closed_record_opens_for_one_alone_or_comes_back_otherwise() {
    let world = World::new();
    let keeper = world.start().await;
    let custodians = keeper.custody(&world, 2, 3).await;
    let (subject, head) = grown(&world, &keeper, 4).await;
    let before = keeper.read(&world, subject, "before").await.unwrap();
    keeper.bury(&world, subject, Act::Close).await.unwrap();
    let refused = failure(keeper.read(&world, subject, "closed").await);
    assert_eq!(refused, Failure::Closed);
    keeper.rotate(&world).await;
    let sealed = keeper.archive(&world, subject).await;
    assert_eq!(sealed.len(), 6);
    let shares = open_all(&sealed, &custodians);
    let reopen = |shares: Vec<String>| {
        let (client, token) = (keeper.client.clone(), world.operator());
        async move {
            client
                .reopen(&token, ending(subject, Act::Reopen), shares)
                .await
        }
    };
    let one = open_all(&sealed, &custodians[..1]);
    for few in [texts(&one), Vec::new(), texts(&shares[..3])] {
        let refused = failure(reopen(few).await);
        assert!(matches!(refused, Failure::Notice(_)), "{refused}");
    }
    let refused = failure(reopen(vec!["hygie share 1".to_owned()]).await);
    assert!(matches!(refused, Failure::Notice(_)), "{refused}");
    let two = open_all(&sealed, &custodians[..2]);
    reopen(texts(&two)).await.unwrap();
    let after = keeper.read(&world, subject, "after").await.unwrap();
    assert_eq!(after.head, head);
    assert_eq!(after.key.expose(), before.key.expose());
    assert_eq!(after.epoch, 2);
    // The trail goes on where it ended: closing and reopening are lines of it.
    let (_, lines) = keeper
        .client
        .trail(
            &world.holder(subject.id),
            crate::world::accounting(subject),
            0,
        )
        .await
        .unwrap();
    let acts: Vec<Act> = lines.iter().map(|line| line.event.notice.act).collect();
    assert!(
        acts.ends_with(&[Act::Close, Act::Reopen, Act::Read, Act::Account]),
        "{acts:?}"
    );
    let refused = failure(reopen(texts(&two)).await);
    assert!(
        matches!(refused, Failure::Notice(_)),
        "it is open: {refused}"
    );
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn a_closed_record_is_erased_in_part_or_outlives_its_time() {
    let world = World::new();
    let keeper = world.start().await;
    let custodians = keeper.custody(&world, 2, 2).await;
    let (closed, _) = grown(&world, &keeper, 1).await;
    let (erased, _) = grown(&world, &keeper, 1).await;
    keeper.bury(&world, closed, Act::Close).await.unwrap();
    keeper.bury(&world, erased, Act::Close).await.unwrap();
    let ended = keeper.bury(&world, erased, Act::Erase).await.unwrap();
    keeper
        .proof(&ended, erased)
        .await
        .verify(&key(&world))
        .unwrap();
    let sealed = keeper.archive(&world, erased).await;
    let names: Vec<&str> = sealed.iter().map(|one| one.0.as_str()).collect();
    assert_eq!(names, ["keeper-1.trail", "keeper-2.trail"]);
    let shares = open_all(&sealed, &custodians);
    let (token, notice) = (world.operator(), ending(erased, Act::Reopen));
    let reopening = keeper.client.reopen(&token, notice, texts(&shares)).await;
    assert_eq!(failure(reopening), Failure::Erased);
    // Ten years later everything that custodians had is gone, and the store is told.
    keeper.client.forgotten(erased).await.unwrap();
    world.wait(9 * YEAR);
    let purge = |keeper: &Running| {
        let (client, token) = (keeper.client.clone(), world.operator());
        async move { client.keys(&token, KeyStep::Purge).await.unwrap() }
    };
    assert_eq!(purge(&keeper).await, KeyAnswer::Purged { archives: 0 });
    world.wait(YEAR);
    assert_eq!(purge(&keeper).await, KeyAnswer::Purged { archives: 2 });
    for subject in [closed, erased] {
        let step = KeyStep::Archive { subject };
        let refused = failure(keeper.step(&world, step).await);
        assert!(matches!(refused, Failure::Notice(_)), "{refused}");
        let refused = failure(keeper.read(&world, subject, "purged").await);
        assert_eq!(refused, Failure::Erased);
    }
    assert_eq!(keeper.client.unforgotten().await.unwrap(), [closed]);
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn what_is_no_person_ends() {
    let world = World::new();
    let keeper = world.start().await;
    keeper.custody(&world, 1, 1).await;
    let nobody = Subject::person(hygie_keeper::notice::PersonId::random(&SystemEntropy));
    for act in [Act::Erase, Act::Close] {
        let refused = failure(keeper.bury(&world, Subject::directory(), act).await);
        assert!(matches!(refused, Failure::Notice(_)), "{refused}");
        let refused = failure(keeper.bury(&world, nobody, act).await);
        assert_eq!(refused, Failure::UnknownSubject);
    }
    let subject = keeper.create(&world).await;
    let mut notice = ending(subject, Act::Erase);
    notice.stream = Stream::Content;
    let opening = keeper.client.open(&world.operator(), notice).await;
    assert!(matches!(failure(opening), Failure::Notice(_)));
    keeper.stop().await.unwrap();
}
