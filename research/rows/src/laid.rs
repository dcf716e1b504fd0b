//! Rows laid down as they were read, and given again: whoever takes them sees no difference, and no file is parsed twice.
//!
//! A piece holds rows of one file: what parts its columns; how many columns are read, and where each stands among a row's fields
//! (0 nowhere, else its place and one); then each row: its line; eight times the count of its fields, four more when it stands
//! otherwise in the file than its fields say, and one to three more when it is refused: for too few fields, too many, a quote
//! that is open; how many are too many, if any; their lengths; their bytes; where it stands otherwise the length and the bytes
//! of the row as it stands there. Numbers are LEB128.

use std::path::Path;

use ::csv::ByteRecord;

use crate::{Cells, Error, Fault, NOWHERE, Record, Row, Take, give, heading};

impl Row<'_> {
    /// Lays the row behind others of its file, in a piece that began empty.
    pub fn lay(&self, to: &mut Vec<u8>) {
        match &self.cells {
            Cells::Record(record) => {
                head(to, record.separator, record.places);
                self.begin(to, record.fields.len(), record.raw.is_some());
                let fields = || record.fields.iter();
                fields().for_each(|field| put(to, field.len() as u64));
                to.extend_from_slice(record.fields.as_slice());
                if let Some(raw) = record.raw {
                    put(to, raw.len() as u64);
                    to.extend_from_slice(raw);
                }
            }
            Cells::Batch(batch) => {
                head(to, heading::SEPARATOR, batch.places);
                let mut raw = Vec::new();
                let quoted = batch.raw(&mut raw);
                self.begin(to, batch.columns.len(), quoted);
                let fields = || batch.columns.iter().map(|column| column.get(batch.row));
                fields().for_each(|field| put(to, field.len() as u64));
                fields().for_each(|field| to.extend_from_slice(field));
                if quoted {
                    put(to, raw.len() as u64);
                    to.extend_from_slice(&raw);
                }
            }
        }
    }

    fn begin(&self, to: &mut Vec<u8>, fields: usize, raw: bool) {
        put(to, self.line);
        let (fault, more) = match self.fault {
            Fault::None => (0, None),
            Fault::Short => (1, None),
            Fault::Long(more) => (2, Some(more)),
            Fault::Open => (3, None),
        };
        put(to, fields as u64 * 8 + u64::from(raw) * 4 + fault);
        more.into_iter().for_each(|more| put(to, more as u64));
    }
}

/// What a piece begins with, if this is its begin.
fn head(to: &mut Vec<u8>, separator: u8, places: &[usize]) {
    if to.is_empty() {
        to.push(separator);
        put(to, places.len() as u64);
        places.iter().for_each(|place| put(to, next(*place)));
    }
}

/// Gives the rows of a piece of this file, in the order in which they were laid down.
///
/// # Errors
/// [`Error::Form`] when the piece is none; those of `take`.
pub fn replay<T: Take>(path: &Path, piece: &[u8], take: &mut T) -> Result<(), T::Error> {
    let none = || Error::form(path, 0, "it holds no rows; start the import again");
    let mut left = piece;
    let separator = *left.split_off_first().ok_or_else(none)?;
    let places = numbers(&mut left).ok_or_else(none)?;
    let places: Vec<usize> = places
        .into_iter()
        .map(|place| place.checked_sub(1).unwrap_or(NOWHERE))
        .collect();
    let mut record = ByteRecord::new();
    let mut lengths = Vec::new();
    while !left.is_empty() {
        record.clear();
        let laid = row(&mut left, &mut record, &mut lengths).ok_or_else(none)?;
        let row = Row {
            cells: Cells::Record(Record {
                fields: &record,
                places: &places,
                separator,
                raw: laid.raw,
            }),
            fault: laid.fault,
            line: laid.line,
        };
        give(&row, take)?;
    }
    Ok(())
}

/// A row without its fields.
struct Laid<'a> {
    line: u64,
    fault: Fault,
    raw: Option<&'a [u8]>,
}

/// The next row.
fn row<'a>(left: &mut &'a [u8], to: &mut ByteRecord, lengths: &mut Vec<usize>) -> Option<Laid<'a>> {
    let line = number(left)?;
    let form = number(left)?;
    let fault = match form % 4 {
        0 => Fault::None,
        1 => Fault::Short,
        2 => Fault::Long(size(left)?),
        _ => Fault::Open,
    };
    lengths.clear();
    for _ in 0..form / 8 {
        lengths.push(size(left)?);
    }
    for length in lengths {
        to.push_field(left.split_off(..*length)?);
    }
    let raw = if form & 4 == 0 {
        None
    } else {
        let length = size(left)?;
        Some(left.split_off(..length)?)
    };
    Some(Laid { line, fault, raw })
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
