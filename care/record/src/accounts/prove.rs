use std::fmt;

use hygie_notice::Act;
use zeroize::Zeroizing;

use super::account::Account;
use super::change::News;
use super::{Accounts, Login, Pace, Password, Totp, Try, recovery};
use crate::Error;

/// What somebody typed to sign in.
pub struct Typed {
    /// The login name.
    pub login: Login,
    /// The password.
    pub password: Password,
    /// The authenticator's code, or a recovery code.
    pub code: Zeroizing<String>,
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typed(…)")
    }
}

/// What came of it.
#[derive(Debug)]
pub enum Proof {
    /// It is the account's owner.
    Proved(Box<Account>),
    /// Unknown login, wrong password, wrong or used code: one answer for all of them, after the same work.
    Not,
    /// Too many sign in at this moment.
    Busy,
}

impl Accounts {
    /// How fast this try may be made, from `source` (an address).
    pub fn pace(&self, source: &str, login: &Login) -> (Pace, Try) {
        self.throttle.begin(source, login, self.record.clock.now())
    }

    /// How fast somebody from `source` may try what needs no login name: a passkey, or an invitation.
    pub fn pace_nameless(&self, source: &str) -> Pace {
        self.throttle
            .begin_nameless(source, self.record.clock.now())
    }

    /// Such a try succeeded, and is not counted.
    pub fn nameless_succeeded(&self, source: &str) {
        self.throttle.end_nameless(source, self.record.clock.now());
    }

    /// Tries a login name, a password and a code together, so that nobody learns which of them was right. A code
    /// that fits is used up, durably, before this returns.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn prove(&self, tried: &Try, typed: &Typed) -> Result<Proof, Error> {
        let account = self.by_login(&typed.login, Act::Read).await?.account;
        let same = self
            .hashing
            .is_same(&typed.password, account.password.as_ref());
        let Some(same) = same.await else {
            return Ok(Proof::Busy);
        };
        let fits = self.code(&account, &typed.code).is_some();
        let proved = if same & fits {
            self.use_up(&account, &typed.code).await?
        } else {
            None
        };
        self.throttle
            .end(tried, proved.is_some(), self.record.clock.now());
        Ok(proved.map_or(Proof::Not, |account| Proof::Proved(Box::new(account))))
    }

    /// What using this code writes.
    fn code(&self, account: &Account, code: &str) -> Option<News> {
        let now = self.record.clock.now();
        let kept = account.password.as_ref();
        let totp = kept.map_or_else(|| Totp::of([0; 20]), |kept| Totp(kept.totp.clone()));
        let used = kept.map_or(u64::MAX, |kept| kept.step);
        let step = totp.step(code, used, now).map(News::Step);
        let place = recovery::place(account, code).map(News::RecoveryUsed);
        step.or(place)
    }

    /// Looks again where nobody else writes: of two who send one code at once, one is let in.
    async fn use_up(&self, seen: &Account, code: &str) -> Result<Option<Account>, Error> {
        let mut open = self.open(seen.subject, Act::Amend, "signing in").await?;
        let unchanged = open.account.has_password() == seen.has_password();
        let Some(news) = self.code(&open.account, code).filter(|_| unchanged) else {
            return Ok(None);
        };
        self.write(&mut open, vec![news]).await?;
        Ok(Some(open.account))
    }
}
