//! Heads: where a stream ends, against rollback and lost writes.

use hygie_keeper::notice::wire::Failure;
use hygie_keeper::notice::{Head, Stream};

use crate::world::{World, failure, is_notice};

fn head(count: u64, mark: u8) -> Head {
    Head {
        count,
        hash: [mark; 32],
    }
}

#[tokio::test]
async fn of_many_writers_exactly_one_wins() {
    let world = World::new();
    let keeper = world.start().await;
    let subject = keeper.create(&world).await;
    let races = (1..=40).map(|mark| {
        let client = keeper.client.clone();
        tokio::spawn(async move {
            client
                .advance(subject, Stream::Content, Head::default(), head(1, mark))
                .await
        })
    });
    let mut winners = 0;
    for race in races.collect::<Vec<_>>() {
        match race.await.unwrap() {
            Ok(()) => winners += 1,
            lost => assert!(matches!(
                failure(lost),
                Failure::StaleHead(Head { count: 1, .. })
            )),
        }
    }
    assert_eq!(winners, 1);
    let now = keeper.read(&world, subject, "x").await.unwrap().head;
    assert_eq!(now.count, 1);
    // The other streams did not move.
    keeper
        .client
        .advance(subject, Stream::Rights, Head::default(), head(3, 9))
        .await
        .unwrap();
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn a_head_never_moves_back_and_outlives_a_restart() {
    let world = World::new();
    let keeper = world.start().await;
    let subject = keeper.create(&world).await;
    keeper
        .client
        .advance(subject, Stream::Content, Head::default(), head(2, 1))
        .await
        .unwrap();
    keeper.stop().await.unwrap();
    let keeper = world.start().await;
    let advance = |stream, from, to| keeper.client.advance(subject, stream, from, to);
    is_notice(advance(Stream::Content, head(2, 1), head(2, 2)).await);
    is_notice(advance(Stream::Content, head(2, 1), head(1, 2)).await);
    is_notice(advance(Stream::Trail, Head::default(), head(1, 2)).await);
    let stale = Failure::StaleHead(head(2, 1));
    assert_eq!(
        failure(advance(Stream::Content, Head::default(), head(3, 1)).await),
        stale
    );
    assert_eq!(
        failure(advance(Stream::Content, head(2, 2), head(3, 1)).await),
        stale
    );
    advance(Stream::Content, head(2, 1), head(3, 1))
        .await
        .unwrap();
    keeper.stop().await.unwrap();
}
