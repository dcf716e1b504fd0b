//! What raw rows are read again by: the line that names their columns.

use std::path::Path;

use crate::{Error, csv, is_parquet, parquet};

/// What parts the columns of raw rows of Parquet.
pub(crate) const SEPARATOR: u8 = b';';

/// The line by which a file's raw rows ([`crate::Row::raw`]) are read again: of a CSV its first line as it stands there, without
/// a byte order mark; of Parquet the names of all columns as a CSV has them, parted by `;`, and quoted where they hold it, a
/// quote or a line's end (RFC 4180). What parts its columns parts those of the rows.
///
/// # Errors
/// [`Error::Form`]; [`Error::File`].
pub fn heading(path: &Path) -> Result<Vec<u8>, Error> {
    if !is_parquet(path) {
        return csv::heading(path);
    }
    let mut line = Vec::new();
    for (at, name) in parquet::names(path)?.iter().enumerate() {
        if at > 0 {
            line.push(SEPARATOR);
        }
        quote(name.as_bytes(), &mut line);
    }
    Ok(line)
}

/// Writes a field, and answers whether it had to be quoted.
pub(crate) fn quote(field: &[u8], to: &mut Vec<u8>) -> bool {
    let marks = |byte: &u8| matches!(*byte, SEPARATOR | b'"' | b'\n' | b'\r');
    if !field.iter().any(marks) {
        to.extend_from_slice(field);
        return false;
    }
    to.push(b'"');
    for byte in field {
        if *byte == b'"' {
            to.push(b'"');
        }
        to.push(*byte);
    }
    to.push(b'"');
    true
}
