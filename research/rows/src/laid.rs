//! Rows laid down as they were read, and given again: whoever takes them sees no difference, and no file is parsed twice.
//!
//! A piece holds rows of one file: how many columns are read, and where each stands among a row's fields (0 nowhere, else
//! its place and one); then each row: its line; twice the count of its fields, and one more when it is refused; their
//! lengths; their bytes. Numbers are LEB128.

use std::path::Path;

use ::csv::ByteRecord;

use crate::{Cells, Error, NOWHERE, Row, Take, give};

impl Row<'_> {
    /// Lays the row behind others of its file, in a piece that began empty.
    pub fn lay(&self, to: &mut Vec<u8>) {
        let begins = to.is_empty();
        match &self.cells {
            Cells::Record(record, places) => {
                if begins {
                    put(to, places.len() as u64);
                    places.iter().for_each(|place| put(to, next(*place)));
                }
                self.begin(to, record.len());
                record.iter().for_each(|field| put(to, field.len() as u64));
                to.extend_from_slice(record.as_slice());
            }
            Cells::Batch(columns, row) => {
                if begins {
                    put(to, columns.len() as u64);
                    (1..=columns.len() as u64).for_each(|place| put(to, place));
                }
                self.begin(to, columns.len());
                let fields = || columns.iter().map(|column| column.get(*row));
                fields().for_each(|field| put(to, field.len() as u64));
                fields().for_each(|field| to.extend_from_slice(field));
            }
        }
    }

    fn begin(&self, to: &mut Vec<u8>, fields: usize) {
        put(to, self.line);
        put(to, fields as u64 * 2 + u64::from(!self.whole));
    }
}

/// Gives the rows of a piece of this file, in the order in which they were laid down.
///
/// # Errors
/// [`Error::Form`] when the piece is none; those of `take`.
pub fn replay<T: Take>(path: &Path, piece: &[u8], take: &mut T) -> Result<(), T::Error> {
    let none = || Error::form(path, 0, "it holds no rows; start the import again");
    let mut left = piece;
    let places = numbers(&mut left).ok_or_else(none)?;
    let places: Vec<usize> = places
        .into_iter()
        .map(|place| place.checked_sub(1).unwrap_or(NOWHERE))
        .collect();
    let mut record = ByteRecord::new();
    let mut lengths = Vec::new();
    while !left.is_empty() {
        record.clear();
        let (line, whole) = row(&mut left, &mut record, &mut lengths).ok_or_else(none)?;
        let row = Row {
            cells: Cells::Record(&record, &places),
            whole,
            line,
        };
        give(&row, take)?;
    }
    Ok(())
}

/// The next row: its line, and whether it is whole.
fn row(left: &mut &[u8], to: &mut ByteRecord, lengths: &mut Vec<usize>) -> Option<(u64, bool)> {
    let line = number(left)?;
    let form = number(left)?;
    lengths.clear();
    for _ in 0..form / 2 {
        lengths.push(size(left)?);
    }
    for length in lengths {
        to.push_field(left.split_off(..*length)?);
    }
    Some((line, form % 2 == 0))
}

/// Numbers, by their count.
fn numbers(left: &mut &[u8]) -> Option<Vec<usize>> {
    let mut list = Vec::new();
    for _ in 0..number(left)? {
        list.push(size(left)?);
    }
    Some(list)
}

fn next(place: usize) -> u64 {
    if place == NOWHERE {
        0
    } else {
        place as u64 + 1
    }
}

fn put(to: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        to.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    to.push(number.to_le_bytes()[0]);
}

fn size(left: &mut &[u8]) -> Option<usize> {
    usize::try_from(number(left)?).ok()
}

fn number(left: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let byte = *left.split_off_first()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests;
