//! Rows that wait on disk, in the crossing's zone, because memory is too small for them. They are compressed, and sealed
//! (AES-256-GCM) under a key that is in this process's memory alone: once it has ended nobody can read them, and an import
//! that was cut off begins anew.
//!
//! The file has no name: the system frees it when the process ends, however it ends.

use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use crate::error::Error;

/// Where rows wait, and how they are sealed.
pub(crate) struct Place {
    folder: PathBuf,
    key: LessSafeKey,
    /// The number of the next block: of all files, so that no nonce comes twice.
    next: AtomicU64,
    /// The number of the next file: threads make them side by side, and each has a name for a moment.
    files: AtomicU64,
}

impl Place {
    /// A folder of its own, and a key that is used for nothing else. What an earlier try left there goes.
    pub(crate) fn new(folder: &Path, key: &[u8; 32]) -> Result<Place, Error> {
        match fs::remove_dir_all(folder) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::file("delete", folder, source));
            }
            _ => {}
        }
        let key = UnboundKey::new(&AES_256_GCM, key).expect("32 bytes are a key of AES-256");
        Ok(Place {
            folder: folder.to_owned(),
            key: LessSafeKey::new(key),
            next: AtomicU64::new(0),
            files: AtomicU64::new(0),
        })
    }

    /// The folder goes when the import has ended.
    pub(crate) fn leave(&self) {
        // It is empty; if it can't be deleted the next import will try.
        let _gone = fs::remove_dir(&self.folder);
    }

    fn nonce(number: u64) -> Nonce {
        let mut nonce = [0; 12];
        nonce[..8].copy_from_slice(&number.to_be_bytes());
        Nonce::assume_unique_for_key(nonce)
    }
}

/// A file of blocks.
pub(crate) struct Spill<'a> {
    place: &'a Place,
    path: PathBuf,
    file: File,
    end: AtomicU64,
}

/// Where a block lies in its file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    number: u64,
    at: u64,
    sealed: usize,
    plain: usize,
}

impl Spill<'_> {
    pub(crate) fn new(place: &Place) -> Result<Spill<'_>, Error> {
        let folder = &place.folder;
        fs::create_dir_all(folder).map_err(|source| Error::file("make", folder, source))?;
        let number = place.files.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!("rows-{number}"));
        let failed = |source| Error::file("write", &path, source);
        let mut options = File::options();
        options.read(true).write(true).create_new(true);
        let file = options.open(&path).map_err(failed)?;
        fs::remove_file(&path).map_err(failed)?;
        Ok(Spill {
            place,
            path,
            file,
            end: AtomicU64::new(0),
        })
    }

    /// Writes a block; threads may do so side by side.
    pub(crate) fn write(&self, plain: &[u8]) -> Result<Block, Error> {
        let failed = |source| Error::file("write", &self.path, source);
        let mut sealed = zstd::bulk::compress(plain, 1).map_err(failed)?;
        let number = self.place.next.fetch_add(1, Ordering::Relaxed);
        let key = &self.place.key;
        key.seal_in_place_append_tag(Place::nonce(number), Aad::empty(), &mut sealed)
            .expect("a block is shorter than what one nonce may seal");
        let length = sealed.len() as u64;
        let at = self.end.fetch_add(length, Ordering::Relaxed);
        self.file.write_all_at(&sealed, at).map_err(failed)?;
        Ok(Block {
            number,
            at,
            sealed: sealed.len(),
            plain: plain.len(),
        })
    }

    /// Reads a block back.
    pub(crate) fn read(&self, block: Block) -> Result<Vec<u8>, Error> {
        let failed = |source| Error::file("read", &self.path, source);
        let mut sealed = vec![0; block.sealed];
        self.file
            .read_exact_at(&mut sealed, block.at)
            .map_err(failed)?;
        let key = &self.place.key;
        let opened = key
            .open_in_place(Place::nonce(block.number), Aad::empty(), &mut sealed)
            .map_err(|_| failed(std::io::Error::other("it is not what was written")))?;
        zstd::bulk::decompress(opened, block.plain).map_err(failed)
    }
}

#[cfg(test)]
mod tests;
