use std::fmt;
use std::future::Future;
use std::io::Read;
use std::ops::Range;

use hygie_notice::{Stream, Subject};

use crate::documents::Name;
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

/// A document that an entry refers to from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The object.
    pub name: Name,
    /// SHA-256 of the object, as it lies in the store.
    pub hash: [u8; 32],
    /// The entry's subject.
    pub subject: Subject,
    /// The entry's stream.
    pub stream: Stream,
    /// The entry's number in the stream.
    pub sequence: u64,
}

impl Claim {
    /// Whether this is the entry.
    pub(crate) fn is_of(&self, entry: &Stored) -> bool {
        (self.subject, self.stream, self.sequence) == (entry.subject, entry.stream, entry.sequence)
    }
}

/// A document as backups know it: the object, and the entry that refers to it.
pub type Shelved = Claim;

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
    fn append(&self, entries: Vec<Stored>) -> impl Future<Output = Result<(), Error>> + Send {
        self.append_claiming(entries, Vec::new())
    }

    /// The same, with the documents that these entries refer to: the entries stand, and the objects are
    /// theirs, or neither.
    ///
    /// # Errors
    /// As [`Store::append`]; [`Error::DocumentAltered`] when an object was given up before.
    fn append_claiming(
        &self,
        entries: Vec<Stored>,
        claims: Vec<Claim>,
    ) -> impl Future<Output = Result<(), Error>> + Send;

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

    /// Drops entries of a subject, durably: all and its documents, or those that a snapshot holds. What makes
    /// an erasure real is the destruction of its keys; this only gives the space back. Entries that are not
    /// there are no error.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Poisoned`].
    fn forget(
        &self,
        subject: Subject,
        past: Past,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// At most `limit` documents behind `after` (position of the entry that claimed it, and name) and not
    /// behind the position `until`, in that order, for backups.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    fn shelved(
        &self,
        after: (u64, Name),
        until: u64,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<(u64, Shelved)>, Error>> + Send;

    /// Bytes of a document's object.
    ///
    /// # Errors
    /// [`Error::DocumentAltered`] when it is not there, [`Error::Unavailable`].
    fn object(&self, name: Name) -> impl Future<Output = Result<u64, Error>> + Send;

    /// Some bytes of a document's object, as they lie there; fewer where it ends.
    ///
    /// # Errors
    /// As [`Store::object`].
    fn object_bytes(
        &self,
        name: Name,
        range: Range<u64>,
    ) -> impl Future<Output = Result<Vec<u8>, Error>> + Send;

    /// Puts a document back out of a backup, durably; the entry that refers to it is there.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Poisoned`].
    fn shelve(
        &self,
        document: Shelved,
        bytes: &mut (dyn Read + Send),
    ) -> impl Future<Output = Result<(), Error>> + Send;
}
