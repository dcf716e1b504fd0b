//! The rows of a register: CSV (RFC 4180) or Parquet, the columns in any order.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::record::reader::RowIter;
use serde_json::{Map, Value};

use crate::Error;

/// The columns that every register has.
const NEEDED: [&str; 6] = [
    "ins_system",
    "ins",
    "family",
    "given",
    "birth_date",
    "language",
];
/// Those that it may have besides; an empty cell is nothing known.
const FURTHER: [&str; 11] = [
    "birth_place",
    "sex",
    "address",
    "postcode",
    "email",
    "phone",
    "regime",
    "representatives",
    "previous_ins",
    "merged_into",
    "death_date",
];
/// Between the lines of an address, and between numbers.
const BETWEEN: char = '|';

/// A person, as the register has him.
pub struct Row {
    /// Which row of persons, from 1.
    pub number: u64,
    /// Where it ends: bytes of a CSV file, rows of a Parquet file.
    pub end: u64,
    /// His columns.
    pub person: Map<String, Value>,
}

/// The rows of a file, one by one.
pub struct Rows {
    path: PathBuf,
    number: u64,
    size: u64,
    kind: Kind,
}

enum Kind {
    Csv {
        reader: Box<csv::Reader<BufReader<File>>>,
        columns: Vec<String>,
        record: csv::StringRecord,
    },
    Parquet(RowIter<'static>),
}

impl Rows {
    /// Opens a register: Parquet where the file's name ends so, else CSV.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Register`] when a column is missing, or one is not known.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let file = File::open(path).map_err(|source| Error::file("read", path, source))?;
        let wrong = |why: String| Error::Register {
            path: path.to_owned(),
            row: 0,
            why,
        };
        if path.extension().is_some_and(|kind| kind == "parquet") {
            let reader =
                SerializedFileReader::new(file).map_err(|error| wrong(error.to_string()))?;
            let meta = reader.metadata().file_metadata();
            let names = meta
                .schema()
                .get_fields()
                .iter()
                .map(|field| field.name().to_owned());
            known(&names.collect::<Vec<_>>()).map_err(wrong)?;
            return Ok(Self {
                path: path.to_owned(),
                number: 0,
                size: u64::try_from(meta.num_rows()).unwrap_or(0),
                kind: Kind::Parquet(reader.into_iter()),
            });
        }
        let size = file
            .metadata()
            .map_err(|source| Error::file("read", path, source))?
            .len();
        let mut reader = csv::Reader::from_reader(BufReader::new(file));
        let head = reader.headers().map_err(|error| wrong(error.to_string()))?;
        let columns: Vec<String> = head
            .iter()
            .map(|name| name.trim_start_matches('\u{feff}').to_owned())
            .collect();
        known(&columns).map_err(wrong)?;
        Ok(Self {
            path: path.to_owned(),
            number: 0,
            size,
            kind: Kind::Csv {
                reader: Box::new(reader),
                columns,
                record: csv::StringRecord::new(),
            },
        })
    }

    /// What [`Row::end`] comes to at the end.
    pub fn size(&self) -> u64 {
        self.size
    }

    fn wrong(&self, why: String) -> Error {
        Error::Register {
            path: self.path.clone(),
            row: self.number,
            why,
        }
    }
}

impl Iterator for Rows {
    type Item = Result<Row, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.number += 1;
        let read = match &mut self.kind {
            Kind::Csv {
                reader,
                columns,
                record,
            } => match reader.read_record(record) {
                Ok(false) => return None,
                Ok(true) => {
                    let cells = columns.iter().zip(record.iter());
                    let cells = cells.filter_map(|(name, cell)| cell_of(name, cell));
                    Ok((cells.collect(), reader.position().byte()))
                }
                // Its text would quote the row.
                Err(_) => Err("it does not have one cell a column, in UTF-8".to_owned()),
            },
            Kind::Parquet(rows) => match rows.next()? {
                Ok(row) => {
                    let cells = row.get_column_iter().map(|(name, field)| match field {
                        Field::Null => Ok(None),
                        Field::Str(text) => Ok(cell_of(name, text)),
                        Field::Date(day) => Ok(cell_of(name, &date(*day))),
                        _ => Err(format!("`{name}` is neither a text nor a date")),
                    });
                    let cells: Result<Vec<_>, String> = cells.collect();
                    cells.map(|cells| (cells.into_iter().flatten().collect(), self.number))
                }
                Err(error) => Err(error.to_string()),
            },
        };
        Some(match read {
            Ok((person, end)) => Ok(Row {
                number: self.number,
                end,
                person,
            }),
            Err(why) => Err(self.wrong(why)),
        })
    }
}

/// A cell as care takes it; none where nothing is known.
fn cell_of(name: &str, cell: &str) -> Option<(String, Value)> {
    if cell.is_empty() {
        return None;
    }
    let value = match name {
        "address" | "representatives" | "previous_ins" => cell
            .split([BETWEEN, '\n'])
            .map(|line| Value::String(line.trim().to_owned()))
            .collect(),
        _ => Value::String(cell.to_owned()),
    };
    Some((name.to_owned(), value))
}

/// Days since 1970 as `YYYY-MM-DD`.
fn date(day: i32) -> String {
    let epoch = jiff::civil::date(1970, 1, 1);
    let date = epoch.checked_add(jiff::Span::new().days(day));
    date.map_or_else(|_| day.to_string(), |date| date.to_string())
}

/// Whether these columns are what a register has.
fn known(columns: &[String]) -> Result<(), String> {
    let missing = NEEDED
        .iter()
        .find(|name| !columns.iter().any(|one| one == *name));
    if let Some(name) = missing {
        return Err(format!("column `{name}` is missing"));
    }
    let is_known = |name: &str| NEEDED.iter().chain(&FURTHER).any(|one| *one == name);
    let strange = columns.iter().find(|name| !is_known(name));
    match strange {
        Some(name) => Err(format!(
            "column `{name}` is not known; there are {}, and may be {}",
            NEEDED.join(", "),
            FURTHER.join(", ")
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
