//! A table's part read back: some columns, some rows.

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

use parquet::basic::{LogicalType, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::{ReadOptionsBuilder, SerializedFileReader};

use crate::Error;
use crate::column::{Table, Values};
use crate::postings::{KEY, Postings};

/// An open Parquet file.
pub(crate) struct Part {
    path: PathBuf,
    reader: SerializedFileReader<File>,
}

impl Part {
    /// Opens a file and reads its footer.
    pub(crate) fn open(path: &Path) -> Result<Part, Error> {
        let file = File::open(path).map_err(|source| Error::file("read", path, source))?;
        // With the pages' index whole pages are skipped unread.
        let options = ReadOptionsBuilder::new().with_page_index().build();
        let reader = SerializedFileReader::new_with_options(file, options)
            .map_err(|why| Error::parquet(path, &why))?;
        let path = path.to_owned();
        Ok(Part { path, reader })
    }

    /// How many rows.
    pub(crate) fn rows(&self) -> usize {
        usize::try_from(self.reader.metadata().file_metadata().num_rows()).unwrap_or(0)
    }

    /// The columns' names.
    pub(crate) fn columns(&self) -> Vec<String> {
        let schema = self.reader.metadata().file_metadata().schema_descr();
        schema
            .columns()
            .iter()
            .map(|column| column.name().to_owned())
            .collect()
    }

    /// Where each concept's rows stand, in a file that is ordered by concept.
    pub(crate) fn postings(&self) -> Result<Postings, Error> {
        let pairs = self.reader.metadata().file_metadata().key_value_metadata();
        let pair = pairs.into_iter().flatten().find(|pair| pair.key == KEY);
        pair.and_then(|pair| Postings::parse(pair.value.as_deref()?))
            .ok_or_else(|| Error::parquet(&self.path, &"it has no postings"))
    }

    /// These columns of these rows, which rise.
    pub(crate) fn read(&self, columns: &[&str], rows: &[Range<usize>]) -> Result<Table, Error> {
        let schema = self.reader.metadata().file_metadata().schema_descr_ptr();
        let mut table = Table::new();
        for name in columns {
            let place = schema
                .columns()
                .iter()
                .position(|column| column.name() == *name);
            let place = place.ok_or_else(|| {
                let there = self.columns().join(", ");
                Error::absent(
                    "column",
                    name,
                    format!("`{}` has {there}", self.path.display()),
                )
            })?;
            let values = self
                .column(place, rows)
                .map_err(|why| Error::parquet(&self.path, &why))?;
            table = table.with(name, values);
        }
        Ok(table)
    }

    fn column(&self, place: usize, rows: &[Range<usize>]) -> parquet::errors::Result<Values> {
        let schema = self.reader.metadata().file_metadata().schema_descr_ptr();
        let column = schema.column(place);
        let date = column.logical_type_ref() == Some(&LogicalType::Date);
        let mut values = match column.physical_type() {
            Physical::INT32 if date => Values::Date(Vec::new()),
            Physical::INT32 => Values::Int(Vec::new()),
            Physical::INT64 => Values::Long(Vec::new()),
            Physical::DOUBLE => Values::Number(Vec::new()),
            Physical::BYTE_ARRAY => Values::Text {
                at: Vec::new(),
                words: Vec::new(),
            },
            _ => Values::Pseudonym(Vec::new()),
        };
        let mut texts: Vec<Option<ByteArray>> = Vec::new();
        let mut first = 0usize;
        for group in 0..self.reader.num_row_groups() {
            let group = self.reader.get_row_group(group)?;
            let size = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
            let within = clip(rows, first, first + size);
            first += size;
            if within.is_empty() {
                continue;
            }
            let reader = group.get_column_reader(place)?;
            match (reader, &mut values) {
                (ColumnReader::Int32ColumnReader(reader), Values::Int(to) | Values::Date(to)) => {
                    gather(reader, &within, |value| value.unwrap_or(Values::NO_INT), to)?;
                }
                (ColumnReader::Int64ColumnReader(reader), Values::Long(to)) => {
                    gather(
                        reader,
                        &within,
                        |value| value.unwrap_or(Values::NO_LONG),
                        to,
                    )?;
                }
                (ColumnReader::DoubleColumnReader(reader), Values::Number(to)) => {
                    gather(reader, &within, |value| value.unwrap_or(f64::NAN), to)?;
                }
                (ColumnReader::ByteArrayColumnReader(reader), Values::Text { .. }) => {
                    gather(reader, &within, |value| value, &mut texts)?;
                }
                (ColumnReader::FixedLenByteArrayColumnReader(reader), Values::Pseudonym(to)) => {
                    let mut part = Vec::new();
                    gather(reader, &within, |value| value, &mut part)?;
                    for bytes in part.into_iter().flatten() {
                        to.push(
                            bytes
                                .data()
                                .try_into()
                                .map_err(|_| general("a pseudonym has 16 bytes"))?,
                        );
                    }
                }
                _ => return Err(general("a column of a kind that snapshots do not have")),
            }
        }
        if let Values::Text { .. } = values {
            values = words(&texts)?;
        }
        Ok(values)
    }
}

fn general(why: &str) -> parquet::errors::ParquetError {
    parquet::errors::ParquetError::General(why.to_owned())
}

fn words(texts: &[Option<ByteArray>]) -> parquet::errors::Result<Values> {
    let mut list = Vec::with_capacity(texts.len());
    for text in texts {
        list.push(match text {
            Some(text) => Some(text.as_utf8()?),
            None => None,
        });
    }
    Ok(Values::text(list))
}

/// The parts of `rows` within `first..end`, counted from `first`.
fn clip(rows: &[Range<usize>], first: usize, end: usize) -> Vec<Range<usize>> {
    let cut = |range: &Range<usize>| {
        let range = range.start.max(first)..range.end.min(end);
        (range.start < range.end).then(|| range.start - first..range.end - first)
    };
    rows.iter().filter_map(cut).collect()
}

/// Values that are decoded in one turn: they stay in the processor's cache until they are where they belong.
const TURN: usize = 8_192;

/// Reads rising ranges of rows; `wrap` makes of each value, or of none, what is kept.
fn gather<T: DataType, U>(
    mut reader: ColumnReaderImpl<T>,
    rows: &[Range<usize>],
    wrap: impl Fn(Option<T::T>) -> U,
    to: &mut Vec<U>,
) -> parquet::errors::Result<()> {
    let mut at = 0;
    let (mut levels, mut values) = (Vec::new(), Vec::new());
    to.reserve(rows.iter().map(Range::len).sum());
    for range in rows {
        at += reader.skip_records(range.start - at)?;
        let mut left = range.len();
        while left > 0 {
            levels.clear();
            let (read, present, _) =
                reader.read_records(left.min(TURN), Some(&mut levels), None, &mut values)?;
            if read == 0 {
                return Err(general("it ends before its footer says"));
            }
            let mut there = values.drain(..);
            if present == read {
                to.extend(there.map(|value| wrap(Some(value))));
            } else {
                let one = |level: &i16| wrap(if *level == 0 { None } else { there.next() });
                to.extend(levels.iter().map(one));
            }
            left -= read;
            at += read;
        }
    }
    Ok(())
}
