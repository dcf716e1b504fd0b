//! `hygie backup DIR`: what a restore needs but the root key and the operators' own, while the home is served.
//!
//! The keeper's part is copied first, the store after it: the store then holds at least what the
//! keeper's heads count, and a restore leaves out what lies behind them. Meanwhile care drops nothing that
//! those heads may need.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

use age::x25519::Recipient;
use hygie_keeper::{Manifest, Told};
use hygie_ledger::Verifier;
use serde_json::json;
use tokio::process::Command;

use crate::client::{Client, Incoming};
use crate::output::{Exit, Output};
use crate::{Error, Home, ledger, programs, reach, settings};

pub mod folder;
pub mod seal;

use folder::{Folder, KEEPER, STORE};
use seal::Sealing;

/// Makes an identity in a new file; says what to put into the settings.
///
/// # Errors
/// [`Error::File`] for a file that is there.
pub fn identity(path: &Path, output: &Output) -> Result<Exit, Error> {
    let recipient = seal::make_identity(path)?.to_string();
    let text = format!(
        "the identity that opens backups is in {}: keep it apart from the home and from the backups\nin hygie.toml: backup_recipients = [\"{recipient}\"]",
        path.display()
    );
    output.show(&text, &json!({ "identity": path, "recipient": recipient }));
    Ok(Exit::Done)
}

/// How often a backup is begun anew because records ended while it was made.
const TRIES: u32 = 5;

/// A folder of backups, and for whom the next one is.
pub struct Wish {
    dir: PathBuf,
    key: Verifier,
    recipients: Vec<Recipient>,
}

/// A backup that was added, its files read back, and the manifest as it was signed.
pub struct Added {
    /// What it adds.
    pub manifest: Manifest,
    /// The signed note.
    pub signed: String,
}

impl Wish {
    /// For these recipients, or those of the settings.
    ///
    /// # Errors
    /// [`Error::Recipients`]; [`Error::Key`].
    pub fn of(home: &Home, dir: &Path, recipients: &[String]) -> Result<Self, Error> {
        home.check()?;
        Ok(Self {
            dir: dir.to_owned(),
            recipients: readers(home, recipients)?,
            key: ledger::verifier_in(&home.ledger_key())?,
        })
    }

    /// Adds a backup, and reads back what lies there.
    ///
    /// # Errors
    /// [`Error::BackupAltered`] when the folder holds other backups than this ledger's, or not what was
    /// written; [`Error::BackupOvertaken`]; [`Error::File`], and those of the services.
    pub async fn add(&self, home: &Home, client: &Client) -> Result<Added, Error> {
        let folder = Folder::open(&self.dir, &self.key)?;
        let (number, previous) = folder.next();
        let (events, positions) = folder.ends();
        for _ in 0..TRIES {
            let at = folder.begin()?;
            let (go_on, store) = client.converse(&format!("/backup/{positions}")).await?;
            let (until, endings, keeper) = keeper_part(home, events, &at, &self.recipients).await?;
            drop(go_on);
            let (position, store) = store_part(store, &at, &self.recipients).await?;
            // What ended in between is in the keeper's part and no longer in the store.
            if endings_now(home).await? != endings {
                continue;
            }
            let manifest = Manifest {
                number,
                ledger: self.key.origin().to_owned(),
                events: (events, until),
                positions: (positions, position),
                previous: previous.clone(),
                files: [(KEEPER.to_owned(), keeper), (STORE.to_owned(), store)].into(),
            };
            let signed = client.sign_backup(home, manifest.text()).await?;
            folder.end(number, &signed)?;
            self.verified()?;
            return Ok(Added { manifest, signed });
        }
        Err(Error::BackupOvertaken)
    }

    /// The manifest of the last backup, as it was signed, and its number; its files are read.
    ///
    /// # Errors
    /// [`Error::NoBackup`]; as [`Wish::add`].
    pub fn last(&self) -> Result<(String, u64), Error> {
        let number = self.verified()?;
        let folder = Folder::open(&self.dir, &self.key)?;
        Ok((folder.signed(number)?, number))
    }

    /// Reads the folder's manifests and the last backup's files; gives its number.
    fn verified(&self) -> Result<u64, Error> {
        let folder = Folder::open(&self.dir, &self.key)?;
        let last = folder.backups().last().ok_or_else(|| Error::NoBackup {
            dir: self.dir.clone(),
        })?;
        for (name, told) in &last.files {
            let path = folder.place(last.number).join(name);
            if seal::told(&path)? != *told {
                return Err(Error::BackupAltered { path });
            }
        }
        Ok(last.number)
    }
}

/// Adds a backup to `dir`, for these recipients or those of the settings.
///
/// # Errors
/// As [`Wish::of`] and [`Wish::add`]; [`Error::ProgramRefused`] while there are no custodians; those of
/// reaching the services.
pub async fn run(
    home: &Home,
    dir: &Path,
    recipients: &[String],
    output: &Output,
) -> Result<Exit, Error> {
    let begun = Instant::now();
    let wish = Wish::of(home, dir, recipients)?;
    let added = reach::with(home, async |client| wish.add(home, client).await).await?;
    show(&added.manifest, dir, begun, output);
    Ok(Exit::Done)
}

/// How often records ended by now, in the keeper's words.
async fn endings_now(home: &Home) -> Result<u64, Error> {
    let mut command = keeper(home)?;
    command.arg("endings");
    number(&said(command, programs::KEEPER).await?)
}

/// Who can open the backup: those named, else those of the settings.
fn readers(home: &Home, named: &[String]) -> Result<Vec<Recipient>, Error> {
    let mut texts = named.to_vec();
    if texts.is_empty() {
        texts = settings::File::of(home)?
            .backup_recipients
            .unwrap_or_default();
    }
    let recipients: Vec<Recipient> = texts
        .iter()
        .map(|text| text.parse().map_err(|_| Error::Recipients))
        .collect::<Result<_, _>>()?;
    if recipients.is_empty() {
        return Err(Error::Recipients);
    }
    Ok(recipients)
}

/// The keeper's tables, copied on its own ground, then sealed.
async fn keeper_part(
    home: &Home,
    from: u64,
    at: &Path,
    recipients: &[Recipient],
) -> Result<(u64, u64, Told), Error> {
    let part = home.dir().join("keeper/backup.part");
    remove(&part)?;
    let mut command = keeper(home)?;
    command.args(["backup", "--from", &from.to_string(), "--part"]);
    command.arg(&part);
    let line = said(command, programs::KEEPER).await?;
    let (events, rest) = line.split_once(' ').unwrap_or_default();
    let (events, endings) = (number(events)?, number(rest)?);
    let failed = |source| Error::file("read", &part, source);
    let mut file = File::open(&part).map_err(failed)?;
    let mut sealing = Sealing::begin(at.join(KEEPER), recipients)?;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer).map_err(failed)?;
        if read == 0 {
            break;
        }
        sealing.add(&buffer[..read])?;
    }
    remove(&part)?;
    Ok((events, endings, sealing.end()?))
}

/// The store's entries, sealed once more as care gives them. The part's last eight bytes say how far it goes.
async fn store_part(
    mut answer: Incoming,
    at: &Path,
    recipients: &[Recipient],
) -> Result<(u64, Told), Error> {
    let mut sealing = Sealing::begin(at.join(STORE), recipients)?;
    let mut tail: Vec<u8> = Vec::new();
    while let Some(bytes) = answer.part().await? {
        tail.extend_from_slice(&bytes[bytes.len().saturating_sub(8)..]);
        tail.drain(..tail.len().saturating_sub(8));
        sealing.add(&bytes)?;
    }
    let position = tail.try_into().map_err(|_| Error::Protocol {
        why: "the store's part of the backup is cut off".to_owned(),
    })?;
    Ok((u64::from_be_bytes(position), sealing.end()?))
}

/// The keeper's program on this home.
pub fn keeper(home: &Home) -> Result<Command, Error> {
    let mut command = Command::new(programs::find(programs::KEEPER)?);
    command.arg("--home").arg(home.dir());
    Ok(command)
}

/// Runs a program that does one thing; gives what it said on standard output.
///
/// # Errors
/// [`Error::ProgramRefused`], or [`Error::Unverified`] when it found that something does not hold.
pub async fn said(mut command: Command, program: &'static str) -> Result<String, Error> {
    let done = command
        .stdin(Stdio::null())
        .output()
        .await
        .map_err(|source| Error::file("start", Path::new(program), source))?;
    if done.status.success() {
        return Ok(String::from_utf8_lossy(&done.stdout).into_owned());
    }
    let text = String::from_utf8_lossy(&done.stderr);
    let said = programs::last_words(program, &text, Some(done.status));
    Err(match done.status.code() {
        Some(4) => Error::Unverified { said },
        _ => Error::ProgramRefused { program, said },
    })
}

/// The first number of a line.
pub fn number(line: &str) -> Result<u64, Error> {
    let word = line.split_whitespace().next();
    word.and_then(|word| word.parse().ok())
        .ok_or_else(|| Error::Protocol {
            why: "a program of ours said no number".to_owned(),
        })
}

fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::file("remove", path, source))
        }
        _ => Ok(()),
    }
}

fn show(manifest: &Manifest, dir: &Path, begun: Instant, output: &Output) {
    let seconds = begun.elapsed().as_secs_f64();
    let bytes: u64 = manifest.files.values().map(|told| told.bytes).sum();
    let text = format!(
        "backup {:06} in {}: openings {} to {}, {bytes} bytes in {seconds:.1} s",
        manifest.number,
        dir.display(),
        manifest.events.0,
        manifest.events.1,
    );
    let value = json!({
        "number": manifest.number,
        "folder": PathBuf::from(dir),
        "events": [manifest.events.0, manifest.events.1],
        "positions": [manifest.positions.0, manifest.positions.1],
        "bytes": bytes,
        "seconds": seconds,
    });
    output.show(&text, &value);
}
