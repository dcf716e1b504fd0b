//! `hygie keys`: who keeps shares of the keys, and how keys change over time.

mod archive;
mod custody;
mod purge;
mod recover;
mod rotate;
mod share;

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::arguments::KeysCommand;
use crate::output::{Exit, Output};
use crate::{Error, Home};

/// Does what was asked.
///
/// # Errors
/// Those of the command's own file.
pub async fn run(home: &Home, command: KeysCommand, output: &Output) -> Result<Exit, Error> {
    match command {
        KeysCommand::Custody {
            threshold,
            custodians,
        } => custody::run(home, threshold, custodians, output).await,
        KeysCommand::Share {
            identity,
            sealed,
            out,
        } => share::run(&identity, &sealed, out, output),
        KeysCommand::Rotate { backup, recipients } => {
            rotate::run(home, &backup, &recipients, output).await
        }
        KeysCommand::Recover(wish) => recover::run(home, &wish, output).await,
        KeysCommand::Purge => purge::run(home, output).await,
        KeysCommand::ArchiveShares { person, out } => {
            archive::run(home, person, &out, output).await
        }
    }
}

/// Writes a new file that nobody else could read at any moment.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .map_err(|source| Error::file("make", path, source))
}
