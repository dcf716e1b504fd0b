//! INVARIANT (no log, no plaintext) and INVARIANT (decide before open), seen from the trail.

use hygie_notice::{Act, ActorKind, PersonId, Stream, SystemEntropy};
use hygie_record::Error;

use crate::world::{MINUTE, World, actor, is_refused, query};

#[tokio::test]
async fn a_reading_that_the_holder_cannot_see() {
    let world = World::new().await;
    let person = world.person().await;
    let item = world.observe(person, "pulse").await;
    let id = item.id();
    // Rights that are not in memory are weighed first, which is a line of its own.
    for (pause, lines) in [(11 * MINUTE, 2), (0, 1)] {
        let before = world.trail(person).await.len();
        world.wait(pause);
        world
            .record
            .read(&world.holder(person), "Observation", id)
            .await
            .unwrap();
        let trail = world.trail(person).await;
        assert_eq!(trail.len(), before + lines);
        let line = &trail.last().unwrap().event;
        assert_eq!(line.notice.what, format!("Observation/{id}"));
        assert_eq!(line.actor.kind, ActorKind::Holder);
        assert!(!line.notice.verdict.as_ref().unwrap().rules.is_empty());
    }
    let read = (Act::Read, Stream::Content, Some(true));
    let expected = [(Act::Weigh, Stream::Rights, None), read, read];
    assert_eq!(world.newest(person, 3).await, expected);
}

#[tokio::test]
async fn an_act_that_leaves_no_line() {
    let world = World::new().await;
    let person = world.person().await;
    let weigh = (Act::Weigh, Stream::Rights, None);
    let deposit = (Act::Deposit, Stream::Content, Some(true));
    let search = (Act::Search, Stream::Content, Some(true));
    assert_eq!(
        world.newest(person, 2).await,
        [(Act::Create, Stream::Rights, None), deposit]
    );
    // What the import weighed is in memory: the deposit is one line.
    world.observe(person, "pulse").await;
    assert_eq!(world.newest(person, 2).await, [deposit, deposit]);
    world.authorise(person).await;
    assert_eq!(
        world.newest(person, 2).await,
        [weigh, (Act::Share, Stream::Rights, Some(true))]
    );
    world
        .search(&world.doctor(), person, "Observation")
        .await
        .unwrap();
    // The look at the trail weighed, and left the rights in memory.
    let share = (Act::Share, Stream::Rights, Some(true));
    assert_eq!(world.newest(person, 2).await, [share, search]);
    world
        .record
        .everything(&world.doctor(), person, "everything")
        .await
        .unwrap();
    assert_eq!(world.newest(person, 2).await, [search, search]);
    world
        .record
        .export(&world.exporter(), person, "http://base")
        .await
        .unwrap();
    assert_eq!(
        world.newest(person, 2).await,
        [search, (Act::Export, Stream::Content, Some(true))]
    );
}

#[tokio::test]
async fn a_reading_of_the_trail_that_does_not_stand_in_it() {
    let world = World::new().await;
    let person = world.person().await;
    let lines = world
        .record
        .account(&world.holder(person), person, "trail")
        .await
        .unwrap()
        .lines;
    let last = &lines.last().unwrap().event.notice;
    assert_eq!((last.act, last.stream), (Act::Account, Stream::Trail));
    assert!(last.verdict.as_ref().unwrap().permitted);
    let numbers: Vec<u64> = lines.iter().map(|line| line.event.number).collect();
    let whole: Vec<u64> = (0..).take(lines.len()).collect();
    assert_eq!(numbers, whole, "every line once, in order");
}

#[tokio::test]
async fn a_refusal_that_nobody_sees() {
    let world = World::new().await;
    let person = world.person().await;
    let item = world.observe(person, "pulse").await;
    let refusals = [
        world
            .record
            .read(&world.doctor(), "Observation", item.id())
            .await
            .map(drop),
        world
            .search(&world.doctor(), person, "Observation")
            .await
            .map(drop),
        world
            .record
            .everything(&world.doctor(), person, "everything")
            .await
            .map(drop),
        world
            .record
            .export(&world.doctor(), person, "http://base")
            .await
            .map(drop),
        world
            .record
            .account(&world.doctor(), person, "trail")
            .await
            .map(drop),
        world
            .record
            .account(&world.exporter(), person, "trail")
            .await
            .map(drop),
        world
            .search(&world.importer(), person, "Observation")
            .await
            .map(drop),
    ];
    for refusal in refusals {
        is_refused(refusal);
    }
    let trail = world.trail(person).await;
    let refused: Vec<Act> = trail
        .iter()
        .filter(|line| {
            line.event
                .notice
                .verdict
                .as_ref()
                .is_some_and(|verdict| !verdict.permitted)
        })
        .map(|line| line.event.notice.act)
        .collect();
    let expected = [
        Act::Read,
        Act::Search,
        Act::Search,
        Act::Export,
        Act::Account,
        Act::Account,
        Act::Search,
    ];
    assert_eq!(refused, expected);
}

#[tokio::test]
async fn a_stranger_at_the_door_who_leaves_no_line() {
    let world = World::new().await;
    let (own, other) = (world.person().await, world.person().await);
    let item = world.observe(other, "pulse").await;
    let stranger = world.holder(own);
    is_refused(world.record.read(&stranger, "Observation", item.id()).await);
    assert_eq!(
        world.newest(other, 1).await,
        [(Act::Read, Stream::Content, Some(false))]
    );
    is_refused(world.search(&stranger, other, "Observation").await);
    assert_eq!(
        world.newest(other, 1).await,
        [(Act::Search, Stream::Content, Some(false))]
    );
    is_refused(world.record.account(&stranger, other, "trail").await);
    assert_eq!(
        world.newest(other, 1).await,
        [(Act::Account, Stream::Content, Some(false))]
    );
    is_refused(
        world
            .deposit(
                &stranger,
                "Consent",
                crate::world::consent(other, &serde_json::json!({})),
            )
            .await,
    );
    assert_eq!(
        world.newest(other, 1).await,
        [(Act::Share, Stream::Content, Some(false))]
    );
    let strangers = world.trail(other).await;
    let last = &strangers.last().unwrap().event.actor;
    assert_eq!(last.person, Some(own), "the trail says who it was");
}

#[tokio::test]
async fn a_probe_for_persons_that_leaves_no_line() {
    let world = World::new().await;
    let nobody = PersonId::random(&SystemEntropy);
    for caller in [world.doctor(), world.holder(nobody), world.exporter()] {
        let before = world.leaves().await;
        is_refused(world.search(&caller, nobody, "Observation").await);
        assert!(world.leaves().await > before, "the ledger grew");
    }
    let before = world.leaves().await;
    is_refused(
        world
            .record
            .account(&world.holder(nobody), nobody, "trail")
            .await,
    );
    assert!(world.leaves().await > before);
}

#[tokio::test]
async fn a_warm_record_that_is_read_without_the_keeper() {
    let mut world = World::new().await;
    let person = world.person().await;
    let item = world.observe(person, "pulse").await;
    let id = item.id();
    let holder = world.holder(person);
    world.record.read(&holder, "Observation", id).await.unwrap();
    world.stop_keeper().await;
    let outcome = world.record.read(&holder, "Observation", id).await;
    assert!(
        matches!(outcome, Err(Error::Keeper(_))),
        "it was warm, and stayed shut"
    );
    let outcome = world.listed(&holder, "Organization").await;
    assert!(matches!(outcome, Err(Error::Keeper(_))));
}

#[tokio::test]
async fn a_directory_that_is_read_without_a_line() {
    let world = World::new().await;
    let person = world.person().await;
    let before = world.leaves().await;
    world
        .listed(&world.holder(person), "Organization")
        .await
        .unwrap();
    assert_eq!(world.leaves().await, before + 1);
    let outcome = world
        .record
        .read(&world.holder(person), "Organization", "nothing")
        .await;
    assert!(matches!(outcome, Err(Error::NotFound)));
    assert_eq!(world.leaves().await, before + 2);
}

#[tokio::test]
async fn a_token_with_an_insurer_in_it() {
    let world = World::new().await;
    let person = world.person().await;
    world.authorise(person).await;
    for sector in ["SA23", "SA66", "SA44", "SA13", "SA45", "SA48"] {
        let mut insurer = actor(ActorKind::Professional, crate::world::DOCTOR);
        insurer.sector = Some(sector.to_owned());
        let insurer = world.by(insurer);
        is_refused(world.search(&insurer, person, "Observation").await);
        is_refused(world.listed(&insurer, "Organization").await);
    }
}

#[tokio::test]
async fn words_too_long_for_a_notice() {
    let world = World::new().await;
    let person = world.person().await;
    let mut query = query("Observation", &[]);
    query.what = "é".repeat(4_000);
    world
        .record
        .search(&world.holder(person), person, &query)
        .await
        .unwrap();
    let trail = world.trail(person).await;
    assert_eq!(trail.last().unwrap().event.notice.what, "é".repeat(1_024));
}
