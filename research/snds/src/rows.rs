//! The rows of a file, whatever form it has: the columns that the import reads, as the bytes that stand there.

use std::path::Path;

use crate::Error;
use crate::layout::Layout;
use crate::source::Source;

mod csv;
mod parquet;

/// One row.
pub(crate) struct Row<'a> {
    cells: Cells<'a>,
    /// Its line: 2 is the first after the header of a CSV; in Parquet the first row is 1.
    pub(crate) line: u64,
}

enum Cells<'a> {
    Record(&'a ::csv::ByteRecord, &'a [usize]),
    Batch(&'a [parquet::Cells], usize),
}

impl Row<'_> {
    /// A column of the layout by its place, without blanks around it.
    pub(crate) fn get(&self, place: usize) -> &[u8] {
        let bytes = match &self.cells {
            Cells::Record(record, places) => record.get(places[place]).unwrap_or_default(),
            Cells::Batch(columns, row) => columns[place].get(*row),
        };
        bytes.trim_ascii()
    }

    /// The row as it came: a CSV's fields, all of them; of Parquet the columns that are read. Parted by `;`.
    pub(crate) fn raw(&self, to: &mut Vec<u8>) {
        to.clear();
        let mut put = |bytes: &[u8]| {
            if !to.is_empty() {
                to.push(b';');
            }
            to.extend_from_slice(bytes);
        };
        match &self.cells {
            Cells::Record(record, _) => record.iter().for_each(&mut put),
            Cells::Batch(columns, row) => columns.iter().for_each(|column| put(column.get(*row))),
        }
    }
}

/// What a file's header said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Header {
    /// Columns that the published schema does not have.
    pub(crate) unknown: Vec<String>,
    /// Columns of the published schema that are not there, and that the import does without.
    pub(crate) missing: Vec<String>,
    /// Rows, those that were refused included.
    pub(crate) rows: u64,
}

/// What happens to each row: it is taken, or refused before it can be read.
pub(crate) trait Take {
    /// A row.
    fn take(&mut self, row: &Row<'_>) -> Result<(), Error>;
    /// A row that has not as many fields as the header.
    fn refuse(&mut self, row: &Row<'_>, reason: &'static str) -> Result<(), Error>;
}

/// Reads a file to its end.
///
/// # Errors
/// [`Error::Columns`] when one is missing that is needed; [`Error::Form`] for a file that is cut off, of another
/// encoding or damaged; [`Error::File`].
pub(crate) fn read(source: &Source, take: &mut dyn Take) -> Result<Header, Error> {
    let parquet = source
        .path
        .extension()
        .is_some_and(|kind| kind.eq_ignore_ascii_case("parquet"));
    if parquet {
        parquet::read(source, take)
    } else {
        csv::read(source, take)
    }
}

/// Where the used columns stand among those of a file.
fn places(path: &Path, layout: &Layout, names: &[String]) -> Result<(Vec<usize>, Header), Error> {
    let at = |column: &str| {
        names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(column))
    };
    let mut places = Vec::new();
    let mut lacking = Vec::new();
    for column in layout.used {
        match at(column) {
            Some(place) => places.push(place),
            None => lacking.push(format!("`{column}`")),
        }
    }
    if !lacking.is_empty() {
        return Err(Error::Columns {
            path: path.to_owned(),
            table: layout.table.to_owned(),
            columns: lacking.join(", "),
        });
    }
    let published = layout.published();
    let known = |name: &&String| {
        !published
            .iter()
            .any(|(column, _)| name.eq_ignore_ascii_case(column))
    };
    let absent = |(column, _): &&(&str, &str)| at(column).is_none();
    let header = Header {
        unknown: names.iter().filter(known).cloned().collect(),
        missing: published
            .iter()
            .filter(absent)
            .map(|(column, _)| (*column).to_owned())
            .collect(),
        rows: 0,
    };
    Ok((places, header))
}

#[cfg(test)]
pub(crate) use self::parquet::date as write_day;
#[cfg(test)]
mod tests;
