//! What can go wrong with a report.

use std::path::{Path, PathBuf};

/// Why a snapshot could not be examined, or its report not be written. No text holds a person's data.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The snapshot could not be read.
    #[error(transparent)]
    Snapshot(#[from] hygie_snapshot::Error),
    /// The file system refused.
    #[error("could not {what} `{path}`: {source}", path = path.display())]
    File {
        /// The verb: `read`, `write`…
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file of thresholds that sets what can't be set.
    #[error("`{path}`, line {line}: {why}", path = path.display())]
    Thresholds {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong, and what there is.
        why: String,
    },
    /// A report that is none of this version.
    #[error("this is no report of version {version}: {why}; examine the snapshot again", version = crate::FORMAT)]
    Form {
        /// What is wrong.
        why: String,
    },
}

impl Error {
    pub(crate) fn file(what: &'static str, path: &Path, source: std::io::Error) -> Error {
        let path = path.to_owned();
        Error::File { what, path, source }
    }
}
