//! Covered: a day, a number or an amount that is read as another; a value in no known form that is taken all the same.
//! Not a failure: an empty field, which is none; 1600-01-01, which the SNDS writes for none.

use proptest::prelude::*;

use super::*;

#[test]
fn a_day_is_read_in_every_form_that_extractions_have() {
    let expected = days(2023, 1, 31);
    for text in [
        "2023-01-31",
        "31/01/2023",
        "31012023",
        "20230131",
        "31JAN2023",
        "31Jan2023:12:00:00",
        "2023-01-31 00:00:00",
        "2023-01-31T10:00",
    ] {
        assert_eq!(day(text.as_bytes()), Ok(expected), "{text}");
    }
    assert_eq!(expected, Some(19_388));
    assert_eq!(days(1970, 1, 1), Some(0));
    assert_eq!(day(b""), Ok(None));
    for none in [
        "01/01/1600",
        "1600-01-01",
        "01011600",
        "16000101",
        "01JAN1600",
    ] {
        assert_eq!(day(none.as_bytes()), Ok(None), "{none}");
    }
    // Years 2001 to 2012 look like days and months: as DDMMYYYY they would be of the years 101 to 1231.
    for (text, year, month, of) in [("20110102", 2011, 1, 2), ("20121231", 2012, 12, 31)] {
        assert_eq!(day(text.as_bytes()), Ok(days(year, month, of)), "{text}");
    }
}

#[test]
fn what_is_no_day_is_refused() {
    for text in [
        "2023-02-29",
        "31/04/2023",
        "00/01/2023",
        "2023-13-01",
        "20230131x",
        // Years of no care, which are not none.
        "1600-01-02",
        "1599-12-31",
        "31/12/1231",
        "31121231",
        "01010101",
        "20231301",
        "00000000",
        "32JAN2023",
        "31XXX2023",
        "soon",
        "2023",
    ] {
        assert_eq!(day(text.as_bytes()), Err(Unreadable), "{text}");
    }
}

#[test]
fn amounts_and_numbers_are_read_as_they_are_written() {
    for (text, value) in [
        ("12", 1200),
        ("-12.5", -1250),
        ("12,50", 1250),
        ("0.005", 1),
        ("0.004", 0),
        ("7.1", 710),
        (".5", 50),
    ] {
        assert_eq!(cents(text.as_bytes()), Ok(Some(value)), "{text}");
    }
    for (text, value) in [("3", 3), ("-3", -3), ("03", 3), ("3.0", 3), ("+4", 4)] {
        assert_eq!(whole(text.as_bytes()), Ok(Some(value)), "{text}");
    }
    for text in ["3.5", "x", "1e3", "--1", "1 000", "."] {
        assert_eq!(whole(text.as_bytes()), Err(Unreadable), "{text}");
    }
    for text in ["99999999999999999999", "92233720368547758.10"] {
        assert_eq!(cents(text.as_bytes()), Err(Unreadable), "{text}");
    }
}

proptest! {
    #[test]
    fn eight_digits_are_the_same_day_in_either_order(number in 0i32..146_097) {
        let start = days(1801, 1, 1).expect("a day");
        let mut text = Vec::new();
        hygie_rows::write_day(&mut text, i64::from(start + number));
        let (year, month, of) = (&text[..4], &text[5..7], &text[8..]);
        prop_assert_eq!(day(&[year, month, of].concat()), Ok(Some(start + number)));
        prop_assert_eq!(day(&[of, month, year].concat()), Ok(Some(start + number)));
    }

    #[test]
    fn every_day_of_four_centuries_is_its_own(number in 0i32..146_097) {
        let mut text = Vec::new();
        let start = days(1800, 1, 1).expect("a day");
        hygie_rows::write_day(&mut text, i64::from(start + number));
        prop_assert_eq!(day(&text), Ok(Some(start + number)));
    }
}
