/// Why the vault did not do what was asked. No variant tells content, keys or persons.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Another entry stands at this sequence, or one before it is missing. Nothing was written:
    /// read the stream again, and try again behind its new end.
    #[error("another entry stands at this place; read the stream again and retry")]
    Conflict,
    /// The store holds fewer entries than the keeper's head counts.
    #[error(
        "the store holds {held} entries where the keeper counts {counted}; restore it from a backup"
    )]
    RolledBack {
        /// How many entries the store gave.
        held: u64,
        /// How many the keeper's head counts.
        counted: u64,
    },
    /// Each entry opens, but they are not the ones that the keeper's head stands for, or more
    /// than one stands behind it.
    #[error(
        "the stored entries are another history than the keeper's, from sequence {sequence}; restore it from a backup"
    )]
    Forked {
        /// The first entry that the keeper does not know.
        sequence: u64,
    },
    /// An entry was altered, moved or cut, or the key is another one's.
    #[error("entry {sequence} does not open at its place; restore it from a backup")]
    Altered {
        /// Its place in the stream.
        sequence: u64,
    },
    /// An entry opened, but what is in it was not written by this program.
    #[error("entry {sequence} opened, but its content is malformed: {what}")]
    Malformed {
        /// Its place in the stream.
        sequence: u64,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A document's object is missing, or is not what was sealed: altered, cut, extended, another's.
    #[error("a document is not stored as it was sealed; restore it from a backup")]
    DocumentAltered,
    /// A document is longer than [`crate::LONGEST`].
    #[error("a document holds at most 100 MiB; split it")]
    DocumentTooLong,
    /// The content of one entry is past [`crate::LIMIT`].
    #[error("one entry holds at most 256 MiB; split the content")]
    TooLarge,
    /// A part of a backup is cut, or not of our form.
    #[error("a part of the backup is malformed: {0}; take another backup")]
    BackupMalformed(&'static str),
    /// The store could not do it now, and nothing was written: retry when the cause is gone.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// The disk is full. Nothing was written; retry when there is space.
    #[error("the store's disk is full; give it space, it goes on by itself")]
    Full,
    /// The store's file is not in its form, or not in one piece: somebody else wrote to it.
    #[error("vault.db is damaged; restore it from a backup: {0}")]
    Damaged(String),
    /// A commit failed, so that nobody knows what is on the disk. The store takes nothing more:
    /// restart the program, which reads what is really there.
    #[error(
        "the store failed while committing and takes no more writes; check the disk and restart"
    )]
    Poisoned,
    /// The store's files are of a later version, or SQLite is of an earlier one than needed.
    #[error("the store can't be used: {0}")]
    Unsupported(&'static str),
}
