use std::fmt;

use hygie_notice::Act;
use zeroize::Zeroizing;

use super::account::Account;
use super::change::News;
use super::find::{found, spelled, subject};
use super::{Accounts, Invitation, Link, OIDC, Password, Secret, Totp, recovery};
use crate::Error;

/// Most passkeys of one account.
const PASSKEYS: usize = 10;

/// What the owner of an account changes.
pub enum Change {
    /// A password and an authenticator, which replace those before them.
    Password {
        /// The password, which he may choose.
        password: Password,
        /// The authenticator's secret.
        totp: Totp,
        /// A code of it, so that nobody is locked out by an authenticator that never took it.
        code: Zeroizing<String>,
    },
    /// One more passkey.
    Passkey {
        /// Its credential id.
        id: Vec<u8>,
        /// How he calls it.
        name: String,
        /// The credential.
        credential: Secret,
    },
    /// A passkey was used; what it is now, where that changed.
    PasskeyUsed {
        /// Its credential id.
        id: Vec<u8>,
        /// The credential.
        credential: Option<Secret>,
    },
    /// A passkey is worth nothing any more.
    PasskeyGone(Vec<u8>),
    /// New recovery codes.
    Recovery,
    /// An account of another provider.
    Link(Link),
    /// It is worth nothing any more.
    LinkGone(Link),
    /// The language of pages and letters, ISO 639.
    Language(String),
    /// Where to write to; nowhere when empty.
    Email(String),
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Change(…)")
    }
}

/// What came of a change.
#[derive(Debug)]
pub enum Kept {
    /// It is so from now on; with the recovery codes that were made, which are shown once.
    Done(Box<Account>, Vec<Zeroizing<String>>),
    /// The code is not the authenticator's.
    WrongCode,
    /// The invitation is worth nothing, or there is no such account.
    Over,
    /// Nobody could sign in after it, there are ten passkeys already, or another's account has this link.
    Refused,
    /// Too many passwords are hashed at this moment.
    Busy,
}

impl Accounts {
    /// Changes an account for its owner, who is signed in; or who has an `invitation`, which is used up in the
    /// same entry.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn keep(
        &self,
        id: [u8; 16],
        invitation: Option<&Invitation>,
        change: Change,
    ) -> Result<Kept, Error> {
        // Before the account is locked: it takes a tenth of a second.
        let (mut news, codes) = match self.news(change).await? {
            Ok(news) => news,
            Err(kept) => return Ok(kept),
        };
        let opened = self.open(subject(id), Act::Amend, "a change by its owner");
        let Some(mut open) = found(opened.await)? else {
            return Ok(Kept::Over);
        };
        if let Some(invitation) = invitation {
            if !invitation.is_of(&open.account, self.record.clock.now()) {
                return Ok(Kept::Over);
            }
            news.push(News::InviteGone);
        }
        if !self.may(&open.account, &news).await? {
            return Ok(Kept::Refused);
        }
        self.write(&mut open, news).await?;
        Ok(Kept::Done(Box::new(open.account), codes))
    }

    async fn news(
        &self,
        change: Change,
    ) -> Result<Result<(Vec<News>, Vec<Zeroizing<String>>), Kept>, Error> {
        let entropy = self.record.entropy.as_ref();
        let news = match change {
            Change::Password {
                password,
                totp,
                code,
            } => {
                let Some(step) = totp.step(&code, 0, self.record.clock.now()) else {
                    return Ok(Err(Kept::WrongCode));
                };
                let Some(hashed) = self.hashing.make(&password, entropy).await else {
                    return Ok(Err(Kept::Busy));
                };
                let (codes, recovery) = recovery::make(entropy);
                let password = News::Password {
                    hash: hashed.hash,
                    salt: hashed.salt,
                    cost: hashed.cost,
                    totp: totp.0,
                    step,
                };
                return Ok(Ok((vec![password, recovery], codes)));
            }
            Change::Recovery => {
                let (codes, recovery) = recovery::make(entropy);
                return Ok(Ok((vec![recovery], codes)));
            }
            Change::Passkey {
                id,
                name,
                credential,
            } => News::Passkey {
                id,
                name,
                credential,
            },
            Change::PasskeyUsed { id, credential } => News::PasskeyUsed { id, credential },
            Change::PasskeyGone(id) => News::PasskeyGone(id),
            Change::Link(Link { issuer, subject }) => News::Link { issuer, subject },
            Change::LinkGone(Link { issuer, subject }) => News::LinkGone { issuer, subject },
            Change::Language(language) => News::Language(language),
            Change::Email(email) => News::Email(email),
        };
        Ok(Ok((vec![news], Vec::new())))
    }

    /// Whether the account may become so: its owner must be able to get in again, a credential is known once,
    /// and a link leads to one account.
    pub(super) async fn may(&self, account: &Account, news: &[News]) -> Result<bool, Error> {
        match &news[0] {
            News::Passkey { id, .. } => {
                let known = account.passkeys.iter().any(|key| key.id == *id);
                Ok(!known && account.passkeys.len() < PASSKEYS)
            }
            News::PasskeyGone(id) => {
                let others = account.passkeys.iter().any(|key| key.id != *id);
                Ok(others || account.password.is_some() || !account.links.is_empty())
            }
            News::LinkGone { .. } => {
                let more = account.links.len() > 1 || !account.passkeys.is_empty();
                Ok(more || account.password.is_some())
            }
            News::Link {
                issuer,
                subject: sub,
            } => {
                let link = spelled(&Link {
                    issuer: issuer.clone(),
                    subject: sub.clone(),
                });
                let (caller, keeper) = (self.sign_in(), &self.record.keeper);
                let bind = Some(account.subject);
                let bound = keeper.tag(&caller.assertion, OIDC, &link, bind);
                Ok(bound.await?.is_none_or(|owner| owner == account.subject))
            }
            _ => Ok(true),
        }
    }
}
