//! What a keeper tells of itself for an operator's figures: counts and times, nothing of a person.

use serde::{Deserialize, Serialize};

use crate::Millis;

/// Upper bounds of the buckets of [`Times`], in microseconds: from a quarter of a millisecond to two seconds.
pub const BOUNDS: [u64; 14] = [
    250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 512_000,
    1_024_000, 2_048_000,
];

/// What the keeper did and met since it started.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measures {
    /// When it started, in milliseconds of Unix time.
    pub started: Millis,
    /// Openings and refusals written down.
    pub events: u64,
    /// Checkpoints signed, each for all events that waited.
    pub checkpoints: u64,
    /// Events that the ledger's files lacked at the start: more than none after a crash.
    pub recovered: u64,
    /// Wrapped keys opened.
    pub unwraps: u64,
    /// Requests that wait for the writer now.
    pub waiting: u64,
    /// Events that the ledger's files do not hold yet.
    pub lag: u64,
    /// How long commits took, each a group of requests and one fsync.
    pub commits: Times,
    /// Requests turned down, by kind.
    pub refusals: Refusals,
    /// What went wrong, by kind.
    pub faults: Faults,
    /// Alarms written down, by kind.
    #[serde(default)]
    pub alarms: Alarms,
}

/// Durations, counted in buckets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// How many were at most [`BOUNDS`], each in the first bucket that holds it; the last bucket holds the longer ones.
    pub buckets: [u64; 15],
    /// All together, in microseconds.
    pub micros: u64,
}

/// Requests turned down; the names are those of [`crate::wire::Failure`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusals {
    /// Who asked is not believed.
    pub assertion: u64,
    /// The notice is not one that this actor may give.
    pub notice: u64,
    /// There are no keys for the subject.
    pub unknown_subject: u64,
    /// A head was elsewhere.
    pub stale_head: u64,
    /// An actor looked too much up in a minute.
    pub too_many: u64,
    /// An actor's budget of persons is spent.
    #[serde(default)]
    pub budget: u64,
    /// The actor is suspended.
    #[serde(default)]
    pub suspended: u64,
    /// The keeper could not do it.
    pub unavailable: u64,
}

/// Alarms by kind; the names are those of [`crate::Alarm`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarms {
    /// Budgets of persons that were spent, once an actor and day.
    pub budget: u64,
    /// Emergencies that were declared.
    pub break_glass: u64,
    /// Actors that were cut off.
    pub suspended: u64,
    /// Actors that were let in again.
    pub resumed: u64,
    /// Reviews done.
    pub reviewed: u64,
    /// What agents recorded and callers did not confirm.
    #[serde(default)]
    pub unconfirmed: u64,
}

/// Faults of the keeper's disk, files and callers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faults {
    /// Groups that the full disk did not take.
    pub full: u64,
    /// Wrapped keys, lines of trails and look-ups that are not what was stored.
    pub altered: u64,
    /// Connections turned away: all places were taken.
    pub crowded: u64,
    /// Connections of another user.
    pub stranger: u64,
    /// Frames and messages in no form of the protocol.
    pub malformed: u64,
}

impl Times {
    /// How many durations were counted.
    pub fn count(&self) -> u64 {
        self.buckets.iter().sum()
    }
}

impl Refusals {
    /// Each count with its name.
    pub fn all(&self) -> [(&'static str, u64); 8] {
        [
            ("assertion", self.assertion),
            ("notice", self.notice),
            ("unknown-subject", self.unknown_subject),
            ("stale-head", self.stale_head),
            ("too-many", self.too_many),
            ("budget", self.budget),
            ("suspended", self.suspended),
            ("unavailable", self.unavailable),
        ]
    }
}

impl Alarms {
    /// Each count with its name.
    pub fn all(&self) -> [(&'static str, u64); 6] {
        [
            ("budget", self.budget),
            ("break-glass", self.break_glass),
            ("suspended", self.suspended),
            ("resumed", self.resumed),
            ("reviewed", self.reviewed),
            ("unconfirmed", self.unconfirmed),
        ]
    }
}

impl Faults {
    /// Each count with its name.
    pub fn all(&self) -> [(&'static str, u64); 5] {
        [
            ("disk-full", self.full),
            ("altered", self.altered),
            ("crowded", self.crowded),
            ("stranger", self.stranger),
            ("malformed", self.malformed),
        ]
    }
}
