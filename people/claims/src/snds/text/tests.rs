//! Failures covered: a sign, a zero or a digit that is lost.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::{compact, french, hundredths, iso, number, padded, sas, signed};
use crate::calendar::day;

fn said(write: impl Fn(&mut Vec<u8>)) -> String {
    let mut page = Vec::new();
    write(&mut page);
    String::from_utf8(page).unwrap()
}

#[test]
fn a_number_loses_a_digit() {
    for value in [0, 7, 10, 99, 1_000_000, u64::MAX] {
        assert_eq!(said(|page| number(page, value)), value.to_string());
    }
    assert_eq!(said(|page| padded::<9>(page, 42)), "000000042");
    assert_eq!(said(|page| signed(page, -3)), "-3");
    assert_eq!(said(|page| hundredths(page, -5, b'.')), "-0.05");
    assert_eq!(said(|page| hundredths(page, 123_456, b',')), "1234,56");
}

#[test]
fn a_date_is_spelt_wrong() {
    let on = day(2023, 3, 9);
    assert_eq!(&iso(on), b"2023-03-09");
    assert_eq!(said(|page| french(page, on)), "09/03/2023");
    assert_eq!(said(|page| compact(page, on)), "09032023");
    assert_eq!(said(|page| sas(page, on)), "09MAR2023:00:00:00");
}
