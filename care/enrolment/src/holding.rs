//! What a holder who is signed in learns of his own space, and says: how far it is, no at once, and yes again.

use hygie_letters::Choice;
use hygie_record::notice::{Act, Millis, PersonId};
use hygie_record::{Caller, Error, Number, Said, Scope};

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
        let unlocked = self.on_roll(person, Act::Search, what).await?;
        match unlocked {
            Some(unlocked) => Ok(Held::OnRoll(unlocked.line()?.standing)),
            None => Ok(Held::Elsewhere),
        }
    }

    /// The same for who represents him.
    ///
    /// # Errors
    /// Those of keeper and store; [`Error::Refused`] for all but parents of a minor and guardians.
    pub async fn held_for(&self, caller: &Caller, person: PersonId) -> Result<Held, Error> {
        self.roll.may_oppose_for(caller, person).await?;
        self.held(person).await
    }

    /// The holder says no. It holds when this returns, as in [`Enrolment::oppose`]; of who is not known to the roll it
    /// stands in his record alone, where it counts.
    ///
    /// # Errors
    /// Those of keeper and store; [`Error::NotFound`] where there is no space any more.
    pub async fn oppose_held(&self, person: PersonId) -> Result<Proof, Error> {
        self.no_for(person, "opposition by its holder, signed in")
            .await
    }

    /// The same by who represents him, signed in: a parent of a minor, or a guardian.
    ///
    /// # Errors
    /// As [`Enrolment::oppose_held`]; [`Error::Refused`] for everybody else.
    pub async fn oppose_for(&self, caller: &Caller, person: PersonId) -> Result<Proof, Error> {
        self.roll.may_oppose_for(caller, person).await?;
        self.no_for(person, "opposition by who represents the person, signed in")
            .await
    }

    async fn no_for(&self, person: PersonId, what: &str) -> Result<Proof, Error> {
        match self.on_roll(person, Act::Oppose, what).await? {
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
        self.yes_for(person, "opposition taken back by its holder, signed in")
            .await
    }

    /// The same by who represents him; as [`Enrolment::oppose_for`].
    ///
    /// # Errors
    /// As [`Enrolment::oppose_for`].
    pub async fn relent_for(&self, caller: &Caller, person: PersonId) -> Result<Proof, Error> {
        self.roll.may_oppose_for(caller, person).await?;
        self.yes_for(
            person,
            "opposition taken back by who represents the person, signed in",
        )
        .await
    }

    async fn yes_for(&self, person: PersonId, what: &str) -> Result<Proof, Error> {
        match self.on_roll(person, Act::Oppose, what).await? {
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

    /// The place of a person on a page, by where the numbers on it lead.
    pub(crate) async fn place_of(
        &self,
        page: &Page,
        person: PersonId,
    ) -> Result<Option<u32>, Error> {
        let lines = page.lines.iter();
        let (places, numbers): (Vec<u32>, Vec<Number<'_>>) = lines
            .flat_map(|line| {
                let numbers = line.insured.numbers().into_iter();
                numbers.map(|number| (line.place, number))
            })
            .unzip();
        let found = self.roll.lead_to(&numbers, person).await?;
        Ok(found.map(|found| places[found]))
    }

    async fn proved(
        &self,
        said: (Choice, String),
        written: Option<(u64, Millis)>,
    ) -> Result<Proof, Error> {
        let (index, at) = written.ok_or(Error::NotFound)?;
        Proof::of(&self.roll, said, at, index).await
    }

    /// The line of whose record this is, where he has access, or his space was made for the roll.
    pub(crate) async fn on_roll(
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
        let place = match page.holders.get(&person) {
            Some(place) => Some(*place),
            None => self.place_of(&page, person).await?,
        };
        Ok(place.map(|place| Unlocked {
            opened,
            page,
            place,
            by: None,
        }))
    }
}
