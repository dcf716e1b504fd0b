//! What can go wrong.

use std::path::{Path, PathBuf};

/// Why no vocabulary came of it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file can't be read.
    #[error("can't read `{path}`: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file lacks a column.
    #[error("`{path}` has no column `{column}`: give the file as it is published")]
    Column {
        /// The file.
        path: PathBuf,
        /// The column's name.
        column: &'static str,
    },
    /// A line of a file is not one of its table.
    #[error("`{path}` is broken at line {line}: {why}")]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        why: &'static str,
    },
    /// The concepts of the snapshot before are not a list of concepts.
    #[error(
        "the earlier concepts give `{0}` twice, or not as a code: take them from a snapshot as they are"
    )]
    Earlier(String),
    /// No number is left below two to the power of 31.
    #[error("no number is left for new concepts")]
    Full,
}

impl Error {
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }
}
