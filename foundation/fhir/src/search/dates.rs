//! Dates as spans of time, and their comparison (R4, 3.1.1.4.7).
//!
//! A date means the whole of its precision: `2013-01` is the month. A time
//! without a zone is read as UTC: no place is known here.

use super::prefix::{self, Prefix};

/// Nanoseconds since 1970-01-01T00:00:00Z; finer fractions are cut off.
type Instant = i128;

const SECOND: Instant = 1_000_000_000;
const MINUTE: Instant = 60 * SECOND;
const DAY: Instant = 24 * 60 * MINUTE;

/// From `start` up to and without `end`, in nanoseconds since
/// 1970-01-01T00:00:00Z; an absent bound is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub start: Option<Instant>,
    pub end: Option<Instant>,
}

impl Span {
    /// The span that a `date`, `dateTime` or `instant` means; minutes without
    /// seconds are taken too, as searches may write them. None when the text
    /// is none of these, or names a day that does not exist.
    pub fn of(text: &str) -> Option<Span> {
        let (date, time) = match text.split_once('T') {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let mut parts = date.split('-');
        let year = number(parts.next()?, 4)?;
        let month = parts
            .next()
            .map(|month| number(month, 2))
            .map_or(Some(None), |month| month.map(Some))?;
        let day = parts
            .next()
            .map(|day| number(day, 2))
            .map_or(Some(None), |day| day.map(Some))?;
        if parts.next().is_some() || year == 0 {
            return None;
        }
        let (start, end) = match (month, day) {
            (None, _) => (days(year, 1, 1), days(year + 1, 1, 1)),
            (Some(month @ 1..=12), None) => (days(year, month, 1), days(year, month + 1, 1)),
            (Some(month @ 1..=12), Some(day)) => {
                let start = days(year, month, day);
                if day == 0 || start >= days(year, month + 1, 1) {
                    return None;
                }
                (start, start + 1)
            }
            _ => return None,
        };
        let Some(time) = time else {
            return Some(Span::between(start * DAY, end * DAY));
        };
        day?;
        let (offset, length) = time_of_day(time)?;
        let start = start * DAY + offset;
        Some(Span::between(start, start + length))
    }

    fn between(start: Instant, end: Instant) -> Span {
        Span {
            start: Some(start),
            end: Some(end),
        }
    }

    /// The span of a Period, whose ends mean the whole of their precision and
    /// are open when absent. None when either is no date.
    pub fn of_period(start: Option<&str>, end: Option<&str>) -> Option<Span> {
        let start = start
            .map(Span::of)
            .map_or(Some(None), |span| span.map(|span| span.start))?;
        let end = end
            .map(Span::of)
            .map_or(Some(None), |span| span.map(|span| span.end))?;
        Some(Span { start, end })
    }

    /// The smallest span that covers both.
    pub fn hull(self, other: Span) -> Span {
        Span {
            start: self.start.zip(other.start).map(|(a, b)| a.min(b)),
            end: self.end.zip(other.end).map(|(a, b)| a.max(b)),
        }
    }

    fn contains(self, other: Span) -> bool {
        !self.goes_before(other.start) && !self.goes_after(other.end)
    }

    /// Whether `bound` (a start) lies before this span.
    fn goes_before(self, bound: Option<Instant>) -> bool {
        match (bound, self.start) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(bound), Some(start)) => bound < start,
        }
    }

    /// Whether `bound` (an end) lies after this span.
    fn goes_after(self, bound: Option<Instant>) -> bool {
        match (bound, self.end) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(bound), Some(end)) => bound > end,
        }
    }

    fn is_after(self, other: Span) -> bool {
        self.start
            .zip(other.end)
            .is_some_and(|(start, end)| start >= end)
    }
}

/// One alternative of a date search.
pub struct Query {
    prefix: Prefix,
    span: Span,
}

impl Query {
    /// `ge2013-01-14`; none when it is no date or the prefix is none.
    pub fn parse(text: &str) -> Option<Query> {
        let (prefix, date) = prefix::split(text)?;
        Some(Query {
            prefix,
            span: Span::of(date)?,
        })
    }

    /// R4's table of prefixes. `ap` asks for an overlap: the spec's 10 % of
    /// the time to now would need a clock.
    pub fn matches(&self, value: Span) -> bool {
        let asked = self.span;
        match self.prefix {
            Prefix::Eq => asked.contains(value),
            Prefix::Ne => !asked.contains(value),
            Prefix::Gt => asked.goes_after(value.end),
            Prefix::Lt => asked.goes_before(value.start),
            Prefix::Ge => asked.goes_after(value.end) || asked.contains(value),
            Prefix::Le => asked.goes_before(value.start) || asked.contains(value),
            Prefix::Sa => value.is_after(asked),
            Prefix::Eb => asked.is_after(value),
            Prefix::Ap => !value.is_after(asked) && !asked.is_after(value),
        }
    }
}

/// Exactly `width` digits.
fn number(text: &str, width: usize) -> Option<Instant> {
    let digits = text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// Days from 1970-01-01 to a day of the proleptic Gregorian calendar; month 13
/// is January of the next year.
fn days(year: Instant, month: Instant, day: Instant) -> Instant {
    let (year, month) = if month > 12 {
        (year + 1, month - 12)
    } else {
        (year, month)
    };
    // Years that begin in March put the leap day last.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468
}

/// `hh:mm[:ss[.fraction]][zone]` as the time since midnight UTC and the length
/// of its precision.
fn time_of_day(text: &str) -> Option<(Instant, Instant)> {
    let zone = text.find(['Z', '+', '-']).unwrap_or(text.len());
    let (clock, zone) = text.split_at(zone);
    let mut parts = clock.split(':');
    let hour = number(parts.next()?, 2).filter(|hour| *hour < 24)?;
    let minute = number(parts.next()?, 2).filter(|minute| *minute < 60)?;
    let (seconds, length) = match parts.next() {
        Some(seconds) => seconds_of_minute(seconds)?,
        None => (0, MINUTE),
    };
    if parts.next().is_some() {
        return None;
    }
    Some((
        (hour * 60 + minute) * MINUTE + seconds - zone_offset(zone)?,
        length,
    ))
}

fn seconds_of_minute(text: &str) -> Option<(Instant, Instant)> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    // R4 allows 60 for a leap second: it is the first of the next minute here.
    let seconds = number(whole, 2).filter(|seconds| *seconds <= 60)? * SECOND;
    let Some(fraction) = fraction else {
        return Some((seconds, SECOND));
    };
    let kept = &fraction[..fraction.len().min(9)];
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let unit = SECOND / Instant::pow(10, kept.len() as u32);
    Some((seconds + number(kept, kept.len())? * unit, unit))
}

fn zone_offset(zone: &str) -> Option<Instant> {
    if matches!(zone, "" | "Z") {
        return Some(0);
    }
    let (sign, clock) = zone.split_at(1);
    let (hours, minutes) = clock.split_once(':')?;
    let minutes = number(hours, 2)? * 60 + number(minutes, 2).filter(|minutes| *minutes < 60)?;
    let limit = 14 * 60;
    (minutes <= limit).then(|| {
        if sign == "-" {
            -minutes * MINUTE
        } else {
            minutes * MINUTE
        }
    })
}
