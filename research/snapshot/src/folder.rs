//! A folder of snapshots: what stands in it, which is the newest, what has been superseded.
//!
//! `DIR/{number}/` is a snapshot: `manifest` and `TABLE/ORDER/*.parquet`. Files that did not change since the snapshot
//! before are hard links to the same bytes, so that each folder is whole by itself and any of them can be deleted.
//! `DIR/manifests/{number}` stays when a snapshot is deleted. What begins with a point is unfinished, and nothing reads it.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use hygie_ledger::Verifier;

use crate::Error;
use crate::manifest::{FileEntry, Manifest};

/// A folder of snapshots, whose manifests one key signs.
#[derive(Clone, Debug)]
pub struct Snapshots {
    dir: PathBuf,
    verifier: Verifier,
}

impl Snapshots {
    /// The folder, which may not exist yet.
    pub fn new(dir: &Path, verifier: Verifier) -> Snapshots {
        let dir = dir.to_owned();
        Snapshots { dir, verifier }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The numbers of the whole snapshots, rising.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn numbers(&self) -> Result<Vec<u64>, Error> {
        let mut numbers = Vec::new();
        for entry in entries(&self.dir)? {
            let number = entry
                .file_name()
                .and_then(|name| name.to_str()?.parse().ok());
            if let Some(number) = number
                && entry.join("manifest").exists()
            {
                numbers.push(number);
            }
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// The newest snapshot.
    ///
    /// # Errors
    /// [`Error::Absent`] when there is none; those of [`Snapshots::open`].
    pub fn latest(&self) -> Result<Snapshot, Error> {
        let numbers = self.numbers()?;
        let Some(&number) = numbers.last() else {
            let name = self.dir.display().to_string();
            return Err(Error::absent(
                "snapshot in",
                &name,
                "import something into it first",
            ));
        };
        self.open(number)
    }

    /// A snapshot by its number. Its manifest is verified; its files only by [`Snapshot::verify`].
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Unverified`].
    pub fn open(&self, number: u64) -> Result<Snapshot, Error> {
        let dir = self.dir.join(number.to_string());
        let at = dir.join("manifest");
        let manifest = Manifest::read(&at, &self.verifier)?;
        if manifest.number != number {
            let why = format!("it is the manifest of snapshot {}", manifest.number);
            return Err(Error::unverified(&at, why));
        }
        Ok(Snapshot { dir, manifest })
    }

    /// The manifest of a snapshot, which stays when the snapshot is deleted.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Unverified`].
    pub fn manifest(&self, number: u64) -> Result<Manifest, Error> {
        let at = self.dir.join("manifests").join(number.to_string());
        let manifest = Manifest::read(&at, &self.verifier)?;
        if manifest.number != number {
            let why = format!("it is the manifest of snapshot {}", manifest.number);
            return Err(Error::unverified(&at, why));
        }
        Ok(manifest)
    }

    /// Deletes what was superseded `keep_s` seconds before `now_s` or earlier; manifests stay. Answers the numbers.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Unverified`] for a manifest that can't be believed: it is left where it is.
    pub fn retire(&self, now_s: i64, keep_s: i64) -> Result<Vec<u64>, Error> {
        let numbers = self.numbers()?;
        let mut retired = Vec::new();
        for pair in numbers.windows(2) {
            let (number, next) = (pair[0], self.open(pair[1])?);
            if next.manifest.made_at.saturating_add(keep_s) > now_s {
                continue;
            }
            let from = self.dir.join(number.to_string());
            // Gone at once for every reader; a crash leaves a folder that begins with a point, which the next call removes.
            let to = self.dir.join(format!(".retired-{number}"));
            fs::rename(&from, &to).map_err(|source| Error::file("retire", &from, source))?;
            retired.push(number);
        }
        for entry in entries(&self.dir)? {
            let name = entry.file_name().and_then(|name| name.to_str());
            if name.is_some_and(|name| name.starts_with(".retired-")) {
                fs::remove_dir_all(&entry)
                    .map_err(|source| Error::file("delete", &entry, source))?;
            }
        }
        Ok(retired)
    }
}

/// A snapshot that is whole.
#[derive(Clone, Debug)]
pub struct Snapshot {
    dir: PathBuf,
    manifest: Manifest,
}

impl Snapshot {
    /// What it says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Where one of its files lies.
    pub fn path(&self, file: &FileEntry) -> PathBuf {
        self.dir.join(&file.path)
    }

    /// Reads every file and compares it with the manifest.
    ///
    /// # Errors
    /// [`Error::Altered`] with the first file that is another, [`Error::File`] for one that is missing.
    pub fn verify(&self) -> Result<(), Error> {
        for file in self.manifest.tables.iter().flat_map(|table| &table.files) {
            let path = self.path(file);
            if hash(&path)? != (file.bytes, file.sha256.clone()) {
                return Err(Error::Altered { path });
            }
        }
        Ok(())
    }
}

/// What stands in a folder; nothing where there is none.
fn entries(dir: &Path) -> Result<Vec<PathBuf>, Error> {
    let list = match fs::read_dir(dir) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        list => list.map_err(|source| Error::file("list", dir, source))?,
    };
    let mut paths = Vec::new();
    for entry in list {
        paths.push(
            entry
                .map_err(|source| Error::file("list", dir, source))?
                .path(),
        );
    }
    Ok(paths)
}

/// The size and SHA-256 of a file.
fn hash(path: &Path) -> Result<(u64, String), Error> {
    hygie_rows::hash(path).map_err(|why| match why {
        hygie_rows::Error::File { source, .. } => Error::file("read", path, source),
        why => Error::file("read", path, io::Error::other(why)),
    })
}

/// A new file that nobody but its owner and his group reads: it holds a nation's rows, or who opposes.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true).mode(0o640);
    options.open(path)
}

/// A folder, and those above it that are not there, for its owner and his group.
pub(crate) fn make(folder: &Path) -> Result<(), Error> {
    let made = DirBuilder::new().recursive(true).mode(0o750).create(folder);
    made.map_err(|source| Error::file("make", folder, source))
}

/// Writes a file beside its place, syncs it, and moves it there.
pub(crate) fn durable(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = |source| Error::file("write", path, source);
    let folder = path.parent().unwrap_or(Path::new("."));
    make(folder)?;
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or("file");
    let new = folder.join(format!(".new-{name}"));
    let mut file = create(&new).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    fs::rename(&new, path).map_err(failed)?;
    sync_folder(folder)
}

/// Makes durable which files a folder holds.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), Error> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|source| Error::file("sync", folder, source))
}

#[cfg(test)]
mod tests;
