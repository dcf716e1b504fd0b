//! `hygie export PERSON`: everything of a person as a Bundle, in a file for its owner alone.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use hygie_keeper::notice::PersonId;
use serde_json::json;

use crate::output::{Exit, Output};
use crate::{Error, Home, reach};

/// Exports `person` to `out`, by default `PERSON.json` here; `-` is standard output.
///
/// # Errors
/// [`Error::ExportExists`], [`Error::File`], those of reaching care.
pub async fn run(
    home: &Home,
    person: PersonId,
    out: Option<PathBuf>,
    output: &Output,
) -> Result<Exit, Error> {
    let out = out.unwrap_or_else(|| PathBuf::from(format!("{person}.json")));
    fetch(home, person, &format!("/export/{person}"), out, output).await
}

/// Writes what care answers about `person` at `path` to a new file, or to standard output.
///
/// # Errors
/// As [`run`].
pub async fn fetch(
    home: &Home,
    person: PersonId,
    path: &str,
    out: PathBuf,
    output: &Output,
) -> Result<Exit, Error> {
    let to_stdout = out.as_os_str() == "-";
    if to_stdout && output.json {
        return Err(Error::Usage {
            why: "--json and --out - both want standard output; leave one of them out",
        });
    }
    // Asked before the record is opened: an opening for nothing would still stand in the person's trail.
    if !to_stdout && out.exists() {
        return Err(Error::ExportExists { path: out });
    }
    let body = reach::with(home, async |client| client.get(path).await).await?;
    if to_stdout {
        let written = std::io::stdout().lock().write_all(&body);
        written.map_err(|source| Error::file("write", Path::new("standard output"), source))?;
        return Ok(Exit::Done);
    }
    write(&out, &body)?;
    let value = json!({ "person": person.to_string(), "path": out, "bytes": body.len() });
    output.show(&out.display().to_string(), &value);
    Ok(Exit::Done)
}

/// Writes a new file that nobody else could read at any moment.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(|source| match source.kind() {
            ErrorKind::AlreadyExists => Error::ExportExists {
                path: path.to_owned(),
            },
            _ => Error::file("make", path, source),
        })?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(|source| {
            // Half a record is no export; the error is said either way.
            let _left = std::fs::remove_file(path);
            Error::file("write", path, source)
        })
}
