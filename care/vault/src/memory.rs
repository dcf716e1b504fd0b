use std::collections::BTreeMap;
use std::io::Read;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hygie_notice::{Stream, Subject};

use crate::{Claim, Committed, Error, Name, Past, Shelved, Store, Stored};

/// A store for tests: it keeps everything but durability, and no documents.
#[derive(Debug, Default)]
pub struct Memory {
    logs: Mutex<Logs>,
}

#[derive(Debug, Default)]
pub(crate) struct Logs {
    pub(crate) entries: BTreeMap<(Subject, Stream), Vec<Stored>>,
    feed: Vec<Committed>,
    position: u64,
}

impl Memory {
    /// The logs themselves: what a host can do, a test can do.
    pub(crate) fn logs(&self) -> MutexGuard<'_, Logs> {
        self.logs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for Memory {
    async fn append_claiming(&self, entries: Vec<Stored>, claims: Vec<Claim>) -> Result<(), Error> {
        if !claims.is_empty() {
            return Err(Error::DocumentAltered);
        }
        let mut logs = self.logs();
        let mut next: BTreeMap<(Subject, Stream), u64> = BTreeMap::new();
        for entry in &entries {
            let place = (entry.subject, entry.stream);
            let held = || logs.entries.get(&place)?.last();
            let end = next
                .get(&place)
                .copied()
                .or_else(|| Some(held()?.sequence + 1));
            let fits = end.map_or_else(|| entry.begins(), |end| end == entry.sequence);
            if !fits {
                return Err(Error::Conflict);
            }
            next.insert(place, entry.sequence + 1);
        }
        for entry in entries {
            logs.position += 1;
            let line = Committed {
                position: logs.position,
                subject: entry.subject,
                stream: entry.stream,
                sequence: entry.sequence,
            };
            logs.feed.push(line);
            let place = (entry.subject, entry.stream);
            logs.entries.entry(place).or_default().push(entry);
        }
        Ok(())
    }

    async fn read(
        &self,
        subject: Subject,
        stream: Stream,
        from: u64,
    ) -> Result<Vec<Stored>, Error> {
        let logs = self.logs();
        let entries = logs.entries.get(&(subject, stream)).into_iter().flatten();
        let entries = entries.filter(|entry| entry.sequence >= from);
        Ok(entries.cloned().collect())
    }

    async fn feed(&self, after: u64, limit: usize) -> Result<Vec<Committed>, Error> {
        let logs = self.logs();
        let lines = logs.feed.iter().filter(|line| line.position > after);
        Ok(lines.take(limit).copied().collect())
    }

    async fn forget(&self, subject: Subject, past: Past) -> Result<(), Error> {
        let mut logs = self.logs();
        let gone = |of: Subject, stream: Stream, sequence: u64| {
            of == subject
                && match past {
                    Past::All => true,
                    Past::Before(only, before) => stream == only && sequence < before,
                }
        };
        logs.entries.retain(|(of, stream), entries| {
            entries.retain(|entry| !gone(*of, *stream, entry.sequence));
            !entries.is_empty()
        });
        logs.feed
            .retain(|line| !gone(line.subject, line.stream, line.sequence));
        Ok(())
    }

    async fn shelved(
        &self,
        _after: (u64, Name),
        _until: u64,
        _limit: usize,
    ) -> Result<Vec<(u64, Shelved)>, Error> {
        Ok(Vec::new())
    }

    async fn object(&self, _name: Name) -> Result<u64, Error> {
        Err(Error::DocumentAltered)
    }

    async fn object_bytes(&self, _name: Name, _range: Range<u64>) -> Result<Vec<u8>, Error> {
        Err(Error::DocumentAltered)
    }

    async fn shelve(
        &self,
        _document: Shelved,
        _bytes: &mut (dyn Read + Send),
    ) -> Result<(), Error> {
        Err(Error::Unsupported("this store keeps no documents"))
    }
}
