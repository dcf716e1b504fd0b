use std::sync::Arc;

use hygie_fhir::{Json, Resource, check, unresolved};
use hygie_notice::{Act, Millis, PersonId};

use crate::apply::Done;
use crate::change::{Put, Right, RightsChange, encode, fresh};
use crate::consent::{Cares, Said};
use crate::door::{Ask, Entered};
use crate::view::same;
use crate::{Caller, Error, Lineage, Record, ids};

impl Record {
    /// Grants the authorisation, or sets the block, that the person's Consent says: an entry of `rights`.
    pub(crate) async fn share(
        &self,
        caller: &Caller,
        person: PersonId,
        consent: Resource,
    ) -> Result<Done, Error> {
        checked(&consent)?;
        let said = Said::read(consent.json(), &self.names_of(person))?;
        let entered = self.enter(&rights_ask(caller, person, Act::Share)).await?;
        let (put, item) = self.version(entered.person, consent, caller)?;
        self.write_right(&entered, caller, item.updated, said.right(put))
            .await?;
        Ok(Done::made(Arc::new(item), true))
    }

    /// Writes down that the caller's structure or care team cares for the person, who was told so.
    pub(crate) async fn declare_care(
        &self,
        caller: &Caller,
        person: PersonId,
        consent: Resource,
    ) -> Result<Done, Error> {
        checked(&consent)?;
        let cares = Cares::read(consent.json(), &self.names_of(person))?;
        if !cares.by.names(&caller.actor) {
            return Err(Error::Unprocessable(
                "only the structure or the care team that you act for says that it cares for the person",
            ));
        }
        let entered = self
            .enter(&rights_ask(caller, person, Act::Declare))
            .await?;
        let (put, item) = self.version(entered.person, consent, caller)?;
        let right = cares.right(put, item.updated)?;
        self.write_right(&entered, caller, item.updated, right)
            .await?;
        Ok(Done::made(Arc::new(item), true))
    }

    /// Takes back what a holder's Consent said; it holds from the next request on. The Consent stays
    /// in the history, as deleted.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is none of his, [`Error::Gone`] when it was taken back before.
    pub async fn take_back(
        &self,
        caller: &Caller,
        person: PersonId,
        id: &str,
        if_match: Option<&str>,
    ) -> Result<(), Error> {
        let ask = Ask {
            caller,
            person,
            act: Act::Share,
            what: format!("Consent/{id}"),
        };
        let entered = self.enter(&ask).await?;
        let consent = entered.rights.consent(id).ok_or(Error::NotFound)?;
        let newest = consent.newest();
        if !self.meets_consent(&entered, &ask, consent).await? {
            return Err(Error::NotFound);
        }
        if newest.deleted {
            return Err(Error::Gone);
        }
        if if_match.is_some_and(|wanted| wanted != newest.version) {
            return Err(Error::Stale);
        }
        let json = Json::object([
            ("resourceType", Json::String("Consent".into())),
            ("id", Json::String(id.into())),
        ]);
        let version = ids::version(self.entropy.as_ref());
        let put = Put {
            deleted: true,
            ..Put::of(id.to_owned(), version, &json)
        };
        let now = self.clock.now();
        self.write_right(&entered, caller, now, Right::TakeBack { put })
            .await
    }

    /// Whether the caller may notice a Consent: one of somebody else's that shows an item names it, and what is hidden
    /// is known only to who opens the content (INVARIANT masked is absent).
    async fn meets_consent(
        &self,
        entered: &Entered,
        ask: &Ask<'_>,
        consent: &Lineage,
    ) -> Result<bool, Error> {
        let mut versions = consent.versions().iter();
        if same(consent.author(), &ask.caller.actor)
            || versions.all(|item| item.mentions().is_empty())
        {
            return Ok(true);
        }
        let look = Ask {
            caller: ask.caller,
            person: entered.person,
            act: Act::Read,
            what: ask.what.clone(),
        };
        let looked = self.enter_behind(&look, entered.desk.guard()).await?;
        match looked.item(self, ask.caller, &ask.what).await {
            Ok(_) | Err(Error::Gone) => Ok(true),
            Err(Error::NotFound) => Ok(false),
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn write_right(
        &self,
        entered: &Entered,
        caller: &Caller,
        at: Millis,
        right: Right,
    ) -> Result<(), Error> {
        let documents = match &right {
            Right::Authorise { put, .. } | Right::Block { put, .. } | Right::Care { put, .. } => {
                fresh([put])
            }
            _ => Vec::new(),
        };
        let change = RightsChange {
            at,
            author: caller.actor.clone(),
            right,
        };
        self.write_claiming(&entered.desk, &encode(&change), documents)
            .await
    }
}

fn rights_ask(caller: &Caller, person: PersonId, act: Act) -> Ask<'_> {
    Ask {
        caller,
        person,
        act,
        what: "Consent".to_owned(),
    }
}

/// Whether a Consent is one at all.
fn checked(consent: &Resource) -> Result<(), Error> {
    let mut faults = check(consent);
    faults.extend(unresolved(consent, |_| false));
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(faults))
    }
}
