//! Failures covered: an entry that opens at another place, with a flipped bit, cut short, or
//! under another key; a key or a label that gives another key's bytes; a secret in a log line;
//! figures that differ from the standards' own (in `vectors` and `wycheproof`).
//! Not a failure: that the length of a sealed entry tells the length of what is in it.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod keccak;
mod vectors;
mod wycheproof;

use proptest::prelude::*;

use super::*;
use crate::{PersonId, SystemEntropy};

fn place() -> Place {
    Place {
        version: 1,
        subject: Subject::person(PersonId::random(&SystemEntropy)),
        stream: Stream::Content,
        sequence: 7,
        previous: [9; 32],
        epoch: 3,
        kind: 2,
        dictionary: 1,
    }
}

#[test]
fn an_entry_opens_at_its_own_place() {
    let (key, place) = (DataKey::random(&SystemEntropy), place());
    let sealed = key.seal(&place, &SystemEntropy, b"tension 12/8");
    assert_eq!(sealed.len(), 24 + 32 + 12 + 16);
    assert_eq!(key.open(&place, &sealed).unwrap(), b"tension 12/8");
}

#[test]
fn an_entry_opens_at_another_place() {
    let (key, place) = (DataKey::random(&SystemEntropy), place());
    let sealed = key.seal(&place, &SystemEntropy, b"tension 12/8");
    let other_person = Subject::person(PersonId::random(&SystemEntropy));
    let other_kind = Subject {
        kind: crate::SubjectKind::Roll,
        ..place.subject
    };
    let elsewhere = [
        Place {
            version: 2,
            ..place
        },
        Place {
            subject: other_person,
            ..place
        },
        Place {
            subject: other_kind,
            ..place
        },
        Place {
            stream: Stream::Rights,
            ..place
        },
        Place {
            sequence: 8,
            ..place
        },
        Place {
            previous: [8; 32],
            ..place
        },
        Place { epoch: 4, ..place },
        Place { kind: 3, ..place },
        Place {
            dictionary: 0,
            ..place
        },
    ];
    for moved in elsewhere {
        assert_eq!(
            key.open(&moved, &sealed),
            Err(Error::SealBroken),
            "{moved:?}"
        );
    }
}

#[test]
fn a_flipped_bit_is_believed() {
    let (key, place) = (DataKey::random(&SystemEntropy), place());
    let sealed = key.seal(&place, &SystemEntropy, b"allergie");
    for bit in 0..sealed.len() * 8 {
        let mut altered = sealed.clone();
        altered[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(
            key.open(&place, &altered),
            Err(Error::SealBroken),
            "bit {bit}"
        );
    }
}

#[test]
fn a_shortened_entry_is_believed() {
    let (key, place) = (DataKey::random(&SystemEntropy), place());
    let sealed = key.seal(&place, &SystemEntropy, b"allergie");
    for length in 0..sealed.len() {
        assert_eq!(key.open(&place, &sealed[..length]), Err(Error::SealBroken));
    }
    let longer = [sealed.as_slice(), &[0]].concat();
    assert_eq!(key.open(&place, &longer), Err(Error::SealBroken));
}

#[test]
fn a_wrong_key_gets_past_the_commitment() {
    let (key, wrong, place) = (
        DataKey::random(&SystemEntropy),
        DataKey::random(&SystemEntropy),
        place(),
    );
    let sealed = key.seal(&place, &SystemEntropy, b"allergie");
    assert_eq!(wrong.open(&place, &sealed), Err(Error::SealBroken));
    // The commitment refuses before GCM is asked: with a GCM part that the wrong key made itself,
    // the entry is refused all the same.
    let nonce: &[u8; 24] = sealed[..24].try_into().unwrap();
    let forged = xaes::seal(
        &wrong.derive(b"hygie seal v1"),
        nonce,
        &place.associated(),
        b"allergie",
    );
    let mixed = [&sealed[..56], forged.as_slice()].concat();
    assert_eq!(wrong.open(&place, &mixed), Err(Error::SealBroken));
    assert_eq!(key.open(&place, &mixed), Err(Error::SealBroken));
}

#[test]
fn two_seals_of_one_text_look_alike() {
    let (key, place) = (DataKey::random(&SystemEntropy), place());
    let one = key.seal(&place, &SystemEntropy, b"allergie");
    let two = key.seal(&place, &SystemEntropy, b"allergie");
    assert_ne!(one[..24], two[..24]);
    assert_ne!(one[24..56], two[24..56]);
    assert_ne!(one[56..], two[56..]);
}

#[test]
fn a_leaf_tells_the_event_or_repeats_for_another_person() {
    let (one, two) = (DataKey::from_bytes(&[1; 32]), DataKey::from_bytes(&[2; 32]));
    assert_eq!(one.leaf(b"event"), one.leaf(b"event"));
    assert_ne!(one.leaf(b"event"), one.leaf(b"event "));
    assert_ne!(one.leaf(b"event"), two.leaf(b"event"));
    assert_ne!(one.leaf(b"event"), one.commitment(&[0; 24], b"event"));
}

#[test]
fn associated_data_of_two_places_is_the_same_bytes() {
    // Each field stands behind its length: 8 lengths and 1 + 17 + 1 + 8 + 32 + 4 + 1 + 2 bytes.
    assert_eq!(place().associated().len(), 8 * 4 + 66);
}

#[test]
fn a_key_is_printed() {
    let key = DataKey::from_bytes(&[0xab; 32]);
    assert_eq!(
        format!("{key:?} {:#?}", Some(&key)),
        "DataKey(…) Some(\n    DataKey(…),\n)"
    );
}

proptest! {
    #[test]
    fn what_is_sealed_is_lost(bytes in any::<[u8; 32]>(), plain in proptest::collection::vec(any::<u8>(), 0..300)) {
        let (key, place) = (DataKey::from_bytes(&bytes), place());
        let sealed = key.seal(&place, &SystemEntropy, &plain);
        prop_assert_eq!(key.open(&place, &sealed).unwrap(), plain);
    }
}
