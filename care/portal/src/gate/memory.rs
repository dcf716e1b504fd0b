//! How many bytes of bodies lie in memory, over all and for each who sends or fetches them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::who::Who;

/// The part of all memory that one actor or address may fill: one in this many.
const SHARE: usize = 4;

/// There is no room for these bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoRoom {
    /// This actor or address holds all that it may.
    #[error("one sender's bodies fill his share of the memory")]
    Share,
    /// All bodies together fill what there is.
    #[error("bodies fill the memory")]
    Full,
}

/// The budget of bytes.
#[derive(Debug)]
pub struct Memory {
    limit: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    all: usize,
    each: HashMap<Who, usize>,
}

/// Bytes that are held, until dropped.
#[derive(Debug)]
pub struct Hold {
    memory: Arc<Memory>,
    who: Who,
    bytes: Mutex<usize>,
    /// How many of the bytes that came no longer lie in memory.
    passed: AtomicUsize,
}

impl Memory {
    /// A budget of `limit` bytes, of which nothing is held.
    pub fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self {
            limit,
            held: Mutex::default(),
        })
    }

    /// The most that there is room for.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// How many bytes are held.
    pub fn bytes(&self) -> usize {
        self.held().all
    }

    /// Holds nothing yet, for somebody; refuses when there is no room for anything.
    ///
    /// # Errors
    /// [`NoRoom::Full`].
    pub fn begin(self: &Arc<Self>, who: Who) -> Result<Hold, NoRoom> {
        if self.held().all >= self.limit {
            return Err(NoRoom::Full);
        }
        Ok(self.hold(who))
    }

    fn hold(self: &Arc<Self>, who: Who) -> Hold {
        Hold {
            memory: Arc::clone(self),
            who,
            bytes: Mutex::new(0),
            passed: AtomicUsize::new(0),
        }
    }

    /// Holds an answer that is made already: it is counted whether there is room or not, so that no
    /// new request is taken until it is sent.
    pub fn keep(self: &Arc<Self>, who: Who, bytes: usize) -> Hold {
        let hold = self.hold(who);
        hold.count(&mut self.held(), bytes);
        hold
    }

    fn share(&self, who: &Who) -> usize {
        match who {
            // He runs the machine, and his units of import are large.
            Who::Operator => self.limit,
            _ => self.limit / SHARE,
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hold {
    /// Makes sure that at least `bytes` are held.
    ///
    /// # Errors
    /// [`NoRoom`]; what was held before stays held.
    pub fn at_least(&self, bytes: usize) -> Result<(), NoRoom> {
        let before = *self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        let more = bytes.saturating_sub(before);
        if more == 0 {
            return Ok(());
        }
        let mut held = self.memory.held();
        let own = held.each.get(&self.who).copied().unwrap_or_default();
        if own.saturating_add(more) > self.memory.share(&self.who) {
            return Err(NoRoom::Share);
        }
        if held.all.saturating_add(more) > self.memory.limit {
            return Err(NoRoom::Full);
        }
        self.count(&mut held, more);
        Ok(())
    }

    /// Makes sure that what is in memory is held, of `came` bytes that came in all.
    ///
    /// # Errors
    /// As [`Hold::at_least`].
    pub fn came(&self, came: usize) -> Result<(), NoRoom> {
        self.at_least(came.saturating_sub(self.passed.load(Ordering::Relaxed)))
    }

    /// Of `came` bytes that came, only `kept` are in memory: the others were written away.
    pub fn settle(&self, came: usize, kept: usize) {
        let kept = kept.min(came);
        self.passed.fetch_max(came - kept, Ordering::Relaxed);
        let mut held = self.memory.held();
        let less = {
            let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
            let less = bytes.saturating_sub(kept);
            *bytes -= less;
            less
        };
        held.give_back(&self.who, less);
    }

    fn count(&self, held: &mut Held, more: usize) {
        held.all += more;
        *held.each.entry(self.who.clone()).or_default() += more;
        *self.bytes.lock().unwrap_or_else(PoisonError::into_inner) += more;
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let bytes = *self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        if bytes == 0 {
            return;
        }
        self.memory.held().give_back(&self.who, bytes);
    }
}

impl Held {
    fn give_back(&mut self, who: &Who, bytes: usize) {
        self.all -= bytes;
        if let Some(own) = self.each.get_mut(who) {
            *own -= bytes;
            if *own == 0 {
                self.each.remove(who);
            }
        }
    }
}

#[cfg(test)]
mod tests;
