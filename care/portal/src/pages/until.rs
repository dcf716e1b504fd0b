//! A last day as people type it, and the moment at which it is over.

use hygie_fhir::search::Span;
use jiff::tz::TimeZone;

use super::moments::end_of;

/// What was typed as a last day.
pub(super) enum Until {
    /// Nothing.
    Open,
    /// A day that is not over: its last second as a FHIR dateTime, and the first moment after it, in milliseconds.
    Day(String, u64),
    /// No day that there is, or one that is over.
    Wrong,
}

impl Until {
    /// Reads day, month, year, or year, month, day, parted by `/ . -` or a space.
    pub fn read(text: &str, zone: &TimeZone, now: u64) -> Self {
        if text.is_empty() {
            return Self::Open;
        }
        let ends = typed(text).and_then(|day| end_of(zone, day));
        let read = ends.and_then(|text| {
            let end = Span::of_period(None, Some(&text))?.end?;
            let end = u64::try_from(end / 1_000_000).ok()?;
            (end > now).then_some(Self::Day(text, end))
        });
        read.unwrap_or(Self::Wrong)
    }
}

fn typed(text: &str) -> Option<(i16, i8, i8)> {
    let parts: Vec<&str> = text.split(['/', '.', '-', ' ']).collect();
    let [one, month, three] = parts.as_slice() else {
        return None;
    };
    let (year, day) = if one.len() == 4 {
        (one, three)
    } else {
        (three, one)
    };
    // A year of two figures would be one of the first century.
    (year.len() == 4).then_some(())?;
    Some((year.parse().ok()?, month.parse().ok()?, day.parse().ok()?))
}
