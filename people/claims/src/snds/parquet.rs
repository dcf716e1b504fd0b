//! A table as Parquet: the CSV file is read once more and replaced, so that both hold the same rows.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression, ConvertedType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use crate::snds::form::Form;
use crate::snds::write::Failure;

/// Rows that are held in memory, and make a row group.
const GROUP: usize = 100_000;

/// Replaces `stem.csv` by `stem.parquet`: every column a string, an empty cell a null.
pub fn replace(form: &Form, csv: &Path) -> Result<(), Failure> {
    let target = csv.with_extension("parquet");
    let failed = |error: parquet::errors::ParquetError| Failure::Parquet {
        path: target.clone(),
        error: error.to_string(),
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(form.separator)
        .from_path(csv)
        .map_err(|error| again(csv, &error))?;
    let columns = reader.byte_headers().map_err(|error| again(csv, &error))?;
    let columns: Vec<String> = columns
        .iter()
        .map(|cell| String::from_utf8_lossy(cell).into_owned())
        .collect();
    let fields = columns.iter().map(|column| {
        let field = Type::primitive_type_builder(column, Physical::BYTE_ARRAY)
            .with_repetition(Repetition::OPTIONAL)
            .with_converted_type(ConvertedType::UTF8);
        field.build().map(Arc::new)
    });
    let fields = fields.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    let schema = Type::group_type_builder("table")
        .with_fields(fields)
        .build()
        .map_err(failed)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .build();
    let file = File::create_new(&target).map_err(|error| Failure::at(&target, &error))?;
    let mut writer =
        SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties)).map_err(failed)?;
    let mut group = Group::new(columns.len());
    let mut record = csv::ByteRecord::new();
    while reader
        .read_byte_record(&mut record)
        .map_err(|error| again(csv, &error))?
    {
        group.take(form, &record);
        if group.rows == GROUP {
            group.write(&mut writer).map_err(failed)?;
        }
    }
    group.write(&mut writer).map_err(failed)?;
    writer.close().map_err(failed)?;
    fs::remove_file(csv).map_err(|error| Failure::at(csv, &error))
}

fn again(path: &Path, error: &csv::Error) -> Failure {
    Failure::Again {
        path: path.to_owned(),
        error: error.to_string(),
    }
}

/// Rows turned into columns.
struct Group {
    rows: usize,
    values: Vec<Vec<ByteArray>>,
    levels: Vec<Vec<i16>>,
}

impl Group {
    fn new(columns: usize) -> Self {
        Self {
            rows: 0,
            values: vec![Vec::new(); columns],
            levels: vec![Vec::new(); columns],
        }
    }

    fn take(&mut self, form: &Form, record: &csv::ByteRecord) {
        // Strings of Parquet are UTF-8, whatever the CSV would have been.
        for ((cell, values), levels) in record.iter().zip(&mut self.values).zip(&mut self.levels) {
            levels.push(i16::from(!cell.is_empty()));
            if cell.is_empty() {
                continue;
            }
            values.push(if form.windows_1252 {
                let text: String = cell.iter().map(|&byte| latin(byte)).collect();
                ByteArray::from(text.into_bytes())
            } else {
                ByteArray::from(cell.to_vec())
            });
        }
        self.rows += 1;
    }

    fn write(
        &mut self,
        writer: &mut SerializedFileWriter<File>,
    ) -> Result<(), parquet::errors::ParquetError> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = writer.next_row_group()?;
        for (values, levels) in self.values.iter_mut().zip(&mut self.levels) {
            let column = group.next_column()?;
            let mut column = column.expect("there are as many columns as cells");
            column
                .typed::<ByteArrayType>()
                .write_batch(values, Some(levels), None)?;
            column.close()?;
            values.clear();
            levels.clear();
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }
}

/// A letter of Windows-1252, of those that labels have.
fn latin(byte: u8) -> char {
    match byte {
        0x92 => '’',
        0x9c => 'œ',
        0x8c => 'Œ',
        0x80 => '€',
        _ => char::from(byte),
    }
}
