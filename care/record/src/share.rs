use std::sync::Arc;

use hygie_fhir::search::Span;
use hygie_fhir::{Json, Resource, check, unresolved};
use hygie_identity::{Finess, Rpps};
use hygie_notice::{Act, Millis, PersonId};

use crate::apply::Done;
use crate::change::{Put, Right, RightsChange, encode, fresh};
use crate::door::{Ask, Entered};
use crate::{Caller, Error, Record, ids};

/// Systems under which a Consent may name a professional, with what stands before the RPPS number.
const PROFESSIONALS: [(&str, &str); 2] = [
    ("urn:oid:1.2.250.1.71.4.2.1", "8"),
    ("https://rpps.esante.fr", ""),
];
/// Systems under which a Consent may name a structure, with what stands before the FINESS number.
const STRUCTURES: [(&str, &str); 2] = [
    ("urn:oid:1.2.250.1.71.4.2.2", "1"),
    ("https://finess.esante.gouv.fr", ""),
];

/// Whom a Consent names.
enum Named {
    Professional(String),
    Structure(String),
}

impl Record {
    /// Grants the authorisation, or sets the block, that a holder's Consent says: an entry of `rights`.
    pub(crate) async fn share(
        &self,
        caller: &Caller,
        person: PersonId,
        consent: Resource,
    ) -> Result<Done, Error> {
        let mut faults = check(&consent);
        faults.extend(unresolved(&consent, |_| false));
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let (named, permits) = grantee(consent.json())?;
        let (from, until) = period(consent.json())?;
        if !permits && (from.is_some() || until.is_some()) {
            return Err(Error::Unprocessable(
                "a block holds until it is taken back: leave its period out",
            ));
        }
        let ask = Ask {
            caller,
            person,
            act: Act::Share,
            what: "Consent".to_owned(),
        };
        let entered = self.enter(&ask).await?;
        let (put, item) = self.version(person, consent, caller)?;
        let (professional, structure) = match named {
            Named::Professional(number) => (Some(number), None),
            Named::Structure(number) => (None, Some(number)),
        };
        let right = if permits {
            Right::Authorise {
                put,
                professional,
                structure,
                from,
                until,
            }
        } else {
            Right::Block {
                put,
                professional,
                structure,
            }
        };
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
        let newest = entered.rights.consent(id).ok_or(Error::NotFound)?.newest();
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

    pub(crate) async fn write_right(
        &self,
        entered: &Entered,
        caller: &Caller,
        at: Millis,
        right: Right,
    ) -> Result<(), Error> {
        let documents = match &right {
            Right::Authorise { put, .. } | Right::Block { put, .. } => fresh([put]),
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

/// The one professional or structure that the Consent names, and whether it permits or denies.
///
/// A Consent that says more than this (exceptions, several actors) is refused rather than half
/// understood: an authorisation must mean what its holder reads in it.
fn grantee(consent: &Json) -> Result<(Named, bool), Error> {
    let refused = Error::Unprocessable(
        "an authorisation is an active Consent of scope `patient-privacy` whose provision permits, or \
         denies, exactly one actor, named by RPPS or FINESS identifier, with nothing but a period beside it",
    );
    let Some((provision, actor)) = provision(consent) else {
        return Err(refused);
    };
    let permits = match provision.get("type").and_then(Json::as_str) {
        Some("permit") => true,
        Some("deny") => false,
        _ => return Err(refused),
    };
    let identifier = actor
        .get("reference")
        .and_then(|reference| reference.get("identifier"));
    let part = |name| {
        identifier
            .and_then(|identifier| identifier.get(name))
            .and_then(Json::as_str)
            .unwrap_or_default()
    };
    let named = named(part("system"), part("value")).ok_or(refused)?;
    Ok((named, permits))
}

/// The provision and its only actor, when the Consent has the one form that is understood.
fn provision(consent: &Json) -> Option<(&Json, &Json)> {
    let active = consent.get("status").and_then(Json::as_str) == Some("active");
    let codings = consent.get("scope")?.get("coding")?.items();
    let scope = codings
        .iter()
        .any(|coding| coding.get("code").and_then(Json::as_str) == Some("patient-privacy"));
    let provision = consent.get("provision")?;
    let plain = provision
        .members()
        .iter()
        .all(|(name, _)| matches!(&**name, "type" | "period" | "actor"));
    let actors = provision.get("actor").map(Json::items).unwrap_or_default();
    match actors {
        [actor] if active && scope && plain && !modified(consent) && !modified(actor) => {
            Some((provision, actor))
        }
        _ => None,
    }
}

/// Whether an element says that it means something else than it seems (R4, 2.4.1.2, and 2.26.3.2).
fn modified(element: &Json) -> bool {
    element.get("modifierExtension").is_some() || element.get("implicitRules").is_some()
}

fn named(system: &str, value: &str) -> Option<Named> {
    let number = |systems: &[(&str, &str)]| {
        systems
            .iter()
            .find(|(known, _)| *known == system)
            .and_then(|(_, prefix)| value.strip_prefix(prefix))
            .map(str::to_owned)
    };
    if let Some(rpps) = number(&PROFESSIONALS) {
        return Rpps::parse(&rpps).ok().map(|_| Named::Professional(rpps));
    }
    let finess = number(&STRUCTURES)?;
    Finess::parse(&finess)
        .ok()
        .map(|_| Named::Structure(finess))
}

/// From when until when, in milliseconds; the end means the whole of its precision.
fn period(consent: &Json) -> Result<(Option<Millis>, Option<Millis>), Error> {
    let period = consent
        .get("provision")
        .and_then(|provision| provision.get("period"));
    let part = |name| {
        period
            .and_then(|period| period.get(name))
            .and_then(Json::as_str)
    };
    let span = Span::of_period(part("start"), part("end")).ok_or(Error::Unprocessable(
        "the authorisation's period is not a pair of dates",
    ))?;
    let millis = |instant: Option<i128>| {
        instant.map(|nanoseconds| Millis::try_from(nanoseconds / 1_000_000).unwrap_or(0))
    };
    Ok((millis(span.start), millis(span.end)))
}
