//! When the keeper does not answer, most requests need not find that out for themselves: after some
//! failures in a row they are refused at once, and one at a time goes to see whether it is back.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tracing::{info, warn};

/// Failures in a row after which requests are refused.
const FAILURES: u32 = 5;
/// How long until the next one may try.
const PAUSE: Duration = Duration::from_millis(500);

/// How often the keeper could not be asked, since the client was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Faults {
    /// Nobody listened at its socket.
    pub unreachable: u64,
    /// It did not answer in time.
    pub slow: u64,
    /// The connection broke, or what came was no answer.
    pub broken: u64,
    /// Requests refused without asking, since those before them had failed.
    pub spared: u64,
}

/// Why one request failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Unreachable,
    Slow,
    Broken,
}

#[derive(Debug, Default)]
pub(super) struct Breaker {
    state: Mutex<State>,
    unreachable: AtomicU64,
    slow: AtomicU64,
    broken: AtomicU64,
    spared: AtomicU64,
}

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// Refused until then; afterwards one goes first.
    until: Option<Instant>,
    probing: bool,
}

/// The right to ask once. Dropped without a word, as by a caller that gives up, it says nothing.
#[derive(Debug)]
pub(super) struct Pass<'a> {
    breaker: &'a Breaker,
    probe: bool,
}

impl Breaker {
    /// Lets a request through, unless it is known to be in vain.
    pub(super) fn pass(&self) -> Option<Pass<'_>> {
        let mut state = self.state();
        let mut probe = false;
        if let Some(until) = state.until {
            if state.probing || Instant::now() < until {
                self.spared.fetch_add(1, Ordering::Relaxed);
                return None;
            }
            state.probing = true;
            probe = true;
        }
        Some(Pass {
            breaker: self,
            probe,
        })
    }

    /// What went wrong so far.
    pub(super) fn faults(&self) -> Faults {
        Faults {
            unreachable: self.unreachable.load(Ordering::Relaxed),
            slow: self.slow.load(Ordering::Relaxed),
            broken: self.broken.load(Ordering::Relaxed),
            spared: self.spared.load(Ordering::Relaxed),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pass<'_> {
    /// The keeper answered, whatever it said.
    pub(super) fn answered(self) {
        let mut state = self.breaker.state();
        if state.until.take().is_some() {
            info!("the keeper answers again");
        }
        state.failures = 0;
    }

    /// It did not.
    pub(super) fn failed(self, fault: Fault) {
        let count = match fault {
            Fault::Unreachable => &self.breaker.unreachable,
            Fault::Slow => &self.breaker.slow,
            Fault::Broken => &self.breaker.broken,
        };
        count.fetch_add(1, Ordering::Relaxed);
        let mut state = self.breaker.state();
        state.failures = state.failures.saturating_add(1);
        if state.failures >= FAILURES {
            if state.until.is_none() {
                warn!(
                    ?fault,
                    "the keeper does not answer: nothing is opened or written until it does"
                );
            }
            state.until = Some(Instant::now() + PAUSE);
        }
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if self.probe {
            self.breaker.state().probing = false;
        }
    }
}

#[cfg(test)]
mod tests {
    //! Failures covered: a keeper that is away and is waited for by everybody; one that is back and is
    //! not asked; a probe that its caller gives up, and nobody tries again.
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::time::Duration;

    use super::{Breaker, FAILURES, Fault, Faults, PAUSE};

    fn fail(breaker: &Breaker) {
        breaker.pass().unwrap().failed(Fault::Slow);
    }

    #[tokio::test]
    async fn who_comes_after_the_failures_is_spared_until_one_succeeds() {
        let breaker = Breaker::default();
        for _ in 0..FAILURES {
            fail(&breaker);
        }
        assert!(breaker.pass().is_none());
        tokio::time::sleep(PAUSE).await;
        let probe = breaker.pass().unwrap();
        assert!(breaker.pass().is_none(), "one at a time");
        probe.failed(Fault::Unreachable);
        assert!(breaker.pass().is_none(), "and again a pause");
        tokio::time::sleep(PAUSE).await;
        drop(breaker.pass().unwrap());
        // The caller gave up: the next one tries.
        breaker.pass().unwrap().answered();
        breaker.pass().unwrap().answered();
        let faults = Faults {
            unreachable: 1,
            slow: u64::from(FAILURES),
            broken: 0,
            spared: 3,
        };
        assert_eq!(breaker.faults(), faults);
    }

    #[tokio::test]
    async fn failures_that_answers_come_between_refuse_nobody() {
        let breaker = Breaker::default();
        for _ in 0..10 * FAILURES {
            fail(&breaker);
            breaker.pass().unwrap().answered();
        }
        tokio::time::sleep(Duration::ZERO).await;
        assert_eq!(breaker.faults().spared, 0);
    }
}
