//! Rows of a Parquet file: the used columns alone are read, as the text that a CSV would have.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use parquet::basic::{ConvertedType, LogicalType};
use parquet::column::reader::ColumnReader;
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::SerializedFileReader;

use crate::{Columns, Error, Header, NOWHERE, Row, Take, give, places, write_day, write_instant};

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

pub(crate) fn read<T: Take>(
    path: &Path,
    columns: &Columns<'_>,
    take: &mut T,
) -> Result<Header, T::Error> {
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
    let (places, mut header) = places(path, columns, &names)?;
    let meanings: Vec<Meaning> = places
        .iter()
        .map(|place| match *place {
            NOWHERE => Meaning::Plain,
            place => meaning(&schema.column(place)),
        })
        .collect();
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group).map_err(failed)?;
        let mut readers = Vec::new();
        for place in &places {
            readers.push(match *place {
                NOWHERE => None,
                place => Some(group.get_column_reader(place).map_err(failed)?),
            });
        }
        let mut left = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        while left > 0 {
            let rows = left.min(ROWS);
            let mut columns = Vec::with_capacity(readers.len());
            for (reader, meaning) in readers.iter_mut().zip(&meanings) {
                // A column that is not there has cells that are empty.
                columns.push(match reader {
                    Some(reader) => cells(reader, rows, *meaning).map_err(failed)?,
                    None => Cells::default(),
                });
            }
            for row in 0..rows {
                header.rows += 1;
                let row = Row {
                    cells: crate::Cells::Batch(&columns, row),
                    whole: true,
                    line: header.rows,
                };
                give(&row, take)?;
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
            "a column is of a kind that imports do not have".to_owned(),
        )),
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
