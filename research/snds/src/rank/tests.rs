//! Covered: one person under two ranks, because one file writes it otherwise than another; two persons under one rank.
//! Not a failure: a rank that is no number, which is somebody of its own.

use super::*;

#[test]
fn a_rank_is_the_same_however_it_is_written() {
    for one in ["", " ", "0", "00", "1", "01", " 1 ", "1.0", "0.0"] {
        assert_eq!(rank(one.as_bytes()), Rank::ONLY, "`{one}`");
    }
    for two in ["2", "02", "2,0", "+2"] {
        assert_eq!(rank(two.as_bytes()), Rank::Number(2), "`{two}`");
    }
    assert_eq!(rank(b"255"), Rank::Number(255));
}

#[test]
fn what_is_no_rank_is_somebody_of_its_own() {
    for text in ["256", "-1", "1.5", "B", "00B"] {
        assert!(matches!(rank(text.as_bytes()), Rank::Text(_)), "`{text}`");
    }
    assert_eq!(rank(b"00B"), rank(b"B"));
    assert_ne!(rank(b"B"), rank(b"C"));
}

#[test]
fn a_number_and_rank_are_named_as_one() {
    let named = |text: &str| rank(text.as_bytes()).insured("N", |n, r| (n.to_owned(), r));
    assert_eq!(named(""), ("N".to_owned(), 1));
    assert_eq!(named("02"), ("N".to_owned(), 2));
    assert_eq!(named("0B"), ("N#B".to_owned(), 0));
}
