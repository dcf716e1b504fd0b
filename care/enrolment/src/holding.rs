//! What a holder who is signed in learns of his own space, and says: how far it is, no at once, and yes again.

use hygie_letters::Choice;
use hygie_record::notice::{Act, Millis, PersonId};
use hygie_record::{Error, Said, Scope};

use crate::oppose::{Unlocked, no};
use crate::page::Page;
use crate::stage::{Standing, Way};
use crate::{Enrolment, Proof};

/// Where a holder's space stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// As the roll says it.
    OnRoll(Standing),
    /// He is not known to the roll: his space was made otherwise.
    Elsewhere,
}

impl Enrolment {
    /// Where the space of this holder stands, who is signed in.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn held(&self, person: PersonId) -> Result<Held, Error> {
        let what = "how far a space is, for its holder";
        let unlocked = self.of_holder(person, Act::Search, what).await?;
        match unlocked {
            Some(unlocked) => Ok(Held::OnRoll(unlocked.line()?.standing)),
            None => Ok(Held::Elsewhere),
        }
    }

    /// The holder says no. It holds when this returns, as in [`Enrolment::oppose`]; of who is not known to the roll it
    /// stands in his record alone, where it counts.
    ///
    /// # Errors
    /// Those of keeper and store; [`Error::NotFound`] where there is no space any more.
    pub async fn oppose_held(&self, person: PersonId) -> Result<Proof, Error> {
        let what = "opposition by its holder, signed in";
        match self.of_holder(person, Act::Oppose, what).await? {
            Some(unlocked) => {
                self.say_no(unlocked, self.by(Way::SignIn), &Scope::Space, what)
                    .await
            }
            None => {
                let number = Proof::number(&self.roll);
                // Who is not insured here is in nothing that the crossing gets.
                let written = self.roll.say(person, &no(&number), &[], what).await?;
                self.proved((Choice::No, number), written).await
            }
        }
    }

    /// The holder says yes again; as [`Enrolment::oppose_held`].
    ///
    /// # Errors
    /// As [`Enrolment::oppose_held`].
    pub async fn relent_held(&self, person: PersonId) -> Result<Proof, Error> {
        let what = "opposition taken back by its holder, signed in";
        match self.of_holder(person, Act::Oppose, what).await? {
            Some(unlocked) => {
                self.say_yes(unlocked, self.by(Way::SignIn), &Scope::Space, what)
                    .await
            }
            None => {
                let number = Proof::number(&self.roll);
                let said = Said {
                    opposed: false,
                    ..no(&number)
                };
                let written = self.roll.say(person, &said, &[], what).await?;
                self.proved((Choice::Yes, number), written).await
            }
        }
    }

    async fn proved(
        &self,
        said: (Choice, String),
        written: Option<(u64, Millis)>,
    ) -> Result<Proof, Error> {
        let (index, at) = written.ok_or(Error::NotFound)?;
        Proof::of(&self.roll, said, at, index).await
    }

    /// The line of a holder who has access.
    async fn of_holder(
        &self,
        person: PersonId,
        act: Act,
        what: &str,
    ) -> Result<Option<Unlocked>, Error> {
        let Some(subject) = self.roll.page_of(person).await? else {
            return Ok(None);
        };
        let mut opened = self.roll.open(subject, act, what).await?;
        let page = Page::of(&mut opened);
        // Bound before a crash, and never written.
        let place = page.holders.get(&person).copied();
        Ok(place.map(|place| Unlocked {
            opened,
            page,
            place,
            by: None,
        }))
    }
}
