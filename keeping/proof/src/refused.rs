//! Why a file is not believed.

/// What is wrong with a file, and where. It quotes nothing of the events.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// Some other file.
    #[error("it is no proof of a trail: its first line is not `hygie trail` and a version")]
    NotOne,
    /// A form that this program does not know, and of which it leaves nothing out.
    #[error(
        "it is of version {version}, and this program checks versions 1 and 2; check it with a later program"
    )]
    Version {
        /// What the first line says.
        version: u32,
    },
    /// It is not written as its version is.
    #[error("line {line}: {why}")]
    Form {
        /// The line, from 1.
        line: usize,
        /// What it is not.
        why: &'static str,
    },
    /// One event is not what it should be.
    #[error("event {number}: {why}")]
    Event {
        /// Its number in the person's chain, from 0.
        number: u64,
        /// What is wrong.
        why: &'static str,
    },
    /// Events between the first and the last are not there.
    #[error("events are missing: number {after} comes behind number {before}")]
    Missing {
        /// The last before the gap.
        before: u64,
        /// The first behind it.
        after: u64,
    },
    /// The file names another key than the one that it is checked with.
    #[error("it is of the ledger `{named}`, whose key is not the one given")]
    OtherKey {
        /// The name of the ledger that the file says it is of.
        named: String,
    },
    /// The checkpoint is not signed by the key, or not in form.
    #[error("its checkpoint does not hold: {0}")]
    Checkpoint(String),
    /// Events and hashes do not give the signed root.
    #[error(
        "the ledger does not hold these events as they are here: {0}; an event, a hash or the leaf key was altered"
    )]
    Root(String),
}
