//! Dangers: a space made before the six weeks are over, for who opposes, for the dead, or after a letter that came back;
//! an opposition that anything but the person's own word ends; something that stands still for ever after he changed his
//! mind; what is erased comes back.
//! Oracle: the rules below, said of whole histories and not of single steps.
#![allow(clippy::unwrap_used, reason = "tests")]

use hygie_record::notice::Millis;
use proptest::prelude::*;

use super::{Event, Forbidden, Stage, Standing, Way, Why};

const DAY: Millis = 86_400_000;

fn sent(at: Millis) -> Event {
    Event::Sent {
        way: Way::Post,
        wave: 1,
        deadline: at + 42 * DAY,
    }
}

fn events() -> impl Strategy<Value = Vec<(Millis, u8)>> {
    proptest::collection::vec((0..20 * DAY, 0_u8..12), 0..24)
}

fn event(kind: u8, at: Millis) -> Event {
    let receipt = String::new();
    match kind {
        0 | 1 => sent(at),
        2 => Event::Returned,
        3 => Event::Opposed {
            way: Way::Code,
            receipt,
        },
        4 => Event::Relented {
            way: Way::Post,
            receipt,
        },
        5 | 6 => Event::Created { why: Why::Deadline },
        7 => Event::Created { why: Why::Wish },
        8 => Event::Activated,
        9 => Event::Closed {
            until: at + 3_650 * DAY,
        },
        10 => Event::Reopened,
        _ => {
            if at.is_multiple_of(5) {
                Event::Erased
            } else if at.is_multiple_of(7) {
                Event::Died
            } else {
                Event::Returned
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]
    #[test]
    fn no_history_makes_a_space_against_the_rules(steps in events()) {
        let mut standing = Standing::default();
        let (mut now, mut taken) = (1_790_000_000_000, Vec::<(Millis, Event)>::new());
        for (wait, kind) in steps {
            now += wait;
            let event = event(kind, now);
            let Ok(next) = standing.after(&event, now) else { continue };
            // What was said and sent before, read from the history alone.
            let last = |wanted: fn(&Event) -> bool| taken.iter().rposition(|(_, one)| wanted(one));
            let opposes = last(|one| matches!(one, Event::Opposed { .. }))
                > last(|one| matches!(one, Event::Relented { .. }));
            let dead = last(|one| matches!(one, Event::Died)).is_some();
            if let Event::Created { why } = &event {
                prop_assert!(!opposes && !dead);
                if *why == Why::Deadline {
                    let letter = last(|one| matches!(one, Event::Sent { .. })).unwrap();
                    prop_assert!(now >= taken[letter].0 + 42 * DAY);
                    prop_assert!(last(|one| matches!(one, Event::Returned)) < Some(letter));
                }
            }
            if matches!(event, Event::Sent { .. }) {
                prop_assert!(!opposes && !dead);
            }
            if last(|one| matches!(one, Event::Erased)).is_some() {
                let gone = matches!(next.stage, Stage::Erased { .. });
                prop_assert!(gone);
            }
            let says = matches!(event, Event::Opposed { .. }) || (opposes && !matches!(event, Event::Relented { .. }));
            prop_assert_eq!(next.opposed.is_some(), says);
            standing = next;
            taken.push((now, event));
        }
    }

    /// Whoever changed his mind is where he would be had he not opposed.
    #[test]
    fn an_opposition_taken_back_leaves_no_trace_but_itself(steps in events()) {
        let mut standing = Standing::default();
        let mut now = 1_790_000_000_000;
        for (wait, kind) in steps {
            now += wait;
            if let Ok(next) = standing.after(&event(kind, now), now) {
                standing = next;
            }
            let no = standing.after(&event(3, now), now).unwrap();
            let yes = no.after(&event(4, now), now).unwrap();
            prop_assert_eq!(yes, Standing { opposed: None, ..standing });
        }
    }
}

#[test]
fn the_way_through_is_the_one_that_the_law_describes() {
    let (begin, mut standing) = (1_790_000_000_000, Standing::default());
    assert_eq!(
        standing.after(&Event::Created { why: Why::Deadline }, begin),
        Err(Forbidden::NotYet)
    );
    standing = standing.after(&sent(begin), begin).unwrap();
    let last = begin + 42 * DAY;
    assert!(!standing.is_due(last - 1));
    assert!(standing.is_due(last));
    let early = standing.after(&Event::Created { why: Why::Deadline }, last - 1);
    assert_eq!(early, Err(Forbidden::TooEarly));
    // A letter that came back starts no clock; the next one does.
    let back = standing.after(&Event::Returned, begin + DAY).unwrap();
    assert!(!back.is_due(last));
    let again = back.after(&sent(begin + 2 * DAY), begin + 2 * DAY).unwrap();
    assert!(!again.is_due(last) && again.is_due(last + 2 * DAY));
    let created = standing
        .after(&Event::Created { why: Why::Deadline }, last)
        .unwrap();
    assert_eq!(
        created.after(&Event::Created { why: Why::Wish }, last),
        Err(Forbidden::Already)
    );
    let active = created.after(&Event::Activated, last).unwrap();
    let closed = active
        .after(
            &Event::Closed {
                until: last + 3_653 * DAY,
            },
            last,
        )
        .unwrap();
    let open = closed.after(&Event::Reopened, last + 1).unwrap();
    assert!(matches!(open.stage, Stage::Activated { .. }));
    assert!(closed.after(&Event::Reopened, last + 3_653 * DAY).is_err());
    let gone = closed.after(&Event::Erased, last + 3_653 * DAY).unwrap();
    assert_eq!(gone.after(&sent(last), last), Err(Forbidden::Already));
}
