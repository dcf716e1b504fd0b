//! A field of a row as a day, a whole number or an amount.
//!
//! Nothing is guessed: what is in none of the known forms is an error, and the row is rejected with it.

use hygie_rows::days;

/// A field that is not what its column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable;

/// A day: `2023-01-31`, `31/01/2023`, `31012023`, `31Jan2023` with or without `:12:00:00`. None for an empty field, and
/// for the first day of 1600, which stands for none in the SNDS.
pub(crate) fn day(text: &[u8]) -> Result<Option<i32>, Unreadable> {
    if text.is_empty() {
        return Ok(None);
    }
    let (year, month, day) = match text {
        [_, _, _, _, b'-', _, _, b'-', _, _, rest @ ..] if time(rest) => (
            number(&text[..4])?,
            number(&text[5..7])?,
            number(&text[8..10])?,
        ),
        [_, _, b'/', _, _, b'/', _, _, _, _, rest @ ..] if time(rest) => (
            number(&text[6..10])?,
            number(&text[3..5])?,
            number(&text[..2])?,
        ),
        [_, _, _, _, _, _, _, _] if text.iter().all(u8::is_ascii_digit) => (
            number(&text[4..])?,
            number(&text[2..4])?,
            number(&text[..2])?,
        ),
        [_, _, name @ .., _, _, _, _] if name.len() == 3 => {
            (number(&text[5..])?, month(name)?, number(&text[..2])?)
        }
        _ if text.len() > 9 && text[9] == b':' => return self::day(&text[..9]),
        _ => return Err(Unreadable),
    };
    let year = i32::try_from(year).map_err(|_| Unreadable)?;
    let days = days(year, month, day).ok_or(Unreadable)?;
    Ok((year > 1600).then_some(days))
}

/// Nothing, or a time of day, which is left out.
fn time(rest: &[u8]) -> bool {
    matches!(rest, [] | [b' ' | b'T' | b':', ..])
}

fn month(name: &[u8]) -> Result<u32, Unreadable> {
    const NAMES: [&[u8; 3]; 12] = [
        b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov",
        b"dec",
    ];
    let found = NAMES
        .iter()
        .position(|known| name.eq_ignore_ascii_case(&known[..]));
    Ok(u32::try_from(found.ok_or(Unreadable)?).map_err(|_| Unreadable)? + 1)
}

fn number(digits: &[u8]) -> Result<u32, Unreadable> {
    let mut value = 0u32;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return Err(Unreadable);
        }
        value = value
            .checked_mul(10)
            .and_then(|value| value.checked_add(u32::from(digit - b'0')))
            .ok_or(Unreadable)?;
    }
    Ok(value)
}

/// The greatest amount, in cents: beyond it a double no longer tells them apart. Thousands of them can be summed.
const MOST: i64 = 1 << 53;

/// An amount in cents: `12`, `-12.5`, `12,50`; a third decimal and more are rounded, half away from zero. None when empty.
pub(crate) fn cents(text: &[u8]) -> Result<Option<i64>, Unreadable> {
    let Some((negative, whole, part)) = decimal(text)? else {
        return Ok(None);
    };
    let digit = |at: usize| part.get(at).map_or(0, |digit| i64::from(digit - b'0'));
    let part = digit(0) * 10 + digit(1) + i64::from(digit(2) >= 5);
    let cents = whole
        .checked_mul(100)
        .and_then(|cents| cents.checked_add(part))
        .filter(|cents| *cents <= MOST);
    let cents = cents.ok_or(Unreadable)?;
    Ok(Some(if negative { -cents } else { cents }))
}

/// A whole number: `3`, `-3`, `03`, and `3.0` as a wrongly typed column gives it. None when empty.
pub(crate) fn whole(text: &[u8]) -> Result<Option<i64>, Unreadable> {
    let Some((negative, whole, part)) = decimal(text)? else {
        return Ok(None);
    };
    if part.iter().any(|digit| *digit != b'0') {
        return Err(Unreadable);
    }
    Ok(Some(if negative { -whole } else { whole }))
}

/// Whether it is negative, its whole part, and its decimals.
type Decimal<'a> = (bool, i64, &'a [u8]);

fn decimal(text: &[u8]) -> Result<Option<Decimal<'_>>, Unreadable> {
    if text.is_empty() {
        return Ok(None);
    }
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let point = text.iter().position(|byte| matches!(byte, b'.' | b','));
    let (whole, part) = point.map_or((text, &[][..]), |at| (&text[..at], &text[at + 1..]));
    if (whole.is_empty() && part.is_empty()) || !part.iter().all(u8::is_ascii_digit) {
        return Err(Unreadable);
    }
    let mut value = 0i64;
    for digit in whole {
        if !digit.is_ascii_digit() {
            return Err(Unreadable);
        }
        value = value
            .checked_mul(10)
            .and_then(|value| value.checked_add(i64::from(digit - b'0')))
            .ok_or(Unreadable)?;
    }
    Ok(Some((negative, value, part)))
}

#[cfg(test)]
mod tests;
