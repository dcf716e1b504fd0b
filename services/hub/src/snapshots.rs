//! Snapshots as the hub reads them: by the crossing's public key, and with the list of the opposed as it stands now.

use std::fs;
use std::path::{Path, PathBuf};

use hygie_snapshot::{Error as Snapshots, Opposed, Snapshot, Verifier};

use crate::Error;

/// A folder of snapshots.
pub struct Folder {
    path: PathBuf,
    verifier: Verifier,
}

impl Folder {
    /// Reads the key by which it is believed.
    pub fn open(folder: &Path) -> Result<Folder, Error> {
        let path = folder.join("snapshots.vkey");
        let text = fs::read_to_string(&path).map_err(Error::io(&path))?;
        let verifier = text.trim().parse().map_err(|_| Error::Verifier { path })?;
        Ok(Folder {
            path: folder.to_owned(),
            verifier,
        })
    }

    /// Who opposes now.
    ///
    /// INVARIANT (opposition wins): without a list that the crossing signed nothing is read.
    pub fn opposed(&self) -> Result<Opposed, Snapshots> {
        Opposed::read(&self.path, &self.verifier)
    }

    /// A snapshot, the newest without a number.
    pub fn snapshot(&self, number: Option<u64>) -> Result<Snapshot, Snapshots> {
        let snapshots = hygie_snapshot::Snapshots::new(&self.path, self.verifier.clone());
        match number {
            Some(number) => snapshots.open(number),
            None => snapshots.latest(),
        }
    }
}
