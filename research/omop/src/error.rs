//! What stops an import or an export. A row that can't be read does not: it is kept, with its reason, and counted.

use std::path::{Path, PathBuf};

/// Why an import or an export could not go on. No text holds a value of a row.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file system refused.
    #[error("could not {what} `{path}`: {source}; free space or mend the path, then start again", path = path.display())]
    File {
        /// The verb.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
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
    /// Persons without a name of their own in the source.
    #[error(
        "{persons} persons have no person_source_value: say by which name this source is called, so that their numbers are its own"
    )]
    Nameless {
        /// How many.
        persons: u64,
    },
    /// The memory that was given is less than numbers of rows take.
    #[error(
        "numbers of {rows} rows take {taken} MiB, which leaves too little of a budget of {budget} MiB to read by; give twice as much"
    )]
    Budget {
        /// MiB that were given.
        budget: u64,
        /// How many rows, so far.
        rows: u64,
        /// MiB that they take.
        taken: u64,
    },
    /// The memory that was given is less than what is written at once.
    #[error(
        "{what} takes {need} MiB while it is written, and a budget of {budget} MiB leaves {left} for that; give more memory, or more buckets where it is one"
    )]
    Large {
        /// A table, or a bucket of one.
        what: String,
        /// MiB that it takes, about.
        need: u64,
        /// MiB that there are.
        left: u64,
        /// MiB that were given.
        budget: u64,
    },
    /// The snapshot could not be read or written.
    #[error(transparent)]
    Snapshot(#[from] hygie_snapshot::Error),
    /// Raw rows could not be kept: nothing goes on without them.
    #[error("raw rows could not be kept: {0}")]
    Keep(String),
    /// The CDM can't hold what the snapshot has.
    #[error("table `{table}`: {why}")]
    Table {
        /// The table.
        table: &'static str,
        /// What does not fit.
        why: String,
    },
    /// An export into a folder that holds something.
    #[error("`{path}` is not empty; give a new folder", path = path.display())]
    Taken {
        /// The folder.
        path: PathBuf,
    },
}

impl Error {
    pub(crate) fn file(what: &'static str, path: &Path, source: std::io::Error) -> Error {
        let path = path.to_owned();
        Error::File { what, path, source }
    }
}
