//! What stops an import. A row that can't be read does not: it is kept, with its reason, and counted.

use std::path::{Path, PathBuf};

/// Why an import could not go on. No text holds a value of a row.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file system refused.
    #[error("could not {what} `{path}`: {source}; free space or mend the path, then start the import again: what is done stays done", path = path.display())]
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
    /// A file can't be read.
    #[error(transparent)]
    Rows(#[from] hygie_rows::Error),
    /// There is nothing to import, or half of it.
    #[error("`{dir}` {why}", dir = dir.display())]
    Nothing {
        /// The folder.
        dir: PathBuf,
        /// What is missing.
        why: String,
    },
    /// The memory that was given is less than the reference of beneficiaries takes.
    #[error(
        "{persons} rows of beneficiaries take {taken} MiB, which leaves nothing of a budget of {budget} MiB to read by; give at least twice as much"
    )]
    Budget {
        /// MiB that were given.
        budget: u64,
        /// How many of their rows were read.
        persons: usize,
        /// MiB that they take.
        taken: u64,
    },
    /// The snapshot could not be written.
    #[error(transparent)]
    Snapshot(#[from] hygie_snapshot::Error),
    /// A month can't be appended to what there is.
    #[error("{why}: import the whole extraction, with `snds import`")]
    Whole {
        /// What is missing or has changed.
        why: String,
    },
    /// Raw rows could not be kept: nothing goes on without them.
    #[error("raw rows could not be kept: {0}")]
    Keep(String),
    /// A nomenclature can't be read.
    #[error("{0}")]
    Vocabulary(String),
}

impl Error {
    pub(crate) fn file(what: &'static str, path: &Path, source: std::io::Error) -> Error {
        let path = path.to_owned();
        Error::File { what, path, source }
    }

    /// Of bytes that were given, and that are taken.
    pub(crate) fn budget(budget: u64, persons: usize, taken: u64) -> Error {
        Error::Budget {
            budget: budget >> 20,
            persons,
            taken: taken >> 20,
        }
    }

    pub(crate) fn whole(why: impl Into<String>) -> Error {
        Error::Whole { why: why.into() }
    }

    pub(crate) fn form(path: &Path, line: u64, why: impl Into<String>) -> Error {
        Error::Form {
            path: path.to_owned(),
            line,
            why: why.into(),
        }
    }
}
