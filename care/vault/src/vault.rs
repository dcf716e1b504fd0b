use std::collections::HashMap;
use std::fmt;
use std::io::Read;
use std::ops::Range;
use std::sync::Arc;

use hygie_notice::{DataKey, Entropy, Head, Stream, Subject};
use tokio::task::spawn_blocking;

use crate::backup::{self, Backup, Restored};
use crate::dictionary::NEWEST;
use crate::entry::{self, Header};
use crate::faults::{Faults, Watch};
use crate::pack::{self, LIMIT, Unpacker};
use crate::{
    Claim, Committed, Document, Error, Past, Reader, Reference, Sqlite, Store, Stored, Upload,
    documents,
};

/// Content up to this many bytes is compressed and sealed on the caller's own thread: it takes less time
/// than handing it over.
const SMALL: usize = 64 * 1024;

/// The sealing layer over a store.
///
/// Order of a write: the caller has opened the stream; `append` here; `advance` at the keeper;
/// then the answer. A crash between the two leaves one entry behind the keeper's head, which
/// [`Vault::read`] finds ([`Log::ahead`]) and the caller advances with the same code.
pub struct Vault<S> {
    store: Arc<S>,
    entropy: Arc<dyn Entropy>,
    watch: Watch,
}

impl<S> fmt::Debug for Vault<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(…)")
    }
}

/// An opened entry, or one part of an opened snapshot.
#[derive(Clone, PartialEq, Eq)]
pub struct Plain {
    /// Its number in the stream, from 0.
    pub sequence: u64,
    /// What the caller said it is.
    pub kind: u8,
    /// The content.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Plain({}, kind {}, …)", self.sequence, self.kind)
    }
}

/// An opened stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// All entries from the newest snapshot on, in order; of a snapshot its parts.
    pub entries: Vec<Plain>,
    /// The sequence of that snapshot; 0 where there is none.
    pub begin: u64,
    /// Whether entries that the snapshot holds still stand before it.
    pub leftovers: bool,
    /// Where the stream ends.
    pub head: Head,
    /// Whether the last entry stands behind the keeper's head: a write that was not finished.
    /// The caller advances the keeper to `head`.
    pub ahead: bool,
}

impl<S: Store> Vault<S> {
    /// A vault over `store`, with nonces out of `entropy`.
    pub fn new(store: S, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            store: Arc::new(store),
            entropy,
            watch: Watch::default(),
        }
    }

    /// What went wrong so far.
    pub fn faults(&self) -> Faults {
        self.watch.faults()
    }

    /// Resolves once a commit has failed: what the disk holds is not known, and only a new start,
    /// which reads it, may go on.
    pub async fn failed(&self) {
        self.watch.failed().await;
    }

    /// Seals `plain` behind `head` and stores it durably; gives the new head for the keeper.
    ///
    /// `kind` is stored in the clear. One entry holds one author's content, since what is
    /// compressed together can be told from its size.
    ///
    /// # Errors
    /// [`Error::TooLarge`]; [`Error::Conflict`] when the stream does not end at `head`; the
    /// store's own errors.
    #[expect(
        clippy::too_many_arguments,
        reason = "an entry's place has this many parts"
    )]
    pub async fn append(
        &self,
        key: &DataKey,
        epoch: u32,
        head: Head,
        subject: Subject,
        stream: Stream,
        kind: u8,
        plain: &[u8],
    ) -> Result<Head, Error> {
        self.append_claiming(key, epoch, head, subject, stream, kind, plain, &[])
            .await
    }

    /// The same, with the documents that `plain` refers to: they are the entry's when this returns.
    ///
    /// # Errors
    /// As [`Vault::append`]; [`Error::DocumentAltered`] when one was given up before.
    #[expect(
        clippy::too_many_arguments,
        reason = "an entry's place has this many parts"
    )]
    pub async fn append_claiming(
        &self,
        key: &DataKey,
        epoch: u32,
        head: Head,
        subject: Subject,
        stream: Stream,
        kind: u8,
        plain: &[u8],
        documents: &[Arc<Document>],
    ) -> Result<Head, Error> {
        let header = Header {
            kind,
            dictionary: NEWEST,
            epoch,
            snapshot: false,
        };
        let place = (subject, stream);
        let bytes = if plain.len() <= SMALL {
            entry::seal(
                key,
                place,
                head,
                header,
                &*self.entropy,
                &pack::pack(plain)?,
            )
        } else {
            let (key, plain) = (DataKey::from_bytes(key.expose()), plain.to_vec());
            let entropy = Arc::clone(&self.entropy);
            blocking(move || {
                let packed = pack::pack(&plain)?;
                Ok::<_, Error>(entry::seal(&key, place, head, header, &*entropy, &packed))
            })
            .await??
        };
        self.store_behind(head, place, bytes, documents).await
    }

    /// Seals a snapshot behind `head` and stores it durably; gives the new head for the keeper. `parts`
    /// say together all that the entries up to `head` say, each what one author said: they are compressed
    /// apart, so that what one wrote shows in no size of another's.
    ///
    /// # Errors
    /// As [`Vault::append`].
    #[expect(
        clippy::too_many_arguments,
        reason = "an entry's place has this many parts"
    )]
    pub async fn append_snapshot(
        &self,
        key: &DataKey,
        epoch: u32,
        head: Head,
        subject: Subject,
        stream: Stream,
        kind: u8,
        parts: Vec<Vec<u8>>,
    ) -> Result<Head, Error> {
        let header = Header {
            kind,
            dictionary: NEWEST,
            epoch,
            snapshot: true,
        };
        let place = (subject, stream);
        let (key, entropy) = (DataKey::from_bytes(key.expose()), Arc::clone(&self.entropy));
        let bytes = blocking(move || {
            let packed = pack::pack_parts(&parts)?;
            Ok::<_, Error>(entry::seal(&key, place, head, header, &*entropy, &packed))
        })
        .await??;
        self.store_behind(head, place, bytes, &[]).await
    }

    async fn store_behind(
        &self,
        head: Head,
        (subject, stream): (Subject, Stream),
        bytes: Vec<u8>,
        documents: &[Arc<Document>],
    ) -> Result<Head, Error> {
        let next = entry::follow(head, &bytes);
        let entry = Stored {
            subject,
            stream,
            sequence: head.count,
            bytes,
        };
        let claims = documents.iter().filter_map(|document| document.claim());
        let claims = claims.map(|(name, hash)| Claim {
            name,
            hash,
            subject,
            stream,
            sequence: head.count,
        });
        let appended = self.store.append_claiming(vec![entry], claims.collect());
        self.watch.pass(appended.await)?;
        documents.iter().for_each(|document| document.claimed());
        Ok(next)
    }

    /// Opens a stream from its newest snapshot on, and holds it against the keeper's `head`.
    ///
    /// # Errors
    /// [`Error::Altered`], [`Error::RolledBack`], [`Error::Forked`] or [`Error::Malformed`] when
    /// the store does not hold what was sealed; [`Error::Unavailable`].
    pub async fn read(
        &self,
        subject: Subject,
        stream: Stream,
        key: &DataKey,
        head: Head,
    ) -> Result<Log, Error> {
        let stored = self.watch.pass(self.store.read(subject, stream, 0).await)?;
        let key = DataKey::from_bytes(key.expose());
        let opened = blocking(move || open(&key, (subject, stream), head, &stored)).await?;
        self.watch.pass(opened)
    }

    /// The part of a backup that holds what was committed behind `after` (0: everything).
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn backup(&self, after: u64) -> Result<Backup<'_, S>, Error> {
        Backup::begin(&*self.store, after).await
    }

    /// Puts the parts of a backup, oldest first, into this vault's empty store, up to the keeper's
    /// heads, and holds every stream against its head.
    ///
    /// # Errors
    /// [`Error::BackupMalformed`], [`Error::RolledBack`], [`Error::Forked`], [`Error::Conflict`] when
    /// the parts are not those of one backup in order, and the store's own.
    pub async fn restore(
        &self,
        heads: &HashMap<(Subject, Stream), Head>,
        parts: Vec<Box<dyn Read + Send>>,
    ) -> Result<Restored, Error> {
        backup::restore(&*self.store, heads, parts).await
    }

    /// See [`Store::feed`].
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn feed(&self, after: u64, limit: usize) -> Result<Vec<Committed>, Error> {
        self.watch.pass(self.store.feed(after, limit).await)
    }

    /// Forgets a subject: see [`Store::forget`].
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Poisoned`].
    pub async fn forget(&self, subject: Subject) -> Result<(), Error> {
        self.watch.pass(self.store.forget(subject, Past::All).await)
    }

    /// Drops what a snapshot holds: the entries before it, once the keeper's head counts the snapshot.
    ///
    /// # Errors
    /// As [`Vault::forget`].
    pub async fn forget_before(
        &self,
        subject: Subject,
        stream: Stream,
        snapshot: u64,
    ) -> Result<(), Error> {
        let past = Past::Before(stream, snapshot);
        self.watch.pass(self.store.forget(subject, past).await)
    }
}

impl Vault<Sqlite> {
    #[cfg(test)]
    pub(crate) fn store(&self) -> &Sqlite {
        &self.store
    }

    /// Begins to take in a document. Nothing refers to it before an entry claims it, and unless one does,
    /// nothing of it stays.
    ///
    /// # Errors
    /// [`Error::Full`], [`Error::Unavailable`] or [`Error::Poisoned`].
    pub async fn upload(&self) -> Result<Upload, Error> {
        let begun = documents::begin(self.store.documents(), &self.entropy);
        self.watch.pass(begun.await)
    }

    /// Begins to give out a document's plain bytes in `range`, cut at its end.
    ///
    /// # Errors
    /// [`Error::DocumentAltered`] or [`Error::Unavailable`].
    pub async fn document(
        &self,
        reference: &Arc<Reference>,
        range: Range<u64>,
    ) -> Result<Reader, Error> {
        let begun = Reader::begin(self.store.documents(), reference, range);
        self.watch.pass(begun.await)
    }

    /// Counts what went wrong with a document on its way in or out.
    ///
    /// # Errors
    /// The outcome's own.
    pub fn watched<T>(&self, outcome: Result<T, Error>) -> Result<T, Error> {
        self.watch.pass(outcome)
    }

    /// Removes documents that nobody claimed and nobody is writing: what a crash or a failed removal left.
    /// Gives their number.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Poisoned`]; the next sweep goes on.
    pub async fn sweep(&self) -> Result<u64, Error> {
        self.watch.pass(self.store.documents().sweep().await)
    }
}

/// Opens entries one behind the other; the hash runs along, so that each is bound to all before. A
/// snapshot says itself where it stands: that it does is proved by the keeper's head, to which the hash
/// must run from there, and by its key, under which it opens at no other place (INVARIANT place-bound).
fn open(
    key: &DataKey,
    place: (Subject, Stream),
    keeper: Head,
    stored: &[Stored],
) -> Result<Log, Error> {
    let snapshots = stored.iter().enumerate().rev();
    let newest = snapshots
        .filter_map(|(place, stored)| Some((place, entry::begin(stored.sequence, &stored.bytes)?)))
        .next();
    let (before, mut end) = newest.unwrap_or_default();
    let begin = end.count;
    let mut entries = Vec::with_capacity(stored.len() - before);
    let mut unpacker = Unpacker::default();
    let mut met = end == keeper;
    for Stored { bytes, .. } in &stored[before..] {
        let sequence = end.count;
        // One entry may stand behind the head: a write whose last step a crash took.
        if sequence > keeper.count {
            return Err(Error::Forked { sequence });
        }
        let (header, packed) =
            entry::open(key, place, end, bytes).ok_or(Error::Altered { sequence })?;
        let parts = if header.snapshot {
            unpacker.unpack_parts(&packed, header.dictionary, LIMIT)
        } else {
            let plain = unpacker.unpack(&packed, header.dictionary, LIMIT);
            plain.map(|plain| vec![plain])
        };
        let parts = parts.map_err(|what| Error::Malformed { sequence, what })?;
        entries.extend(parts.into_iter().map(|bytes| Plain {
            sequence,
            kind: header.kind,
            bytes,
        }));
        end = entry::follow(end, bytes);
        met |= end == keeper;
        if end.count == keeper.count && !met {
            return Err(Error::Forked { sequence });
        }
    }
    if end.count < keeper.count {
        return Err(Error::RolledBack {
            held: end.count,
            counted: keeper.count,
        });
    }
    if !met {
        // A head that counts nothing and yet has a hash, or a snapshot that does not stand at the head.
        return Err(Error::Forked { sequence: begin });
    }
    Ok(Log {
        entries,
        begin,
        leftovers: before > 0,
        head: end,
        ahead: end.count > keeper.count,
    })
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    spawn_blocking(work)
        .await
        .map_err(|_| Error::Unavailable("the program is stopping".into()))
}

#[cfg(test)]
mod tests;
