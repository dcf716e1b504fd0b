//! Many at once: one group of them costs one durable step.

use std::time::Instant;

use hygie_keeper::Client;

use crate::world::{World, reading};

/// Opens `count` times at once over several clients, with fewer connections than the keeper has places; returns the openings per second.
async fn open_at_once(world: &World, count: usize) -> (f64, u64, u64) {
    let keeper = world.start().await;
    let subject = keeper.create(world).await;
    let mut clients = Vec::new();
    for _ in 0..3 {
        clients.push(Client::connect(world.home.socket()).await.unwrap());
    }
    let token = world.professional();
    keeper.client.prove(0).await.unwrap();
    let before = (keeper.measures.groups(), keeper.measures.events());
    let begin = Instant::now();
    let opens = (0..count).map(|number| {
        let (client, token) = (clients[number % clients.len()].clone(), token.clone());
        tokio::spawn(async move { client.open(&token, reading(subject, "x")).await.map(drop) })
    });
    for open in opens.collect::<Vec<_>>() {
        open.await.unwrap().unwrap();
    }
    let rate = f64::from(u32::try_from(count).unwrap()) / begin.elapsed().as_secs_f64();
    let measures = std::sync::Arc::clone(&keeper.measures);
    // The ledger's files follow the events; whoever stops waits for them.
    keeper.stop().await.unwrap();
    let (groups, events) = (measures.groups() - before.0, measures.events() - before.1);
    (rate, groups, events)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_openings_cost_far_fewer_checkpoints() {
    let world = World::new();
    let (rate, groups, events) = open_at_once(&world, 200).await;
    println!("200 openings in {groups} groups, {rate:.0} a second (debug build)");
    assert_eq!(events, 200);
    assert!(groups < 100, "{groups}");
    assert_eq!(world.verify_ledger(), 201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement, not a check: run it with --ignored --nocapture"]
async fn twenty_thousand_openings_at_once() {
    let world = World::new();
    let (rate, groups, _) = open_at_once(&world, 20_000).await;
    println!("20,000 openings in {groups} groups, {rate:.0} a second");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement, not a check: run it with --ignored --nocapture"]
async fn a_thousand_openings_one_after_another() {
    let world = World::new();
    let keeper = world.start().await;
    let subject = keeper.create(&world).await;
    let begin = Instant::now();
    for _ in 0..1_000 {
        keeper.read(&world, subject, "x").await.unwrap();
    }
    println!(
        "1,000 openings one after another: {:.2} ms each",
        begin.elapsed().as_secs_f64()
    );
    keeper.stop().await.unwrap();
}
