//! Tables as the SNDS hands them out: separators, encodings, dates of several kinds.

use std::path::{Path, PathBuf};

use csv::StringRecord;

use super::Error;
use super::rows::Day;

/// A small table, read whole: nomenclatures are some megabytes at most.
pub struct Table {
    path: PathBuf,
    header: Vec<String>,
    /// Its rows; those that have not as many cells as the header are `None`.
    pub rows: Vec<Option<StringRecord>>,
}

impl Table {
    /// Reads a file: UTF-8, or Windows-1252 where it is not; separator `;`, `,`, `|` or tab, whichever the header has most of.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let bytes = std::fs::read(path).map_err(Error::io(path))?;
        let text = decode(&bytes);
        let first = text.lines().next().unwrap_or_default();
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator(first))
            .flexible(true)
            .from_reader(text.as_bytes());
        let broken = |error: csv::Error| Error::Line {
            path: path.to_owned(),
            line: error.position().map_or(1, csv::Position::line),
            why: "it is no line of a table",
        };
        let header = reader
            .headers()
            .map_err(broken)?
            .iter()
            .map(|name| name.trim().to_owned());
        let header: Vec<String> = header.collect();
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(broken)?;
            rows.push((record.len() == header.len()).then_some(record));
        }
        Ok(Self {
            path: path.to_owned(),
            header,
            rows,
        })
    }

    /// Where a column stands, by its name whatever its capitals.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.header
            .iter()
            .position(|column| column.eq_ignore_ascii_case(name))
    }

    /// Where a column stands that must be there.
    pub fn need(&self, name: &'static str) -> Result<usize, Error> {
        self.find(name).ok_or_else(|| Error::Column {
            path: self.path.clone(),
            column: name,
        })
    }
}

fn separator(header: &str) -> u8 {
    let counts = [b';', b',', b'|', b'\t'].map(|mark| {
        let count = header.bytes().filter(|&byte| byte == mark).count();
        (count, mark)
    });
    // Of equals the first: a header of one column has none of them.
    counts
        .into_iter()
        .rev()
        .max_by_key(|(count, _)| *count)
        .map_or(b';', |(_, mark)| mark)
}

/// UTF-8, with or without its mark, or else Windows-1252.
pub fn decode(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&byte| windows_1252(byte)).collect(),
    }
}

/// A byte of Windows-1252 (WHATWG Encoding, index windows-1252; the five that it leaves open are control characters).
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// A day: `DD/MM/YYYY`, `YYYY-MM-DD`, `YYYYMMDD`, or SAS's `DDMMMYYYY` with or without a time behind.
pub fn day(text: &str) -> Option<Day> {
    let text = text.trim();
    let text = text
        .get(..10)
        .filter(|_| text.as_bytes().get(10) == Some(&b' '))
        .unwrap_or(text);
    if !text.is_ascii() {
        return None;
    }
    let number = |range: std::ops::Range<usize>| -> Option<i32> {
        let digits = text.get(range)?;
        digits
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| digits.parse().ok())?
    };
    let bytes = text.as_bytes();
    let (year, month, day) = match text.len() {
        10 if bytes[2] == b'/' && bytes[5] == b'/' => {
            (number(6..10)?, number(3..5)?, number(0..2)?)
        }
        10 if bytes[4] == b'-' && bytes[7] == b'-' => {
            (number(0..4)?, number(5..7)?, number(8..10)?)
        }
        8 => (number(0..4)?, number(4..6)?, number(6..8)?),
        9.. if bytes.get(9).is_none_or(|&byte| byte == b':') => {
            (number(5..9)?, month(text.get(2..5)?)?, number(0..2)?)
        }
        _ => return None,
    };
    civil(year, month, day)
}

fn month(name: &str) -> Option<i32> {
    const NAMES: [&str; 12] = [
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ];
    let at = NAMES
        .iter()
        .position(|known| known.eq_ignore_ascii_case(name))?;
    i32::try_from(at + 1).ok()
}

/// Days since 1970-01-01 of a day of the Gregorian calendar (H. Hinnant, "chrono-compatible low-level date algorithms").
fn civil(year: i32, month: i32, day: i32) -> Option<Day> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + i32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=last).contains(&day) || !(1..=9999).contains(&year) {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let of_era = shifted.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// A name on one line, at most 255 characters (CONCEPT's width); none of an empty cell.
pub fn name(cell: &str) -> Option<String> {
    let words: Vec<&str> = cell.split_whitespace().collect();
    let name: String = words.join(" ").chars().take(255).collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests;
