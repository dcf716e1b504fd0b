//! A folder of backups: `000001`, `000002`… Each adds what the one before did not have, and holds
//! `keeper.age`, `store.age` and `manifest`, a note that the ledger's key signed. A manifest names its
//! files by SHA-256 and the manifest before it, so that none can be left out or exchanged.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{SHA256, digest};
use hygie_keeper::Manifest;
use hygie_ledger::Verifier;

use super::seal::hex;
use crate::Error;

/// The names of a backup's files.
pub const KEEPER: &str = "keeper.age";
pub const STORE: &str = "store.age";
const MANIFEST: &str = "manifest";

/// The backups of a folder, oldest first, each signed and in its place.
#[derive(Debug, Default)]
pub struct Folder {
    dir: PathBuf,
    backups: Vec<Manifest>,
    /// SHA-256 of the last manifest.
    last: String,
}

impl Folder {
    /// Reads the manifests of `dir`; a folder that is not there has none.
    ///
    /// # Errors
    /// [`Error::BackupAltered`] names the manifest that is missing, not signed by this key, or not in
    /// its place; [`Error::File`].
    pub fn open(dir: &Path, key: &Verifier) -> Result<Self, Error> {
        let mut folder = Self {
            dir: dir.to_owned(),
            ..Self::default()
        };
        for number in 1..=count(dir)? {
            let path = folder.place(number).join(MANIFEST);
            let altered = || Error::BackupAltered { path: path.clone() };
            let signed = match fs::read_to_string(&path) {
                Err(error) if error.kind() == ErrorKind::NotFound => return Err(altered()),
                signed => signed.map_err(|source| Error::file("read", &path, source))?,
            };
            let manifest = Manifest::open(&signed, key).ok_or_else(altered)?;
            let (events, positions) = folder.ends();
            let follows = manifest.number == number
                && manifest.previous == folder.last
                && manifest.events.0 == events
                && manifest.positions.0 == positions;
            if !follows {
                return Err(altered());
            }
            folder.last = hex(digest(&SHA256, signed.as_bytes()).as_ref());
            folder.backups.push(manifest);
        }
        Ok(folder)
    }

    /// Every backup.
    pub fn backups(&self) -> &[Manifest] {
        &self.backups
    }

    /// Up to where events and positions are there.
    pub fn ends(&self) -> (u64, u64) {
        let last = self.backups.last();
        last.map_or((0, 0), |last| (last.events.1, last.positions.1))
    }

    /// The number of the next backup, and the hash of the manifest before it.
    pub fn next(&self) -> (u64, String) {
        let number = self.backups.last().map_or(0, |last| last.number);
        (number + 1, self.last.clone())
    }

    /// The folder of a backup.
    pub fn place(&self, number: u64) -> PathBuf {
        self.dir.join(format!("{number:06}"))
    }

    /// A backup's manifest as it was signed.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn signed(&self, number: u64) -> Result<String, Error> {
        let path = self.place(number).join(MANIFEST);
        fs::read_to_string(&path).map_err(|source| Error::file("read", &path, source))
    }

    /// A folder for the next backup, in which nothing counts yet.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn begin(&self) -> Result<PathBuf, Error> {
        let path = self.unfinished();
        let failed = |source| Error::file("make", &path, source);
        fs::create_dir_all(&self.dir).map_err(failed)?;
        // What an interrupted backup left.
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        fs::create_dir(&path).map_err(failed)?;
        Ok(path)
    }

    /// Makes the backup that was begun count: its manifest is written, and its folder gets its name.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn end(&self, number: u64, signed: &str) -> Result<PathBuf, Error> {
        let (from, to) = (self.unfinished(), self.place(number));
        let path = from.join(MANIFEST);
        let written = fs::write(&path, signed)
            .and_then(|()| File::open(&path)?.sync_all())
            .and_then(|()| File::open(&from)?.sync_all())
            .and_then(|()| fs::rename(&from, &to))
            .and_then(|()| File::open(&self.dir)?.sync_all());
        written.map_err(|source| Error::file("write", &path, source))?;
        Ok(to)
    }

    fn unfinished(&self) -> PathBuf {
        self.dir.join("unfinished")
    }
}

/// The highest number of a backup in the folder.
fn count(dir: &Path) -> Result<u64, Error> {
    let failed = |source| Error::file("read", dir, source);
    let names = match fs::read_dir(dir) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
        names => names.map_err(failed)?,
    };
    let mut highest = 0;
    for name in names {
        let name = name.map_err(failed)?.file_name();
        let number = name.to_str().filter(|name| name.len() == 6);
        highest = highest.max(number.and_then(|name| name.parse().ok()).unwrap_or(0));
    }
    Ok(highest)
}
