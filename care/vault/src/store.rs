use std::fmt;
use std::future::Future;

use hygie_notice::{Stream, Subject};

use crate::{Error, entry};

/// A sealed entry and its place.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored {
    /// Whose log.
    pub subject: Subject,
    /// Which stream.
    pub stream: Stream,
    /// The entry's number in the stream, from 0.
    pub sequence: u64,
    /// The entry (`entry.rs` tells its form): clear header, then ciphertext.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Stored({:?} {:?} {}, {} bytes)",
            self.subject,
            self.stream,
            self.sequence,
            self.bytes.len()
        )
    }
}

impl Stored {
    /// Whether a stream may begin with it, whatever its sequence: a snapshot holds all before it.
    pub fn begins(&self) -> bool {
        self.sequence == 0 || entry::begin(self.sequence, &self.bytes).is_some()
    }
}

/// What of a subject is to be forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Past {
    /// All its entries.
    All,
    /// Those of one stream before a sequence.
    Before(Stream, u64),
}

/// A line of the feed: which entry was committed, without its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// Place in commit order: it only grows, may have gaps, and is never given twice.
    pub position: u64,
    /// Whose log.
    pub subject: Subject,
    /// Which stream.
    pub stream: Stream,
    /// The entry's number in the stream, from 0.
    pub sequence: u64,
}

/// Where sealed entries lie. The contract that every store keeps:
///
/// **Durability.** When `append` answers `Ok`, the entries survive a crash of program and machine
/// (fsync done). When the process dies before, they are all there or none is.
///
/// **Concurrency.** All methods may be called at once from many tasks and threads. Of two appends
/// at one place exactly one wins, the other gets [`Error::Conflict`]. A read after an acknowledged
/// append sees it. The feed shows entries in commit order, and no entry appears later at a
/// position that was already passed.
///
/// **Cancellation.** An `append` whose future is dropped may or may not happen; a reader of the
/// stream then finds one entry behind the keeper's head, or none.
///
/// **Retry.** After [`Error::Conflict`], [`Error::Full`] and [`Error::Unavailable`] nothing was written. After
/// [`Error::Poisoned`] the outcome is unknown and the store refuses further appends: a failed
/// fsync must not be tried again, since the kernel may have dropped the very pages (Rebello et al.,
/// "Can Applications Recover from fsync Failures?", USENIX ATC 2020). The program restarts and
/// reads.
///
/// **Trust.** None: a store may be run by anybody. [`crate::Vault`] finds what was altered,
/// moved, dropped or rolled back.
pub trait Store: Send + Sync + 'static {
    /// Adds entries, all or none. Each must have its stream's next sequence; where a stream holds nothing,
    /// it must be one that it may begin with ([`Stored::begins`]).
    ///
    /// # Errors
    /// [`Error::Conflict`], [`Error::Unavailable`] or [`Error::Poisoned`], as the contract says.
    fn append(&self, entries: Vec<Stored>) -> impl Future<Output = Result<(), Error>> + Send;

    /// A stream's entries from sequence `from` on, in order; empty when there are none. They follow one
    /// another; the first may be past `from`, where those before it were forgotten.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    fn read(
        &self,
        subject: Subject,
        stream: Stream,
        from: u64,
    ) -> impl Future<Output = Result<Vec<Stored>, Error>> + Send;

    /// At most `limit` entries committed behind position `after` (0: from the beginning), in
    /// commit order, for jobs that walk everything.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    fn feed(
        &self,
        after: u64,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Committed>, Error>> + Send;

    /// Drops entries of a subject, durably: all, or those that a snapshot holds. What makes an erasure
    /// real is the destruction of its keys; this only gives the space back. Entries that are not there
    /// are no error.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Poisoned`].
    fn forget(
        &self,
        subject: Subject,
        past: Past,
    ) -> impl Future<Output = Result<(), Error>> + Send;
}
