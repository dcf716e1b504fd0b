use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::Error;

/// The longest socket path, in bytes.
const SOCKET_PATH: usize = 100;

/// Where things lie in an installation's home.
#[derive(Debug, Clone)]
pub struct Home {
    dir: PathBuf,
    keeper: PathBuf,
}

impl Home {
    /// The home in `dir`.
    pub fn new(dir: impl AsRef<Path>) -> Self {
        let dir = dir.as_ref().to_owned();
        let keeper = dir.join("keeper");
        Self { dir, keeper }
    }

    /// The same home with its keeper still in the making: it gets its own name when it is whole.
    pub(crate) fn unborn(&self) -> Self {
        Self {
            dir: self.dir.clone(),
            keeper: self.dir.join("keeper.new"),
        }
    }

    /// The home itself.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Everything of the keeper; trusted ground, mode 0700.
    pub fn keeper(&self) -> &Path {
        &self.keeper
    }

    /// How the root key is protected, and the root key under that protection.
    pub(crate) fn root(&self) -> PathBuf {
        self.keeper.join("root")
    }

    /// Wrapped keys, heads, tags and sealed events.
    pub(crate) fn database(&self) -> PathBuf {
        self.keeper.join("keys.db")
    }

    /// The ledger: checkpoint, tiles, entry bundles, nothing else.
    pub fn ledger(&self) -> PathBuf {
        self.keeper.join("ledger")
    }

    /// The ledger's public key, as one line: a C2SP signed-note verifier key.
    pub fn verifier(&self) -> PathBuf {
        self.keeper.join("ledger.vkey")
    }

    /// Whose assertions are believed.
    pub fn issuers(&self) -> PathBuf {
        self.keeper.join("issuers.json")
    }

    /// The demo issuer's key, in demo homes only.
    pub fn demo_key(&self) -> PathBuf {
        self.keeper.join("demo-issuer.key")
    }

    /// The operator's key.
    pub fn operator_key(&self) -> PathBuf {
        self.dir.join("operator.key")
    }

    /// The key with which care asserts that it acts for the roll, and for nobody's record.
    pub fn enrolment_key(&self) -> PathBuf {
        self.dir.join("enrolment.key")
    }

    /// The private key by which care asserts whom it signed in.
    pub fn sign_in_key(&self) -> PathBuf {
        self.dir.join("sign-in.key")
    }

    /// The private key by which the crossing asserts that it acts; it may be moved to where the crossing runs.
    pub fn crossing_key(&self) -> PathBuf {
        self.dir.join("crossing.key")
    }

    /// Where custodians fetch their sealed shares.
    pub fn custody(&self) -> PathBuf {
        self.keeper.join("custody")
    }

    /// Held locked by the one keeper of this home.
    pub(crate) fn lock(&self) -> PathBuf {
        self.keeper.join("lock")
    }

    /// The directory of sockets.
    pub(crate) fn run(&self) -> PathBuf {
        self.dir.join("run")
    }

    /// The keeper's socket.
    pub fn socket(&self) -> PathBuf {
        self.run().join("keeper.sock")
    }
}

/// Refuses a socket path that would not fit the system's address.
pub(crate) fn check_socket_path(path: &Path) -> Result<(), Error> {
    if path.as_os_str().len() > SOCKET_PATH {
        return Err(Error::SocketPathTooLong(path.to_owned()));
    }
    Ok(())
}

/// Makes a directory of mode 0700, and those above it.
pub(crate) fn make_private_directory(path: &Path) -> Result<(), Error> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(Error::io(path))
}

/// Writes a new file of mode 0600, durably; one that exists is never overwritten.
pub(crate) fn write_private_file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    let mut file = made.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Error::Exists(path.to_owned()),
        _ => Error::io(path)(error),
    })?;
    file.write_all(bytes).map_err(Error::io(path))?;
    file.sync_all().map_err(Error::io(path))?;
    match path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    {
        Some(parent) => sync_directory(parent),
        None => Ok(()),
    }
}

/// Makes the names in a directory durable.
pub(crate) fn sync_directory(path: &Path) -> Result<(), Error> {
    File::open(path)
        .and_then(|directory| directory.sync_all())
        .map_err(Error::io(path))
}

/// Reads a file that must be there.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::Missing(path.to_owned()),
        _ => Error::io(path)(error),
    })
}
