//! Failures covered, for any order of news, times and outcomes: two letters to one person within the interval; news
//! that no letter follows; a letter tried for ever, or never again; more in memory than fit; silence after the clock
//! was set back.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::HashMap;
use std::time::Duration;

use hygie_notice::{Entropy, Millis, PersonId};
use proptest::prelude::*;

use super::{Holding, Pace, Queue, TRIES};
use crate::{Error, Language, Letter};

struct Fixed(u8);

impl Entropy for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

fn person(number: u8) -> PersonId {
    PersonId::random(&Fixed(number))
}

fn letter() -> Letter {
    Letter {
        to: "a@home.example".parse().unwrap(),
        language: Language::French,
    }
}

fn pace() -> Pace {
    Pace {
        first: Duration::from_secs(5),
        interval: Duration::from_secs(3_600),
        pause: Duration::from_secs(30),
        most: 3,
    }
}

#[derive(Debug, Clone)]
enum Step {
    News(u8),
    Wait(u16),
    /// Takes what is due; the server's answers, in turn.
    Send(Vec<u8>),
    /// The program ends without a word, and the next goes on with what was kept.
    Kill,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..5_u8).prop_map(Step::News),
        3 => (0..5_000_u16).prop_map(Step::Wait),
        4 => proptest::collection::vec(0..10_u8, 8).prop_map(Step::Send),
        1 => Just(Step::Kill),
    ]
}

fn outcome(answer: u8) -> Result<(), Error> {
    match answer {
        0 => Err(Error::Refused),
        1..4 => Err(Error::Later),
        _ => Ok(()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn two_letters_within_the_interval_or_none_for_news(
        steps in proptest::collection::vec(step(), 1..60)
    ) {
        let mut queue = Queue::new(pace());
        let mut now: Millis = 1_790_000_000_000;
        let mut sent: HashMap<PersonId, Millis> = HashMap::new();
        // Whom news wait for, since when.
        let mut news: HashMap<PersonId, Millis> = HashMap::new();
        let (mut kept, mut given_up) = (Holding::default(), 0);
        for step in steps {
            match step {
                Step::Kill => {
                    kept = queue.news().unwrap_or(kept);
                    given_up += queue.figures().lost;
                    queue = Queue::resumed(pace(), kept.clone());
                    prop_assert_eq!(queue.news(), None);
                }
                Step::Wait(seconds) => now += Millis::from(seconds) * 1_000,
                Step::News(number) => {
                    let dropped = queue.figures().dropped;
                    queue.push(person(number), letter(), now);
                    if queue.figures().dropped == dropped {
                        news.entry(person(number)).or_insert(now);
                    }
                }
                Step::Send(answers) => {
                    for ((to, _), answer) in queue.take(now, 8).into_iter().zip(answers) {
                        let outcome = outcome(answer);
                        queue.done(to, &outcome, now);
                        match outcome {
                            Ok(()) => {
                                if let Some(before) = sent.insert(to, now) {
                                    prop_assert!(now - before >= 3_600_000, "two in {}", now - before);
                                }
                                prop_assert!(news.remove(&to).is_some(), "a letter about nothing");
                            }
                            Err(error) if !error.passes() => { news.remove(&to); }
                            Err(_) => {}
                        }
                    }
                }
            }
            let figures = queue.figures();
            prop_assert!(figures.waiting <= 3);
            prop_assert!(queue.order.len() <= 6 && queue.sent.len() <= queue.order.len());
            prop_assert_eq!(queue.due.len(), queue.waiting.len());
        }
        // With a server that takes everything, all that waits goes within an interval and an hour's pause.
        let lost = given_up + queue.figures().lost;
        for _ in 0..3 {
            now += 3_600_000;
            for (to, _) in queue.take(now, 8) {
                queue.done(to, &Ok(()), now);
                news.remove(&to);
            }
        }
        prop_assert_eq!(queue.figures().waiting, 0);
        // What was given up after its last try is counted.
        prop_assert!(news.len() <= usize::try_from(lost).unwrap());
    }
}

#[test]
fn the_first_letter_later_than_a_minute() {
    let mut queue = Queue::new(Pace::default());
    queue.push(person(1), letter(), 1_000_000);
    assert!(queue.take(1_000_000, 8).is_empty());
    assert_eq!(queue.take(1_000_000 + 60_000, 8).len(), 1);
}

#[test]
fn a_letter_tried_for_ever_or_at_once_again() {
    let mut queue = Queue::new(pace());
    let mut now: Millis = 1_790_000_000_000;
    queue.push(person(1), letter(), now);
    now += 5_000;
    let mut pauses = Vec::new();
    for _ in 0..TRIES {
        let begun = now;
        while queue.take(now, 8).is_empty() {
            now += 1_000;
        }
        pauses.push((now - begun) / 1_000);
        queue.done(person(1), &Err(Error::Unreachable), now);
    }
    assert_eq!(pauses, [0, 30, 60, 120, 240, 480, 960, 1_920]);
    let figures = queue.figures();
    assert_eq!((figures.waiting, figures.lost, figures.retried), (0, 1, 7));
}

#[test]
fn news_while_the_letter_is_on_its_way_are_forgotten() {
    let mut queue = Queue::new(pace());
    let now: Millis = 1_790_000_000_000;
    queue.push(person(1), letter(), now);
    assert_eq!(queue.take(now + 5_000, 8).len(), 1);
    // It is being sent: nobody takes it twice, and the news get a letter of their own when they may.
    queue.push(person(1), letter(), now + 5_001);
    assert!(queue.take(now + 60_000, 8).is_empty());
    queue.done(person(1), &Ok(()), now + 6_000);
    assert!(queue.take(now + 3_600_000, 8).is_empty());
    assert_eq!(queue.take(now + 3_606_000, 8).len(), 1);
}

#[test]
fn what_was_being_sent_at_a_kill_is_lost_or_tried_for_ever() {
    let mut queue = Queue::new(pace());
    let mut now: Millis = 1_790_000_000_000;
    queue.push(person(1), letter(), now);
    let mut kept = queue.news().unwrap();
    for _ in 1..TRIES {
        now += 3_600_000;
        assert_eq!(queue.take(now, 8).len(), 1);
        // Killed while it was on its way: it goes again.
        queue = Queue::resumed(pace(), kept);
        assert_eq!(queue.take(now, 8).len(), 1);
        queue.done(person(1), &Err(Error::Later), now);
        kept = queue.news().unwrap();
        queue = Queue::resumed(pace(), kept.clone());
    }
    now += 3_600_000;
    assert_eq!(queue.take(now, 8).len(), 1);
    queue.done(person(1), &Err(Error::Later), now);
    assert_eq!(queue.news().unwrap(), Holding::default());
}

#[test]
fn silence_after_the_clock_was_set_back() {
    let mut queue = Queue::new(pace());
    let now: Millis = 1_790_000_000_000;
    queue.push(person(1), letter(), now);
    assert_eq!(queue.take(now + 5_000, 8).len(), 1);
    queue.done(person(1), &Ok(()), now + 5_000);
    queue.push(person(1), letter(), now + 6_000);
    queue.push(person(2), letter(), now + 6_000);
    // A year back: what waits is due soon, and what was sent in the future is not waited for.
    let then = now - 31_536_000_000;
    assert!(queue.take(then, 8).is_empty());
    assert_eq!(queue.take(then + 5_000, 8).len(), 2);
    queue.push(person(3), letter(), then);
    assert_eq!(queue.take(then + 5_000, 8).len(), 1);
}
