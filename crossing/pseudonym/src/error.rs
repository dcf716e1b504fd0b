//! What can go wrong.

use std::io;
use std::path::{Path, PathBuf};

/// What can go wrong. No variant holds a key, a pseudonym or a person's number.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Keys are made once.
    #[error("`{0}` holds keys already: use them, or choose another folder")]
    Exists(PathBuf),
    /// No keys where they should be.
    #[error(
        "`{0}` is missing: run `hygie-crossing pseudonyms init`, or name the folder that holds it"
    )]
    Missing(PathBuf),
    /// The key file is not as it was written.
    #[error(
        "`{path}` is not a key file of this version: {why}; put back the copy that you keep of it"
    )]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// What is wrong; never what stands in it.
        why: &'static str,
    },
    /// Others may read a key file.
    #[error("`{0}` may be read by others: make it readable by its owner alone (0600)")]
    Readable(PathBuf),
    /// The list of a rotation is not as it was written.
    #[error(
        "`{path}` does not open at chunk {chunk}: run `hygie-crossing pseudonyms rotate` again, which writes it anew"
    )]
    ListBroken {
        /// The file.
        path: PathBuf,
        /// The chunk's number, from 0.
        chunk: u32,
    },
    /// Nothing to finish, and no list to read.
    #[error("no rotation is under way: `hygie-crossing pseudonyms rotate` begins one")]
    NotRotating,
    /// The last rotation waits for its end.
    #[error(
        "epoch {current} came by a rotation that is not finished: map what was made under epoch {old}, and finish it first"
    )]
    Unfinished {
        /// The epoch before.
        old: u32,
        /// The epoch in use.
        current: u32,
    },
    /// Two persons without an identifier would be one.
    #[error("the person has no identifier: reject the row")]
    NoIdentifier,
    /// Somebody else works on these keys.
    #[error("`{0}` is held by another run: wait for its end")]
    Busy(PathBuf),
    /// The file system says no.
    #[error("can't reach `{path}`: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Error {
    /// Wraps a failure of the file system.
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }
}
