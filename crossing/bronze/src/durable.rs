//! Files that are there whole, or not at all.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use crate::Error;

/// Makes a folder of mode 0700, and those above it; its name is on disk when it returns.
pub fn make_folder(path: &Path) -> Result<(), Error> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(Error::io(path))?;
    sync_above(path)
}

/// A new file of mode 0600; what an earlier attempt left goes.
pub fn unborn(path: &Path) -> Result<File, Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(Error::io(path)(error)),
        _ => {}
    }
    create(path)
}

/// A new file of mode 0600, where none is.
pub fn create(path: &Path) -> Result<File, Error> {
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    made.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Error::Exists(path.to_owned()),
        _ => Error::io(path)(error),
    })
}

/// Writes a small new file durably.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut file = create(path)?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(Error::io(path))?;
    sync_above(path)
}

/// Gives a written file its name, in the place of whatever has it; both are on disk when it returns.
pub fn name(file: &File, unborn: &Path, path: &Path) -> Result<(), Error> {
    file.sync_all().map_err(Error::io(unborn))?;
    fs::rename(unborn, path).map_err(Error::io(path))?;
    sync_above(path)
}

fn sync_above(path: &Path) -> Result<(), Error> {
    let above = path.parent().filter(|above| !above.as_os_str().is_empty());
    let above = above.unwrap_or(Path::new("."));
    File::open(above)
        .and_then(|folder| folder.sync_all())
        .map_err(Error::io(above))
}
