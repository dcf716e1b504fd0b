use hygie_notice::Act;

use super::change::News;
use super::{Accounts, Link, Login};
use crate::Error;

/// What came of linking an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linked {
    /// The link leads to the account from now on, or did already.
    Done,
    /// Nobody has this login name.
    NoLogin,
    /// The link leads to another's account.
    OfAnother,
}

impl Accounts {
    /// Links an account to one at a provider of identities: whoever signs in there is let in here. The operator
    /// vouches that both are of one person.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn link(&self, login: &Login, link: &Link) -> Result<Linked, Error> {
        let mut open = self.by_login(login, Act::Amend).await?;
        if !open.account.is_begun() {
            return Ok(Linked::NoLogin);
        }
        let news = vec![News::Link {
            issuer: link.issuer.clone(),
            subject: link.subject.clone(),
        }];
        if !self.may(&open.account, &news).await? {
            return Ok(Linked::OfAnother);
        }
        if !open.account.links.contains(link) {
            self.write(&mut open, news).await?;
        }
        Ok(Linked::Done)
    }
}
