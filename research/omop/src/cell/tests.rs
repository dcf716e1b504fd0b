//! Covered: a day or an instant that is read as another one; a number that is cut to 32 bits; a value of another kind that
//! becomes null.
//! Not a failure: what is smaller than a microsecond is cut off.

use proptest::prelude::*;

use super::*;
use crate::cdm::Key;

fn field(kind: Kind) -> Field {
    Field {
        name: "f",
        kind,
        required: false,
        key: Key::None,
    }
}

fn of(kind: Kind, text: &str) -> Result<Cell, &'static str> {
    read(&field(kind), false, text.as_bytes())
}

#[test]
fn days_and_instants_are_read_in_the_forms_that_cdms_have() {
    let day = days(2023, 1, 31).expect("a day");
    for text in [
        "2023-01-31",
        "20230131",
        "2023-01-31 00:00:00",
        "2023-01-31T12:30",
    ] {
        assert_eq!(of(Kind::Date, text), Ok(Cell::Day(day)), "{text}");
    }
    for (text, instant) in [
        ("2023-01-31", "2023-01-31 00:00:00"),
        ("2023-01-31T12:30", "2023-01-31 12:30:00"),
        ("2023-01-31 12:30:01.5", "2023-01-31 12:30:01.500000"),
        ("2023-01-31 12:30:01.000", "2023-01-31 12:30:01"),
    ] {
        assert_eq!(
            of(Kind::Instant, text),
            Ok(Cell::Text(instant.to_owned())),
            "{text}"
        );
    }
}

#[test]
fn what_is_in_no_known_form_is_refused() {
    for text in [
        "31/01/2023",
        "2023-02-30",
        "2023-1-31",
        "x",
        "2023-01-31x",
        "+023-01-31",
    ] {
        assert_eq!(of(Kind::Date, text), Err("is no day"), "{text}");
    }
    for text in [
        "2023-01-31 24:00:00",
        "2023-01-31 12:00:00Z",
        "2023-01-31 1:00",
    ] {
        assert_eq!(of(Kind::Instant, text), Err("is no instant"), "{text}");
    }
    for text in ["3.5", "x", "1e3", "3 000"] {
        assert_eq!(of(Kind::Integer, text), Err("is no whole number"), "{text}");
    }
    assert_eq!(
        of(Kind::Integer, "2147483648"),
        Err("has more than 32 bits")
    );
    assert_eq!(of(Kind::Integer, "3.0"), Ok(Cell::Whole(3)));
    for text in ["NaN", "inf", "x"] {
        assert_eq!(of(Kind::Float, text), Err("is no number"), "{text}");
    }
    assert_eq!(
        read(&field(Kind::Text), false, b"\xe9t\xe9"),
        Err("is no UTF-8")
    );
}

proptest! {
    #[test]
    fn an_instant_is_itself_again(day in -100_000i64..2_000_000, time in 0i64..86_400_000_000) {
        let mut bytes = Vec::new();
        write_instant(&mut bytes, day * 86_400_000_000 + time);
        let text = String::from_utf8(bytes).expect("text");
        prop_assert_eq!(instant_micros(&text), Some(day * 86_400_000_000 + time));
        prop_assert_eq!(of(Kind::Instant, &text), Ok(Cell::Text(text)));
    }
}
