//! Files that the crossing keeps between imports, sealed: units name professionals, and the reference names everybody. This
//! crate lays them out; who holds the key seals them.
//!
//! On disk: 64 bytes by which the seal is found again, sealed pieces, a last piece that tells of the others, its length
//! (8 bytes, little-endian). A file gets its name when it is whole and durable. One that only its writer reads
//! ([`Sealing::scratch`]) has no last piece, and opens as none of these.

use std::fs::{self, File};
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::Error;

/// What stands in clear at a file's begin.
pub type Head = [u8; 64];

/// Who seals files: the crossing, with a key that lies elsewhere.
pub trait Seals: Sync {
    /// A seal for a new file of this name, and the head by which it is found again.
    fn begin(&self, name: &str) -> (Box<dyn Seal>, Head);
    /// The seal of a file of this name and head; none where the key is another one.
    fn open(&self, name: &str, head: &Head) -> Option<Box<dyn Seal>>;
}

/// The seal of one file.
pub trait Seal: Send + Sync {
    /// Seals the piece of this number; no two pieces of a file have one.
    fn seal(&self, number: u64, plain: &[u8]) -> Vec<u8>;
    /// Opens it; none when it is not what was sealed.
    fn open(&self, number: u64, sealed: &[u8]) -> Option<Vec<u8>>;
}

/// The number of the last piece.
const LAST: u64 = u64::MAX;

/// A sealed file while it is made.
pub(crate) struct Sealing {
    path: PathBuf,
    file: BufWriter<File>,
    seal: Box<dyn Seal>,
    written: u64,
}

impl Sealing {
    /// Begins a file; what an earlier try left of it goes.
    pub(crate) fn begin(path: &Path, seals: &dyn Seals) -> Result<Sealing, Error> {
        Sealing::at(&path.with_extension("new"), path, seals.begin(name(path)))
    }

    /// Begins a file that is read by [`Sealing::reading`] alone, and is worth nothing after: it need not be durable. Its
    /// whole name is sealed, not its stem, so that it opens under none.
    pub(crate) fn scratch(path: &Path, seals: &dyn Seals) -> Result<Sealing, Error> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Sealing::at(path, path, seals.begin(&name))
    }

    fn at(
        begun: &Path,
        path: &Path,
        (seal, head): (Box<dyn Seal>, Head),
    ) -> Result<Sealing, Error> {
        let failed = |source| Error::file("write", begun, source);
        let mut file = BufWriter::with_capacity(1 << 20, File::create(begun).map_err(failed)?);
        file.write_all(&head).map_err(failed)?;
        Ok(Sealing {
            path: path.to_owned(),
            file,
            seal,
            written: head.len() as u64,
        })
    }

    /// The file that it becomes.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Goes over from writing to reading.
    pub(crate) fn reading(mut self) -> Result<Sealed, Error> {
        let written = self.file.flush();
        written.map_err(|source| Error::file("write", &self.path, source))?;
        Ok(Sealed {
            path: self.path,
            seal: self.seal,
            mend: "let no other program write into its folder, then start the import again",
        })
    }

    /// Writes the piece of this number, and answers where it lies and how long it is.
    pub(crate) fn piece(&mut self, number: u64, plain: &[u8]) -> Result<(u64, u64), Error> {
        let sealed = self.seal.seal(number, plain);
        let written = self.file.write_all(&sealed);
        written.map_err(|source| Error::file("write", &self.path, source))?;
        let at = self.written;
        self.written += sealed.len() as u64;
        Ok((at, sealed.len() as u64))
    }

    /// Makes the file whole, durable and known by its name.
    pub(crate) fn finish(mut self, last: &[u8]) -> Result<(), Error> {
        let (_, length) = self.piece(LAST, last)?;
        let failed = |source| Error::file("write", &self.path, source);
        self.file.write_all(&length.to_le_bytes()).map_err(failed)?;
        self.file.flush().map_err(failed)?;
        self.file.get_ref().sync_all().map_err(failed)?;
        fs::rename(self.path.with_extension("new"), &self.path).map_err(failed)?;
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let synced = File::open(folder).and_then(|folder| folder.sync_all());
        synced.map_err(|source| Error::file("sync", folder, source))
    }
}

/// A sealed file that is whole.
pub(crate) struct Sealed {
    path: PathBuf,
    seal: Box<dyn Seal>,
    /// What to do when it is damaged.
    mend: &'static str,
}

impl Sealed {
    /// Opens a file and its last piece; none when there is none, or one of another key.
    pub(crate) fn open(path: &Path, seals: &dyn Seals) -> Result<Option<(Sealed, Vec<u8>)>, Error> {
        let failed = |source| Error::file("read", path, source);
        let mut file = match File::open(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            file => file.map_err(failed)?,
        };
        let mut head = [0; 64];
        file.read_exact(&mut head).map_err(failed)?;
        let Some(seal) = seals.open(name(path), &head) else {
            return Ok(None);
        };
        let end = file.seek(SeekFrom::End(-8)).map_err(failed)?;
        let mut length = [0; 8];
        file.read_exact(&mut length).map_err(failed)?;
        let length = u64::from_le_bytes(length);
        let path = path.to_owned();
        let mend = "delete its folder, and import the whole extraction again";
        let sealed = Sealed { path, seal, mend };
        let start = end.checked_sub(length).ok_or_else(|| sealed.damaged())?;
        let last = sealed.piece(LAST, (start, length))?;
        Ok(Some((sealed, last)))
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// It is known by another path too.
    pub(crate) fn moved(&mut self, to: &Path) {
        self.path = to.to_owned();
    }

    /// The piece of this number, by where it lies and how long it is.
    pub(crate) fn piece(&self, number: u64, (at, length): (u64, u64)) -> Result<Vec<u8>, Error> {
        let failed = |source| Error::file("read", &self.path, source);
        let mut file = File::open(&self.path).map_err(failed)?;
        let whole = file.metadata().map_err(failed)?.len();
        if at.checked_add(length).is_none_or(|end| end > whole) {
            return Err(self.damaged());
        }
        let mut sealed = vec![0; usize::try_from(length).map_err(|_| self.damaged())?];
        file.seek(SeekFrom::Start(at)).map_err(failed)?;
        file.read_exact(&mut sealed).map_err(failed)?;
        self.seal
            .open(number, &sealed)
            .ok_or_else(|| self.damaged())
    }

    /// Says that it is not what was written.
    pub(crate) fn damaged(&self) -> Error {
        Error::form(&self.path, 0, format!("it is damaged; {}", self.mend))
    }
}

/// The name under which a file is sealed.
fn name(path: &Path) -> &str {
    path.file_stem()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
}

#[cfg(test)]
pub(crate) mod tests;
