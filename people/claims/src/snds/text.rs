//! Numbers and dates as bytes: most of the time of a run would otherwise go into formatting them.

use crate::calendar::{Day, date};
use crate::snds::form::Days;

/// A whole number.
pub fn number(page: &mut Vec<u8>, value: u64) {
    let mut digits = [0; 20];
    let mut at = 20;
    let mut rest = value;
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    page.extend_from_slice(&digits[at..]);
}

/// A number of exactly `N` digits, zeros in front; more are cut.
pub fn padded<const N: usize>(page: &mut Vec<u8>, value: u64) {
    let mut digits = [b'0'; N];
    let mut rest = value;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    page.extend_from_slice(&digits);
}

/// Hundredths with two decimals.
pub fn hundredths(page: &mut Vec<u8>, value: i64, mark: u8) {
    if value < 0 {
        page.push(b'-');
    }
    let value = value.unsigned_abs();
    number(page, value / 100);
    page.push(mark);
    padded::<2>(page, value % 100);
}

/// A whole number with its sign.
pub fn signed(page: &mut Vec<u8>, value: i64) {
    if value < 0 {
        page.push(b'-');
    }
    number(page, value.unsigned_abs());
}

/// `YYYY-MM-DD`.
pub fn iso(day: Day) -> [u8; 10] {
    let (year, month, on) = date(day);
    let digit = |value: i32| b'0' + (value % 10) as u8;
    [
        digit(year / 1000),
        digit(year / 100),
        digit(year / 10),
        digit(year),
        b'-',
        digit(month / 10),
        digit(month),
        b'-',
        digit(on / 10),
        digit(on),
    ]
}

/// `DD/MM/YYYY`.
pub fn french(page: &mut Vec<u8>, day: Day) {
    let (year, month, on) = date(day);
    padded::<2>(page, on as u64);
    page.push(b'/');
    padded::<2>(page, month as u64);
    page.push(b'/');
    padded::<4>(page, year as u64);
}

/// `DDMMYYYY`, as the PMSI has it.
pub fn compact(page: &mut Vec<u8>, day: Day) {
    let (year, month, on) = date(day);
    padded::<2>(page, on as u64);
    padded::<2>(page, month as u64);
    padded::<4>(page, year as u64);
}

/// `DDMMMYYYY:00:00:00`, as SAS prints an instant.
pub fn sas(page: &mut Vec<u8>, day: Day) {
    const MONTHS: &[u8; 36] = b"JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
    let (year, month, on) = date(day);
    padded::<2>(page, on as u64);
    let at = 3 * (month as usize - 1);
    page.extend_from_slice(&MONTHS[at..at + 3]);
    padded::<4>(page, year as u64);
    page.extend_from_slice(b":00:00:00");
}

/// The days of a span, written once.
pub struct Dates {
    first: Day,
    width: usize,
    bytes: Vec<u8>,
}

impl Dates {
    /// Of `first..last`.
    pub fn new(days: Days, first: Day, last: Day) -> Self {
        let mut bytes = Vec::new();
        for day in first..last {
            match days {
                Days::Iso => bytes.extend_from_slice(&iso(day)),
                Days::French => french(&mut bytes, day),
                Days::Sas => sas(&mut bytes, day),
            }
        }
        let width = bytes.len() / (last - first).max(1) as usize;
        Self {
            first,
            width,
            bytes,
        }
    }

    /// A day of the span.
    pub fn of(&self, day: Day) -> &[u8] {
        &self.bytes[(day - self.first) as usize * self.width..][..self.width]
    }
}

#[cfg(test)]
mod tests;
