//! Failures covered: a message that changes on the wire, bytes that travel as lists of numbers,
//! another version, a cut or prolonged frame, personal data in a log line.
//! Not a failure: that the peer must be trusted: the socket's owner is checked elsewhere.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use ciborium::Value;
use serde_bytes::ByteArray;

use super::*;
use crate::{
    Act, ActorKind, ActorRef, Custodian, DataKey, Joined, PersonId, Purpose, RequestId,
    SystemEntropy, Verdict,
};

fn subject() -> Subject {
    Subject::person(PersonId::random(&SystemEntropy))
}

fn notice() -> Notice {
    Notice {
        subject: subject(),
        stream: Stream::Content,
        act: Act::Read,
        purpose: Purpose::PatientRequest,
        what: "Observation/secret-item".into(),
        verdict: Some(Verdict {
            permitted: true,
            rules: vec!["holder-reads".into()],
        }),
        request: RequestId::random(&SystemEntropy),
    }
}

fn head() -> Head {
    Head {
        count: 3,
        hash: [0xee; 32],
    }
}

fn receipt() -> Receipt {
    Receipt {
        index: 9,
        subject: subject(),
        stream: Stream::Content,
        at: 1_700_000_000_000,
    }
}

fn assertion() -> Assertion {
    Assertion::from_text("aaa.bbb.ccc")
}

fn proof_requests() -> Vec<Request> {
    vec![
        Request::Committed {
            assertion: assertion(),
            notice: notice(),
            from: 4,
        },
        Request::Cover {
            from: 3,
            to: Some(9),
            leaves: vec![4, 7],
        },
        Request::Prove { index: 12 },
    ]
}

fn requests() -> Vec<Request> {
    [
        Request::Hello,
        Request::Open {
            assertion: assertion(),
            notice: notice(),
            weighed: Some(head()),
        },
        Request::Refuse {
            assertion: assertion(),
            notice: Notice {
                verdict: None,
                ..notice()
            },
        },
        Request::Advance {
            subject: subject(),
            stream: Stream::Rights,
            from: Head::default(),
            to: head(),
        },
        Request::Tags {
            assertion: assertion(),
            tags: vec![Tag {
                domain: "urn:oid:1.2.250.1.213.1.4.8".into(),
                value: "279035121518989".into(),
                bind: Some(subject()),
            }],
        },
        Request::Trail {
            assertion: assertion(),
            notice: notice(),
            from: 4,
        },
        Request::Keys {
            assertion: assertion(),
            step: KeyStep::Custody {
                threshold: 2,
                custodians: vec![Custodian {
                    name: "secret-name".into(),
                    recipient: "age1".into(),
                }],
            },
        },
        Request::Keys {
            assertion: assertion(),
            step: KeyStep::Archive { subject: subject() },
        },
        Request::End {
            assertion: assertion(),
            notice: notice(),
            years: 10,
        },
        Request::Reopen {
            assertion: assertion(),
            notice: notice(),
            shares: vec!["secret share".into()],
        },
        Request::Unforgotten,
        Request::Standing { subject: subject() },
        Request::Forgotten { subject: subject() },
    ]
    .into_iter()
    .chain(alarm_requests())
    .chain(join_requests())
    .chain(proof_requests())
    .collect()
}

fn join_requests() -> Vec<Request> {
    vec![
        Request::Join {
            assertion: assertion(),
            notice: notice(),
            other: subject().id,
        },
        Request::Joins {
            after: Some(subject().id),
        },
    ]
}

fn joined() -> Joined {
    Joined {
        opened: Opened {
            receipt: receipt(),
            key: DataKey::from_bytes(&[0xce; 32]),
            epoch: 2,
            head: head(),
            joined: Vec::new(),
        },
        place: 3,
        at: 4,
    }
}

fn alarm_requests() -> Vec<Request> {
    vec![
        Request::Actor {
            assertion: assertion(),
            step: ActorStep::Suspend {
                kind: ActorKind::Professional,
                id: "secret-number".into(),
                reason: "secret reason".into(),
            },
        },
        Request::Actor {
            assertion: assertion(),
            step: ActorStep::List,
        },
        Request::Alarms {
            assertion: assertion(),
            from: Some(3),
        },
        Request::Review {
            assertion: assertion(),
            number: 3,
            outcome: Outcome::ToClarify,
        },
    ]
}

fn key_responses() -> Vec<Response> {
    vec![
        Response::Committed(Committed {
            receipt: receipt(),
            leaf_key: ByteArray::new([6; 32]),
            events: vec![CommittedLine {
                index: 9,
                event: serde_bytes::ByteBuf::from(b"Observation/secret-item".to_vec()),
                words: Some(Words {
                    salt: ByteArray::new([8; 32]),
                    what: "Observation/secret-item".to_owned(),
                }),
            }],
        }),
        Response::Cover {
            checkpoint: "log".into(),
            hashes: vec![ByteArray::new([7; 32])],
        },
        Response::Keys(KeyAnswer::Archive {
            threshold: 2,
            shares: vec![("a.trail".into(), serde_bytes::ByteBuf::from(vec![9; 32]))],
        }),
        Response::Ended(Ended {
            how: How::Erased,
            at: 1,
            until: 2,
            index: 3,
            event: serde_bytes::ByteBuf::from(vec![4; 16]),
            leaf_key: ByteArray::new([5; 32]),
        }),
        Response::Reopened(receipt()),
        Response::Joined,
        Response::Joins(vec![(subject().id, subject().id)]),
        Response::Unforgotten(vec![subject()]),
        Response::Noted,
        Response::Standing(Some(How::Closed)),
        Response::Alarmed { number: 3 },
        Response::Failed(Failure::Budget { until: 4 }),
        Response::Failed(Failure::Suspended),
    ]
}

fn responses() -> Vec<Response> {
    let actor = ActorRef {
        kind: ActorKind::Holder,
        id: "x".into(),
        name: Some("Camille Exemple".into()),
        person: Some(subject().id),
        profession: None,
        sector: None,
        structure: None,
        team: None,
        scope: None,
    };
    let event = Event {
        at: 1,
        number: 0,
        previous: [1; 32],
        actor,
        issuer: "space".into(),
        notice: notice(),
    };
    let failures = [
        Failure::Assertion("it is past its end".into()),
        Failure::Notice("too long".into()),
        Failure::UnknownSubject,
        Failure::StaleHead(head()),
        Failure::TooMany,
        Failure::Unavailable("the disk is full".into()),
        Failure::Erased,
        Failure::Closed,
        Failure::Joined(subject().id),
    ];
    let issuer = Issuer {
        name: "space".into(),
        key: "AAAA".into(),
        kinds: vec![ActorKind::Holder],
    };
    let mut all = vec![
        Response::Hello {
            issuers: vec![issuer],
            verifier: "v".into(),
            size: 1,
        },
        Response::Opened(Opened {
            receipt: receipt(),
            key: DataKey::from_bytes(&[0xcd; 32]),
            epoch: 1,
            head: head(),
            joined: vec![joined()],
        }),
        Response::Refused(receipt()),
        Response::Measures(Box::default()),
        Response::Advanced,
        Response::Tagged(Vec::new()),
        Response::Tagged(vec![None, Some(subject())]),
        Response::Trail {
            receipt: receipt(),
            events: vec![TrailLine { index: 5, event }],
        },
        Response::Proof {
            checkpoint: "c".into(),
            path: vec![ByteArray::new([7; 32])],
            entry: serde_bytes::ByteBuf::from(vec![1, 2]),
        },
    ];
    all.extend(failures.map(Response::Failed));
    all.extend(key_responses());
    all
}

/// Not one byte differs after a message was read and written again.
fn round_trips<T: Serialize + DeserializeOwned>(message: &T) -> Vec<u8> {
    let frame = encode(message);
    let length = u32::from_be_bytes(frame[..4].try_into().unwrap());
    assert_eq!(usize::try_from(length).unwrap(), frame.len() - 4);
    let back: T = decode(&frame[4..]).unwrap();
    assert_eq!(encode(&back), frame);
    frame
}

#[test]
fn a_message_changes_on_the_wire() {
    requests()
        .iter()
        .for_each(|request| drop(round_trips(request)));
    responses()
        .iter()
        .for_each(|response| drop(round_trips(response)));
}

/// Byte strings of 16 and 32 bytes, and arrays of as many numbers, anywhere in a value.
fn count(value: &Value) -> (usize, usize) {
    let sum = |values: Vec<&Value>| {
        values
            .into_iter()
            .map(count)
            .fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1))
    };
    match value {
        Value::Bytes(_) => (1, 0),
        Value::Array(items) if items.len() >= 16 => (0, 1),
        Value::Array(items) => sum(items.iter().collect()),
        Value::Map(pairs) => sum(pairs.iter().flat_map(|(key, value)| [key, value]).collect()),
        _ => (0, 0),
    }
}

#[test]
fn bytes_travel_as_lists_of_numbers() {
    let frames = requests()
        .iter()
        .map(encode)
        .chain(responses().iter().map(encode))
        .collect::<Vec<_>>();
    let (mut strings, mut lists) = (0, 0);
    for frame in frames {
        let value: Value = ciborium::from_reader(&frame[4..]).unwrap();
        let found = count(&value);
        strings += found.0;
        lists += found.1;
    }
    // Asked: 3 notices' subjects, a head weighed, a subject and two heads, one to bind. Answered: opened 3, refused
    // 1, tagged 1, trail 4, proof 2, stale head 1. Of keys: 2 notices' subjects and 3 subjects; a share, an event
    // and its key, reopened 1, a subject. Of proofs: a notice's subject; a receipt's, a leaf key, an event, a salt, a hash.
    // Of joined records: a notice's subject and the other, the last one known; opened 3, a pair, and where one leads.
    assert_eq!((strings, lists), (8 + 12 + 5 + 5 + 6 + 9, 0));
}

#[test]
fn another_version_is_understood() {
    for version in [0, 2, u16::MAX] {
        let mut body = Vec::new();
        ciborium::into_writer(&(version, Request::Hello), &mut body).unwrap();
        let refused = decode::<Request>(&body).unwrap_err();
        assert_eq!(
            refused,
            Error::WireMalformed("another version of the protocol")
        );
    }
}

#[test]
fn a_cut_or_prolonged_frame_is_understood() {
    for frame in requests().iter().map(encode) {
        let body = &frame[4..];
        for length in 0..body.len() {
            assert!(decode::<Request>(&body[..length]).is_err());
        }
        assert!(decode::<Request>(&[body, &[0]].concat()).is_err());
    }
    assert!(decode::<Request>(&encode(&Response::Advanced)[4..]).is_err());
}

#[test]
fn a_deep_frame_overflows_the_stack() {
    let deep = [vec![0x82, VERSION as u8], vec![0x81; 1_000_000]].concat();
    assert!(decode::<Request>(&deep).is_err());
}

#[test]
fn a_key_a_token_or_a_name_is_printed() {
    let printed = format!("{:?} {:?}", requests(), responses());
    for secret in ["aaa.bbb", "279035121518989", "secret-item", "Exemple"] {
        assert!(!printed.contains(secret), "`{secret}`");
    }
    assert!(printed.contains("DataKey(…)"));
}
