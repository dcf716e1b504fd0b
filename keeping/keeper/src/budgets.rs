//! How many persons somebody may meet in a day (decision 0018): the numbers, and which of them an event draws on.
//! One phished account at two payers' in 2024 exposed some 33 million people: a number that care needs on a busy day,
//! and no more, is what a stolen session is worth here.

use std::fmt;
use std::str::FromStr;

use hygie_notice::{Act, ActorKind, ActorRef, Notice, Purpose, Stream, SubjectKind};
use serde::Deserialize;

/// The largest number of an allowance; what should have no limit is `off`.
const MOST: u32 = 100_000_000;

/// Distinct persons in a day (UTC): 0 to 100,000,000, or no limit, which also spares the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Said")]
pub struct Allowance(Option<u32>);

impl Allowance {
    /// No limit, and nothing counted.
    pub const OFF: Self = Self(None);

    /// So many persons.
    ///
    /// # Errors
    /// The words for an operator who chose a number beyond 100,000,000.
    pub fn of(persons: u64) -> Result<Self, &'static str> {
        match u32::try_from(persons) {
            Ok(persons) if persons <= MOST => Ok(Self(Some(persons))),
            _ => Err(WORDS),
        }
    }

    /// The number, if there is one.
    pub(crate) fn persons(self) -> Option<u32> {
        self.0
    }
}

const WORDS: &str =
    "a budget is a whole number of persons a day, 0 to 100000000, or `off` for no limit";

impl FromStr for Allowance {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        match text {
            "off" => Ok(Self::OFF),
            number => number.parse().map_err(|_| WORDS).and_then(Self::of),
        }
    }
}

impl fmt::Display for Allowance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(persons) => persons.fmt(f),
            None => f.write_str("off"),
        }
    }
}

/// An allowance in a file of settings: a number, or `"off"`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    Number(i64),
    Word(String),
}

impl TryFrom<Said> for Allowance {
    type Error = &'static str;

    fn try_from(said: Said) -> Result<Self, &'static str> {
        match said {
            Said::Number(number) => u64::try_from(number).map_err(|_| WORDS).and_then(Self::of),
            Said::Word(word) if word == "off" => Ok(Self::OFF),
            Said::Word(_) => Err(WORDS),
        }
    }
}

/// The number of each kind of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budgets {
    /// A professional's reading and searching.
    pub care: Allowance,
    /// A professional's writing: deposits, amendments, deletions, masks.
    pub deposit: Allowance,
    /// All that a structure's software does.
    pub software: Allowance,
    /// All that an app does, for all who use it.
    pub app: Allowance,
    /// What the operator imports.
    pub import: Allowance,
    /// What the operator exports at persons' requests.
    pub export: Allowance,
    /// What the crossing reads for research.
    pub crossing: Allowance,
    /// Callers whom an agent looks up on the roll, or asks about in vain.
    pub support: Allowance,
    /// Everybody else: holders, representatives, support that learns.
    pub others: Allowance,
}

impl Default for Budgets {
    fn default() -> Self {
        let of = |persons| Allowance(Some(persons));
        Self {
            care: of(300),
            deposit: of(1_000),
            software: of(20_000),
            app: of(20_000),
            import: of(1_000_000),
            export: of(1_000),
            crossing: Allowance::OFF,
            support: of(150),
            others: of(50),
        }
    }
}

/// Which budget an event draws on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(crate) enum Work {
    Care = 1,
    Deposit = 2,
    Software = 3,
    App = 4,
    Import = 5,
    Export = 6,
    Crossing = 7,
    Others = 8,
    Support = 9,
}

impl Work {
    /// Its name, as settings and alarms say it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Care => "care",
            Self::Deposit => "deposit",
            Self::Software => "software",
            Self::App => "app",
            Self::Import => "import",
            Self::Export => "export",
            Self::Crossing => "crossing",
            Self::Others => "others",
            Self::Support => "support",
        }
    }

    /// The budget of an event: of whatever opens a person's content, makes a person, or was refused. A weighing opens
    /// nothing that the actor gets to see, but to an agent, who sees the roll; care's own roles for the roll and for sign-in open no content.
    pub(crate) fn of(actor: &ActorRef, notice: &Notice) -> Option<Self> {
        if notice.subject.kind != SubjectKind::Person {
            return None;
        }
        // An agent sees who is on the roll: whatever he does about somebody is a meeting, a weighing too.
        if actor.kind == ActorKind::Support && notice.purpose == Purpose::Enrolment {
            return Some(Self::Support);
        }
        let refused = notice
            .verdict
            .as_ref()
            .is_some_and(|verdict| !verdict.permitted);
        if !refused && notice.stream != Stream::Content && notice.act != Act::Create {
            return None;
        }
        let writes = matches!(
            notice.act,
            Act::Create | Act::Deposit | Act::Amend | Act::Delete | Act::Mask
        );
        match actor.kind {
            ActorKind::Professional if writes => Some(Self::Deposit),
            ActorKind::Professional => Some(Self::Care),
            ActorKind::Software => Some(Self::Software),
            ActorKind::App => Some(Self::App),
            ActorKind::Operator if notice.purpose == Purpose::Import => Some(Self::Import),
            ActorKind::Operator => Some(Self::Export),
            ActorKind::Crossing => Some(Self::Crossing),
            ActorKind::Holder
            | ActorKind::Representative
            | ActorKind::Support
            | ActorKind::Officer => Some(Self::Others),
            ActorKind::Enrolment | ActorKind::SignIn => None,
        }
    }

    /// What the event is counted under: what it is for, if this role may claim that. What was refused may claim
    /// anything, and must not get a budget for each claim.
    pub(crate) fn purpose(actor: &ActorRef, notice: &Notice) -> Purpose {
        if actor.kind.may_claim(notice.purpose) {
            notice.purpose
        } else {
            actor.kind.default_purpose()
        }
    }
}

impl Budgets {
    /// The number of persons of this work; `None` where it has no limit.
    pub(crate) fn persons(&self, work: Work) -> Option<u32> {
        let allowance = match work {
            Work::Care => self.care,
            Work::Deposit => self.deposit,
            Work::Software => self.software,
            Work::App => self.app,
            Work::Import => self.import,
            Work::Export => self.export,
            Work::Crossing => self.crossing,
            Work::Others => self.others,
            Work::Support => self.support,
        };
        allowance.persons()
    }
}

#[cfg(test)]
mod tests;
