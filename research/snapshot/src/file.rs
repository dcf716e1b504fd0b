//! A table's part read back: some columns, some rows.

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

use hygie_rows::damage::{self, Ending};
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::{ReadOptionsBuilder, SerializedFileReader};

use crate::Error;
use crate::column::{Table, Values};
use crate::postings::{KEY, Postings};

mod reading;

use reading::Reading;

/// Rows of a turn: so few that they stay in the processor's cache, and that no memory is asked for.
const TURN: usize = 32_768;

/// An open Parquet file.
pub(crate) struct Part {
    path: PathBuf,
    reader: SerializedFileReader<Ending>,
}

impl Part {
    /// Opens a file and reads its footer.
    pub(crate) fn open(path: &Path) -> Result<Part, Error> {
        let file = File::open(path).map_err(|source| Error::file("read", path, source))?;
        // With the pages' index whole pages are skipped unread.
        let options = ReadOptionsBuilder::new().with_page_index().build();
        let reader =
            damage::sound(|| SerializedFileReader::new_with_options(Ending(file), options))
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
        let mut table = Table::new();
        for name in columns {
            let mut reading = self.reading(name)?;
            let mut values = reading.none();
            self.take(&mut reading, rows, &mut values)?;
            table = table.with(name, values);
        }
        Ok(table)
    }

    /// Calls with these columns of all rows, [`TURN`] of them at a time, in a table whose memory is used again.
    pub(crate) fn each(
        &self,
        columns: &[&str],
        mut with: impl FnMut(&mut Table) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut readings = Vec::new();
        let mut table = Table::new();
        for name in columns {
            let reading = self.reading(name)?;
            table = table.with(name, reading.none());
            readings.push(reading);
        }
        let rows = self.rows();
        for first in (0..rows).step_by(TURN) {
            let turn = first..rows.min(first + TURN);
            for (reading, values) in readings.iter_mut().zip(table.values_mut()) {
                values.clear();
                self.take(reading, std::slice::from_ref(&turn), values)?;
            }
            with(&mut table)?;
        }
        Ok(())
    }

    fn reading(&self, name: &str) -> Result<Reading, Error> {
        let schema = self.reader.metadata().file_metadata().schema_descr_ptr();
        let mut columns = schema.columns().iter();
        let place = columns.position(|column| column.name() == name);
        let place = place.ok_or_else(|| {
            let there = self.columns().join(", ");
            let why = format!("`{}` has {there}", self.path.display());
            Error::absent("column", name, why)
        })?;
        Ok(Reading::new(place, schema.column(place)))
    }

    /// Reads on, to rows that rise and lie behind what was read before.
    fn take(
        &self,
        reading: &mut Reading,
        rows: &[Range<usize>],
        to: &mut Values,
    ) -> Result<(), Error> {
        let taken = damage::sound(|| reading.take(&self.reader, rows, to));
        taken.map_err(|why| Error::parquet(&self.path, &why))
    }
}
