//! Every way in which the ledger can fail.

/// What went wrong, where, and what to do next. Paths are those of the log's own files; no entry is ever quoted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The store could not read or write. After a failed write the log refuses further use (see [`crate::Log`]).
    #[error(
        "`{path}` could not be read or written: {source}; check the disk, then open the log again"
    )]
    Io {
        /// The file, relative to the log's folder.
        path: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A second writer asked for the same folder.
    #[error("another process is writing this log; stop it first")]
    InUse,
    /// `Log::create` on a store that already holds something.
    #[error(
        "the store is not empty: it holds `{path}`; open the log there, or choose an empty folder"
    )]
    NotEmpty {
        /// The first file found.
        path: String,
    },
    /// A file that a log of this size must have is not there.
    #[error("`{path}` is missing; restore the folder from a copy that verifies")]
    Missing {
        /// The file, relative to the log's folder.
        path: String,
    },
    /// A file that a log of this size does not have.
    #[error(
        "unexpected file `{path}`; leftovers of a crash go when the log is next opened, anything else must be moved away"
    )]
    Unexpected {
        /// The file, relative to the log's folder.
        path: String,
    },
    /// A file does not hold the bytes that the signed root implies.
    #[error("`{path}` is damaged: {why}; restore the folder from a copy that verifies")]
    Damaged {
        /// The file, relative to the log's folder.
        path: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The checkpoint moved on while the folder was being verified.
    #[error("the log grew while it was being verified; verify again, or stop its writer first")]
    Changed,
    /// The text is not a signed note (C2SP signed-note), or not one of ours with exactly one signature.
    #[error("malformed note: {why}")]
    MalformedNote {
        /// The rule of the format that is broken.
        why: &'static str,
    },
    /// The note is signed by another key than the one given, or the signature is wrong.
    #[error(
        "the note is not signed by `{origin}`: {why}; check that the verifier key is the right one"
    )]
    UnverifiedNote {
        /// The name of the key that should have signed.
        origin: String,
        /// What does not match.
        why: &'static str,
    },
    /// The signed text is not a checkpoint (C2SP tlog-checkpoint).
    #[error("malformed checkpoint: {why}")]
    MalformedCheckpoint {
        /// The rule of the format that is broken.
        why: &'static str,
    },
    /// A key name or a verifier key that the signed-note format does not allow.
    #[error("malformed key: {why}")]
    MalformedKey {
        /// The rule of the format that is broken.
        why: &'static str,
    },
    /// An entry is longer than its 16-bit length prefix can say. Nothing of the batch was appended.
    #[error("entry {position} of the batch has {length} bytes; at most 65535 fit")]
    EntryTooLong {
        /// Place in the batch, counted from 0.
        position: usize,
        /// Its length in bytes.
        length: usize,
    },
    /// An index or an old size lies beyond the log.
    #[error("{asked} is beyond the log, which has {size} entries")]
    OutOfRange {
        /// The index or size asked for.
        asked: u64,
        /// The size of the log.
        size: u64,
    },
    /// The text is not a proof (C2SP tlog-proof) of the form that [`crate::Inclusion`] prints.
    #[error("malformed proof: {why}")]
    MalformedProof {
        /// The rule of the format that is broken.
        why: &'static str,
    },
    /// The log is shorter than one that its key had signed.
    #[error(
        "the log has {size} entries, and {known} were signed for: it was brought back from an earlier day; restore the latest copy"
    )]
    Behind {
        /// The size of the log.
        size: u64,
        /// The size of the checkpoint it was held against.
        known: u64,
    },
    /// The log does not begin with the one that its key had signed.
    #[error(
        "the first {known} entries are not those that were signed for: this is another history of the log; restore the copy that goes on from the checkpoint"
    )]
    Forked {
        /// The size of the checkpoint it was held against.
        known: u64,
    },
    /// A proof does not lead to the root.
    #[error("the proof does not hold: {why}")]
    ProofRefused {
        /// What does not match.
        why: &'static str,
    },
    /// An earlier write failed, so what is durable is no longer known.
    #[error("an earlier write to this log failed; open it again to recover")]
    Poisoned,
}
