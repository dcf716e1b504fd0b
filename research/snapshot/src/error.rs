//! What can go wrong with a snapshot.

use std::path::{Path, PathBuf};

/// Why a snapshot could not be made or read. No text holds a person's data: files, tables and numbers are named.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file system refused.
    #[error("could not {what} `{path}`: {source}; mend that, and do it again", path = path.display())]
    File {
        /// The verb: `read`, `write`…
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A Parquet file can't be read or written.
    #[error("`{path}` is not a readable Parquet file: {why}", path = path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What the reader said.
        why: String,
    },
    /// A manifest or a list whose signature or form is wrong.
    #[error("`{path}` can't be believed: {why}; ask the crossing for it again", path = path.display())]
    Unverified {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A file is not the one that the manifest names.
    #[error("`{path}` is not the file that its manifest signs; the snapshot must be made again", path = path.display())]
    Altered {
        /// The file.
        path: PathBuf,
    },
    /// Another program makes a snapshot there.
    #[error("another program makes a snapshot in `{path}`; wait for its end", path = path.display())]
    Busy {
        /// The folder.
        path: PathBuf,
    },
    /// What was asked for is not there.
    #[error("there is no {what} `{name}`; {instead}")]
    Absent {
        /// `snapshot`, `table`, `column`…
        what: &'static str,
        /// What was asked for.
        name: String,
        /// What to do.
        instead: String,
    },
    /// A table whose columns do not fit each other, or its place.
    #[error("table `{table}`: {why}")]
    Form {
        /// The table.
        table: String,
        /// What does not fit.
        why: String,
    },
}

impl Error {
    pub(crate) fn file(what: &'static str, path: &Path, source: std::io::Error) -> Error {
        let path = path.to_owned();
        Error::File { what, path, source }
    }

    pub(crate) fn parquet(path: &Path, why: &impl ToString) -> Error {
        Error::Parquet {
            path: path.to_owned(),
            why: why.to_string(),
        }
    }

    pub(crate) fn unverified(path: &Path, why: impl ToString) -> Error {
        Error::Unverified {
            path: path.to_owned(),
            why: why.to_string(),
        }
    }

    pub(crate) fn absent(what: &'static str, name: &str, instead: impl Into<String>) -> Error {
        Error::Absent {
            what,
            name: name.to_owned(),
            instead: instead.into(),
        }
    }

    pub(crate) fn form(table: &str, why: impl Into<String>) -> Error {
        Error::Form {
            table: table.to_owned(),
            why: why.into(),
        }
    }
}
