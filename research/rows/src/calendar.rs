//! Days of the Gregorian calendar (proleptic) as counts, there and back, by Howard Hinnant's "chrono-compatible low-level
//! date algorithms": the year begins in March.

use std::io::Write as _;

/// Days from 1970-01-01 to a day of the calendar; none when there is no such day in the years 1 to 9999.
pub fn days(year: i32, month: u32, day: u32) -> Option<i32> {
    const LENGTHS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let length =
        LENGTHS.get(usize::try_from(month).ok()?.checked_sub(1)?)? + u32::from(leap && month == 2);
    if !(1..=9999).contains(&year) || !(1..=length).contains(&day) {
        return None;
    }
    let year = i64::from(year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year =
        (153 * (i64::from(month) + if month > 2 { -3 } else { 9 }) + 2) / 5 + i64::from(day) - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    i32::try_from(days).ok()
}

/// Writes `2023-01-31` of days since 1970-01-01.
pub fn write_day(to: &mut Vec<u8>, days: i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    write(to, format_args!("{year:04}-{month:02}-{day:02}"));
}

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// Writes `2023-01-31 12:00:00`, with a fraction where there is one, of microseconds since 1970-01-01.
pub fn write_instant(to: &mut Vec<u8>, micros: i64) {
    write_day(to, micros.div_euclid(DAY));
    let (second, part) = (
        micros.rem_euclid(DAY) / 1_000_000,
        micros.rem_euclid(1_000_000),
    );
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    write(to, format_args!(" {hour:02}:{minute:02}:{second:02}"));
    if part != 0 {
        write(to, format_args!(".{part:06}"));
    }
}

fn write(to: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    to.write_fmt(text)
        .expect("a vector takes what is written to it");
}
