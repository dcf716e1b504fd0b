//! What can go wrong, and with which exit code the program says so.

use std::io;
use std::path::{Path, PathBuf};

use hygie_snapshot::Error as Snapshot;

use crate::Exit;

/// Why a command was not done. No variant holds a person's number or pseudonym.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A snapshot, or the list of the opposed.
    #[error(transparent)]
    Snapshot(#[from] Snapshot),
    /// An export.
    #[error(transparent)]
    Omop(#[from] hygie_omop::Error),
    /// A report of quality.
    #[error(transparent)]
    Quality(#[from] hygie_quality::Error),
    /// The key by which snapshots are believed is none.
    #[error("`{path}` is no key of snapshots: ask the crossing for it again", path = path.display())]
    Verifier {
        /// The file.
        path: PathBuf,
    },
    /// A project's key is none.
    #[error("`{path}` is no project's key: give a file of 32 bytes, or of 64 hexadecimal digits", path = path.display())]
    ProjectKey {
        /// The file.
        path: PathBuf,
    },
    /// A file can't be read.
    #[error("can't read `{path}`: {source}", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Error {
    pub fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    /// The exit code: 4 for what can't be believed, 1 for the rest.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Snapshot(Snapshot::Altered { .. } | Snapshot::Unverified { .. })
            | Self::Omop(hygie_omop::Error::Snapshot(
                Snapshot::Altered { .. } | Snapshot::Unverified { .. },
            ))
            | Self::Verifier { .. } => Exit::VerificationFailed,
            _ => Exit::Refused,
        }
    }
}
