use std::sync::Arc;

use hygie_fhir::search::Span;
use hygie_fhir::{Json, Resource};
use hygie_identity::{Finess, Rpps};
use hygie_notice::{Act, Millis, PersonId};

use crate::change::{Right, RightsChange, encode};
use crate::door::Ask;
use crate::{Caller, Error, Item, Record};

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
    /// Grants the authorisation that a holder's Consent says, as an entry of `rights`.
    pub(crate) async fn share(
        &self,
        caller: &Caller,
        person: PersonId,
        consent: Resource,
    ) -> Result<Arc<Item>, Error> {
        let named = grantee(consent.json())?;
        let (from, until) = period(consent.json())?;
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
        let change = RightsChange {
            at: item.updated,
            author: caller.actor.clone(),
            right: Right::Authorise {
                put,
                professional,
                structure,
                from,
                until,
            },
        };
        self.write(&entered.desk, &encode(&change)).await?;
        Ok(Arc::new(item))
    }
}

/// The one professional or structure that the Consent permits to read.
///
/// A Consent that says more than this (exceptions, several actors, a denial) is refused rather than
/// half understood: an authorisation must mean what its holder reads in it.
fn grantee(consent: &Json) -> Result<Named, Error> {
    let refused = Err(Error::Unprocessable(
        "an authorisation is an active Consent of scope `patient-privacy` whose provision permits \
         exactly one actor, named by RPPS or FINESS identifier, with nothing but a period beside it",
    ));
    let active = consent.get("status").and_then(Json::as_str) == Some("active");
    let scope = consent
        .get("scope")
        .and_then(|scope| scope.get("coding"))
        .is_some_and(|codings| {
            codings
                .items()
                .iter()
                .any(|coding| coding.get("code").and_then(Json::as_str) == Some("patient-privacy"))
        });
    let Some(provision) = consent.get("provision") else {
        return refused;
    };
    let plain = provision
        .members()
        .iter()
        .all(|(name, _)| matches!(&**name, "type" | "period" | "actor"));
    let permits = provision.get("type").and_then(Json::as_str) == Some("permit");
    let actors = provision.get("actor").map(Json::items).unwrap_or_default();
    let [actor] = actors else { return refused };
    if !(active && scope && plain && permits) {
        return refused;
    }
    let identifier = actor
        .get("reference")
        .and_then(|reference| reference.get("identifier"));
    let part = |name| {
        identifier
            .and_then(|identifier| identifier.get(name))
            .and_then(Json::as_str)
            .unwrap_or_default()
    };
    named(part("system"), part("value")).map_or(refused, Ok)
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
    Finess::parse(&finess).ok().map(|_| Named::Structure(finess))
}

/// From when until when, in milliseconds; the end means the whole of its precision.
fn period(consent: &Json) -> Result<(Option<Millis>, Option<Millis>), Error> {
    let period = consent.get("provision").and_then(|provision| provision.get("period"));
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
