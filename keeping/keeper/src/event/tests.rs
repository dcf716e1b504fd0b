//! Failures covered: a row of before, in which each event says its words itself, that is not read any more; words that
//! are not those of their event; words in what the leaf commits to.
#![allow(clippy::unwrap_used, reason = "tests")]

use hygie_notice::{Act, Notice, PersonId, Purpose, RequestId, SystemEntropy};

use super::*;

const WHAT: &str = "DocumentReference/of-a-test";

fn event(kind: ActorKind, subject: Subject) -> Event {
    Event {
        at: 1_790_000_000_000,
        number: 0,
        previous: [0; 32],
        actor: ActorRef::new(kind, "10101010101"),
        issuer: "demo".to_owned(),
        notice: Notice {
            subject,
            stream: Stream::Content,
            act: Act::Read,
            purpose: Purpose::Treatment,
            what: WHAT.to_owned(),
            verdict: None,
            request: RequestId("0123456789abcdef".to_owned()),
        },
    }
}

/// The row that holds this event and these bytes behind it.
fn row(trail: &DataKey, subject: Subject, bytes: &[u8], behind: &[u8]) -> EventRow {
    let mut plain = [bytes, behind].concat();
    plain.resize(plain.len().next_multiple_of(PADDING), 0);
    EventRow {
        index: 7,
        number: 0,
        epoch: 1,
        previous: [0; 32],
        leaf: trail.leaf(bytes),
        sealed: trail.seal(&place(subject, 1, 0, [0; 32]), &SystemEntropy, &plain),
    }
}

fn cbor(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

#[test]
fn a_row_of_before_is_not_read() {
    let (trail, subject) = (
        DataKey::from_bytes(&[3; 32]),
        Subject::person(PersonId::random(&SystemEntropy)),
    );
    for kind in [ActorKind::Professional, ActorKind::Holder] {
        let event = event(kind, subject);
        let rows = [row(&trail, subject, &cbor(&event), &[])];
        let lines = open_page(&trail, subject, (0, 1), &rows).unwrap();
        assert_eq!(lines[0].event, event);
        let committed = open_committed(&trail, subject, (0, 1), &rows).unwrap();
        assert_eq!(committed[0].words, None);
        assert_eq!(committed[0].event.as_slice(), cbor(&event));
    }
}

#[test]
fn words_stand_in_what_the_leaf_commits_to() {
    let (trail, subject) = (
        DataKey::from_bytes(&[3; 32]),
        Subject::person(PersonId::random(&SystemEntropy)),
    );
    for kind in ActorKind::ALL {
        let event = event(kind, subject);
        let sealed = seal(&trail, subject, 1, 7, &event, &SystemEntropy);
        let rows = [sealed.row];
        let lines = open_page(&trail, subject, (0, 1), &rows).unwrap();
        assert_eq!(lines[0].event, event);
        let committed = open_committed(&trail, subject, (0, 1), &rows).unwrap();
        assert_eq!(committed[0].event.as_slice(), sealed.event);
        let within = String::from_utf8_lossy(&sealed.event).contains(WHAT);
        let cares = matches!(kind, ActorKind::Professional | ActorKind::Software);
        assert_eq!(within, !cares, "{kind:?}");
        assert_eq!(committed[0].words.is_some(), cares);
    }
}

#[test]
fn words_that_are_not_those_of_their_event_are_read() {
    let (trail, subject) = (
        DataKey::from_bytes(&[3; 32]),
        Subject::person(PersonId::random(&SystemEntropy)),
    );
    let event = event(ActorKind::Professional, subject);
    let said = words(&event, &SystemEntropy).unwrap();
    let committed = bytes(&event, Some(&said));
    let opens = |bytes: &[u8], behind: &[u8]| {
        let rows = [row(&trail, subject, bytes, behind)];
        open_page(&trail, subject, (0, 1), &rows).is_some()
    };
    assert!(opens(&committed, &cbor(&said)));
    assert!(!opens(&committed, &[]), "none");
    let other = Words {
        what: "another".to_owned(),
        ..said.clone()
    };
    assert!(!opens(&committed, &cbor(&other)), "others");
    let salted = words(&event, &SystemEntropy).unwrap();
    assert!(!opens(&committed, &cbor(&salted)), "another salt");
    let twice = cbor(&said).repeat(2);
    assert!(!opens(&committed, &twice), "twice");
    let own = cbor(&event);
    assert!(
        !opens(&own, &cbor(&said)),
        "beside an event that says its own"
    );
}
