//! A part of a backup: what was committed behind a position, as it lies in the store, ciphertext
//! that says what the store says. The form, final from the first byte:
//!
//! | bytes | what |
//! | --- | --- |
//! | 8 | `HYGVAUL1` |
//! | 4 | length of what follows of this entry, big-endian |
//! | 17 + 1 + 8 | subject, stream, sequence (big-endian) |
//! | n | the entry (`entry.rs`) |
//! | … | more entries, each stream's in order |
//! | 4 | zero: no more entries |
//! | 8 | the position up to which they were committed, big-endian |
//!
//! What proves a restored store right is the keeper's heads: each stream's entries, hashed one behind
//! the other, must end at its head. No key is needed for that.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Read};

use hygie_notice::{Head, Stream, Subject};

use crate::{Error, Past, Store, Stored, entry};

const MAGIC: &[u8; 8] = b"HYGVAUL1";
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
}

/// The parts of a backup on their way out, page by page.
#[derive(Debug)]
pub struct Backup<'a, S> {
    store: &'a S,
    after: u64,
    until: u64,
    begun: bool,
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
            after,
            until,
            begun: false,
        })
    }

    /// The next bytes of the part; empty when it is whole.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn next(&mut self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        if !self.begun {
            self.begun = true;
            bytes.extend_from_slice(MAGIC);
        } else if self.after == u64::MAX {
            return Ok(bytes);
        }
        if self.after == self.until {
            bytes.extend_from_slice(&[0; 4]);
            bytes.extend_from_slice(&self.until.to_be_bytes());
            self.after = u64::MAX;
            return Ok(bytes);
        }
        let mut wanted: BTreeMap<(Subject, Stream), (u64, u64)> = BTreeMap::new();
        for line in self.store.feed(self.after, PAGE).await? {
            if line.position > self.until {
                break;
            }
            self.after = line.position;
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
        expect_magic(&mut part)?;
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

fn expect_magic(part: &mut impl Read) -> Result<(), Error> {
    let mut magic = [0; 8];
    part.read_exact(&mut magic).map_err(cut)?;
    if &magic == MAGIC {
        Ok(())
    } else {
        Err(Error::BackupMalformed("it does not begin as a part does"))
    }
}

/// The next entry; none at the end, behind which nothing may stand.
fn read(part: &mut impl Read) -> Result<Option<Stored>, Error> {
    let length = usize::try_from(u32::from_be_bytes(take(part)?)).unwrap_or(usize::MAX);
    if length == 0 {
        let _position: [u8; 8] = take(part)?;
        return match part.read(&mut [0]) {
            Ok(0) => Ok(None),
            Ok(_) => Err(Error::BackupMalformed("bytes stand behind its end")),
            Err(error) => Err(cut(error)),
        };
    }
    let bytes = length
        .checked_sub(PLACE)
        .filter(|bytes| *bytes <= LARGEST)
        .ok_or(Error::BackupMalformed("an entry has no possible length"))?;
    let subject = Subject::from_bytes(&take::<17>(part)?);
    let [stream] = take(part)?;
    let (subject, stream) = subject
        .zip(Stream::from_number(stream))
        .ok_or(Error::BackupMalformed("an entry has no possible place"))?;
    let sequence = u64::from_be_bytes(take(part)?);
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
