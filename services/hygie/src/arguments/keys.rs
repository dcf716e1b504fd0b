//! The words of `hygie keys`, and of records that end.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use hygie_keeper::notice::{Custodian, PersonId};

/// The commands on keys.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Name the custodians, and write their shares of the keys, sealed, to keeper/custody
    Custody {
        /// How many of them open together
        #[arg(long, value_name = "K", value_parser = clap::value_parser!(u8).range(1..=32))]
        threshold: u8,
        /// A custodian and his age recipient; given once for each
        #[arg(long = "custodian", value_name = "NAME=AGE1", required = true, value_parser = custodian)]
        custodians: Vec<Custodian>,
    },
    /// Open a sealed share, on its custodian's own machine; needs no home
    Share {
        /// The custodian's age identity
        #[arg(long, value_name = "FILE")]
        identity: PathBuf,
        /// The sealed share
        #[arg(value_name = "SHARE.age")]
        sealed: PathBuf,
        /// A file that does not exist yet, made readable by you alone [default: SHARE]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Begin a new epoch, wrap all keys in it, back them up, destroy the epoch before; once more, it goes on
    Rotate {
        /// The folder of backups
        #[arg(long, value_name = "DIR")]
        backup: PathBuf,
        /// Who can open the backup, as age recipients [default: what hygie.toml says]
        #[arg(
            long = "recipient",
            env = "HYGIE_BACKUP_RECIPIENTS",
            value_name = "AGE1",
            value_delimiter = ','
        )]
        recipients: Vec<String>,
    },
    /// Put the root key under a new passphrase or key file, by its custodians' shares
    Recover(Recover),
    /// Destroy what custodians kept its time
    Purge,
    /// Give out the sealed shares of an ended record, for its custodians to open
    ArchiveShares {
        /// The person's id
        #[arg(value_name = "PERSON", value_parser = super::person)]
        person: PersonId,
        /// A folder for them
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

/// How the root key is protected from now on.
#[derive(Debug, Args)]
pub struct Recover {
    /// An opened share of the root key; given once for each
    #[arg(long = "share", value_name = "FILE", required = true)]
    pub shares: Vec<PathBuf>,
    /// By a passphrase, asked for or taken from HYGIE_PASSPHRASE
    #[arg(long, required_unless_present = "key_file")]
    pub passphrase: bool,
    /// By this file, made when there is none, which must be kept apart from the home
    #[arg(long, value_name = "PATH", conflicts_with = "passphrase")]
    pub key_file: Option<PathBuf>,
}

fn custodian(text: &str) -> Result<Custodian, &'static str> {
    let (name, recipient) = text
        .split_once('=')
        .ok_or("a custodian is NAME=AGE1…, a name and an age recipient")?;
    Ok(Custodian {
        name: name.to_owned(),
        recipient: recipient.to_owned(),
    })
}
