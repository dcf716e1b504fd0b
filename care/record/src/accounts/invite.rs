use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use hygie_notice::{Act, Entropy, Millis, Subject, symbols};
use zeroize::Zeroizing;

use super::account::Account;
use super::change::News;
use super::find::found;
use super::{Accounts, Login, Totp};
use crate::Error;

/// Symbols of the secret: 130 bits.
const SECRET: usize = 26;
/// How long an invitation is good: a week, in milliseconds.
const GOOD: Millis = 7 * 24 * 60 * 60 * 1000;

/// An invitation to choose how to sign in to an account: whoever has it is believed to be its owner, once.
#[derive(Clone)]
pub struct Invitation {
    /// The account it is for.
    pub subject: Subject,
    secret: Zeroizing<String>,
}

impl fmt::Debug for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Invitation(…)")
    }
}

/// What an invitation leads to.
#[derive(Debug)]
pub enum Invited {
    /// The account whose owner may choose.
    To(Box<Account>),
    /// It was used, is too old, another came after it, or it never was one.
    Over,
}

impl Invitation {
    /// A new one.
    pub(super) fn drawn(subject: Subject, entropy: &dyn Entropy) -> Self {
        Self {
            subject,
            secret: Zeroizing::new(symbols(entropy, SECRET)),
        }
    }

    /// As it is handed over: the account's id and the secret.
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{}-{}", self.subject.id, self.secret.as_str()))
    }

    /// Reads [`Invitation::text`].
    pub fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.trim().split_once('-')?;
        let plain = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_lowercase();
        let fits = secret.len() == SECRET && secret.bytes().all(plain);
        fits.then_some(())?;
        Some(Self {
            subject: Subject::account(id.parse().ok()?),
            secret: Zeroizing::new(secret.to_owned()),
        })
    }

    fn hash(&self) -> [u8; 32] {
        let hash = digest(&SHA256, self.secret.as_bytes());
        hash.as_ref().try_into().expect("SHA-256 gives 32 bytes")
    }

    /// What is written when it is given out.
    pub(super) fn news(&self, now: Millis) -> News {
        News::Invite {
            hash: self.hash(),
            until: now + GOOD,
        }
    }

    /// Whether an account waits for this invitation.
    pub(super) fn is_of(&self, account: &Account, now: Millis) -> bool {
        account.invite.as_ref().is_some_and(|(hash, until)| {
            verify_slices_are_equal(hash, &self.hash()).is_ok() && now < *until
        })
    }
}

impl Accounts {
    /// What an invitation leads to; looking uses nothing up.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn invited(&self, invitation: &Invitation) -> Result<Invited, Error> {
        let opened = self
            .open(invitation.subject, Act::Read, "looking at an invitation")
            .await;
        let account = found(opened)?.map(|open| open.account);
        let now = self.record.clock.now();
        Ok(
            match account.filter(|account| invitation.is_of(account, now)) {
                Some(account) => Invited::To(Box::new(account)),
                None => Invited::Over,
            },
        )
    }

    /// Invites the owner of an account again, as when everything to sign in with is lost; the invitation
    /// before it is worth nothing. `None` when nobody has this login name.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn invite(&self, login: &Login) -> Result<Option<Invitation>, Error> {
        let mut open = self.by_login(login, Act::Amend).await?;
        if !open.account.is_begun() {
            return Ok(None);
        }
        let entropy = self.record.entropy.as_ref();
        let invitation = Invitation::drawn(open.account.subject, entropy);
        let news = invitation.news(self.record.clock.now());
        self.write(&mut open, vec![news]).await?;
        Ok(Some(invitation))
    }

    /// The authenticator's secret that is offered to the owner of an account for what he does now, such as one
    /// invitation. It is the same each time he looks, and kept nowhere until he shows that it works.
    pub fn offer(&self, account: &Account, occasion: &[u8]) -> Totp {
        let mut context = account.subject.bytes().to_vec();
        context.extend_from_slice(occasion);
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.offers.as_ref());
        let tag = hmac::sign(&key, &context);
        Totp::of(
            tag.as_ref()[..20]
                .try_into()
                .expect("HMAC-SHA256 gives 32 bytes"),
        )
    }
}
