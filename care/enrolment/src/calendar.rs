//! Days as the law counts them: in the operator's time zone, from midnight to midnight, whatever the clocks do.

use hygie_letters::Moment;
use hygie_record::notice::Millis;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// Days of the six weeks that a person has to oppose (art. R. 1111-28 CSP).
const SIX_WEEKS: i32 = 42;
/// Days in which a letter's code takes an opposition back.
const REVERSAL: i32 = 30;
/// Age at which somebody decides alone (art. 414 C. civ.).
const OF_AGE: i16 = 18;

/// The calendar of a place.
#[derive(Debug, Clone)]
pub struct Calendar(TimeZone);

impl Calendar {
    /// That of an IANA time zone, such as `Europe/Paris`; none when there is no such zone.
    pub fn of(zone: &str) -> Option<Self> {
        TimeZone::get(zone).ok().map(Self)
    }

    /// That of a time zone.
    pub fn new(zone: TimeZone) -> Self {
        Self(zone)
    }

    /// The day in which a moment lies.
    pub fn day(&self, at: Millis) -> Date {
        self.0.to_datetime(timestamp(at)).date()
    }

    /// A moment as letters tell it.
    pub(crate) fn moment(&self, at: Millis) -> Moment {
        let seconds = self.0.to_offset(timestamp(at)).seconds();
        let offset = i16::try_from(seconds / 60).unwrap_or(0);
        Moment { at, offset }
    }

    /// The first moment of a day. Where clocks skip midnight, the first that there is.
    pub fn begins(&self, day: Date) -> Millis {
        let begins = self.0.to_zoned(day.at(0, 0, 0, 0));
        millis(begins.map_or_else(|_| Timestamp::MAX, |zoned| zoned.timestamp()))
    }

    /// When the six weeks are over that begin with a letter sent at `sent`: the day of sending does not count
    /// (art. 641 CPC), the last day counts to its end.
    pub fn deadline(&self, sent: Millis) -> Millis {
        self.begins(later(self.day(sent), Span::new().days(SIX_WEEKS + 1)))
    }

    /// Until when a code takes an opposition back that was confirmed at `at`.
    pub fn reversal(&self, at: Millis) -> Millis {
        self.begins(later(self.day(at), Span::new().days(REVERSAL + 1)))
    }

    /// The same day so many years later; 28 February where that year has no 29th.
    pub fn years(&self, at: Millis, years: u8) -> Millis {
        self.begins(later(self.day(at), Span::new().years(i64::from(years))))
    }

    /// The first moment at which somebody born on this day is of age. Whoever was born on 29 February is so from 1 March
    /// on in years without one: the day of birth must have come round.
    pub fn of_age(&self, birth: Date) -> Millis {
        let year = birth.year().saturating_add(OF_AGE);
        let day = Date::new(year, birth.month(), birth.day());
        self.begins(day.or_else(|_| Date::new(year, 3, 1)).unwrap_or(Date::MAX))
    }

    /// Whether somebody born on this day is of age at `at`.
    pub fn is_of_age(&self, birth: Date, at: Millis) -> bool {
        at >= self.of_age(birth)
    }
}

/// Far beyond any life jiff says no; nothing ends then.
fn later(day: Date, span: Span) -> Date {
    day.checked_add(span).unwrap_or(Date::MAX)
}

fn timestamp(at: Millis) -> Timestamp {
    let millis = i64::try_from(at).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX)
}

fn millis(at: Timestamp) -> Millis {
    Millis::try_from(at.as_millisecond()).unwrap_or(0)
}

#[cfg(test)]
mod tests;
