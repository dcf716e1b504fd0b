//! Failures covered: an alarm that does not come back as it was written; a number or a reason in a log; a line that
//! somebody else could have written taken for an alarm; a review that closes what it should keep, or another's.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::{Alarm, Alarmed, Outcome, ReviewQueue};
use crate::wire::TrailLine;
use crate::{
    Act, ActorKind, ActorRef, Event, Notice, PersonId, Purpose, RequestId, Stream, Subject,
    SystemEntropy,
};

fn break_glass() -> Alarm {
    Alarm::BreakGlass {
        person: PersonId::random(&SystemEntropy).to_string(),
        index: 7,
        what: "unconscious".to_owned(),
    }
}

fn all() -> [Alarm; 5] {
    [
        Alarm::Budget {
            budget: "care".to_owned(),
            purpose: Purpose::Treatment,
            persons: 300,
            until: 1_790_035_200_000,
        },
        break_glass(),
        Alarm::Suspended {
            kind: ActorKind::Professional,
            id: "secret-number".to_owned(),
            reason: "secret reason".to_owned(),
        },
        Alarm::Resumed {
            kind: ActorKind::Professional,
            id: "secret-number".to_owned(),
        },
        Alarm::Reviewed {
            number: 1,
            outcome: Outcome::ToClarify,
        },
    ]
}

fn line(subject: Subject, number: u64, what: String) -> TrailLine {
    TrailLine {
        index: 100 + number,
        event: Event {
            at: 5,
            number,
            previous: [0; 32],
            actor: ActorRef::new(ActorKind::Operator, "operator"),
            issuer: "operator".to_owned(),
            notice: Notice {
                subject,
                stream: Stream::Trail,
                act: Act::Review,
                purpose: Purpose::Keeping,
                what,
                verdict: None,
                request: RequestId::random(&SystemEntropy),
            },
        },
    }
}

fn alarmed(number: u64, alarm: &Alarm) -> Alarmed {
    Alarmed::of(line(Subject::alarms(), number, alarm.text())).unwrap()
}

#[test]
fn an_alarm_that_reads_otherwise_than_it_was_written() {
    for (number, alarm) in (0..).zip(all()) {
        let read = alarmed(number, &alarm);
        assert_eq!((&read.alarm, read.number), (&alarm, number));
        assert!(!format!("{alarm:?}").contains("secret"), "{alarm:?}");
    }
    for outcome in Outcome::ALL {
        assert_eq!(Outcome::from_word(outcome.word()), Some(outcome));
    }
    assert_eq!(Outcome::from_word("fine"), None);
}

#[test]
fn a_line_of_another_chain_or_form_taken_for_an_alarm() {
    let person = Subject::person(PersonId::random(&SystemEntropy));
    assert_eq!(Alarmed::of(line(person, 0, break_glass().text())), None);
    assert_eq!(
        Alarmed::of(line(Subject::alarms(), 0, "Patient/1".to_owned())),
        None
    );
}

#[test]
fn a_review_that_closes_too_much_or_too_little() {
    let mut queue = ReviewQueue::default();
    let waits = |queue: &ReviewQueue| -> Vec<_> {
        let open = queue.open();
        open.map(|(alarmed, found)| (alarmed.number, found))
            .collect()
    };
    for number in [0, 1, 3] {
        queue.take(alarmed(number, &break_glass()));
    }
    queue.take(alarmed(2, &all()[0]));
    assert_eq!(waits(&queue), [(0, None), (1, None), (3, None)]);
    let review = |number, outcome| Alarm::Reviewed { number, outcome };
    queue.take(alarmed(4, &review(1, Outcome::ToClarify)));
    let clarify = Some(Outcome::ToClarify);
    assert_eq!(waits(&queue), [(0, None), (1, clarify), (3, None)]);
    queue.take(alarmed(5, &review(1, Outcome::Misuse)));
    queue.take(alarmed(6, &review(3, Outcome::Justified)));
    assert_eq!(waits(&queue), [(0, None)]);
    // A review of nothing changes nothing.
    queue.take(alarmed(7, &review(99, Outcome::Justified)));
    assert_eq!(waits(&queue), [(0, None)]);
}
