//! Reading and writing an opened stream. A desk exists only behind an opening.

use std::sync::Arc;

use hygie_keeper::Error as KeeperError;
use hygie_notice::wire::Failure;
use hygie_notice::{DataKey, Head, Opened, Receipt, Stream, Subject};
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard};

use crate::change;
use crate::folder::Folder;
use crate::{Error, Record};

/// Keeps other writers of the subject out until it is dropped; readers share.
pub(crate) enum Guard {
    /// Held while reading.
    Shared(#[expect(dead_code, reason = "held, never read")] OwnedRwLockReadGuard<()>),
    /// Held while writing.
    Alone(#[expect(dead_code, reason = "held, never read")] OwnedRwLockWriteGuard<()>),
}

/// An opened stream: its key, and where it ends.
pub(crate) struct Desk {
    subject: Subject,
    stream: Stream,
    key: DataKey,
    epoch: u32,
    head: Head,
    guard: Guard,
}

impl Desk {
    /// Lays out what the keeper handed over; the receipt goes its own way.
    pub fn lay(opened: Opened, subject: Subject, stream: Stream, guard: Guard) -> (Receipt, Self) {
        let desk = Self {
            subject,
            stream,
            key: opened.key,
            epoch: opened.epoch,
            head: opened.head,
            guard,
        };
        (opened.receipt, desk)
    }

    /// Puts the opened stream away, and keeps the subject's lock for another.
    pub fn into_guard(self) -> Guard {
        self.guard
    }
}

impl Record {
    /// Reads an opened stream up to the keeper's head. One authenticated entry past it is a write
    /// whose last step a crash took: the head is advanced as that write would have done.
    pub(crate) async fn load(
        &self,
        opened: &Opened,
        subject: Subject,
        stream: Stream,
    ) -> Result<(Head, Vec<Vec<u8>>), Error> {
        self.read_to(&opened.key, opened.head, subject, stream)
            .await
    }

    async fn read_to(
        &self,
        key: &DataKey,
        head: Head,
        subject: Subject,
        stream: Stream,
    ) -> Result<(Head, Vec<Vec<u8>>), Error> {
        let log = self.vault.read(subject, stream, key, head).await?;
        if log.ahead {
            self.advance(subject, stream, head, log.head).await?;
        }
        let plains = log.entries.into_iter().map(|entry| entry.bytes).collect();
        Ok((log.head, plains))
    }

    /// Moves the keeper's head. A head that is already where we want it was moved by a reader that
    /// met our entry first.
    async fn advance(
        &self,
        subject: Subject,
        stream: Stream,
        from: Head,
        to: Head,
    ) -> Result<(), Error> {
        match self.keeper.advance(subject, stream, from, to).await {
            Err(KeeperError::Refused(Failure::StaleHead(now))) if now == to => Ok(()),
            other => Ok(other?),
        }
    }

    /// The opened folder: from memory when it is warm and current, else from the store. It takes the
    /// receipt away, so that one notice gives one folder (INVARIANT no log, no plaintext).
    pub(crate) async fn folder(&self, receipt: Receipt, desk: &Desk) -> Result<Arc<Folder>, Error> {
        let now = self.clock.now();
        if let Some(folder) = self.warm.folder(&receipt, now)
            && folder.head == desk.head
        {
            return Ok(folder);
        }
        let (head, plains) = self
            .read_to(&desk.key, desk.head, desk.subject, desk.stream)
            .await?;
        let mut folder = Folder::default();
        folder.head = head;
        for plain in plains {
            folder.apply(&plain)?;
        }
        let folder = Arc::new(folder);
        self.warm.keep(desk.subject, Arc::clone(&folder), now);
        Ok(folder)
    }

    /// Seals a change behind the stream's end: the vault's entry first, then the keeper's head; when
    /// this returns both are durable (INVARIANT acknowledged is durable).
    pub(crate) async fn write(&self, desk: &Desk, plain: &[u8]) -> Result<(), Error> {
        if desk.stream == Stream::Rights {
            // Before it is written, not after: whoever asked may be gone by then, and the entry stands.
            self.warm.forget_rights(desk.subject);
        }
        let mut from = desk.head;
        let to = match self.append(desk, from, plain).await {
            // The store holds an entry that the head does not count: a crash came between the two,
            // or this process just read on. Reading completes it, and this write goes behind it.
            Err(hygie_vault::Error::Conflict) => {
                from = self
                    .read_to(&desk.key, from, desk.subject, desk.stream)
                    .await?
                    .0;
                self.append(desk, from, plain).await?
            }
            other => other?,
        };
        if let Err(error) = self.advance(desk.subject, desk.stream, from, to).await {
            // The entry stands without its head; whoever opens next completes it from the store.
            self.warm.forget(desk.subject);
            return Err(error);
        }
        if desk.stream == Stream::Content {
            self.warm.follow(desk.subject, from, to, plain);
        }
        Ok(())
    }

    async fn append(
        &self,
        desk: &Desk,
        from: Head,
        plain: &[u8],
    ) -> Result<Head, hygie_vault::Error> {
        let kind = match desk.stream {
            Stream::Rights => change::RIGHTS,
            Stream::Content | Stream::Trail => change::CONTENT,
        };
        self.vault
            .append(
                &desk.key,
                desk.epoch,
                from,
                desk.subject,
                desk.stream,
                kind,
                plain,
            )
            .await
    }
}
