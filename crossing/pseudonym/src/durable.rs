//! Files that are there whole, or not at all.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use zeroize::Zeroizing;

use crate::Error;

/// Makes a folder of mode 0700, and those above it; its name is on disk when it returns.
pub(crate) fn make_folder(path: &Path) -> Result<(), Error> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(Error::io(path))?;
    sync_folder(path)
}

/// A new file of mode 0600 beside the one that it will replace; what a crash left of an earlier attempt goes.
pub(crate) fn unborn(path: &Path) -> Result<File, Error> {
    fresh(path, 0o600)
}

fn fresh(path: &Path, mode: u32) -> Result<File, Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Error::io(path)(error));
        }
        _ => {}
    }
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)
        .map_err(Error::io(path))
}

/// Gives a file that was written its name; both are on disk when it returns.
pub(crate) fn name(file: &File, unborn: &Path, path: &Path) -> Result<(), Error> {
    file.sync_all().map_err(Error::io(unborn))?;
    fs::rename(unborn, path).map_err(Error::io(path))?;
    sync_folder(path)
}

/// Writes a small file that others may read (mode 0644) in the place of whatever has its name; both are on disk when it returns.
///
/// # Errors
/// [`Error::Io`].
pub fn public(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let new = path.with_extension("new");
    let mut file = fresh(&new, 0o644)?;
    file.write_all(bytes).map_err(Error::io(&new))?;
    name(&file, &new, path)
}

/// Replaces a small secret file (mode 0600), or makes it. What stood in the old one is overwritten in its place, as far as the
/// file system does so.
///
/// # Errors
/// [`Error::Io`].
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let old = OpenOptions::new().write(true).open(path);
    let new = path.with_extension("new");
    let mut file = unborn(&new)?;
    file.write_all(bytes).map_err(Error::io(&new))?;
    name(&file, &new, path)?;
    match old {
        Ok(old) => wipe(old).map_err(Error::io(path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Error::io(path)(error)),
    }
}

fn wipe(mut file: File) -> io::Result<()> {
    let length = usize::try_from(file.metadata()?.len())
        .unwrap_or(usize::MAX)
        .min(1 << 16);
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&vec![0; length])?;
    file.sync_all()
}

/// Reads a secret file, which only its owner may read.
///
/// # Errors
/// [`Error::Missing`], [`Error::Readable`], [`Error::Io`].
pub fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Error> {
    let metadata = fs::metadata(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::Missing(path.to_owned()),
        _ => Error::io(path)(error),
    })?;
    if metadata.permissions().mode() & 0o077 != 0 {
        return Err(Error::Readable(path.to_owned()));
    }
    fs::read(path).map(Zeroizing::new).map_err(Error::io(path))
}

/// Removes a file; that it is gone already is no error.
pub(crate) fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io(path)(error)),
        _ => sync_folder(path),
    }
}

/// Makes the names in the folder of a path durable.
fn sync_folder(path: &Path) -> Result<(), Error> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(Error::io(folder))
}
