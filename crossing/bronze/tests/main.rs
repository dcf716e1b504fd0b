//! Dangers covered: a row is lost, changed or given to another person; a part is seen before it is whole, or after a crash
//! in half; what was cut, altered, swapped, renamed or put together from two files is read as if it were right; another key
//! opens it; rows, persons or reasons stand on disk in the open; a purged person is still there; a purge looks for
//! pseudonyms of another epoch and finds none; a rotation drops somebody; a key is printed, or may be read by others.
//!
//! Not a failure: rows whose person could not be read stay when he is purged; a whole file put back as it was.
#![allow(clippy::unwrap_used, reason = "tests")]

mod main {
    mod attacks;
    mod beside;
    mod keys;
    mod purge;
    mod rows;
}

use std::path::Path;

use hygie_bronze::{Bronze, Error, Key, Person};

/// A row as tests hold it.
pub type Kept = (Option<Person>, Vec<u8>, Option<String>);

/// The same key each time.
pub fn key() -> Key {
    Key::random(|bytes| bytes.fill(7))
}

pub fn made() -> (tempfile::TempDir, Bronze) {
    let folder = tempfile::tempdir().unwrap();
    let bronze = Bronze::create(folder.path(), key(), 1).unwrap();
    (folder, bronze)
}

pub fn person(number: u32) -> Person {
    let mut person = *b"person..........";
    person[12..].copy_from_slice(&number.to_be_bytes());
    person
}

pub fn write(bronze: &Bronze, table: &str, part: &str, rows: &[Kept]) {
    let mut writer = bronze.writer(table, part).unwrap();
    for (person, raw, reason) in rows {
        writer.push(*person, raw, reason.as_deref()).unwrap();
    }
    assert_eq!(writer.finish().unwrap(), rows.len() as u64);
}

pub fn read(bronze: &Bronze, table: &str, part: &str) -> Result<Vec<Kept>, Error> {
    let mut reader = bronze.read(table, part)?;
    let mut rows = Vec::new();
    while let Some(row) = reader.next_row()? {
        rows.push((row.person, row.raw.to_vec(), row.reason.map(str::to_owned)));
    }
    Ok(rows)
}

/// Some 2.5 MB of rows, three chunks, two rows a person, every tenth rejected, every hundredth nobody's.
pub fn many() -> Vec<Kept> {
    (0..20_000_u32)
        .map(|number| {
            let of = (number % 100 != 99).then(|| person(number / 2));
            let raw = format!("{number:09};2023-01-17;{};1111;1;25,00;", "x".repeat(90));
            let reason = (number % 10 == 3).then(|| format!("column {} is no date", number % 7));
            (of, raw.into_bytes(), reason)
        })
        .collect()
}

pub fn file(folder: &Path, table: &str, part: &str) -> std::path::PathBuf {
    folder.join(table).join(format!("{part}.bronze"))
}
