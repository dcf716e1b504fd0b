//! E-mails of the campaign on their way: batches in a folder, each a sealed file that is written durably before the roll
//! says that it left, gets its name after it, and shrinks as its mails leave. A kill loses none of them; one that was on
//! its way then goes once more, under the same Message-ID. What is *not* protected: how many mails wait, roughly, and
//! that an earlier file is put back, by which mails go again (INVARIANT the host reads nothing holds of the rest).

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hygie_notice::{DataKey, Entropy, Millis, Place, Stream, Subject};

use crate::Error;
use crate::mail::{Mail, language};

/// The first word within; the version of the form.
const HEAD: &str = "hygie mails 1";
/// The form of the sealed file.
const VERSION: u8 = 1;
/// What is not handed over yet.
const PREPARED: &str = "part";
/// What leaves.
const LEAVING: &str = "mails";
/// Which of them left: their places, one a line.
const LEFT: &str = "left";
/// Behind each of these.
const END: char = '.';

/// Where mails wait to leave.
pub struct Bag {
    folder: PathBuf,
    key: DataKey,
    entropy: Arc<dyn Entropy>,
}

/// A batch that leaves.
pub struct Load {
    /// When it was prepared.
    pub at: Millis,
    /// What has not left yet, each with its place.
    pub mails: Vec<(usize, Mail)>,
}

impl Bag {
    /// In this folder, which the first batch makes, under this key, which is nobody's stream's.
    pub fn new(folder: PathBuf, key: DataKey, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            folder,
            key,
            entropy,
        }
    }

    /// Writes a batch durably, not yet to leave. The same name again replaces it.
    ///
    /// # Errors
    /// [`Error::Outbox`].
    pub fn prepare(&self, name: &str, mails: &[Mail], at: Millis) -> Result<(), Error> {
        let text = print(name, mails, at);
        let sealed = self.key.seal(&place(), &*self.entropy, &text);
        let write = || {
            let mut maker = fs::DirBuilder::new();
            maker.recursive(true).mode(0o700).create(&self.folder)?;
            let mut file = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(self.path(name, PREPARED))?;
            file.write_all(&sealed)?;
            file.sync_all()?;
            File::open(&self.folder)?.sync_all()
        };
        write().map_err(told)
    }

    /// Has a prepared batch leave; done already, it changes nothing.
    ///
    /// # Errors
    /// [`Error::Outbox`].
    pub fn release(&self, name: &str) -> Result<(), Error> {
        let renamed = fs::rename(self.path(name, PREPARED), self.path(name, LEAVING));
        match renamed {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            renamed => renamed.map_err(told)?,
        }
        let folder = File::open(&self.folder).and_then(|folder| folder.sync_all());
        folder.map_err(told)
    }

    /// The names of batches that leave, sorted.
    ///
    /// # Errors
    /// [`Error::Outbox`].
    pub fn leaving(&self) -> Result<Vec<String>, Error> {
        self.names(LEAVING)
    }

    /// The names of batches that were prepared, and not handed over: a crash came between, or somebody is at it.
    ///
    /// # Errors
    /// [`Error::Outbox`].
    pub fn prepared(&self) -> Result<Vec<String>, Error> {
        self.names(PREPARED)
    }

    /// What of a batch has not left yet.
    ///
    /// # Errors
    /// [`Error::Outbox`] when it can't be read, or is not what was written under this name with this key.
    pub fn open(&self, name: &str) -> Result<Load, Error> {
        let sealed = fs::read(self.path(name, LEAVING)).map_err(told)?;
        let broken = || Error::Outbox(ErrorKind::InvalidData);
        let text = self.key.open(&place(), &sealed).map_err(|_| broken())?;
        let (at, mails) = parse(name, &text).ok_or_else(broken)?;
        let left = match fs::read_to_string(self.path(name, LEFT)) {
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            read => read.map_err(told)?,
        };
        // A line that a kill cut short has no end, and names nothing: its mail goes once more.
        let whole = left.lines().filter_map(|line| line.strip_suffix(END));
        let left: Vec<usize> = whole.filter_map(|place| place.parse().ok()).collect();
        let mails = mails.into_iter().enumerate();
        Ok(Load {
            at,
            mails: mails.filter(|(place, _)| !left.contains(place)).collect(),
        })
    }

    /// Strikes off what left, durably.
    ///
    /// # Errors
    /// [`Error::Outbox`]: after a kill they go once more.
    pub fn strike(&self, name: &str, places: &[usize]) -> Result<(), Error> {
        let lines: String = places
            .iter()
            .map(|place| format!("\n{place}{END}\n"))
            .collect();
        let write = || {
            let mut file = OpenOptions::new()
                .append(true)
                .create(true)
                .mode(0o600)
                .open(self.path(name, LEFT))?;
            file.write_all(lines.as_bytes())?;
            file.sync_all()?;
            File::open(&self.folder)?.sync_all()
        };
        write().map_err(told)
    }

    /// Takes a batch away, all of which left. Crash between the two files: the batch goes first, what was struck off it
    /// is read by nobody.
    ///
    /// # Errors
    /// [`Error::Outbox`].
    pub fn empty(&self, name: &str) -> Result<(), Error> {
        for kind in [LEAVING, LEFT] {
            match fs::remove_file(self.path(name, kind)) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(told(error)),
                _ => {}
            }
        }
        Ok(())
    }

    /// Sets a batch aside that can't be read, so that others leave.
    ///
    /// # Errors
    /// [`Error::Outbox`].
    pub fn set_aside(&self, name: &str) -> Result<(), Error> {
        let aside = self.path(name, "unreadable");
        fs::rename(self.path(name, LEAVING), aside).map_err(told)
    }

    fn names(&self, kind: &str) -> Result<Vec<String>, Error> {
        let mut names = Vec::new();
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(names),
            entries => entries.map_err(told)?,
        };
        for entry in entries {
            let path = entry.map_err(told)?.path();
            let is_one = path.extension().is_some_and(|extension| extension == kind);
            let stem = path.file_stem().and_then(|stem| stem.to_str());
            names.extend(stem.filter(|_| is_one).map(str::to_owned));
        }
        names.sort_unstable();
        Ok(names)
    }

    fn path(&self, name: &str, kind: &str) -> PathBuf {
        self.folder.join(Path::new(&format!("{name}.{kind}")))
    }
}

fn told(error: std::io::Error) -> Error {
    Error::Outbox(error.kind())
}

/// The one place of batches. It is no stream of a subject; their key opens nothing else but the outbox, whose place is
/// another.
fn place() -> Place {
    Place {
        version: VERSION,
        subject: Subject::directory(),
        stream: Stream::Trail,
        sequence: u64::MAX - 1,
        previous: [0; 32],
        epoch: 0,
        kind: u8::MAX,
        dictionary: 0,
    }
}

/// The batch's name, so that no other takes its place; then each mail's parts, a line of their lengths before them.
fn print(name: &str, mails: &[Mail], at: Millis) -> Vec<u8> {
    let mut text = format!("{HEAD} {name} {at}\n");
    for mail in mails {
        let to = mail.to.inner().to_string();
        let id = mail.id.as_deref().unwrap_or_default();
        let parts = [id, mail.language, to.as_str(), &mail.subject, &mail.text];
        let lengths: Vec<String> = parts.iter().map(|part| part.len().to_string()).collect();
        text.push_str(&lengths.join(" "));
        text.push('\n');
        parts.iter().for_each(|part| text.push_str(part));
    }
    text.into_bytes()
}

fn parse(name: &str, text: &[u8]) -> Option<(Millis, Vec<Mail>)> {
    let text = std::str::from_utf8(text).ok()?;
    let (head, mut rest) = text.split_once('\n')?;
    let at = head.strip_prefix(&format!("{HEAD} {name} "))?;
    let mut mails = Vec::new();
    while !rest.is_empty() {
        let (lengths, behind) = rest.split_once('\n')?;
        rest = behind;
        let mut parts = Vec::with_capacity(5);
        for length in lengths.split(' ') {
            let (part, behind) = rest.split_at_checked(length.parse().ok()?)?;
            parts.push(part);
            rest = behind;
        }
        let [id, tongue, to, subject, body] = parts[..] else {
            return None;
        };
        mails.push(Mail {
            to: to.parse().ok()?,
            language: language(tongue)?,
            subject: subject.to_owned(),
            text: body.to_owned(),
            id: (!id.is_empty()).then(|| id.to_owned()),
        });
    }
    Some((at.parse().ok()?, mails))
}

#[cfg(test)]
mod tests;
