//! A field of a row as the value that its column holds. Nothing is guessed: what is in no known form is refused.

use hygie_rows::{days, write_instant};

use crate::cdm::{Field, Kind};

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Null,
    Whole(i64),
    Number(f64),
    /// Days since 1970-01-01.
    Day(i32),
    /// Text, and instants as `2023-01-31 12:00:00`.
    Text(String),
}

impl Cell {
    /// A whole number, if it is one.
    pub(crate) fn whole(&self) -> Option<i64> {
        match self {
            Cell::Whole(value) => Some(*value),
            _ => None,
        }
    }
}

/// Reads a field; an empty one is null. Whole numbers have 64 bits where they are `wide`, else 32.
///
/// # Errors
/// What it should be.
pub(crate) fn read(field: &Field, wide: bool, bytes: &[u8]) -> Result<Cell, &'static str> {
    if bytes.is_empty() {
        return Ok(Cell::Null);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "is no UTF-8")?;
    match field.kind {
        Kind::Text => Ok(Cell::Text(text.to_owned())),
        Kind::Date => day(text).map(Cell::Day).ok_or("is no day"),
        Kind::Instant => instant(text).map(Cell::Text).ok_or("is no instant"),
        Kind::Float => {
            let number: f64 = text.parse().map_err(|_| "is no number")?;
            if number.is_finite() {
                Ok(Cell::Number(number))
            } else {
                Err("is no number")
            }
        }
        Kind::Integer => {
            let number = whole(text).ok_or("is no whole number")?;
            // The least number stands for none.
            let fits = if wide {
                number > i64::MIN
            } else {
                i32::try_from(number).is_ok_and(|number| number > i32::MIN)
            };
            if fits {
                Ok(Cell::Whole(number))
            } else {
                Err("has more than 32 bits")
            }
        }
    }
}

/// A whole number; `3.0` is what a column of numbers makes of 3.
fn whole(text: &str) -> Option<i64> {
    let text = match text.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|byte| byte == b'0') => whole,
        Some(_) => return None,
        None => text,
    };
    text.parse().ok()
}

/// `2023-01-31`, `20230131` (Athena); a time of day behind it is midnight's or another's, and says nothing of the day.
fn day(text: &str) -> Option<i32> {
    let (day, rest) = split(text)?;
    (rest.is_empty() || micros(rest).is_some()).then_some(day)
}

/// `2023-01-31 12:00:00.5`, with `T` or a blank; without a time it is midnight. None has a zone in the CDM.
fn instant(text: &str) -> Option<String> {
    let (day, rest) = split(text)?;
    let time = if rest.is_empty() { 0 } else { micros(rest)? };
    let mut bytes = Vec::new();
    write_instant(&mut bytes, i64::from(day) * 86_400_000_000 + time);
    String::from_utf8(bytes).ok()
}

/// Microseconds since 1970-01-01 of an instant as [`read`] makes it.
pub(crate) fn instant_micros(text: &str) -> Option<i64> {
    let (day, rest) = split(text)?;
    let time = if rest.is_empty() { 0 } else { micros(rest)? };
    Some(i64::from(day) * 86_400_000_000 + time)
}

/// A day, and what follows it.
fn split(text: &str) -> Option<(i32, &str)> {
    let number = |part: &str| {
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<u32>().ok()).flatten()
    };
    let dashed = text.as_bytes().get(4) == Some(&b'-') && text.as_bytes().get(7) == Some(&b'-');
    let (year, month, day, rest) = if dashed {
        (
            text.get(..4)?,
            text.get(5..7)?,
            text.get(8..10)?,
            text.get(10..)?,
        )
    } else {
        (
            text.get(..4)?,
            text.get(4..6)?,
            text.get(6..8)?,
            text.get(8..)?,
        )
    };
    let year = i32::try_from(number(year)?).ok()?;
    Some((days(year, number(month)?, number(day)?)?, rest))
}

/// ` 12:00`, `T12:00:00`, ` 12:00:00.123456` in microseconds.
fn micros(rest: &str) -> Option<i64> {
    let time = rest.strip_prefix([' ', 'T'])?;
    let (time, part) = time.split_once('.').unwrap_or((time, ""));
    let mut words = time.split(':').map(|word| {
        let two = word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_digit());
        two.then(|| word.parse::<i64>().ok()).flatten()
    });
    let (hour, minute) = (words.next()??, words.next()??);
    let second = match words.next() {
        Some(second) => second?,
        None => 0,
    };
    let digits = part.len() <= 9 && part.bytes().all(|byte| byte.is_ascii_digit());
    if words.next().is_some() || hour > 23 || minute > 59 || second > 59 || !digits {
        return None;
    }
    // Beyond a microsecond it is cut off.
    let six = format!("{part:0<6}");
    let part: i64 = six.get(..6)?.parse().ok()?;
    Some(((hour * 60 + minute) * 60 + second) * 1_000_000 + part)
}

#[cfg(test)]
mod tests;
