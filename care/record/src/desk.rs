//! Reading and writing an opened stream. A desk exists only behind an opening.

use std::sync::Arc;

use hygie_keeper::Client;
use hygie_keeper::Error as KeeperError;
use hygie_notice::wire::Failure;
use hygie_notice::{DataKey, Head, Joined, Opened, Receipt, Stream, Subject};
use hygie_vault::{Document, Log};
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};
use tokio::task::JoinHandle;

use crate::compact::Holds;
use crate::folder::Folder;
use crate::identity::told;
use crate::item::Item;
use crate::joined::{Logs, heads};
use crate::rights::RightsFolder;
use crate::warm::Warm;
use crate::{Error, Record, Store, change};

mod snapshot;

/// Keeps other writers of the subject out until it is dropped; readers share.
pub(crate) enum Guard {
    /// Held while reading.
    Shared(#[expect(dead_code, reason = "held, never read")] OwnedRwLockReadGuard<()>),
    /// Held while writing.
    Alone(#[expect(dead_code, reason = "held, never read")] OwnedRwLockWriteGuard<()>),
}

/// An opened stream: its key, and where it ends.
#[derive(Clone)]
pub(crate) struct Desk {
    subject: Subject,
    stream: Stream,
    key: Arc<DataKey>,
    epoch: u32,
    head: Head,
    /// The same stream of the records that were joined to this one.
    joined: Arc<[Joined]>,
    guard: Arc<Guard>,
}

impl Desk {
    /// Lays out what the keeper handed over; the receipt goes its own way.
    pub fn lay(
        opened: Opened,
        subject: Subject,
        stream: Stream,
        guard: impl Into<Arc<Guard>>,
    ) -> (Receipt, Self) {
        let desk = Self {
            subject,
            stream,
            key: Arc::new(opened.key),
            epoch: opened.epoch,
            head: opened.head,
            joined: opened.joined.into(),
            guard: guard.into(),
        };
        (opened.receipt, desk)
    }

    /// The subject's lock, to be held for another stream too.
    pub fn guard(&self) -> Arc<Guard> {
        Arc::clone(&self.guard)
    }

    /// Puts the opened stream away, and keeps the subject's lock for another.
    pub fn into_guard(self) -> Arc<Guard> {
        self.guard
    }
}

impl Record {
    /// What opened `rights` say, with those of the records that were joined to it.
    pub(crate) async fn rights_of(
        &self,
        opened: &Opened,
        subject: Subject,
    ) -> Result<RightsFolder, Error> {
        let place = (subject, Stream::Rights);
        let key = (&opened.key, opened.head);
        let logs = self.pen().read_all(key, place, &opened.joined).await?;
        logs.rights(subject, &opened.joined)
    }

    /// The entries of what lies on a desk; those of the records that were joined to it come first.
    pub(crate) async fn entries(&self, desk: &Desk) -> Result<Vec<Vec<u8>>, Error> {
        Ok(self.pen().read_desk(desk).await?.entries())
    }

    /// The opened folder: from memory when it is warm and current, else from the store. It takes the
    /// receipt away, so that one notice gives one folder (INVARIANT no log, no plaintext).
    pub(crate) async fn folder(&self, receipt: Receipt, desk: &Desk) -> Result<Arc<Folder>, Error> {
        let now = self.clock.now();
        if let Some(folder) = self.warm.folder(&receipt, now)
            && folder.head == desk.head
            && folder.joined == heads(&desk.joined)
        {
            return Ok(folder);
        }
        let pen = self.pen();
        let logs = pen.read_desk(desk).await?;
        if logs.own.leftovers {
            pen.drop_leftovers((desk.subject, desk.stream), logs.own.begin);
        }
        let mut folder = Folder::counted_by(self.warm.tally());
        folder.head = logs.own.head;
        folder.joined = logs.heads();
        for change in logs.changes(desk.subject.id, &desk.joined)? {
            folder.take(change)?;
        }
        let folder = Arc::new(folder);
        self.warm.keep(desk.subject, Arc::clone(&folder), now);
        Ok(folder)
    }

    /// The same of a person, as the register tells by now who he is.
    pub(crate) async fn folder_told(
        &self,
        receipt: Receipt,
        desk: &Desk,
        rights: &RightsFolder,
    ) -> Result<Arc<Folder>, Error> {
        let folder = self.folder(receipt, desk).await?;
        let mut folder = told(folder, desk.subject.id, &rights.told)?;
        for joined in &rights.joined {
            folder = told(folder, joined.person, &joined.told)?;
        }
        Ok(folder)
    }

    /// Seals a change behind the stream's end: the vault's entry first, then the keeper's head; when
    /// this returns both are durable (INVARIANT acknowledged is durable).
    ///
    /// A write that has begun goes to its end, whoever hangs up, and its subject stays locked until
    /// then: else somebody could decide on a folder that lacks the entry, and write behind it.
    pub(crate) async fn write(&self, desk: &Desk, plain: &[u8]) -> Result<(), Error> {
        self.write_claiming(desk, plain, Vec::new()).await
    }

    /// The same, with the documents that the change refers to and no entry claimed before.
    pub(crate) async fn write_claiming(
        &self,
        desk: &Desk,
        plain: &[u8],
        documents: Vec<Arc<Document>>,
    ) -> Result<(), Error> {
        self.begin_write(desk, plain.to_vec(), documents)
            .done()
            .await
    }

    /// The same, to be waited for later.
    pub(crate) fn begin_write(
        &self,
        desk: &Desk,
        plain: Vec<u8>,
        documents: Vec<Arc<Document>>,
    ) -> Writing {
        self.begin(desk, plain, documents, None)
    }

    /// The same; where the items of the change are at hand, in its order, a warm folder takes them as they are.
    pub(crate) fn begin(
        &self,
        desk: &Desk,
        plain: Vec<u8>,
        documents: Vec<Arc<Document>>,
        items: Option<Vec<Arc<Item>>>,
    ) -> Writing {
        let (pen, desk) = (self.pen(), desk.clone());
        Writing(tokio::spawn(async move {
            pen.write(&desk, &plain, &documents, items).await
        }))
    }

    fn pen(&self) -> Pen {
        Pen {
            keeper: self.keeper.clone(),
            vault: Arc::clone(&self.vault),
            warm: Arc::clone(&self.warm),
            holds: Arc::clone(&self.holds),
            occasion: self.occasion,
            behind: Arc::clone(&self.behind),
        }
    }
}

/// A write that goes to its end.
pub(crate) struct Writing(JoinHandle<Result<(), Error>>);

impl Writing {
    /// What became of it.
    pub async fn done(self) -> Result<(), Error> {
        match self.0.await {
            Ok(outcome) => outcome,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => Err(hygie_vault::Error::Unavailable("the program is stopping".into()).into()),
        }
    }
}

/// What reads and writes at a desk, and may go on doing so after whoever asked is gone.
#[derive(Clone)]
pub(crate) struct Pen {
    keeper: Client,
    vault: Arc<Store>,
    warm: Arc<Warm>,
    holds: Arc<Holds>,
    occasion: u64,
    behind: Arc<RwLock<()>>,
}

impl Pen {
    async fn read_desk(&self, desk: &Desk) -> Result<Logs, Error> {
        let place = (desk.subject, desk.stream);
        self.read_all((&desk.key, desk.head), place, &desk.joined)
            .await
    }

    /// Reads an opened stream up to the keeper's head. One authenticated entry past it is a write
    /// whose last step a crash took: the head is advanced as that write would have done.
    pub(crate) async fn read_opened(
        &self,
        (key, head): (&DataKey, Head),
        (subject, stream): (Subject, Stream),
    ) -> Result<Log, Error> {
        let log = self.vault.read(subject, stream, key, head).await?;
        if log.ahead {
            self.advance(subject, stream, head, log.head).await?;
        }
        Ok(log)
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

    async fn write(
        &self,
        desk: &Desk,
        plain: &[u8],
        documents: &[Arc<Document>],
        items: Option<Vec<Arc<Item>>>,
    ) -> Result<(), Error> {
        if desk.stream == Stream::Rights {
            // Before it is written, not after: the entry may stand whatever this returns.
            self.warm.forget_rights(desk.subject);
        }
        let written = self.seal(desk, plain, documents).await;
        match &written {
            Ok((from, to)) if desk.stream == Stream::Content => {
                // Copied, and printed for it, before the lock of all folders is taken.
                let copies: Option<Vec<Item>> =
                    items.map(|items| items.iter().map(|item| item.copied()).collect());
                self.warm
                    .follow(desk.subject, *from, *to, |folder| match copies {
                        Some(items) => {
                            items.into_iter().for_each(|item| folder.put(item, None));
                            Ok(())
                        }
                        None => folder.apply(plain),
                    });
                self.compact_if_due(desk, *to);
            }
            Ok(_) => {}
            // The entry may stand without its head; whoever opens next completes it from the store.
            Err(_) => self.warm.forget(desk.subject),
        }
        written.map(|_| ())
    }

    /// The entry, then the head: from where to where the stream went.
    async fn seal(
        &self,
        desk: &Desk,
        plain: &[u8],
        documents: &[Arc<Document>],
    ) -> Result<(Head, Head), Error> {
        let mut from = desk.head;
        let to = match self.append(desk, from, plain, documents).await {
            // The store holds an entry that the head does not count: a crash came between the two.
            // Reading completes it, and this write, which was decided with it in sight or looks at
            // nothing, goes behind it.
            Err(hygie_vault::Error::Conflict) => {
                let place = (desk.subject, desk.stream);
                from = self.read_opened((&desk.key, from), place).await?.head;
                self.append(desk, from, plain, documents).await?
            }
            other => other?,
        };
        self.advance(desk.subject, desk.stream, from, to).await?;
        Ok((from, to))
    }

    async fn append(
        &self,
        desk: &Desk,
        from: Head,
        plain: &[u8],
        documents: &[Arc<Document>],
    ) -> Result<Head, hygie_vault::Error> {
        let kind = match desk.stream {
            Stream::Rights => change::RIGHTS,
            Stream::Content | Stream::Trail => change::CONTENT,
        };
        self.vault
            .append_claiming(
                &desk.key,
                desk.epoch,
                from,
                desk.subject,
                desk.stream,
                kind,
                plain,
                documents,
            )
            .await
    }
}
