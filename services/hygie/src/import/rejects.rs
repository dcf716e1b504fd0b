//! The reject file: where each refused entry stands and why, never what it says.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use serde::Serialize;

use crate::{Error, Home};

/// Where an entry comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The file, as it was named.
    pub source: String,
    /// Its number in the file, from 0; none when the file can't be read at all.
    pub entry: Option<usize>,
    /// Where it begins, or where it can no longer be read: bytes from the beginning of the file.
    pub offset: Option<u64>,
}

/// One line of the reject file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// Whence.
    #[serde(flatten)]
    pub origin: Origin,
    /// FHIRPath of the fault, made of names that FHIR defines.
    pub place: Option<String>,
    /// The rule that is broken.
    pub reason: String,
}

/// The reject file; made with the first reject, readable by its owner alone.
#[derive(Debug)]
pub struct Rejects {
    path: PathBuf,
    file: Option<File>,
}

impl Rejects {
    /// Rejects go to `wanted`, else to a new file in the home, named by the time.
    ///
    /// # Errors
    /// [`Error::File`] when `wanted` is there already: it may be open to others.
    pub fn new(home: &Home, wanted: Option<PathBuf>) -> Result<Self, Error> {
        let path = wanted.unwrap_or_else(|| {
            let since = SystemTime::now()
                .duration_since(SystemTime::UNIX_EPOCH)
                .unwrap_or_default();
            home.dir().join(format!("rejects-{}.ndjson", stamp(since)))
        });
        if path.exists() {
            let source = std::io::ErrorKind::AlreadyExists.into();
            return Err(Error::file("make", &path, source));
        }
        Ok(Self { path, file: None })
    }

    /// Adds a line.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn write(&mut self, reject: &Reject) -> Result<(), Error> {
        let failed = |source| Error::file("write", &self.path, source);
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(
                OpenOptions::new()
                    .write(true)
                    .create_new(true)
                    .mode(0o600)
                    .open(&self.path)
                    .map_err(failed)?,
            ),
        };
        let mut line = serde_json::to_vec(reject).expect("strings and numbers serialise");
        line.push(b'\n');
        file.write_all(&line).map_err(failed)
    }

    /// Makes the file durable; its path, when there were rejects.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn close(self) -> Result<Option<PathBuf>, Error> {
        let Some(file) = self.file else {
            return Ok(None);
        };
        file.sync_all()
            .map_err(|source| Error::file("write", &self.path, source))?;
        Ok(Some(self.path))
    }
}

/// A time as `20261122T174956Z`, with milliseconds so that two imports do not meet.
pub fn stamp(since_1970: Duration) -> String {
    let seconds = since_1970.as_secs();
    let (year, month, day) = date(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let millis = since_1970.subsec_millis();
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}.{millis:03}Z")
}

/// The Gregorian date of a day counted from 1970-01-01.
fn date(day: u64) -> (u64, u64, u64) {
    // Years are taken from March, so that the leap day is a year's last; the era's 400 years have 146,097 days.
    let day = day + 719_468;
    let (era, day) = (day / 146_097, day % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    let (month, turn) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    (era * 400 + year + turn, month, date)
}
