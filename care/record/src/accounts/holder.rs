//! The one account of a holder. It is known by whose space it is for, so that nobody is given a second one beside it:
//! whoever has one proves that he is its owner before anything leads to it that did not before (decision 0025).

use hygie_notice::{Act, ActorKind, ActorRef, Entropy, Millis, PersonId, Subject, symbols};

use super::change::News;
use super::find::{found, spelled};
use super::{Account, Accounts, HOLDER, Invitation, LOGIN, Link, Login, OIDC};
use crate::Error;

/// Symbols of a login name that nobody chose: 50 bits.
const DRAWN: usize = 10;

/// Whose account it is.
#[derive(Clone, Copy)]
pub struct Holder<'a> {
    /// Whose space.
    pub person: PersonId,
    /// The name to show.
    pub name: &'a str,
    /// ISO 639: `fr`.
    pub language: &'a str,
}

/// By what the owner of a new account gets in.
pub enum Entrance<'a> {
    /// By an account of a provider of identities.
    Link(&'a Link),
    /// By what he chooses, who has the invitation.
    Invitation,
}

/// What came of making a holder's account.
pub enum Admitted {
    /// It is made, or was made so before; with its invitation, where it was asked for.
    In(Box<Account>, Option<Invitation>),
    /// This person has one already, to which this does not lead.
    Known(PersonId),
    /// The link leads to another's account.
    OfAnother,
}

/// What making an account would come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreseen {
    /// A way in that was not there before.
    New,
    /// The account that this leads to already.
    Same,
    /// Nothing: the person has an account, to which this does not lead.
    Known,
    /// Nothing: this leads to another's account.
    OfAnother,
}

impl Accounts {
    /// What [`Accounts::admit`] would come to now.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn foresee(&self, person: PersonId, by: &Entrance<'_>) -> Result<Foreseen, Error> {
        let account = self.of_holder(person).await?;
        if let Entrance::Link(link) = by {
            let (caller, keeper) = (self.sign_in(), &self.record.keeper);
            let spelt = spelled(link);
            let bound = keeper.tag(&caller.assertion, OIDC, &spelt, None);
            let own = self.tag_holder(person, None).await?;
            if bound.await?.is_some_and(|owner| own != Some(owner)) {
                return Ok(Foreseen::OfAnother);
            }
            if account.as_ref().is_some_and(|one| one.links.contains(link)) {
                return Ok(Foreseen::Same);
            }
        }
        Ok(match account {
            Some(account) if !account.waits() => Foreseen::Known,
            _ => Foreseen::New,
        })
    }

    /// The account of a person's holder, open or closed; none when he never had one.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn of_holder(&self, person: PersonId) -> Result<Option<Account>, Error> {
        let Some(subject) = self.tag_holder(person, None).await? else {
            return Ok(None);
        };
        let opened = self.open(subject, Act::Read, "whether somebody has an account");
        let account = found(opened.await)?.map(|open| open.account);
        Ok(account.filter(Account::is_begun))
    }

    /// Makes the account of a person's holder, with what he gets in by in the same entry: there is none that nobody can
    /// open. One that waits for its owner to choose is his to choose for. Whoever calls this has seen proof of who he is.
    ///
    /// Crash between binding and that entry: the next call finds the account empty, and begins it.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn admit(&self, holder: Holder<'_>, by: Entrance<'_>) -> Result<Admitted, Error> {
        let entropy = self.record.entropy.as_ref();
        let fresh = Subject::account(PersonId::random(entropy));
        let bound = self.tag_holder(holder.person, Some(fresh)).await?;
        let subject = bound.unwrap_or(fresh);
        let mut open = self
            .open(subject, Act::Create, "making a holder's account")
            .await?;
        let begun = open.account.is_begun();
        if let Entrance::Link(link) = by
            && open.account.links.contains(link)
        {
            return Ok(Admitted::In(Box::new(open.account), None));
        }
        if begun && !open.account.waits() {
            return Ok(Admitted::Known(holder.person));
        }
        let (mut news, invitation) = entrance(by, subject, entropy, self.record.clock.now());
        if !self.may(&open.account, &news).await? {
            return Ok(Admitted::OfAnother);
        }
        if begun {
            self.write(&mut open, news).await?;
            return Ok(Admitted::In(Box::new(open.account), invitation));
        }
        let role = ActorRef {
            person: Some(holder.person),
            name: Some(holder.name.to_owned()),
            ..ActorRef::new(ActorKind::Holder, holder.person.to_string())
        };
        let begin = News::Begin {
            login: self.drawn_login(subject).await?,
            language: holder.language.to_owned(),
        };
        news.splice(0..0, [begin, News::Role(role)]);
        self.write(&mut open, news).await?;
        Ok(Admitted::In(Box::new(open.account), invitation))
    }

    /// Remembers that an account is a holder's, where he has none yet; roles of others are nothing to remember.
    pub(super) async fn remember(&self, role: &ActorRef, account: Subject) -> Result<(), Error> {
        if let (ActorKind::Holder, Some(person)) = (role.kind, role.person) {
            self.tag_holder(person, Some(account)).await?;
        }
        Ok(())
    }

    /// A login name that says nothing, for whoever chooses a password later.
    async fn drawn_login(&self, account: Subject) -> Result<String, Error> {
        loop {
            let drawn = format!("e-{}", symbols(self.record.entropy.as_ref(), DRAWN));
            let Some(login) = Login::parse(&drawn) else {
                return Err(Error::UnknownForm);
            };
            let caller = self.sign_in();
            let keeper = &self.record.keeper;
            let bound = keeper.tag(&caller.assertion, LOGIN, login.text(), Some(account));
            if bound.await?.is_none_or(|owner| owner == account) {
                return Ok(drawn);
            }
        }
    }

    async fn tag_holder(
        &self,
        person: PersonId,
        bind: Option<Subject>,
    ) -> Result<Option<Subject>, Error> {
        let caller = self.sign_in();
        let keeper = &self.record.keeper;
        let person = person.to_string();
        let tagged = keeper.tag(&caller.assertion, HOLDER, &person, bind);
        Ok(tagged.await?)
    }
}

/// What is written of an entrance. An invitation that was never used is worth nothing beside it.
fn entrance(
    by: Entrance<'_>,
    account: Subject,
    entropy: &dyn Entropy,
    now: Millis,
) -> (Vec<News>, Option<Invitation>) {
    match by {
        Entrance::Link(Link { issuer, subject }) => {
            let (issuer, subject) = (issuer.clone(), subject.clone());
            (vec![News::Link { issuer, subject }, News::InviteGone], None)
        }
        Entrance::Invitation => {
            let invitation = Invitation::drawn(account, entropy);
            (vec![invitation.news(now)], Some(invitation))
        }
    }
}
