//! Rows of a CSV of which each is one line, as the SNDS has them: a quote that nobody closes spoils its own line and no other.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use ::csv::ByteRecord;

use crate::csv::{BUFFER, RECORD, ends, long, separator};
use crate::{Cells, Columns, Error, Fault, Header, Record, Row, Take, give, places};

/// The lines of a file, one after the other.
struct Lines<'a> {
    path: &'a Path,
    file: BufReader<File>,
    /// The one at hand, without its end.
    line: Vec<u8>,
    /// Which one it is, from 1.
    number: u64,
}

impl Lines<'_> {
    /// Goes to the next line that is not empty; false at the file's end.
    fn next(&mut self) -> Result<bool, Error> {
        loop {
            self.line.clear();
            let mut some = self.file.by_ref().take(RECORD as u64 + 1);
            let read = some.read_until(b'\n', &mut self.line);
            let read = read.map_err(|source| Error::file("read", self.path, source))?;
            if read == 0 {
                return Ok(false);
            }
            self.number += 1;
            if self.line.len() > RECORD {
                return Err(long(self.path, self.number));
            }
            while self.line.pop_if(|byte| is_end(*byte)).is_some() {}
            if !self.line.is_empty() {
                return Ok(true);
            }
        }
    }
}

fn is_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// What parts the fields of a line, and whether quotes wrap them.
type Parting = (u8, bool);

pub(crate) fn read<T: Take>(
    path: &Path,
    columns: &Columns<'_>,
    take: &mut T,
) -> Result<Header, T::Error> {
    let failed = |source| Error::file("read", path, source);
    let mut file = File::open(path).map_err(failed)?;
    // What it is comes first: of two bytes a character it has no line's end.
    let (separator, quotes, mark) = separator(path, &mut file)?;
    ends(path, &mut file)?;
    file.seek(SeekFrom::Start(mark)).map_err(failed)?;
    let mut lines = Lines {
        path,
        file: BufReader::with_capacity(BUFFER, file),
        line: Vec::new(),
        number: 0,
    };
    let mut fields = ByteRecord::new();
    if lines.next()? && !part(&lines.line, (separator, quotes), &mut fields) {
        let why = "a quote in its first line is not closed; write it without line ends in names";
        return Err(Error::form(path, lines.number, why).into());
    }
    let names: Vec<String> = fields
        .iter()
        .map(|name| String::from_utf8_lossy(name.trim_ascii()).into_owned())
        .collect();
    let (places, mut header) = places(path, columns, &names)?;
    while lines.next()? {
        header.rows += 1;
        let line = lines.line.as_slice();
        let fault = fields_of(line, (separator, quotes), names.len(), &mut fields);
        // What was quoted is longer than what it says.
        let plain = fields.as_slice().len() + fields.len().saturating_sub(1);
        let row = Row {
            cells: Cells::Record(Record {
                fields: &fields,
                places: &places,
                separator,
                raw: (line.len() != plain).then_some(line),
            }),
            fault,
            line: header.rows + 1,
        };
        give(&row, take)?;
    }
    Ok(header)
}

/// Parts a line, and answers what is wrong with it for so many columns.
fn fields_of(line: &[u8], by: Parting, columns: usize, to: &mut ByteRecord) -> Fault {
    let closed = part(line, by, to);
    if !closed {
        // As if the quote were a character: where there are as many fields as columns, each stands where it belongs.
        let mut plain = ByteRecord::new();
        part(line, (by.0, false), &mut plain);
        if plain.len() == columns {
            *to = plain;
        }
    }
    match Fault::of(to.len(), columns) {
        long @ Fault::Long(_) => long,
        fault if closed && !line.contains(&b'\r') => fault,
        _ => Fault::Open,
    }
}

/// Parts a line as [`csv`] does. False when a quote is not closed: its field is the last.
fn part(line: &[u8], (separator, quotes): Parting, to: &mut ByteRecord) -> bool {
    to.clear();
    if !quotes || !line.contains(&b'"') {
        let fields = line.split(|byte| *byte == separator);
        fields.for_each(|field| to.push_field(field));
        return true;
    }
    let mut field = Vec::new();
    let mut left = line;
    loop {
        field.clear();
        let closed = quoted(&mut left, &mut field);
        let end = left.iter().position(|byte| *byte == separator);
        field.extend_from_slice(&left[..end.unwrap_or(left.len())]);
        to.push_field(&field);
        match end {
            Some(end) => left = &left[end + 1..],
            None => return closed,
        }
    }
}

/// What stands in quotes at a field's begin. False when they are not closed: then nothing is left.
fn quoted(left: &mut &[u8], to: &mut Vec<u8>) -> bool {
    let Some(mut rest) = left.strip_prefix(b"\"") else {
        return true;
    };
    loop {
        let Some(at) = rest.iter().position(|byte| *byte == b'"') else {
            to.extend_from_slice(rest);
            *left = &[];
            return false;
        };
        to.extend_from_slice(&rest[..at]);
        rest = &rest[at + 1..];
        *left = rest;
        match rest.strip_prefix(b"\"") {
            Some(more) => {
                to.push(b'"');
                rest = more;
            }
            None => return true,
        }
    }
}

#[cfg(test)]
mod tests;
