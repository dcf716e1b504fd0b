//! What the keeper counts of itself. Whoever may connect may ask for it: it tells of nobody.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hygie_notice::measures::{self, BOUNDS};
use hygie_notice::wire::Failure;
use hygie_notice::{Alarm, Millis};

/// What the keeper did since it started; for metrics.
#[derive(Debug, Default)]
pub struct Measures {
    groups: AtomicU64,
    events: AtomicU64,
    recovered: u64,
    started: Millis,
    unwraps: AtomicU64,
    commits: [AtomicU64; BOUNDS.len() + 1],
    commit_micros: AtomicU64,
    assertion: AtomicU64,
    notice: AtomicU64,
    unknown_subject: AtomicU64,
    stale_head: AtomicU64,
    too_many: AtomicU64,
    unavailable: AtomicU64,
    budget: AtomicU64,
    suspended: AtomicU64,
    alarms: [Count; 6],
    pub(crate) full: Count,
    pub(crate) altered: Count,
    pub(crate) crowded: Count,
    pub(crate) stranger: Count,
    pub(crate) malformed: Count,
}

/// How often something happened.
#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) fn up(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn now(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Measures {
    /// At the start, when so many events were missing in the ledger's files.
    pub(crate) fn begun(started: Millis, recovered: u64) -> Self {
        Self {
            started,
            recovered,
            ..Self::default()
        }
    }

    /// Checkpoints written, each for all groups that waited.
    pub fn groups(&self) -> u64 {
        self.groups.load(Ordering::Relaxed)
    }

    /// Leaves brought into the ledger's files.
    pub fn events(&self) -> u64 {
        self.events.load(Ordering::Relaxed)
    }

    pub(crate) fn count(&self, events: usize) {
        self.groups.fetch_add(1, Ordering::Relaxed);
        self.events.fetch_add(
            u64::try_from(events).expect("a group is small"),
            Ordering::Relaxed,
        );
    }

    /// A wrapped key was opened.
    pub(crate) fn unwrapped(&self) {
        self.unwraps.fetch_add(1, Ordering::Relaxed);
    }

    /// A commit took so long.
    pub(crate) fn committed(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS.partition_point(|bound| *bound < micros);
        self.commits[bucket].fetch_add(1, Ordering::Relaxed);
        self.commit_micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// A request was turned down. Gives the word for it: its text may one day quote the caller.
    pub(crate) fn refused(&self, failure: &Failure) -> &'static str {
        let (count, kind) = match failure {
            Failure::Assertion(_) => (&self.assertion, "assertion"),
            Failure::Notice(_) => (&self.notice, "notice"),
            Failure::UnknownSubject => (&self.unknown_subject, "unknown-subject"),
            // Counted with those whom nobody knows: of neither anything opens.
            Failure::Erased | Failure::Closed => (&self.unknown_subject, "ended"),
            Failure::Joined(_) => (&self.stale_head, "joined"),
            Failure::StaleHead(_) => (&self.stale_head, "stale-head"),
            Failure::TooMany => (&self.too_many, "too-many"),
            Failure::Budget { .. } => (&self.budget, "budget"),
            Failure::Suspended => (&self.suspended, "suspended"),
            Failure::Unavailable(_) => (&self.unavailable, "unavailable"),
        };
        count.fetch_add(1, Ordering::Relaxed);
        kind
    }

    fn alarms(&self) -> measures::Alarms {
        let [
            budget,
            break_glass,
            suspended,
            resumed,
            reviewed,
            unconfirmed,
        ] = std::array::from_fn(|place| self.alarms[place].now());
        measures::Alarms {
            budget,
            break_glass,
            suspended,
            resumed,
            reviewed,
            unconfirmed,
        }
    }

    /// An alarm was written.
    pub(crate) fn rang(&self, alarm: &Alarm) {
        let place = match alarm {
            Alarm::Budget { .. } => 0,
            Alarm::BreakGlass { .. } => 1,
            Alarm::Suspended { .. } => 2,
            Alarm::Resumed { .. } => 3,
            Alarm::Reviewed { .. } => 4,
            Alarm::Unconfirmed { .. } => 5,
        };
        self.alarms[place].up();
    }

    /// All of it: `events` were written since the start, `waiting` requests wait now.
    pub(crate) fn told(&self, events: u64, waiting: u64) -> measures::Measures {
        let now = |count: &AtomicU64| count.load(Ordering::Relaxed);
        measures::Measures {
            started: self.started,
            events,
            checkpoints: self.groups(),
            recovered: self.recovered,
            unwraps: now(&self.unwraps),
            waiting,
            lag: events.saturating_sub(self.events()),
            commits: measures::Times {
                buckets: std::array::from_fn(|bucket| now(&self.commits[bucket])),
                micros: now(&self.commit_micros),
            },
            refusals: measures::Refusals {
                assertion: now(&self.assertion),
                notice: now(&self.notice),
                unknown_subject: now(&self.unknown_subject),
                stale_head: now(&self.stale_head),
                too_many: now(&self.too_many),
                unavailable: now(&self.unavailable),
                budget: now(&self.budget),
                suspended: now(&self.suspended),
            },
            alarms: self.alarms(),
            faults: measures::Faults {
                full: self.full.now(),
                altered: self.altered.now(),
                crowded: self.crowded.now(),
                stranger: self.stranger.now(),
                malformed: self.malformed.now(),
            },
        }
    }
}
