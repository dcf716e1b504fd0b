use hygie_notice::{Act, ActorKind, ActorRef, PersonId};

use super::change::News;
use super::find::found;
use super::{Accounts, own};
use crate::Error;

impl Accounts {
    /// Lets the owner of an account act for a person, whose rights say that he may: a role opens nothing by itself.
    /// `false` when there is no such account.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn represents(
        &self,
        account: PersonId,
        (person, name): (PersonId, &str),
    ) -> Result<bool, Error> {
        let subject = hygie_notice::Subject::account(account);
        let opened = self.open(subject, Act::Amend, "a mandate of somebody's");
        let Some(mut open) = found(opened.await)? else {
            return Ok(false);
        };
        if !open.account.is_begun() {
            return Ok(false);
        }
        if roles_for(&open.account.roles, person).next().is_none() {
            let role = ActorRef {
                person: Some(person),
                name: Some(name.to_owned()),
                ..ActorRef::new(ActorKind::Representative, "")
            };
            let role = own(&role, subject);
            self.write(&mut open, vec![News::Role(role)]).await?;
        }
        Ok(true)
    }

    /// The owner of an account no longer acts for a person, whose rights say so already. Nothing is done where there is
    /// no such account.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn represents_no_more(
        &self,
        account: PersonId,
        person: PersonId,
    ) -> Result<(), Error> {
        let subject = hygie_notice::Subject::account(account);
        let opened = self.open(subject, Act::Amend, "the end of a mandate of somebody's");
        let Some(mut open) = found(opened.await)? else {
            return Ok(());
        };
        let gone: Vec<News> = roles_for(&open.account.roles, person)
            .map(|role| News::RoleGone(role.clone()))
            .collect();
        if gone.is_empty() {
            return Ok(());
        }
        self.write(&mut open, gone).await
    }

    /// Whether there is such an account.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn is_one(&self, account: PersonId) -> Result<bool, Error> {
        let subject = hygie_notice::Subject::account(account);
        let opened = self.open(subject, Act::Read, "a mandate of somebody's");
        Ok(found(opened.await)?.is_some_and(|open| open.account.is_begun()))
    }
}

fn roles_for(roles: &[ActorRef], person: PersonId) -> impl Iterator<Item = &ActorRef> {
    roles
        .iter()
        .filter(move |role| role.kind == ActorKind::Representative && role.person == Some(person))
}
