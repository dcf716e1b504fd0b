//! Rows of a CSV file: the separator is found by the header; encodings are the reader's matter, but a file of two bytes a
//! character is refused.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

use csv::{ByteRecord, Reader, ReaderBuilder};

use crate::{Cells, Columns, Error, Fault, Header, Record, Row, Take, give, places};

/// What was read of a file, for as long as a row may be asked for raw.
struct Tee {
    file: File,
    bytes: Vec<u8>,
    /// Where they begin.
    begins: u64,
    /// Where the record at hand begins.
    record: u64,
}

impl Tee {
    /// From one place to another, without the ends of lines.
    fn line(&self, from: u64, to: u64) -> &[u8] {
        let at = |place: u64| usize::try_from(place - self.begins).expect("what is held fits");
        let mut line = &self.bytes[at(from)..at(to)];
        while let Some(rest) = line.strip_prefix(b"\n").or(line.strip_prefix(b"\r")) {
            line = rest;
        }
        while let Some(rest) = line.strip_suffix(b"\n").or(line.strip_suffix(b"\r")) {
            line = rest;
        }
        line
    }

    /// A record begins at a place: lets go what stands before, when it is much.
    fn forget(&mut self, before: u64) {
        self.record = before;
        let passed = usize::try_from(before - self.begins).expect("what is held fits");
        if passed >= BUFFER {
            self.bytes.drain(..passed);
            self.begins = before;
        }
    }
}

impl Read for Tee {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        // All that was read of it belongs to the record at hand, or no more would be asked for.
        if self.begins + self.bytes.len() as u64 > self.record + RECORD as u64 {
            return Err(ErrorKind::FileTooLarge.into());
        }
        let read = self.file.read(to)?;
        self.bytes.extend_from_slice(&to[..read]);
        Ok(read)
    }
}

/// Bytes that are read at once.
pub(crate) const BUFFER: usize = 1 << 20;
/// Bytes of a record, at most: a quote that nobody closes would make one of all that follows.
pub(crate) const RECORD: usize = 1 << 20;

/// Opens a file before its header; what parts its columns.
fn open(path: &Path, mut file: File) -> Result<(Reader<Tee>, u8), Error> {
    let (separator, quotes, mark) = separator(path, &mut file)?;
    file.seek(SeekFrom::Start(mark))
        .map_err(|source| Error::file("read", path, source))?;
    let tee = Tee {
        file,
        bytes: Vec::new(),
        begins: 0,
        record: 0,
    };
    let reader = ReaderBuilder::new()
        .delimiter(separator)
        .quoting(quotes)
        .flexible(true)
        .buffer_capacity(BUFFER)
        .from_reader(tee);
    Ok((reader, separator))
}

/// Says of the record that begins in a line why it can't be read.
fn failed(path: &Path, line: u64, error: csv::Error) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(source) if source.kind() == ErrorKind::FileTooLarge => long(path, line),
        csv::ErrorKind::Io(source) => Error::file("read", path, source),
        kind => Error::form(path, line, format!("it is no CSV: {kind:?}")),
    }
}

/// Says of the record that begins in a line that it is too long.
pub(crate) fn long(path: &Path, line: u64) -> Error {
    let why = "a row that begins here takes more than 1 MiB: a quote in it may not be closed; mend the row, then start the import again";
    Error::form(path, line, why)
}

/// The first line as it stands there, without a byte order mark.
pub(crate) fn heading(path: &Path) -> Result<Vec<u8>, Error> {
    let file = File::open(path).map_err(|source| Error::file("read", path, source))?;
    let (mut reader, _) = open(path, file)?;
    let headers = reader.byte_headers();
    headers.map_err(|error| failed(path, 1, error))?;
    let end = reader.position().byte();
    Ok(reader.get_ref().line(0, end).to_vec())
}

pub(crate) fn read<T: Take>(
    path: &Path,
    columns: &Columns<'_>,
    take: &mut T,
) -> Result<Header, T::Error> {
    let mut file = File::open(path).map_err(|source| Error::file("read", path, source))?;
    // What it is comes first: of two bytes a character it has no line's end.
    separator(path, &mut file)?;
    ends(path, &mut file)?;
    let (mut reader, separator) = open(path, file)?;
    let names = reader.byte_headers();
    let names = names.map_err(|error| failed(path, 1, error))?;
    let names: Vec<String> = names
        .iter()
        .map(|name| String::from_utf8_lossy(name.trim_ascii()).into_owned())
        .collect();
    let (places, mut header) = places(path, columns, &names)?;
    let mut record = ByteRecord::new();
    loop {
        let (from, first) = (reader.position().byte(), reader.position().line());
        reader.get_mut().forget(from);
        let read = reader.read_byte_record(&mut record);
        if !read.map_err(|error| failed(path, first, error))? {
            return Ok(header);
        }
        let end = reader.position().byte();
        if end - from > RECORD as u64 {
            return Err(long(path, first).into());
        }
        header.rows += 1;
        let line = reader.get_ref().line(from, end);
        // What was quoted is longer than what it says.
        let plain = record.as_slice().len() + record.len().saturating_sub(1);
        let row = Row {
            cells: Cells::Record(Record {
                fields: &record,
                places: &places,
                separator,
                raw: (line.len() != plain).then_some(line),
            }),
            fault: Fault::of(record.len(), names.len()),
            line: header.rows + 1,
        };
        give(&row, take)?;
    }
}

/// The separator that the header has most of, whether quotes wrap fields, and how many bytes stand before the header.
pub(crate) fn separator(path: &Path, file: &mut File) -> Result<(u8, bool, u64), Error> {
    file.rewind()
        .map_err(|source| Error::file("read", path, source))?;
    let mut start = vec![0; 64 << 10];
    let mut length = 0;
    while length < start.len() {
        let read = file
            .read(&mut start[length..])
            .map_err(|source| Error::file("read", path, source))?;
        if read == 0 {
            break;
        }
        length += read;
    }
    let start = &start[..length];
    if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) || start.contains(&0) {
        let why = "it is UTF-16 or binary; write it as UTF-8 or Windows-1252";
        return Err(Error::form(path, 1, why));
    }
    let mark = if start.starts_with(b"\xef\xbb\xbf") {
        3
    } else {
        0
    };
    let end = start
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(length);
    let count = |separator: u8| {
        start[mark..end]
            .iter()
            .filter(|byte| **byte == separator)
            .count()
    };
    let best = [b';', b',', b'\t', b'|']
        .into_iter()
        .max_by_key(|separator| count(*separator));
    let best = best.expect("four separators are known");
    if count(best) == 0 {
        let why = "its first line names no columns parted by `;`, `,`, `|` or tabs";
        return Err(Error::form(path, 1, why));
    }
    // Who parts by tabs quotes nothing (Athena's files), unless the header is quoted.
    let quotes = best != b'\t' || start[mark..end].contains(&b'"');
    Ok((best, quotes, mark as u64))
}

/// Looks whether the file ends with a line's end: one that was cut off may end within a number, and nobody would see it.
pub(crate) fn ends(path: &Path, file: &mut File) -> Result<(), Error> {
    let failed = |source| Error::file("read", path, source);
    let length = file.seek(SeekFrom::End(0)).map_err(failed)?;
    let mut last = *b"\n";
    if length > 0 {
        file.seek(SeekFrom::End(-1)).map_err(failed)?;
        file.read_exact(&mut last).map_err(failed)?;
    }
    if last == *b"\n" {
        return Ok(());
    }
    let mut lines = 1;
    file.rewind().map_err(failed)?;
    let mut part = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut part).map_err(failed)?;
        if read == 0 {
            break;
        }
        lines += part[..read].iter().filter(|byte| **byte == b'\n').count() as u64;
    }
    let why = "it is cut off here: its last line has no end; bring the whole file (or end the line, if it is whole), then start the import again";
    Err(Error::form(path, lines, why))
}
