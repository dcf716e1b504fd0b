//! The letters that wait, kept in a file that outlives a kill: to whom, where, when, and how often it was tried. It is
//! sealed whole under a key that is not in the store (INVARIANT the host reads nothing). What is *not* protected: about
//! how many wait, in steps of four thousand bytes; and that an earlier file is put back, by which letters go again.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hygie_notice::{DataKey, Entropy, Millis, PersonId, Place, Stream, Subject};

use crate::{Error, Language, Letter};

/// The first line within; the version of the form.
const HEAD: &str = "hygie letters 1\n";
/// The form of the sealed file.
const VERSION: u8 = 1;
/// Padded with spaces to a multiple of this many bytes.
const PADDING: usize = 4096;

/// A letter that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    pub person: PersonId,
    pub letter: Letter,
    /// When it goes.
    pub due: Millis,
    /// How often it was tried.
    pub tries: u32,
}

/// What an outbox holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Holding {
    pub waiting: Vec<Kept>,
    /// To whom a letter went within the interval, and when.
    pub sent: Vec<(PersonId, Millis)>,
}

/// Where letters wait.
pub struct Outbox {
    path: PathBuf,
    key: DataKey,
    entropy: Arc<dyn Entropy>,
}

impl Outbox {
    /// In this file, under this key, which is nobody's stream's.
    pub fn new(path: PathBuf, key: DataKey, entropy: Arc<dyn Entropy>) -> Self {
        Self { path, key, entropy }
    }

    /// What it holds; nothing where there is no file.
    ///
    /// # Errors
    /// [`Error::Outbox`] when it can't be read, or is not what was written with this key.
    pub(crate) fn read(&self) -> Result<Holding, Error> {
        let sealed = match fs::read(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Holding::default()),
            read => read.map_err(|error| Error::Outbox(error.kind()))?,
        };
        let text = self.key.open(&place(), &sealed).ok();
        let text = text.and_then(|plain| String::from_utf8(plain).ok());
        let holding = text.and_then(|text| parse(&text));
        holding.ok_or(Error::Outbox(ErrorKind::InvalidData))
    }

    /// Writes what waits, durably. Crash before the rename: it holds what it held.
    ///
    /// # Errors
    /// [`Error::Outbox`]: it holds what it held.
    pub(crate) fn write(&self, holding: &Holding) -> Result<(), Error> {
        let text = print(holding);
        let sealed = self.key.seal(&place(), &*self.entropy, text.as_bytes());
        let write = || {
            let new = self.path.with_extension("new");
            let mut file = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(&new)?;
            file.write_all(&sealed)?;
            file.sync_all()?;
            fs::rename(&new, &self.path)?;
            File::open(self.path.parent().unwrap_or(Path::new(".")))?.sync_all()
        };
        write().map_err(|error: std::io::Error| Error::Outbox(error.kind()))
    }
}

/// The one place of an outbox. It is no stream of a subject; its key opens nothing else.
fn place() -> Place {
    Place {
        version: VERSION,
        subject: Subject::directory(),
        stream: Stream::Trail,
        sequence: u64::MAX,
        previous: [0; 32],
        epoch: 0,
        kind: u8::MAX,
        dictionary: 0,
    }
}

fn print(holding: &Holding) -> String {
    let mut text = HEAD.to_owned();
    for kept in &holding.waiting {
        let Kept {
            person,
            due,
            tries,
            letter,
            ..
        } = kept;
        let (language, to) = (letter.language.tag(), letter.to.inner());
        writeln!(text, "waits {person} {due} {tries} {language} {to}")
            .expect("writing to memory succeeds");
    }
    for (person, at) in &holding.sent {
        writeln!(text, "sent {person} {at}").expect("writing to memory succeeds");
    }
    let padded = text.len().next_multiple_of(PADDING);
    text.extend(std::iter::repeat_n(' ', padded - text.len()));
    text
}

fn parse(text: &str) -> Option<Holding> {
    let mut holding = Holding::default();
    let lines = text.trim_end_matches(' ').strip_prefix(HEAD)?.lines();
    for line in lines {
        let (state, rest) = line.split_once(' ')?;
        if state == "sent" {
            let (person, at) = rest.split_once(' ')?;
            holding.sent.push((person.parse().ok()?, at.parse().ok()?));
            continue;
        }
        if state != "waits" {
            return None;
        }
        // An address may hold spaces, in quotes; it stands last.
        let mut parts = rest.splitn(5, ' ');
        let mut part = || parts.next();
        holding.waiting.push(Kept {
            person: part()?.parse().ok()?,
            due: part()?.parse().ok()?,
            tries: part()?.parse().ok()?,
            letter: Letter {
                language: Language::of(part()?),
                to: part()?.parse().ok()?,
            },
        });
    }
    Some(holding)
}

#[cfg(test)]
mod tests;
