//! A person's trail: who reads it, in which order, in which pages.

use hygie_keeper::notice::{Notice, Purpose};

use crate::world::{World, accounting, is_notice, reading};

#[tokio::test]
async fn nobody_else_reads_a_trail() {
    let world = World::new();
    let keeper = world.start().await;
    let (mine, other) = (keeper.create(&world).await, keeper.create(&world).await);
    is_notice(
        keeper
            .client
            .trail(&world.holder(other.id), accounting(mine), 0)
            .await,
    );
    let treatment = Notice {
        purpose: Purpose::Treatment,
        ..accounting(mine)
    };
    is_notice(
        keeper
            .client
            .trail(&world.professional(), treatment, 0)
            .await,
    );
    let import = Notice {
        purpose: Purpose::Import,
        ..accounting(mine)
    };
    is_notice(keeper.client.trail(&world.operator(), import, 0).await);
    let wrong_stream = Notice {
        purpose: Purpose::PatientRequest,
        ..reading(mine, "x")
    };
    is_notice(
        keeper
            .client
            .trail(&world.holder(mine.id), wrong_stream, 0)
            .await,
    );
    let portability = Notice {
        purpose: Purpose::Portability,
        ..accounting(mine)
    };
    let (_, lines) = keeper
        .client
        .trail(&world.operator(), portability, 0)
        .await
        .unwrap();
    assert_eq!(lines.len(), 2);
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn the_reading_of_a_trail_stands_in_it() {
    let world = World::new();
    let keeper = world.start().await;
    let mine = keeper.create(&world).await;
    let (receipt, lines) = keeper
        .client
        .trail(&world.holder(mine.id), accounting(mine), 0)
        .await
        .unwrap();
    assert_eq!(lines.last().unwrap().index, receipt.index);
    let (_, later) = keeper
        .client
        .trail(&world.holder(mine.id), accounting(mine), u64::MAX)
        .await
        .unwrap();
    assert!(later.is_empty());
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn a_long_trail_loses_no_line_between_its_pages() {
    let world = World::new();
    let keeper = world.start().await;
    let mine = keeper.create(&world).await;
    let long = "x".repeat(2_000);
    let token = world.professional();
    let opens = (0..1_010).map(|_| {
        let (client, token, notice) = (keeper.client.clone(), token.clone(), reading(mine, &long));
        tokio::spawn(async move { client.open(&token, notice).await.map(drop) })
    });
    for open in opens.collect::<Vec<_>>() {
        open.await.unwrap().unwrap();
    }
    let mut lines = Vec::new();
    let mut pages = 0;
    loop {
        let from = u64::try_from(lines.len()).unwrap();
        let (receipt, page) = keeper
            .client
            .trail(&world.holder(mine.id), accounting(mine), from)
            .await
            .unwrap();
        assert!(page.len() <= 1_000);
        lines.extend(page);
        pages += 1;
        if lines.last().unwrap().index == receipt.index {
            break;
        }
    }
    assert_eq!(lines.len(), 1 + 1_010 + pages);
    assert!(pages > 1);
    for (number, line) in lines.iter().enumerate() {
        assert_eq!(line.event.number, u64::try_from(number).unwrap());
    }
    keeper.stop().await.unwrap();
}
