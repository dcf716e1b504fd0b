//! Sends letters behind the requests: whoever has news only puts them into the queue, and waits for nobody.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hygie_notice::{Clock, PersonId};
use tokio::sync::{Notify, watch};
use tokio::task::{JoinHandle, JoinSet};
use tracing::warn;

use crate::queue::Queue;
use crate::{Address, Error, Figures, Language, Letter, Mailbox, Pace, Site};

/// Letters on their way at once.
const ROOM: usize = 8;
/// How often the queue is looked at, at least.
const TICK: Duration = Duration::from_millis(500);

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
        let shared = Arc::new(Shared {
            queue: Mutex::new(Queue::new(pace)),
            wake: Notify::new(),
            clock,
        });
        let (closing, closed) = watch::channel(false);
        let worker = Worker {
            shared: Arc::clone(&shared),
            mailbox,
            site,
            closed,
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

    /// Sends what waits for its first try, for so long at most, and ends. What is not sent then is lost; the news
    /// themselves are in the person's trail.
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
            if closing && taken.is_empty() && under_way.is_empty() {
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
