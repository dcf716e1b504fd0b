//! The operator's requests about keys, and about records that end.

use hygie_notice::wire::{Request, Response};
use hygie_notice::{Assertion, Ended, How, KeyAnswer, KeyStep, Notice, PersonId, Receipt, Subject};

use super::{Client, unexpected};
use crate::Error;

impl Client {
    /// Has keys looked after; each step is written into the ledger.
    ///
    /// # Errors
    /// [`Error::Refused`] for anybody but the operator, and with the reason why a step can't be done;
    /// [`Error::Unavailable`].
    pub async fn keys(&self, assertion: &Assertion, step: KeyStep) -> Result<KeyAnswer, Error> {
        let assertion = assertion.clone();
        match self.ask(&Request::Keys { assertion, step }).await? {
            Response::Keys(answer) => Ok(answer),
            other => Err(unexpected(other)),
        }
    }

    /// Ends a person's record, by the act of the notice: `erase` or `close`. Asked again it answers the same.
    ///
    /// # Errors
    /// [`Error::Refused`]; [`Error::Unavailable`] when it is not known whether it ended: ask again.
    pub async fn end(
        &self,
        assertion: &Assertion,
        notice: Notice,
        years: u8,
    ) -> Result<Ended, Error> {
        let assertion = assertion.clone();
        let request = Request::End {
            assertion,
            notice,
            years,
        };
        match self.ask(&request).await? {
            Response::Ended(ended) => Ok(ended),
            other => Err(unexpected(other)),
        }
    }

    /// Brings a closed record back, by opened shares of its archive.
    ///
    /// # Errors
    /// [`Error::Refused`] says which shares are wanted; [`Error::Unavailable`].
    pub async fn reopen(
        &self,
        assertion: &Assertion,
        notice: Notice,
        shares: Vec<String>,
    ) -> Result<Receipt, Error> {
        let assertion = assertion.clone();
        let request = Request::Reopen {
            assertion,
            notice,
            shares,
        };
        match self.ask(&request).await? {
            Response::Reopened(receipt) => Ok(receipt),
            other => Err(unexpected(other)),
        }
    }

    /// Joins the record of `other` to that of the notice's subject: it opens with that one from here on, and by itself no
    /// more. Asked again it answers the same.
    ///
    /// # Errors
    /// [`Error::Refused`]: with [`Failure::Erased`] or [`Failure::Closed`] where one of the two ended,
    /// [`Failure::UnknownSubject`] where nothing stands in the one that is to go on, but in the other.
    ///
    /// [`Failure::Erased`]: hygie_notice::wire::Failure::Erased
    /// [`Failure::Closed`]: hygie_notice::wire::Failure::Closed
    /// [`Failure::UnknownSubject`]: hygie_notice::wire::Failure::UnknownSubject
    pub async fn join(
        &self,
        assertion: &Assertion,
        notice: Notice,
        other: PersonId,
    ) -> Result<(), Error> {
        let assertion = assertion.clone();
        let request = Request::Join {
            assertion,
            notice,
            other,
        };
        match self.ask(&request).await? {
            Response::Joined => Ok(()),
            other => Err(unexpected(other)),
        }
    }

    /// Records that were joined to others, behind `after` in the order of their ids, each with the one that it opens with;
    /// none behind the last.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn joins(&self, after: Option<PersonId>) -> Result<Vec<(PersonId, PersonId)>, Error> {
        match self.ask(&Request::Joins { after }).await? {
            Response::Joins(joins) => Ok(joins),
            other => Err(unexpected(other)),
        }
    }

    /// Erased subjects that the store may still hold, a thousand at most.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn unforgotten(&self) -> Result<Vec<Subject>, Error> {
        match self.ask(&Request::Unforgotten).await? {
            Response::Unforgotten(subjects) => Ok(subjects),
            other => Err(unexpected(other)),
        }
    }

    /// Whether a subject ended, and how.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn standing(&self, subject: Subject) -> Result<Option<How>, Error> {
        match self.ask(&Request::Standing { subject }).await? {
            Response::Standing(how) => Ok(how),
            other => Err(unexpected(other)),
        }
    }

    /// Says that the store holds nothing more of an erased subject.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn forgotten(&self, subject: Subject) -> Result<(), Error> {
        match self.ask(&Request::Forgotten { subject }).await? {
            Response::Noted => Ok(()),
            other => Err(unexpected(other)),
        }
    }
}
