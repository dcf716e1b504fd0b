//! The key by which snapshots and the list of the opposed are signed. It lies beside the keys of pseudonyms; its public half
//! lies among the snapshots, for whoever reads them.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use hygie_ledger::Signer;
use hygie_pseudonym::{Entropy, SystemEntropy};
use zeroize::Zeroizing;

use crate::Error;

/// The name under which manifests are signed.
const NAME: &str = "hygie/snapshots";

/// The key, made when there is none yet.
pub fn signer(keys: &Path) -> Result<Signer, Error> {
    let path = keys.join("snapshots.key");
    let seed = match fs::read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => make(&path)?,
        seed => Zeroizing::new(seed.map_err(Error::io(&path))?),
    };
    let seed: &[u8; 32] = seed.as_slice().try_into().map_err(|_| {
        Error::Asked(format!(
            "`{}` is no key of 32 bytes: bring back its sealed copy",
            path.display()
        ))
    })?;
    Signer::from_seed(NAME, seed).map_err(|error| Error::Asked(error.to_string()))
}

/// Puts the public half among the snapshots.
pub fn publish(signer: &Signer, snapshots: &Path) -> Result<(), Error> {
    fs::create_dir_all(snapshots).map_err(Error::io(snapshots))?;
    let path = snapshots.join("snapshots.vkey");
    let text = format!("{}\n", signer.verifier());
    match fs::read_to_string(&path) {
        Ok(there) if there == text => Ok(()),
        Ok(_) => Err(Error::Asked(format!(
            "`{}` is the key of another crossing: give the folder of its own snapshots, or an empty one",
            path.display()
        ))),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            fs::write(&path, text).map_err(Error::io(&path))
        }
        Err(error) => Err(Error::io(&path)(error)),
    }
}

fn make(path: &PathBuf) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut seed = Zeroizing::new(vec![0; 32]);
    SystemEntropy.fill(&mut seed);
    let new = path.with_extension("new");
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&new)
        .map_err(Error::io(&new))?;
    file.write_all(&seed).map_err(Error::io(&new))?;
    file.sync_all().map_err(Error::io(&new))?;
    fs::rename(&new, path).map_err(Error::io(path))?;
    Ok(seed)
}
