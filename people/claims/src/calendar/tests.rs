//! Failures covered: a date that does not come back; a leap day that is lost; an age a day too early.

use super::{age, date, day};

#[test]
fn a_day_does_not_come_back() {
    for number in day(1880, 1, 1)..day(2110, 1, 1) {
        let (year, month, on) = date(number);
        assert_eq!(day(year, month, on), number);
    }
    assert_eq!(day(1970, 1, 1), 0);
    assert_eq!(date(day(2024, 2, 28) + 1), (2024, 2, 29));
    assert_eq!(date(day(2023, 2, 28) + 1), (2023, 3, 1));
}

#[test]
fn a_birthday_comes_too_early() {
    let born = day(1980, 6, 15);
    assert_eq!(age(born, day(2020, 6, 14)), 39);
    assert_eq!(age(born, day(2020, 6, 15)), 40);
}
