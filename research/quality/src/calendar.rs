//! Days of the Gregorian calendar, without a clock. Howard Hinnant, "chrono-compatible low-level date algorithms", 2014.

/// Months are counted from January of this year.
pub(crate) const FIRST_YEAR: i32 = 1900;
/// How many months are counted apart: two centuries.
pub(crate) const MONTHS: usize = 2400;

/// The day of a date, since 1970-01-01.
pub(crate) const fn day(year: i32, month: i32, date: i32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + date - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month 1 to 12 and day 1 to 31.
pub(crate) fn date(day: i32) -> (i32, i32, i32) {
    let from = i64::from(day) + 719_468;
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
    let year = year + era * 400 + i64::from(month <= 2);
    let small =
        |number: i64| i32::try_from(number).expect("a day of 32 bits has a year of 32 bits");
    (small(year), small(month), small(date))
}

/// The month of a day, counted from January 1900; none outside of the two centuries.
pub(crate) fn month(day: i32) -> Option<usize> {
    let (year, month, _) = date(day);
    let months = (i64::from(year) - i64::from(FIRST_YEAR)) * 12 + i64::from(month) - 1;
    usize::try_from(months).ok().filter(|month| *month < MONTHS)
}

/// A month as ISO 8601 has it: `2024-03`.
pub(crate) fn month_name(month: usize) -> String {
    let year = FIRST_YEAR + i32::try_from(month / 12).expect("there are two centuries");
    format!("{year:04}-{:02}", month % 12 + 1)
}

/// A day as ISO 8601 has it: `2024-03-01`.
pub(crate) fn day_name(of: i32) -> String {
    let (year, month, date) = date(of);
    format!("{year:04}-{month:02}-{date:02}")
}

/// How old in whole years somebody born then is on a day.
pub(crate) fn age(born: i32, on: i32) -> i32 {
    let (born, on) = (date(born), date(on));
    on.0 - born.0 - i32::from((on.1, on.2) < (born.1, born.2))
}

#[cfg(test)]
mod tests;
