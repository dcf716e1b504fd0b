//! What stops the reading of a file. A row that can't be read does not: whoever reads refuses it.

use std::path::{Path, PathBuf};

/// Why a file could not be read. No text holds a value of a row.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file system refused.
    #[error("could not {what} `{path}`: {source}; mend the path, then start the import again", path = path.display())]
    File {
        /// The verb.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is not in a form that can be read.
    #[error("`{path}`, line {line}: {why}", path = path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// The line, 1 for the header.
        line: u64,
        /// What is wrong, and what to do.
        why: String,
    },
    /// A column that the import needs is missing.
    #[error("`{path}` lacks {columns}, which the import needs; the published schema of {table} has them", path = path.display())]
    Columns {
        /// The file.
        path: PathBuf,
        /// The table.
        table: String,
        /// The missing columns.
        columns: String,
    },
}

impl Error {
    pub(crate) fn file(what: &'static str, path: &Path, source: std::io::Error) -> Error {
        let path = path.to_owned();
        Error::File { what, path, source }
    }

    pub(crate) fn form(path: &Path, line: u64, why: impl Into<String>) -> Error {
        Error::Form {
            path: path.to_owned(),
            line,
            why: why.into(),
        }
    }
}
