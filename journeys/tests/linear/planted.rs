//! The checker is checked: it refuses histories with planted faults, and no history of a record without.

use super::checker::objection;
use super::history::{Ask, Event, Record, Told};
use crate::harness::chance::Chance;

fn event(ask: Ask, begun: u64, ended: u64, told: Told) -> Event {
    Event {
        ask,
        begun,
        answer: Some((ended, told)),
    }
}

fn unanswered(ask: Ask, begun: u64) -> Event {
    Event {
        ask,
        begun,
        answer: None,
    }
}

const MAKE: Ask = Ask::Create { mark: 0, value: 1 };
const UPDATE: Ask = Ask::Update {
    birth: 1,
    expects: Some(1),
    value: 2,
};
const OTHER: Ask = Ask::Update {
    birth: 1,
    expects: Some(1),
    value: 3,
};
const READ: Ask = Ask::Read { birth: 1 };

fn seen(value: u64) -> Told {
    Told::Seen(vec![(1, value)])
}

/// A resource is made at 0–1; then what each history adds.
fn after_made(events: &[Event]) -> Vec<Event> {
    let mut history = vec![event(MAKE, 0, 1, Told::Done)];
    history.extend_from_slice(events);
    history
}

/// Of one resource.
fn of_versions() -> Vec<(&'static str, Vec<Event>)> {
    let delete = Ask::Delete {
        birth: 1,
        expects: None,
    };
    vec![
        (
            "a stale read",
            vec![event(UPDATE, 2, 3, Told::Done), event(READ, 4, 5, seen(1))],
        ),
        (
            "two winners of one If-Match",
            vec![
                event(UPDATE, 2, 6, Told::Done),
                event(OTHER, 3, 5, Told::Done),
            ],
        ),
        (
            "a lost update",
            vec![
                event(UPDATE, 2, 3, Told::Done),
                event(OTHER, 4, 5, Told::Stale),
                event(READ, 6, 7, seen(3)),
            ],
        ),
        (
            "an update that is refused, and nobody else's came",
            vec![event(UPDATE, 2, 3, Told::Stale)],
        ),
        (
            "a read that goes back in time",
            vec![
                event(UPDATE, 2, 9, Told::Done),
                event(READ, 3, 4, seen(2)),
                event(READ, 5, 6, seen(1)),
            ],
        ),
        (
            "a deleted resource that is read",
            vec![event(delete, 2, 3, Told::Done), event(READ, 4, 5, seen(1))],
        ),
    ]
}

/// Of several resources.
fn of_several() -> Vec<(&'static str, Vec<Event>)> {
    let unless = |value| Ask::CreateUnless { mark: 7, value };
    vec![
        (
            "two that were made by conditional creates",
            vec![
                event(unless(8), 2, 6, Told::Done),
                event(unless(9), 3, 5, Told::Done),
            ],
        ),
        (
            "a conditional create that finds nothing that stands",
            vec![event(unless(8), 2, 3, Told::Seen(vec![(9, 9)]))],
        ),
        (
            "a search that misses what was made",
            vec![event(Ask::All, 2, 3, Told::Seen(vec![]))],
        ),
        (
            "a search that sees the later of two and not the earlier",
            vec![
                event(Ask::Create { mark: 0, value: 5 }, 2, 3, Told::Done),
                event(Ask::Create { mark: 0, value: 6 }, 4, 8, Told::Done),
                event(Ask::All, 5, 7, Told::Seen(vec![(1, 1), (6, 6)])),
            ],
        ),
    ]
}

/// Of requests without an answer.
fn without_an_answer() -> Vec<(&'static str, Vec<Event>)> {
    vec![
        (
            "an unanswered update that comes and goes",
            vec![
                unanswered(UPDATE, 2),
                event(READ, 3, 4, seen(2)),
                event(READ, 5, 6, seen(1)),
            ],
        ),
        (
            "an unanswered update that did not find its version, and is there",
            vec![
                event(UPDATE, 2, 3, Told::Done),
                unanswered(OTHER, 4),
                event(READ, 5, 6, seen(3)),
            ],
        ),
        (
            "an unanswered update before it was sent",
            vec![event(READ, 2, 3, seen(2)), unanswered(UPDATE, 4)],
        ),
    ]
}

#[test]
fn a_fault_that_the_checker_passes_over() {
    let faults = [of_versions(), of_several(), without_an_answer()].concat();
    for (name, events) in &faults {
        assert!(objection(&after_made(events)).is_some(), "not seen: {name}");
    }
    println!(
        "{} histories with planted faults, each refused",
        faults.len()
    );
}

#[test]
fn an_order_that_the_checker_does_not_find() {
    let rights = [
        // Told late, it may have come first.
        vec![
            event(UPDATE, 2, 9, Told::Done),
            event(READ, 3, 4, seen(2)),
            event(READ, 5, 6, seen(2)),
        ],
        vec![
            event(UPDATE, 2, 9, Told::Done),
            event(READ, 3, 4, seen(1)),
            event(READ, 3, 6, seen(2)),
        ],
        vec![
            event(UPDATE, 2, 6, Told::Done),
            event(OTHER, 3, 5, Told::Stale),
        ],
        vec![event(OTHER, 3, 5, Told::Stale), unanswered(UPDATE, 2)],
        vec![
            unanswered(UPDATE, 2),
            event(READ, 3, 4, seen(1)),
            event(READ, 5, 6, seen(2)),
        ],
        vec![
            unanswered(UPDATE, 2),
            event(OTHER, 3, 5, Told::Done),
            event(READ, 6, 7, seen(3)),
        ],
    ];
    for events in &rights {
        assert_eq!(objection(&after_made(events)), None, "{events:?}");
    }
}

/// How a simulated record errs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Error {
    Never,
    /// Reads and searches see the record as it was before the newest change.
    Stale,
    /// An update does not look at the version.
    Blind,
    /// A conditional create does not look.
    Doubled,
    /// An acknowledged update is not kept.
    Lost,
}

/// Requests at random, each done at one moment within its time, by a record that errs now and then.
fn simulated(seed: u64, error: Error) -> Vec<Event> {
    let mut chance = Chance::of(seed, 0);
    let (mut record, mut before) = (Record::default(), Record::default());
    let mut births = vec![0];
    let mut latest = vec![0];
    let mut history = Vec::new();
    for number in 1..150_u64 {
        let moment = number * 100;
        let birth = births[chance.place(births.len())];
        let expects = chance
            .percent(80)
            .then(|| latest[latest.len().saturating_sub(3) + chance.place(latest.len().min(3))]);
        let mark = u8::try_from(chance.below(2)).unwrap();
        let ask = match chance.below(10) {
            0 => Ask::Create {
                mark: 9,
                value: number,
            },
            1..3 => Ask::CreateUnless {
                mark,
                value: number,
            },
            3..5 => Ask::Update {
                birth,
                expects,
                value: number,
            },
            5 => Ask::Delete {
                birth,
                expects: None,
            },
            6..8 => Ask::Read { birth },
            8 => Ask::Find { mark },
            _ => Ask::All,
        };
        let errs = chance.percent(30);
        let reads = matches!(ask, Ask::Read { .. } | Ask::Find { .. } | Ask::All);
        let done = match (ask, error) {
            (_, Error::Stale) if errs && reads => before.tell(ask).0,
            (Ask::Update { birth, value, .. }, Error::Blind) if errs => step(
                &mut record,
                &mut before,
                Ask::Update {
                    birth,
                    expects: None,
                    value,
                },
            ),
            (Ask::CreateUnless { mark, value }, Error::Doubled) if errs => {
                step(&mut record, &mut before, Ask::Create { mark, value })
            }
            (Ask::Update { .. }, Error::Lost) if errs => record.tell(ask).0,
            _ => step(&mut record, &mut before, ask),
        };
        if done == Told::Done && !matches!(ask, Ask::Delete { .. }) {
            latest.push(number);
            if matches!(ask, Ask::Create { .. } | Ask::CreateUnless { .. }) {
                births.push(number);
            }
        }
        let begun = moment - chance.below(250).min(moment);
        let ended = moment + chance.below(250);
        // Some clients hang up, before it is done or after.
        let answer = (!chance.percent(3)).then_some((ended, done));
        history.push(Event { ask, begun, answer });
    }
    history
}

fn step(record: &mut Record, before: &mut Record, ask: Ask) -> Told {
    let (told, after) = record.tell(ask);
    if after != *record {
        *before = std::mem::replace(record, after);
    }
    told
}

#[test]
fn a_record_that_errs_and_is_believed() {
    let refused = |error| {
        (0..40)
            .filter(|seed| objection(&simulated(*seed, error)).is_some())
            .count()
    };
    assert_eq!(
        refused(Error::Never),
        0,
        "a record without fault is believed"
    );
    for error in [Error::Stale, Error::Blind, Error::Doubled, Error::Lost] {
        // Where nobody happened to look, an error cannot be seen.
        let refused = refused(error);
        println!("{refused} of 40 histories refused of a record that errs: {error:?}");
        assert!(refused > 30, "{error:?}: {refused}");
    }
}
