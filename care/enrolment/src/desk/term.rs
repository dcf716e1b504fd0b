//! How long an answer may take: one month from receipt, and two further months where the reasons are told within the
//! first (art. 12(3) GDPR), as Regulation (EEC, Euratom) 1182/71 counts months.
//!
//! Art. 3(1): the day of receipt does not count. Art. 3(2)(c): a period in months ends with the same date of the last
//! month, or with that month's last day where it has no such date. Art. 3(4): a last day that is a public holiday, a
//! Sunday or a Saturday moves to the next working day. (EDPB guidelines 01/2022 on the right of access count so too.)

use hygie_record::notice::Millis;
use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};

use crate::Calendar;

/// Months from receipt (art. 12(3) GDPR, first sentence).
const MONTHS: i32 = 1;
/// Months from receipt once extended by two (art. 12(3) GDPR, second sentence).
const EXTENDED: i32 = 3;

impl Calendar {
    /// The first moment at which an answer to what came at `received` is late.
    pub fn answer_due(&self, received: Millis) -> Millis {
        self.behind(last_day(self.day(received), MONTHS))
    }

    /// The same for a case that was extended.
    pub fn extended_due(&self, received: Millis) -> Millis {
        self.behind(last_day(self.day(received), EXTENDED))
    }

    /// The first moment after a day.
    fn behind(&self, day: Date) -> Millis {
        self.begins(day.tomorrow().unwrap_or(Date::MAX))
    }
}

/// The last day of a period of so many months.
fn last_day(received: Date, months: i32) -> Date {
    // jiff keeps the date, or takes the last day of a month without it.
    let mut day = later(received, Span::new().months(months));
    while !is_working(day) {
        day = later(day, 1.day());
    }
    day
}

/// Whether offices work on this day.
fn is_working(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !is_holiday(day)
}

/// Whether this is a public holiday in all of France (art. L. 3133-1 of the Code du travail). Those of Alsace-Moselle and
/// of overseas alone are not counted: an answer is due rather a day early than late.
fn is_holiday(day: Date) -> bool {
    let fixed = matches!(
        (day.month(), day.day()),
        (1, 1) | (5, 1) | (5, 8) | (7, 14) | (8, 15) | (11, 1) | (11, 11) | (12, 25)
    );
    // Easter Monday, Ascension, Whit Monday: days after Easter.
    let moving = [1, 39, 50].into_iter();
    let mut moving = moving.map(|days: i64| later(easter(day.year()), days.days()));
    fixed || moving.any(|holiday| holiday == day)
}

/// Easter Sunday of a year in the Gregorian calendar (the computus of Meeus, Jones and Butcher).
fn easter(year: i16) -> Date {
    let year_ = i32::from(year);
    let golden = year_ % 19;
    let (century, of_century) = (year_ / 100, year_ % 100);
    let corrected = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - corrected + 15) % 30;
    let to_sunday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let late = (golden + 11 * epact + 22 * to_sunday) / 451;
    let sum = epact + to_sunday - 7 * late + 114;
    let short = |number: i32| i8::try_from(number).expect("a month or a day");
    Date::new(year, short(sum / 31), short(sum % 31 + 1)).expect("Easter is a day")
}

fn later(day: Date, span: Span) -> Date {
    day.checked_add(span).unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests;
