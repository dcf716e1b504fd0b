//! Dangers covered: accents of an older encoding are lost; a date is read as another day; a header chooses a wrong separator.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::{day, decode, name, separator};

#[test]
fn accents_of_both_encodings_are_read() {
    assert_eq!(decode("\u{feff}Libellé".as_bytes()), "Libellé");
    assert_eq!(decode(b"Libell\xe9 d'\x9cil \x80"), "Libellé d'œil €");
}

#[test]
fn days_of_every_kind_are_read() {
    for text in [
        "02/07/2017",
        "2017-07-02",
        "20170702",
        "02JUL2017",
        "02jul2017:00:00:00",
        " 2017-07-02 00:00:00",
    ] {
        assert_eq!(day(text), Some(17_349), "{text}");
    }
    assert_eq!(day("1970-01-01"), Some(0));
    assert_eq!(day("2099-12-31"), Some(super::super::rows::FOREVER));
    assert_eq!(day("29FEB2000:00:00:00"), Some(11_016));
    assert_eq!(day("31DEC1899"), Some(-25_568));
}

#[test]
fn what_is_no_day_is_none() {
    for text in [
        "",
        "0",
        "31/04/2020",
        "29FEB1900",
        "2020-13-01",
        "00/01/2020",
        "2JUL2017",
        "02XYZ2017",
        "é2JUL201",
        "20-07-2017",
    ] {
        assert_eq!(day(text), None, "{text}");
    }
}

#[test]
fn the_separator_is_the_headers() {
    assert_eq!(separator("A;B;C"), b';');
    assert_eq!(separator("A,B;C,D"), b',');
    assert_eq!(separator("A\tB"), b'\t');
    assert_eq!(separator("A|B"), b'|');
    assert_eq!(separator("A"), b';');
}

#[test]
fn a_name_fits_its_column() {
    assert_eq!(
        name("  CULOT   URINAIRE\n"),
        Some("CULOT URINAIRE".to_owned())
    );
    assert_eq!(name(" "), None);
    assert_eq!(name(&"é".repeat(300)).unwrap().chars().count(), 255);
}
