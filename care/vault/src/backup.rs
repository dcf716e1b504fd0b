//! A part of a backup: what was committed behind a position, as it lies in the store, ciphertext
//! that says what the store says. The form, final from the first byte:
//!
//! | bytes | what |
//! | --- | --- |
//! | 8 | `HYGVAUL2` |
//! | 4 | length of what follows of this entry, big-endian |
//! | 17 + 1 + 8 | subject, stream, sequence (big-endian) |
//! | n | the entry (`entry.rs`) |
//! | … | more entries, each stream's in order |
//! | 4 | zero: no more entries |
//! | 4 | length of what follows of this document, big-endian |
//! | 16 | name |
//! | 17 + 1 + 8 | subject, stream, sequence of the entry that refers to it |
//! | 32 | SHA-256 of the object |
//! | n | the object (`documents/form.rs`) |
//! | … | more documents |
//! | 4 | zero: no more documents |
//! | 8 | the position up to which they were committed, big-endian |
//!
//! `HYGVAUL1` is the same without documents, from the first length of one to the last.
//!
//! What proves a restored store right is the keeper's heads: each stream's entries, hashed one behind
//! the other, must end at its head. No key is needed for that.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io::{self, Read};

use aws_lc_rs::digest::{Context, SHA256};
use hygie_notice::{Head, Stream, Subject};

use crate::documents::Name;
use crate::{Error, Past, Shelved, Store, Stored, entry};

const MAGIC: &[u8; 8] = b"HYGVAUL2";
/// The form before there were documents.
const OLDER: &[u8; 8] = b"HYGVAUL1";
/// Bytes before a document's object itself: name, place, hash.
const LABEL: usize = 16 + PLACE + 32;
/// Bytes of an object that are read at once.
const CHUNK: u64 = 1 << 20;
/// Bytes before the entry itself: subject, stream, sequence.
const PLACE: usize = 17 + 1 + 8;
/// Positions of the feed looked at, and entries appended, at once.
const PAGE: usize = 1_000;
/// The largest entry that is believed: [`crate::LIMIT`] and what sealing adds at most.
const LARGEST: usize = crate::LIMIT + (1 << 20);

/// What is put back of one stream: from which sequence on, and where it ends.
#[derive(Debug, Clone, Copy, Default)]
struct Held {
    begin: u64,
    end: Head,
}

/// What restoring came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Restored {
    /// Entries put back.
    pub entries: u64,
    /// Entries left out: committed while the backup was made, behind the heads it has; of subjects that
    /// were erased since; or held by a later snapshot.
    pub left: u64,
    /// Documents put back, each as its hash says.
    pub documents: u64,
}

/// The parts of a backup on their way out, page by page.
#[derive(Debug)]
pub struct Backup<'a, S> {
    store: &'a S,
    begin: u64,
    after: u64,
    until: u64,
    stage: Stage,
}

/// What comes next of a part.
#[derive(Debug)]
enum Stage {
    Magic,
    Entries,
    Documents {
        /// The last document that was looked up.
        after: (u64, Name),
        queue: VecDeque<Shelved>,
    },
    Object(Box<Object>),
    End,
}

/// A document on its way out.
#[derive(Debug)]
struct Object {
    document: Shelved,
    at: u64,
    size: u64,
    hash: Hash,
    after: (u64, Name),
    queue: VecDeque<Shelved>,
}

/// SHA-256 of what went by.
struct Hash(Context);

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hash(…)")
    }
}

impl<'a, S: Store> Backup<'a, S> {
    /// All that is committed behind position `after` (0: from the beginning) and not later than now.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub(crate) async fn begin(store: &'a S, after: u64) -> Result<Self, Error> {
        let mut until = after;
        while let Some(last) = store.feed(until, PAGE).await?.last() {
            until = last.position;
        }
        Ok(Self {
            store,
            begin: after,
            after,
            until,
            stage: Stage::Magic,
        })
    }

    /// The next bytes of the part; empty when it is whole.
    ///
    /// # Errors
    /// [`Error::Unavailable`]; [`Error::DocumentAltered`] for a document that is not as it was written: a
    /// backup must not promise what it has not.
    pub async fn next(&mut self) -> Result<Vec<u8>, Error> {
        match std::mem::replace(&mut self.stage, Stage::End) {
            Stage::Magic => {
                self.stage = Stage::Entries;
                Ok(MAGIC.to_vec())
            }
            Stage::Entries if self.after < self.until => {
                self.stage = Stage::Entries;
                self.entries().await
            }
            Stage::Entries => {
                self.stage = Stage::Documents {
                    after: (self.begin, Name::from_bytes([0xff; 16])),
                    queue: VecDeque::new(),
                };
                Ok(vec![0; 4])
            }
            Stage::Documents { after, queue } => self.document(after, queue).await,
            Stage::Object(object) => self.object(*object).await,
            Stage::End => Ok(Vec::new()),
        }
    }

    async fn entries(&mut self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        // A page whose entries were all forgotten meanwhile says nothing, and empty bytes are the end.
        while bytes.is_empty() && self.after < self.until {
            let lines = self.store.feed(self.after, PAGE).await?;
            if lines.is_empty() {
                self.after = self.until;
            }
            let mut wanted: BTreeMap<(Subject, Stream), (u64, u64)> = BTreeMap::new();
            for line in lines {
                self.after = line.position.min(self.until);
                if line.position > self.until {
                    break;
                }
                let range = wanted
                    .entry((line.subject, line.stream))
                    .or_insert((line.sequence, line.sequence));
                *range = (range.0.min(line.sequence), range.1.max(line.sequence));
            }
            for ((subject, stream), (first, last)) in wanted {
                let entries = self.store.read(subject, stream, first).await?;
                for stored in entries.iter().filter(|stored| stored.sequence <= last) {
                    write(&mut bytes, stored);
                }
            }
        }
        if bytes.is_empty() {
            return Box::pin(self.next()).await;
        }
        Ok(bytes)
    }

    /// Begins the next document, or ends the part.
    async fn document(
        &mut self,
        mut after: (u64, Name),
        mut queue: VecDeque<Shelved>,
    ) -> Result<Vec<u8>, Error> {
        loop {
            if queue.is_empty() {
                for (position, document) in self.store.shelved(after, self.until, PAGE).await? {
                    after = (position, document.name);
                    queue.push_back(document);
                }
            }
            let Some(document) = queue.pop_front() else {
                let mut bytes = vec![0; 4];
                bytes.extend_from_slice(&self.until.to_be_bytes());
                return Ok(bytes);
            };
            let size = match self.store.object(document.name).await {
                Ok(size) => size,
                // Its subject was forgotten since it was looked up.
                Err(Error::DocumentAltered) if self.is_gone(&document).await? => continue,
                Err(error) => return Err(error),
            };
            let length = u32::try_from(size)
                .ok()
                .and_then(|size| size.checked_add(u32::try_from(LABEL).ok()?))
                .ok_or(Error::DocumentAltered)?;
            let mut bytes = length.to_be_bytes().to_vec();
            bytes.extend_from_slice(&document.name.bytes());
            bytes.extend_from_slice(&document.subject.bytes());
            bytes.push(document.stream as u8);
            bytes.extend_from_slice(&document.sequence.to_be_bytes());
            bytes.extend_from_slice(&document.hash);
            self.stage = Stage::Object(Box::new(Object {
                document,
                at: 0,
                size,
                hash: Hash(Context::new(&SHA256)),
                after,
                queue,
            }));
            return Ok(bytes);
        }
    }

    /// Whether a document was forgotten since it was looked up.
    async fn is_gone(&self, document: &Shelved) -> Result<bool, Error> {
        let mut after = (self.begin, Name::from_bytes([0xff; 16]));
        loop {
            let page = self.store.shelved(after, self.until, PAGE).await?;
            let Some((position, last)) = page.last() else {
                return Ok(true);
            };
            after = (*position, last.name);
            if page.iter().any(|(_, other)| other.name == document.name) {
                return Ok(false);
            }
        }
    }

    async fn object(&mut self, mut object: Object) -> Result<Vec<u8>, Error> {
        let range = object.at..(object.at + CHUNK).min(object.size);
        let wanted = range.end - range.start;
        let bytes = self.store.object_bytes(object.document.name, range).await?;
        if u64::try_from(bytes.len()) != Ok(wanted) {
            return Err(Error::DocumentAltered);
        }
        object.hash.0.update(&bytes);
        object.at += wanted;
        if object.at < object.size {
            self.stage = Stage::Object(Box::new(object));
            return Ok(bytes);
        }
        if object.hash.0.finish().as_ref() != object.document.hash {
            return Err(Error::DocumentAltered);
        }
        self.stage = Stage::Documents {
            after: object.after,
            queue: object.queue,
        };
        Ok(bytes)
    }
}

fn write(out: &mut Vec<u8>, stored: &Stored) {
    let length = u32::try_from(PLACE + stored.bytes.len()).expect("entries have a limit");
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(&stored.subject.bytes());
    out.push(stored.stream as u8);
    out.extend_from_slice(&stored.sequence.to_be_bytes());
    out.extend_from_slice(&stored.bytes);
}

/// Puts the parts of a backup back into an empty store, oldest first, up to the keeper's heads, and
/// holds every stream against its head.
///
/// # Errors
/// [`Error::BackupMalformed`] for a part that is cut or not of this form; [`Error::RolledBack`] or
/// [`Error::Forked`] when the entries do not end at a head; [`Error::Conflict`] when the parts are not
/// those of one backup, in order, or the store was not empty; the store's own.
pub(crate) async fn restore<S: Store>(
    store: &S,
    heads: &HashMap<(Subject, Stream), Head>,
    parts: Vec<Box<dyn Read + Send>>,
) -> Result<Restored, Error> {
    let mut ends: HashMap<(Subject, Stream), Held> = HashMap::with_capacity(heads.len());
    let mut restored = Restored::default();
    for mut part in parts {
        let has_documents = expect_magic(&mut part)?;
        let mut batch = Vec::new();
        while let Some(stored) = read(&mut part)? {
            let place = (stored.subject, stored.stream);
            let wanted = heads
                .get(&place)
                .is_some_and(|head| stored.sequence < head.count);
            if !wanted {
                restored.left += 1;
                continue;
            }
            let held = ends.entry(place).or_default();
            if held.end.count != stored.sequence
                && let Some(begin) = entry::begin(stored.sequence, &stored.bytes)
                && begin.count > held.end.count
            {
                // What came between was never in a part: the snapshot holds it, and what is here of before.
                store.append(std::mem::take(&mut batch)).await?;
                let past = Past::Before(stored.stream, stored.sequence);
                store.forget(stored.subject, past).await?;
                let gone = held.end.count - held.begin;
                restored.entries -= gone;
                restored.left += gone;
                *held = Held {
                    begin: begin.count,
                    end: begin,
                };
            }
            held.end = entry::follow(held.end, &stored.bytes);
            restored.entries += 1;
            batch.push(stored);
            if batch.len() == PAGE {
                store.append(std::mem::take(&mut batch)).await?;
            }
        }
        if !batch.is_empty() {
            store.append(batch).await?;
        }
        if has_documents {
            restored.documents += shelve(store, heads, &mut part).await?;
        }
        end(&mut part)?;
    }
    for (place, head) in heads {
        let end = ends.get(place).copied().unwrap_or_default().end;
        if end.count != head.count {
            return Err(Error::RolledBack {
                held: end.count,
                counted: head.count,
            });
        }
        if end != *head {
            return Err(Error::Forked { sequence: 0 });
        }
    }
    Ok(restored)
}

/// Puts the documents of a part back that entries of these heads refer to, and gives their number. The
/// object's hash was written with its entry; what it hides is only opened with the entry's key.
async fn shelve<S: Store>(
    store: &S,
    heads: &HashMap<(Subject, Stream), Head>,
    part: &mut Box<dyn Read + Send>,
) -> Result<u64, Error> {
    let mut shelved = 0;
    while let Some((document, size)) = label(part)? {
        let wanted = heads
            .get(&(document.subject, document.stream))
            .is_some_and(|head| document.sequence < head.count);
        let mut object = Hashed {
            bytes: part.by_ref().take(size),
            hash: Context::new(&SHA256),
        };
        let hash = document.hash;
        if wanted {
            store.shelve(document, &mut object).await?;
            shelved += 1;
        } else {
            io::copy(&mut object, &mut io::sink()).map_err(cut)?;
        }
        if object.bytes.limit() > 0 {
            return Err(Error::BackupMalformed("it is cut off"));
        }
        if object.hash.finish().as_ref() != hash {
            return Err(Error::DocumentAltered);
        }
    }
    Ok(shelved)
}

/// Bytes on their way, hashed.
struct Hashed<R> {
    bytes: io::Take<R>,
    hash: Context,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        self.hash.update(&buffer[..read]);
        Ok(read)
    }
}

/// The next document, and its object's length; none at the end.
fn label(part: &mut impl Read) -> Result<Option<(Shelved, u64)>, Error> {
    let length = u64::from(u32::from_be_bytes(take(part)?));
    if length == 0 {
        return Ok(None);
    }
    let size = length
        .checked_sub(LABEL as u64)
        .ok_or(Error::BackupMalformed("a document has no possible length"))?;
    let name = Name::from_bytes(take(part)?);
    let (subject, stream, sequence) = place(part)?;
    let document = Shelved {
        name,
        hash: take(part)?,
        subject,
        stream,
        sequence,
    };
    Ok(Some((document, size)))
}

/// Whether the part is of the form that has documents.
fn expect_magic(part: &mut impl Read) -> Result<bool, Error> {
    let mut magic = [0; 8];
    part.read_exact(&mut magic).map_err(cut)?;
    if &magic == MAGIC {
        Ok(true)
    } else if &magic == OLDER {
        Ok(false)
    } else {
        Err(Error::BackupMalformed("it does not begin as a part does"))
    }
}

/// The position at the end, behind which nothing may stand.
fn end(part: &mut impl Read) -> Result<(), Error> {
    let _position: [u8; 8] = take(part)?;
    match part.read(&mut [0]) {
        Ok(0) => Ok(()),
        Ok(_) => Err(Error::BackupMalformed("bytes stand behind its end")),
        Err(error) => Err(cut(error)),
    }
}

/// The next entry; none at their end.
fn read(part: &mut impl Read) -> Result<Option<Stored>, Error> {
    let length = usize::try_from(u32::from_be_bytes(take(part)?)).unwrap_or(usize::MAX);
    if length == 0 {
        return Ok(None);
    }
    let bytes = length
        .checked_sub(PLACE)
        .filter(|bytes| *bytes <= LARGEST)
        .ok_or(Error::BackupMalformed("an entry has no possible length"))?;
    let (subject, stream, sequence) = place(part)?;
    let mut entry = Vec::new();
    let limit = u64::try_from(bytes).expect("lengths fit 64 bits");
    part.by_ref()
        .take(limit)
        .read_to_end(&mut entry)
        .map_err(cut)?;
    if entry.len() != bytes {
        return Err(Error::BackupMalformed("it is cut off"));
    }
    Ok(Some(Stored {
        subject,
        stream,
        sequence,
        bytes: entry,
    }))
}

fn place(part: &mut impl Read) -> Result<(Subject, Stream, u64), Error> {
    let subject = Subject::from_bytes(&take::<17>(part)?);
    let [stream] = take(part)?;
    let (subject, stream) = subject
        .zip(Stream::from_number(stream))
        .ok_or(Error::BackupMalformed("an entry has no possible place"))?;
    Ok((subject, stream, u64::from_be_bytes(take(part)?)))
}

fn take<const N: usize>(part: &mut impl Read) -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    part.read_exact(&mut bytes).map_err(cut)?;
    Ok(bytes)
}

fn cut(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Error::BackupMalformed("it is cut off"),
        _ => Error::Unavailable(error.to_string()),
    }
}

#[cfg(test)]
mod tests;
