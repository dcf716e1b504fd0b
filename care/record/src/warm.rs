use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use hygie_notice::{Head, Millis, Receipt, Subject};
use tokio::sync::RwLock;

use crate::folder::Folder;

/// How long an opened folder may stay in memory. A clock that is set back by more than this drops it
/// too, by less prolongs it by no more than this.
const MINUTES_10: Millis = 10 * MINUTE;
const MINUTE: Millis = 60 * 1000;
/// How many plain bytes may stay in memory; beyond it the longest unused go first.
const BUDGET: usize = 128 * 1024 * 1024;

/// Folders kept open for a while, and one lock per subject.
///
/// A folder comes out only against a receipt: the ledger holds the notice of this very request,
/// warm or not (INVARIANT no log, no plaintext).
#[derive(Default)]
pub(crate) struct Warm {
    shelves: Mutex<Shelves>,
    locks: Mutex<HashMap<Subject, Arc<RwLock<()>>>>,
}

#[derive(Default)]
struct Shelves {
    folders: HashMap<Subject, Shelf>,
    weight: usize,
    swept: Millis,
}

struct Shelf {
    folder: Arc<Folder>,
    opened: Millis,
    used: Millis,
}

impl Warm {
    /// The lock of a subject: readers share it, a writer holds it alone from notice to answer.
    pub fn lock(&self, subject: Subject) -> Arc<RwLock<()>> {
        let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
        // Locks nobody holds are forgotten, so that the map stays as small as the load.
        if locks.len() > 10_000 {
            locks.retain(|_, lock| Arc::strong_count(lock) > 1);
        }
        Arc::clone(locks.entry(subject).or_default())
    }

    /// The warm folder of the receipt's subject, if there is one.
    pub fn folder(&self, receipt: &Receipt, now: Millis) -> Option<Arc<Folder>> {
        let mut shelves = self.shelves.lock().unwrap_or_else(PoisonError::into_inner);
        shelves.sweep(now);
        let shelf = shelves.folders.get_mut(&receipt.subject)?;
        if now.abs_diff(shelf.opened) > MINUTES_10 {
            shelves.remove(receipt.subject);
            return None;
        }
        shelf.used = now;
        Some(Arc::clone(&shelf.folder))
    }

    /// Keeps an opened folder.
    pub fn keep(&self, subject: Subject, folder: Arc<Folder>, now: Millis) {
        let mut shelves = self.shelves.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = match shelves.remove(subject) {
            Some(before) if now.abs_diff(before.opened) <= MINUTES_10 => before.opened,
            _ => now,
        };
        shelves.weight += folder.weight;
        let shelf = Shelf {
            folder,
            opened,
            used: now,
        };
        shelves.folders.insert(subject, shelf);
        while shelves.weight > BUDGET && shelves.folders.len() > 1 {
            shelves.drop_longest_unused();
        }
    }

    /// Lets a warm folder follow a write that was just acknowledged.
    pub fn follow(&self, subject: Subject, from: Head, to: Head, plain: &[u8]) {
        let mut shelves = self.shelves.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(shelf) = shelves.folders.get_mut(&subject) else {
            return;
        };
        // Readers may still hold the folder as it was; they keep theirs.
        let folder = Arc::make_mut(&mut shelf.folder);
        let before = folder.weight;
        if folder.head == from && folder.apply(plain).is_ok() {
            folder.head = to;
            let grown = folder.weight - before;
            shelves.weight += grown;
        } else {
            shelves.remove(subject);
        }
    }

    /// Drops what stayed its time, when nobody comes by.
    pub fn sweep(&self, now: Millis) {
        let mut shelves = self.shelves.lock().unwrap_or_else(PoisonError::into_inner);
        shelves.sweep(now);
    }

    /// Forgets a folder whose log went on without it.
    pub fn forget(&self, subject: Subject) {
        let mut shelves = self.shelves.lock().unwrap_or_else(PoisonError::into_inner);
        shelves.remove(subject);
    }
}

impl Shelves {
    /// Drops what nobody asked for again, once a minute: a folder goes after its time whether or not
    /// its person is met again.
    fn sweep(&mut self, now: Millis) {
        if now.abs_diff(self.swept) < MINUTE {
            return;
        }
        self.swept = now;
        let expired: Vec<Subject> = self
            .folders
            .iter()
            .filter(|(_, shelf)| now.abs_diff(shelf.opened) > MINUTES_10)
            .map(|(subject, _)| *subject)
            .collect();
        for subject in expired {
            self.remove(subject);
        }
    }

    fn remove(&mut self, subject: Subject) -> Option<Shelf> {
        let shelf = self.folders.remove(&subject)?;
        self.weight -= shelf.folder.weight;
        Some(shelf)
    }

    fn drop_longest_unused(&mut self) {
        let oldest = self
            .folders
            .iter()
            .min_by_key(|(_, shelf)| shelf.used)
            .map(|(subject, _)| *subject);
        if let Some(subject) = oldest {
            self.remove(subject);
        }
    }
}
