//! Failures covered: an assertion remembered beyond its time, or before it; one remembered that was never
//! verified; one altered after it was remembered; memory that grows with the load.
//! Not a failure: a forged assertion that is checked, and refused, each time anew.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::*;
use crate::{ActorKind, ActorRef, IssuerKey};

const NOW: Millis = 1_700_000_000_000;

fn key() -> IssuerKey {
    IssuerKey::from_seed("health-id", &[5; 32])
}

fn doctor(id: &str) -> ActorRef {
    ActorRef {
        kind: ActorKind::Professional,
        id: id.into(),
        name: None,
        person: None,
        profession: None,
        sector: None,
        structure: None,
        team: None,
        scope: None,
    }
}

fn believed() -> Believed {
    Believed::new(vec![key().issuer(&[ActorKind::Professional])])
}

#[test]
fn an_assertion_remembered_out_of_its_time() {
    let believed = believed();
    let assertion = key().assert(doctor("1"), NOW, 60, "1".into());
    for _ in 0..2 {
        let claims = believed.verify(&assertion, NOW).unwrap();
        assert_eq!(claims.actor, doctor("1"));
    }
    for now in [NOW + 60_000, NOW - 31_000] {
        assert_eq!(
            believed.verify(&assertion, now).unwrap_err(),
            Error::AssertionExpired
        );
    }
    assert!(believed.verify(&assertion, NOW + 59_000).is_ok());
}

#[test]
fn an_assertion_remembered_that_was_never_verified() {
    let believed = believed();
    let forged = IssuerKey::from_seed("health-id", &[6; 32]);
    let overreach = key().assert(
        ActorRef {
            kind: ActorKind::Operator,
            ..doctor("1")
        },
        NOW,
        60,
        "1".into(),
    );
    let late = key().assert(doctor("1"), NOW - 90_000, 60, "1".into());
    for _ in 0..2 {
        let outcomes = [
            forged.assert(doctor("1"), NOW, 60, "1".into()),
            overreach.clone(),
            late.clone(),
        ]
        .map(|assertion| believed.verify(&assertion, NOW).unwrap_err());
        assert_eq!(
            outcomes,
            [
                Error::AssertionForged,
                Error::IssuerOverreach,
                Error::AssertionExpired
            ]
        );
    }
    assert!(believed.known().is_empty());
}

#[test]
fn an_assertion_altered_after_it_was_remembered() {
    let believed = believed();
    let assertion = key().assert(doctor("1"), NOW, 60, "1".into());
    believed.verify(&assertion, NOW).unwrap();
    let text = assertion.text();
    for place in [0, text.len() / 2, text.len() - 1] {
        let mut bytes = text.as_bytes().to_vec();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        let altered = Assertion::from_text(std::str::from_utf8(&bytes).unwrap());
        assert!(believed.verify(&altered, NOW).is_err());
    }
}

#[test]
fn memory_that_grows_with_the_load() {
    let believed = believed();
    let claims = believed
        .verify(&key().assert(doctor("1"), NOW, 60, "1".into()), NOW)
        .unwrap();
    let mut number = 0_u64;
    while believed.known().len() < MOST {
        let mut name = [0; 32];
        name[..8].copy_from_slice(&number.to_be_bytes());
        number += 1;
        believed.known().insert(name, Arc::clone(&claims));
    }
    // All of them still hold: they make way all the same.
    let next = key().assert(doctor("2"), NOW, 60, "2".into());
    believed.verify(&next, NOW).unwrap();
    assert_eq!(believed.known().len(), 1);
    assert!(believed.verify(&next, NOW).is_ok());
}
