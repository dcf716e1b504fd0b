//! Dangers: six weeks that end an hour early or late where clocks change in between; a deadline that counts the day of
//! sending; somebody of age a day too soon; a leap day that has no anniversary.
//! Oracle: instants written out by hand from the calendars of 2026 to 2028, with their offsets from UTC.
#![allow(clippy::unwrap_used, reason = "tests")]

use hygie_record::notice::Millis;
use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;

use super::Calendar;

fn at(text: &str) -> Millis {
    let stamp: Timestamp = text.parse().unwrap();
    u64::try_from(stamp.as_millisecond()).unwrap()
}

fn paris() -> Calendar {
    Calendar::of("Europe/Paris").unwrap()
}

#[test]
fn six_weeks_end_at_midnight_whatever_the_clocks_do() {
    let calendar = paris();
    for (sent, ends) in [
        // Winter to winter.
        ("2026-01-05T09:00:00+01:00", "2026-02-17T00:00:00+01:00"),
        // Over the change to summer time on 29 March 2026: an hour of those days is missing.
        ("2026-03-02T23:59:59+01:00", "2026-04-14T00:00:00+02:00"),
        // Over the change to winter time on 25 October 2026.
        ("2026-10-01T00:00:00+02:00", "2026-11-13T00:00:00+01:00"),
        // Over the leap day of 2028.
        ("2028-02-01T12:00:00+01:00", "2028-03-15T00:00:00+01:00"),
        // Late in the evening it is the next day already in UTC, and not here.
        ("2026-06-30T23:30:00Z", "2026-08-13T00:00:00+02:00"),
    ] {
        assert_eq!(calendar.deadline(at(sent)), at(ends), "{sent}");
    }
    // The same moment is another day overseas.
    let reunion = Calendar::of("Indian/Reunion").unwrap();
    let guadeloupe = Calendar::of("America/Guadeloupe").unwrap();
    let sent = at("2026-06-30T22:30:00Z");
    assert_eq!(reunion.deadline(sent), at("2026-08-13T00:00:00+04:00"));
    assert_eq!(guadeloupe.deadline(sent), at("2026-08-12T00:00:00-04:00"));
}

#[test]
fn thirty_days_and_ten_years_are_counted_by_the_calendar() {
    let calendar = paris();
    let reversal = calendar.reversal(at("2026-03-01T08:00:00+01:00"));
    assert_eq!(reversal, at("2026-04-01T00:00:00+02:00"));
    let years = calendar.years(at("2028-02-29T10:00:00+01:00"), 10);
    assert_eq!(years, at("2038-02-28T00:00:00+01:00"));
}

#[test]
fn somebody_is_of_age_on_his_eighteenth_birthday_and_no_day_before() {
    let calendar = paris();
    let born = date(2008, 6, 15);
    assert!(!calendar.is_of_age(born, at("2026-06-14T23:59:59+02:00")));
    assert!(calendar.is_of_age(born, at("2026-06-15T00:00:00+02:00")));
    // Born on a leap day: 2026 has none.
    let leap = date(2008, 2, 29);
    assert!(!calendar.is_of_age(leap, at("2026-02-28T23:59:59+01:00")));
    assert!(calendar.is_of_age(leap, at("2026-03-01T00:00:00+01:00")));
}

#[test]
fn somebody_is_of_age_from_the_first_moment_of_his_birthday_where_the_operator_is() {
    let born = date(2012, 2, 29);
    for (zone, first) in [
        ("Europe/Paris", "2030-03-01T00:00:00+01:00"),
        ("America/Cayenne", "2030-03-01T00:00:00-03:00"),
        ("Pacific/Noumea", "2030-03-01T00:00:00+11:00"),
    ] {
        let calendar = Calendar::of(zone).unwrap();
        assert_eq!(calendar.of_age(born), at(first), "{zone}");
        assert!(calendar.is_of_age(born, at(first)));
        assert!(!calendar.is_of_age(born, at(first) - 1));
    }
    let calendar = paris();
    assert_eq!(
        calendar.of_age(date(2012, 7, 14)),
        at("2030-07-14T00:00:00+02:00")
    );
}

#[test]
fn a_zone_that_is_none_is_told() {
    assert!(Calendar::of("Europe/Lutèce").is_none());
}

proptest! {
    /// At least 42 whole days are left after the day of sending, and less than 43 and a clock's hour.
    #[test]
    fn six_weeks_are_never_shorter(sent in 1_700_000_000_000_u64..4_000_000_000_000) {
        let calendar = paris();
        let left = calendar.deadline(sent) - sent;
        let (day, hour) = (86_400_000, 3_600_000);
        prop_assert!(left > 42 * day - hour);
        prop_assert!(left <= 43 * day + hour);
        prop_assert!(calendar.deadline(sent + 1) >= calendar.deadline(sent));
    }
}
