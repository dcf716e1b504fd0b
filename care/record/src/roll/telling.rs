//! Writing into a person's `rights` what the register tells of him.

use hygie_notice::{Act, Millis, PersonId};
use hygie_policy::{Request, Rights, Target, decide};

use super::Roll;
use crate::change::Right;
use crate::door::Ask;
use crate::{Caller, Error, Identity, Record, ids};

impl Record {
    /// Whether somebody may tell the roll of a birth. The page that it opens then is opened by enrolment itself.
    ///
    /// # Errors
    /// [`Error::Refused`].
    pub fn may_tell_births(&self, caller: &Caller) -> Result<(), Error> {
        let decision = decide(&Request {
            actor: &caller.actor,
            act: Act::Create,
            purpose: caller.purpose,
            target: Target::Roll,
            person: None,
            rights: &Rights::default(),
            terms: &self.terms,
            now: self.clock.now(),
        });
        if decision.permits() {
            Ok(())
        } else {
            Err(Error::Refused)
        }
    }
}

impl Roll {
    /// Writes into the person's `rights` who he is, as the register tells it now; nothing where it was told before.
    /// Whether it stands: not where he opposes, or the record ended.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn identify(
        &self,
        person: PersonId,
        identity: &Identity,
        what: &str,
    ) -> Result<bool, Error> {
        let caller = self.caller();
        let ask = Ask {
            caller: &caller,
            person,
            act: Act::Amend,
            what: what.to_owned(),
        };
        let record = self.record();
        let entered = match record.enter(&ask).await {
            Err(Error::Refused | Error::Erased | Error::Closed) => return Ok(false),
            entered => entered?,
        };
        let mut told = entered.rights.told.iter().rev();
        let told = told.find_map(|told| told.identity());
        if told != Some(identity) {
            let right = Right::Identify {
                version: ids::version(record.entropy()),
                identity: identity.clone(),
            };
            let at = record.now();
            record.write_right(&entered, &caller, at, right).await?;
        }
        Ok(true)
    }

    /// Writes into the person's `rights` from when on he is of age; nothing where they say so, or where it is past and they
    /// say nothing: he always was, as far as is known. Whether it stands, as of [`Roll::identify`].
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn of_age(&self, person: PersonId, at: Millis) -> Result<bool, Error> {
        let caller = self.caller();
        let ask = Ask {
            caller: &caller,
            person,
            act: Act::Amend,
            what: "from when on the person decides alone".to_owned(),
        };
        let record = self.record();
        let entered = match record.enter(&ask).await {
            Err(Error::Refused | Error::Erased | Error::Closed) => return Ok(false),
            entered => entered?,
        };
        let known = entered.rights.rights().of_age;
        let now = record.now();
        if known != Some(at) && (known.is_some() || at > now) {
            let right = Right::OfAge { at: Some(at) };
            record.write_right(&entered, &caller, now, right).await?;
        }
        Ok(true)
    }
}
