use std::fmt;

use hygie_notice::{Act, ActorKind, ActorRef, PersonId, Subject};

use super::change::News;
use super::{Accounts, Invitation, LOGIN, Login, Password, Totp};
use crate::Error;

/// An account to be made.
pub struct NewAccount {
    /// Its login name.
    pub login: Login,
    /// ISO 639: `fr`.
    pub language: String,
    /// What its owner may act as. A representative's id is the account's, and is filled in.
    pub roles: Vec<ActorRef>,
    /// What to sign in with from the start, in a demonstration; else its owner is invited to choose.
    pub way: Option<(Password, Totp)>,
}

impl fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewAccount(…)")
    }
}

/// What came of making an account.
#[derive(Debug)]
pub enum Created {
    /// It is made; the invitation is to be handed to its owner.
    Made(Invitation),
    /// Somebody has this login name.
    Taken,
    /// Too many passwords are hashed at this moment.
    Busy,
}

impl Accounts {
    /// Makes an account. The operator vouches for its owner's roles.
    ///
    /// Crash between binding the login name and the first entry: making it again finds the account empty, and
    /// begins it.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn create(&self, wish: &NewAccount) -> Result<Created, Error> {
        let entropy = self.record.entropy.as_ref();
        let caller = self.sign_in();
        let fresh = Subject::account(PersonId::random(entropy));
        let keeper = &self.record.keeper;
        let bound = keeper.tag(&caller.assertion, LOGIN, wish.login.text(), Some(fresh));
        let subject = bound.await?.unwrap_or(fresh);
        let mut open = self.open(subject, Act::Create, "making an account").await?;
        if open.account.is_begun() {
            return Ok(Created::Taken);
        }
        let mut news = vec![News::Begin {
            login: wish.login.text().to_owned(),
            language: wish.language.clone(),
        }];
        news.extend(wish.roles.iter().map(|role| News::Role(own(role, subject))));
        if let Some((password, totp)) = &wish.way {
            let Some(hashed) = self.hashing.make(password, entropy).await else {
                return Ok(Created::Busy);
            };
            news.push(News::Password {
                hash: hashed.hash,
                salt: hashed.salt,
                cost: hashed.cost,
                totp: totp.0.clone(),
                step: 0,
            });
        }
        let invitation = Invitation::drawn(subject, entropy);
        news.push(invitation.news(self.record.clock.now()));
        for role in &wish.roles {
            self.remember(role, subject).await?;
        }
        self.write(&mut open, news).await?;
        Ok(Created::Made(invitation))
    }

    /// Lets the owner of an account act in one more role. `false` when nobody has this login name.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn add_role(&self, login: &Login, role: &ActorRef) -> Result<bool, Error> {
        let mut open = self.by_login(login, Act::Amend).await?;
        if !open.account.is_begun() {
            return Ok(false);
        }
        let role = own(role, open.account.subject);
        self.remember(&role, open.account.subject).await?;
        self.write(&mut open, vec![News::Role(role)]).await?;
        Ok(true)
    }
}

/// A representative is known by the id of his account.
pub(super) fn own(role: &ActorRef, account: Subject) -> ActorRef {
    let mut role = role.clone();
    if role.kind == ActorKind::Representative {
        role.id = account.id.to_string();
    }
    role
}
