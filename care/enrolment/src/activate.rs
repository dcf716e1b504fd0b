//! Gaining access to one's own space, by an identity that a provider vouches for. It is never had by a letter's code alone,
//! nor by what neighbours know: the number and the birth date only say which line the provider's word is held against.
//! Art. L. 1111-13-1 and L. 1470-2 CSP; Regulation (EU) 910/2014 (eIDAS), art. 8.

use hygie_letters::Matter;
use hygie_record::accounts::{Account, Accounts, Admitted, Entrance, Foreseen, Holder, Link};
use hygie_record::notice::{Act, Millis, PersonId};
use hygie_record::{Error, Letters, Scope, Space};

use crate::attempt::OwnNumber;
use crate::oppose::Unlocked;
use crate::page::{Line, News, Page};
use crate::stage::{Event, Stage, Way, Why};
use crate::traits::Traits;
use crate::{Answer, Enrolment, Pace, Proof};

/// What came of it.
pub enum Activation {
    /// The account leads to the space.
    Done(Box<Activated>),
    /// Unknown number, or another's: one answer for both.
    NotMatched,
    /// Not of age: those act for him who represent him (art. 388-1-1 C. civ.).
    Minor,
    /// He opposes, since then: he takes that back first.
    Opposed(Millis),
    /// The space was closed or erased.
    Ended,
    /// He has an account, to which this does not lead: he shows first that he is its owner; with the receipt of an opposition
    /// that he took back.
    Known(PersonId, Option<Box<Proof>>),
    /// What he showed leads to another's account.
    OfAnother,
}

/// Somebody who gained access.
pub struct Activated {
    /// His account.
    pub account: Account,
    /// The receipt of an opposition that he took back with it.
    pub back: Option<Proof>,
}

/// Whether somebody may have his space now, of whom it is known who he is.
pub(crate) enum Access {
    May,
    Not(Activation),
}

const WHAT: &str = "activation by signing in at a provider of identities";
const BACK: &str = "opposition taken back by signing in at a provider of identities";

impl Enrolment {
    /// How fast somebody may type numbers, from `source` (an address); it shares the pace of codes that are tried.
    pub fn number_pace(&self, source: &str, number: &OwnNumber) -> Pace {
        self.pace_of(source, &number.0)
    }

    /// Gives somebody access to the space of this number, if what his provider says of him is true of the person on the
    /// roll. With `back` he takes an opposition back first. Whoever is not on the roll costs the same work, as in
    /// [`Enrolment::oppose`].
    ///
    /// Crash after the roll and before the account: the same again finds him activated, and makes the account. Crash
    /// behind the account: his provider leads him to it.
    ///
    /// # Errors
    /// Those of keeper and store: it can be tried again.
    pub async fn activate(
        &self,
        accounts: &Accounts,
        (traits, link): (&Traits, &Link),
        number: &OwnNumber,
        back: bool,
    ) -> Result<Activation, Error> {
        let mut receipt = None;
        if back && let Some(unlocked) = self.by_identity(traits, number).await? {
            let standing = self.may_activate(unlocked.line()?);
            if let Access::Not(Activation::Opposed(_)) = standing {
                receipt = Some(
                    self.say_yes(unlocked, self.by(Way::SignIn), &Scope::Space, BACK)
                        .await?,
                );
            }
        }
        let Some(unlocked) = self.by_identity(traits, number).await? else {
            return Ok(Activation::NotMatched);
        };
        if let Access::Not(answer) = self.may_activate(unlocked.line()?) {
            return Ok(answer);
        }
        let entrance = Entrance::Link(link);
        match self.give_access(accounts, &unlocked, entrance).await? {
            Ok(Admitted::In(account, _)) => Ok(Activation::Done(Box::new(Activated {
                account: *account,
                back: receipt,
            }))),
            Ok(Admitted::Known(person)) => Ok(Activation::Known(person, receipt.map(Box::new))),
            Ok(Admitted::OfAnother) => Ok(Activation::OfAnother),
            Err(answer) => Ok(answer),
        }
    }

    async fn by_identity(
        &self,
        traits: &Traits,
        number: &OwnNumber,
    ) -> Result<Option<Unlocked>, Error> {
        let fits = |line: &Line, _: &Page| traits.are_of(&line.insured);
        let who = (number.0.as_str(), traits.birth.as_str());
        self.unlock_to(Act::Deposit, who, WHAT, fits).await
    }

    /// Opposes for whoever his provider says that he is; as [`Enrolment::oppose`] otherwise. A minor does so through those
    /// who represent him, or with the code of the letter that they got.
    ///
    /// # Errors
    /// As [`Enrolment::oppose`].
    pub async fn oppose_signed_in(
        &self,
        traits: &Traits,
        number: &OwnNumber,
    ) -> Result<Answer, Error> {
        let now = self.roll.record().now();
        let fits =
            |line: &Line, _: &Page| traits.are_of(&line.insured) & self.is_grown_up(line, now);
        let who = (number.0.as_str(), traits.birth.as_str());
        let what = "opposition by signing in at a provider of identities";
        let Some(unlocked) = self.unlock(who, what, fits).await? else {
            return Ok(Answer::NotMatched);
        };
        let proof = self
            .say_no(unlocked, self.by(Way::SignIn), &Scope::Space, what)
            .await?;
        Ok(Answer::Done(proof))
    }

    /// Whether the person of a line may have his space, as the roll knows him.
    pub(crate) fn may_activate(&self, line: &Line) -> Access {
        let standing = line.standing;
        Access::Not(match (standing.stage, standing.opposed) {
            // Nobody is told of somebody's death here, and nobody who died asks.
            _ if standing.died.is_some() => Activation::NotMatched,
            _ if !self.is_grown_up(line, self.roll.record().now()) => Activation::Minor,
            (Stage::Closed { .. } | Stage::Erased { .. }, _) => Activation::Ended,
            (_, Some(since)) => Activation::Opposed(since),
            _ => return Access::May,
        })
    }

    pub(crate) fn is_grown_up(&self, line: &Line, now: Millis) -> bool {
        let birth = line.insured.birth();
        birth.is_some_and(|birth| self.calendar.is_of_age(birth, now))
    }

    /// Makes the space where there is none, tells the person, and makes his account, in this order.
    pub(crate) async fn give_access(
        &self,
        accounts: &Accounts,
        unlocked: &Unlocked,
        by: Entrance<'_>,
    ) -> Result<Result<Admitted, Activation>, Error> {
        let identity = unlocked.line()?.insured.identity();
        let made = self.roll.make_space(&identity, "activated by its holder");
        let person = match made.await? {
            Space::Made(person) | Space::There(person) => person,
            Space::Barred => {
                // The record says what the roll did not know; from now on it does.
                let (event, lines) = (Event::Barred, vec![unlocked.place]);
                let step = News::Step { event, lines };
                self.write(&unlocked.opened, vec![step]).await?;
                let since = self.roll.record().now();
                return Ok(Err(Activation::Opposed(since)));
            }
        };
        match accounts.foresee(person, &by).await? {
            Foreseen::New => {}
            Foreseen::Same => {
                return accounts
                    .admit(self.holder(unlocked, person)?.of(), by)
                    .await
                    .map(Ok);
            }
            Foreseen::Known => return Ok(Ok(Admitted::Known(person))),
            Foreseen::OfAnother => return Ok(Ok(Admitted::OfAnother)),
        }
        self.activated(unlocked, person).await?;
        let named = self.holder(unlocked, person)?;
        let admitted = accounts.admit(named.of(), by).await?;
        let line = unlocked.line()?;
        let to = Letters {
            address: line.insured.email.clone(),
            language: named.language,
        };
        self.roll.record().tell_there(person, &to);
        Ok(Ok(admitted))
    }

    /// Writes that the holder has access, with a letter that tells him so, whoever it was.
    async fn activated(&self, unlocked: &Unlocked, person: PersonId) -> Result<(), Error> {
        let now = self.roll.record().now();
        let (page, place) = (unlocked.opened.page, unlocked.place);
        self.roll.know_all(&[person], page).await?;
        let line = unlocked.line()?;
        let mut news = Vec::new();
        let steps = [Event::Created { why: Why::Wish }, Event::Activated];
        let mut standing = line.standing;
        for event in steps {
            // Whoever was invited before, and chose nothing, is further already.
            if let Ok(after) = standing.after(&event, now) {
                standing = after;
                let lines = vec![place];
                news.push(News::Step { event, lines });
            }
        }
        news.push(News::Holder {
            line: place,
            person,
        });
        let matter = Matter::Activated(self.calendar.moment(now));
        let name = format!("activated-{}", Proof::number(&self.roll));
        let letter = self.enclose(page, line, &name, matter).await;
        self.write(&unlocked.opened, news).await?;
        self.send_enclosed(letter.map(|()| name.as_str()));
        Ok(())
    }

    fn holder(&self, unlocked: &Unlocked, person: PersonId) -> Result<Named, Error> {
        let insured = &unlocked.line()?.insured;
        let given = insured.given.split([' ', ',']).next().unwrap_or_default();
        let language = match insured.language.as_str() {
            "fr" => "fr",
            _ => "en",
        };
        Ok(Named {
            person,
            name: format!("{given} {}", insured.family),
            language: language.to_owned(),
        })
    }
}

/// A holder as his account shows him.
struct Named {
    person: PersonId,
    name: String,
    language: String,
}

impl Named {
    fn of(&self) -> Holder<'_> {
        Holder {
            person: self.person,
            name: &self.name,
            language: &self.language,
        }
    }
}
