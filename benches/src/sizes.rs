//! What a home takes on disk: blocks that are allocated, since that is what a disk fills up with.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::failure::Failure;

/// Bytes on disk, by what they are for.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// Sealed entries.
    pub store: u64,
    /// The log of openings.
    pub ledger: u64,
    /// Keys, heads, tags and the holders' trails.
    pub keeper: u64,
}

impl Sizes {
    /// Of a home that nobody serves.
    pub fn of(home: &Path) -> Result<Self, Failure> {
        let ledger = allocated(&home.join("keeper/ledger"))?;
        Ok(Self {
            store: allocated(&home.join("store"))?,
            ledger,
            keeper: allocated(&home.join("keeper"))?.saturating_sub(ledger),
        })
    }

    /// What was added since `before`.
    pub fn since(self, before: Self) -> Self {
        Self {
            store: self.store.saturating_sub(before.store),
            ledger: self.ledger.saturating_sub(before.ledger),
            keeper: self.keeper.saturating_sub(before.keeper),
        }
    }
}

/// The blocks of everything in a folder.
pub fn allocated(folder: &Path) -> Result<u64, Failure> {
    walk(folder, &|known| known.blocks() * 512)
}

/// The lengths of the files in a folder.
pub fn length(folder: &Path) -> Result<u64, Failure> {
    walk(folder, &|known| {
        if known.is_file() { known.len() } else { 0 }
    })
}

fn walk(folder: &Path, size: &dyn Fn(&fs::Metadata) -> u64) -> Result<u64, Failure> {
    let mut sum = 0;
    for entry in fs::read_dir(folder).map_err(Failure::at(folder))? {
        let path = entry.map_err(Failure::at(folder))?.path();
        let known = fs::symlink_metadata(&path).map_err(Failure::at(&path))?;
        sum += size(&known);
        if known.is_dir() {
            sum += walk(&path, size)?;
        }
    }
    Ok(sum)
}
