//! Covered: a project whose pseudonyms are not those of the crossing's tables; a key that is cut.

use super::*;

/// The figure of hygie-pseudonym's test, made with another implementation (Python's `hmac`).
#[test]
fn the_crossing_computes_the_same() {
    let key = ProjectKey::of(&[7; 32]).expect("a key");
    let hex = ProjectKey::of(format!("{}\n", "07".repeat(32)).as_bytes()).expect("a key");
    let figure = "556659aaa3cb07ec78c53836068fa43c";
    assert_eq!(key.pseudonym(&[1; 16]), figure);
    assert_eq!(hex.pseudonym(&[1; 16]), figure);
}

#[test]
fn what_is_no_key_is_none() {
    for bytes in [&[7; 31][..], &[7; 33], b"", &[b'g'; 64], &[b'0'; 63]] {
        assert!(ProjectKey::of(bytes).is_none());
    }
}
