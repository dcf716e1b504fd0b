//! Sign-in accounts: who may act in which role, and how he proves who he is. Each is a sealed subject of its
//! own, opened under the sign-in's own assertion, which opens no record (decision 0019).

mod account;
mod assert;
mod change;
mod close;
mod create;
mod find;
mod holder;
mod invite;
mod keep;
mod link;
mod login;
mod password;
mod prove;
mod recovery;
mod represent;
mod secret;
mod throttle;
mod totp;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use hygie_notice::{Act, ActorKind, ActorRef, IssuerKey, Millis, Purpose, Subject, symbols};
use hygie_policy::Target;
use zeroize::Zeroizing;

use crate::desk::Desk;
use crate::subject::Errand;
use crate::{Caller, Error, Record};

pub use account::{Account, Link, Passkey};
use create::own;
pub use create::{Created, NewAccount};
pub use holder::{Admitted, Entrance, Foreseen, Holder};
pub use invite::{Invitation, Invited};
pub use keep::{Change, Kept};
pub use link::Linked;
pub use login::Login;
pub use password::{Password, Weak};
pub use prove::{Proof, Typed};
pub use recovery::normal_code;
pub use secret::Secret;
pub use throttle::{Pace, Try};
pub use totp::Totp;

/// The tag domain of login names, by which an account is found.
const LOGIN: &str = "account-login";
/// The tag domain of persons, by which their own account is found.
const HOLDER: &str = "account-holder";
/// The tag domain of links to accounts of other providers.
const OIDC: &str = "account-oidc";
/// How long an assertion of the sign-in lives, in seconds: one request's work.
const LIFETIME: u64 = 5 * 60;

/// The sign-in's side of a running installation.
pub struct Accounts {
    record: Arc<Record>,
    key: IssuerKey,
    hashing: password::Hashing,
    throttle: throttle::Throttle,
    /// Whom nobody can be: opened for logins that are nobody's, so that they cost the same.
    decoy: tokio::sync::OnceCell<Subject>,
    /// What authenticators' secrets are made of before somebody takes one.
    offers: Zeroizing<[u8; 32]>,
    /// Accounts that were closed, and when.
    left: Mutex<HashMap<[u8; 16], Millis>>,
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Accounts(…)")
    }
}

/// An account that lies open, to be changed.
struct Open {
    account: Account,
    desk: Desk,
}

impl Accounts {
    /// Acts for the sign-in of `record`'s installation with the key that the keeper made for it.
    pub fn new(record: Arc<Record>, key: IssuerKey) -> Self {
        let mut offers = Zeroizing::new([0; 32]);
        record.entropy.fill(offers.as_mut());
        Self {
            record,
            key,
            hashing: password::Hashing::default(),
            throttle: throttle::Throttle::default(),
            decoy: tokio::sync::OnceCell::new(),
            offers,
            left: Mutex::default(),
        }
    }

    /// Whose records these accounts lead to.
    pub fn record(&self) -> &Arc<Record> {
        &self.record
    }

    /// The sign-in itself.
    fn sign_in(&self) -> Caller {
        let actor = ActorRef::new(ActorKind::SignIn, "sign-in");
        let jti = symbols(self.record.entropy.as_ref(), 26);
        let now = self.record.clock.now();
        Caller {
            assertion: self.key.assert(actor.clone(), now, LIFETIME, jti),
            actor,
            purpose: Purpose::SignIn,
        }
    }

    /// Writes the notice down, and opens an account; makes it when `act` is [`Act::Create`].
    async fn open(&self, subject: Subject, act: Act, what: &str) -> Result<Open, Error> {
        let (record, caller) = (&self.record, self.sign_in());
        let guard = record.guard(subject, act != Act::Read).await;
        let errand = Errand {
            caller: &caller,
            subject,
            target: Target::Account,
            act,
            what,
        };
        let (_receipt, desk) = record.open_subject(&errand, guard).await?;
        let mut account = Account::of(subject);
        for plain in record.entries(&desk).await? {
            account.apply(&Zeroizing::new(plain))?;
        }
        Ok(Open { account, desk })
    }

    /// Writes changes behind an account's end, and follows them.
    async fn write(&self, open: &mut Open, news: Vec<change::News>) -> Result<(), Error> {
        let plain = change::print(self.record.clock.now(), news);
        self.record.write(&open.desk, &plain).await?;
        open.account.apply(&plain)
    }
}

/// Whether `plain` is a change of an account.
pub(crate) fn reads(plain: &[u8]) -> bool {
    change::read(plain).is_ok()
}

#[cfg(test)]
mod tests;
