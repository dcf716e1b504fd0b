//! A table as Parquet, with the CDM's types.

use std::fs::File;
use std::io::BufWriter;
use std::sync::Arc;

use hygie_snapshot::Values;
use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;

use crate::cdm::{CdmTable, Field, Kind};
use crate::cell::instant_micros;

/// zstd, as in snapshots.
const LEVEL: i32 = 3;

/// A Parquet file that takes rows, a row group each time.
pub(super) struct Sink {
    table: &'static CdmTable,
    writer: SerializedFileWriter<BufWriter<File>>,
}

impl Sink {
    pub(super) fn new(table: &'static CdmTable, file: BufWriter<File>) -> Result<Sink> {
        let fields = table.fields.iter().map(|field| of(table, field));
        let fields = fields.collect::<Result<Vec<_>>>()?;
        let schema = Type::group_type_builder(table.name)
            .with_fields(fields)
            .build()?;
        let level = ZstdLevel::try_new(LEVEL).expect("3 is a level of zstd");
        let properties = WriterProperties::builder()
            .set_created_by("hygie".to_owned())
            .set_compression(Compression::ZSTD(level));
        let writer =
            SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties.build()))?;
        Ok(Sink { table, writer })
    }

    pub(super) fn write(&mut self, columns: &[Values]) -> Result<()> {
        let mut group = self.writer.next_row_group()?;
        for (field, values) in self.table.fields.iter().zip(columns) {
            let mut to = group.next_column()?.expect("a column for each field");
            put(&mut to, field.kind, values)?;
            to.close()?;
        }
        group.close()?;
        Ok(())
    }

    pub(super) fn finish(self) -> Result<BufWriter<File>> {
        self.writer.into_inner()
    }
}

/// A field's column.
fn of(table: &CdmTable, field: &Field) -> Result<Arc<Type>> {
    let (physical, logical) = match field.kind {
        Kind::Integer if table.wide(field) => (Physical::INT64, None),
        Kind::Integer => (Physical::INT32, None),
        Kind::Float => (Physical::DOUBLE, None),
        Kind::Date => (Physical::INT32, Some(LogicalType::Date)),
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Instant => {
            let zoneless = LogicalType::timestamp(false, TimeUnit::MICROS);
            (Physical::INT64, Some(zoneless))
        }
    };
    let field = Type::primitive_type_builder(field.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build()?;
    Ok(Arc::new(field))
}

fn put(to: &mut SerializedColumnWriter<'_>, kind: Kind, values: &Values) -> Result<()> {
    match values {
        Values::Int(values) | Values::Date(values) => batch::<Int32Type>(
            to,
            values
                .iter()
                .map(|value| (*value != Values::NO_INT).then_some(*value)),
        ),
        Values::Long(values) => batch::<Int64Type>(
            to,
            values
                .iter()
                .map(|value| (*value != Values::NO_LONG).then_some(*value)),
        ),
        Values::Number(values) => batch::<DoubleType>(
            to,
            values
                .iter()
                .map(|value| (!value.is_nan()).then_some(*value)),
        ),
        Values::Text { at, words } if kind == Kind::Instant => {
            let words: Vec<Option<i64>> = words.iter().map(|word| instant_micros(word)).collect();
            let of = |at: &u32| words.get(*at as usize).copied().flatten();
            batch::<Int64Type>(to, at.iter().map(of))
        }
        Values::Text { at, words } => {
            let bytes = |word: &String| ByteArray::from(word.as_bytes().to_vec());
            let words: Vec<ByteArray> = words.iter().map(bytes).collect();
            let of = |at: &u32| words.get(*at as usize).cloned();
            batch::<ByteArrayType>(to, at.iter().map(of))
        }
        Values::Pseudonym(_) => unreachable!("no field of the CDM is a pseudonym"),
    }
}

/// Writes values; absent ones are left out, and said so by their level.
fn batch<T: DataType>(
    to: &mut SerializedColumnWriter<'_>,
    values: impl Iterator<Item = Option<T::T>>,
) -> Result<()> {
    let (mut there, mut levels) = (Vec::new(), Vec::new());
    for value in values {
        levels.push(i16::from(value.is_some()));
        there.extend(value);
    }
    to.typed::<T>().write_batch(&there, Some(&levels), None)?;
    Ok(())
}
