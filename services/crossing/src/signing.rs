//! The key by which snapshots and the list of the opposed are signed. It lies beside the keys of pseudonyms; its public half
//! lies among the snapshots, for whoever reads them.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use hygie_ledger::Signer;
use hygie_pseudonym::{Entropy, SystemEntropy, durable};
use zeroize::Zeroizing;

use crate::Error;
use crate::alone::alone;

/// The name under which manifests are signed.
const NAME: &str = "hygie/snapshots";

/// The key that is there. Whoever reads and signs makes none: in the place of one that was lost, another would be believed by
/// nobody, and what the lost one signed would be taken for forged.
pub fn signer(keys: &Path) -> Result<Signer, Error> {
    let path = path(keys);
    let seed = durable::read(&path).map_err(|error| match error {
        hygie_pseudonym::Error::Missing(_) => Error::Asked(format!(
            "`{}` is missing: bring back its sealed copy; where nothing was ever signed, `hygie-crossing opposed publish` makes it",
            path.display()
        )),
        error => error.into(),
    })?;
    let seed: &[u8; 32] = seed.as_slice().try_into().map_err(|_| {
        Error::Asked(format!(
            "`{}` is no key of 32 bytes: bring back its sealed copy",
            path.display()
        ))
    })?;
    Signer::from_seed(NAME, seed).map_err(|error| Error::Asked(error.to_string()))
}

/// The key for the first list of the opposed in a folder of snapshots, before which nothing is signed there: made when there is
/// none, and no public half among the snapshots says that there was one.
pub fn first(keys: &Path, snapshots: &Path) -> Result<Signer, Error> {
    let path = path(keys);
    if !there(&path)? && !there(&public(snapshots))? {
        // Two that make it side by side would each sign with their own, and one of them be lost.
        let _alone = alone(keys)?;
        if !there(&path)? {
            let mut seed = Zeroizing::new([0; 32]);
            SystemEntropy.fill(seed.as_mut());
            durable::replace(&path, seed.as_ref())?;
        }
    }
    signer(keys)
}

/// Puts the public half among the snapshots.
pub fn publish(signer: &Signer, snapshots: &Path) -> Result<(), Error> {
    fs::create_dir_all(snapshots).map_err(Error::io(snapshots))?;
    let path = public(snapshots);
    let text = format!("{}\n", signer.verifier());
    match fs::read_to_string(&path) {
        Ok(there) if there == text => Ok(()),
        Ok(_) => Err(Error::Asked(format!(
            "`{}` is the key of another crossing: give the folder of its own snapshots, or an empty one",
            path.display()
        ))),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Ok(durable::public(&path, text.as_bytes())?)
        }
        Err(error) => Err(Error::io(&path)(error)),
    }
}

fn path(keys: &Path) -> PathBuf {
    keys.join("snapshots.key")
}

fn public(snapshots: &Path) -> PathBuf {
    snapshots.join("snapshots.vkey")
}

fn there(path: &Path) -> Result<bool, Error> {
    path.try_exists().map_err(Error::io(path))
}
