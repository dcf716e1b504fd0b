//! Failures covered: bodies that fill more than there is; one sender who fills all of it; bytes that
//! stay counted when their request is gone; an answer that nobody counts, or no longer once it was handed over.
//! Not failures: an answer that is made already and goes over the limit by its own length.
#![allow(clippy::unwrap_used, reason = "tests")]

use axum::body::Body;
use http_body_util::BodyExt;
use hygie_record::notice::ActorKind;
use proptest::prelude::*;

use super::{Hold, Memory, NoRoom};
use crate::gate::bodies::outgoing;
use crate::gate::who::Who;

fn who(number: u8) -> Who {
    Who::Actor(ActorKind::Software, number.to_string())
}

#[test]
fn one_sender_has_a_quarter_and_all_have_the_whole() {
    let memory = Memory::new(400);
    let holds: Vec<Hold> = (0..4)
        .map(|number| {
            let hold = memory.begin(who(number)).unwrap();
            hold.at_least(60).unwrap();
            hold.at_least(100).unwrap();
            assert_eq!(hold.at_least(101), Err(NoRoom::Share));
            let second = memory.begin(who(number));
            // He is let in as long as there is room at all, and holds nothing more.
            assert!(second.is_err() || second.unwrap().at_least(1) == Err(NoRoom::Share));
            hold
        })
        .collect();
    assert_eq!(memory.bytes(), 400);
    assert!(
        memory.begin(who(9)).is_err(),
        "nothing begins where nothing fits"
    );
    drop(holds);
    assert_eq!(memory.bytes(), 0);
    assert!(memory.held().each.is_empty(), "nobody is remembered");
    // The operator's units are large.
    memory.begin(Who::Operator).unwrap().at_least(400).unwrap();
}

#[test]
fn an_answer_counts_and_keeps_others_out() {
    let memory = Memory::new(400);
    let answer = memory.keep(who(1), 500);
    assert_eq!(memory.begin(who(2)).unwrap_err(), NoRoom::Full);
    drop(answer);
    memory.begin(who(2)).unwrap().at_least(1).unwrap();
}

proptest! {
    /// Whatever is held and let go: never more than the limit, never more than a share, nothing left.
    #[test]
    fn limits_hold_and_nothing_is_left_behind(steps in proptest::collection::vec((0_u8..5, 0_usize..150, any::<bool>()), 0..100)) {
        let memory = Memory::new(400);
        let mut holds: Vec<Hold> = Vec::new();
        for (number, bytes, drops) in steps {
            if drops {
                holds.pop();
            } else if let Ok(hold) = memory.begin(who(number)) {
                let _refused = hold.at_least(bytes);
                holds.push(hold);
            }
            let held = memory.held();
            prop_assert!(held.all <= 400);
            prop_assert!(held.each.values().all(|own| *own <= 100));
            prop_assert_eq!(held.each.values().sum::<usize>(), held.all);
        }
        holds.clear();
        prop_assert_eq!(memory.bytes(), 0);
    }
}

#[tokio::test]
async fn an_answer_counts_until_its_bytes_are_written() {
    let memory = Memory::new(400);
    let mut body = outgoing(Body::from("answer"), memory.keep(who(1), 6));
    let frame = body.frame().await.unwrap().unwrap();
    // HTTP is done with the body, and its bytes wait for the other side.
    drop(body);
    assert_eq!(memory.bytes(), 6);
    let bytes = frame.into_data().unwrap();
    let rest = bytes.slice(4..);
    drop(bytes);
    assert_eq!((&rest[..], memory.bytes()), (&b"er"[..], 6));
    drop(rest);
    assert_eq!(memory.bytes(), 0);
}
