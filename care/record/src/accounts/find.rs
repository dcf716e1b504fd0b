use hygie_notice::wire::Failure;
use hygie_notice::{Act, PersonId, Subject};

use super::{Account, Accounts, LOGIN, Link, Login, OIDC};
use crate::{Error, KeeperError};

/// The login name of nobody: it has no form that anybody can type.
const NOBODY: &str = ":";

impl Accounts {
    /// The id of the account of a login name, by which its owner is known as a representative.
    ///
    /// # Errors
    /// Those of the keeper.
    pub async fn id_of(&self, login: &Login) -> Result<Option<String>, Error> {
        let caller = self.sign_in();
        let keeper = &self.record.keeper;
        let subject = keeper
            .tag(&caller.assertion, LOGIN, login.text(), None)
            .await?;
        Ok(subject.map(|subject| subject.id.to_string()))
    }

    /// The account of this id; `None` when there is none.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn by_id(&self, id: [u8; 16], what: &str) -> Result<Option<Account>, Error> {
        let opened = self.open(subject(id), Act::Read, what).await;
        Ok(found(opened)?.map(|open| open.account))
    }

    /// The account of this login name; where there is none, nobody's: whoever asks does the same work in
    /// both cases, and nobody's account proves nothing.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub(super) async fn by_login(&self, login: &Login, act: Act) -> Result<super::Open, Error> {
        let caller = self.sign_in();
        let keeper = &self.record.keeper;
        let bound = keeper
            .tag(&caller.assertion, LOGIN, login.text(), None)
            .await?;
        let decoy = self.decoy().await?;
        let opened = self.open(bound.unwrap_or(decoy), act, "signing in").await;
        match found(opened)? {
            Some(open) => Ok(open),
            // A login that is bound to an account which a crash kept from beginning.
            None => self.open(decoy, act, "signing in").await,
        }
    }

    /// The account that this account of another provider leads to.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn by_link(&self, link: &Link) -> Result<Option<Account>, Error> {
        let caller = self.sign_in();
        let (keeper, spelled) = (&self.record.keeper, spelled(link));
        let tagged = keeper.tag(&caller.assertion, OIDC, &spelled, None);
        let Some(subject) = tagged.await? else {
            return Ok(None);
        };
        let opened = self.open(subject, Act::Read, "signing in elsewhere").await;
        let account = found(opened)?.map(|open| open.account);
        Ok(account.filter(|account| account.links.contains(link)))
    }

    /// Nobody's account, made when it is first needed.
    pub(super) async fn decoy(&self) -> Result<Subject, Error> {
        let made = self.decoy.get_or_try_init(|| async {
            let caller = self.sign_in();
            let keeper = &self.record.keeper;
            let fresh = Subject::account(PersonId::random(self.record.entropy.as_ref()));
            let bound = keeper.tag(&caller.assertion, LOGIN, NOBODY, Some(fresh));
            let subject = bound.await?.unwrap_or(fresh);
            // Its stream stays empty; making it again changes nothing.
            self.open(subject, Act::Create, "keeping a place for nobody")
                .await?;
            Ok::<_, Error>(subject)
        });
        made.await.copied()
    }
}

/// The subject of an account's id.
pub(super) fn subject(id: [u8; 16]) -> Subject {
    let mut bytes = [0; 17];
    bytes[0] = hygie_notice::SubjectKind::Account as u8;
    bytes[1..].copy_from_slice(&id);
    Subject::from_bytes(&bytes).expect("the kind is an account's")
}

/// What was opened, if there is such an account.
pub(super) fn found(opened: Result<super::Open, Error>) -> Result<Option<super::Open>, Error> {
    match opened {
        Ok(open) => Ok(Some(open)),
        Err(Error::Keeper(KeeperError::Refused(Failure::UnknownSubject))) => Ok(None),
        Err(error) => Err(error),
    }
}

/// One text of a link, as it is looked up: the length keeps two links apart.
pub(super) fn spelled(link: &Link) -> String {
    format!("{}:{}{}", link.issuer.len(), link.issuer, link.subject)
}
