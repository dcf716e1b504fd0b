//! Rows of a Parquet file: the used columns alone are read, as the text that a CSV would have.

use std::fs::File;
use std::io::Write as _;

use parquet::basic::{ConvertedType, LogicalType};
use parquet::column::reader::ColumnReader;
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::SerializedFileReader;

use super::{Header, Row, Take, places};
use crate::Error;
use crate::source::Source;

/// Rows that are held at once.
const ROWS: usize = 8192;

/// Some rows of one column.
#[derive(Default)]
pub(super) struct Cells {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Cells {
    pub(super) fn get(&self, row: usize) -> &[u8] {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[row]]
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

pub(super) fn read(source: &Source, take: &mut dyn Take) -> Result<Header, Error> {
    let path = &source.path;
    let failed = |why: parquet::errors::ParquetError| {
        let why = format!(
            "it is no readable Parquet file ({why}); bring it again, then start the import again"
        );
        Error::form(path, 0, why)
    };
    let file = File::open(path).map_err(|source| Error::file("read", path, source))?;
    let reader = SerializedFileReader::new(file).map_err(failed)?;
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let names: Vec<String> = schema
        .columns()
        .iter()
        .map(|column| column.name().to_owned())
        .collect();
    let (places, mut header) = places(path, source.layout, &names)?;
    let meanings: Vec<Meaning> = places
        .iter()
        .map(|place| meaning(&schema.column(*place)))
        .collect();
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group).map_err(failed)?;
        let mut readers = Vec::new();
        for place in &places {
            readers.push(group.get_column_reader(*place).map_err(failed)?);
        }
        let mut left = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        while left > 0 {
            let rows = left.min(ROWS);
            let mut columns = Vec::with_capacity(readers.len());
            for (reader, meaning) in readers.iter_mut().zip(&meanings) {
                columns.push(cells(reader, rows, *meaning).map_err(failed)?);
            }
            for row in 0..rows {
                header.rows += 1;
                take.take(&Row {
                    cells: super::Cells::Batch(&columns, row),
                    line: header.rows,
                })?;
            }
            left -= rows;
        }
    }
    Ok(header)
}

fn meaning(column: &parquet::schema::types::ColumnDescriptor) -> Meaning {
    match (column.logical_type_ref(), column.converted_type()) {
        (Some(LogicalType::Date), _) | (_, ConvertedType::DATE) => Meaning::Days,
        (_, ConvertedType::TIMESTAMP_MILLIS) => Meaning::Ticks(86_400_000),
        (_, ConvertedType::TIMESTAMP_MICROS) => Meaning::Ticks(86_400_000_000),
        (Some(LogicalType::Timestamp(_)), _) => Meaning::Ticks(86_400_000_000_000),
        (_, ConvertedType::DECIMAL) => {
            Meaning::Scaled(u32::try_from(column.type_scale()).unwrap_or(0))
        }
        _ => Meaning::Plain,
    }
}

/// Reads some rows of a column.
fn cells(
    reader: &mut ColumnReader,
    rows: usize,
    meaning: Meaning,
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
                    return Err(parquet::errors::ParquetError::EOF(
                        "it ends before its footer says".to_owned(),
                    ));
                }
                let mut there = values.iter();
                for row in 0..read {
                    if present == read || levels[row] > 0 {
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
            lay!(reader, |to, value| to.extend_from_slice(value.data()))
        }
        ColumnReader::BoolColumnReader(reader) => lay!(reader, |to, value| to.push(if *value {
            b'1'
        } else {
            b'0'
        })),
        _ => Err(parquet::errors::ParquetError::NYI(
            "a column is of a kind that claims do not have".to_owned(),
        )),
    }
}

fn write(to: &mut Vec<u8>, value: &impl std::fmt::Display) {
    write!(to, "{value}").expect("a vector takes what is written to it");
}

fn number(to: &mut Vec<u8>, value: i64, meaning: Meaning) {
    match meaning {
        Meaning::Plain => write(to, &value),
        Meaning::Days => date(to, value),
        Meaning::Ticks(day) => date(to, value.div_euclid(day)),
        Meaning::Scaled(0) => write(to, &value),
        Meaning::Scaled(scale) => {
            let one = 10i64.saturating_pow(scale);
            let sign = if value < 0 { "-" } else { "" };
            let (whole, part) = ((value / one).abs(), (value % one).abs());
            let width = scale as usize;
            write(to, &format_args!("{sign}{whole}.{part:0width$}"));
        }
    }
}

/// `2023-01-31` of days since 1970-01-01 (Howard Hinnant's algorithm, back).
pub(crate) fn date(to: &mut Vec<u8>, days: i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    write(to, &format_args!("{year:04}-{month:02}-{day:02}"));
}
