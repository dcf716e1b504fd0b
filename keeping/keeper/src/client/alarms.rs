//! The operator's requests about alarms, reviews, and actors who are cut off.

use hygie_notice::wire::{Request, Response, TrailLine};
use hygie_notice::{ActorStep, Alarmed, Assertion, Outcome};

use super::{Client, unexpected};
use crate::Error;

/// A page of the alarms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmPage {
    /// By number, without a gap; at most 1,000.
    pub alarms: Vec<Alarmed>,
    /// The number to ask for next; `None` when these were the last.
    pub next: Option<u64>,
}

impl Client {
    /// Cuts an actor off or lets him in again; gives the number of the alarm that says so.
    ///
    /// # Errors
    /// [`Error::Refused`] for anybody but the operator, for an actor who can't be suspended or is already, or is not;
    /// [`Error::Unavailable`].
    pub async fn actor(&self, assertion: &Assertion, step: ActorStep) -> Result<u64, Error> {
        let assertion = assertion.clone();
        match self.ask(&Request::Actor { assertion, step }).await? {
            Response::Alarmed { number } => Ok(number),
            other => Err(unexpected(other)),
        }
    }

    /// Who is suspended: the alarms that say so, oldest first.
    ///
    /// # Errors
    /// As [`Client::actor`].
    pub async fn suspended(&self, assertion: &Assertion) -> Result<Vec<Alarmed>, Error> {
        let request = Request::Actor {
            assertion: assertion.clone(),
            step: ActorStep::List,
        };
        match self.ask(&request).await? {
            Response::Suspended(lines) => alarmed(lines),
            other => Err(unexpected(other)),
        }
    }

    /// A page of the alarms, from number `from` on, or from the oldest break-glass that waits for its review. That
    /// they were read is written down.
    ///
    /// # Errors
    /// [`Error::Refused`] for anybody but the operator; [`Error::Unavailable`].
    pub async fn alarms(
        &self,
        assertion: &Assertion,
        from: Option<u64>,
    ) -> Result<AlarmPage, Error> {
        let assertion = assertion.clone();
        match self.ask(&Request::Alarms { assertion, from }).await? {
            Response::Alarms { events, count } => {
                let next = events.last().map(|line| line.event.number + 1);
                Ok(AlarmPage {
                    alarms: alarmed(events)?,
                    next: next.filter(|next| *next < count),
                })
            }
            other => Err(unexpected(other)),
        }
    }

    /// Rings that somebody knows nothing of what `agent` recorded for him under this receipt; gives the alarm's number.
    ///
    /// # Errors
    /// [`Error::Refused`] for anybody but another agent; [`Error::Unavailable`].
    pub async fn unconfirmed(
        &self,
        assertion: &Assertion,
        agent: &str,
        receipt: &str,
    ) -> Result<u64, Error> {
        let request = Request::Unconfirmed {
            assertion: assertion.clone(),
            agent: agent.to_owned(),
            receipt: receipt.to_owned(),
        };
        match self.ask(&request).await? {
            Response::Alarmed { number } => Ok(number),
            other => Err(unexpected(other)),
        }
    }

    /// Says what came of a break-glass; gives the number of the alarm that says so.
    ///
    /// # Errors
    /// [`Error::Refused`] for anybody but the operator, and for what waits for no review; [`Error::Unavailable`].
    pub async fn review(
        &self,
        assertion: &Assertion,
        number: u64,
        outcome: Outcome,
    ) -> Result<u64, Error> {
        let request = Request::Review {
            assertion: assertion.clone(),
            number,
            outcome,
        };
        match self.ask(&request).await? {
            Response::Alarmed { number } => Ok(number),
            other => Err(unexpected(other)),
        }
    }
}

/// The alarms that lines say; one in no known form is an error, and not left out.
fn alarmed(lines: Vec<TrailLine>) -> Result<Vec<Alarmed>, Error> {
    let alarms: Option<Vec<Alarmed>> = lines.into_iter().map(Alarmed::of).collect();
    alarms.ok_or_else(|| {
        Error::Unavailable("an alarm is in no known form; upgrade this program".to_owned())
    })
}
