//! Dangers: an answer told to be due a day late, so that a right is lost on a Sunday; a month that ends in February; a
//! holiday that moves with Easter; clocks that change in between.
//! Oracle: dates written out by hand from the calendars of 2024 to 2028, and of Easter from published tables.
#![allow(clippy::unwrap_used, reason = "tests")]

use hygie_record::notice::Millis;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::{easter, is_holiday, is_working, last_day};
use crate::Calendar;

fn at(text: &str) -> Millis {
    let stamp: Timestamp = text.parse().unwrap();
    u64::try_from(stamp.as_millisecond()).unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

#[test]
fn a_month_ends_on_its_date_or_its_last_day_and_never_on_a_day_off() {
    for (received, first, extended) in [
        // Plain.
        ("2026-03-03", "2026-04-03", "2026-06-03"),
        // The last day of a longer month: February has no 31st; 30 April is a Thursday.
        ("2026-01-31", "2026-03-02", "2026-04-30"),
        // Leap year: 29 February 2028 is a Tuesday. 30 April 2028 is a Sunday, 1 May a holiday.
        ("2028-01-31", "2028-02-29", "2028-05-02"),
        // From a leap day on: 29 March 2028; 29 May 2028, a Monday.
        ("2028-02-29", "2028-03-29", "2028-05-29"),
        // Saturday 4 April 2026, Easter Sunday, Easter Monday the 6th.
        ("2026-03-04", "2026-04-07", "2026-06-04"),
        // 6 April 2026 is Easter Monday.
        ("2026-03-06", "2026-04-07", "2026-06-08"),
        // 1 May 2026 is a Friday: the weekend follows.
        ("2026-04-01", "2026-05-04", "2026-07-01"),
        // Ascension, Thursday 14 May 2026.
        ("2026-04-14", "2026-05-15", "2026-07-15"),
        // Whit Monday, 25 May 2026; 8 May 2026 is a Friday.
        ("2026-04-25", "2026-05-26", "2026-07-27"),
        ("2026-04-08", "2026-05-11", "2026-07-08"),
        // Christmas 2026 is a Friday; 25 February 2027 a Thursday.
        ("2026-11-25", "2026-12-28", "2027-02-25"),
        // Over the year's end: 1 January 2027 is a Friday.
        ("2026-12-01", "2027-01-04", "2027-03-01"),
        // 31 August: September has 30 days, 30 November 2026 is a Monday.
        ("2026-08-31", "2026-09-30", "2026-11-30"),
        // 11 November 2026 is a Wednesday; 14 July 2026 a Tuesday; 15 August 2026 a Saturday.
        ("2026-10-11", "2026-11-12", "2027-01-11"),
        ("2026-06-14", "2026-07-15", "2026-09-14"),
        ("2026-07-15", "2026-08-17", "2026-10-15"),
    ] {
        assert_eq!(last_day(day(received), 1), day(first), "{received}");
        assert_eq!(last_day(day(received), 3), day(extended), "{received}");
    }
}

#[test]
fn easter_is_where_the_tables_have_it() {
    for (year, month, of_month) in [
        (1961, 4, 2),
        (2000, 4, 23),
        (2008, 3, 23),
        (2024, 3, 31),
        (2025, 4, 20),
        (2026, 4, 5),
        (2027, 3, 28),
        (2028, 4, 16),
        (2038, 4, 25),
        (2049, 4, 18),
        (2076, 4, 19),
    ] {
        assert_eq!(easter(year), date(year, month, of_month));
    }
    let holidays = (0..365)
        .map(|days| {
            date(2026, 1, 1)
                .checked_add(jiff::Span::new().days(days))
                .unwrap()
        })
        .filter(|day| is_holiday(*day));
    assert_eq!(holidays.count(), 11);
}

#[test]
fn the_last_day_counts_to_its_end_where_people_live() {
    let paris = Calendar::of("Europe/Paris").unwrap();
    let received = at("2026-03-03T23:30:00+01:00");
    assert_eq!(paris.answer_due(received), at("2026-04-04T00:00:00+02:00"));
    assert_eq!(
        paris.extended_due(received),
        at("2026-06-04T00:00:00+02:00")
    );
    // It is the next day there already, and the same moment.
    let reunion = Calendar::of("Indian/Reunion").unwrap();
    assert_eq!(
        reunion.answer_due(received),
        at("2026-04-08T00:00:00+04:00")
    );
}

proptest! {
    /// Never earlier than the same date of the next month allows, never later than six days after it, on a working day.
    #[test]
    fn an_answer_is_never_due_too_early_nor_on_a_day_off(days in 0_i64..36_500) {
        let received = date(2000, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        let (first, extended) = (last_day(received, 1), last_day(received, 3));
        prop_assert!(is_working(first) && is_working(extended));
        let waited = received.until(first).unwrap().get_days();
        prop_assert!((28..=37).contains(&waited), "{received} {first}");
        let waited = received.until(extended).unwrap().get_days();
        prop_assert!((89..=98).contains(&waited), "{received} {extended}");
        prop_assert!(first < extended);
    }
}
