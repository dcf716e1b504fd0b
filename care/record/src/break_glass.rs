use hygie_notice::{Act, Millis, PersonId};

use crate::change::{Right, RightsChange, encode};
use crate::door::Ask;
use crate::{Caller, Error, Record};

/// How long a declared emergency opens what it opens, in milliseconds: an hour (decision 0021).
const LASTS: Millis = 60 * 60_000;

/// Why somebody declares an emergency: a closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The person is unconscious.
    Unconscious,
    /// The person is confused, or too weak to decide.
    Confused,
    /// The person can't make himself understood.
    CannotCommunicate,
    /// There is a danger at once to the person's health, and no time to ask.
    ImmediateDanger,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 4] = [
        Self::Unconscious,
        Self::Confused,
        Self::CannotCommunicate,
        Self::ImmediateDanger,
    ];

    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unconscious => "unconscious",
            Self::Confused => "confused",
            Self::CannotCommunicate => "cannot-communicate",
            Self::ImmediateDanger => "immediate-danger",
        }
    }

    /// The reason of this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

/// A declared emergency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken {
    /// Until when it opens what it opens.
    pub until: Millis,
}

impl Record {
    /// Declares an emergency (French "bris de glace"): for an hour the professional reads a fixed set of the record.
    /// The person is told, and somebody reviews it.
    ///
    /// # Errors
    /// [`Error::Refused`] where the person refused it beforehand, blocks the professional, or has no space.
    pub async fn break_glass(
        &self,
        caller: &Caller,
        person: PersonId,
        reason: Reason,
    ) -> Result<Broken, Error> {
        let ask = Ask {
            caller,
            person,
            act: Act::BreakGlass,
            what: format!("$break-glass?reason={}", reason.code()),
        };
        let entered = self.enter(&ask).await?;
        let from = self.clock.now();
        let until = from + LASTS;
        let change = RightsChange {
            at: from,
            author: caller.actor.clone(),
            right: Right::Emergency {
                professional: caller.actor.id.clone(),
                reason: reason.code().to_owned(),
                from,
                until,
            },
        };
        self.write(&entered.desk, &encode(&change)).await?;
        Ok(Broken { until })
    }
}
