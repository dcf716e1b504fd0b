//! `hygie keys archive-shares PERSON`: the sealed shares of an ended record, for its custodians.

use std::path::Path;

use hygie_keeper::notice::{KeyAnswer, KeyStep, PersonId, Subject};
use serde_json::json;

use super::write_private;
use crate::output::{Exit, Output};
use crate::{Error, Home, reach};

/// Writes them to `out`, one file a custodian and part. That they were given out stands in the ledger.
///
/// # Errors
/// [`Error::KeeperRefused`] when there is no archive; [`Error::File`]; those of reaching the services.
pub async fn run(
    home: &Home,
    person: PersonId,
    out: &Path,
    output: &Output,
) -> Result<Exit, Error> {
    std::fs::create_dir_all(out).map_err(|source| Error::file("make", out, source))?;
    let subject = Subject::person(person);
    let step = KeyStep::Archive { subject };
    let answer = reach::with(home, async |client| client.keys(home, step).await).await?;
    let KeyAnswer::Archive { threshold, shares } = answer else {
        return Err(Error::Protocol {
            why: "the keeper answered another step".to_owned(),
        });
    };
    let mut files = Vec::new();
    for (name, sealed) in shares {
        let path = out.join(format!("{name}.age"));
        write_private(&path, &sealed)?;
        files.push(path);
    }
    let text = format!(
        "{} sealed shares in {}; each custodian opens his own with `hygie keys share`, {threshold} are needed",
        files.len(),
        out.display(),
    );
    output.show(&text, &json!({ "threshold": threshold, "shares": files }));
    Ok(Exit::Done)
}
