//! What keeper and care say to each other, and what each believes.

use std::fmt::Debug;

use hygie_notice::wire::{self, Request, Response};
use hygie_notice::{
    Act, ActorKind, ActorRef, DataKey, Event, Head, IssuerKey, KeyStep, Notice, PersonId, Place,
    Purpose, RequestId, Stream, Subject, Verdict,
};
use serde::{Deserialize, Serialize};

/// A moment in 2026, in milliseconds.
const NOW: u64 = 1_790_000_000_000;

/// The CBOR of a value.
pub fn cbor<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).expect("writing to memory succeeds");
    bytes
}

/// What is printed of a value that was read is read again, and printed the same.
fn stable<T: Serialize + for<'de> Deserialize<'de>>(value: &T) {
    let first = wire::encode(value);
    let again: T = wire::decode(&first[4..]).expect("what was printed can be read");
    assert!(wire::encode(&again) == first, "it is not printed the same");
}

fn actor() -> ActorRef {
    ActorRef {
        kind: ActorKind::Operator,
        id: "ops".to_owned(),
        name: None,
        person: None,
        profession: None,
        sector: None,
        structure: None,
        team: None,
        scope: None,
    }
}

fn issuer() -> IssuerKey {
    IssuerKey::from_seed("fuzz", &[9; 32])
}

/// A notice that creates a person.
pub fn notice() -> Notice {
    Notice {
        subject: Subject::person(PersonId::random(&Fixed)),
        stream: Stream::Rights,
        act: Act::Create,
        purpose: Purpose::Import,
        what: "Patient".to_owned(),
        verdict: Some(Verdict {
            permitted: true,
            rules: vec!["rule".to_owned()],
        }),
        request: RequestId("request".to_owned()),
    }
}

struct Fixed;

impl hygie_notice::Entropy for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(5);
    }
}

fn same<T: Debug>(value: &T) {
    // What is logged must not fail either.
    let _text = format!("{value:?}");
}

/// What is asked about trails and their proofs, one of each.
fn proving(assertion: &hygie_notice::Assertion) -> Vec<Request> {
    let assertion = || assertion.clone();
    vec![
        Request::Trail {
            assertion: assertion(),
            notice: notice(),
            from: 0,
        },
        Request::Committed {
            assertion: assertion(),
            notice: notice(),
            from: 0,
        },
        Request::Cover {
            from: 0,
            to: None,
            leaves: vec![0],
        },
        Request::Prove { index: 0 },
    ]
}

/// What is asked of the keeper, one of each.
pub fn requests(assertion: &hygie_notice::Assertion) -> Vec<Request> {
    let proving = proving(assertion);
    let (assertion, notice, subject) = (|| assertion.clone(), notice, notice().subject);
    let others = [
        Request::Hello,
        Request::Measures,
        Request::Open {
            assertion: assertion(),
            notice: notice(),
            weighed: None,
        },
        Request::Refuse {
            assertion: assertion(),
            notice: notice(),
        },
        Request::Advance {
            subject,
            stream: Stream::Content,
            from: Head::default(),
            to: Head {
                count: 1,
                hash: [3; 32],
            },
        },
        Request::Tags {
            assertion: assertion(),
            tags: vec![wire::Tag {
                domain: "import".to_owned(),
                value: "value".to_owned(),
                bind: Some(subject),
            }],
        },
        Request::SignBackup {
            assertion: assertion(),
            manifest: "hygie backup 1\n".to_owned(),
        },
        Request::Keys {
            assertion: assertion(),
            step: KeyStep::Rotate,
        },
        Request::Keys {
            assertion: assertion(),
            step: KeyStep::Archive { subject },
        },
        Request::End {
            assertion: assertion(),
            notice: notice(),
            years: 10,
        },
        Request::Reopen {
            assertion: assertion(),
            notice: notice(),
            shares: vec!["hygie share 1".to_owned()],
        },
        Request::Unforgotten,
        Request::Standing { subject },
        Request::Forgotten { subject },
    ];
    others.into_iter().chain(proving).collect()
}

/// A frame's body, to the keeper.
pub mod request {
    use super::{Request, requests, same, stable, wire};

    /// See the module.
    pub fn run(bytes: &[u8]) {
        if let Ok(request) = wire::decode::<Request>(bytes) {
            same(&request);
            stable(&request);
        }
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        let assertion = super::issuer().assert(super::actor(), super::NOW, 600, "jti".to_owned());
        let frames = requests(&assertion).into_iter();
        frames
            .map(|request| wire::encode(&request)[4..].to_vec())
            .collect()
    }
}

/// A frame's body, from the keeper.
pub mod response {
    use hygie_notice::wire::{Failure, TrailLine};
    use hygie_notice::{Opened, Receipt};

    use super::{DataKey, Head, Response, Stream, same, stable, wire};

    /// See the module.
    pub fn run(bytes: &[u8]) {
        if let Ok(response) = wire::decode::<Response>(bytes) {
            same(&response);
            stable(&response);
        }
    }

    fn receipt() -> Receipt {
        Receipt {
            index: 1,
            subject: super::notice().subject,
            stream: Stream::Rights,
            at: super::NOW,
        }
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        let hello = Response::Hello {
            issuers: vec![super::issuer().issuer(&[super::ActorKind::Holder])],
            verifier: "log+00000000+AQ==".to_owned(),
            size: 3,
        };
        let opened = Response::Opened(Opened {
            receipt: receipt(),
            key: DataKey::from_bytes(&[6; 32]),
            epoch: 1,
            head: Head::default(),
            joined: Vec::new(),
        });
        let trail = Response::Trail {
            receipt: receipt(),
            events: vec![TrailLine {
                index: 0,
                event: super::event::one(),
            }],
        };
        let answers = [
            hello,
            opened,
            Response::Refused(receipt()),
            Response::Advanced,
            Response::Measures(Box::default()),
            Response::Signed("hygie backup 1\n".to_owned()),
            Response::Tagged(vec![None, Some(super::notice().subject)]),
            trail,
            Response::Failed(Failure::StaleHead(Head::default())),
            Response::Failed(Failure::Unavailable("full".to_owned())),
        ];
        let frames = answers.iter();
        frames
            .map(|answer| wire::encode(answer)[4..].to_vec())
            .collect()
    }
}

/// An event of a trail, as the keeper finds it in its seal.
pub mod event {
    use super::Event;

    /// One that creates a person.
    pub fn one() -> Event {
        Event {
            at: super::NOW,
            number: 0,
            previous: [0; 32],
            actor: super::actor(),
            issuer: "fuzz".to_owned(),
            notice: super::notice(),
        }
    }

    /// See the module.
    pub fn run(bytes: &[u8]) {
        if let Ok(event) = ciborium::from_reader::<Event, _>(bytes) {
            let again: Event =
                ciborium::from_reader(super::cbor(&event).as_slice()).expect("it was printed");
            assert!(again == event, "an event is not read as it was printed");
        }
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        vec![super::cbor(&one())]
    }
}

/// Sealed bytes: nothing opens but what was sealed at this place.
pub mod seal {
    use super::{DataKey, Place, Stream};

    fn place() -> Place {
        Place {
            version: 1,
            subject: super::notice().subject,
            stream: Stream::Trail,
            sequence: 3,
            previous: [8; 32],
            epoch: 1,
            kind: 1,
            dictionary: 0,
        }
    }

    fn key() -> DataKey {
        DataKey::from_bytes(&[11; 32])
    }

    /// See the module.
    pub fn run(bytes: &[u8]) {
        if let Ok(plain) = key().open(&place(), bytes) {
            let own = key().seal(&place(), &super::Fixed, &plain);
            assert!(own == bytes, "something opens that this key did not seal");
        }
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        [b"".as_slice(), b"what was sealed"]
            .map(|plain| key().seal(&place(), &super::Fixed, plain))
            .to_vec()
    }
}

/// A token, as an actor sends it; and the claims of one that is truly signed.
pub mod assertion {
    use aws_lc_rs::signature::Ed25519KeyPair;
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use hygie_notice::Assertion;

    use super::{ActorKind, issuer};

    /// See the module.
    pub fn run(bytes: &[u8]) {
        let issuers = [issuer().issuer(&[ActorKind::Operator])];
        if let Ok(text) = std::str::from_utf8(bytes) {
            let believed = Assertion::from_text(text).verify(&issuers, super::NOW);
            let own = seeds().iter().any(|seed| seed == bytes);
            assert!(
                own || believed.is_err(),
                "a token nobody signed is believed"
            );
        }
        let signed = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(br#"{"typ":"JWT","alg":"EdDSA"}"#),
            URL_SAFE_NO_PAD.encode(bytes)
        );
        let pair = Ed25519KeyPair::from_seed_unchecked(&[9; 32]).expect("any seed is a key");
        let signature = URL_SAFE_NO_PAD.encode(pair.sign(signed.as_bytes()).as_ref());
        let token = Assertion::from_text(&format!("{signed}.{signature}"));
        if let Ok(claims) = token.verify(&issuers, super::NOW) {
            assert_eq!(claims.actor.kind, ActorKind::Operator);
            assert!(claims.exp.saturating_sub(claims.iat) <= 15 * 60);
        }
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        let token = issuer().assert(super::actor(), super::NOW, 600, "jti".to_owned());
        let claims = br#"{"iss":"fuzz","iat":1790000000,"exp":1790000600,"jti":"j","actor":{"kind":"operator","id":"ops"}}"#;
        vec![token.text().as_bytes().to_vec(), claims.to_vec()]
    }
}
