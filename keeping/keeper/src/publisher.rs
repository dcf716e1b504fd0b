//! The thread that brings the ledger's files behind the events. What it is given is durable already,
//! in the event table: the files follow within [`PAUSE`], and many groups share one checkpoint.
//!
//! Crash at any point: the next start appends what the files lack, by the same call (`recover`).

use std::mem::take;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use hygie_ledger::{Folder, Log};
use hygie_notice::wire::Failure;
use tokio::sync::oneshot;

use crate::measures::Measures;
use crate::sequencer::{Answer, Done};
use crate::{Error, Proof};

/// How long the files may lag behind the events; a proof that is asked for does not wait for it.
const PAUSE: Duration = Duration::from_millis(100);
/// How many leaves may wait; beyond it openings wait too, so that the lag stays bounded.
const WAITING: usize = 1 << 16;

/// What somebody wants to prove by the files.
pub(crate) enum Wanted {
    /// That a leaf is there.
    Leaf(u64),
    /// That all else is there: what stands for a stretch but some of its leaves. None ends it where the ledger ends.
    Cover {
        from: u64,
        to: Option<u64>,
        leaves: Vec<u64>,
    },
}

/// What is wanted, and where it goes.
type Asked = (Wanted, oneshot::Sender<Answer>);

/// What waits for the thread.
#[derive(Default)]
struct Waiting {
    /// Leaves that are durable as events, in order.
    entries: Vec<Vec<u8>>,
    /// Proofs that these leaves are in the files.
    proofs: Vec<Asked>,
    /// Nothing more comes.
    closed: bool,
    /// The thread takes nothing more.
    ended: bool,
}

/// What writer and thread share. The thread is woken by the first leaf and by each proof, and not by what comes in its
/// pause.
#[derive(Default)]
struct Table {
    waiting: Mutex<Waiting>,
    /// Something came.
    came: Condvar,
    /// Something was taken.
    taken: Condvar,
}

impl Table {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What came within a pause of the first; `None` when nothing more comes.
    fn gather(&self) -> Option<(Vec<Vec<u8>>, Vec<Asked>)> {
        let idle = |waiting: &mut Waiting| waiting.entries.is_empty() && waiting.proofs.is_empty();
        let waiting = self
            .came
            .wait_while(self.lock(), |waiting| idle(waiting) && !waiting.closed)
            .unwrap_or_else(PoisonError::into_inner);
        let (mut waiting, _) = self
            .came
            .wait_timeout_while(waiting, PAUSE, |waiting| {
                waiting.proofs.is_empty() && !waiting.closed
            })
            .unwrap_or_else(PoisonError::into_inner);
        if idle(&mut waiting) {
            return None;
        }
        self.taken.notify_one();
        Some((take(&mut waiting.entries), take(&mut waiting.proofs)))
    }
}

/// Tells, however the thread ends, that nothing more is taken.
struct Ending(Arc<Table>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.lock().ended = true;
        self.0.taken.notify_one();
    }
}

/// The way to the thread that owns the ledger's files.
pub(crate) struct Publisher {
    table: Arc<Table>,
    thread: Option<JoinHandle<Result<(), Error>>>,
}

impl Publisher {
    /// Starts the thread.
    pub(crate) fn start(log: Log<Folder>, measures: Arc<Measures>) -> std::io::Result<Self> {
        let table = Arc::new(Table::default());
        let ending = Ending(Arc::clone(&table));
        let thread = thread::Builder::new()
            .name("publisher".to_owned())
            .spawn(move || run(log, &ending.0, &measures))?;
        Ok(Self {
            table,
            thread: Some(thread),
        })
    }

    /// Hands over leaves whose events are durable.
    ///
    /// # Errors
    /// What stopped the thread: then nothing more may be opened, since the ledger would not show it.
    pub(crate) fn append(&mut self, entries: Vec<Vec<u8>>) -> Result<(), Error> {
        self.send(|waiting| waiting.entries.extend(entries))
    }

    /// Answers with a proof once the files hold what was appended before.
    ///
    /// # Errors
    /// As [`Publisher::append`].
    pub(crate) fn prove(
        &mut self,
        wanted: Wanted,
        reply: oneshot::Sender<Answer>,
    ) -> Result<(), Error> {
        self.send(|waiting| waiting.proofs.push((wanted, reply)))
    }

    /// Publishes what waits, and says how the thread ended. Blocks.
    pub(crate) fn close(&mut self) -> Result<(), Error> {
        self.table.lock().closed = true;
        self.table.came.notify_one();
        let Some(thread) = self.thread.take() else {
            return Ok(());
        };
        thread.join().unwrap_or_else(|_| {
            Err(Error::Unavailable(
                "its publisher stopped by a fault of the program".to_owned(),
            ))
        })
    }

    fn send(&mut self, add: impl FnOnce(&mut Waiting)) -> Result<(), Error> {
        let full = |waiting: &mut Waiting| waiting.entries.len() >= WAITING && !waiting.ended;
        let mut waiting = self
            .table
            .taken
            .wait_while(self.table.lock(), full)
            .unwrap_or_else(PoisonError::into_inner);
        if !waiting.ended {
            let first = waiting.entries.is_empty();
            add(&mut waiting);
            if first || !waiting.proofs.is_empty() {
                self.table.came.notify_one();
            }
            return Ok(());
        }
        drop(waiting);
        self.close()?;
        Err(Error::Unavailable("its publisher has stopped".to_owned()))
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        // The outcome was told to whoever closed it before.
        let _ = self.close();
    }
}

fn run(mut log: Log<Folder>, table: &Table, measures: &Measures) -> Result<(), Error> {
    while let Some((entries, proofs)) = table.gather() {
        if !entries.is_empty() {
            log.append(&entries)?;
            measures.count(entries.len());
        }
        for (wanted, reply) in proofs {
            // Whoever asked may be gone.
            let _ = reply.send(match wanted {
                Wanted::Leaf(index) => prove(&log, index),
                Wanted::Cover { from, to, leaves } => cover(&log, from, to, &leaves),
            });
        }
    }
    Ok(())
}

fn prove(log: &Log<Folder>, index: u64) -> Answer {
    let proved = log
        .prove_inclusion(index)
        .and_then(|path| Ok((path, log.entry(index)?)));
    match proved {
        Ok((path, entry)) => Ok(Done::Proof(Proof {
            entry,
            checkpoint: log.checkpoint().to_owned(),
            path,
        })),
        Err(hygie_ledger::Error::OutOfRange { .. }) => Err(Failure::Notice(
            "the ledger has no leaf of this index yet".to_owned(),
        )),
        Err(error) => Err(Failure::Unavailable(error.to_string())),
    }
}

fn cover(log: &Log<Folder>, from: u64, to: Option<u64>, leaves: &[u64]) -> Answer {
    match log.cover(from..to.unwrap_or(log.size()), leaves) {
        Ok(hashes) => Ok(Done::Cover {
            checkpoint: log.checkpoint().to_owned(),
            hashes,
        }),
        Err(hygie_ledger::Error::OutOfRange { .. } | hygie_ledger::Error::ProofRefused { .. }) => {
            Err(Failure::Notice(
                "the ledger has no such leaves yet, or their indices do not rise".to_owned(),
            ))
        }
        Err(error) => Err(Failure::Unavailable(error.to_string())),
    }
}
