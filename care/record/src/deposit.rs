use std::sync::Arc;

use hygie_fhir::{Limits, Resource, check, patient_references, unresolved};
use hygie_notice::{Act, ActorKind, PersonId};

use crate::change::{Change, Put, encode};
use crate::door::Ask;
use crate::{Caller, Error, Item, Record, directory, ids};

impl Record {
    /// Adds one resource of type `kind`: checked, sealed, durable when this returns.
    ///
    /// A Consent by the holder is not stored as one more document: it grants an authorisation.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::BadRequest`], [`Error::Unprocessable`], [`Error::Refused`].
    pub async fn deposit(&self, caller: &Caller, kind: &str, bytes: &[u8]) -> Result<Arc<Item>, Error> {
        let resource = admit(kind, bytes)?;
        if directory::holds(kind) {
            return self.list(caller, resource).await;
        }
        let person = person_of(&resource, caller)?;
        if kind == "Consent" && caller.actor.kind == ActorKind::Holder {
            return self.share(caller, person, resource).await;
        }
        if kind == "Patient" {
            return Err(Error::Unprocessable(
                "a space is made by registration: use `hygie import` for a new Patient",
            ));
        }
        let ask = Ask {
            caller,
            person,
            act: Act::Deposit,
            what: kind.to_owned(),
        };
        let entered = self.enter(&ask).await?;
        let (put, item) = self.version(person, resource, caller)?;
        let change = Change {
            at: item.updated,
            author: caller.actor.clone(),
            puts: vec![put],
        };
        self.write(&entered.desk, &encode(&change)).await?;
        Ok(Arc::new(item))
    }

    /// Gives a resource its id and version, as a put to store and an item to answer with.
    pub(crate) fn version(
        &self,
        person: PersonId,
        mut resource: Resource,
        caller: &Caller,
    ) -> Result<(Put, Item), Error> {
        let entropy = self.entropy.as_ref();
        let id = ids::fresh(person, entropy);
        resource.set_id(&id);
        let put = Put {
            id,
            version: ids::version(entropy),
            origin: None,
            json: resource.print(),
        };
        let item = Item::of(&put, self.clock.now(), Arc::new(caller.actor.clone()))?;
        Ok((put, item))
    }
}

/// Parses and checks what came: any fault refuses it whole (INVARIANT nothing is swallowed).
fn admit(kind: &str, bytes: &[u8]) -> Result<Resource, Error> {
    let resource =
        Resource::parse(bytes, &Limits::default()).map_err(|fault| Error::Invalid(vec![fault]))?;
    if resource.kind() != kind {
        return Err(Error::BadRequest(
            "the resource's type is not that of the URL; post it to its own type",
        ));
    }
    let mut faults = check(&resource);
    // One resource comes alone: there is no bundle in which a `urn:uuid` could be found.
    faults.extend(unresolved(&resource, |_| false));
    if faults.is_empty() {
        Ok(resource)
    } else {
        Err(Error::Invalid(faults))
    }
}

/// Whose record a resource belongs to: the patient that it names, else the holder himself.
fn person_of(resource: &Resource, caller: &Caller) -> Result<PersonId, Error> {
    let named = patient_references(resource);
    let mut persons = named
        .iter()
        .map(|reference| reference.strip_prefix("Patient/").and_then(ids::person));
    match persons.next() {
        Some(Some(person)) => {
            // Only the first element says whose record it is; the others may name relatives.
            Ok(person)
        }
        Some(None) => Err(Error::BadRequest(
            "the resource's patient is not one of this installation: refer to `Patient/{person}`",
        )),
        None => caller.actor.person.ok_or(Error::BadRequest(
            "the resource names no patient: refer to `Patient/{person}`",
        )),
    }
}
