//! Rows on their way to columns: first as bytes, one behind the other, while they wait for their bucket; then each value in
//! its column.
//!
//! A row as bytes: its fields, each 0 for null, else one more than a whole number or a day (zigzag), than the length of a
//! text, which follows, or 1 before the 8 bytes of a number; numbers with 7 bits a byte, the lowest first (LEB128).

use std::collections::HashMap;

use hygie_snapshot::{Table, Values};

use crate::cdm::{CdmTable, Field, Kind};
use crate::cell::Cell;

/// What can be read of bytes that this crate wrote a moment ago, and that were sealed since if they were on disk.
const WHOLE: &str = "a row is read as it was written";

/// Writes a number.
pub(crate) fn put(to: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        to.push(number as u8 | 0x80);
        number >>= 7;
    }
    to.push(number as u8);
}

/// Reads a number, and leaves what follows it.
pub(crate) fn take(from: &mut &[u8]) -> u64 {
    let (mut number, mut shift) = (0, 0);
    loop {
        let (byte, rest) = from.split_first().expect(WHOLE);
        *from = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return number;
        }
        shift += 7;
    }
}

/// Writes a number that may be less than 0.
pub(crate) fn put_signed(to: &mut Vec<u8>, number: i64) {
    put(to, ((number << 1) ^ (number >> 63)).cast_unsigned());
}

/// Reads a number that may be less than 0.
pub(crate) fn take_signed(from: &mut &[u8]) -> i64 {
    unzigzag(take(from))
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

/// Writes 8 bytes of a number.
pub(crate) fn put_float(to: &mut Vec<u8>, number: f64) {
    to.extend_from_slice(&number.to_bits().to_le_bytes());
}

/// Reads 8 bytes of a number.
pub(crate) fn take_float(from: &mut &[u8]) -> f64 {
    let (bytes, rest) = from.split_first_chunk().expect(WHOLE);
    *from = rest;
    f64::from_bits(u64::from_le_bytes(*bytes))
}

/// The fields of a table that a snapshot holds.
pub(crate) struct Held {
    /// How the snapshot calls it, where it stands in the CDM's table, what it is, and whether it has 64 bits.
    fields: Vec<(&'static str, usize, Kind, bool)>,
}

impl Held {
    /// Those for which `held` has a name: mostly the CDM's own.
    pub(crate) fn new(
        table: &CdmTable,
        held: impl Fn(&'static Field) -> Option<&'static str>,
    ) -> Held {
        let fields = table.fields.iter().enumerate();
        let fields = fields.filter_map(|(place, field)| {
            held(field).map(|name| (name, place, field.kind, table.wide(field)))
        });
        Held {
            fields: fields.collect(),
        }
    }

    /// Writes a row, whose cells stand in the order of the CDM's fields. Answers its bytes of text.
    pub(crate) fn put(&self, to: &mut Vec<u8>, cells: &[Cell]) -> u64 {
        let mut texts = 0;
        for (_, place, ..) in &self.fields {
            match &cells[*place] {
                Cell::Null => to.push(0),
                Cell::Whole(value) => put_whole(to, *value),
                Cell::Day(day) => put_whole(to, i64::from(*day)),
                Cell::Number(value) => {
                    to.push(1);
                    put_float(to, *value);
                }
                Cell::Text(text) => {
                    put(to, text.len() as u64 + 1);
                    to.extend_from_slice(text.as_bytes());
                    texts += text.len() as u64;
                }
            }
        }
        texts
    }

    /// Passes over the row that comes next.
    pub(crate) fn skip(&self, from: &mut &[u8]) {
        for (_, _, kind, _) in &self.fields {
            let value = take(from);
            let more = match kind {
                Kind::Integer | Kind::Date => 0,
                Kind::Float => 8 * value.min(1),
                Kind::Text | Kind::Instant => value.saturating_sub(1),
            };
            let (_, rest) = from.split_at(usize::try_from(more).expect(WHOLE));
            *from = rest;
        }
    }

    /// Columns without rows.
    pub(crate) fn columns(&self) -> Columns {
        let columns = self.fields.iter().map(|(name, _, kind, wide)| {
            let growing = Growing::of(*kind, *wide);
            (*name, growing)
        });
        Columns {
            columns: columns.collect(),
        }
    }

    /// Bytes that a row takes in columns, texts apart.
    pub(crate) fn width(&self) -> u64 {
        let width = |(_, _, kind, wide): &(_, _, Kind, bool)| match kind {
            Kind::Float => 8,
            Kind::Integer if *wide => 8,
            _ => 4,
        };
        self.fields.iter().map(width).sum()
    }
}

/// A whole number that is not the least one, which stands for none.
fn put_whole(to: &mut Vec<u8>, value: i64) {
    put(to, ((value << 1) ^ (value >> 63)).cast_unsigned() + 1);
}

/// A column that grows.
enum Growing {
    Int(Vec<i32>),
    Date(Vec<i32>),
    Long(Vec<i64>),
    Number(Vec<f64>),
    Text {
        at: Vec<u32>,
        words: Vec<String>,
        places: HashMap<String, u32>,
    },
}

impl Growing {
    fn of(kind: Kind, wide: bool) -> Growing {
        match kind {
            Kind::Integer if wide => Growing::Long(Vec::new()),
            Kind::Integer => Growing::Int(Vec::new()),
            Kind::Date => Growing::Date(Vec::new()),
            Kind::Float => Growing::Number(Vec::new()),
            // Research asks for days; a time of day is kept as text, for whom a CDM is written.
            Kind::Text | Kind::Instant => Growing::Text {
                at: Vec::new(),
                words: Vec::new(),
                places: HashMap::new(),
            },
        }
    }

    /// Adds the value that comes next.
    fn take(&mut self, from: &mut &[u8]) {
        let one_more = take(from);
        let Some(value) = one_more.checked_sub(1) else {
            return self.null();
        };
        match self {
            Growing::Int(to) | Growing::Date(to) => {
                let value = i32::try_from(unzigzag(value));
                to.push(value.expect("a field of 32 bits was read as one"));
            }
            Growing::Long(to) => to.push(unzigzag(value)),
            Growing::Number(to) => to.push(take_float(from)),
            Growing::Text { at, words, places } => {
                let length = usize::try_from(value).expect(WHOLE);
                let (text, rest) = from.split_at(length);
                *from = rest;
                let text = std::str::from_utf8(text).expect(WHOLE);
                let place = places.get(text).copied().unwrap_or_else(|| {
                    let place = u32::try_from(words.len()).expect("fewer than 2^32 words");
                    words.push(text.to_owned());
                    places.insert(text.to_owned(), place);
                    place
                });
                at.push(place);
            }
        }
    }

    fn null(&mut self) {
        match self {
            Growing::Int(to) | Growing::Date(to) => to.push(Values::NO_INT),
            Growing::Long(to) => to.push(Values::NO_LONG),
            Growing::Number(to) => to.push(f64::NAN),
            Growing::Text { at, .. } => at.push(Values::NO_WORD),
        }
    }

    fn values(self) -> Values {
        match self {
            Growing::Int(values) => Values::Int(values),
            Growing::Date(values) => Values::Date(values),
            Growing::Long(values) => Values::Long(values),
            Growing::Number(values) => Values::Number(values),
            Growing::Text { at, words, .. } => Values::Text { at, words },
        }
    }
}

/// Rows of a bucket, or of a table that is about nobody.
pub(crate) struct Columns {
    columns: Vec<(&'static str, Growing)>,
}

impl Columns {
    /// Adds the row that comes next.
    pub(crate) fn take(&mut self, from: &mut &[u8]) {
        for (_, column) in &mut self.columns {
            column.take(from);
        }
    }

    /// What has grown.
    pub(crate) fn table(self) -> Table {
        let with =
            |table: Table, (name, column): (&str, Growing)| table.with(name, column.values());
        self.columns.into_iter().fold(Table::new(), with)
    }
}

#[cfg(test)]
mod tests;
