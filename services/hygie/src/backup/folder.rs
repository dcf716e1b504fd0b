//! A folder of backups: `000001`, `000002`… Each adds what the one before did not have, and holds
//! `keeper.age`, `store.age` and `manifest`, a note that the ledger's key signed. A manifest names its
//! files by SHA-256 and the manifest before it, so that none can be left out or exchanged.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{SHA256, digest};
use hygie_ledger::{Verifier, note};

use super::seal::{Told, hex};
use crate::Error;

/// The names of a backup's files.
pub const KEEPER: &str = "keeper.age";
pub const STORE: &str = "store.age";
const MANIFEST: &str = "manifest";

/// What one backup adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Its number, from 1.
    pub number: u64,
    /// The ledger's name.
    pub ledger: String,
    /// The events it holds: from, and up to (not with).
    pub events: (u64, u64),
    /// The positions of the store it holds: behind, and up to.
    pub positions: (u64, u64),
    /// SHA-256 of the manifest before it, in hexadecimal; empty for the first.
    pub previous: String,
    /// Its files.
    pub files: BTreeMap<String, Told>,
}

impl Manifest {
    /// What is signed.
    pub fn text(&self) -> String {
        let mut text = format!(
            "hygie backup 1\nnumber {}\nledger {}\nevents {} {}\npositions {} {}\nprevious {}\n",
            self.number,
            self.ledger,
            self.events.0,
            self.events.1,
            self.positions.0,
            self.positions.1,
            if self.previous.is_empty() {
                "none"
            } else {
                &self.previous
            },
        );
        for (name, told) in &self.files {
            text.push_str(&format!("file {name} {} {}\n", told.bytes, told.hash));
        }
        text
    }

    /// Reads what was signed; none when it is not of this form.
    fn read(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let mut line = |word: &str| lines.next()?.strip_prefix(word)?.strip_prefix(' ');
        line("hygie backup").filter(|version| *version == "1")?;
        let number = line("number")?.parse().ok()?;
        let ledger = line("ledger")?.to_owned();
        let events = pair(line("events")?)?;
        let positions = pair(line("positions")?)?;
        let previous = match line("previous")? {
            "none" => String::new(),
            hash => hash.to_owned(),
        };
        let files = lines.map(file).collect::<Option<_>>()?;
        let manifest = Self {
            number,
            ledger,
            events,
            positions,
            previous,
            files,
        };
        // One spelling only.
        (manifest.text() == text).then_some(manifest)
    }
}

fn pair(text: &str) -> Option<(u64, u64)> {
    let (from, to) = text.split_once(' ')?;
    Some((from.parse().ok()?, to.parse().ok()?))
}

fn file(line: &str) -> Option<(String, Told)> {
    let mut words = line.strip_prefix("file ")?.split(' ');
    let name = words.next()?.to_owned();
    let told = Told {
        bytes: words.next()?.parse().ok()?,
        hash: words.next()?.to_owned(),
    };
    Some((name, told))
}

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
            let text = note::open(&signed, key).map_err(|_| altered())?;
            let manifest = Manifest::read(text).ok_or_else(altered)?;
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
