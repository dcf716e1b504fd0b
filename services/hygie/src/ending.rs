//! `hygie erase`, `hygie close` and `hygie reopen`: records that end as their holders ask, and come back.

use std::path::{Path, PathBuf};

use hygie_keeper::notice::PersonId;
use serde_json::{Value, json};

use crate::keys::write_private;
use crate::output::{Exit, Output};
use crate::{Error, Home, reach, settings};

/// How long custodians keep what they get when nobody says, in years (art. R. 1111-36 CSP).
const YEARS: u8 = 10;

/// Erases the record, and writes the proof of it to `out`, by default `PERSON.erased` here.
///
/// # Errors
/// [`Error::ExportExists`], [`Error::Refused`], [`Error::File`], those of reaching care. After one that says
/// that the connection broke, the same command completes what was begun.
pub async fn erase(
    home: &Home,
    person: PersonId,
    out: Option<PathBuf>,
    years: Option<u8>,
    output: &Output,
) -> Result<Exit, Error> {
    let out = out.unwrap_or_else(|| PathBuf::from(format!("{person}.erased")));
    if out.exists() {
        return Err(Error::ExportExists { path: out });
    }
    let answer = end(home, "erase", person, years).await?;
    let proof = answer["proof"].as_str().ok_or_else(foreign)?;
    write_private(&out, proof.as_bytes())?;
    let text = format!(
        "{person} is erased; the proof is in {}: `hygie ledger verify --proof` checks it\nbackups made before still hold its keys, until the next `hygie keys rotate`",
        out.display(),
    );
    let value = json!({ "person": person.to_string(), "erased": answer["at"], "proof": out });
    output.show(&text, &value);
    Ok(Exit::Done)
}

/// Puts the record into its archive.
///
/// # Errors
/// As [`erase`].
pub async fn close(
    home: &Home,
    person: PersonId,
    years: Option<u8>,
    output: &Output,
) -> Result<Exit, Error> {
    let answer = end(home, "close", person, years).await?;
    let until = answer["until"].as_str().ok_or_else(foreign)?;
    let text = format!("{person} is closed; custodians can open it until {until}");
    let value = json!({
        "person": person.to_string(),
        "closed": answer["at"],
        "until": until,
    });
    output.show(&text, &value);
    Ok(Exit::Done)
}

/// Takes the record out of its archive, by opened shares of custodians.
///
/// # Errors
/// [`Error::Refused`] says which shares are wanted; those of reaching care.
pub async fn reopen(
    home: &Home,
    person: PersonId,
    shares: &[PathBuf],
    output: &Output,
) -> Result<Exit, Error> {
    let shares = shares
        .iter()
        .map(|path| read(path))
        .collect::<Result<Vec<_>, _>>()?;
    let body = json!({ "shares": shares }).to_string();
    let path = format!("/reopen/{person}");
    reach::with(home, async |client| client.post(&path, body.into()).await).await?;
    output.show(
        &format!("{person} is open again; destroy the opened shares"),
        &json!({ "person": person.to_string(), "reopened": true }),
    );
    Ok(Exit::Done)
}

/// How long custodians keep what they get.
///
/// # Errors
/// Those of reading the settings.
pub fn years(home: &Home, years: Option<u8>) -> Result<u8, Error> {
    Ok(match years {
        Some(years) => years,
        None => settings::File::of(home)?.archive_years.unwrap_or(YEARS),
    })
}

async fn end(home: &Home, verb: &str, person: PersonId, years: Option<u8>) -> Result<Value, Error> {
    home.check()?;
    let years = self::years(home, years)?;
    let body = json!({ "years": years }).to_string();
    let path = format!("/{verb}/{person}");
    let answer = reach::with(home, async |client| client.post(&path, body.into()).await).await?;
    serde_json::from_slice(&answer).map_err(|_| foreign())
}

fn read(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|source| Error::file("read", path, source))
}

fn foreign() -> Error {
    Error::Protocol {
        why: "the answer does not say what came of it".to_owned(),
    }
}
