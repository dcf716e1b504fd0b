use std::collections::HashMap;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use hygie_notice::{Head, Millis, Receipt, Subject};
use tokio::sync::{OwnedRwLockWriteGuard, RwLock};
use tokio::task::unconstrained;

use crate::Error;
use crate::folder::Folder;
use crate::item::Tally;
use crate::rights::RightsFolder;

/// How long an opened folder may stay in memory. A clock that is set back by more than this drops it
/// too, by less prolongs it by no more than this.
const MINUTES_10: Millis = 10 * MINUTE;
const MINUTE: Millis = 60 * 1000;
/// How many bytes of opened content may stay in memory unless the operator says otherwise; beyond it the
/// longest unused go first.
pub const BUDGET: usize = 288 * 1024 * 1024;
/// How many of rights; each of them counts [`LEAST`] bytes at least, since most are empty.
const RIGHTS_BUDGET: usize = 16 * 1024 * 1024;
const LEAST: usize = 512;
/// Where there is too much, one part in so many goes at once: to look for the longest unused takes time.
const ROOM: usize = 8;

/// A place in the queue for a lock.
pub(crate) type Waiting = Pin<Box<dyn Future<Output = OwnedRwLockWriteGuard<()>> + Send>>;

/// Folders kept open for a while, and one lock per subject.
///
/// A folder of content comes out only against a receipt: the ledger holds the notice of this very
/// request, warm or not (INVARIANT no log, no plaintext). Warm rights come out to the door alone, which
/// tells nothing of them before that notice stands, and permits by them only what the keeper opens
/// while they are the last word (INVARIANT decide before open).
pub(crate) struct Warm {
    folders: Mutex<Shelves<Folder>>,
    rights: Mutex<Shelves<RightsFolder>>,
    locks: Mutex<HashMap<Subject, Arc<RwLock<()>>>>,
    /// What was parsed of the folders.
    tally: Tally,
    /// Held by the unit of an import that takes its places in the queues.
    pub import: tokio::sync::Mutex<()>,
}

impl Warm {
    /// With a budget for content, in bytes.
    pub fn of(budget: usize) -> Self {
        let tally = Tally::default();
        Self {
            folders: Mutex::new(Shelves::of(budget, tally.clone())),
            rights: Mutex::new(Shelves::of(RIGHTS_BUDGET, Tally::default())),
            locks: Mutex::default(),
            tally,
            import: tokio::sync::Mutex::default(),
        }
    }
}

/// What stays in memory, and what it costs there.
trait Kept {
    /// In bytes, roughly.
    fn weight(&self) -> usize;
}

impl Kept for Folder {
    fn weight(&self) -> usize {
        self.weight
    }
}

impl Kept for RightsFolder {
    fn weight(&self) -> usize {
        self.weight + LEAST
    }
}

struct Shelves<F> {
    shelves: HashMap<Subject, Shelf<F>>,
    weight: usize,
    /// Counts what is not weighed when it is put here, as it comes and goes.
    tally: Tally,
    budget: usize,
    swept: Millis,
}

struct Shelf<F> {
    folder: Arc<F>,
    opened: Millis,
    used: Millis,
}

impl Warm {
    /// What is to count what is parsed of a folder that is kept here.
    pub fn tally(&self) -> Tally {
        self.tally.clone()
    }

    /// The lock of a subject: readers share it, a writer holds it alone from notice to answer.
    pub fn lock(&self, subject: Subject) -> Arc<RwLock<()>> {
        let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
        // Locks nobody holds are forgotten, so that the map stays as small as the load.
        if locks.len() > 10_000 {
            locks.retain(|_, lock| Arc::strong_count(lock) > 1);
        }
        Arc::clone(locks.entry(subject).or_default())
    }

    /// A place in the queue for a subject's lock, held alone; taken now, whenever it is waited for.
    pub fn queue(&self, subject: Subject) -> Waiting {
        // Unconstrained, so that the first poll takes the place even where the task has had its turn.
        let mut turn = Box::pin(unconstrained(self.lock(subject).write_owned()));
        match turn.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(guard) => Box::pin(ready(guard)),
            Poll::Pending => turn,
        }
    }

    /// The warm folder of the receipt's subject, if there is one.
    pub fn folder(&self, receipt: &Receipt, now: Millis) -> Option<Arc<Folder>> {
        locked(&self.folders).get(receipt.subject, now)
    }

    /// Keeps an opened folder.
    pub fn keep(&self, subject: Subject, folder: Arc<Folder>, now: Millis) {
        let mut folders = locked(&self.folders);
        let opened = match folders.remove(subject) {
            Some(before) if now.abs_diff(before.opened) <= MINUTES_10 => before.opened,
            _ => now,
        };
        folders.put(subject, folder, opened, now);
    }

    /// The warm rights of a subject, if they are there: to be held against the keeper's head.
    pub fn rights(&self, subject: Subject, now: Millis) -> Option<Arc<RightsFolder>> {
        locked(&self.rights).get(subject, now)
    }

    /// Keeps rights that were just weighed.
    pub fn keep_rights(&self, subject: Subject, rights: Arc<RightsFolder>, now: Millis) {
        let mut shelves = locked(&self.rights);
        shelves.remove(subject);
        shelves.put(subject, rights, now, now);
    }

    /// Forgets rights that went on, or are about to.
    pub fn forget_rights(&self, subject: Subject) {
        locked(&self.rights).remove(subject);
    }

    /// Lets a warm folder follow a write that was just acknowledged: `take` adds what was written.
    pub fn follow(
        &self,
        subject: Subject,
        from: Head,
        to: Head,
        take: impl FnOnce(&mut Folder) -> Result<(), Error>,
    ) {
        let mut folders = locked(&self.folders);
        let Some(shelf) = folders.shelves.get_mut(&subject) else {
            return;
        };
        // Readers may still hold the folder as it was; they keep theirs.
        let folder = Arc::make_mut(&mut shelf.folder);
        let before = folder.weight;
        if folder.head == from && take(folder).is_ok() {
            folder.head = to;
            let grown = folder.weight - before;
            folders.weight += grown;
            folders.make_room(subject);
        } else {
            folders.remove(subject);
        }
    }

    /// Lets a warm folder follow a snapshot, which says nothing new.
    pub fn moved(&self, subject: Subject, from: Head, to: Head) {
        let mut folders = locked(&self.folders);
        if let Some(shelf) = folders.shelves.get_mut(&subject)
            && shelf.folder.head == from
        {
            Arc::make_mut(&mut shelf.folder).head = to;
        }
    }

    /// Drops what stayed its time, when nobody comes by.
    pub fn sweep(&self, now: Millis) {
        locked(&self.folders).sweep(now);
        locked(&self.rights).sweep(now);
    }

    /// Forgets a subject whose logs went on without what is kept.
    pub fn forget(&self, subject: Subject) {
        locked(&self.folders).remove(subject);
        self.forget_rights(subject);
    }
}

fn locked<F>(shelves: &Mutex<Shelves<F>>) -> MutexGuard<'_, Shelves<F>> {
    shelves.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<F: Kept> Shelves<F> {
    fn of(budget: usize, tally: Tally) -> Self {
        Self {
            shelves: HashMap::new(),
            weight: 0,
            tally,
            budget,
            swept: 0,
        }
    }

    fn get(&mut self, subject: Subject, now: Millis) -> Option<Arc<F>> {
        self.sweep(now);
        let shelf = self.shelves.get_mut(&subject)?;
        if now.abs_diff(shelf.opened) > MINUTES_10 {
            self.remove(subject);
            return None;
        }
        shelf.used = now;
        let folder = Arc::clone(&shelf.folder);
        // What others parsed since may be too much by now.
        self.make_room(subject);
        Some(folder)
    }

    fn spent(&self) -> usize {
        self.weight + self.tally.bytes()
    }

    /// Puts a folder where none is.
    fn put(&mut self, subject: Subject, folder: Arc<F>, opened: Millis, used: Millis) {
        self.weight += folder.weight();
        let shelf = Shelf {
            folder,
            opened,
            used,
        };
        self.shelves.insert(subject, shelf);
        self.make_room(subject);
    }

    /// Drops the longest unused where there is too much, but for the one in use.
    fn make_room(&mut self, put: Subject) {
        if self.spent() <= self.budget {
            return;
        }
        let enough = self.budget - self.budget / ROOM;
        let mut by_use: Vec<(Millis, Subject)> = self
            .shelves
            .iter()
            .filter(|(subject, _)| **subject != put)
            .map(|(subject, shelf)| (shelf.used, *subject))
            .collect();
        by_use.sort_unstable_by_key(|(used, _)| *used);
        for (_, subject) in by_use {
            if self.spent() <= enough {
                return;
            }
            self.remove(subject);
        }
    }

    /// Drops what nobody asked for again, once a minute: a folder goes after its time whether or not
    /// its person is met again.
    fn sweep(&mut self, now: Millis) {
        if now.abs_diff(self.swept) < MINUTE {
            return;
        }
        self.swept = now;
        let expired: Vec<Subject> = self
            .shelves
            .iter()
            .filter(|(_, shelf)| now.abs_diff(shelf.opened) > MINUTES_10)
            .map(|(subject, _)| *subject)
            .collect();
        for subject in expired {
            self.remove(subject);
        }
    }

    fn remove(&mut self, subject: Subject) -> Option<Shelf<F>> {
        let shelf = self.shelves.remove(&subject)?;
        self.weight -= shelf.folder.weight();
        Some(shelf)
    }
}
