//! Dangers: a moment told in an hour that is not its own when clocks change; two moments told as one; a day that begins
//! or ends elsewhere than where people live.

use hygie_web::Language::{English, French};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{day, end_of, is_one_day, moment, time, zone_said};

fn at(text: &str) -> u64 {
    let at: Timestamp = text.parse().expect("an instant");
    u64::try_from(at.as_millisecond()).expect("after 1970")
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("the zones come along")
}

#[test]
fn clocks_that_change() {
    let paris = zone("Europe/Paris");
    let said = |text| time(&paris, at(text));
    // Spring: two o'clock is three o'clock.
    assert_eq!(said("2026-03-29T00:59:59Z"), "01:59");
    assert_eq!(said("2026-03-29T01:00:00Z"), "03:00");
    // Autumn: the hour after two comes twice, and is told apart.
    assert_eq!(said("2026-10-24T23:59:59Z"), "01:59");
    assert_eq!(said("2026-10-25T00:30:00Z"), "02:30 (UTC+2)");
    assert_eq!(said("2026-10-25T01:30:00Z"), "02:30 (UTC+1)");
    assert_eq!(said("2026-10-25T02:00:00Z"), "03:00");
    let half = zone("Australia/Lord_Howe");
    assert_eq!(time(&half, at("2026-04-04T15:15:00Z")), "01:45 (UTC+10:30)");
}

#[test]
fn a_day_that_is_another_elsewhere() {
    let paris = zone("Europe/Paris");
    let late = at("2026-12-31T23:30:00Z");
    assert_eq!(day(French, &paris, late), "1er janvier 2027");
    assert_eq!(day(English, &TimeZone::UTC, late), "31 December 2026");
    assert_eq!(moment(French, &paris, late), "01/01/2027, 00:30");
    assert_eq!(moment(English, &TimeZone::UTC, late), "2026-12-31, 23:30");
    assert!(!is_one_day(&paris, late - 3_600_000, late));
    assert!(is_one_day(&TimeZone::UTC, late - 3_600_000, late));
    assert_eq!(
        zone_said(French, &paris),
        "Les heures sont celles du fuseau Europe/Paris."
    );
}

#[test]
fn a_day_that_ends_too_early_or_too_late() {
    let paris = zone("Europe/Paris");
    let said = |day| end_of(&paris, day);
    assert_eq!(
        said((2027, 12, 31)).as_deref(),
        Some("2027-12-31T23:59:59+01:00")
    );
    assert_eq!(
        said((2026, 10, 24)).as_deref(),
        Some("2026-10-24T23:59:59+02:00")
    );
    assert_eq!(said((2027, 2, 29)), None);
    assert_eq!(said((2027, 13, 1)), None);
    // There clocks skip midnight itself: the day after begins at one.
    assert_eq!(
        end_of(&zone("America/Santiago"), (2026, 9, 5)).as_deref(),
        Some("2026-09-05T23:59:59-04:00")
    );
}
