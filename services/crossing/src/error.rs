//! What can go wrong, and with which exit code the program says so.

use std::io;
use std::path::{Path, PathBuf};

use crate::Exit;

/// Why a command was not done. No variant holds a person's number or pseudonym.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Keys of pseudonyms.
    #[error(transparent)]
    Pseudonyms(#[from] hygie_pseudonym::Error),
    /// Sealed rows.
    #[error(transparent)]
    Bronze(#[from] hygie_bronze::Error),
    /// A snapshot, or the list of the opposed.
    #[error(transparent)]
    Snapshot(#[from] hygie_snapshot::Error),
    /// An import.
    #[error(transparent)]
    Import(#[from] hygie_snds::Error),
    /// An import of a CDM.
    #[error(transparent)]
    Omop(#[from] hygie_omop::Error),
    /// A nomenclature can't be read.
    #[error(transparent)]
    Vocabulary(#[from] hygie_snds::vocabulary::Error),
    /// Something that can't be done as it was asked.
    #[error("{0}")]
    Asked(String),
    /// A table of the insurer's is not one.
    #[error("`{path}` is broken at line {line}: {why}")]
    Table {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        why: &'static str,
    },
    /// A table lacks a column.
    #[error("`{path}` has no column `{column}`: {instead}")]
    Column {
        /// The file.
        path: PathBuf,
        /// Its name.
        column: &'static str,
        /// What to give instead.
        instead: &'static str,
    },
    /// Lines that would take back what nobody took back.
    #[error(
        "`{path}` has {found} lines, and the list in force was made of {obeyed}: read them again from the first with \
         `hygie crossing oppositions`, into a new file"
    )]
    Short {
        /// The file.
        path: PathBuf,
        /// How many there are.
        found: u64,
        /// How many there were.
        obeyed: u64,
    },
    /// Another run has a folder for itself.
    #[error("another run works in `{0}`: wait for its end")]
    Busy(PathBuf),
    /// A rotation that would lose rows' tags.
    #[error(
        "`{part}` of `{table}` is still tagged under epoch {epoch}: run `hygie-crossing bronze retag` first"
    )]
    Untagged {
        /// The table.
        table: String,
        /// The part.
        part: String,
        /// Its epoch.
        epoch: u32,
    },
    /// A file can't be read.
    #[error("can't read `{path}`: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The system does not let memory be hidden.
    #[error("core dumps can't be forbidden: {0}")]
    Memory(io::Error),
}

impl Error {
    pub fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    /// The exit code: 3 for what another run holds, 4 for what was cut or altered, 1 for the rest.
    pub fn exit(&self) -> Exit {
        use hygie_bronze::Error as Bronze;
        use hygie_pseudonym::Error as Pseudonyms;
        match self {
            Self::Pseudonyms(Pseudonyms::Busy(_))
            | Self::Bronze(Bronze::Busy(_))
            | Self::Busy(_)
            | Self::Memory(_) => Exit::Unavailable,
            Self::Pseudonyms(Pseudonyms::KeyFile { .. } | Pseudonyms::ListBroken { .. })
            | Self::Bronze(Bronze::Broken { .. } | Bronze::Key(_) | Bronze::Form { .. }) => {
                Exit::VerificationFailed
            }
            Self::Snapshot(error) => snapshot(error),
            Self::Import(hygie_snds::Error::Snapshot(error))
            | Self::Omop(hygie_omop::Error::Snapshot(error)) => snapshot(error),
            _ => Exit::Refused,
        }
    }
}

fn snapshot(error: &hygie_snapshot::Error) -> Exit {
    use hygie_snapshot::Error::{Altered, Unverified};
    match error {
        Altered { .. } | Unverified { .. } => Exit::VerificationFailed,
        _ => Exit::Refused,
    }
}
