//! A table's part as a Parquet file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};
use parquet::basic::{
    Compression, ConvertedType, Encoding, LogicalType, Repetition, Type as Physical, ZstdLevel,
};
use parquet::data_type::{
    ByteArray, ByteArrayType, DataType, DoubleType, FixedLenByteArray, FixedLenByteArrayType,
    Int32Type, Int64Type,
};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{ColumnPath, Type};

use crate::Error;
use crate::column::{Column, Table, Values};
use crate::folder::create;
use crate::postings::{self, Postings};

/// Rows of a page: what a reader skips or reads together.
const PAGE_ROWS: usize = 16_384;
/// Rows of a row group. A bucket's file has few of them, so that dictionaries are shared.
const GROUP_ROWS: usize = 1 << 20;
/// zstd: 3 is a tenth smaller than 1 and nearly as quick.
const LEVEL: i32 = 3;

/// How a column is laid down.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lay {
    /// Different values once, then their places.
    Dictionary,
    /// Differences: for what rises.
    Delta,
}

/// Writes a table's part and answers its size, hash and rows. The file is durable.
pub(crate) fn write(
    path: &Path,
    table: &Table,
    lay: impl Fn(&str) -> Lay,
    postings: Option<&Postings>,
) -> Result<(u64, String), Error> {
    let failed = |why| unwritten(path, why);
    let file = create(path).map_err(|source| Error::file("write", path, source))?;
    let sink = Sink {
        file: BufWriter::new(file),
        hash: Context::new(&SHA256),
        bytes: 0,
    };
    let schema = schema(table).map_err(failed)?;
    let properties = properties(table, lay, postings);
    let mut writer =
        SerializedFileWriter::new(sink, schema, Arc::new(properties)).map_err(failed)?;
    let rows = table.rows();
    let mut first = 0;
    while first < rows || (rows == 0 && first == 0) {
        let end = rows.min(first + GROUP_ROWS);
        let mut group = writer.next_row_group().map_err(failed)?;
        for column in table.columns() {
            let mut to = group
                .next_column()
                .map_err(failed)?
                .expect("the schema has as many columns as the table");
            put(&mut to, &column.values, first, end).map_err(failed)?;
            to.close().map_err(failed)?;
        }
        group.close().map_err(failed)?;
        first = end;
        if rows == 0 {
            break;
        }
    }
    let sink = writer.into_inner().map_err(failed)?;
    sink.finish()
        .map_err(|source| Error::file("write", path, source))
}

/// What the file system said comes wrapped.
fn unwritten(path: &Path, why: parquet::errors::ParquetError) -> Error {
    match why {
        parquet::errors::ParquetError::External(source) => match source.downcast() {
            Ok(source) => Error::file("write", path, *source),
            Err(why) => Error::parquet(path, &why),
        },
        why => Error::parquet(path, &why),
    }
}

fn properties(
    table: &Table,
    lay: impl Fn(&str) -> Lay,
    postings: Option<&Postings>,
) -> WriterProperties {
    let level = ZstdLevel::try_new(LEVEL).expect("3 is a level of zstd");
    let mut properties = WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_1_0)
        .set_created_by("hygie".to_owned())
        .set_compression(Compression::ZSTD(level))
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_write_batch_size(PAGE_ROWS)
        .set_dictionary_page_size_limit(4 << 20)
        .set_max_row_group_row_count(Some(GROUP_ROWS));
    for column in table.columns() {
        let path = ColumnPath::from(column.name.as_str());
        if !shrinks(&column.values) {
            properties = properties.set_column_compression(path.clone(), Compression::UNCOMPRESSED);
        }
        if lay(&column.name) == Lay::Delta {
            properties = properties
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
        }
    }
    if let Some(postings) = postings {
        let pair = KeyValue::new(postings::KEY.to_owned(), postings.print());
        properties = properties.set_key_value_metadata(Some(vec![pair]));
    }
    properties.build()
}

/// Whether zstd makes a column smaller. Days as places in a list of days, and pseudonyms, it leaves as large as they were
/// (within a thousandth, of a nation), and makes readers wait: for what it undoes, and for its memory, which they make anew for each
/// column of each file.
fn shrinks(values: &Values) -> bool {
    !matches!(values, Values::Date(_) | Values::Pseudonym(_))
}

fn schema(table: &Table) -> Result<Arc<Type>, parquet::errors::ParquetError> {
    let mut fields = Vec::new();
    for Column { name, values } in table.columns() {
        let (physical, logical, length) = match values {
            Values::Int(_) => (Physical::INT32, None, -1),
            Values::Date(_) => (Physical::INT32, Some(LogicalType::Date), -1),
            Values::Long(_) => (Physical::INT64, None, -1),
            Values::Number(_) => (Physical::DOUBLE, None, -1),
            Values::Text { .. } => (Physical::BYTE_ARRAY, Some(LogicalType::String), -1),
            Values::Pseudonym(_) => (Physical::FIXED_LEN_BYTE_ARRAY, None, 16),
        };
        // Where nothing is absent no reader need look whether something is.
        let required = !values.has_null();
        let repetition = if required {
            Repetition::REQUIRED
        } else {
            Repetition::OPTIONAL
        };
        let field = Type::primitive_type_builder(name, physical)
            .with_repetition(repetition)
            .with_logical_type(logical)
            .with_converted_type(ConvertedType::NONE)
            .with_length(length)
            .build()?;
        fields.push(Arc::new(field));
    }
    Ok(Arc::new(
        Type::group_type_builder("schema")
            .with_fields(fields)
            .build()?,
    ))
}

/// Writes rows `first..end`. Absent values are left out, and said so by their level.
fn put(
    to: &mut SerializedColumnWriter<'_>,
    values: &Values,
    first: usize,
    end: usize,
) -> Result<(), parquet::errors::ParquetError> {
    match values {
        Values::Int(values) | Values::Date(values) => {
            let is = |value| value != Values::NO_INT;
            batch::<Int32Type>(to, &values[first..end], is)
        }
        Values::Long(values) => {
            let is = |value| value != Values::NO_LONG;
            batch::<Int64Type>(to, &values[first..end], is)
        }
        Values::Number(values) => {
            let is = |value: f64| !value.is_nan();
            batch::<DoubleType>(to, &values[first..end], is)
        }
        Values::Text { at, words } => {
            let words: Vec<ByteArray> = words
                .iter()
                .map(|word| ByteArray::from(word.as_bytes().to_vec()))
                .collect();
            let (_, levels) = present(&at[first..end], |place| place != Values::NO_WORD);
            let there = at[first..end]
                .iter()
                .filter(|place| **place != Values::NO_WORD);
            let texts: Vec<ByteArray> = there.map(|place| words[*place as usize].clone()).collect();
            lay::<ByteArrayType>(to, &texts, &levels)
        }
        Values::Pseudonym(values) => {
            let bytes = |value: &[u8; 16]| FixedLenByteArray::from(value.to_vec());
            let list: Vec<FixedLenByteArray> = values[first..end].iter().map(bytes).collect();
            lay::<FixedLenByteArrayType>(to, &list, &[])
        }
    }
}

fn batch<T: DataType>(
    to: &mut SerializedColumnWriter<'_>,
    values: &[T::T],
    is: impl Fn(T::T) -> bool,
) -> Result<(), parquet::errors::ParquetError>
where
    T::T: Copy,
{
    // Where the schema says that nothing is absent nothing is.
    if to.typed::<T>().get_descriptor().max_def_level() == 0 {
        return lay::<T>(to, values, &[]);
    }
    let (present, levels) = present(values, is);
    lay::<T>(to, &present, &levels)
}

/// Values that are there; the levels count only in a column where some may be absent.
fn lay<T: DataType>(
    to: &mut SerializedColumnWriter<'_>,
    values: &[T::T],
    levels: &[i16],
) -> Result<(), parquet::errors::ParquetError> {
    let writer = to.typed::<T>();
    let nullable = writer.get_descriptor().max_def_level() > 0;
    writer.write_batch(values, nullable.then_some(levels), None)?;
    Ok(())
}

/// The values that are there, and for each row whether it is.
fn present<T: Copy>(values: &[T], is: impl Fn(T) -> bool) -> (Vec<T>, Vec<i16>) {
    let levels: Vec<i16> = values.iter().map(|value| i16::from(is(*value))).collect();
    let mut there = Vec::with_capacity(levels.iter().map(|level| *level as usize).sum());
    there.extend(values.iter().copied().filter(|value| is(*value)));
    (there, levels)
}

/// A file that is hashed while it is written.
struct Sink {
    file: BufWriter<File>,
    hash: Context,
    bytes: u64,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

impl Sink {
    fn finish(mut self) -> std::io::Result<(u64, String)> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        Ok((self.bytes, print(self.hash)))
    }
}

fn print(hash: Context) -> String {
    hash.finish()
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
