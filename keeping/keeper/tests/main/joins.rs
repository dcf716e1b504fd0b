//! Two persons' records that are one's.
//!
//! Failures covered: a joined record that opens by itself, or without a line in its own trail; one that opens with a decision
//! on rights that lack a part; a number that leads to the old one; a person who does not get at his own, or at somebody
//! else's; one that a restart, a rotation or an ending forgets; a joining by somebody else than enrolment, or written into
//! the database by hand.
//! Not a failure: an opening that stands in the ledger once for each record.

use hygie_keeper::notice::wire::{Failure, Tag};
use hygie_keeper::notice::{
    Act, ActorKind, Assertion, Clock, Head, How, KeyAnswer, KeyStep, Notice, PersonId, Purpose,
    Stream, Subject, SystemEntropy,
};
use hygie_keeper::{Error, Unlock, load_issuer_key};
use rusqlite::Connection;

use crate::world::{
    Running, World, accounting, actor, copy, creation, ending, failure, is_notice, opened, reading,
};

fn enrolment(world: &World) -> Assertion {
    let key = load_issuer_key(world.home.enrolment_key(), "enrolment").unwrap();
    let actor = actor(ActorKind::Enrolment, "enrolment");
    key.assert(actor, world.clock.now(), 600, "jti".to_owned())
}

fn joining(subject: Subject) -> Notice {
    Notice {
        stream: Stream::Trail,
        act: Act::Amend,
        purpose: Purpose::Enrolment,
        ..reading(subject, "")
    }
}

impl Running {
    async fn join(&self, world: &World, keep: Subject, other: Subject) -> Result<(), Error> {
        let token = enrolment(world);
        self.client.join(&token, joining(keep), other.id).await
    }

    /// Moves a stream on by one entry, from where it ends.
    async fn grow(&self, subject: Subject, stream: Stream, from: Head) -> Head {
        let to = Head {
            count: from.count + 1,
            hash: [7; 32],
        };
        let moved = self.client.advance(subject, stream, from, to).await;
        moved.map(|()| to).unwrap()
    }

    /// How many lines a trail has for its holder.
    async fn lines(&self, world: &World, holder: Subject, trail: Subject) -> Vec<String> {
        let token = world.holder(holder.id);
        let page = self.client.trail(&token, accounting(trail), 0).await;
        let lines = page.unwrap().1;
        lines
            .into_iter()
            .map(|line| line.event.notice.what)
            .collect()
    }
}

#[tokio::test]
async fn a_joined_record_that_opens_by_itself_or_unwritten() {
    let world = World::new();
    let keeper = world.start().await;
    let (keep, other) = (keeper.create(&world).await, keeper.create(&world).await);
    let grown = keeper.grow(other, Stream::Rights, Head::default()).await;
    keeper.grow(keep, Stream::Content, Head::default()).await;
    keeper.join(&world, keep, other).await.unwrap();
    let size = keeper.size().await;
    keeper.join(&world, keep, other).await.unwrap();
    assert_eq!(keeper.size().await, size, "again it answers the same");
    for _ in 0..2 {
        let refused = failure(keeper.read(&world, other, "alone").await);
        assert_eq!(refused, Failure::Joined(keep.id));
    }
    let before = keeper.size().await;
    let opened = keeper.read(&world, keep, "both").await.unwrap();
    assert_eq!(keeper.size().await, before + 2, "a line for each");
    let [part] = &opened.joined[..] else {
        panic!("one was joined")
    };
    assert_eq!(part.opened.receipt.subject, other);
    assert_eq!((part.place, part.opened.head), (1, Head::default()));
    // Decided by rights that lack those of the joined one: nothing opens.
    let token = world.professional();
    let open = |weighed| {
        let notice = reading(keep, "weighed");
        keeper.client.open_weighed(&token, notice, Some(weighed))
    };
    let over = Head::over(&[Head::default(), grown]);
    assert_eq!(
        failure(open(Head::default()).await),
        Failure::StaleHead(over)
    );
    open(over).await.unwrap();
    // Both trails are for the holder, by either name, and for nobody else.
    for holder in [keep, other] {
        let own = keeper.lines(&world, holder, keep).await;
        assert!(own.contains(&"both".to_owned()), "{own:?}");
        let own = keeper.lines(&world, holder, other).await;
        assert!(own.contains(&"both".to_owned()), "{own:?}");
        assert!(own.iter().any(|what| what.contains(&keep.id.to_string())));
    }
    let stranger = keeper.create(&world).await;
    let token = world.holder(stranger.id);
    for trail in [keep, other] {
        is_notice(keeper.client.trail(&token, accounting(trail), 0).await);
    }
    keeper.stop().await.unwrap();
    world.verify_ledger();
}

#[tokio::test]
async fn numbers_and_holders_of_the_joined_one_lead_to_the_other_after_a_restart_too() {
    let world = World::new();
    let mut keeper = world.start().await;
    let (keep, middle, other) = (
        keeper.create(&world).await,
        keeper.create(&world).await,
        keeper.create(&world).await,
    );
    let token = world.operator();
    let tag = async |keeper: &Running| {
        let tag = Tag {
            domain: "urn:x".to_owned(),
            value: "1".to_owned(),
            bind: Some(other),
        };
        keeper.client.tags(&world.operator(), vec![tag]).await
    };
    assert_eq!(tag(&keeper).await.unwrap(), [Some(other)]);
    keeper.join(&world, middle, other).await.unwrap();
    assert_eq!(tag(&keeper).await.unwrap(), [Some(middle)]);
    keeper.join(&world, keep, middle).await.unwrap();
    let refused = failure(keeper.join(&world, middle, keep).await);
    assert_eq!(refused, Failure::Joined(keep.id));
    for _ in 0..2 {
        assert_eq!(tag(&keeper).await.unwrap(), [Some(keep)]);
        let opened = keeper
            .client
            .open(&world.holder(other.id), reading_own(keep))
            .await
            .unwrap();
        let inner = &opened.joined[0].opened;
        assert_eq!(inner.receipt.subject, middle);
        assert_eq!(inner.joined[0].opened.receipt.subject, other);
        let joins = keeper.client.joins(None).await.unwrap();
        let mut known: Vec<PersonId> = joins.iter().map(|(one, _)| *one).collect();
        assert!(joins.iter().all(|(_, leading)| *leading == keep.id));
        assert!(known.is_sorted());
        known.retain(|one| [middle.id, other.id].contains(one));
        assert_eq!(known.len(), 2);
        keeper.stop().await.unwrap();
        keeper = world.start().await;
    }
    drop(token);
    keeper.stop().await.unwrap();
}

fn reading_own(subject: Subject) -> Notice {
    Notice {
        purpose: Purpose::PatientRequest,
        ..reading(subject, "own")
    }
}

#[tokio::test]
async fn somebody_else_joins_records_or_an_ended_one_is_joined() {
    let world = World::new();
    let keeper = world.start().await;
    keeper.custody(&world, 1, 1).await;
    let (keep, other) = (keeper.create(&world).await, keeper.create(&world).await);
    for token in [
        world.operator(),
        world.professional(),
        world.holder(keep.id),
    ] {
        is_notice(keeper.client.join(&token, joining(keep), other.id).await);
    }
    is_notice(keeper.join(&world, keep, keep).await);
    // The one in which something stands goes on.
    keeper.grow(other, Stream::Content, Head::default()).await;
    let refused = failure(keeper.join(&world, keep, other).await);
    assert_eq!(refused, Failure::UnknownSubject);
    for (act, expected) in [(Act::Close, Failure::Closed), (Act::Erase, Failure::Erased)] {
        keeper.bury(&world, keep, act).await.unwrap();
        for (one, two) in [(keep, other), (other, keep)] {
            assert_eq!(failure(keeper.join(&world, one, two).await), expected);
        }
    }
    // Of whom nothing is kept, he gets his keys by it.
    let nobody = Subject::person(PersonId::random(&SystemEntropy));
    keeper.join(&world, other, nobody).await.unwrap();
    assert_eq!(
        keeper.read(&world, other, "x").await.unwrap().joined.len(),
        1
    );
    keeper.stop().await.unwrap();
    world.verify_ledger();
}

#[tokio::test]
async fn a_joined_record_outlives_the_other_or_does_not_come_back_with_it() {
    let world = World::new();
    let keeper = world.start().await;
    let custodians = keeper.custody(&world, 1, 1).await;
    let (keep, other) = (keeper.create(&world).await, keeper.create(&world).await);
    let head = keeper.grow(other, Stream::Rights, Head::default()).await;
    keeper.join(&world, keep, other).await.unwrap();
    let refused = failure(keeper.bury(&world, other, Act::Close).await);
    assert_eq!(refused, Failure::Joined(keep.id));
    let key = |opened: &hygie_keeper::notice::Opened| {
        (*opened.key.expose(), *opened.joined[0].opened.key.expose())
    };
    let before = key(&keeper.read(&world, keep, "before").await.unwrap());
    keeper.bury(&world, keep, Act::Close).await.unwrap();
    for one in [keep, other] {
        let how = keeper.client.standing(one).await.unwrap();
        assert_eq!(how, Some(How::Closed));
    }
    keeper.rotate(&world).await;
    let step = KeyStep::Archive { subject: other };
    let KeyAnswer::Archive { shares, .. } = keeper.step(&world, step).await.unwrap() else {
        panic!("an archive")
    };
    let texts = shares
        .iter()
        .map(|(_, sealed)| opened(&custodians[0], sealed).text().to_string());
    let notice = ending(keep, Act::Reopen);
    let token = world.operator();
    let reopened = keeper.client.reopen(&token, notice, texts.collect()).await;
    reopened.unwrap();
    let after = keeper.read(&world, keep, "after").await.unwrap();
    assert_eq!(key(&after), before);
    let weigh = Notice {
        stream: Stream::Rights,
        act: Act::Weigh,
        verdict: None,
        ..reading(keep, "")
    };
    let rights = keeper.client.open(&world.professional(), weigh).await;
    assert_eq!(rights.unwrap().joined[0].opened.head, head);
    // Erased, whether it was closed before or not, both are gone, and the proof names both.
    keeper.bury(&world, keep, Act::Close).await.unwrap();
    let ended = keeper.bury(&world, keep, Act::Erase).await.unwrap();
    let event = String::from_utf8_lossy(&ended.event);
    assert!(event.contains(&other.id.to_string()));
    for one in [keep, other] {
        let how = keeper.client.standing(one).await.unwrap();
        assert_eq!(how, Some(How::Erased));
        let made = keeper.client.open(&world.operator(), creation(one)).await;
        let gone = failure(made);
        assert!(matches!(gone, Failure::Erased | Failure::Joined(_)));
    }
    let mut unforgotten = keeper.client.unforgotten().await.unwrap();
    unforgotten.sort();
    let mut both = [keep, other];
    both.sort();
    assert_eq!(unforgotten, both);
    keeper.stop().await.unwrap();
    world.verify_ledger();
}

#[tokio::test]
async fn an_archive_outlives_its_time_in_a_joined_record() {
    let world = World::new();
    let keeper = world.start().await;
    keeper.custody(&world, 1, 1).await;
    let (keep, other) = (keeper.create(&world).await, keeper.create(&world).await);
    keeper.join(&world, keep, other).await.unwrap();
    keeper.bury(&world, keep, Act::Close).await.unwrap();
    world.wait(11 * 366 * 24 * 3_600_000);
    keeper.step(&world, KeyStep::Purge).await.unwrap();
    for one in [keep, other] {
        let how = keeper.client.standing(one).await.unwrap();
        assert_eq!(how, Some(How::Erased));
    }
    assert_eq!(keeper.client.unforgotten().await.unwrap().len(), 2);
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn a_joining_is_written_into_the_database_by_hand() {
    let world = World::new();
    let keeper = world.start().await;
    let (keep, other) = (keeper.create(&world).await, keeper.create(&world).await);
    let stranger = keeper.create(&world).await;
    keeper.join(&world, keep, other).await.unwrap();
    keeper.stop().await.unwrap();
    let file = world.home.keeper().join("keys.db");
    let kept = world.dir.path().join("kept.db");
    copy(&file, &kept);
    for change in [
        "UPDATE joined SET subject = ?1",
        "UPDATE joined SET leading = ?1",
        "UPDATE joined SET rights = 9 WHERE subject != ?1",
    ] {
        let db = Connection::open(&file).unwrap();
        assert_eq!(db.execute(change, [stranger.bytes()]).unwrap(), 1);
        drop(db);
        let error = world.keeper(&Unlock::default()).unwrap_err();
        assert!(matches!(error, Error::Malformed { .. }), "{error}");
        copy(&kept, &file);
    }
    let keeper = world.start().await;
    assert_eq!(
        keeper.read(&world, keep, "x").await.unwrap().joined.len(),
        1
    );
    keeper.stop().await.unwrap();
}
