//! Days of the Gregorian calendar, without a clock. Howard Hinnant, "chrono-compatible low-level date algorithms", 2014.

/// Days since 1970-01-01; before it, negative.
pub type Day = i32;

/// The day of a date of the calendar.
pub const fn day(year: i32, month: i32, date: i32) -> Day {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + date - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month 1 to 12 and day 1 to 31.
pub const fn date(day: Day) -> (i32, i32, i32) {
    let from = day + 719_468;
    let era = from.div_euclid(146_097);
    let of_era = from.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let date = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, date)
}

/// How old in whole years somebody born then is on a day.
pub const fn age(born: Day, on: Day) -> i32 {
    let (born, on) = (date(born), date(on));
    let before = on.1 < born.1 || (on.1 == born.1 && on.2 < born.2);
    on.0 - born.0 - if before { 1 } else { 0 }
}

#[cfg(test)]
mod tests;
