//! What can go wrong.

use std::io;
use std::path::{Path, PathBuf};

/// What can go wrong. No variant holds a row, a person or a key.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is made once.
    #[error("`{0}` is there already: open it, or choose another place")]
    Exists(PathBuf),
    /// Nothing where something should be.
    #[error("`{0}` is missing")]
    Missing(PathBuf),
    /// What an import puts beside the folder would be put into it.
    #[error("`{0}` has no name, and nothing can lie beside it: give a folder of its own")]
    Nameless(PathBuf),
    /// Tables and parts name files.
    #[error("`{0}` can't name a file: letters, digits, `_`, `-` and `.` in between, at most 100")]
    Name(String),
    /// A file of another form, or a folder that is no bronze.
    #[error("`{path}` is not of this version: {why}")]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: &'static str,
    },
    /// Another key, or a file that was renamed, or whose head was altered.
    #[error(
        "`{0}` does not open: the key is another, or the file was renamed or altered at its head"
    )]
    Key(PathBuf),
    /// Others may read a key.
    #[error("`{0}` may be read by others: make it readable by its owner alone (0600)")]
    Readable(PathBuf),
    /// A file that was cut or altered.
    #[error("`{path}` is broken at frame {frame}: put back a copy of it, or import its part again")]
    Broken {
        /// The file.
        path: PathBuf,
        /// Which frame, from 0.
        frame: u64,
    },
    /// Tags of another epoch would be looked for in vain.
    #[error(
        "`{path}` is tagged with pseudonyms of epoch {found}, not {wanted}: retag it by the rotation's list first"
    )]
    Epoch {
        /// The file.
        path: PathBuf,
        /// Its epoch.
        found: u32,
        /// The epoch in use.
        wanted: u32,
    },
    /// A rotation's list that lacks somebody.
    #[error(
        "`{path}` has in frame {frame} a person whom the list of the rotation lacks: rotate again, and carry whoever is in bronze"
    )]
    Unmapped {
        /// The file.
        path: PathBuf,
        /// Which frame, from 0.
        frame: u64,
    },
    /// Another run has it open.
    #[error("`{0}` is held by another run: wait for its end")]
    Busy(PathBuf),
    /// A row of more than 16 MiB.
    #[error(
        "a row of {0} bytes is longer than bronze keeps (16 MiB): the file is not what it says it is"
    )]
    TooLong(usize),
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
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    pub(crate) fn form(path: &Path, why: &'static str) -> Self {
        Self::Form {
            path: path.to_owned(),
            why,
        }
    }
}
