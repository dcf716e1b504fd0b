//! Masked is absent: for random small records, masks, actors and requests, the whole answer – status,
//! headers, body – is byte for byte that of a twin record in which what is masked to the actor, and
//! what leads to it, never existed. Both draw the same randomness for the same step, at the same
//! moment; nothing is normalised, and page links are compared with their signatures.
//!
//! Failures covered: an id, a count, a page, an include, a version, a condition, an error or a header
//! that is another because something hidden exists.
//!
//! Explicitly not a failure: what the actor wrote himself, which stays as he wrote it, with the id of a
//! hidden item in it; how long an answer takes.

#[path = "masked/ask.rs"]
mod ask;
#[path = "masked/dice.rs"]
mod dice;
#[path = "masked/plan.rs"]
mod plan;
#[path = "masked/twins.rs"]
mod twins;

use std::time::Instant;

use dice::Dice;
use plan::Plan;
use twins::Twins;

/// Requests of one record.
const ASKED: usize = 30;
/// Records of one home: the list of persons is read for each new one.
const HOMES: u64 = 100;

/// Compares until this many requests were answered alike.
async fn alike(seed: u64, wanted: usize) {
    let begun = Instant::now();
    let mut twins = Twins::new().await;
    let (mut compared, mut hiding, mut telling, mut record) = (0, 0, 0, 0);
    while compared < wanted {
        record += 1;
        if record % HOMES == 0 {
            twins = Twins::new().await;
        }
        let mut dice = Dice::new(seed ^ record);
        let mut plan = Plan::new(&mut dice, record);
        let whose = format!("seed {seed}, record {record}");
        twins.grow(&mut plan, &whose).await;
        hiding += usize::from(!plan.hidden.is_empty());
        for _ in 0..ASKED {
            let asked = ask::any(&mut dice, &plan, twins.last());
            telling += usize::from(asked.aims(&plan));
            compared += twins.ask(&plan, &asked, &whose).await;
        }
    }
    // A run in which nothing is hidden, or nobody asks for it, would prove nothing.
    assert!(
        hiding * 2 > usize::try_from(record).unwrap(),
        "{hiding} of {record} records hide something"
    );
    assert!(
        telling * 20 > compared,
        "{telling} of {compared} requests aim at what is hidden"
    );
    println!(
        "{compared} answers alike, of {record} records ({hiding} hide something, {telling} requests aim at it), {} s",
        begun.elapsed().as_secs()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_tells_of_something_hidden() {
    alike(0x4859_4749, 4_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long: a hundred thousand answers"]
async fn an_answer_of_a_hundred_thousand_that_tells_of_something_hidden() {
    alike(0x1111_2222, 100_000).await;
}
