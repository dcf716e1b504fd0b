//! `hygie ledger verify`: offline, with nothing but the ledger's files and its public key.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hygie_keeper::notice::EndingProof;
use hygie_ledger::verify::Verified;
use hygie_ledger::{Checkpoint, Folder, Inclusion, Verifier, verify};
use serde_json::json;

use crate::output::{Exit, Output};
use crate::{Error, Home};

/// How often a ledger that is being written is looked at again.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(100);

/// Verifies a ledger; needs no home when both `ledger` and `key` are given, and no service ever. With a `checkpoint`
/// that was kept elsewhere, it must go on from that.
///
/// # Errors
/// [`Error::Verification`] names the file at fault; [`Error::Key`] when the public key can't be read.
pub fn verify(
    home: &Home,
    ledger: Option<PathBuf>,
    key: Option<String>,
    checkpoint: Option<PathBuf>,
    output: &Output,
) -> Result<Exit, Error> {
    if ledger.is_none() || key.is_none() {
        home.check()?;
    }
    let dir = ledger.unwrap_or_else(|| home.ledger());
    let verifier = match key {
        Some(given) => verifier(&given)?,
        None => verifier_in(&home.ledger_key())?,
    };
    if !dir.is_dir() {
        let source = std::io::ErrorKind::NotFound.into();
        return Err(Error::file("read", &dir, source));
    }
    let known = checkpoint.map(|path| known(&path, &verifier)).transpose()?;
    let verified = steady(&dir, &verifier, known.as_ref())?;
    let root = verified.root.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to memory succeeds");
        hex
    });
    let since = known.map(|known| known.size);
    let mut text = format!(
        "the ledger of `{}` verifies: {} entries\nroot {root}",
        verifier.origin(),
        verified.size
    );
    if let Some(size) = since {
        text.push_str(&format!("\nit goes on from the checkpoint of {size}"));
    }
    let value = json!({
        "verified": true,
        "origin": verifier.origin(),
        "size": verified.size,
        "root": root,
        "since": since,
    });
    output.show(&text, &value);
    Ok(Exit::Done)
}

/// Verifies one receipt, or one tlog-proof, with the ledger's public key alone.
///
/// # Errors
/// [`Error::Verification`] says what does not hold; [`Error::Key`] when the public key can't be read.
pub fn verify_proof(
    home: &Home,
    proof: &Path,
    key: Option<String>,
    output: &Output,
) -> Result<Exit, Error> {
    let verifier = match key {
        Some(given) => verifier(&given)?,
        None => verifier_in(&home.ledger_key())?,
    };
    let text =
        std::fs::read_to_string(proof).map_err(|source| Error::file("read", proof, source))?;
    if EndingProof::is_one(&text) {
        return verify_ending(proof, &text, &verifier, output);
    }
    let proved = Inclusion::parse(&text)
        .and_then(|inclusion| Ok((inclusion.verify(&verifier)?, inclusion.index)));
    let (checkpoint, index) = proved.map_err(|source| Error::Verification {
        dir: proof.to_owned(),
        source,
    })?;
    let text = format!(
        "the proof verifies: entry {index} of the ledger `{}`, which then held {}",
        checkpoint.origin, checkpoint.size
    );
    let value = json!({
        "verified": true,
        "origin": checkpoint.origin,
        "index": index,
        "size": checkpoint.size,
    });
    output.show(&text, &value);
    Ok(Exit::Done)
}

/// Verifies the proof that a record ended.
fn verify_ending(
    path: &Path,
    text: &str,
    verifier: &Verifier,
    output: &Output,
) -> Result<Exit, Error> {
    let proved = EndingProof::parse(text).and_then(|proof| proof.verify(verifier));
    let (event, index, size) = proved.map_err(|source| Error::ProofBroken {
        path: path.to_owned(),
        source,
    })?;
    let (person, what) = (event.notice.subject.id, event.notice.what);
    let text = format!(
        "the proof verifies: entry {index} of the ledger `{}`, which then held {size}\n{person}: {what}",
        verifier.origin(),
    );
    let value = json!({
        "verified": true,
        "origin": verifier.origin(),
        "index": index,
        "size": size,
        "person": person.to_string(),
        "at": event.at,
        "what": what,
    });
    output.show(&text, &value);
    Ok(Exit::Done)
}

/// Verifies, and looks again while somebody writes.
fn steady(dir: &Path, verifier: &Verifier, known: Option<&Checkpoint>) -> Result<Verified, Error> {
    let store = Folder::open(dir).map_err(|source| Error::Verification {
        dir: dir.to_owned(),
        source,
    })?;
    let mut tries = 1;
    loop {
        match verify::folder_since(&store, verifier, known) {
            Ok(verified) => return Ok(verified),
            // A writer adds files before it signs for them: such a one is gone, or signed, a moment later.
            Err(hygie_ledger::Error::Changed | hygie_ledger::Error::Unexpected { .. })
                if tries < TRIES =>
            {
                tries += 1;
                std::thread::sleep(PAUSE);
            }
            Err(source @ hygie_ledger::Error::Changed) => {
                return Err(Error::LedgerBusy {
                    dir: dir.to_owned(),
                    source,
                });
            }
            Err(source) => {
                return Err(Error::Verification {
                    dir: dir.to_owned(),
                    source,
                });
            }
        }
    }
}

/// A checkpoint out of its file, its signature checked.
fn known(path: &Path, verifier: &Verifier) -> Result<Checkpoint, Error> {
    let note = std::fs::read_to_string(path).map_err(|source| Error::file("read", path, source))?;
    Checkpoint::open(&note, verifier).map_err(|source| Error::Verification {
        dir: path.to_owned(),
        source,
    })
}

/// A public key itself, or the file that holds it.
pub fn verifier(given: &str) -> Result<Verifier, Error> {
    let path = Path::new(given);
    if path.is_file() {
        return verifier_in(path);
    }
    given
        .parse()
        .map_err(|error: hygie_ledger::Error| Error::Key {
            path: path.to_owned(),
            why: format!("it is neither a file nor a verifier key ({error})"),
        })
}

/// The public key in a file.
pub fn verifier_in(path: &Path) -> Result<Verifier, Error> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::file("read", path, source))?;
    text.trim_end()
        .parse()
        .map_err(|error: hygie_ledger::Error| Error::Key {
            path: path.to_owned(),
            why: error.to_string(),
        })
}
