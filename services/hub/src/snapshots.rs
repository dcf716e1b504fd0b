//! Snapshots as the hub reads them: by the crossing's public key, and with the list of the opposed as it stands now.

use std::fs;
use std::path::Path;

use hygie_snapshot::{Opposed, Snapshot, Snapshots, Verifier};

use crate::Error;

/// A snapshot, the newest without a number, and who opposes.
///
/// INVARIANT (opposition wins): without a list that the crossing signed nothing is read.
pub fn open(folder: &Path, number: Option<u64>) -> Result<(Snapshot, Opposed), Error> {
    let path = folder.join("snapshots.vkey");
    let text = fs::read_to_string(&path).map_err(Error::io(&path))?;
    let verifier: Verifier = text.trim().parse().map_err(|_| Error::Verifier { path })?;
    let opposed = Opposed::read(folder, &verifier)?;
    let snapshots = Snapshots::new(folder, verifier);
    let snapshot = match number {
        Some(number) => snapshots.open(number)?,
        None => snapshots.latest()?,
    };
    Ok((snapshot, opposed))
}
