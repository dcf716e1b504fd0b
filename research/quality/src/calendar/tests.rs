//! Covered: a day of the wrong month, a leap day that is lost, an age that is a year off.

use super::*;

#[test]
fn a_leap_day_is_a_day_of_its_own() {
    assert_eq!(day_name(day(2024, 2, 29)), "2024-02-29");
    assert_eq!(day_name(day(2024, 2, 29) + 1), "2024-03-01");
    assert_eq!(day(1970, 1, 1), 0);
}

#[test]
fn no_day_is_beyond_the_calendar() {
    for day in [i32::MIN + 1, i32::MAX] {
        assert_eq!(month(day), None);
    }
    assert_eq!(month(day(1900, 1, 1)), Some(0));
    assert_eq!(month(day(1899, 12, 31)), None);
    assert_eq!(month(day(2099, 12, 31)), Some(MONTHS - 1));
    assert_eq!(month(day(2100, 1, 1)), None);
}

#[test]
fn nobody_is_older_before_his_birthday() {
    assert_eq!(age(day(2000, 6, 15), day(2024, 6, 14)), 23);
    assert_eq!(age(day(2000, 6, 15), day(2024, 6, 15)), 24);
    assert_eq!(age(day(2000, 6, 15), day(2000, 6, 14)), -1);
}
