//! Sends letters behind the requests: whoever has news only puts them into the queue, and waits for nobody.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hygie_notice::{Clock, PersonId};
use tokio::sync::{Notify, watch};
use tokio::task::{JoinHandle, JoinSet};
use tracing::warn;

use crate::queue::Queue;
use crate::{Address, Error, Figures, Language, Letter, Mailbox, Outbox, Pace, Site};

/// Letters on their way at once.
const ROOM: usize = 8;
/// How often the queue is looked at, at least.
const TICK: Duration = Duration::from_millis(500);
/// More than this many letters are kept in the outbox once in [`SPELL`] at most, for all of it is written each time.
const MANY: usize = 1_000;
const SPELL: Duration = Duration::from_secs(1);

/// Tells people by letter that something is new.
pub struct Notifier {
    shared: Arc<Shared>,
    closing: watch::Sender<bool>,
    /// Until it was waited for.
    worker: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    queue: Mutex<Queue>,
    wake: Notify,
    clock: Arc<dyn Clock>,
}

impl Shared {
    /// The queue is a value that is whole between any two calls.
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Notifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Notifier({:?})", self.figures())
    }
}

impl Notifier {
    /// Begins to send, within a Tokio runtime. Letters name `site` as the place to sign in.
    pub fn new(mailbox: Mailbox, clock: Arc<dyn Clock>, site: Site, pace: Pace) -> Self {
        Self::begin(mailbox, clock, site, Queue::new(pace), None)
    }

    /// The same, and what waits outlives a kill in `outbox`: it goes on with what that holds. A letter that was on its
    /// way when care was killed, or went since the outbox was last written, goes once more; news of the moment before
    /// may be lost, as they stand in the person's trail.
    ///
    /// # Errors
    /// [`Error::Outbox`] when it can't be read.
    pub fn keeping(
        mailbox: Mailbox,
        clock: Arc<dyn Clock>,
        site: Site,
        pace: Pace,
        outbox: Outbox,
    ) -> Result<Self, Error> {
        let queue = Queue::resumed(pace, outbox.read()?);
        let outbox = Some(Arc::new(outbox));
        Ok(Self::begin(mailbox, clock, site, queue, outbox))
    }

    fn begin(
        mailbox: Mailbox,
        clock: Arc<dyn Clock>,
        site: Site,
        queue: Queue,
        outbox: Option<Arc<Outbox>>,
    ) -> Self {
        let shared = Arc::new(Shared {
            queue: Mutex::new(queue),
            wake: Notify::new(),
            clock,
        });
        let (closing, closed) = watch::channel(false);
        let worker = Worker {
            shared: Arc::clone(&shared),
            mailbox,
            site,
            closed,
            outbox,
            written: None,
            failing: false,
        };
        Self {
            shared,
            closing,
            worker: Mutex::new(Some(tokio::spawn(worker.run()))),
        }
    }

    /// Something is new for this person. Returns at once: the letter goes within a minute, or joins one that waits.
    pub fn new_for(&self, person: PersonId, to: Address, language: Language) {
        let now = self.shared.clock.now();
        let letter = Letter { to, language };
        self.shared.queue().push(person, letter, now);
        self.shared.wake.notify_one();
    }

    /// What became of letters since the start.
    pub fn figures(&self) -> Figures {
        self.shared.queue().figures()
    }

    /// Sends what waits for its first try, for so long at most, and ends. What is not sent then waits in the
    /// outbox, or is lost where there is none; the news themselves are in the person's trail.
    pub async fn close(&self, patience: Duration) {
        self.closing.send_replace(true);
        let worker = self
            .worker
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(mut worker) = worker else {
            return;
        };
        if tokio::time::timeout(patience, &mut worker).await.is_err() {
            worker.abort();
            let waiting = self.shared.queue().figures().waiting;
            warn!(waiting, "letters were not sent before the end");
        }
    }
}

struct Worker {
    shared: Arc<Shared>,
    mailbox: Mailbox,
    site: Site,
    closed: watch::Receiver<bool>,
    outbox: Option<Arc<Outbox>>,
    /// When the outbox was last written.
    written: Option<Instant>,
    /// Whether it could not be written the last time.
    failing: bool,
}

impl Worker {
    async fn run(mut self) {
        let mut under_way: JoinSet<(PersonId, Result<(), Error>)> = JoinSet::new();
        let mut open = true;
        loop {
            let closing = !open || *self.closed.borrow();
            let room = ROOM.saturating_sub(under_way.len());
            let now = self.shared.clock.now();
            let taken = {
                let mut queue = self.shared.queue();
                if closing {
                    queue.take_last(room)
                } else {
                    queue.take(now, room)
                }
            };
            let over = closing && taken.is_empty() && under_way.is_empty();
            self.keep(over).await;
            if over {
                return;
            }
            for (person, letter) in taken {
                let (mailbox, site) = (self.mailbox.clone(), self.site.clone());
                under_way.spawn(async move {
                    let outcome = mailbox.send(&letter, &site, now).await;
                    (person, outcome)
                });
            }
            tokio::select! {
                Some(done) = under_way.join_next(), if !under_way.is_empty() => self.done(done),
                () = tokio::time::sleep(TICK) => {}
                () = self.shared.wake.notified() => {}
                // Whoever drops the notifier without closing it wants no more letters than those due now.
                changed = self.closed.changed(), if !closing => open = changed.is_ok(),
            }
        }
    }

    /// Writes into the outbox what changed, if there is one; soon, or at once at the end.
    async fn keep(&mut self, at_once: bool) {
        let Some(outbox) = &self.outbox else {
            return;
        };
        let holding = {
            let mut queue = self.shared.queue();
            let early = self.written.is_some_and(|at| at.elapsed() < SPELL);
            if early && !at_once && queue.size() > MANY {
                return;
            }
            queue.news()
        };
        let Some(holding) = holding else {
            return;
        };
        let outbox = Arc::clone(outbox);
        let written = tokio::task::spawn_blocking(move || outbox.write(&holding)).await;
        self.written = Some(Instant::now());
        let failed = match written {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error),
            // The runtime goes away.
            Err(_) => return,
        };
        if let Some(error) = &failed {
            self.shared.queue().tell_again();
            if !self.failing {
                warn!(%error, "letters that wait would not outlive a kill");
            }
        }
        self.failing = failed.is_some();
    }

    fn done(&self, done: Result<(PersonId, Result<(), Error>), tokio::task::JoinError>) {
        let Ok((person, outcome)) = done else {
            return;
        };
        if let Err(error) = &outcome {
            // Neither who nor where to.
            warn!(%error, again = error.passes(), "a letter was not sent");
        }
        let now = self.shared.clock.now();
        self.shared.queue().done(person, &outcome, now);
    }
}
