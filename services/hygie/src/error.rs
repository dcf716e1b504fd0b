//! Every way in which a command can fail, and its exit code.

use std::io;
use std::path::{Path, PathBuf};

use crate::output::Exit;

/// What went wrong, where, and what to do next. Holds nothing out of records.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be used.
    #[error("could not {action} `{}`: {source}", path.display())]
    File {
        /// A verb.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The folder is no home.
    #[error("`{}` is no home; make one with `hygie --home DIR init`, or name another with --home", dir.display())]
    NoHome {
        /// The folder.
        dir: PathBuf,
    },
    /// `init` on a folder that holds something.
    #[error("`{}` is not empty; choose a new folder with --home", dir.display())]
    NotEmpty {
        /// The folder.
        dir: PathBuf,
    },
    /// The sockets of this home could not be bound.
    #[error("the home's path is too long: `{}` has {length} bytes, and a Unix socket's path at most {limit}; move the home nearer to the root, or name it through a short link", path.display())]
    PathTooLong {
        /// The longest socket path.
        path: PathBuf,
        /// Its length in bytes.
        length: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// A program of ours is missing.
    #[error(
        "`{program}` is neither beside this program nor in PATH; install it, or run cargo build --workspace"
    )]
    ProgramMissing {
        /// Its name.
        program: &'static str,
    },
    /// A program that should do one thing and end did not succeed.
    #[error("`{program}` refused: {said}")]
    ProgramRefused {
        /// Its name.
        program: &'static str,
        /// The last line it said.
        said: String,
    },
    /// A service ended before it was ready.
    #[error("`{program}` stopped before it was ready: {said}; its log is `{}`", log.display())]
    ServiceStopped {
        /// Its name.
        program: &'static str,
        /// The last line it said, or how it ended.
        said: String,
        /// Where it logs.
        log: PathBuf,
    },
    /// A service was not ready in time.
    #[error("`{program}` was not ready within {seconds} s; its log is `{}`", log.display())]
    ServiceSlow {
        /// Its name.
        program: &'static str,
        /// How long was waited.
        seconds: u64,
        /// Where it logs.
        log: PathBuf,
    },
    /// Somebody else serves the home.
    #[error("the home is in use by {by}; stop that first")]
    InUse {
        /// The processes.
        by: String,
    },
    /// The home is served, but care does not answer.
    #[error("the home is in use by {by}, but its services do not answer at `{}`: {source}; try again, or stop them", socket.display())]
    Unreachable {
        /// The processes.
        by: String,
        /// The admin socket.
        socket: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The connection to care broke.
    #[error(
        "the services stopped answering: {why}; run the command again: what was taken is not taken twice"
    )]
    Broken {
        /// What the connection said.
        why: String,
    },
    /// Care answered that it can't now.
    #[error("the services are unavailable: {said}; try again later")]
    Unavailable {
        /// Its own words.
        said: String,
    },
    /// Care refused.
    #[error("refused ({status}): {said}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Its own words.
        said: String,
    },
    /// Care's answer is not of the admin protocol.
    #[error(
        "care's answer is not one of the admin protocol: {why}; hygie and hygie-care must be of one version"
    )]
    Protocol {
        /// What does not fit.
        why: String,
    },
    /// A signal came while a command worked.
    #[error("interrupted; run the command again: what was taken is not taken twice")]
    Interrupted,
    /// A signing key could not be read.
    #[error("could not read the key `{}`: {why}", path.display())]
    Key {
        /// The key's file.
        path: PathBuf,
        /// Why not; never the key.
        why: String,
    },
    /// Tokens for anybody are made in demo homes only.
    #[error("`{}` is not a demo home, so nobody can be given a token here; make one with `hygie --home DIR init --demo`", dir.display())]
    NotDemo {
        /// The home.
        dir: PathBuf,
    },
    /// The secret of an authenticator can't be read.
    #[error(
        "this is no secret of an authenticator: it has the letters A to Z and the digits 2 to 7"
    )]
    DemoSecret,
    /// A folder holds nothing to import.
    #[error("no *.json or *.ndjson file in `{}`; name the files themselves if they are called otherwise", path.display())]
    NothingToImport {
        /// The folder.
        path: PathBuf,
    },
    /// `export` never replaces a file.
    #[error("`{}` is there already; move it away, or choose another with --out", path.display())]
    ExportExists {
        /// The file.
        path: PathBuf,
    },
    /// Two wishes that exclude each other.
    #[error("{why}")]
    Usage {
        /// Which, and what to do.
        why: &'static str,
    },
    /// The file of settings says what is no setting, or no value of one.
    #[error("`{}`, line {line}: {why}", path.display())]
    Settings {
        /// The file.
        path: PathBuf,
        /// Its line at fault, from 1.
        line: usize,
        /// What is wrong there.
        why: String,
    },
    /// A passphrase is needed and can't be had.
    #[error("{why}")]
    Passphrase {
        /// Why not, and what to do.
        why: &'static str,
    },
    /// A register that can't be read.
    #[error("`{}`, row {row}: {why}; correct it and run this again, which changes nothing for those before", path.display())]
    Register {
        /// The file.
        path: PathBuf,
        /// The row of persons, from 1; 0 for the file itself.
        row: u64,
        /// What is wrong with it; holds nothing of the person.
        why: String,
    },
    /// The list of oppositions is not believed.
    #[error("the list of oppositions is not believed: {why}")]
    List {
        /// Why; holds nothing of a person.
        why: String,
    },
    /// The ledger is not what its public key signed.
    #[error("the ledger in `{}` does not verify: {source}", dir.display())]
    Verification {
        /// The ledger's folder.
        dir: PathBuf,
        /// The file at fault and what is wrong with it.
        source: hygie_ledger::Error,
    },
    /// The keeper did not do what was asked of it.
    #[error("the keeper does not do it: {said}")]
    KeeperRefused {
        /// Its own words.
        said: String,
    },
    /// A sealed file holds no share.
    #[error("`{}` holds no share of a key; give the file out of keeper/custody", path.display())]
    NoShare {
        /// The file.
        path: PathBuf,
    },
    /// A proof of erasure that proves something else.
    #[error("`{}`: {source}", path.display())]
    ProofBroken {
        /// The file.
        path: PathBuf,
        /// What does not hold.
        source: hygie_keeper::notice::Error,
    },
    /// The proof of a trail does not hold.
    #[error("`{}` is not to be believed: {source}", path.display())]
    TrailRefused {
        /// The file.
        path: PathBuf,
        /// What does not hold, with the number of the event.
        source: hygie_proof::Refused,
    },
    /// Records ended while they were backed up, again and again.
    #[error("records end while the backup is made; run the command again when they have")]
    BackupOvertaken,
    /// Nobody could open the backup.
    #[error(
        "no age recipient for the backup; make an identity with `hygie backup-identity FILE`, and name its recipient in hygie.toml or with --recipient"
    )]
    Recipients,
    /// The identity is another's.
    #[error("`{}` does not open with this identity; give the one that it was made for", path.display())]
    Identity {
        /// The sealed file.
        path: PathBuf,
    },
    /// A backup is not what was signed.
    #[error("`{}` is not what this ledger's key signed, or is missing; take it from another copy of the backups", path.display())]
    BackupAltered {
        /// The file.
        path: PathBuf,
    },
    /// A folder holds no backup.
    #[error("`{}` holds no backup; name the folder that `hygie backup` was given", dir.display())]
    NoBackup {
        /// The folder.
        dir: PathBuf,
    },
    /// What was restored does not hold.
    #[error("the restored home does not verify: {said}")]
    Unverified {
        /// In the words of the program that found it.
        said: String,
    },
    /// The ledger was written all the while.
    #[error("the ledger in `{}` is being written: {source}", dir.display())]
    LedgerBusy {
        /// The ledger's folder.
        dir: PathBuf,
        /// What the verification said.
        source: hygie_ledger::Error,
    },
}

impl Error {
    /// A failure of the file system.
    pub fn file(action: &'static str, path: &Path, source: io::Error) -> Self {
        Self::File {
            action,
            path: path.to_owned(),
            source,
        }
    }

    /// The exit code; README has the list ("One installation is one folder").
    pub fn exit(&self) -> Exit {
        match self {
            Self::Usage { .. } | Self::Settings { .. } => Exit::Usage,
            Self::ServiceStopped { .. }
            | Self::ServiceSlow { .. }
            | Self::InUse { .. }
            | Self::Unreachable { .. }
            | Self::Broken { .. }
            | Self::Unavailable { .. }
            | Self::LedgerBusy { .. }
            | Self::BackupOvertaken
            | Self::ProgramMissing { .. } => Exit::Unavailable,
            Self::Verification { .. }
            | Self::List { .. }
            | Self::ProofBroken { .. }
            | Self::TrailRefused { .. }
            | Self::BackupAltered { .. }
            | Self::Unverified { .. } => Exit::VerificationFailed,
            Self::File { .. }
            | Self::NoHome { .. }
            | Self::NotEmpty { .. }
            | Self::PathTooLong { .. }
            | Self::ProgramRefused { .. }
            | Self::Refused { .. }
            | Self::Protocol { .. }
            | Self::KeeperRefused { .. }
            | Self::NoShare { .. }
            | Self::Interrupted
            | Self::Key { .. }
            | Self::NotDemo { .. }
            | Self::DemoSecret
            | Self::NothingToImport { .. }
            | Self::ExportExists { .. }
            | Self::Register { .. }
            | Self::Recipients
            | Self::Identity { .. }
            | Self::NoBackup { .. }
            | Self::Passphrase { .. } => Exit::Refused,
        }
    }

    /// Whether the same request may succeed in a moment: a service was restarted, or is starting.
    pub fn passes(&self) -> bool {
        matches!(self, Self::Broken { .. } | Self::Unavailable { .. })
    }
}
