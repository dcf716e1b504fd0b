//! R4's dates and times (2.24.0.1): their formats, and days that exist.

/// `2020`, `2020-02`, `2020-02-29`.
pub fn is_date(text: &str) -> bool {
    is_date_part(text.as_bytes())
}

/// A date, or a full day with a time to the second and an offset.
pub fn is_date_time(text: &str) -> bool {
    is_date(text) || is_instant(text)
}

/// A full day with a time to the second and an offset.
pub fn is_instant(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some((day, rest)) = bytes.split_at_checked(10) else {
        return false;
    };
    let Some(rest) = rest.strip_prefix(b"T") else {
        return false;
    };
    let Some(sign) = rest.iter().position(|byte| b"Z+-".contains(byte)) else {
        return false;
    };
    let (time, offset) = rest.split_at(sign);
    is_date_part(day) && is_time_part(time) && is_offset(offset)
}

/// `23:59:60.5`; never `24:00:00`.
pub fn is_time(text: &str) -> bool {
    is_time_part(text.as_bytes())
}

fn is_date_part(bytes: &[u8]) -> bool {
    let year = bytes.get(..4).and_then(number);
    let (Some(year), true) = (year, matches!(bytes.len(), 4 | 7 | 10)) else {
        return false;
    };
    if year == 0 {
        return false;
    }
    if bytes.len() == 4 {
        return true;
    }
    let Some(month @ 1..=12) = number(&bytes[5..7]) else {
        return false;
    };
    if bytes[4] != b'-' {
        return false;
    }
    bytes.len() == 7
        || bytes[7] == b'-'
            && number(&bytes[8..]).is_some_and(|day| (1..=days(year, month)).contains(&day))
}

/// The days of a month in the Gregorian calendar.
fn days(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn is_time_part(bytes: &[u8]) -> bool {
    let Some((clock, fraction)) = bytes.split_at_checked(8) else {
        return false;
    };
    let part = |at: usize, most: u32| number(&clock[at..at + 2]).is_some_and(|part| part <= most);
    // R4 allows the leap second 60 in any minute.
    part(0, 23)
        && clock[2] == b':'
        && part(3, 59)
        && clock[5] == b':'
        && part(6, 60)
        && (fraction.is_empty()
            || fraction[0] == b'.'
                && fraction.len() > 1
                && fraction[1..].iter().all(u8::is_ascii_digit))
}

/// `Z`, or hours and minutes up to 14:00 either way.
fn is_offset(bytes: &[u8]) -> bool {
    if bytes == b"Z" {
        return true;
    }
    if bytes.len() != 6 || bytes[3] != b':' {
        return false;
    }
    matches!(
        (number(&bytes[1..3]), number(&bytes[4..])),
        (Some(0..=13), Some(0..=59)) | (Some(14), Some(0))
    )
}

/// The value of decimal digits, at most four.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + u32::from(digit - b'0'))
    })
}
