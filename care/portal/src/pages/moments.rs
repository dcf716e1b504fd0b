//! Moments as pages tell them: in the local time of the operator's zone, which each page says once.

use hygie_web::Language;
use jiff::Timestamp;
use jiff::Zoned;
use jiff::tz::TimeZone;

use super::TEXTS;

fn local(zone: &TimeZone, at: u64) -> Zoned {
    let at = i64::try_from(at).ok();
    let at = at.and_then(|at| Timestamp::from_millisecond(at).ok());
    // Beyond the year 9999, which no clock of ours reaches, the last moment stands for what is later.
    at.unwrap_or(Timestamp::MAX).to_zoned(zone.clone())
}

/// A day, with its month in letters.
pub(super) fn day(language: Language, zone: &TimeZone, at: u64) -> String {
    let local = local(zone, at);
    let month = TEXTS.say(language, &format!("month-{}", local.month()));
    // French counts the first of a month, and says the others.
    let day = match (language, local.day()) {
        (Language::French | Language::EasyFrench, 1) => "1er".to_owned(),
        (_, day) => day.to_string(),
    };
    let year = local.year().to_string();
    let said = [
        ("day", day.as_str()),
        ("month", month.as_str()),
        ("year", year.as_str()),
    ];
    TEXTS.say_with(language, "date", &said)
}

/// The time of day, to the minute. In the hour that clocks show twice, in autumn, with what tells one from the other.
pub(super) fn time(zone: &TimeZone, at: u64) -> String {
    let local = local(zone, at);
    let time = format!("{:02}:{:02}", local.hour(), local.minute());
    if !zone.to_ambiguous_timestamp(local.datetime()).is_ambiguous() {
        return time;
    }
    let minutes = local.offset().seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    let rest = if rest == 0 {
        String::new()
    } else {
        format!(":{rest:02}")
    };
    format!("{time} (UTC{sign}{hours}{rest})")
}

/// A moment of RFC 3339, to the second and without its letters; whoever shows it says that it is UTC.
pub(super) fn to_the_second(at: &str) -> String {
    let plain = at.replacen('T', " ", 1);
    plain.get(..19).unwrap_or(&plain).to_owned()
}

/// Day and time in figures; in French the day comes first.
pub(super) fn moment(language: Language, zone: &TimeZone, at: u64) -> String {
    let local = local(zone, at);
    let (year, month, day, time) = (local.year(), local.month(), local.day(), time(zone, at));
    match language {
        Language::French | Language::EasyFrench => format!("{day:02}/{month:02}/{year:04}, {time}"),
        Language::English => format!("{year:04}-{month:02}-{day:02}, {time}"),
    }
}

/// Whether two moments are of one day.
pub(super) fn is_one_day(zone: &TimeZone, one: u64, two: u64) -> bool {
    local(zone, one).date() == local(zone, two).date()
}

/// Which zone these times are of.
pub(super) fn zone_said(language: Language, zone: &TimeZone) -> String {
    let name = zone.iana_name().unwrap_or("UTC");
    TEXTS.say_with(language, "times-zone", &[("zone", name)])
}

/// The last second of a day, as FHIR writes a dateTime; none for a day that there is not.
pub(super) fn end_of(zone: &TimeZone, (year, month, day): (i16, i8, i8)) -> Option<String> {
    let day = jiff::civil::Date::new(year, month, day).ok()?;
    // The next day may begin at an hour of its own, where clocks change at midnight.
    let next = day.tomorrow().ok()?.to_zoned(zone.clone()).ok()?;
    let last = next.timestamp().as_second() - 1;
    let last = Timestamp::from_second(last).ok()?.to_zoned(zone.clone());
    Some(last.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

#[cfg(test)]
mod tests;
