use std::thread::{self, JoinHandle};
use std::time::Duration;

use hygie_notice::Subject;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OptionalExtension, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::{documents, signed};
use crate::documents::Name;
use crate::{Claim, Error, Past, Shelved, Stored};

/// How many appends wait before the next caller waits to be queued.
const QUEUE: usize = 1_024;
/// A group is closed once it holds this many bytes.
const GROUP_BYTES: usize = 16 * 1024 * 1024;

/// What is asked of the thread, and where its answer goes.
#[derive(Debug)]
struct Job {
    work: Work,
    answer: oneshot::Sender<Result<(), Error>>,
}

#[derive(Debug)]
enum Work {
    Append(Vec<Stored>, Vec<Claim>),
    Forget(Subject, Past),
    /// An object is about to be written.
    Note(Name),
    /// Whether no entry claimed an object.
    Unclaimed(Name),
    /// An object that nobody claimed is gone.
    Strike(Name),
    /// An object was put back out of a backup.
    Shelve(Shelved),
}

/// The one thread that writes. It ends when this is dropped, after what is queued is done.
#[derive(Debug)]
pub struct Writer {
    queue: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub fn start(connection: Connection) -> Result<Self, Error> {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let thread = thread::Builder::new()
            .name("vault-writer".into())
            .spawn(move || run(connection, jobs))
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
        })
    }

    pub async fn append(&self, entries: Vec<Stored>, claims: Vec<Claim>) -> Result<(), Error> {
        self.ask(Work::Append(entries, claims)).await
    }

    pub async fn forget(&self, subject: Subject, past: Past) -> Result<(), Error> {
        self.ask(Work::Forget(subject, past)).await
    }

    pub async fn shelve(&self, document: Shelved) -> Result<(), Error> {
        self.ask(Work::Shelve(document)).await
    }

    /// A way to ask that does not keep the thread from ending.
    pub fn asking(&self) -> Asking {
        Asking(self.queue().downgrade())
    }

    fn queue(&self) -> &mpsc::Sender<Job> {
        self.queue.as_ref().expect("it is taken only on drop")
    }

    async fn ask(&self, work: Work) -> Result<(), Error> {
        ask(self.queue(), work).await
    }
}

async fn ask(queue: &mpsc::Sender<Job>, work: Work) -> Result<(), Error> {
    let (answer, answered) = oneshot::channel();
    // The thread never ends before the queue does, unless it panicked.
    queue
        .send(Job { work, answer })
        .await
        .map_err(|_| Error::Poisoned)?;
    answered.await.map_err(|_| Error::Poisoned)?
}

/// Asks the thread that writes for rows of documents, as long as it runs.
#[derive(Debug)]
pub struct Asking(mpsc::WeakSender<Job>);

impl Asking {
    /// Makes the row of an object that is about to be written.
    pub async fn note(&self, name: Name) -> Result<(), Error> {
        self.ask(Work::Note(name)).await
    }

    /// Says by [`Error::Conflict`] that an entry claimed an object, or that it has no row.
    pub async fn unclaimed(&self, name: Name) -> Result<(), Error> {
        self.ask(Work::Unclaimed(name)).await
    }

    /// Strikes the row of an object that is gone.
    pub async fn strike(&self, name: Name) -> Result<(), Error> {
        self.ask(Work::Strike(name)).await
    }

    /// Holds the queue at no time while it waits: whoever drops the writer waits for all who hold it.
    async fn ask(&self, work: Work) -> Result<(), Error> {
        let (answer, answered) = oneshot::channel();
        let mut job = Job { work, answer };
        loop {
            let queue = self.0.upgrade();
            let queue =
                queue.ok_or_else(|| Error::Unavailable("the program is stopping".into()))?;
            match queue.try_send(job) {
                Ok(()) => break,
                Err(mpsc::error::TrySendError::Full(back)) => job = back,
                Err(mpsc::error::TrySendError::Closed(_)) => return Err(Error::Poisoned),
            }
            drop(queue);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        answered.await.map_err(|_| Error::Poisoned)?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue.take();
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was already answered as `Poisoned`.
            let _ended = thread.join();
        }
    }
}

fn run(mut connection: Connection, mut jobs: mpsc::Receiver<Job>) {
    let mut poisoned = false;
    while let Some(first) = jobs.blocking_recv() {
        let group = gather(first, &mut jobs);
        if poisoned {
            group
                .into_iter()
                .for_each(|job| answer(job, Err(Error::Poisoned)));
            continue;
        }
        let forgets = group
            .iter()
            .any(|job| matches!(job.work, Work::Forget(_, Past::All)));
        let outcomes = commit(&mut connection, &group);
        poisoned = matches!(outcomes, Err(Error::Poisoned));
        if poisoned {
            // Closing would sync once more what failed to be synced. Where the setting is not taken,
            // nothing that was acknowledged depends on it.
            let _closing =
                connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
        }
        match outcomes {
            Ok(outcomes) => {
                if forgets {
                    // The old pages also leave the WAL; a reader may delay it, never the answer.
                    let _checkpointed = connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
                }
                group
                    .into_iter()
                    .zip(outcomes)
                    .for_each(|(job, outcome)| answer(job, outcome));
            }
            Err(error) => group
                .into_iter()
                .for_each(|job| answer(job, Err(error.clone()))),
        }
    }
}

/// A caller that no longer waits is no failure: its entry stands.
fn answer(job: Job, outcome: Result<(), Error>) {
    let _gone = job.answer.send(outcome);
}

/// All that waits now. Under load, what arrives during one commit is the next group.
fn gather(first: Job, jobs: &mut mpsc::Receiver<Job>) -> Vec<Job> {
    let size = |job: &Job| match &job.work {
        Work::Append(entries, _) => entries.iter().map(|entry| entry.bytes.len()).sum(),
        _ => 0,
    };
    let mut bytes: usize = size(&first);
    let mut group = vec![first];
    while group.len() < QUEUE && bytes < GROUP_BYTES {
        let Ok(job) = jobs.try_recv() else { break };
        bytes += size(&job);
        group.push(job);
    }
    group
}

/// One transaction for the group. A conflict fails its own job alone; any other failure fails
/// all: before the commit nothing was written, in the commit nobody knows.
fn commit(connection: &mut Connection, group: &[Job]) -> Result<Vec<Result<(), Error>>, Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut outcomes = Vec::with_capacity(group.len());
    for job in group {
        outcomes.push(match &job.work {
            Work::Append(entries, claims) => append(&transaction, entries, claims)?,
            Work::Forget(subject, past) => {
                forget(&transaction, *subject, *past)?;
                Ok(())
            }
            Work::Note(name) => documents::note(&transaction, *name)?,
            Work::Unclaimed(name) => documents::unclaimed_one(&transaction, *name)?,
            Work::Strike(name) => documents::strike(&transaction, *name)?,
            Work::Shelve(document) => documents::shelve(&transaction, document)?,
        });
    }
    transaction.commit().map_err(|error| {
        match error.sqlite_error_code() {
            // The disk took not all pages, and no fsync was tried: dropping the transaction rolls it
            // back. What it left behind the write-ahead log's end is overwritten by the next.
            Some(ErrorCode::DiskFull) => Error::Full,
            _ => Error::Poisoned,
        }
    })?;
    Ok(outcomes)
}

/// The inner result is the job's own; the outer one is the store's. What stands in the way is found before
/// anything is written, so that nothing has to be undone.
fn append(
    transaction: &Transaction<'_>,
    entries: &[Stored],
    claims: &[Claim],
) -> Result<Result<(), Error>, Error> {
    for (place, entry) in entries.iter().enumerate() {
        let before = entries[..place]
            .iter()
            .rev()
            .find(|before| before.subject == entry.subject && before.stream == entry.stream);
        let next = match before {
            Some(before) => Some(signed(before.sequence).saturating_add(1)),
            None => next(transaction, entry)?,
        };
        let fits = next.map_or_else(|| entry.begins(), |next| next == signed(entry.sequence));
        if !fits {
            return Ok(Err(Error::Conflict));
        }
    }
    for claim in claims {
        if documents::unclaimed_one(transaction, claim.name)?.is_err() {
            return Ok(Err(Error::DocumentAltered));
        }
    }
    let mut insert = transaction.prepare_cached(
        "INSERT INTO entry (subject, stream, sequence, bytes) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for entry in entries {
        insert.execute((
            entry.subject.bytes(),
            entry.stream as u8,
            signed(entry.sequence),
            &entry.bytes,
        ))?;
        for claim in claims.iter().filter(|claim| claim.is_of(entry)) {
            documents::claim(transaction, claim, transaction.last_insert_rowid())?;
        }
    }
    Ok(Ok(()))
}

fn forget(transaction: &Transaction<'_>, subject: Subject, past: Past) -> Result<(), Error> {
    match past {
        Past::All => {
            documents::release(transaction, subject)?;
            transaction
                .prepare_cached("DELETE FROM entry WHERE subject = ?1")?
                .execute([subject.bytes()])?
        }
        Past::Before(stream, sequence) => transaction
            .prepare_cached(
                "DELETE FROM entry WHERE subject = ?1 AND stream = ?2 AND sequence < ?3",
            )?
            .execute((subject.bytes(), stream as u8, signed(sequence)))?,
    };
    Ok(())
}

/// The sequence that the entry's stream takes next; none when it holds nothing.
fn next(transaction: &Transaction<'_>, entry: &Stored) -> Result<Option<i64>, Error> {
    let last: Option<i64> = transaction
        .prepare_cached(
            "SELECT sequence FROM entry WHERE subject = ?1 AND stream = ?2
             ORDER BY sequence DESC LIMIT 1",
        )?
        .query_row((entry.subject.bytes(), entry.stream as u8), |row| {
            row.get(0)
        })
        .optional()?;
    Ok(last.map(|last| last.saturating_add(1)))
}
