//! What an agent on the telephone does about somebody, under his own assertion: the ledger says who, and the keeper
//! counts whom he met (decision 0026).

use hygie_keeper::Error as KeeperError;
use hygie_notice::wire::Failure;
use hygie_notice::{
    Act, ActorKind, Notice, PersonId, Purpose, RequestId, Stream, Subject, Verdict,
};
use hygie_policy::{Request, Rights, Target, decide};

use super::Roll;
use crate::door::clipped;
use crate::{Caller, Error};

impl Roll {
    /// An agent as he helps callers: with that purpose.
    ///
    /// # Errors
    /// [`Error::Refused`] for who is no agent.
    pub fn agent(&self, caller: &Caller) -> Result<Caller, Error> {
        if caller.actor.kind != ActorKind::Support {
            return Err(Error::Refused);
        }
        Ok(Caller {
            purpose: Purpose::Enrolment,
            ..caller.clone()
        })
    }

    /// Writes down that an agent has to do with somebody, before he is shown anything: in the person's own trail where
    /// there is one, else in the keeper's. No key of it is kept. It counts against the agent's budget, and so does
    /// somebody who does not exist: give it an id that nobody has.
    ///
    /// # Errors
    /// [`KeeperError::Refused`] with [`Failure::Budget`] when the agent met too many today, or [`Failure::Suspended`];
    /// [`Error::Refused`] when policy refuses.
    pub async fn meet(&self, agent: &Caller, person: PersonId, what: &str) -> Result<(), Error> {
        let record = self.record();
        let verdict = Verdict::from(decide(&Request {
            actor: &agent.actor,
            act: Act::Search,
            purpose: agent.purpose,
            target: Target::Roll,
            person: None,
            rights: &Rights::default(),
            terms: &record.terms,
            now: record.clock.now(),
        }));
        if !verdict.permitted {
            return Err(Error::Refused);
        }
        let notice = Notice {
            subject: Subject::person(person),
            stream: Stream::Rights,
            act: Act::Search,
            purpose: agent.purpose,
            what: clipped(what),
            verdict: Some(verdict),
            request: RequestId::random(record.entropy.as_ref()),
        };
        match record.keeper.open(&agent.assertion, notice).await {
            Ok(_)
            | Err(KeeperError::Refused(
                Failure::UnknownSubject | Failure::Erased | Failure::Closed,
            )) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Rings that somebody, called back by this agent, knows nothing of what another recorded for him.
    ///
    /// # Errors
    /// Those of the keeper.
    pub async fn ring(&self, agent: &Caller, other: &str, receipt: &str) -> Result<(), Error> {
        let keeper = &self.record().keeper;
        keeper.unconfirmed(&agent.assertion, other, receipt).await?;
        Ok(())
    }
}
