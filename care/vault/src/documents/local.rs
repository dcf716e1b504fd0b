//! Objects on a local directory, and their rows.

use std::collections::HashSet;
use std::fs::{self, DirBuilder, File};
use std::io;
use std::ops::Range;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use object_store::local::LocalFileSystem;
use object_store::path::Path as Location;
use object_store::{MultipartUpload, ObjectStoreExt};
use tokio::task::spawn_blocking;

use super::{Living, Name};
use crate::Error;
use crate::sqlite::{Asking, Rows};

/// Where the objects of one store lie: `documents/<two hexadecimal digits>/<name>`.
///
/// `object_store` writes an object beside its place and renames it there, and syncs nothing: what has to
/// be durable is synced here. It is also what an S3 store would be reached by.
#[derive(Debug)]
pub struct Local {
    root: PathBuf,
    store: LocalFileSystem,
    writer: Asking,
    rows: Rows,
    living: Arc<Living>,
    /// Folders whose own names are known to be durable.
    made: Mutex<HashSet<u8>>,
}

impl Local {
    pub fn open(dir: &Path, writer: Asking, rows: Rows) -> Result<Self, Error> {
        let root = dir.join("documents");
        make(&root).map_err(of_io)?;
        File::open(dir)
            .and_then(|dir| dir.sync_all())
            .map_err(of_io)?;
        let store = LocalFileSystem::new_with_prefix(&root).map_err(|error| of(&error))?;
        Ok(Self {
            root,
            store,
            writer,
            rows,
            living: Arc::default(),
            made: Mutex::default(),
        })
    }

    pub fn living(&self) -> &Arc<Living> {
        &self.living
    }

    /// Makes the row of an object that is about to be written.
    pub async fn note(&self, name: Name) -> Result<(), Error> {
        self.writer.note(name).await
    }

    /// Begins to write an object beside its place.
    pub async fn put(&self, name: Name) -> Result<Box<dyn MultipartUpload>, Error> {
        let first = name.bytes()[0];
        if !self.made().contains(&first) {
            let (root, folder) = (self.root.clone(), self.folder(name));
            blocking(move || {
                make(&folder)?;
                File::open(root)?.sync_all()
            })
            .await?;
            self.made().insert(first);
        }
        self.store
            .put_multipart(&location(name))
            .await
            .map_err(|error| of(&error))
    }

    fn made(&self) -> std::sync::MutexGuard<'_, HashSet<u8>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes an object durable that was written whole: its bytes, then its name.
    pub async fn sync(&self, name: Name) -> Result<(), Error> {
        let (folder, path) = (self.folder(name), self.path(name));
        blocking(move || {
            File::open(path)?.sync_all()?;
            File::open(folder)?.sync_all()
        })
        .await
    }

    /// Puts an object back out of a backup, durably.
    pub async fn put_back(
        &self,
        name: Name,
        bytes: &mut (dyn io::Read + Send),
    ) -> Result<(), Error> {
        let mut object = self.put(name).await?;
        let mut part = vec![0; 1 << 20];
        loop {
            let read = bytes.read(&mut part).map_err(of_io)?;
            if read == 0 {
                break;
            }
            let sent = object.put_part(part[..read].to_vec().into()).await;
            sent.map_err(|error| of(&error))?;
        }
        object.complete().await.map_err(|error| of(&error))?;
        self.sync(name).await
    }

    /// Bytes of the object.
    pub async fn size(&self, name: Name) -> Result<u64, Error> {
        let head = self.store.head(&location(name)).await;
        Ok(head.map_err(|error| of(&error))?.size)
    }

    /// Some bytes of the object, as they lie there; fewer where it ends.
    pub async fn get(&self, name: Name, range: Range<u64>) -> Result<Vec<u8>, Error> {
        let bytes = self.store.get_range(&location(name), range).await;
        Ok(bytes.map_err(|error| of(&error))?.into())
    }

    /// Removes an object that no entry claimed, durably, and then its row.
    ///
    /// # Errors
    /// [`Error::Conflict`] when an entry refers to it: nothing is removed then. A store that failed removes
    /// nothing either, for it does not know what it holds.
    pub async fn give_up(&self, name: Name) -> Result<(), Error> {
        self.writer.unclaimed(name).await?;
        let (folder, whole) = (self.folder(name), name.to_string());
        blocking(move || remove(&folder, &whole)).await?;
        self.writer.strike(name).await
    }

    /// Gives up every object that no entry claimed and that nobody is writing; gives their number.
    pub async fn sweep(&self) -> Result<u64, Error> {
        let mut swept = 0;
        // Names are read before it is asked who lives: one that is gone from there was claimed or given up.
        for name in self.rows.unclaimed().await? {
            if self.living.holds(name) {
                continue;
            }
            match self.give_up(name).await {
                Ok(()) => swept += 1,
                Err(Error::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(swept)
    }

    fn folder(&self, name: Name) -> PathBuf {
        self.root.join(prefix(name))
    }

    pub fn path(&self, name: Name) -> PathBuf {
        self.folder(name).join(name.to_string())
    }
}

fn prefix(name: Name) -> String {
    format!("{:02x}", name.bytes()[0])
}

fn location(name: Name) -> Location {
    Location::from_iter([prefix(name), name.to_string()])
}

/// Makes a folder that only its owner enters, unless it is there.
fn make(folder: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

/// Removes an object, and what was written beside it. Whoever wrote it may have been given up just before he
/// renamed it, and does so now: it is looked for until nothing is left that could be renamed.
fn remove(folder: &Path, name: &str) -> io::Result<()> {
    loop {
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        let mut found = false;
        for entry in entries {
            let entry = entry?;
            if !entry.file_name().to_string_lossy().starts_with(name) {
                continue;
            }
            found = true;
            match fs::remove_file(entry.path()) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        if !found {
            return File::open(folder)?.sync_all();
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, Error> {
    let done = spawn_blocking(work).await;
    done.map_err(|_| Error::Unavailable("the program is stopping".into()))?
        .map_err(of_io)
}

fn of_io(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::Full,
        io::ErrorKind::NotFound => Error::DocumentAltered,
        _ => Error::Unavailable(format!("documents: {error}")),
    }
}

/// Object names say nothing, so that the texts of errors may hold them.
pub fn of(error: &object_store::Error) -> Error {
    if matches!(error, object_store::Error::NotFound { .. }) {
        return Error::DocumentAltered;
    }
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return of_io(io::Error::new(error.kind(), error.to_string()));
        }
        cause = error.source();
    }
    Error::Unavailable(format!("documents: {error}"))
}
