//! Opposing something short of the whole space, signed in: that somebody adds to the record, research, one project.

use hygie_letters::Choice;
use hygie_record::policy::PersonId;
use hygie_record::{Caller, Error, Part, Said, Scope};

use crate::{Enrolment, Proof};

impl Enrolment {
    /// Writes that the person opposes this from now on (`opposed`), or no longer. It holds before this returns, and the
    /// next `decide` obeys (INVARIANT opposition wins). Said once more it changes nothing, and gives another receipt.
    ///
    /// # Errors
    /// [`Error::Refused`] for all but the person and who represents him, and where the space is opposed as a whole;
    /// [`Error::Unprocessable`] for the whole space, which has a page of its own.
    pub async fn say_signed_in(
        &self,
        caller: &Caller,
        person: PersonId,
        scope: &Scope,
        opposed: bool,
    ) -> Result<Proof, Error> {
        if *scope == Scope::Space {
            return Err(Error::Unprocessable(
                "the whole space is opposed at `/opposition`",
            ));
        }
        let number = Proof::number(&self.roll);
        let said = Said {
            scope,
            opposed,
            receipt: &number,
        };
        let (index, at) = self.roll.say_as(caller, person, &said).await?;
        let choice = match opposed {
            true => Choice::Refuses,
            false => Choice::Allows,
        };
        let proof = Proof::of(&self.roll, (choice, number), at, index).await?;
        Ok(proof.about(scope.clone()))
    }

    /// What follows from line `after` on of the list of who opposes research or his space, for the crossing alone.
    ///
    /// # Errors
    /// [`Error::Refused`] for everybody else; [`Error::BadRequest`] where the list is shorter; those of keeper and store.
    pub async fn oppositions(&self, caller: &Caller, after: u64) -> Result<Part, Error> {
        self.roll.oppositions(caller, after).await
    }

    /// The public key by which the crossing checks that list.
    ///
    /// # Errors
    /// Those of the keeper.
    pub async fn oppositions_verifier(&self) -> Result<String, Error> {
        self.roll.oppositions_verifier().await
    }

    /// Does again what was said and was cut short between a person's `rights` and that list. Gives how much that was.
    ///
    /// # Errors
    /// Those of keeper and store: the next run goes on.
    pub async fn settle_refusals(&self) -> Result<usize, Error> {
        self.roll.settle().await
    }
}
