//! `hygie keys share`: a custodian opens his share, on his own machine, with his own identity.

use std::path::{Path, PathBuf};

use hygie_keeper::Share;
use serde_json::json;

use super::write_private;
use crate::Error;
use crate::backup::seal;
use crate::output::{Exit, Output};

/// Opens `sealed` into `out`, by default the same name without `.age`.
///
/// # Errors
/// [`Error::Identity`] when it is sealed to somebody else; [`Error::NoShare`] when what is inside is no
/// share; [`Error::File`] for a file that is there.
pub fn run(
    identity: &Path,
    sealed: &Path,
    out: Option<PathBuf>,
    output: &Output,
) -> Result<Exit, Error> {
    let identity = seal::identity(identity)?;
    let bytes = std::fs::read(sealed).map_err(|source| Error::file("read", sealed, source))?;
    let plain = age::decrypt(&identity, &bytes).map_err(|_| Error::Identity {
        path: sealed.to_owned(),
    })?;
    let share = std::str::from_utf8(&plain)
        .ok()
        .and_then(|text| Share::parse(text).ok())
        .ok_or_else(|| Error::NoShare {
            path: sealed.to_owned(),
        })?;
    let out = out.unwrap_or_else(|| match sealed.extension() {
        Some(end) if end == "age" => sealed.with_extension(""),
        _ => sealed.with_extension("share"),
    });
    write_private(&out, share.text().as_bytes())?;
    let text = format!(
        "{}: the share of {} of {}, {} of which open it; give it to nobody but who restores, and destroy this file then",
        out.display(),
        share.custodian,
        share.part,
        share.threshold,
    );
    let value = json!({
        "share": out,
        "of": share.part.to_string(),
        "custodian": share.custodian,
        "threshold": share.threshold,
    });
    output.show(&text, &value);
    Ok(Exit::Done)
}
