use hygie_notice::{Act, Millis};

use super::change::News;
use super::{Accounts, Login};
use crate::Error;

impl Accounts {
    /// Closes an account: nothing that its owner signed in with is good any more, and whoever is in by it is out at
    /// his next request. Its roles stay, and inviting its owner again opens it. `false` when nobody has this
    /// login name.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn close(&self, login: &Login) -> Result<bool, Error> {
        let mut open = self.by_login(login, Act::Amend).await?;
        if !open.account.is_begun() {
            return Ok(false);
        }
        self.write(&mut open, vec![News::Closed]).await?;
        let mut left = self
            .left
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        left.insert(open.account.id(), self.record.clock.now());
        Ok(true)
    }

    /// Whether an account was closed after somebody signed in to it, at `begun`. Known as long as sessions are:
    /// until this program ends.
    pub fn was_closed_since(&self, account: [u8; 16], begun: Millis) -> bool {
        let left = self
            .left
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        left.get(&account).is_some_and(|at| *at >= begun)
    }
}
