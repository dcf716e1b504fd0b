//! The folder that holds one installation, and the names inside it.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::Error;

/// The longest socket path that every Unix takes, in bytes, with room for its terminator.
const SOCKET_LIMIT: usize = 100;

/// A home, whether or not it exists yet.
#[derive(Debug, Clone)]
pub struct Home {
    dir: PathBuf,
}

impl Home {
    /// The home in `dir`.
    pub fn new(dir: PathBuf) -> Self {
        Self { dir }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The folders that `init` makes; `keeper` is made by the keeper.
    pub fn folders(&self) -> [PathBuf; 3] {
        ["run", "store", "log"].map(|name| self.dir.join(name))
    }

    /// Where care takes the operator's requests.
    pub fn admin_socket(&self) -> PathBuf {
        self.dir.join("run/admin.sock")
    }

    /// The file that says who serves the home.
    pub fn lock(&self) -> PathBuf {
        self.dir.join("run/lock")
    }

    /// How often services ended by themselves.
    pub fn ended(&self) -> PathBuf {
        self.dir.join("run/ended")
    }

    /// What the operator chose.
    pub fn settings(&self) -> PathBuf {
        self.dir.join("hygie.toml")
    }

    /// The log of a program: what happened, never about whom.
    pub fn log(&self, program: &str) -> PathBuf {
        self.dir.join("log").join(format!("{program}.log"))
    }

    /// The operator's signing key.
    pub fn operator_key(&self) -> PathBuf {
        self.dir.join("operator.key")
    }

    /// The key of demo homes that signs for anybody.
    pub fn demo_key(&self) -> PathBuf {
        self.dir.join("keeper/demo-issuer.key")
    }

    /// The ledger's files.
    pub fn ledger(&self) -> PathBuf {
        self.dir.join("keeper/ledger")
    }

    /// The ledger's public key.
    pub fn ledger_key(&self) -> PathBuf {
        self.dir.join("keeper/ledger.vkey")
    }

    /// Refuses a folder whose sockets the system could not bind.
    ///
    /// # Errors
    /// [`Error::PathTooLong`].
    pub fn check_length(&self) -> Result<(), Error> {
        let longest = self.dir.join("run/keeper.sock");
        let length = longest.as_os_str().as_bytes().len();
        if length > SOCKET_LIMIT {
            return Err(Error::PathTooLong {
                path: longest,
                length,
                limit: SOCKET_LIMIT,
            });
        }
        Ok(())
    }

    /// Refuses a folder that `init` did not make.
    ///
    /// # Errors
    /// [`Error::NoHome`], [`Error::PathTooLong`].
    pub fn check(&self) -> Result<(), Error> {
        self.check_length()?;
        if self.dir.join("keeper").is_dir() && self.dir.join("run").is_dir() {
            Ok(())
        } else {
            Err(Error::NoHome {
                dir: self.dir.clone(),
            })
        }
    }
}
