//! A root key whose passphrase or key file was lost, out of its custodians' shares, under a new protection.

use std::fs;

use hygie_notice::Entropy;

use super::{Protection, protect};
use crate::keeper::{ROOT_CHECK, lock};
use crate::share::{self, Part, Share};
use crate::wrap::WrappingKey;
use crate::{Error, Home, database, home};

/// Puts the root key under a new protection. The keeper must not run.
///
/// Crash on the way: the file `root` is the old one or the new one, and the same shares do it again.
///
/// # Errors
/// [`Error::Locked`] while the keeper runs; [`Error::SharesWanted`], [`Error::ShareForeign`] and
/// [`Error::SharesBroken`] when the shares do not give this home's root key; those of the protection.
pub fn recover(
    home: &Home,
    shares: &[Share],
    protection: &Protection,
    entropy: &dyn Entropy,
) -> Result<(), Error> {
    let _lock = lock(home)?;
    let db = database::open(&home.database())?;
    // It is written when the keeper first runs, before anybody can be a custodian.
    let check = database::fact(&db, ROOT_CHECK)?
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(Error::NoCustody)?;
    share::refuse_foreign(shares, &[(Part::Root, check)])?;
    let secret = share::reassemble(&Part::Root, &check, shares)?;
    let root = secret
        .as_slice()
        .try_into()
        .map(WrappingKey::from_bytes)
        .map_err(|_| Error::SharesBroken(Part::Root.to_string()))?;
    let text = protect(home, &root, protection, entropy)?;
    let unborn = home.keeper().join("root.new");
    match fs::remove_file(&unborn) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(Error::io(&unborn)(error));
        }
        _ => {}
    }
    home::write_private_file(&unborn, text.as_bytes())?;
    let path = home.root();
    fs::rename(&unborn, &path).map_err(Error::io(&path))?;
    home::sync_directory(home.keeper())
}
