//! How far care saw the ledger go, kept beside the store, so that a keeper of an earlier day is told from today's even
//! where nothing was written since, only read.
//!
//! INVARIANT (no log, no plaintext): whoever brings back yesterday's keys and ledger under today's store takes
//! openings out of the log; care refuses that keeper. Not covered: openings of the last second before a crash, and a
//! host who brings back all three, or takes this file away: against him a checkpoint must be kept elsewhere.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use hygie_notice::wire::Failure;

use crate::{Error, Record};

/// The first bytes of the file. Behind them: how many leaves there were (u64, big-endian), and the last leaf's entry.
const HEAD: &[u8] = b"hygie seen 1\n";
/// The longest entry that a ledger takes.
const ENTRY: usize = 65_535;

/// The file in which care notes how far it saw the ledger go.
#[derive(Debug)]
pub struct Seen {
    path: PathBuf,
    /// The size that the file tells.
    size: Arc<Mutex<u64>>,
}

impl Seen {
    /// Holds a keeper against what `path` tells: it must know all that was seen.
    ///
    /// # Errors
    /// [`Error::KeeperOlder`] or [`Error::KeeperOther`] for a keeper of another day; [`Error::Seen`] when the file
    /// can't be read or is not in its form; [`Error::Keeper`].
    pub async fn hold(record: &Record, path: &Path) -> Result<Self, Error> {
        let seen = Self {
            path: path.to_owned(),
            size: Arc::default(),
        };
        let bytes = match fs::read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(seen),
            read => read.map_err(Error::Seen)?,
        };
        let (size, entry) = parse(&bytes).ok_or_else(|| {
            Error::Seen(io::Error::new(
                io::ErrorKind::InvalidData,
                "it is not in the form that care writes; restore it with the store",
            ))
        })?;
        let held = record.keeper.hello().await?.size;
        if held < size {
            return Err(Error::KeeperOlder { seen: size, held });
        }
        if size > 0 && leaf(record, size - 1).await?.as_deref() != Some(entry) {
            return Err(Error::KeeperOther { index: size - 1 });
        }
        *seen.size() = size;
        Ok(seen)
    }

    /// Notes how far the ledger goes now, durably, when it went on. One at a time.
    ///
    /// # Errors
    /// [`Error::KeeperOlder`] when the keeper was exchanged for one of an earlier day; [`Error::Keeper`];
    /// [`Error::Seen`] when it can't be written: the file tells what it told before.
    pub async fn note(&self, record: &Record) -> Result<(), Error> {
        let (held, seen) = (record.keeper.hello().await?.size, *self.size());
        if held < seen {
            return Err(Error::KeeperOlder { seen, held });
        }
        if held == seen {
            return Ok(());
        }
        let Some(entry) = leaf(record, held - 1).await? else {
            return Ok(());
        };
        let (path, known) = (self.path.clone(), Arc::clone(&self.size));
        let written = tokio::task::spawn_blocking(move || {
            let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
            write(&path, held, &entry)?;
            *known = held;
            Ok(())
        });
        // What is cancelled here is a runtime that goes away.
        written
            .await
            .map_err(|error| Error::Seen(io::Error::other(error)))?
            .map_err(Error::Seen)
    }

    fn size(&self) -> std::sync::MutexGuard<'_, u64> {
        self.size.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A leaf's entry; none when the keeper has no such leaf.
async fn leaf(record: &Record, index: u64) -> Result<Option<Vec<u8>>, Error> {
    match record.keeper.prove(index).await {
        Ok(proof) => Ok(Some(proof.entry)),
        Err(hygie_keeper::Error::Refused(Failure::Notice(_))) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn parse(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (size, entry) = bytes.strip_prefix(HEAD)?.split_first_chunk::<8>()?;
    (entry.len() <= ENTRY).then_some((u64::from_be_bytes(*size), entry))
}

/// Crash before the rename: the file is as it was. Crash after it: it tells the one or the other, and both were seen.
fn write(path: &Path, size: u64, entry: &[u8]) -> io::Result<()> {
    let new = path.with_extension("new");
    let mut file = File::create(&new)?;
    file.write_all(&[HEAD, &size.to_be_bytes(), entry].concat())?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    //! Failures covered: bytes that are no note of what was seen and are read as one; a note that is read as another.
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::{HEAD, parse, write};

    proptest! {
        #[test]
        fn any_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            prop_assert!(parse(&bytes).is_none() || bytes.starts_with(HEAD));
            let headed = [HEAD, &bytes].concat();
            prop_assert_eq!(parse(&headed).is_some(), bytes.len() >= 8);
        }

        #[test]
        fn another_note_is_read_than_was_written(size: u64, entry in proptest::collection::vec(any::<u8>(), 0..100)) {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("seen");
            write(&path, size, &entry).unwrap();
            let bytes = std::fs::read(&path).unwrap();
            prop_assert_eq!(parse(&bytes), Some((size, entry.as_slice())));
        }
    }
}
