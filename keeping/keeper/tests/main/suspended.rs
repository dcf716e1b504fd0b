//! An actor whom the operator cut off: nothing opens for him from the very next request on, whatever he asks, and what
//! he tries is written down.
//!
//! Not failures: a write that had begun goes to its end; a backup from before the suspension does not know it.

use hygie_keeper::notice::wire::Failure;
use hygie_keeper::notice::{
    Act, ActorKind, ActorStep, Alarm, Head, Notice, Purpose, Stream, Subject,
};
use hygie_keeper::{Proceed, Unlock, backup, restore};

use crate::backups::{moved, parts, proceed};
use crate::world::{Running, World, accounting, actor, failure, is_notice, reading, refused};

const DOCTOR: &str = "10101010101";

fn suspend(kind: ActorKind, id: &str) -> ActorStep {
    ActorStep::Suspend {
        kind,
        id: id.to_owned(),
        reason: "lost card".to_owned(),
    }
}

fn resume(kind: ActorKind, id: &str) -> ActorStep {
    ActorStep::Resume {
        kind,
        id: id.to_owned(),
    }
}

async fn is_suspended(world: &World, keeper: &Running, subject: Subject) -> bool {
    match keeper.read(world, subject, "x").await {
        Ok(_) => false,
        refused => {
            assert_eq!(failure(refused), Failure::Suspended);
            true
        }
    }
}

#[tokio::test]
async fn a_suspended_actor_to_whom_something_opens() {
    let world = World::new();
    let keeper = world.start().await;
    let (subject, client) = (keeper.create(&world).await, &keeper.client);
    let opened = keeper.read(&world, subject, "before").await.unwrap();
    let cut = suspend(ActorKind::Professional, DOCTOR);
    let number = client.actor(&world.operator(), cut).await.unwrap();
    assert_eq!(number, 0);
    let token = world.professional();
    let weigh = Notice {
        stream: Stream::Rights,
        act: Act::Weigh,
        verdict: None,
        ..reading(subject, "x")
    };
    let directory = Notice {
        subject: Subject::directory(),
        ..reading(subject, "x")
    };
    for notice in [reading(subject, "x"), weigh, directory] {
        assert_eq!(
            failure(client.open(&token, notice).await),
            Failure::Suspended
        );
    }
    let looked = client.tag(&token, "domain", "value", None).await;
    assert_eq!(failure(looked), Failure::Suspended);
    // What care refuses him is written down as ever.
    let refusal = Notice {
        verdict: refused(),
        ..reading(subject, "x")
    };
    client.refuse(&token, refusal).await.unwrap();
    // A write that had begun ends.
    let to = Head {
        count: 1,
        hash: [7; 32],
    };
    let ended = client.advance(subject, Stream::Content, opened.head, to);
    ended.await.unwrap();
    // The attempts stand in the person's trail.
    let holder = world.holder(subject.id);
    let (_, lines) = client.trail(&holder, accounting(subject), 0).await.unwrap();
    let attempts: Vec<_> = lines
        .iter()
        .filter_map(|line| line.event.notice.verdict.as_ref())
        .filter(|verdict| !verdict.permitted && verdict.rules == ["actor-suspended"])
        .collect();
    assert_eq!(attempts.len(), 2);
    // Nobody else is cut off: not the same number in another role, nor another number.
    let same = world.token(actor(ActorKind::Software, DOCTOR));
    drop(client.open(&same, reading(subject, "x")).await.unwrap());
    let other = world.token(actor(ActorKind::Professional, "1010101010"));
    drop(client.open(&other, reading(subject, "x")).await.unwrap());
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn a_suspended_holder_reads_his_trail() {
    let world = World::new();
    let keeper = world.start().await;
    let (subject, client) = (keeper.create(&world).await, &keeper.client);
    let cut = suspend(ActorKind::Holder, "account");
    client.actor(&world.operator(), cut).await.unwrap();
    let holder = world.holder(subject.id);
    let read = client.trail(&holder, accounting(subject), 0).await;
    assert_eq!(failure(read), Failure::Suspended);
    let proved = client.committed(&holder, accounting(subject), 0).await;
    assert_eq!(failure(proved), Failure::Suspended);
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn a_suspension_that_a_restart_or_a_restore_lifts() {
    let world = World::new();
    let keeper = world.start().await;
    keeper.custody(&world, 1, 1).await;
    let subject = keeper.create(&world).await;
    let cut = suspend(ActorKind::Professional, DOCTOR);
    keeper.client.actor(&world.operator(), cut).await.unwrap();
    keeper.stop().await.unwrap();
    let keeper = world.start().await;
    assert!(is_suspended(&world, &keeper, subject).await);
    let files = parts(&world, &["1.part"]);
    backup(&world.home, 0, &files[0]).unwrap();
    keeper.stop().await.unwrap();
    let old = world.home.clone();

    let (world, _dir) = moved(world);
    restore(&world.home, &old, &Unlock::default(), &[], &files).unwrap();
    proceed(&world, &Proceed::NewEpoch).unwrap();
    let keeper = world.start().await;
    assert!(is_suspended(&world, &keeper, subject).await);
    let listed = keeper.client.suspended(&world.operator()).await.unwrap();
    let expected = Alarm::Suspended {
        kind: ActorKind::Professional,
        id: DOCTOR.to_owned(),
        reason: "lost card".to_owned(),
    };
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].number, &listed[0].alarm), (0, &expected));
    let back = resume(ActorKind::Professional, DOCTOR);
    keeper.client.actor(&world.operator(), back).await.unwrap();
    assert!(!is_suspended(&world, &keeper, subject).await);
    keeper.stop().await.unwrap();
    let keeper = world.start().await;
    assert!(!is_suspended(&world, &keeper, subject).await);
    assert_eq!(
        keeper.client.suspended(&world.operator()).await.unwrap(),
        []
    );
    keeper.stop().await.unwrap();
    world.verify_ledger();
}

#[tokio::test]
async fn somebody_else_than_the_operator_suspends_or_he_himself_is() {
    let world = World::new();
    let keeper = world.start().await;
    let client = &keeper.client;
    let cut = || suspend(ActorKind::Professional, DOCTOR);
    is_notice(client.actor(&world.professional(), cut()).await);
    is_notice(client.suspended(&world.professional()).await);
    for step in [
        suspend(ActorKind::Operator, "ops"),
        suspend(ActorKind::Professional, ""),
        suspend(ActorKind::Professional, &"1".repeat(1_025)),
        ActorStep::Suspend {
            kind: ActorKind::Professional,
            id: DOCTOR.to_owned(),
            reason: "x".repeat(501),
        },
        resume(ActorKind::Professional, DOCTOR),
    ] {
        is_notice(client.actor(&world.operator(), step).await);
    }
    client.actor(&world.operator(), cut()).await.unwrap();
    is_notice(client.actor(&world.operator(), cut()).await);
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn a_suspended_import_makes_a_person() {
    let world = World::new();
    let keeper = world.start().await;
    let subject = keeper.create(&world).await;
    let client = &keeper.client;
    // The only other maker is the roll's role, which has a key of its own.
    let cut = suspend(ActorKind::Enrolment, "enrolment");
    client.actor(&world.operator(), cut).await.unwrap();
    let key = hygie_keeper::load_issuer_key(world.home.enrolment_key(), "enrolment").unwrap();
    let who = actor(ActorKind::Enrolment, "enrolment");
    let now = hygie_keeper::notice::Clock::now(&*world.clock);
    let token = key.assert(who, now, 600, "jti".to_owned());
    let fresh = Subject::person(hygie_keeper::notice::PersonId::random(
        &hygie_keeper::notice::SystemEntropy,
    ));
    let create = Notice {
        purpose: Purpose::Enrolment,
        ..crate::world::creation(fresh)
    };
    assert_eq!(
        failure(client.open(&token, create).await),
        Failure::Suspended
    );
    let read = keeper.read(&world, fresh, "x").await;
    assert_eq!(failure(read), Failure::UnknownSubject);
    drop(keeper.read(&world, subject, "x").await.unwrap());
    keeper.stop().await.unwrap();
}
