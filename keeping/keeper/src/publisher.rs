//! The thread that brings the ledger's files behind the events. What it is given is durable already,
//! in the event table: the files follow within [`PAUSE`], and many groups share one checkpoint.
//!
//! Crash at any point: the next start appends what the files lack, by the same call (`recover`).

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use hygie_ledger::{Folder, Log};
use hygie_notice::wire::Failure;
use tokio::sync::oneshot;

use crate::measures::Measures;
use crate::sequencer::{Answer, Done};
use crate::{Error, Proof};

/// How long the files may lag behind the events; a proof that is asked for does not wait for it.
const PAUSE: Duration = Duration::from_millis(100);
/// How many groups may wait; beyond it openings wait too, so that the lag stays bounded.
const WAITING: usize = 1_024;

enum Job {
    /// Leaves that are durable as events, in order.
    Append(Vec<Vec<u8>>),
    /// A proof that a leaf is in the files.
    Prove {
        index: u64,
        reply: oneshot::Sender<Answer>,
    },
}

/// The way to the thread that owns the ledger's files.
pub(crate) struct Publisher {
    jobs: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<Result<(), Error>>>,
}

impl Publisher {
    /// Starts the thread.
    pub(crate) fn start(log: Log<Folder>, measures: Arc<Measures>) -> std::io::Result<Self> {
        let (jobs, waiting) = sync_channel(WAITING);
        let thread = thread::Builder::new()
            .name("publisher".to_owned())
            .spawn(move || run(log, &waiting, &measures))?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// Hands over leaves whose events are durable.
    ///
    /// # Errors
    /// What stopped the thread: then nothing more may be opened, since the ledger would not show it.
    pub(crate) fn append(&mut self, entries: Vec<Vec<u8>>) -> Result<(), Error> {
        self.send(Job::Append(entries))
    }

    /// Answers with a proof once the files hold the leaf.
    ///
    /// # Errors
    /// As [`Publisher::append`].
    pub(crate) fn prove(
        &mut self,
        index: u64,
        reply: oneshot::Sender<Answer>,
    ) -> Result<(), Error> {
        self.send(Job::Prove { index, reply })
    }

    /// Publishes what waits, and says how the thread ended. Blocks.
    pub(crate) fn close(&mut self) -> Result<(), Error> {
        self.jobs = None;
        let Some(thread) = self.thread.take() else {
            return Ok(());
        };
        thread.join().unwrap_or_else(|_| {
            Err(Error::Unavailable(
                "its publisher stopped by a fault of the program".to_owned(),
            ))
        })
    }

    fn send(&mut self, job: Job) -> Result<(), Error> {
        let sent = self
            .jobs
            .as_ref()
            .is_some_and(|jobs| jobs.send(job).is_ok());
        if sent {
            return Ok(());
        }
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

fn run(mut log: Log<Folder>, waiting: &Receiver<Job>, measures: &Measures) -> Result<(), Error> {
    while let Ok(first) = waiting.recv() {
        let end = Instant::now() + PAUSE;
        let mut entries = Vec::new();
        let mut proofs = Vec::new();
        let mut next = Some(first);
        while let Some(job) = next {
            match job {
                Job::Append(more) => entries.extend(more),
                Job::Prove { index, reply } => proofs.push((index, reply)),
            }
            next = if proofs.is_empty() {
                let left = end.saturating_duration_since(Instant::now());
                waiting.recv_timeout(left).ok()
            } else {
                waiting.try_recv().ok()
            };
        }
        if !entries.is_empty() {
            log.append(&entries)?;
            measures.count(entries.len());
        }
        for (index, reply) in proofs {
            // Whoever asked may be gone.
            let _ = reply.send(prove(&log, index));
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
