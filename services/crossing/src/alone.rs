//! One run at a time in a folder that has no mark of its own to lock.

use std::fs::{File, TryLockError};
use std::path::Path;

use crate::Error;

/// No other run that asks for this folder has it until the file is dropped; the system lets it go when the process ends.
pub fn alone(folder: &Path) -> Result<File, Error> {
    let file = File::open(folder).map_err(Error::io(folder))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Busy(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(Error::io(folder)(error)),
    }
}
