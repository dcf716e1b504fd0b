//! Failures covered: an id that changes on the way through text, a second spelling of one
//! person, a subject or stream read from bytes that nobody wrote.
//! Not a failure: an id in a log; it says nothing about the person.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use proptest::prelude::*;

use super::*;

#[test]
fn the_largest_and_smallest_ids_do_not_fit_their_text() {
    assert_eq!(PersonId([0; 16]).to_string(), "00000000000000000000000000");
    assert_eq!(
        PersonId([255; 16]).to_string(),
        "7zzzzzzzzzzzzzzzzzzzzzzzzz"
    );
    let id: PersonId = "7zzzzzzzzzzzzzzzzzzzzzzzzz".parse().unwrap();
    assert_eq!(id, PersonId([255; 16]));
}

#[test]
fn another_spelling_is_the_same_person() {
    let refused = [
        "",
        "0000000000000000000000000",   // 25
        "000000000000000000000000000", // 27
        "80000000000000000000000000",  // more than 128 bits
        "z0000000000000000000000000",
        "0A000000000000000000000000", // upper case
        "0i000000000000000000000000", // Crockford's reading aids are no spelling
        "0l000000000000000000000000",
        "0o000000000000000000000000",
        "0u000000000000000000000000",
        "0-000000000000000000000000",
        " 0000000000000000000000000",
        "é000000000000000000000000", // 26 bytes, 25 characters
    ];
    for text in refused {
        assert_eq!(
            text.parse::<PersonId>(),
            Err(Error::PersonIdMalformed),
            "`{text}`"
        );
    }
}

#[test]
fn bytes_that_nobody_wrote_are_a_subject() {
    let person = Subject::person(PersonId([7; 16]));
    let bytes = person.bytes();
    for length in 0..bytes.len() {
        assert_eq!(Subject::from_bytes(&bytes[..length]), None);
    }
    assert_eq!(
        Subject::from_bytes(&[bytes.as_slice(), &[0]].concat()),
        None
    );
    for kind in (0..=u8::MAX).filter(|kind| !(1..=4).contains(kind)) {
        let mut other = bytes;
        other[0] = kind;
        assert_eq!(Subject::from_bytes(&other), None);
    }
}

#[test]
fn a_stream_has_two_numbers() {
    for number in 0..=u8::MAX {
        match Stream::from_number(number) {
            Some(stream) => assert_eq!(stream as u8, number),
            None => assert!(!(1..=3).contains(&number)),
        }
    }
}

#[test]
fn symbols_leave_the_alphabet() {
    let text = symbols(&crate::SystemEntropy, 4_096);
    assert_eq!(text.len(), 4_096);
    assert!(text.bytes().all(|byte| ALPHABET.contains(&byte)));
    assert!(
        ALPHABET
            .iter()
            .all(|symbol| text.as_bytes().contains(symbol))
    );
}

proptest! {
    #[test]
    fn an_id_changes_on_its_way_through_text(bytes in any::<[u8; 16]>()) {
        let text = PersonId(bytes).to_string();
        prop_assert_eq!(text.len(), 26);
        prop_assert_eq!(text.parse::<PersonId>().unwrap(), PersonId(bytes));
    }

    #[test]
    fn a_text_that_is_read_prints_otherwise(text in "[0-9a-z]{26}") {
        if let Ok(id) = text.parse::<PersonId>() {
            prop_assert_eq!(id.to_string(), text);
        }
    }

    #[test]
    fn a_subject_changes_on_its_way_through_bytes(kind in 1u8..=4, id in any::<[u8; 16]>()) {
        let mut bytes = [kind; 17];
        bytes[1..].copy_from_slice(&id);
        prop_assert_eq!(Subject::from_bytes(&bytes).unwrap().bytes(), bytes);
    }
}
