//! How much memory an import may use, and who has it. All is about: what libraries take for themselves is not counted.

use std::sync::{Condvar, Mutex};

use crate::error::Error;

/// A budget, and threads among which it is shared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Means {
    /// Bytes.
    pub(crate) budget: u64,
    /// At least 1.
    pub(crate) threads: usize,
}

impl Means {
    /// Batches of rows that are under way at once.
    pub(crate) fn under_way(self) -> usize {
        2 * self.threads + 2
    }

    /// Bytes of a batch: all that are under way have a sixteenth of the budget, and what is made of them as much.
    pub(crate) fn batch(self) -> usize {
        let share = self.budget / 16 / self.under_way() as u64;
        usize::try_from(share.clamp(4 << 10, 1 << 20)).expect("at most a MiB")
    }

    /// Refuses when numbers take more than three quarters.
    pub(crate) fn numbers(self, rows: u64, taken: u64) -> Result<(), Error> {
        if taken <= self.budget / 4 * 3 {
            return Ok(());
        }
        Err(Error::Budget {
            budget: mib(self.budget),
            rows,
            taken: mib(taken),
        })
    }

    /// What numbers leave, at least a quarter.
    pub(crate) fn left(self, numbers: u64) -> Left {
        Left(self.budget.saturating_sub(numbers).max(self.budget / 4))
    }
}

/// Bytes that are left for rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Left(u64);

impl Left {
    /// Rows of a table that wait for their bucket; more go to disk.
    pub(crate) fn waiting(self) -> u64 {
        self.0 / 4
    }

    /// Amounts of a table that wait for their events; more go to disk.
    pub(crate) fn amounts(self) -> u64 {
        self.0 / 128
    }

    /// Buckets that are written side by side.
    pub(crate) fn written(self) -> u64 {
        self.0 / 2
    }
}

/// MiB, rounded up.
fn mib(bytes: u64) -> u64 {
    bytes.div_ceil(1 << 20)
}

/// Lets threads work side by side while what they need together is there.
pub(crate) struct Gate {
    means: Means,
    whole: u64,
    left: Mutex<u64>,
    freed: Condvar,
}

impl Gate {
    pub(crate) fn new(means: Means, left: Left) -> Gate {
        Gate {
            means,
            whole: left.written(),
            left: Mutex::new(left.written()),
            freed: Condvar::new(),
        }
    }

    /// Waits until so many bytes are there, then does it.
    ///
    /// # Errors
    /// [`Error::Large`] when there never are; those of `work`.
    pub(crate) fn with<R>(
        &self,
        need: u64,
        what: impl FnOnce() -> String,
        work: impl FnOnce() -> Result<R, Error>,
    ) -> Result<R, Error> {
        if need > self.whole {
            return Err(Error::Large {
                what: what(),
                need: mib(need),
                left: self.whole >> 20,
                budget: mib(self.means.budget),
            });
        }
        let left = self.left.lock().expect("no thread panics with the count");
        let mut left = self
            .freed
            .wait_while(left, |left| *left < need)
            .expect("no thread panics with the count");
        *left -= need;
        drop(left);
        let _taken = Taken(self, need);
        work()
    }
}

/// Bytes that go back, whatever becomes of who had them.
struct Taken<'a>(&'a Gate, u64);

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        *self.0.left.lock().expect("no thread panics with the count") += self.1;
        self.0.freed.notify_all();
    }
}
