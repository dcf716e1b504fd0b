use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hygie_notice::{Stream, Subject};

use crate::{Committed, Error, Store, Stored};

/// A store for tests: it keeps everything but durability.
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
    async fn append(&self, entries: Vec<Stored>) -> Result<(), Error> {
        let mut logs = self.logs();
        let mut next: BTreeMap<(Subject, Stream), u64> = BTreeMap::new();
        for entry in &entries {
            let place = (entry.subject, entry.stream);
            let held = logs.entries.get(&place).map_or(0, Vec::len);
            let next = next
                .entry(place)
                .or_insert(u64::try_from(held).expect("lengths fit 64 bits"));
            if entry.sequence != *next {
                return Err(Error::Conflict);
            }
            *next += 1;
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
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        Ok(entries.skip(from).cloned().collect())
    }

    async fn feed(&self, after: u64, limit: usize) -> Result<Vec<Committed>, Error> {
        let logs = self.logs();
        let lines = logs.feed.iter().filter(|line| line.position > after);
        Ok(lines.take(limit).copied().collect())
    }

    async fn forget(&self, subject: Subject) -> Result<(), Error> {
        let mut logs = self.logs();
        logs.entries.retain(|(of, _), _| *of != subject);
        logs.feed.retain(|line| line.subject != subject);
        Ok(())
    }
}
