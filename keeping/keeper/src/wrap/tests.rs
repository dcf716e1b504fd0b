//! Failures covered: every Wycheproof vector of AES-KWP with 256-bit keys, through the functions
//! that the keeper wraps with; a wrapped key moved to another place; a secret in debug output.
//! Not a failure: that the same key wraps to the same bytes (KWP is deterministic; keys are random).
#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use serde::Deserialize;

use super::WrappingKey;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vectors {
    test_groups: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    key_size: usize,
    tests: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    tc_id: u32,
    key: String,
    msg: String,
    ct: String,
    result: String,
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

#[test]
fn a_wrapping_that_wycheproof_calls_wrong_is_refused() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/wycheproof/aes_kwp_test.json");
    let Ok(text) = std::fs::read(&path) else {
        println!("skipped: a_wrapping_that_wycheproof_calls_wrong_is_refused (no ../shared)");
        return;
    };
    let vectors: Vectors = serde_json::from_slice(&text).unwrap();
    let (mut valid, mut invalid) = (0, 0);
    for vector in vectors
        .test_groups
        .into_iter()
        .filter(|group| group.key_size == 256)
        .flat_map(|group| group.tests)
    {
        let key = WrappingKey::from_bytes(hex(&vector.key).as_slice().try_into().unwrap());
        let (msg, ct) = (hex(&vector.msg), hex(&vector.ct));
        let opened = key.unwrap(&ct);
        match vector.result.as_str() {
            "valid" => {
                assert_eq!(
                    key.wrap(&msg).as_ref(),
                    Some(&ct),
                    "vector {}",
                    vector.tc_id
                );
                assert_eq!(opened.as_deref(), Some(&msg), "vector {}", vector.tc_id);
                valid += 1;
            }
            _ => {
                assert_ne!(opened.as_deref(), Some(&msg), "vector {}", vector.tc_id);
                assert!(opened.is_none(), "vector {}", vector.tc_id);
                invalid += 1;
            }
        }
    }
    println!(
        "wycheproof aes_kwp, 256-bit keys: {valid} valid, {invalid} invalid, all as they should be"
    );
    assert_eq!((valid, invalid), (25, 69));
}

#[test]
fn a_wrapped_key_moved_to_another_place_does_not_open() {
    let above = WrappingKey::from_bytes(&[7; 32]);
    let wrapped = above.wrap_at(b"here", &[9; 32]);
    assert_eq!(&*above.unwrap_at(b"here", &wrapped).unwrap(), &[9; 32]);
    for place in [&b"there"[..], b"her", b"heree", b""] {
        assert!(above.unwrap_at(place, &wrapped).is_none());
    }
    assert!(
        WrappingKey::from_bytes(&[8; 32])
            .unwrap_at(b"here", &wrapped)
            .is_none()
    );
}

#[test]
fn a_wrapping_key_is_not_printed() {
    let printed = format!("{:?}", WrappingKey::from_bytes(&[0xab; 32]));
    assert_eq!(printed, "WrappingKey(…)");
}
