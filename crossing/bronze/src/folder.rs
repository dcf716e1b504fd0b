//! The folder of bronze: made, opened, listed.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::frame::{Opener, Place};
use crate::{Error, Key, Reader, Writer, durable};

const FORM: &str = "hygie bronze 1";
const EXTENSION: &str = "bronze";

/// Bronze in a folder, locked against other runs. Cheap to share among threads, of which each writes its own parts.
#[derive(Debug, Clone)]
pub struct Bronze {
    folder: PathBuf,
    /// Held until the last clone is dropped; the system lets it go when the process ends.
    _lock: Arc<File>,
    pub(crate) key: Arc<Key>,
    pub(crate) epoch: u32,
}

/// A part of a table, as it is named.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// The table.
    pub table: String,
    /// The part: a month of flow, a file.
    pub part: String,
}

impl Bronze {
    /// Makes a new one. `epoch` is that of the pseudonyms with which rows are tagged.
    ///
    /// # Errors
    /// [`Error::Exists`]; [`Error::Nameless`]; [`Error::Busy`]; [`Error::Io`].
    pub fn create(folder: &Path, key: Key, epoch: u32) -> Result<Self, Error> {
        durable::make_folder(folder)?;
        let folder = &whole(folder)?;
        let text = format!("{FORM}\nkey {}\n", key.id());
        let mark = folder.join("bronze");
        durable::write(&mark, text.as_bytes())?;
        Ok(Self::new(folder, lock(&mark)?, key, epoch))
    }

    /// Opens one that is there. What runs that ended before their time left of unfinished parts is removed.
    ///
    /// # Errors
    /// [`Error::Missing`]; [`Error::Nameless`]; [`Error::Form`]; [`Error::Key`] for another key; [`Error::Busy`]; [`Error::Io`].
    pub fn open(folder: &Path, key: Key, epoch: u32) -> Result<Self, Error> {
        let folder = &whole(folder)?;
        let mark = folder.join("bronze");
        let text = fs::read_to_string(&mark).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Error::Missing(mark.clone()),
            _ => Error::io(&mark)(error),
        })?;
        let (form, rest) = text.split_once('\n').unwrap_or((&text, ""));
        if form != FORM {
            return Err(Error::form(&mark, "it does not begin as bronze does"));
        }
        if rest != format!("key {}\n", key.id()) {
            return Err(Error::Key(mark));
        }
        let bronze = Self::new(folder, lock(&mark)?, key, epoch);
        for path in bronze.files()? {
            if path.extension().is_some_and(|end| end == "new") {
                fs::remove_file(&path).map_err(Error::io(&path))?;
            }
        }
        Ok(bronze)
    }

    fn new(folder: &Path, lock: File, key: Key, epoch: u32) -> Self {
        Self {
            folder: folder.to_owned(),
            _lock: Arc::new(lock),
            key: Arc::new(key),
            epoch,
        }
    }

    /// Begins a part that is not there yet.
    ///
    /// # Errors
    /// [`Error::Name`]; [`Error::Exists`]; [`Error::Io`].
    pub fn writer(&self, table: &str, part: &str) -> Result<Writer, Error> {
        let path = self.path(table, part)?;
        if path.try_exists().map_err(Error::io(&path))? {
            return Err(Error::Exists(path));
        }
        self.replace(table, part)
    }

    /// Begins a part that takes the place of the one that is there, when it is finished: an import that is done again.
    ///
    /// # Errors
    /// [`Error::Name`]; [`Error::Io`].
    pub fn replace(&self, table: &str, part: &str) -> Result<Writer, Error> {
        let path = self.path(table, part)?;
        let folder = self.folder.join(table);
        if !folder.is_dir() {
            durable::make_folder(&folder)?;
        }
        let place = Place {
            table,
            part,
            epoch: self.epoch,
        };
        Writer::new(&self.key, place, path)
    }

    /// Reads a part back.
    ///
    /// # Errors
    /// [`Error::Name`]; [`Error::Missing`]; [`Error::Form`]; [`Error::Key`]; [`Error::Io`].
    pub fn read(&self, table: &str, part: &str) -> Result<Reader, Error> {
        let path = self.path(table, part)?;
        let (opener, epoch) = Opener::new(&self.key, table, part, &path)?;
        Reader::new(opener, epoch)
    }

    /// Whether a part is there, whole.
    ///
    /// # Errors
    /// [`Error::Name`]; [`Error::Io`].
    pub fn has(&self, table: &str, part: &str) -> Result<bool, Error> {
        let path = self.path(table, part)?;
        path.try_exists().map_err(Error::io(&path))
    }

    /// All parts that are there, in order.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn parts(&self) -> Result<Vec<Part>, Error> {
        let files = self.files()?.into_iter();
        let files = files.filter(|path| path.extension().is_some_and(|end| end == EXTENSION));
        let mut parts: Vec<Part> = files.filter_map(|path| part(&path)).collect();
        parts.sort();
        Ok(parts)
    }

    pub(crate) fn path(&self, table: &str, part: &str) -> Result<PathBuf, Error> {
        for name in [table, part] {
            if !can_name(name) {
                return Err(Error::Name(name.to_owned()));
            }
        }
        Ok(self.folder.join(table).join(format!("{part}.{EXTENSION}")))
    }

    /// What lies in the folders of tables.
    fn files(&self) -> Result<Vec<PathBuf>, Error> {
        let mut files = Vec::new();
        for table in list(&self.folder)?.into_iter().filter(|path| path.is_dir()) {
            files.extend(list(&table)?);
        }
        Ok(files)
    }
}

/// The folder by its own name, whatever it was called: `.` and `..` have none, and what imports keep is named after it.
fn whole(folder: &Path) -> Result<PathBuf, Error> {
    let whole = folder.canonicalize().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Error::Missing(folder.to_owned()),
        _ => Error::io(folder)(error),
    })?;
    if whole.file_name().is_none() {
        return Err(Error::Nameless(whole));
    }
    Ok(whole)
}

fn lock(mark: &Path) -> Result<File, Error> {
    let file = File::open(mark).map_err(Error::io(mark))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Busy(mark.to_owned())),
        Err(TryLockError::Error(error)) => Err(Error::io(mark)(error)),
    }
}

fn list(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = fs::read_dir(folder).map_err(Error::io(folder))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    paths.collect::<Result<_, _>>().map_err(Error::io(folder))
}

fn part(path: &Path) -> Option<Part> {
    Some(Part {
        table: path.parent()?.file_name()?.to_str()?.to_owned(),
        part: path.file_stem()?.to_str()?.to_owned(),
    })
}

fn can_name(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    (1..=100).contains(&name.len())
        && name.bytes().all(inner)
        && !name.starts_with('.')
        && !name.ends_with('.')
}
