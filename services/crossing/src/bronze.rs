//! `hygie-crossing bronze`: the folder of sealed rows made, checked to the last row, and retagged after a rotation.

use std::path::{Path, PathBuf};

use hygie_bronze::{Bronze, Key, Person};
use hygie_pseudonym::{Entropy, Keys, Pseudonym, SystemEntropy};
use serde_json::json;

use crate::{Error, Exit, Output};

#[derive(clap::Subcommand)]
pub enum Command {
    /// Make a folder of sealed rows, and its key beside the keys of pseudonyms.
    Init {
        /// The new folder.
        folder: PathBuf,
    },
    /// Read every row back: what was cut or altered is named with its place.
    Verify {
        /// The folder.
        folder: PathBuf,
    },
    /// Tag rows of the epoch before with the pseudonyms of the one in use, by the list of the rotation under way.
    Retag {
        /// The folder.
        folder: PathBuf,
    },
}

pub fn run(keys: &Path, command: Command, output: Output) -> Result<Exit, Error> {
    // Held to the end: no rotation begins or ends meanwhile.
    let pseudonyms = Keys::open(keys)?;
    let epoch = pseudonyms.epoch().0;
    match command {
        Command::Init { folder } => {
            let path = key_path(keys);
            if !path.exists() {
                Key::random(|bytes| SystemEntropy.fill(bytes)).keep(&path)?;
            }
            Bronze::create(&folder, Key::read(&path)?, epoch)?;
            let text = format!(
                "`{}` is made; its key is `{}`",
                folder.display(),
                path.display()
            );
            output.show(&text, &json!({ "epoch": epoch }));
        }
        Command::Verify { folder } => {
            let (parts, rows) = verify(&open(keys, &folder, epoch)?)?;
            let text = format!("{rows} rows in {parts} parts are as they were written");
            output.show(&text, &json!({ "parts": parts, "rows": rows }));
        }
        Command::Retag { folder } => {
            let mut rotation = pseudonyms.rotation()?;
            let bronze = open(keys, &folder, epoch)?;
            let counts = bronze.retag(|old| {
                let new = rotation.map(&Pseudonym::from_bytes(old))?;
                Ok::<_, Error>(new.map(|new| new.bytes()))
            })?;
            // They hold pseudonyms of the key that goes: the next import is of a whole extraction.
            let units = units(&folder);
            let kept = units.exists();
            if kept {
                std::fs::remove_dir_all(&units).map_err(Error::io(&units))?;
            }
            let text = format!(
                "{} of {} parts are tagged under epoch {epoch} now: {} rows{}",
                counts.rewritten,
                counts.parts,
                counts.kept,
                if kept {
                    "; units of the last import are deleted: the next is of a whole extraction"
                } else {
                    ""
                }
            );
            let value = json!({
                "epoch": epoch, "parts": counts.parts, "rewritten": counts.rewritten, "rows": counts.kept,
                "units_deleted": kept,
            });
            output.show(&text, &value);
        }
    }
    Ok(Exit::Done)
}

/// Where units of imports lie, beside a folder of sealed rows: they name professionals, and the hub reads the folder of the
/// snapshots.
pub fn units(folder: &Path) -> PathBuf {
    beside(folder, "units")
}

/// Where rows wait while an import runs that has too little memory for them, beside a folder of sealed rows.
pub fn spill(folder: &Path) -> PathBuf {
    beside(folder, "spill")
}

/// A place beside a folder of sealed rows that is open: so it is there, and has a name, though it was called `.` or `..`.
fn beside(folder: &Path, end: &str) -> PathBuf {
    let whole = folder.canonicalize().ok();
    let named = whole.filter(|whole| whole.file_name().is_some());
    // Were it gone by now: never the folder itself, since what is put there is deleted.
    let named = named.unwrap_or_else(|| folder.join("bronze"));
    named.with_added_extension(end)
}

/// Opens a folder by the key that lies beside those of pseudonyms.
pub fn open(keys: &Path, folder: &Path, epoch: u32) -> Result<Bronze, Error> {
    let key = Key::read(&key_path(keys))?;
    Ok(Bronze::open(folder, key, epoch)?)
}

/// Whoever has rows, once for as long as his rows follow each other.
pub fn each_person(bronze: &Bronze, mut take: impl FnMut(Person)) -> Result<(), Error> {
    for part in bronze.parts()? {
        let mut reader = bronze.read(&part.table, &part.part)?;
        let mut last = None;
        while let Some(row) = reader.next_row()? {
            if let Some(person) = row.person
                && last != row.person
            {
                take(person);
                last = row.person;
            }
        }
    }
    Ok(())
}

/// Refuses while a part bears tags of another epoch.
pub fn all_of_epoch(bronze: &Bronze, epoch: u32) -> Result<(), Error> {
    for part in bronze.parts()? {
        let found = bronze.read(&part.table, &part.part)?.epoch();
        if found != epoch {
            return Err(Error::Untagged {
                table: part.table,
                part: part.part,
                epoch: found,
            });
        }
    }
    Ok(())
}

fn verify(bronze: &Bronze) -> Result<(u64, u64), Error> {
    let (mut parts, mut rows) = (0, 0);
    for part in bronze.parts()? {
        let mut reader = bronze.read(&part.table, &part.part)?;
        while reader.next_row()?.is_some() {
            rows += 1;
        }
        parts += 1;
    }
    Ok((parts, rows))
}

fn key_path(keys: &Path) -> PathBuf {
    keys.join("bronze.key")
}
