//! Dangers: a code that is read out on a landline; a number that is not one, and a character by which an address of
//! another comes out of it; a number in a log.
//! Not a failure: a landline abroad, which no plan at hand tells from a mobile.
#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::Phone;

#[test]
fn numbers_that_take_texts_and_others() {
    for number in [
        "+33639980001",
        "+33739980001",
        "+262692980001",
        "+590690980001",
        "+447700900123",
        "+12025550123",
    ] {
        assert!(number.parse::<Phone>().is_ok(), "{number}");
    }
    for number in [
        "",
        "+",
        "0639980001",
        "33639980001",
        "+0639980001",
        "+33199001234",
        "+33970001234",
        // Fourteen digits: a machine's.
        "+33700123456789",
        "+3363998000",
        "+262262980001",
        "+33 6 39 98 00 01",
        "+3363998000a",
        "+1234567",
        "+1234567890123456",
        "+33639980001@elsewhere.example",
        "+٣٣٦٣٩٩٨٠٠٠١",
    ] {
        assert!(number.parse::<Phone>().is_err(), "{number}");
    }
    let shown = format!("{:?}", "+33639980001".parse::<Phone>().unwrap());
    assert!(!shown.contains('3'), "{shown}");
}

proptest! {
    #[test]
    fn what_is_read_is_digits_and_comes_out_as_it_was(text in "\\+?[0-9 @.+-]{0,18}") {
        if let Ok(phone) = text.parse::<Phone>() {
            prop_assert_eq!(format!("+{}", phone.digits()), text);
        }
    }
}
