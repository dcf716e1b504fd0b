//! The six weeks, and what comes after: where an insured person stands with his space, as a value. Every step is news on
//! a page of the roll, with its time, behind a notice in the ledger; where somebody stands is what his steps come to.
//!
//! ```text
//! waiting ⇄ announced → created → activated ⇄ closed → erased
//! ```
//! Whoever opposes stands where he stood, and nothing is made or sent for him until he says otherwise
//! (art. L. 1111-13-1 and R. 1111-26 to R. 1111-36 CSP).

use hygie_record::Scope;
use hygie_record::notice::Millis;
use serde::{Deserialize, Serialize};

/// How far a space has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stage {
    /// On the roll; no letter is on its way.
    #[default]
    Waiting,
    /// A letter left, and did not come back.
    Announced {
        /// When.
        sent: Millis,
        /// The first moment at which the space is made.
        deadline: Millis,
    },
    /// The space is there.
    Created {
        /// Since when.
        at: Millis,
    },
    /// Its holder signed in.
    Activated {
        /// Since when.
        at: Millis,
    },
    /// Its holder closed it; it lies sealed with the custodians.
    Closed {
        /// Since when.
        at: Millis,
        /// Until when it can be opened again.
        until: Millis,
    },
    /// Its keys are destroyed.
    Erased {
        /// Since when.
        at: Millis,
    },
}

/// What may happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// A letter that announces the space left.
    Sent {
        /// How.
        way: Way,
        /// The campaign's wave.
        wave: u32,
        /// When the six weeks are over.
        deadline: Millis,
    },
    /// It came back: the clock stands still.
    Returned,
    /// The person says no.
    Opposed {
        /// How.
        way: Way,
        /// Number of the receipt.
        receipt: String,
    },
    /// He says yes again.
    Relented {
        /// How.
        way: Way,
        /// Number of the receipt.
        receipt: String,
    },
    /// The person refuses something short of the space; where he stands stays as it is.
    Refused {
        /// How.
        way: Way,
        /// Number of the receipt.
        receipt: String,
        /// What.
        scope: Scope,
    },
    /// He takes that back.
    Allowed {
        /// How.
        way: Way,
        /// Number of the receipt.
        receipt: String,
        /// What.
        scope: Scope,
    },
    /// The space was made.
    Created {
        /// Why.
        why: Why,
    },
    /// The holder signed in for the first time.
    Activated,
    /// The holder closed it.
    Closed {
        /// Until when it can be opened again.
        until: Millis,
    },
    /// It was opened again.
    Reopened,
    /// Its keys were destroyed.
    Erased,
    /// The person died.
    Died,
    /// He is eighteen, and was told so.
    OfAge,
    /// The line is another's alias from now on.
    Merged {
        /// INS system and number of that line.
        into: String,
    },
    /// The record itself bars the space: it was opposed, closed or erased where the roll did not learn of it.
    Barred,
}

/// By what way something was said or sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// With the code of a letter.
    Code,
    /// Signed in.
    SignIn,
    /// By an agent, on the telephone.
    Telephone,
    /// On paper.
    Post,
    /// By e-mail.
    Email,
    /// By text message.
    Sms,
}

impl Way {
    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::SignIn => "sign-in",
            Self::Telephone => "telephone",
            Self::Post => "post",
            Self::Email => "email",
            Self::Sms => "sms",
        }
    }
}

/// Why a space was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The six weeks passed.
    Deadline,
    /// The person wanted it.
    Wish,
    /// A child was born.
    Birth,
}

/// Where somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// How far his space has come.
    pub stage: Stage,
    /// Since when he opposes.
    pub opposed: Option<Millis>,
    /// Since when he is known to be dead.
    pub died: Option<Millis>,
    /// Whether the line is an alias of another, for which nothing is made or sent.
    pub alias: bool,
}

/// Why a step can't be taken. None of it says anything of the person to anybody but the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// Nothing is sent to or made for who opposes.
    #[error("the person opposes")]
    Opposed,
    /// The space is not that far.
    #[error("the space is not that far")]
    NotYet,
    /// The space is further already.
    #[error("the space is further already")]
    Already,
    /// The six weeks are not over.
    #[error("the six weeks are not over")]
    TooEarly,
    /// Nothing is made for the dead.
    #[error("the person died")]
    Died,
    /// The line is another's alias.
    #[error("the line is another's alias")]
    Alias,
}

impl Standing {
    /// Where somebody stands after an event at `at`.
    ///
    /// # Errors
    /// [`Forbidden`], with the reason: then it must not be written.
    pub fn after(self, event: &Event, at: Millis) -> Result<Self, Forbidden> {
        let stage = |stage| Ok(Self { stage, ..self });
        match event {
            Event::Sent { deadline, .. } => {
                self.may_be_made_for()?;
                match self.stage {
                    Stage::Waiting | Stage::Announced { .. } => stage(Stage::Announced {
                        sent: at,
                        deadline: *deadline,
                    }),
                    _ => Err(Forbidden::Already),
                }
            }
            Event::Returned => match self.stage {
                Stage::Waiting => Err(Forbidden::NotYet),
                Stage::Announced { .. } => stage(Stage::Waiting),
                _ => Err(Forbidden::Already),
            },
            // Always possible, and a second time too: it changes nothing then.
            Event::Opposed { .. } | Event::Barred => Ok(Self {
                opposed: self.opposed.or(Some(at)),
                ..self
            }),
            Event::Relented { .. } => Ok(Self {
                opposed: None,
                ..self
            }),
            Event::Refused { .. } | Event::Allowed { .. } => Ok(self),
            Event::Created { why } => self.created(*why, at).and_then(stage),
            Event::Activated => match self.stage {
                _ if self.opposed.is_some() => Err(Forbidden::Opposed),
                Stage::Waiting | Stage::Announced { .. } => Err(Forbidden::NotYet),
                Stage::Created { .. } => stage(Stage::Activated { at }),
                _ => Err(Forbidden::Already),
            },
            // An import may have made the space before the six weeks were over.
            Event::Closed { until } => match self.stage {
                Stage::Closed { .. } | Stage::Erased { .. } => Err(Forbidden::Already),
                _ => stage(Stage::Closed { at, until: *until }),
            },
            Event::Reopened => match self.stage {
                Stage::Closed { until, .. } if at < until => stage(Stage::Activated { at }),
                Stage::Closed { .. } | Stage::Erased { .. } => Err(Forbidden::Already),
                _ => Err(Forbidden::NotYet),
            },
            Event::Erased => match self.stage {
                Stage::Erased { .. } => Err(Forbidden::Already),
                // Whoever opposes may have rights and nothing else: they go too.
                _ => stage(Stage::Erased { at }),
            },
            Event::OfAge => Ok(self),
            Event::Merged { .. } => Ok(Self {
                alias: true,
                ..self
            }),
            Event::Died => Ok(Self {
                died: self.died.or(Some(at)),
                ..self
            }),
        }
    }

    fn created(self, why: Why, at: Millis) -> Result<Stage, Forbidden> {
        self.may_be_made_for()?;
        match (self.stage, why) {
            (Stage::Waiting, Why::Deadline) => Err(Forbidden::NotYet),
            (Stage::Announced { deadline, .. }, Why::Deadline) if at < deadline => {
                Err(Forbidden::TooEarly)
            }
            (Stage::Waiting | Stage::Announced { .. }, _) => Ok(Stage::Created { at }),
            _ => Err(Forbidden::Already),
        }
    }

    fn may_be_made_for(self) -> Result<(), Forbidden> {
        match (self.opposed, self.died) {
            _ if self.alias => Err(Forbidden::Alias),
            (Some(_), _) => Err(Forbidden::Opposed),
            (_, Some(_)) => Err(Forbidden::Died),
            _ => Ok(()),
        }
    }

    /// Whether the deadline's job makes the space at `now`.
    pub fn is_due(self, now: Millis) -> bool {
        self.created(Why::Deadline, now).is_ok()
    }
}

#[cfg(test)]
mod tests;
