//! What the operator must look at: the lines of the keeper's chain of alarms, and what is asked about them.
//!
//! An alarm is an event of [`Subject::alarms`], whose `what` says it as JSON: it stands in the ledger like any
//! opening, and nobody adds or removes one unseen.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::wire::TrailLine;
use crate::{ActorKind, ActorRef, Millis, Purpose, Subject};

/// What happened.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "alarm", rename_all = "kebab-case")]
pub enum Alarm {
    /// The event's actor wanted more persons in a day than its budget has; once an actor and day.
    Budget {
        /// Which budget: `care`, `deposit`, `software`….
        budget: String,
        /// What for.
        purpose: Purpose,
        /// How many persons it has.
        persons: u32,
        /// When it begins anew.
        until: Millis,
    },
    /// The event's actor declared an emergency, and the rules let him: it waits for a review.
    BreakGlass {
        /// Whose record.
        person: String,
        /// The leaf of the declaration, in that person's trail.
        index: u64,
        /// The declaration's own words.
        what: String,
    },
    /// The event's actor, an operator, cut somebody off.
    Suspended {
        /// His role.
        kind: ActorKind,
        /// His number.
        id: String,
        /// Why; may be empty.
        reason: String,
    },
    /// The event's actor, an operator, let somebody in again.
    Resumed {
        /// His role.
        kind: ActorKind,
        /// His number.
        id: String,
    },
    /// The event's actor looked into a break-glass.
    Reviewed {
        /// The alarm's number.
        number: u64,
        /// What he found.
        outcome: Outcome,
    },
    /// The event's actor, an agent, called somebody back who knows nothing of what another agent recorded for him.
    Unconfirmed {
        /// The agent who recorded it.
        agent: String,
        /// The receipt's number.
        receipt: String,
    },
}

impl fmt::Debug for Alarm {
    /// The kind only: numbers and words of people never reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Alarm({})", self.word())
    }
}

/// What a reviewer found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// There was an emergency: closed.
    Justified,
    /// The professional is asked: it stays in the queue.
    ToClarify,
    /// There was none: closed, and for the operator and the holder to pursue.
    Misuse,
}

impl Outcome {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Justified, Self::ToClarify, Self::Misuse];

    /// The word used on the command line and in texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Justified => "justified",
            Self::ToClarify => "to-clarify",
            Self::Misuse => "misuse",
        }
    }

    /// Reads [`Outcome::word`].
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.word() == word)
    }

    /// Whether it ends the review.
    pub fn closes(self) -> bool {
        self != Self::ToClarify
    }
}

impl Alarm {
    /// The kind in a word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Budget { .. } => "budget",
            Self::BreakGlass { .. } => "break-glass",
            Self::Suspended { .. } => "suspended",
            Self::Resumed { .. } => "resumed",
            Self::Reviewed { .. } => "reviewed",
            Self::Unconfirmed { .. } => "unconfirmed",
        }
    }

    /// As an event's `what`.
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("numbers and texts are JSON")
    }
}

/// An alarm and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarmed {
    /// Its number among the alarms, from 0.
    pub number: u64,
    /// Its leaf in the ledger.
    pub index: u64,
    /// When.
    pub at: Millis,
    /// Who: whom it is about, or the operator who acted.
    pub actor: ActorRef,
    /// What.
    pub alarm: Alarm,
}

impl Alarmed {
    /// The alarm that a line of the chain says; `None` for a line of another subject or form.
    pub fn of(line: TrailLine) -> Option<Self> {
        let event = line.event;
        if event.notice.subject != Subject::alarms() {
            return None;
        }
        Some(Self {
            number: event.number,
            index: line.index,
            at: event.at,
            actor: event.actor,
            alarm: serde_json::from_str(&event.notice.what).ok()?,
        })
    }
}

/// Break-glass that waits for its review: what is left of the alarms, read in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReviewQueue(BTreeMap<u64, (Alarmed, Option<Outcome>)>);

impl ReviewQueue {
    /// Takes the next alarm.
    pub fn take(&mut self, alarmed: Alarmed) {
        match alarmed.alarm {
            Alarm::BreakGlass { .. } => {
                self.0.insert(alarmed.number, (alarmed, None));
            }
            Alarm::Reviewed { number, outcome } if outcome.closes() => {
                self.0.remove(&number);
            }
            Alarm::Reviewed { number, outcome } => {
                if let Some((_, found)) = self.0.get_mut(&number) {
                    *found = Some(outcome);
                }
            }
            Alarm::Budget { .. }
            | Alarm::Suspended { .. }
            | Alarm::Resumed { .. }
            | Alarm::Unconfirmed { .. } => {}
        }
    }

    /// What waits, oldest first, each with what was found so far.
    pub fn open(&self) -> impl Iterator<Item = (&Alarmed, Option<Outcome>)> {
        self.0.values().map(|(alarmed, found)| (alarmed, *found))
    }
}

/// What the operator does about an actor.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ActorStep {
    /// From the very next request on nothing opens for him.
    Suspend {
        /// His role.
        kind: ActorKind,
        /// His number, as his assertions say it.
        id: String,
        /// Why, for those who read the alarms; at most 500 bytes, may be empty.
        reason: String,
    },
    /// He is let in again.
    Resume {
        /// His role.
        kind: ActorKind,
        /// His number.
        id: String,
    },
    /// Who is suspended.
    List,
}

impl fmt::Debug for ActorStep {
    /// The step only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Suspend { .. } => "Suspend(…)",
            Self::Resume { .. } => "Resume(…)",
            Self::List => "List",
        })
    }
}

#[cfg(test)]
mod tests;
