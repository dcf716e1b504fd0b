//! Writing into a person's `rights` that he opposes, or no longer does, and telling the crossing.

use std::collections::BTreeSet;

use hygie_notice::{Act, Millis, PersonId};

use super::list::{Meant, national};
use super::{Number, Roll};
use crate::door::Ask;
use crate::refuse::Said;
use crate::{Caller, Error};

impl Roll {
    /// Writes what somebody said who has no account: from here on `decide` obeys (INVARIANT opposition wins), and what
    /// is a matter of research stands on the crossing's list. Gives its opening's index in the ledger, and when; none
    /// where the record ended, of which nothing opens any more: the list says it all the same.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn say(
        &self,
        person: PersonId,
        said: &Said<'_>,
        numbers: &[Number<'_>],
        what: &str,
    ) -> Result<Option<(u64, Millis)>, Error> {
        self.say_by(&self.caller(), person, said, numbers, what)
            .await
    }

    /// The same by who acts for him under his own assertion: an agent ([`Roll::agent`]).
    ///
    /// # Errors
    /// As [`Roll::say`]; [`Error::Refused`] for everybody else.
    pub async fn say_by(
        &self,
        caller: &Caller,
        person: PersonId,
        said: &Said<'_>,
        numbers: &[Number<'_>],
        what: &str,
    ) -> Result<Option<(u64, Millis)>, Error> {
        let ask = Ask {
            caller,
            person,
            act: Act::Oppose,
            what: what.to_owned(),
        };
        match self.write_said(&ask, said, numbers).await {
            Err(Error::Erased | Error::Closed) => {
                let now = self.record().clock.now();
                for meant in Meant::of(person, said, numbers, now) {
                    self.line(meant, true).await?;
                }
                Ok(None)
            }
            written => written.map(Some),
        }
    }

    /// Whether somebody who acts for a person says no to the space in his place, and yes again: his rights are weighed under
    /// his own assertion, and a refusal is written down. What he says is written by enrolment.
    ///
    /// # Errors
    /// [`Error::Refused`] for everybody but parents of a minor and guardians.
    pub async fn may_oppose_for(&self, caller: &Caller, person: PersonId) -> Result<(), Error> {
        let ask = Ask {
            caller,
            person,
            act: Act::Oppose,
            what: "the space, by who represents the person".to_owned(),
        };
        self.record().permit_trail(&ask).await.map(drop)
    }

    /// As [`Roll::say`], by the person himself, or who represents him: of anything short of the whole space.
    ///
    /// # Errors
    /// [`Error::Refused`] for everybody else, and where the space is opposed as a whole.
    pub async fn say_as(
        &self,
        caller: &Caller,
        person: PersonId,
        said: &Said<'_>,
    ) -> Result<(u64, Millis), Error> {
        let numbers = if said.scope.is_for_research() {
            self.numbers_of(caller, person).await?
        } else {
            BTreeSet::new()
        };
        let numbers = numbers.iter().map(|(system, ins)| Number { system, ins });
        let numbers: Vec<Number<'_>> = numbers.collect();
        let ask = Ask {
            caller,
            person,
            act: Act::Share,
            // The number that it names stands in `rights`, and is nobody's business who reads the trail later.
            what: format!("$oppose?scope={}", said.scope.kind()),
        };
        self.write_said(&ask, said, &numbers).await
    }

    /// `rights` stay locked until the list says the same: two who speak at once are heard in one order by both.
    ///
    /// Crash between: what was meant stands on the list, and [`Roll::settle`] goes on with it.
    async fn write_said(
        &self,
        ask: &Ask<'_>,
        said: &Said<'_>,
        numbers: &[Number<'_>],
    ) -> Result<(u64, Millis), Error> {
        let record = self.record();
        let entered = record.enter(ask).await?;
        let (index, at) = (entered.receipt.index, entered.receipt.at);
        let changes = entered.rights.refuses(said.scope) != said.opposed;
        let meant = Meant::of(ask.person, said, numbers, at);
        if changes {
            if !meant.is_empty() {
                self.mean(&meant).await?;
            }
            record
                .write_right(&entered, ask.caller, at, said.right())
                .await?;
        }
        for one in meant {
            self.line(one, changes).await?;
        }
        Ok((index, at))
    }

    /// The national numbers in somebody's record.
    async fn numbers_of(
        &self,
        caller: &Caller,
        person: PersonId,
    ) -> Result<BTreeSet<(String, String)>, Error> {
        let id = person.to_string();
        match self.record().read(caller, "Patient", &id).await {
            Ok(patient) => Ok(national(patient.resource().identifiers())),
            Err(Error::NotFound | Error::Gone) => Ok(BTreeSet::new()),
            Err(error) => Err(error),
        }
    }
}
