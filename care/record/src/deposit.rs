use std::sync::Arc;

use hygie_fhir::search::Criterion;
use hygie_fhir::{Json, Limits, Resource, patient_references};
use hygie_identity::InsSystem;
use hygie_notice::{ActorKind, PersonId};

use crate::apply::{Done, Step};
use crate::change::Put;
use crate::consent::Cares;
use crate::{Caller, Error, Item, Record, directory, ids};

impl Record {
    /// Adds one resource of type `kind`: checked, sealed, durable when this returns. With a condition,
    /// the resource that fulfils it already is given instead.
    ///
    /// A Consent by the holder is not stored as one more document: it grants, or blocks.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::BadRequest`], [`Error::Unprocessable`], [`Error::Refused`].
    pub async fn deposit(
        &self,
        caller: &Caller,
        kind: &str,
        bytes: &[u8],
        if_none_exist: Option<Vec<Criterion>>,
    ) -> Result<Done, Error> {
        self.deposit_resource(caller, parse(kind, bytes)?, if_none_exist)
            .await
    }

    /// The same, of a resource that was parsed.
    ///
    /// # Errors
    /// As [`Record::deposit`].
    pub async fn deposit_resource(
        &self,
        caller: &Caller,
        mut resource: Resource,
        if_none_exist: Option<Vec<Criterion>>,
    ) -> Result<Done, Error> {
        let kind = resource.kind();
        if directory::holds(kind) {
            return self.list(caller, resource, if_none_exist).await;
        }
        let person = self.person_named(caller, &mut resource).await?;
        if kind == "Consent" && says_who_reads(caller, &resource) {
            if if_none_exist.is_some() {
                return Err(Error::BadRequest(
                    "an authorisation is granted without `If-None-Exist`; look for it first",
                ));
            }
            return match caller.actor.kind {
                ActorKind::Professional | ActorKind::Software => {
                    self.declare_care(caller, person, resource).await
                }
                _ => self.share(caller, person, resource).await,
            };
        }
        refuse_new_patient(kind)?;
        let step = Step::create(None, resource, if_none_exist);
        let mut done = self.apply(caller, person, kind, vec![step]).await?;
        done.pop().ok_or(Error::UnknownForm)
    }

    /// Whose record a resource belongs to: the patient that it names, by reference or by national
    /// identifier (the reference is rewritten), else the holder himself.
    ///
    /// # Errors
    /// [`Error::BadRequest`] when it names nobody of this installation.
    pub async fn person_named(
        &self,
        caller: &Caller,
        resource: &mut Resource,
    ) -> Result<PersonId, Error> {
        let named = patient_references(resource)
            .into_iter()
            .next()
            .or_else(|| security_context(resource))
            .map(str::to_owned);
        let Some(named) = named else {
            return caller.actor.person.ok_or(Error::BadRequest(
                "the resource names no patient: refer to `Patient/{person}`",
            ));
        };
        if let Some(question) = named.strip_prefix("Patient?identifier=") {
            let person = self.person_identified(caller, question).await?;
            let reference = format!("Patient/{person}");
            resource.rewrite_references(|text| (text == named).then(|| reference.clone()));
            return Ok(person);
        }
        // Only the first element says whose record it is; the others may name relatives.
        named
            .strip_prefix("Patient/")
            .and_then(ids::person)
            .map(|person| self.leading(person))
            .ok_or(Error::BadRequest(
                "the resource's patient is not one of this installation: refer to `Patient/{person}`",
            ))
    }

    /// The person who has a national identifier, written `system|value`.
    ///
    /// # Errors
    /// [`Error::NoSpace`] when there is none; [`Error::BadRequest`] for other systems; the keeper's
    /// refusal when one actor asks too often.
    pub async fn person_identified(
        &self,
        caller: &Caller,
        question: &str,
    ) -> Result<PersonId, Error> {
        let (system, value) = question
            .split_once('|')
            .filter(|(system, value)| InsSystem::from_uri(system).is_some() && !value.is_empty())
            .ok_or(Error::BadRequest(
                "a person is named by national identifier: `identifier={system}|{value}`",
            ))?;
        let subject = self
            .keeper
            .tag(&caller.assertion, system, value, None)
            .await?;
        subject.map(|subject| subject.id).ok_or(Error::NoSpace)
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
        let put = Put::of(id, ids::version(entropy), resource.json());
        let item = Item::of(&put, self.clock.now(), Arc::new(caller.actor.clone()))?;
        Ok((put, item))
    }
}

/// The patient whose rules a Binary follows (R4, 2.44.4.2): it has no other element to name one.
fn security_context(resource: &Resource) -> Option<&str> {
    if resource.kind() != "Binary" {
        return None;
    }
    let context = resource.json().get("securityContext")?;
    let reference = context.get("reference")?.as_str()?;
    reference.starts_with("Patient").then_some(reference)
}

/// Whether a Consent says who may read, rather than being a document like any other.
fn says_who_reads(caller: &Caller, consent: &Resource) -> bool {
    match caller.actor.kind {
        ActorKind::Holder | ActorKind::Representative => true,
        ActorKind::Professional | ActorKind::Software => Cares::is_meant(consent.json()),
        _ => false,
    }
}

/// A space is made by registration, never by a deposit.
pub(crate) fn refuse_new_patient(kind: &str) -> Result<(), Error> {
    if kind == "Patient" {
        return Err(Error::Unprocessable(
            "a space is made by registration: use `hygie import` for a new Patient",
        ));
    }
    // Events that others recorded may be imported; here only the keeper says who opened what.
    if kind == "AuditEvent" {
        return Err(Error::Unprocessable(
            "the keeper alone writes down who opened what; no AuditEvent is taken",
        ));
    }
    Ok(())
}

/// Parses what came and holds its type against that of the URL.
pub fn parse(kind: &str, bytes: &[u8]) -> Result<Resource, Error> {
    let json =
        Json::parse(bytes, &Limits::default()).map_err(|fault| Error::Invalid(vec![fault]))?;
    typed(kind, json)
}

/// Takes JSON as a resource, and holds its type against that of the URL.
///
/// # Errors
/// [`Error::Invalid`] and [`Error::BadRequest`].
pub fn typed(kind: &str, json: Json) -> Result<Resource, Error> {
    let resource = Resource::from_json(json).map_err(|fault| Error::Invalid(vec![fault]))?;
    if resource.kind() != kind {
        return Err(Error::BadRequest(
            "the resource's type is not that of the URL; send it to its own type",
        ));
    }
    Ok(resource)
}
