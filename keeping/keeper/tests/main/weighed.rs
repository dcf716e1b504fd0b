//! What was weighed before, and is held against `rights` when `content` opens.

use hygie_notice::wire::Failure;
use hygie_notice::{Head, Stream, Subject};

use crate::world::{Running, World, creation, failure, is_notice, reading};

fn head(count: u64) -> Head {
    Head {
        count,
        hash: [7; 32],
    }
}

async fn moved(keeper: &Running, subject: Subject, from: Head, to: Head) {
    keeper
        .client
        .advance(subject, Stream::Rights, from, to)
        .await
        .unwrap();
}

#[tokio::test]
async fn content_opened_by_rights_that_went_on() {
    let world = World::new();
    let keeper = world.start().await;
    let subject = keeper.create(&world).await;
    let token = world.professional();
    let open = async |weighed| {
        keeper
            .client
            .open_weighed(&token, reading(subject, "x"), weighed)
            .await
    };
    open(Some(Head::default())).await.unwrap();
    moved(&keeper, subject, Head::default(), head(1)).await;
    let before = keeper.size().await;
    for stale in [
        Head::default(),
        head(2),
        Head {
            count: 1,
            ..Head::default()
        },
    ] {
        let said = failure(open(Some(stale)).await);
        assert_eq!(said, Failure::StaleHead(head(1)));
    }
    // Nothing was opened, so that nothing stands in the ledger: the caller weighs anew, and that does.
    assert_eq!(keeper.size().await, before);
    open(Some(head(1))).await.unwrap();
    open(None).await.unwrap();
    assert_eq!(keeper.size().await, before + 2);
}

#[tokio::test]
async fn a_key_of_rights_handed_over_by_rights_weighed_before() {
    let world = World::new();
    let keeper = world.start().await;
    let subject = keeper.create(&world).await;
    let before = keeper.size().await;
    let notice = hygie_notice::Notice {
        stream: Stream::Rights,
        ..reading(subject, "x")
    };
    let weighed = Some(Head::default());
    let token = world.professional();
    is_notice(keeper.client.open_weighed(&token, notice, weighed).await);
    let create = creation(subject);
    let operator = world.operator();
    is_notice(keeper.client.open_weighed(&operator, create, weighed).await);
    assert_eq!(keeper.size().await, before);
}

#[tokio::test]
async fn a_weighed_probe_of_nobody_that_leaves_no_line() {
    let world = World::new();
    let keeper = world.start().await;
    let nobody = creation(Subject::person(hygie_notice::PersonId::random(
        &hygie_notice::SystemEntropy,
    )))
    .subject;
    let before = keeper.size().await;
    let weighed = Some(Head::default());
    let token = world.professional();
    let outcome = keeper
        .client
        .open_weighed(&token, reading(nobody, "x"), weighed)
        .await;
    assert_eq!(failure(outcome), Failure::UnknownSubject);
    assert_eq!(keeper.size().await, before + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rights_that_move_while_content_opens() {
    let world = World::new();
    let keeper = world.start().await;
    let subject = keeper.create(&world).await;
    let mut now = Head::default();
    for count in 1..=30 {
        let next = head(count);
        let (client, token) = (keeper.client.clone(), world.professional());
        let weighed = Some(now);
        let opening = tokio::spawn(async move {
            client
                .open_weighed(&token, reading(subject, "x"), weighed)
                .await
        });
        moved(&keeper, subject, now, next).await;
        let late = keeper
            .client
            .open_weighed(&world.professional(), reading(subject, "x"), weighed)
            .await;
        assert_eq!(failure(late), Failure::StaleHead(next));
        match opening.await.unwrap() {
            Ok(_) => {}
            other => assert_eq!(failure(other), Failure::StaleHead(next)),
        }
        now = next;
    }
}
