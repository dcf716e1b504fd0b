//! Why there are no figures.

use std::io;
use std::path::Path;

/// What stopped the measuring. An answer that is not the expected one stops it: a figure over errors is none.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A file, a folder, a process or a connection.
    #[error("{0}: {1}")]
    Io(String, #[source] io::Error),
    /// A command that did not do what it was told.
    #[error("`{command}` ended with {status}: {said}")]
    Command {
        /// Its words.
        command: String,
        /// Its exit.
        status: String,
        /// What it wrote to standard error.
        said: String,
    },
    /// An answer of the server that was not expected.
    #[error("{what}: the answer is {got}, not {wanted}: {said}")]
    Answer {
        /// The request.
        what: String,
        /// The status.
        got: u16,
        /// The expected one.
        wanted: u16,
        /// The answer's beginning.
        said: String,
    },
    /// Something that does not follow its form.
    #[error("{0}")]
    Form(String),
}

impl Failure {
    /// For `map_err` on what concerns a path.
    pub fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.display().to_string();
        move |error| Self::Io(path, error)
    }

    /// For `map_err` on anything else.
    pub fn doing(what: &str) -> impl FnOnce(io::Error) -> Self {
        let what = what.to_owned();
        move |error| Self::Io(what, error)
    }
}
