//! What the operator looks after: alarms and the review of each break-glass. The keeper holds them; here they pass.

use hygie_keeper::AlarmPage;
use hygie_notice::{ActorStep, Alarmed, Outcome, ReviewQueue};

use crate::{Caller, Error, Record};

impl Record {
    /// A page of the alarms from one number on; see [`hygie_keeper::Client::alarms`].
    ///
    /// # Errors
    /// [`Error::Keeper`], with a refusal for all but the operator.
    pub async fn alarms(&self, caller: &Caller, from: u64) -> Result<AlarmPage, Error> {
        Ok(self.keeper.alarms(&caller.assertion, Some(from)).await?)
    }

    /// Every break-glass that waits for its review, oldest first.
    ///
    /// # Errors
    /// As [`Record::alarms`].
    pub async fn reviews(&self, caller: &Caller) -> Result<ReviewQueue, Error> {
        let mut queue = ReviewQueue::default();
        let mut from = None;
        loop {
            let page = self.keeper.alarms(&caller.assertion, from).await?;
            page.alarms.into_iter().for_each(|alarm| queue.take(alarm));
            from = page.next;
            if from.is_none() {
                return Ok(queue);
            }
        }
    }

    /// Says what came of a break-glass.
    ///
    /// # Errors
    /// [`Error::Impossible`] for what waits for no review; else as [`Record::alarms`].
    pub async fn review(
        &self,
        caller: &Caller,
        number: u64,
        outcome: Outcome,
    ) -> Result<(), Error> {
        let reviewed = self.keeper.review(&caller.assertion, number, outcome).await;
        reviewed.map(drop).map_err(crate::ending::told)
    }

    /// Cuts an actor off, or lets him in again.
    ///
    /// # Errors
    /// [`Error::Impossible`] where the keeper says why not; else as [`Record::alarms`].
    pub async fn actor(&self, caller: &Caller, step: ActorStep) -> Result<(), Error> {
        let done = self.keeper.actor(&caller.assertion, step).await;
        done.map(drop).map_err(crate::ending::told)
    }

    /// Who is suspended, by the alarms that say so.
    ///
    /// # Errors
    /// As [`Record::alarms`].
    pub async fn suspended(&self, caller: &Caller) -> Result<Vec<Alarmed>, Error> {
        Ok(self.keeper.suspended(&caller.assertion).await?)
    }
}
