//! What went wrong with a store since the start: counted for metrics, and watched for the one fault
//! after which the program must end.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::watch;

use crate::Error;

/// How often a store failed, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Faults {
    /// The disk was full.
    pub full: u64,
    /// It could not be read or written for another reason, and nothing was written.
    pub unavailable: u64,
    /// A commit failed; the store takes no more writes.
    pub poisoned: u64,
    /// The store's file was not in one piece.
    pub damaged: u64,
    /// A person's entries were not what was sealed: altered, rolled back, of another history.
    pub altered: u64,
}

/// Counts faults.
#[derive(Debug)]
pub(crate) struct Watch {
    full: AtomicU64,
    unavailable: AtomicU64,
    poisoned: AtomicU64,
    damaged: AtomicU64,
    altered: AtomicU64,
    failed: watch::Sender<bool>,
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            full: AtomicU64::default(),
            unavailable: AtomicU64::default(),
            poisoned: AtomicU64::default(),
            damaged: AtomicU64::default(),
            altered: AtomicU64::default(),
            failed: watch::Sender::new(false),
        }
    }
}

impl Watch {
    /// Lets an outcome pass, and counts it when it is a fault.
    pub(crate) fn pass<T>(&self, outcome: Result<T, Error>) -> Result<T, Error> {
        let count = match &outcome {
            Err(Error::Full) => &self.full,
            Err(Error::Unavailable(_)) => &self.unavailable,
            Err(Error::Poisoned) => {
                self.failed.send_replace(true);
                &self.poisoned
            }
            Err(Error::Damaged(_)) => &self.damaged,
            Err(
                Error::Altered { .. }
                | Error::DocumentAltered
                | Error::RolledBack { .. }
                | Error::Forked { .. }
                | Error::Malformed { .. },
            ) => &self.altered,
            _ => return outcome,
        };
        count.fetch_add(1, Ordering::Relaxed);
        outcome
    }

    /// What was counted.
    pub(crate) fn faults(&self) -> Faults {
        Faults {
            full: self.full.load(Ordering::Relaxed),
            unavailable: self.unavailable.load(Ordering::Relaxed),
            poisoned: self.poisoned.load(Ordering::Relaxed),
            damaged: self.damaged.load(Ordering::Relaxed),
            altered: self.altered.load(Ordering::Relaxed),
        }
    }

    /// Resolves once a commit has failed.
    pub(crate) async fn failed(&self) {
        let mut failed = self.failed.subscribe();
        // The sender lives in `self`.
        let _failed = failed.wait_for(|failed| *failed).await;
    }
}
