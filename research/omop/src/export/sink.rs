//! A table on its way to its file.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use hygie_rows::write_day;
use hygie_snapshot::Values;

use super::Form;
use super::parquet::Sink as Parquet;
use crate::cdm::CdmTable;
use crate::error::Error;

/// A file that takes rows.
pub(super) struct Sink {
    path: PathBuf,
    to: To,
}

enum To {
    Csv(Box<csv::Writer<BufWriter<File>>>),
    Parquet(Box<Parquet>),
}

impl Sink {
    /// Makes the file of a table, with its fields.
    pub(super) fn create(table: &'static CdmTable, path: &Path, form: Form) -> Result<Sink, Error> {
        let failed = |source| Error::file("write", path, source);
        let file = BufWriter::new(File::create(path).map_err(failed)?);
        let to = match form {
            Form::Csv => {
                let mut writer = csv::Writer::from_writer(file);
                let names = table.fields.iter().map(|field| field.name);
                writer
                    .write_record(names)
                    .map_err(|error| failed(error.into()))?;
                To::Csv(Box::new(writer))
            }
            Form::Parquet => {
                let sink = Parquet::new(table, file).map_err(|error| failed(error.into()))?;
                To::Parquet(Box::new(sink))
            }
        };
        let path = path.to_owned();
        Ok(Sink { path, to })
    }

    /// Adds rows: a column for each field, in the kind that the CDM has.
    pub(super) fn write(&mut self, columns: &[Values]) -> Result<(), Error> {
        let rows = columns.first().map_or(0, Values::len);
        let written = match &mut self.to {
            To::Csv(writer) => rows_of(writer, columns, rows),
            To::Parquet(sink) if rows > 0 => sink.write(columns).map_err(Into::into),
            To::Parquet(_) => Ok(()),
        };
        written.map_err(|source| Error::file("write", &self.path, source))
    }

    /// Ends the file; it is durable.
    pub(super) fn finish(self) -> Result<(), Error> {
        let file = match self.to {
            To::Csv(writer) => writer.into_inner().map_err(csv::IntoInnerError::into_error),
            To::Parquet(sink) => sink.finish().map_err(Into::into),
        };
        let durable = file.and_then(|mut file| {
            file.flush()?;
            file.get_ref().sync_all()
        });
        durable.map_err(|source| Error::file("write", &self.path, source))
    }
}

fn rows_of(
    writer: &mut csv::Writer<BufWriter<File>>,
    columns: &[Values],
    rows: usize,
) -> std::io::Result<()> {
    let mut field = Vec::new();
    for row in 0..rows {
        for column in columns {
            field.clear();
            match column {
                Values::Int(values) if values[row] != Values::NO_INT => {
                    write!(field, "{}", values[row])?;
                }
                Values::Long(values) if values[row] != Values::NO_LONG => {
                    write!(field, "{}", values[row])?;
                }
                Values::Number(values) if !values[row].is_nan() => {
                    write!(field, "{}", values[row])?;
                }
                Values::Date(values) if values[row] != Values::NO_INT => {
                    write_day(&mut field, i64::from(values[row]));
                }
                Values::Text { at, words } if at[row] != Values::NO_WORD => {
                    field.extend_from_slice(words[at[row] as usize].as_bytes());
                }
                _ => {}
            }
            writer.write_field(&field)?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    Ok(())
}
