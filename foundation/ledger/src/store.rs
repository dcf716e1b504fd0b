//! Where a log keeps its files.

mod folder;

use std::collections::BTreeMap;

pub use folder::Folder;

use crate::Error;

/// A place that keeps small files under paths such as `checkpoint` or `tile/0/x001/067`.
///
/// **Durability.** When `put` returns `Ok`, its files survive the loss of power. When it fails, or the machine stops
/// before it returns, each of its files by itself is wholly there, or as it was before; in any combination. What
/// `remove` took away may come back after a crash. `Log` orders its calls so that each such state can be recovered.
/// **Unfinished files.** An interrupted `put` may leave a file named like its target with `.tmp` behind it. `list`
/// shows it, nobody reads it, and `Log::open` removes it.
/// **One writer.** The first `put`, even of no file, claims the store; while a claim is held, a `put` through another
/// value fails with [`Error::InUse`]. Readers need no claim and see whole files.
/// **Retry.** Nothing here is tried again. An error of `put` or `remove` means that it is not known what is durable:
/// the caller must drop what it believes and read the store again. An error of `get` or `list` has changed nothing.
pub trait Store: Send {
    /// The bytes of a file; `None` when there is none.
    fn get(&self, path: &str) -> Result<Option<Vec<u8>>, Error>;

    /// Writes files, durable when it returns; a file that exists is replaced at once as a whole.
    fn put(&mut self, files: &[(String, Vec<u8>)]) -> Result<(), Error>;

    /// The paths of all files, in any order.
    fn list(&self) -> Result<Vec<String>, Error>;

    /// Removes a file; there may be none.
    fn remove(&mut self, path: &str) -> Result<(), Error>;
}

/// A store in memory, for tests and measurements. A clone is a store of its own.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: BTreeMap<String, Vec<u8>>,
}

impl Store for Memory {
    fn get(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.files.get(path).cloned())
    }

    fn put(&mut self, files: &[(String, Vec<u8>)]) -> Result<(), Error> {
        self.files.extend(files.iter().cloned());
        Ok(())
    }

    fn list(&self) -> Result<Vec<String>, Error> {
        Ok(self.files.keys().cloned().collect())
    }

    fn remove(&mut self, path: &str) -> Result<(), Error> {
        self.files.remove(path);
        Ok(())
    }
}
