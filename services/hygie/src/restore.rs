//! `hygie restore`, `hygie proceed` and `hygie drill`: a home out of its backups, verified whole before it
//! serves, and never taken for the present unless somebody shows that it is.
//!
//! Verified: each manifest's signature and place, each file's hash, that no event is missing, that the
//! root key opens what stands under it, that the ledger of the events is whole, and that every record in
//! the store ends, entry hashed behind entry, where the keeper's head says. No record is opened: a home
//! that is tried out must not read what no ledger would show.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

use age::x25519::Identity;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::arguments::{Drill, Proceed, Restore};
use crate::backup::folder::{Folder, KEEPER, STORE};
use crate::backup::{keeper, number, said, seal};
use crate::output::{Exit, Output};
use crate::{Error, Home, ledger, passphrase, programs, settings};

/// What a home is made of again.
struct From<'a> {
    folder: &'a Path,
    identity: &'a Path,
    /// Opened shares of the epochs' keys; none where the keys' home has these.
    shares: &'a [PathBuf],
}

/// What a restore came to.
struct Done {
    events: u64,
    entries: u64,
    left: u64,
    bytes: u64,
    seconds: f64,
}

/// Makes the home out of the backups in a folder.
///
/// # Errors
/// [`Error::NotEmpty`]; [`Error::BackupAltered`], [`Error::Identity`], [`Error::Unverified`] when
/// something does not hold; [`Error::ProgramRefused`], [`Error::File`].
pub async fn run(home: &Home, wish: &Restore, output: &Output) -> Result<Exit, Error> {
    let keys = Home::new(wish.keys.clone());
    let from = From {
        folder: &wish.from,
        identity: &wish.identity,
        shares: &wish.shares,
    };
    let done = restore(home, &keys, &from, wish.key.clone()).await?;
    settings::write_template(home)?;
    let mut text = format!(
        "restored {} openings and {} entries, {} bytes in {:.1} s; {} entries behind the heads left out",
        done.events, done.entries, done.bytes, done.seconds, done.left,
    );
    match wish.going() {
        Some(going) => text.push_str(&format!("\n{}", proceed(home, &going).await?)),
        None => text.push_str(
            "\nit does not serve yet: show with `hygie proceed --checkpoint FILE` that nothing is missing, or go on with `hygie proceed --new-epoch`",
        ),
    }
    output.show(&text, &value(&done));
    Ok(Exit::Done)
}

/// Says what a restored home is, so that it may serve.
///
/// # Errors
/// [`Error::Unverified`] when the checkpoint counts what the home lacks.
pub async fn go_on(home: &Home, wish: &Proceed, output: &Output) -> Result<Exit, Error> {
    let text = proceed(home, wish).await?;
    output.show(&text, &json!({ "proceeds": true }));
    Ok(Exit::Done)
}

/// Restores into a folder that is thrown away, and says how long it took.
///
/// # Errors
/// As [`run`].
pub async fn drill(home: &Home, wish: &Drill, output: &Output) -> Result<Exit, Error> {
    let scratch = home.dir().join("run/drill");
    remove(&scratch)?;
    let tried = Home::new(scratch.clone());
    let from = From {
        folder: &wish.from,
        identity: &wish.identity,
        shares: &wish.shares,
    };
    let done = restore(&tried, home, &from, None).await;
    // Whatever came of it: what it decrypted does not stay.
    remove(&scratch)?;
    let done = done?;
    let megabytes = done.bytes as f64 / 1e6;
    let text = format!(
        "the backups restore: {} openings and {} entries verified, {megabytes:.1} MB in {:.1} s ({:.1} MB/s)",
        done.events,
        done.entries,
        done.seconds,
        megabytes / done.seconds,
    );
    output.show(&text, &value(&done));
    Ok(Exit::Done)
}

fn value(done: &Done) -> Value {
    json!({
        "events": done.events,
        "entries": done.entries,
        "left": done.left,
        "bytes": done.bytes,
        "seconds": done.seconds,
    })
}

async fn restore(
    home: &Home,
    keys: &Home,
    from: &From<'_>,
    key: Option<String>,
) -> Result<Done, Error> {
    home.check_length()?;
    let begun = Instant::now();
    let identity = seal::identity(from.identity)?;
    let verifier = match key {
        Some(given) => ledger::verifier(&given)?,
        None => ledger::verifier_in(&keys.ledger_key())?,
    };
    let folder = Folder::open(from.folder, &verifier)?;
    if folder.backups().is_empty() {
        return Err(Error::NoBackup {
            dir: from.folder.to_owned(),
        });
    }
    make_folders(home)?;
    let parts = home.dir().join("run/parts");
    make_private(&parts)?;
    let put_back = put_back(home, keys, (&folder, from.shares), &identity, &parts).await;
    // Whatever came of it: what was decrypted does not stay.
    remove(&parts)?;
    Ok(Done {
        seconds: begun.elapsed().as_secs_f64(),
        ..put_back?
    })
}

/// The keeper first, then the store, held against the keeper's heads.
async fn put_back(
    home: &Home,
    keys: &Home,
    (folder, shares): (&Folder, &[PathBuf]),
    identity: &Identity,
    parts: &Path,
) -> Result<Done, Error> {
    let (keepers, bytes) = unseal(folder, KEEPER, identity, parts)?;
    let events = restore_keeper(home, keys, shares, &keepers).await?;
    let heads = parts.join("heads");
    write_heads(home, &heads).await?;
    let (stores, more) = unseal(folder, STORE, identity, parts)?;
    let (entries, left) = restore_store(home, &heads, &stores).await?;
    Ok(Done {
        events,
        entries,
        left,
        bytes: bytes + more,
        seconds: 0.0,
    })
}

/// Opens one kind of file of every backup, oldest first; says how many bytes they hold.
fn unseal(
    folder: &Folder,
    name: &str,
    identity: &Identity,
    into: &Path,
) -> Result<(Vec<PathBuf>, u64), Error> {
    let (mut paths, mut bytes) = (Vec::new(), 0);
    for backup in folder.backups() {
        let path = folder.place(backup.number).join(name);
        let told = backup
            .files
            .get(name)
            .ok_or_else(|| Error::BackupAltered { path: path.clone() })?;
        let plain = into.join(format!("{:06}.{name}", backup.number));
        bytes += seal::unseal(&path, told, identity, &plain)?;
        paths.push(plain);
    }
    Ok((paths, bytes))
}

async fn restore_keeper(
    home: &Home,
    keys: &Home,
    shares: &[PathBuf],
    parts: &[PathBuf],
) -> Result<u64, Error> {
    let mut command = keeper(home)?;
    if let Some(passphrase) = passphrase::of(keys)? {
        command.env(passphrase::VARIABLE, passphrase.expose());
    }
    command.args(["restore", "--keys"]).arg(keys.dir());
    for share in shares {
        command.arg("--share").arg(share);
    }
    command.args(parts);
    number(&said(command, programs::KEEPER).await?)
}

async fn write_heads(home: &Home, path: &Path) -> Result<(), Error> {
    let failed = |source| Error::file("write", path, source);
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(failed)?;
    let mut command = keeper(home)?;
    command.arg("heads").stdin(Stdio::null()).stdout(file);
    let status = command.status().await.map_err(failed)?;
    if status.success() {
        Ok(())
    } else {
        Err(Error::ProgramRefused {
            program: programs::KEEPER,
            said: status.to_string(),
        })
    }
}

async fn restore_store(home: &Home, heads: &Path, parts: &[PathBuf]) -> Result<(u64, u64), Error> {
    let mut command = Command::new(programs::find(programs::CARE)?);
    command.arg("--home").arg(home.dir());
    command.args(["restore", "--heads"]).arg(heads).args(parts);
    let line = said(command, programs::CARE).await?;
    let rest = line.split_once(' ').map_or("", |(_, rest)| rest);
    Ok((number(&line)?, number(rest)?))
}

/// Tells the restored keeper what it is; gives the words for the operator.
async fn proceed(home: &Home, wish: &Proceed) -> Result<String, Error> {
    let mut command = keeper(home)?;
    if let Some(passphrase) = passphrase::of(home)? {
        command.env(passphrase::VARIABLE, passphrase.expose());
    }
    command.arg("proceed");
    let words = match &wish.checkpoint {
        Some(path) => {
            command.arg("--checkpoint").arg(path);
            "nothing is missing: it serves as it was"
        }
        None => {
            command.arg("--new-epoch");
            "it serves as a past one: every checkpoint of its ledger says so from here on"
        }
    };
    said(command, programs::KEEPER).await?;
    Ok(words.to_owned())
}

/// The folders of a home, which must not hold anything yet.
fn make_folders(home: &Home) -> Result<(), Error> {
    let empty = match fs::read_dir(home.dir()) {
        Ok(mut names) => names.next().is_none(),
        Err(error) => error.kind() == ErrorKind::NotFound,
    };
    if !empty {
        return Err(Error::NotEmpty {
            dir: home.dir().to_owned(),
        });
    }
    for folder in [home.dir().to_owned()].into_iter().chain(home.folders()) {
        make_private(&folder)?;
    }
    Ok(())
}

fn make_private(path: &Path) -> Result<(), Error> {
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder
        .create(path)
        .map_err(|source| Error::file("make", path, source))
}

fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(path) {
        Err(source) if source.kind() != ErrorKind::NotFound => {
            Err(Error::file("remove", path, source))
        }
        _ => Ok(()),
    }
}
