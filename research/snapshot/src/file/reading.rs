//! A column read on and on.

use std::ops::Range;

use hygie_rows::damage::Ending;
use parquet::basic::{LogicalType, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::schema::types::ColumnDescPtr;

use crate::column::Values;

/// Values that are decoded in one turn: they stay in the processor's cache until they are where they belong.
const TURN: usize = 8_192;

/// A column of a file, and how far it was read.
pub(super) struct Reading {
    place: usize,
    column: ColumnDescPtr,
    /// The row group that is open, from its row `at` to its end.
    open: Option<ColumnReader>,
    group: usize,
    at: usize,
    end: usize,
}

impl Reading {
    pub(super) fn new(place: usize, column: ColumnDescPtr) -> Reading {
        Reading {
            place,
            column,
            open: None,
            group: 0,
            at: 0,
            end: 0,
        }
    }

    /// No values, of the column's kind.
    pub(super) fn none(&self) -> Values {
        let date = self.column.logical_type_ref() == Some(&LogicalType::Date);
        match self.column.physical_type() {
            Physical::INT32 if date => Values::Date(Vec::new()),
            Physical::INT32 => Values::Int(Vec::new()),
            Physical::INT64 => Values::Long(Vec::new()),
            Physical::DOUBLE => Values::Number(Vec::new()),
            Physical::BYTE_ARRAY => Values::Text {
                at: Vec::new(),
                words: Vec::new(),
            },
            _ => Values::Pseudonym(Vec::new()),
        }
    }

    /// Adds the values of these rows, which rise and lie behind what was read before. Words are those of these rows alone.
    pub(super) fn take(
        &mut self,
        file: &SerializedFileReader<Ending>,
        rows: &[Range<usize>],
        to: &mut Values,
    ) -> Result<()> {
        let mut texts = Vec::new();
        for range in rows {
            let mut next = range.start;
            while next < range.end {
                while self.end <= next {
                    self.forward(file)?;
                }
                let end = range.end.min(self.end);
                self.gather(next, end, to, &mut texts)?;
                (self.at, next) = (end, end);
            }
        }
        if let Values::Text { .. } = to {
            *to = words(&texts)?;
        }
        Ok(())
    }

    /// To the next row group.
    fn forward(&mut self, file: &SerializedFileReader<Ending>) -> Result<()> {
        if self.group == file.num_row_groups() {
            return Err(short());
        }
        let group = file.get_row_group(self.group)?;
        self.group += 1;
        self.at = self.end;
        self.end += usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        self.open = Some(group.get_column_reader(self.place)?);
        Ok(())
    }

    /// Rows of the open row group.
    fn gather(
        &mut self,
        next: usize,
        end: usize,
        to: &mut Values,
        texts: &mut Vec<Option<ByteArray>>,
    ) -> Result<()> {
        let rows = (next - self.at, end - next);
        let open = self.open.as_mut().ok_or_else(short)?;
        match (open, to) {
            (ColumnReader::Int32ColumnReader(open), Values::Int(to) | Values::Date(to)) => {
                gather(open, rows, |value| value.unwrap_or(Values::NO_INT), to)
            }
            (ColumnReader::Int64ColumnReader(open), Values::Long(to)) => {
                gather(open, rows, |value| value.unwrap_or(Values::NO_LONG), to)
            }
            (ColumnReader::DoubleColumnReader(open), Values::Number(to)) => {
                gather(open, rows, |value| value.unwrap_or(f64::NAN), to)
            }
            (ColumnReader::ByteArrayColumnReader(open), Values::Text { .. }) => {
                gather(open, rows, |value| value, texts)
            }
            (ColumnReader::FixedLenByteArrayColumnReader(open), Values::Pseudonym(to)) => {
                let mut part = Vec::new();
                gather(open, rows, |value| value, &mut part)?;
                for bytes in part.into_iter().flatten() {
                    let bytes = bytes.data().try_into();
                    to.push(bytes.map_err(|_| general("a pseudonym has 16 bytes"))?);
                }
                Ok(())
            }
            _ => Err(general("a column of a kind that snapshots do not have")),
        }
    }
}

fn general(why: &str) -> ParquetError {
    ParquetError::General(why.to_owned())
}

fn short() -> ParquetError {
    general("it ends before its footer says")
}

fn words(texts: &[Option<ByteArray>]) -> Result<Values> {
    let mut list = Vec::with_capacity(texts.len());
    for text in texts {
        list.push(match text {
            Some(text) => Some(text.as_utf8()?),
            None => None,
        });
    }
    Ok(Values::text(list))
}

/// Skips rows, then reads some; `wrap` makes of each value, or of none, what is kept.
fn gather<T: DataType, U>(
    reader: &mut ColumnReaderImpl<T>,
    (skipped, mut left): (usize, usize),
    wrap: impl Fn(Option<T::T>) -> U,
    to: &mut Vec<U>,
) -> Result<()> {
    if reader.skip_records(skipped)? < skipped {
        return Err(short());
    }
    let (mut levels, mut values) = (Vec::new(), Vec::new());
    to.reserve(left);
    while left > 0 {
        levels.clear();
        let turn = left.min(TURN);
        let (read, present, _) = reader.read_records(turn, Some(&mut levels), None, &mut values)?;
        if read == 0 {
            return Err(short());
        }
        let mut there = values.drain(..);
        if present == read {
            to.extend(there.map(|value| wrap(Some(value))));
        } else {
            let one = |level: &i16| wrap(if *level == 0 { None } else { there.next() });
            to.extend(levels.iter().map(one));
        }
        left -= read;
    }
    Ok(())
}
