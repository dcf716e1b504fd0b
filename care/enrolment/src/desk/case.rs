//! A case about a person's rights over his data, as a value: what was asked, until when it is to be answered, and what
//! came of it. Every step is news on a page of the desk, with its time and who took it.
//!
//! ```text
//! filed → (taken) → (extended, once, within the first month) → (granted →) answered | refused
//!       → withdrawn
//! ```
//!
//! A restriction outlives its answer: … answered → (lifting →) lifted.

use hygie_record::notice::Millis;
use serde::{Deserialize, Serialize};

/// How long before a restriction is lifted the person is told (art. 18(3) GDPR): a week.
const NOTICE: Millis = 7 * 24 * 60 * 60 * 1_000;

/// Which right a case is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// What is kept, why, and who gets it (GDPR art. 15).
    Access,
    /// Who opened the record (GDPR art. 15(1)(c); EHDS art. 9).
    Accesses,
    /// Something is wrong (GDPR art. 16).
    Rectification,
    /// All of it is to go (GDPR art. 17).
    Erasure,
    /// It is to be kept, and read by nobody meanwhile (GDPR art. 18).
    Restriction,
    /// All of it, to take elsewhere (GDPR art. 20).
    Portability,
    /// Against what is done with it (GDPR art. 21).
    Objection,
}

impl Kind {
    /// Every right.
    pub const ALL: [Self; 7] = [
        Self::Access,
        Self::Accesses,
        Self::Rectification,
        Self::Erasure,
        Self::Restriction,
        Self::Portability,
        Self::Objection,
    ];

    /// The word used in addresses, texts and by the operator.
    pub fn word(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Accesses => "accesses",
            Self::Rectification => "rectification",
            Self::Erasure => "erasure",
            Self::Restriction => "restriction",
            Self::Portability => "portability",
            Self::Objection => "objection",
        }
    }

    /// The right of this [`Kind::word`].
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Whether the operator carries out what the officer grants: he alone ends records and gives them out whole.
    pub fn is_carried_out(self) -> bool {
        matches!(self, Self::Erasure | Self::Portability)
    }
}

/// What may happen to a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// An officer looks after it.
    Taken,
    /// The answer takes two months more; the person was told why.
    Extended {
        /// The first moment at which it is late then.
        due: Millis,
    },
    /// What was asked will be done, by the operator.
    Granted,
    /// It is answered; what was asked was done.
    Answered {
        /// What proves it, where something does: that a record was erased.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        proof: Option<String>,
    },
    /// It is refused; the person was told why, and to whom he may complain.
    Refused,
    /// The person wants it no more.
    Withdrawn,
    /// The author of the item answered: he corrected it, or says why not.
    Replied {
        /// Whether he corrected it.
        corrected: bool,
    },
    /// Those who had read the item are told that it was corrected.
    Told,
    /// A restriction ends.
    Lifted,
    /// The officer ends a restriction that was answered: it does so a week later, and the person was told why (art. 18(3)
    /// GDPR).
    Lifting,
    /// The officer was reminded so many days before it is late.
    Reminded {
        /// Days.
        days: u16,
    },
}

/// How a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// As was asked.
    Answered,
    /// Not so, with reasons.
    Refused,
    /// By the person.
    Withdrawn,
}

/// Why something can't happen now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forbidden {
    /// The case is over.
    Over,
    /// It was so before.
    Already,
    /// The first month is over: what takes longer was to be said before (art. 12(3) GDPR).
    TooLate,
    /// Not for this right.
    NotForThis,
    /// The officer grants it before it is done.
    NotGranted,
    /// It is to be answered or refused first.
    Open,
}

/// A case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Which right it is about.
    pub kind: Kind,
    /// When it was received, which may be before it was written down.
    pub received: Millis,
    /// The first moment at which an answer is late.
    pub due: Millis,
    /// Since when it is extended.
    pub extended: Option<Millis>,
    /// Since when it is granted, and not yet carried out.
    pub granted: Option<Millis>,
    /// How it ended, and when.
    pub outcome: Option<(Outcome, Millis)>,
    /// What the author of the item answered: whether he corrected it.
    pub replied: Option<bool>,
    /// Since when those who had read the item are told that it was corrected.
    pub told: Option<Millis>,
    /// Since when a restriction is over.
    pub lifted: Option<Millis>,
    /// Since when the person knows that the officer ends it.
    pub lifting: Option<Millis>,
    /// That the officer was reminded: the fewest days before it was late.
    pub reminded: Option<u16>,
}

impl Case {
    /// A case that was received at this time, and is to be answered before `due`.
    pub fn new(kind: Kind, received: Millis, due: Millis) -> Self {
        Self {
            kind,
            received,
            due,
            extended: None,
            granted: None,
            outcome: None,
            replied: None,
            told: None,
            lifted: None,
            lifting: None,
            reminded: None,
        }
    }

    /// The case after a step.
    ///
    /// # Errors
    /// Why it can't be taken.
    pub fn after(&self, step: &Step, at: Millis) -> Result<Self, Forbidden> {
        let mut next = self.clone();
        match step {
            Step::Told => return self.told(at),
            Step::Lifted => return self.lifted(at),
            Step::Lifting => return self.lifting(at),
            _ if self.outcome.is_some() => return Err(Forbidden::Over),
            _ => {}
        }
        match step {
            Step::Taken => {}
            Step::Extended { .. } if self.extended.is_some() => return Err(Forbidden::Already),
            Step::Extended { .. } if at >= self.due => return Err(Forbidden::TooLate),
            Step::Extended { due } => {
                (next.extended, next.due, next.reminded) = (Some(at), *due, None);
            }
            Step::Granted if !self.kind.is_carried_out() => return Err(Forbidden::NotForThis),
            Step::Granted if self.granted.is_some() => return Err(Forbidden::Already),
            Step::Granted => next.granted = Some(at),
            Step::Answered { .. } if self.kind.is_carried_out() && self.granted.is_none() => {
                return Err(Forbidden::NotGranted);
            }
            Step::Replied { .. } if self.kind != Kind::Rectification => {
                return Err(Forbidden::NotForThis);
            }
            Step::Replied { .. } if self.replied.is_some() => return Err(Forbidden::Already),
            Step::Replied { corrected } => next.replied = Some(*corrected),
            // Looked at above.
            Step::Told | Step::Lifted | Step::Lifting => {}
            Step::Answered { .. } => next.outcome = Some((Outcome::Answered, at)),
            Step::Refused if self.granted.is_some() => return Err(Forbidden::Already),
            Step::Refused => next.outcome = Some((Outcome::Refused, at)),
            Step::Withdrawn => next.outcome = Some((Outcome::Withdrawn, at)),
            Step::Reminded { days } if self.reminded.is_some_and(|before| before <= *days) => {
                return Err(Forbidden::Already);
            }
            Step::Reminded { days } => next.reminded = Some(*days),
        }
        Ok(next)
    }

    /// Those who had read are told once the author corrected the item, whether the case is over or not.
    fn told(&self, at: Millis) -> Result<Self, Forbidden> {
        match (self.replied, self.told) {
            (Some(true), None) => Ok(Self {
                told: Some(at),
                ..self.clone()
            }),
            (Some(true), Some(_)) => Err(Forbidden::Already),
            _ => Err(Forbidden::NotForThis),
        }
    }

    /// A restriction ends after its case did: the person was told before (art. 18(3) GDPR).
    fn lifted(&self, at: Millis) -> Result<Self, Forbidden> {
        if self.kind != Kind::Restriction {
            return Err(Forbidden::NotForThis);
        }
        match (self.outcome, self.lifted) {
            (Some(_), None) => Ok(Self {
                lifted: Some(at),
                ..self.clone()
            }),
            (Some(_), Some(_)) => Err(Forbidden::Already),
            (None, _) => Err(Forbidden::NotGranted),
        }
    }

    /// The officer ends what he answered; what was refused or taken back ends by itself.
    fn lifting(&self, at: Millis) -> Result<Self, Forbidden> {
        if self.kind != Kind::Restriction {
            return Err(Forbidden::NotForThis);
        }
        match self.outcome {
            None => Err(Forbidden::Open),
            Some((Outcome::Answered, _)) if self.restricts() && self.lifting.is_none() => {
                Ok(Self {
                    lifting: Some(at),
                    ..self.clone()
                })
            }
            Some(_) => Err(Forbidden::Already),
        }
    }

    /// Whether it restricts the record: from the moment on which it is filed (art. 18(1) GDPR).
    pub fn restricts(&self) -> bool {
        self.kind == Kind::Restriction && self.lifted.is_none()
    }

    /// When a restriction ends by itself: so long after a refusal, or after the officer said so, either of which told the
    /// person (art. 18(3) GDPR).
    pub fn lifts(&self) -> Option<Millis> {
        let ends = match self.outcome {
            Some((Outcome::Refused, at)) => Some(at + NOTICE),
            Some((Outcome::Withdrawn, at)) => Some(at),
            Some((Outcome::Answered, _)) => self.lifting.map(|at| at + NOTICE),
            None => None,
        };
        ends.filter(|_| self.restricts())
    }

    /// Whether a restriction ended by itself, and not because the person ended it before.
    pub fn ended_by_itself(&self) -> bool {
        let before = Self {
            lifted: None,
            ..self.clone()
        };
        let withdrawn = matches!(self.outcome, Some((Outcome::Withdrawn, _)));
        let ends = before.lifts().filter(|_| !withdrawn);
        ends.zip(self.lifted).is_some_and(|(ends, at)| at >= ends)
    }

    /// Whether nothing came of it yet.
    pub fn is_open(&self) -> bool {
        self.outcome.is_none()
    }

    /// Whether its answer is, or was, late at `now`.
    pub fn is_late(&self, now: Millis) -> bool {
        self.outcome.map_or(now, |(_, at)| at) >= self.due
    }
}

#[cfg(test)]
mod tests;
