//! Failures covered: an actor with a thousand requests before whom another never gets a turn; more at
//! work than allowed; a turn lost with a caller who left, or given twice; a queue without end; lanes
//! that stay in memory.
//! Not failures: that the one who floods is refused.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;
use std::time::Duration;

use hygie_record::notice::ActorKind;
use proptest::prelude::*;
use tokio::task::JoinSet;

use super::{Bounds, Refused, Turn, Turns};
use crate::gate::who::Who;

fn who(name: &str) -> Who {
    Who::Actor(ActorKind::Professional, name.to_owned())
}

fn turns(all: usize, each: usize, waiting: usize, each_waiting: usize) -> Arc<Turns> {
    Turns::new(Bounds {
        all,
        each,
        waiting,
        each_waiting,
    })
}

/// Lets everything run that can.
async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_flood_does_not_keep_another_from_his_turn() {
    let turns = turns(2, 2, 1_000, 1_000);
    let mut running = vec![
        turns.take(who("flood")).await.unwrap(),
        turns.take(who("flood")).await.unwrap(),
    ];
    let mut flood = JoinSet::new();
    for _ in 0..500 {
        let turns = Arc::clone(&turns);
        flood.spawn(async move { turns.take(who("flood")).await });
    }
    settle().await;
    let quiet = {
        let turns = Arc::clone(&turns);
        tokio::spawn(async move { turns.take(who("quiet")).await })
    };
    settle().await;
    assert_eq!(turns.load(), (2, 501));
    // Five hundred stand before him in time; he is the second who is let in.
    for _ in 0..2 {
        drop(running.pop());
        settle().await;
        while let Some(Ok(Ok(turn))) = flood.try_join_next() {
            running.push(turn);
        }
    }
    assert!(quiet.is_finished(), "the quiet one still waits");
    quiet.await.unwrap().unwrap();
}

#[tokio::test]
async fn one_actor_never_has_more_than_his_share() {
    let turns = turns(100, 3, 100, 2);
    let _held: Vec<Turn> = {
        let mut held = Vec::new();
        for _ in 0..3 {
            held.push(turns.take(who("a")).await.unwrap());
        }
        held
    };
    let waits: Vec<_> = (0..2)
        .map(|_| {
            let turns = Arc::clone(&turns);
            tokio::spawn(async move { turns.take(who("a")).await })
        })
        .collect();
    settle().await;
    assert_eq!(turns.load(), (3, 2));
    assert_eq!(turns.take(who("a")).await.unwrap_err(), Refused::Share);
    // Others have their places all the same.
    turns.take(who("b")).await.unwrap();
    for wait in waits {
        wait.abort();
    }
}

#[tokio::test]
async fn who_waits_nowhere_yet_takes_the_last_place_of_the_longest_queue() {
    let turns = turns(1, 1, 4, 4);
    let running = turns.take(who("flood")).await.unwrap();
    let mut flood = JoinSet::new();
    for _ in 0..4 {
        let turns = Arc::clone(&turns);
        flood.spawn(async move { turns.take(who("flood")).await.map(drop) });
    }
    settle().await;
    let quiet = {
        let turns = Arc::clone(&turns);
        tokio::spawn(async move { turns.take(who("quiet")).await.map(drop) })
    };
    settle().await;
    assert_eq!(turns.load(), (1, 4), "the queue is as long as before");
    let displaced = flood.join_next().await.unwrap().unwrap();
    assert_eq!(displaced.unwrap_err(), Refused::Full);
    drop(running);
    quiet.await.unwrap().unwrap();
    while let Some(done) = flood.join_next().await {
        done.unwrap().unwrap();
    }
    assert_eq!(turns.load(), (0, 0));
    assert!(turns.state().lanes.is_empty(), "nobody is remembered");
}

#[tokio::test]
async fn a_caller_who_leaves_loses_no_turn() {
    let turns = turns(1, 1, 10, 10);
    let running = turns.take(who("a")).await.unwrap();
    let waiting = turns.take(who("b"));
    assert!(
        tokio::time::timeout(Duration::from_millis(5), waiting)
            .await
            .is_err()
    );
    assert_eq!(turns.load(), (1, 0), "he no longer waits");
    // One who leaves in the very moment in which his turn comes.
    let late = {
        let turns = Arc::clone(&turns);
        tokio::spawn(async move { turns.take(who("c")).await })
    };
    settle().await;
    late.abort();
    drop(running);
    settle().await;
    assert_eq!(turns.load(), (0, 0));
    assert!(turns.state().lanes.is_empty());
    turns.take(who("d")).await.unwrap();
}

proptest! {
    /// Whatever comes and goes: never more than the bounds, nobody forgotten, nothing left behind.
    #[test]
    fn bounds_hold_and_nothing_is_left_behind(steps in proptest::collection::vec((0_u8..4, 0_u8..3), 1..200)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let turns = turns(3, 2, 6, 4);
            let mut tasks: JoinSet<Result<Turn, Refused>> = JoinSet::new();
            let mut held: Vec<Turn> = Vec::new();
            for (step, name) in steps {
                match step {
                    0 | 1 => {
                        let (turns, name) = (Arc::clone(&turns), who(&name.to_string()));
                        tasks.spawn(async move { turns.take(name).await });
                    }
                    2 => drop(held.pop()),
                    _ => tasks.abort_all(),
                }
                settle().await;
                while let Some(done) = tasks.try_join_next() {
                    if let Ok(Ok(turn)) = done {
                        held.push(turn);
                    }
                }
                let (running, waiting) = turns.load();
                prop_assert!(running <= 3 && waiting <= 6);
                prop_assert_eq!(running, held.len());
                let state = turns.state();
                prop_assert!(state.lanes.values().all(|lane| lane.running <= 2 && lane.queue.len() <= 4));
                let stuck = state.running < 3
                    && state.lanes.values().any(|lane| lane.running < 2 && !lane.queue.is_empty());
                prop_assert!(!stuck, "somebody waits although there is a place");
            }
            tasks.shutdown().await;
            held.clear();
            settle().await;
            prop_assert_eq!(turns.load(), (0, 0));
            prop_assert!(turns.state().lanes.is_empty());
            Ok(())
        })?;
    }
}
