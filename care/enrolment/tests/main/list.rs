//! The list of who opposes research, or his space, as the crossing reads it.
//!
//! Dangers: an opposition that the crossing is not told, or told in another order; a crash between a person's `rights` and
//! the list that leaves them apart; a list that somebody else reads; one that its reader would not notice to be
//! shortened; a research that `decide` refuses otherwise than the list says.
//! Not a failure: a line that says once more what the line before said; an opposition of somebody without a national
//! number, whom no line could name: `decide` refuses it all the same.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;

use hygie_enrolment::{Enrolment, Registration};
use hygie_ledger::Verifier;
use hygie_oppositions::{About, Line, Opposed, Reader};
use hygie_record::notice::{PersonId, Purpose};
use hygie_record::{Caller, Error, Scope};
use proptest::prelude::*;

use crate::oppositions::{BORN, INS, code, enrolment, line, tried};
use crate::refusals::somebody;
use crate::world::World;

const DEMO: &str = "urn:oid:1.2.250.1.213.1.4.11";
const PROJECT: &str = "diabetes-2027";

/// All lines from where the reader is, each part of them believed.
async fn read_on(roll: &Enrolment, crossing: &Caller, reader: &mut Reader) -> Vec<Line> {
    let verifier: Verifier = roll.oppositions_verifier().await.unwrap().parse().unwrap();
    let mut lines = Vec::new();
    loop {
        let part = roll.oppositions(crossing, reader.next()).await.unwrap();
        reader.take(&part, &verifier).unwrap();
        lines.extend(part.lines);
        if !part.more {
            return lines;
        }
    }
}

fn fold(lines: &[Line]) -> Opposed {
    let mut opposed = Opposed::default();
    lines.iter().for_each(|line| opposed.take(line));
    opposed
}

async fn says(roll: &Enrolment, world: &World, person: PersonId, scope: &str, opposed: bool) {
    let scope: Scope = scope.parse().unwrap();
    let holder = world.holder(person);
    roll.say_signed_in(&holder, person, &scope, opposed)
        .await
        .unwrap();
}

/// Whether the record refuses the crossing by the rule of research, or since its space is opposed.
async fn refused(world: &World, person: PersonId, project: Option<&str>) -> bool {
    let crossing = world.crossing(project);
    let read = world
        .record
        .read(&crossing, "Patient", &person.to_string())
        .await;
    assert!(matches!(read, Err(Error::Refused)));
    let trail = world.trail(person).await;
    let verdict = trail.iter().rev().find_map(|line| {
        let notice = &line.event.notice;
        let verdict = notice.verdict.as_ref();
        verdict.filter(|_| notice.purpose == Purpose::Research)
    });
    let rules = verdict.unwrap().rules.clone();
    let by = |rule: &str| rules.iter().any(|one| one == rule);
    by("research-refused") || by("opposition-wins")
}

#[tokio::test]
async fn the_crossing_is_told_who_opposes_and_nobody_else_is() {
    let world = World::new().await;
    let person = somebody(&world).await;
    let roll = enrolment(&world);
    let crossing = world.crossing(None);
    let mut reader = Reader::default();
    assert!(read_on(&roll, &crossing, &mut reader).await.is_empty());

    says(&roll, &world, person, "research", true).await;
    says(&roll, &world, person, "professional:10101010101", true).await;
    says(&roll, &world, person, &format!("project:{PROJECT}"), true).await;
    says(&roll, &world, person, "research", false).await;
    // Said once more it is no news.
    says(&roll, &world, person, "research", false).await;
    let registered = roll
        .register(&[line(INS)], Registration::Codes)
        .await
        .unwrap();
    let proof = tried(&roll, INS, BORN, code(&registered[0])).await.unwrap();
    let lines = read_on(&roll, &crossing, &mut reader).await;
    let told: Vec<(u64, String, bool)> = lines
        .iter()
        .map(|line| (line.number, line.scope.to_string(), line.opposed))
        .collect();
    let project = format!("project:{PROJECT}");
    assert_eq!(
        told,
        [
            (0, "research".to_owned(), true),
            (1, project, true),
            (2, "research".to_owned(), false),
            (3, "space".to_owned(), true)
        ]
    );
    assert!(
        lines
            .iter()
            .all(|line| (line.system.as_str(), line.ins.as_str()) == (DEMO, &INS[..13]))
    );
    assert_eq!(lines[3].receipt, proof.number);
    // From another process it goes on.
    assert!(
        read_on(&enrolment(&world), &crossing, &mut reader)
            .await
            .is_empty()
    );

    for other in [
        world.operator(Purpose::Import),
        world.holder(person),
        world.doctor(),
    ] {
        let read = roll.oppositions(&other, 0).await;
        assert!(matches!(read, Err(Error::Refused)));
    }
    let beyond = roll.oppositions(&crossing, 9).await;
    assert!(matches!(beyond, Err(Error::BadRequest(_))));
    // The roll's own jobs meet no sheet among their pages.
    assert_eq!(roll.dashboard().await.unwrap().len(), 1);
    roll.make_due().await.unwrap();
}

#[tokio::test]
async fn a_list_of_many_sheets_is_read_in_order() {
    let world = World::new().await;
    let person = somebody(&world).await;
    let roll = enrolment(&world);
    for number in 0..131 {
        says(&roll, &world, person, "research", number % 2 == 0).await;
    }
    let crossing = world.crossing(None);
    let mut reader = Reader::default();
    let lines = read_on(&roll, &crossing, &mut reader).await;
    assert_eq!(lines.len(), 131);
    assert_eq!(reader.next(), 131);
    // From any line on, by any reader that was there.
    let part = enrolment(&world).oppositions(&crossing, 120).await.unwrap();
    assert_eq!(
        (part.lines[0].number, part.lines.len(), part.more),
        (120, 8, true)
    );
    assert!(fold(&lines).refuses(DEMO, &INS[..13], None));
}

/// Lets a future go on for so many steps, and drops it then, as a crash would; whether it came to its end.
async fn cut<F: Future>(future: F, steps: usize) -> bool {
    let mut future = pin!(future);
    let mut left = steps;
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

#[tokio::test]
async fn a_crash_at_any_step_leaves_the_list_and_the_rights_apart() {
    let world = World::new().await;
    let person = somebody(&world).await;
    let scope: Scope = "research".parse().unwrap();
    let (mut opposed, mut steps, mut settled, mut ended) = (true, 0, 0, 0);
    let mut reader = Reader::default();
    let mut lines = Vec::new();
    let mut rounds = 1;
    while ended < 2 || (settled == 0 && rounds < 20) {
        // On a busy machine each step may end before it is looked at again, so that no power ever goes between two.
        if ended == 2 {
            (ended, steps, rounds) = (0, 0, rounds + 1);
        }
        let roll = enrolment(&world);
        let holder = world.holder(person);
        let done = cut(roll.say_signed_in(&holder, person, &scope, opposed), steps);
        ended = if done.await { ended + 1 } else { 0 };
        // Another process: what was begun came to its end, for it waits for the locks.
        let next = enrolment(&world);
        settled += next.settle_refusals().await.unwrap();
        assert_eq!(next.settle_refusals().await.unwrap(), 0);
        let held = world.record.refusals(&holder, person).await.unwrap();
        lines.extend(read_on(&next, &world.crossing(None), &mut reader).await);
        let told = fold(&lines).refuses(DEMO, &INS[..13], None);
        assert_eq!(!held.is_empty(), told, "after {steps} steps");
        assert_eq!(refused(&world, person, None).await, told);
        if told == opposed {
            opposed = !opposed;
        }
        steps += 1;
    }
    println!("list: {steps} places to crash, {settled} of them settled");
    assert!(settled > 0);
}

#[tokio::test]
async fn what_was_meant_and_taken_back_since_comes_again() {
    let world = World::new().await;
    let person = somebody(&world).await;
    let scope: Scope = "research".parse().unwrap();
    let roll = enrolment(&world);
    says(&roll, &world, person, "project:x", true).await;
    let holder = world.holder(person);
    // Cut short at each step, and said otherwise before anything is settled: his last word counts.
    for steps in 0..80 {
        let _cut = cut(roll.say_signed_in(&holder, person, &scope, true), steps).await;
        says(&roll, &world, person, "research", false).await;
        roll.settle_refusals().await.unwrap();
        let held = world.record.refusals(&holder, person).await.unwrap();
        assert_eq!(held.len(), 1, "after {steps} steps");
    }
    let lines = read_on(&roll, &world.crossing(None), &mut Reader::default()).await;
    assert!(!fold(&lines).refuses(DEMO, &INS[..13], None));
    assert!(fold(&lines).refuses(DEMO, &INS[..13], Some("x")));
}

/// Somebody says something: which scope, whether he opposes, and after how many steps the power goes.
type Word = (u8, bool, Option<u8>);

fn scope_of(word: u8) -> Scope {
    let text = match word {
        0 => "research",
        1 => "project:one",
        2 => "project:two",
        3 => "professional:10101010101",
        _ => "structure:750100042",
    };
    text.parse().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn rights_list_and_rules_say_three_things(words in prop::collection::vec(
        (0..5_u8, any::<bool>(), prop::option::weighted(0.3, 0..70_u8)), 1..14
    )) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(agree(words));
    }
}

async fn agree(words: Vec<Word>) {
    let world = World::new().await;
    let person = somebody(&world).await;
    let holder = world.holder(person);
    for (scope, opposed, power) in words {
        let roll = enrolment(&world);
        let scope = scope_of(scope);
        let steps = power.map_or(usize::MAX, usize::from);
        cut(roll.say_signed_in(&holder, person, &scope, opposed), steps).await;
        let next = enrolment(&world);
        next.settle_refusals().await.unwrap();
        let held = world.record.refusals(&holder, person).await.unwrap();
        if power.is_none() {
            assert_eq!(held.iter().any(|one| one.scope == scope), opposed);
        }
        let lines = read_on(&next, &world.crossing(None), &mut Reader::default()).await;
        let told = fold(&lines);
        for project in [None, Some("one"), Some("two"), Some("three")] {
            let holds = held.iter().any(|one| match &one.scope {
                Scope::Research => true,
                Scope::Project(id) => project == Some(id),
                _ => false,
            });
            assert_eq!(told.refuses(DEMO, &INS[..13], project), holds);
            assert_eq!(refused(&world, person, project).await, holds);
        }
        let feeds = held.iter().filter(|one| !one.scope.is_for_research());
        assert!(lines.iter().all(|line| line.scope != About::Space));
        assert!(feeds.count() <= 2);
    }
}
