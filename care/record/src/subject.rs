//! Opening a subject that no person's rights govern, behind a decision (INVARIANT decide before open): the
//! directory, an account, a page of the roll. A person's record is opened at the door, which weighs rights first.

use std::sync::Arc;

use hygie_notice::{Act, Notice, Receipt, RequestId, Stream, Subject, Verdict};
use hygie_policy::{Request, Rights, Target, decide};

use crate::desk::{Desk, Guard};
use crate::door::clipped;
use crate::{Caller, Error, Record};

/// What is asked of such a subject.
pub(crate) struct Errand<'a> {
    /// Who asks.
    pub caller: &'a Caller,
    /// What is opened; made when `act` is [`Act::Create`].
    pub subject: Subject,
    /// What policy takes it for.
    pub target: Target,
    /// To do what.
    pub act: Act,
    /// In words, for the subject's trail.
    pub what: &'a str,
}

impl Record {
    /// Decides, and opens the subject with the decision in the notice; or refuses, in writing. `guard` is the
    /// subject's lock.
    ///
    /// # Errors
    /// [`Error::Refused`] when policy refuses; [`Error::Keeper`].
    pub(crate) async fn open_subject(
        &self,
        errand: &Errand<'_>,
        guard: impl Into<Arc<Guard>>,
    ) -> Result<(Receipt, Desk), Error> {
        let Errand {
            caller,
            subject,
            act,
            ..
        } = *errand;
        let verdict = Verdict::from(decide(&Request {
            actor: &caller.actor,
            act,
            purpose: caller.purpose,
            target: errand.target,
            person: None,
            rights: &Rights::default(),
            terms: &self.terms,
            now: self.clock.now(),
        }));
        let permitted = verdict.permitted;
        let notice = Notice {
            subject,
            stream: Stream::Content,
            act,
            purpose: caller.purpose,
            what: clipped(errand.what),
            verdict: Some(verdict),
            request: RequestId::random(self.entropy.as_ref()),
        };
        if !permitted {
            self.keeper.refuse(&caller.assertion, notice).await?;
            return Err(Error::Refused);
        }
        let opened = self.keeper.open(&caller.assertion, notice).await?;
        Ok(Desk::lay(opened, subject, Stream::Content, guard))
    }
}
