//! Rows of a Parquet file, as the text that a CSV would have: of the columns that are read alone, or of all where rows are asked for raw.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use parquet::basic::{ConvertedType, LogicalType};
use parquet::column::reader::ColumnReader;
use parquet::errors::ParquetError;
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::schema::types::SchemaDescriptor;

use crate::damage::{self, Ending};
use crate::{
    Batch, Columns, Error, Fault, Header, NOWHERE, Row, Take, give, places, write_day,
    write_instant,
};

/// Rows that are held at once.
const ROWS: usize = 8192;

/// Some rows of one column.
#[derive(Default)]
pub(crate) struct Cells {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Cells {
    pub(crate) fn get(&self, row: usize) -> &[u8] {
        let Some(end) = self.ends.get(row) else {
            return &[];
        };
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..*end]
    }

    fn end(&mut self) {
        self.ends.push(self.bytes.len());
    }
}

/// How a column's numbers are meant.
#[derive(Clone, Copy)]
enum Meaning {
    Plain,
    Days,
    /// So many of these are a day.
    Ticks(i64),
    /// So many decimals.
    Scaled(u32),
}

/// Does something with the file; damages are refused.
fn sound<R>(path: &Path, what: impl FnOnce() -> parquet::errors::Result<R>) -> Result<R, Error> {
    damage::sound(what).map_err(|why| {
        let why = format!(
            "it is no readable Parquet file ({why}); bring it again, then start the import again"
        );
        Error::form(path, 0, why)
    })
}

fn open(path: &Path) -> Result<SerializedFileReader<Ending>, Error> {
    let file = File::open(path).map_err(|source| Error::file("read", path, source))?;
    sound(path, || SerializedFileReader::new(Ending(file)))
}

fn named(schema: &SchemaDescriptor) -> Vec<String> {
    let columns = schema.columns().iter();
    columns.map(|column| column.name().to_owned()).collect()
}

/// The names of all columns.
pub(crate) fn names(path: &Path) -> Result<Vec<String>, Error> {
    let reader = open(path)?;
    Ok(named(&reader.metadata().file_metadata().schema_descr_ptr()))
}

pub(crate) fn read<T: Take>(
    path: &Path,
    columns: &Columns<'_>,
    take: &mut T,
) -> Result<Header, T::Error> {
    let reader = open(path)?;
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let names = named(&schema);
    let (places, mut header) = places(path, columns, &names)?;
    // Of columns that nobody asks for nothing is decoded.
    let read: Vec<usize> = (0..names.len())
        .filter(|place| columns.raw || places.contains(place))
        .collect();
    let places: Vec<usize> = places
        .iter()
        .map(|place| read.binary_search(place).unwrap_or(NOWHERE))
        .collect();
    for place in &read {
        if schema.column(*place).max_rep_level() > 0 {
            let why = format!(
                "its column `{}` holds lists; write it without, or as text, then start the import again",
                names[*place]
            );
            return Err(Error::form(path, 0, why).into());
        }
    }
    for group in 0..reader.num_row_groups() {
        let group = sound(path, || reader.get_row_group(group))?;
        let mut readers = Vec::new();
        for place in &read {
            let column = schema.column(*place);
            let reader = sound(path, || group.get_column_reader(*place))?;
            readers.push((reader, meaning(&column), column.max_def_level()));
        }
        let mut left = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        while left > 0 {
            let rows = left.min(ROWS);
            let mut columns = Vec::with_capacity(readers.len());
            for (reader, meaning, level) in &mut readers {
                let cells = sound(path, || cells(reader, rows, (*meaning, *level)))?;
                columns.push(cells);
            }
            for row in 0..rows {
                header.rows += 1;
                let row = Row {
                    cells: crate::Cells::Batch(Batch {
                        columns: &columns,
                        places: &places,
                        row,
                    }),
                    fault: Fault::None,
                    line: header.rows,
                };
                give(&row, take)?;
            }
            left -= rows;
        }
    }
    Ok(header)
}

/// How many rows the footer says that there are; none when it can't be read.
pub(crate) fn count(path: &Path) -> Option<u64> {
    let reader = open(path).ok()?;
    u64::try_from(reader.metadata().file_metadata().num_rows()).ok()
}

fn meaning(column: &parquet::schema::types::ColumnDescriptor) -> Meaning {
    match (column.logical_type_ref(), column.converted_type()) {
        (Some(LogicalType::Date), _) | (_, ConvertedType::DATE) => Meaning::Days,
        (_, ConvertedType::TIMESTAMP_MILLIS) => Meaning::Ticks(86_400_000),
        (_, ConvertedType::TIMESTAMP_MICROS) => Meaning::Ticks(86_400_000_000),
        (Some(LogicalType::Timestamp(_)), _) => Meaning::Ticks(86_400_000_000_000),
        (Some(LogicalType::Decimal { .. }), _) | (_, ConvertedType::DECIMAL) => {
            // As many as 128 bits have.
            let scale = u32::try_from(column.type_scale()).ok();
            let scale = scale.filter(|scale| *scale <= 38);
            scale.map_or(Meaning::Plain, Meaning::Scaled)
        }
        _ => Meaning::Plain,
    }
}

fn cut() -> ParquetError {
    ParquetError::EOF("it ends before its footer says".to_owned())
}

/// Reads some rows of a column.
fn cells(
    reader: &mut ColumnReader,
    rows: usize,
    (meaning, level): (Meaning, i16),
) -> parquet::errors::Result<Cells> {
    /// Reads values and lays each down; an absent one is an empty cell.
    macro_rules! lay {
        ($reader:expr, |$to:ident, $value:ident| $put:expr) => {{
            let (mut levels, mut values) = (Vec::new(), Vec::new());
            let mut cells = Cells::default();
            let mut left = rows;
            while left > 0 {
                levels.clear();
                values.clear();
                let (read, present, _) =
                    $reader.read_records(left, Some(&mut levels), None, &mut values)?;
                if read == 0 {
                    return Err(cut());
                }
                let mut there = values.iter();
                for row in 0..read {
                    if present == read || levels[row] == level {
                        if let Some($value) = there.next() {
                            let $to = &mut cells.bytes;
                            $put;
                        }
                    }
                    cells.end();
                }
                left -= read;
            }
            Ok(cells)
        }};
    }
    match reader {
        ColumnReader::Int32ColumnReader(reader) => {
            lay!(reader, |to, value| number(to, i64::from(*value), meaning))
        }
        ColumnReader::Int64ColumnReader(reader) => {
            lay!(reader, |to, value| number(to, *value, meaning))
        }
        ColumnReader::DoubleColumnReader(reader) => lay!(reader, |to, value| write(to, value)),
        ColumnReader::FloatColumnReader(reader) => lay!(reader, |to, value| write(to, value)),
        ColumnReader::ByteArrayColumnReader(reader) => {
            lay!(reader, |to, value| match meaning {
                Meaning::Scaled(scale) => decimal(to, value.data(), scale),
                _ => to.extend_from_slice(value.data()),
            })
        }
        ColumnReader::FixedLenByteArrayColumnReader(reader) => {
            lay!(reader, |to, value| match meaning {
                Meaning::Scaled(scale) => decimal(to, value.data(), scale),
                _ => hex(to, value.data()),
            })
        }
        ColumnReader::Int96ColumnReader(reader) => {
            lay!(reader, |to, value| number(
                to,
                value.to_micros(),
                Meaning::Ticks(86_400_000_000)
            ))
        }
        ColumnReader::BoolColumnReader(reader) => lay!(reader, |to, value| to.push(if *value {
            b'1'
        } else {
            b'0'
        })),
    }
}

fn write(to: &mut Vec<u8>, value: &impl std::fmt::Display) {
    write!(to, "{value}").expect("a vector takes what is written to it");
}

fn number(to: &mut Vec<u8>, value: i64, meaning: Meaning) {
    match meaning {
        Meaning::Plain => write(to, &value),
        Meaning::Days => write_day(to, value),
        // Midnight is the day alone.
        Meaning::Ticks(day) if value.rem_euclid(day) == 0 => write_day(to, value.div_euclid(day)),
        Meaning::Ticks(day) => {
            let micros = i128::from(value) * 86_400_000_000 / i128::from(day);
            write_instant(to, i64::try_from(micros).unwrap_or(i64::MAX));
        }
        Meaning::Scaled(scale) => scaled(to, i128::from(value), scale),
    }
}

fn scaled(to: &mut Vec<u8>, value: i128, scale: u32) {
    if scale == 0 {
        return write(to, &value);
    }
    let one = 10u128.saturating_pow(scale);
    let sign = if value < 0 { "-" } else { "" };
    let (whole, part) = (value.unsigned_abs() / one, value.unsigned_abs() % one);
    let width = scale as usize;
    write(to, &format_args!("{sign}{whole}.{part:0width$}"));
}

/// A decimal in two's complement, the greatest byte first; digits of base 16 where it is greater than any amount.
fn decimal(to: &mut Vec<u8>, bytes: &[u8], scale: u32) {
    let Some(missing) = 16usize.checked_sub(bytes.len()) else {
        return hex(to, bytes);
    };
    let negative = bytes.first().is_some_and(|first| *first >= 0x80);
    let mut all = [if negative { 0xff } else { 0 }; 16];
    all[missing..].copy_from_slice(bytes);
    scaled(to, i128::from_be_bytes(all), scale);
}

fn hex(to: &mut Vec<u8>, bytes: &[u8]) {
    bytes
        .iter()
        .for_each(|byte| write(to, &format_args!("{byte:02x}")));
}
