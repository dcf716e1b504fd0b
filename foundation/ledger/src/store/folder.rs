//! A store on a directory of a local file system.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use super::Store;
use crate::Error;
use crate::tile::UNFINISHED;

/// Files held open at once; a large append writes many more.
const OPEN_FILES: usize = 64;

/// A directory. Opening one changes nothing on disk, so a verifier can read a log that it must not write.
///
/// The claim of the one writer is a lock that the operating system holds on the directory and drops with the process.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    claim: Option<File>,
}

impl Folder {
    /// The store in this directory, which the first write makes where it does not exist.
    pub fn open(path: impl AsRef<Path>) -> Result<Folder, Error> {
        let root = path.as_ref().to_path_buf();
        match fs::metadata(&root) {
            Ok(found) if !found.is_dir() => Err(failed(".")(io::ErrorKind::NotADirectory.into())),
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(".")(error)),
            _ => Ok(Folder { root, claim: None }),
        }
    }

    fn claim(&mut self) -> Result<(), Error> {
        if self.claim.is_some() {
            return Ok(());
        }
        if !self.root.is_dir() {
            fs::create_dir_all(&self.root).map_err(failed("."))?;
            if let Some(parent) = self
                .root
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty())
            {
                sync(parent).map_err(failed("."))?;
            }
        }
        let directory = File::open(&self.root).map_err(failed("."))?;
        match directory.try_lock() {
            Ok(()) => self.claim = Some(directory),
            Err(TryLockError::WouldBlock) => return Err(Error::InUse),
            Err(TryLockError::Error(error)) => return Err(failed(".")(error)),
        }
        Ok(())
    }

    /// The place of a path, which must not lead out of the directory.
    fn locate(&self, path: &str) -> Result<PathBuf, Error> {
        let inside = Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if path.is_empty() || !inside {
            return Err(Error::Unexpected {
                path: path.to_owned(),
            });
        }
        Ok(self.root.join(path))
    }

    /// Writes files under their unfinished names, makes them durable, and gives them their own names. All are written
    /// before the first is synced, so that the file system can take them to the disk together. The directories that
    /// must be made durable for the names to last are added to `touched`.
    fn write(
        &self,
        files: &[(String, Vec<u8>)],
        touched: &mut BTreeSet<PathBuf>,
    ) -> Result<(), Error> {
        let mut written = Vec::new();
        for (path, bytes) in files {
            let target = self.locate(path)?;
            let directory = target.parent().expect("a located path lies below the root");
            self.make(directory, touched).map_err(failed(path))?;
            touched.insert(directory.to_path_buf());
            let unfinished = self.locate(&format!("{path}{UNFINISHED}"))?;
            let mut file = File::create(&unfinished).map_err(failed(path))?;
            file.write_all(bytes).map_err(failed(path))?;
            written.push((path, file, unfinished, target));
        }
        for (path, file, _, _) in &written {
            file.sync_data().map_err(failed(path))?;
        }
        for (path, _, unfinished, target) in &written {
            fs::rename(unfinished, target).map_err(failed(path))?;
        }
        Ok(())
    }

    fn make(&self, directory: &Path, touched: &mut BTreeSet<PathBuf>) -> io::Result<()> {
        if directory == self.root || directory.is_dir() {
            return Ok(());
        }
        let parent = directory
            .parent()
            .expect("every directory here lies below the root");
        self.make(parent, touched)?;
        fs::create_dir(directory)?;
        touched.insert(parent.to_path_buf());
        Ok(())
    }

    fn walk(&self, directory: &Path, prefix: &str, found: &mut Vec<String>) -> Result<(), Error> {
        for entry in fs::read_dir(directory).map_err(failed(prefix))? {
            let entry = entry.map_err(failed(prefix))?;
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            // A link is listed as a file and never followed: no log of ours holds one in the place of a directory.
            if entry.file_type().map_err(failed(&path))?.is_dir() {
                self.walk(&entry.path(), &format!("{path}/"), found)?;
            } else {
                found.push(path);
            }
        }
        Ok(())
    }
}

impl Store for Folder {
    fn get(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        match fs::read(self.locate(path)?) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(path)(error)),
        }
    }

    fn put(&mut self, files: &[(String, Vec<u8>)]) -> Result<(), Error> {
        self.claim()?;
        let mut touched = BTreeSet::new();
        for group in files.chunks(OPEN_FILES) {
            self.write(group, &mut touched)?;
        }
        // Crash before this: the files are there under their names, or not; nothing was acknowledged.
        for directory in touched {
            sync(&directory).map_err(failed("."))?;
        }
        Ok(())
    }

    fn list(&self) -> Result<Vec<String>, Error> {
        let mut found = Vec::new();
        if self.root.is_dir() {
            self.walk(&self.root, "", &mut found)?;
        }
        Ok(found)
    }

    fn remove(&mut self, path: &str) -> Result<(), Error> {
        self.claim()?;
        let target = self.locate(path)?;
        match fs::remove_file(&target) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(failed(path)(error));
            }
            _ => {}
        }
        // The directory of a tile's partials goes with the last of them.
        let directory = target.parent().expect("a located path lies below the root");
        if directory
            .extension()
            .is_some_and(|extension| extension == "p")
        {
            match fs::remove_dir(directory) {
                Err(error)
                    if !matches!(
                        error.kind(),
                        io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotFound
                    ) =>
                {
                    return Err(failed(path)(error));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn sync(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

fn failed(path: &str) -> impl Fn(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Io {
        path: path.clone(),
        source,
    }
}
