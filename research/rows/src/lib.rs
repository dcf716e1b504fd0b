//! Rows of the files that research imports, CSV and Parquet alike: the columns that an import reads, as the bytes that
//! stand there, the whole raw rows, and the trait by which these go back to the crossing.
//! It does not know what a row says.
#![forbid(unsafe_code)]

use std::cmp::Ordering;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use aws_lc_rs::digest::{Context, SHA256};

mod calendar;
mod csv;
pub mod damage;
mod error;
mod heading;
mod keep;
mod laid;
mod line;
mod parquet;
mod side;

pub use calendar::{days, write_day, write_instant};
pub use error::Error;
pub use heading::heading;
pub use keep::{Forgotten, Keep, KeepRows, part};
pub use laid::replay;
pub use side::side_by_side;

/// The columns of a table, as its publisher has them and as an import reads them.
#[derive(Clone, Copy, Debug)]
pub struct Columns<'a> {
    /// The table.
    pub table: &'a str,
    /// Those that rows hold, in this order; capitals do not matter.
    pub read: &'a [&'a str],
    /// Those of them that a file may lack: its cells are empty then.
    pub optional: &'a [&'a str],
    /// Those that the publisher names.
    pub published: &'a [&'a str],
    /// Whether rows are asked for raw: then all columns of a Parquet file are read.
    pub raw: bool,
}

/// One row.
pub struct Row<'a> {
    cells: Cells<'a>,
    fault: Fault,
    /// Its line: 2 is the first after the header of a CSV; in Parquet the first row is 1.
    pub line: u64,
}

/// What is wrong with a row, before anybody reads what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    /// It has fewer fields than the header.
    Short,
    /// It has so many fields more than the header.
    Long(usize),
    /// Of one that is a line: a quote in it is not closed.
    Open,
}

impl Fault {
    /// Of so many fields, for so many columns.
    fn of(fields: usize, columns: usize) -> Fault {
        match fields.cmp(&columns) {
            Ordering::Less => Fault::Short,
            Ordering::Equal => Fault::None,
            Ordering::Greater => Fault::Long(fields - columns),
        }
    }

    /// Why the row is refused before it can be read.
    fn reason(self) -> Option<&'static str> {
        match self {
            Fault::None => None,
            Fault::Short | Fault::Long(_) => Some("it has more or fewer fields than the header"),
            Fault::Open => Some("a quote in it is not closed, or a line ends within it"),
        }
    }
}

enum Cells<'a> {
    Record(Record<'a>),
    Batch(Batch<'a>),
}

/// A row of a CSV.
struct Record<'a> {
    fields: &'a ::csv::ByteRecord,
    /// Where the columns that are read stand among its fields.
    places: &'a [usize],
    /// What parts them.
    separator: u8,
    /// As it stands in the file, where that is not its fields with what parts them: some are quoted.
    raw: Option<&'a [u8]>,
}

impl Record<'_> {
    fn at(&self, place: usize) -> usize {
        self.places.get(place).copied().unwrap_or(NOWHERE)
    }
}

/// A row among others of a Parquet file.
struct Batch<'a> {
    columns: &'a [parquet::Cells],
    /// Where the columns that are read stand among these.
    places: &'a [usize],
    row: usize,
}

impl Batch<'_> {
    fn get(&self, place: usize) -> &[u8] {
        let column = self.columns.get(self.places[place]);
        column.map_or(&[], |column| column.get(self.row))
    }

    /// The row as a CSV parted by `;` has it (RFC 4180), and whether any field had to be quoted for it.
    fn raw(&self, to: &mut Vec<u8>) -> bool {
        let mut quoted = false;
        for (at, column) in self.columns.iter().enumerate() {
            if at > 0 {
                to.push(heading::SEPARATOR);
            }
            quoted |= heading::quote(column.get(self.row), to);
        }
        quoted
    }
}

/// The place of a column that is not there: no record is as long.
const NOWHERE: usize = usize::MAX;

impl Row<'_> {
    /// A column by its place in [`Columns::read`], without blanks around it.
    pub fn get(&self, place: usize) -> &[u8] {
        let bytes = match &self.cells {
            Cells::Record(record) => record.fields.get(record.at(place)).unwrap_or_default(),
            Cells::Batch(batch) => batch.get(place),
        };
        bytes.trim_ascii()
    }

    /// Whether a column can be believed: of a row of fewer fields than the header, one that stands before its last field, which
    /// may be cut; of one of more fields none, since it may stand behind what is too much ([`Row::surplus`]). A column that
    /// the file lacks is as empty as in every row.
    pub fn has(&self, place: usize) -> bool {
        let Cells::Record(record) = &self.cells else {
            return true;
        };
        let at = record.at(place);
        match self.fault {
            _ if at == NOWHERE => true,
            Fault::None => true,
            Fault::Short | Fault::Open => at + 1 < record.fields.len(),
            Fault::Long(_) => false,
        }
    }

    /// How many fields it has more than the header. Where they stand nobody can say.
    pub fn surplus(&self) -> usize {
        match self.fault {
            Fault::Long(more) => more,
            _ => 0,
        }
    }

    /// Whether it may say all that it should, while nobody can say where: it has fields too many, or a quote that is open.
    pub fn is_scattered(&self) -> bool {
        matches!(self.fault, Fault::Long(_) | Fault::Open)
    }

    /// A column as if so many fields too many stood before it, without blanks around it.
    pub fn shifted(&self, place: usize, by: usize) -> &[u8] {
        match &self.cells {
            Cells::Record(record) => {
                let at = record.at(place).checked_add(by);
                let field = at.and_then(|at| record.fields.get(at));
                field.unwrap_or_default().trim_ascii()
            }
            Cells::Batch(_) => self.get(place),
        }
    }

    /// The row as it came: of a CSV the bytes of its line, of Parquet all columns as a CSV has them ([`heading`]), where
    /// [`Columns::raw`] asks for them.
    pub fn raw(&self, to: &mut Vec<u8>) {
        to.clear();
        let record = match &self.cells {
            Cells::Record(record) => record,
            Cells::Batch(batch) => {
                batch.raw(to);
                return;
            }
        };
        if let Some(raw) = record.raw {
            to.extend_from_slice(raw);
            return;
        }
        for (at, field) in record.fields.iter().enumerate() {
            if at > 0 {
                to.push(record.separator);
            }
            to.extend_from_slice(field);
        }
    }
}

/// What a file's header said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// Columns that the publisher does not name.
    pub unknown: Vec<String>,
    /// Columns that the publisher names, that are not there, and that the import does without.
    pub missing: Vec<String>,
    /// Rows, those that were refused included.
    pub rows: u64,
}

/// What happens to each row: it is taken, or refused before it can be read.
pub trait Take {
    /// What stops whoever reads.
    type Error: From<Error>;
    /// A row.
    ///
    /// # Errors
    /// What stops the reading.
    fn take(&mut self, row: &Row<'_>) -> Result<(), Self::Error>;
    /// A row that has not as many fields as the header, or that [`read_lines`] can't part: [`Row::has`] says which can be
    /// believed.
    ///
    /// # Errors
    /// What stops the reading.
    fn refuse(&mut self, row: &Row<'_>, reason: &'static str) -> Result<(), Self::Error>;
}

/// Gives a row to whoever takes it.
fn give<T: Take>(row: &Row<'_>, take: &mut T) -> Result<(), T::Error> {
    match row.fault.reason() {
        None => take.take(row),
        Some(reason) => take.refuse(row, reason),
    }
}

/// Reads a file to its end: Parquet by its extension, else CSV.
///
/// # Errors
/// [`Error::Columns`] when one is missing that is needed; [`Error::Form`] for a file that is cut off, of another
/// encoding or damaged, or a row of more than a MiB; [`Error::File`]; and those of `take`.
pub fn read<T: Take>(path: &Path, columns: &Columns<'_>, take: &mut T) -> Result<Header, T::Error> {
    if is_parquet(path) {
        parquet::read(path, columns, take)
    } else {
        csv::read(path, columns, take)
    }
}

/// The same, where a row of a CSV is one line: no field holds a line's end. A quote that is not closed in its line is a fault of
/// that row, and does not swallow those that follow.
///
/// # Errors
/// Those of [`read`].
pub fn read_lines<T: Take>(
    path: &Path,
    columns: &Columns<'_>,
    take: &mut T,
) -> Result<Header, T::Error> {
    if is_parquet(path) {
        parquet::read(path, columns, take)
    } else {
        line::read(path, columns, take)
    }
}

/// How many rows a file says that it has, without reading them: a Parquet does, a CSV does not, nor what can't be read.
pub fn count(path: &Path) -> Option<u64> {
    is_parquet(path).then(|| parquet::count(path)).flatten()
}

fn is_parquet(path: &Path) -> bool {
    path.extension()
        .is_some_and(|kind| kind.eq_ignore_ascii_case("parquet"))
}

/// The size and SHA-256 (hexadecimal) of a file.
///
/// # Errors
/// [`Error::File`].
pub fn hash(path: &Path) -> Result<(u64, String), Error> {
    let failed = |source| Error::file("read", path, source);
    let mut file = File::open(path).map_err(failed)?;
    let mut hash = Context::new(&SHA256);
    let mut bytes = 0;
    let mut part = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut part).map_err(failed)?;
        if read == 0 {
            let hash = hash.finish();
            let hex = hash.as_ref().iter().map(|byte| format!("{byte:02x}"));
            return Ok((bytes, hex.collect()));
        }
        hash.update(&part[..read]);
        bytes += read as u64;
    }
}

/// Where the columns that are read stand among those of a file.
fn places(
    path: &Path,
    columns: &Columns<'_>,
    names: &[String],
) -> Result<(Vec<usize>, Header), Error> {
    let at = |column: &str| {
        names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(column))
    };
    let mut places = Vec::new();
    let mut lacking = Vec::new();
    for column in columns.read {
        match at(column) {
            Some(place) => places.push(place),
            None if columns.optional.contains(column) => places.push(NOWHERE),
            None => lacking.push(format!("`{column}`")),
        }
    }
    if !lacking.is_empty() {
        return Err(Error::Columns {
            path: path.to_owned(),
            table: columns.table.to_owned(),
            columns: lacking.join(", "),
        });
    }
    let published = columns.published;
    let known = |name: &&String| {
        !published
            .iter()
            .any(|column| name.eq_ignore_ascii_case(column))
    };
    let header = Header {
        unknown: names.iter().filter(known).cloned().collect(),
        missing: published
            .iter()
            .filter(|column| at(column).is_none())
            .map(|column| (*column).to_owned())
            .collect(),
        rows: 0,
    };
    Ok((places, header))
}

#[cfg(test)]
mod tests;
