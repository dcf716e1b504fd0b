use std::io;
use std::path::{Path, PathBuf};

use hygie_notice::wire::Failure;
use rusqlite::ErrorCode;

/// What can go wrong on either side of the keeper's socket.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read or written.
    #[error("`{path}`: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// `init` found something that it would have to overwrite.
    #[error("`{0}` exists already; choose another home, or move it away")]
    Exists(PathBuf),
    /// There is no keeper in this home.
    #[error("`{0}` is missing; make the keeper first, with init")]
    Missing(PathBuf),
    /// Another process keeps this home.
    #[error("another keeper runs on this home; stop it first")]
    Locked,
    /// The name of a Unix socket fits 108 bytes on Linux, fewer elsewhere.
    #[error("the socket's path `{0}` is longer than 100 bytes; choose a home with a shorter path")]
    SocketPathTooLong(PathBuf),
    /// A file of the keeper is not in its form.
    #[error("`{path}` is malformed: {why}; restore it from a backup")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A name that a ledger cannot carry.
    #[error("`{0}` cannot name a ledger; use letters, digits, dots and slashes")]
    OriginMalformed(String),
    /// The root key is protected by a passphrase, and none was given.
    #[error("the root key is protected by a passphrase; give it in HYGIE_PASSPHRASE")]
    PassphraseWanted,
    /// A passphrase so short that a search finds it.
    #[error("the passphrase is shorter than 12 characters; choose a longer one")]
    PassphraseShort,
    /// Passphrase or key file do not open the root key.
    #[error("the passphrase or key file does not open the root key; give the one that init used")]
    WrongSecret,
    /// Wrapped bytes do not open under the key above them.
    #[error(
        "a wrapped key does not open in `{0}`; restore the keeper's folder from one backup, whole"
    )]
    WrappedKeyBroken(&'static str),
    /// SQLite before 3.51.3 can corrupt a write-ahead log.
    #[error("SQLite {0} is older than 3.51.3, which may corrupt the store; build with a newer one")]
    SqliteTooOld(&'static str),
    /// The database of keys and events failed.
    #[error("the keeper's database failed: {0}")]
    Database(#[from] rusqlite::Error),
    /// The ledger failed.
    #[error("the ledger failed: {0}")]
    Ledger(#[from] hygie_ledger::Error),
    /// The ledger holds leaves that no event explains: the database is older than the ledger.
    #[error(
        "the ledger has {ledger} leaves but the keeper knows only {events} events; restore `keys.db` and `ledger` from the same moment"
    )]
    LedgerAhead {
        /// Leaves in the ledger.
        ledger: u64,
        /// Events in the database.
        events: u64,
    },
    /// A leaf of the ledger is not that of its event.
    #[error(
        "leaf {index} of the ledger is not that of its event; restore `keys.db` and `ledger` from the same moment"
    )]
    LedgerDiffers {
        /// Where they differ.
        index: u64,
    },
    /// A keeper out of a backup, of which nobody has said whether anything is missing from it.
    #[error(
        "this keeper was restored from a backup of {events} openings and may be a past one; give the last checkpoint that anybody has, or begin a new epoch of the ledger, with hygie restore"
    )]
    RestoredPast {
        /// Events in the database.
        events: u64,
    },
    /// Openings are missing from a restored keeper.
    #[error(
        "the checkpoint counts {given} openings and the restored ledger holds {held}: it is a past one; restore a later backup, or begin a new epoch of the ledger"
    )]
    PastCheckpoint {
        /// Events in the database.
        held: u64,
        /// What the checkpoint counts.
        given: u64,
    },
    /// Parts of different backups.
    #[error("`{0}` is a part of another keeper's backup; give the parts of one backup")]
    PartForeign(PathBuf),
    /// No custodians were named yet.
    #[error(
        "no custodians hold the keys of this home, so that nothing could bring a backup of it back; name them with `hygie keys custody`"
    )]
    NoCustody,
    /// Custodians that can't be.
    #[error("custody is not set: {0}")]
    CustodyMalformed(&'static str),
    /// A share that is none.
    #[error("the share is not in its form; give the file that `hygie keys share` wrote, whole")]
    ShareMalformed,
    /// A share of something else.
    #[error(
        "the share of `{custodian}` is of {part}, which is not of this home or not wanted here; leave it out"
    )]
    ShareForeign {
        /// Whose it is.
        custodian: String,
        /// What it is part of.
        part: String,
    },
    /// Too few shares.
    #[error("{}", wanted(part, *given, *threshold))]
    SharesWanted {
        /// What they would give back.
        part: String,
        /// How many of one splitting were given.
        given: usize,
        /// How many are needed, as these say.
        threshold: Option<u8>,
    },
    /// Shares that give something else than they say.
    #[error("the shares of {0} do not fit together; one of them was altered: try with others")]
    SharesBroken(String),
    /// The events have a gap.
    #[error("the keeper's events are not numbered without a gap; restore `keys.db` from a backup")]
    EventsBroken,
    /// The keeper cannot be reached, or stopped before it answered. Whether a notice was written is not known.
    #[error("the keeper is unavailable: {0}")]
    Unavailable(String),
    /// The keeper answered, and did nothing (a refused opening of an unknown subject is written down).
    #[error(transparent)]
    Refused(#[from] Failure),
}

/// What a custodian is to be asked for.
fn wanted(part: &str, given: usize, threshold: Option<u8>) -> String {
    match threshold {
        Some(threshold) => format!(
            "{given} shares of {part} were given and {threshold} of one splitting are needed; ask more custodians"
        ),
        None => {
            format!("no share of {part} was given; ask its custodians, and name each with --share")
        }
    }
}

impl Error {
    /// Whether the disk was full and nothing else: what was begun was taken back, and may be tried
    /// again. A failed fsync is never this.
    pub(crate) fn is_full(&self) -> bool {
        self.database() == Some(ErrorCode::DiskFull)
    }

    /// Whether the database is not in SQLite's form, or not in one piece.
    pub fn is_damage(&self) -> bool {
        matches!(
            self.database(),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
        )
    }

    fn database(&self) -> Option<ErrorCode> {
        match self {
            Self::Database(error) => error.sqlite_error_code(),
            _ => None,
        }
    }

    /// For `map_err`: the operating system's error at `path`.
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }
}
