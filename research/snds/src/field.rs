//! A field of a row as a day, a whole number or an amount.
//!
//! Nothing is guessed: what is in none of the known forms is an error, and the row is rejected with it.

use hygie_rows::days;

/// The last year of a YYYYMMDD: later ones are days and months of a DDMMYYYY of no year.
const LAST: u32 = 2200;

/// A field that is not what its column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable;

/// A day: `2023-01-31`, `31/01/2023`, `31Jan2023` with or without `:12:00:00`, `31012023` or `20230131`. None for an empty
/// field, and for the first day of 1600, which stands for none in the SNDS; a year before 1601 is else no year of care.
///
/// Eight digits are DDMMYYYY, as the schemas publish `ENT_DAT` and `SOR_DAT` of `T_MCOaaC` (all others are of the form that
/// whoever extracts them chose), and YYYYMMDD where they would be of a year before 1600. Nothing reads both ways: YYYYMMDD has a
/// month where DDMMYYYY has its century, which is 16 or more.
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
        [_, _, _, _, _, _, _, _] if text.iter().all(u8::is_ascii_digit) => digits(text)?,
        [_, _, name @ .., _, _, _, _] if name.len() == 3 => {
            (number(&text[5..])?, month(name)?, number(&text[..2])?)
        }
        _ if text.len() > 9 && text[9] == b':' => return self::day(&text[..9]),
        _ => return Err(Unreadable),
    };
    let year = i32::try_from(year).map_err(|_| Unreadable)?;
    let days = days(year, month, day).ok_or(Unreadable)?;
    match (year, month, day) {
        (1600, 1, 1) => Ok(None),
        (..=1600, _, _) => Err(Unreadable),
        _ => Ok(Some(days)),
    }
}

/// Year, month and day of eight digits.
fn digits(text: &[u8]) -> Result<(u32, u32, u32), Unreadable> {
    let year = number(&text[4..])?;
    if year >= 1600 {
        return Ok((year, number(&text[2..4])?, number(&text[..2])?));
    }
    let year = number(&text[..4])?;
    if year > LAST {
        return Err(Unreadable);
    }
    Ok((year, number(&text[4..6])?, number(&text[6..])?))
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
