use hygie_notice::Millis;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// A point in time as a letter tells it: in the operator's zone, which whoever asks for the letter knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Since 1970, UTC.
    pub at: Millis,
    /// The zone's distance from UTC then, in minutes; east is positive. One of more than a day is taken as none.
    pub offset: i16,
}

impl Moment {
    /// Year to second on the zone's clocks.
    pub(crate) fn clock(self) -> DateTime {
        let millis = i64::try_from(self.at).unwrap_or(i64::MAX);
        let instant = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX);
        self.zone().to_datetime(instant)
    }

    /// The zone as letters write it, such as `UTC+2` or `UTC−3:30`.
    pub(crate) fn label(self) -> String {
        let minutes = self.zone().seconds() / 60;
        let sign = if minutes < 0 { '\u{2212}' } else { '+' };
        let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
        match (hours, rest) {
            (0, 0) => "UTC".to_owned(),
            (_, 0) => format!("UTC{sign}{hours}"),
            _ => format!("UTC{sign}{hours}:{rest:02}"),
        }
    }

    fn zone(self) -> Offset {
        Offset::from_seconds(i32::from(self.offset) * 60).unwrap_or(Offset::UTC)
    }
}
