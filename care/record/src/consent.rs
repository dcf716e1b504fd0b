//! The forms of Consent (R4) that say who may read. One that says more than these is refused rather than half
//! understood: an authorisation must mean what its holder reads in it.

use hygie_fhir::Json;
use hygie_fhir::search::Span;
use hygie_identity::{Finess, Rpps};
use hygie_notice::{Millis, PersonId};
use hygie_policy::{Categories, Category, Grantee};

use crate::change::{Put, Right};
use crate::{Error, ids};

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
/// Under which it names a care team, and a program.
const TEAMS: &str = "urn:hygie:care-team";
const APPS: &str = "urn:hygie:app";
/// The code of the treating doctor (value set J47, HL7 ParticipationFunction).
const TREATING: &str = "PCP";
/// The category by which a structure says that it cares for the person.
const CARE: &str = "care-team";
/// Longest identifier of a team or a program, in bytes.
const NAME: usize = 64;
/// How long a structure cares for somebody who was told once, at most, in milliseconds: 90 days.
const CARE_LONGEST: Millis = 90 * 24 * 3_600_000;

/// What a holder's Consent says.
pub(crate) struct Said {
    grantee: Grantee,
    permits: bool,
    treating: bool,
    classes: Option<Categories>,
    item: Option<String>,
    from: Option<Millis>,
    until: Option<Millis>,
}

impl Said {
    /// Reads a Consent of the person's, who has these ids.
    ///
    /// # Errors
    /// [`Error::Unprocessable`] says which form it lacks.
    pub fn read(consent: &Json, person: &[PersonId]) -> Result<Self, Error> {
        let (provision, actor) = provision(consent, "patient-privacy", &["code", "data"]).ok_or(Error::Unprocessable(
            "an authorisation is an active Consent of scope `patient-privacy` whose provision permits, or \
             denies, exactly one actor, named by RPPS, FINESS, care team or app identifier, with nothing beside it \
             but a period, classes of documents (`code`) or one item (`data`)",
        ))?;
        let permits = match provision.get("type").and_then(Json::as_str) {
            Some("permit") => true,
            Some("deny") => false,
            _ => {
                return Err(Error::Unprocessable(
                    "the provision's `type` is `permit` or `deny`",
                ));
            }
        };
        let (from, until) = period(provision)?;
        let said = Self {
            grantee: grantee(actor)?,
            permits,
            treating: roles(actor).any(|code| code == TREATING),
            classes: classes(provision)?,
            item: item(provision, person)?,
            from,
            until,
        };
        said.checked()
    }

    fn checked(self) -> Result<Self, Error> {
        let bounded = self.from.is_some() || self.until.is_some();
        let parted = self.classes.is_some() || self.item.is_some();
        let professional = matches!(self.grantee, Grantee::Professional(_));
        let wrong = if !self.permits && (bounded || parted) {
            "a block holds for everything until it is taken back: leave its period, its classes and its items out"
        } else if !self.permits && matches!(self.grantee, Grantee::App(_)) {
            "an app reads only while it is authorised: take the authorisation back instead of blocking it"
        } else if self.treating && (!self.permits || !professional || bounded || parted) {
            "the treating doctor is one professional, for everything, until another is named"
        } else if self.item.is_some()
            && (self.classes.is_some() || !professional || self.until.is_none())
        {
            "one item is shown to one professional, until a day: name him by RPPS and give the period an end"
        } else {
            return Ok(self);
        };
        Err(Error::Unprocessable(wrong))
    }

    /// As an entry of `rights`.
    pub fn right(self, put: Put) -> Right {
        let classes = self.classes.map(|classes| {
            let codes = classes.iter().map(|class| class.code().to_owned());
            codes.collect()
        });
        let (mut professional, mut structure, mut team, mut app) = (None, None, None, None);
        match self.grantee {
            Grantee::Professional(number) => professional = Some(number),
            Grantee::Structure(number) => structure = Some(number),
            Grantee::Team(id) => team = Some(id),
            Grantee::App(name) => app = Some(name),
        }
        if !self.permits {
            return Right::Block {
                put,
                professional,
                structure,
                team,
            };
        }
        Right::Authorise {
            put,
            professional,
            structure,
            team,
            app,
            classes,
            item: self.item,
            treating: self.treating,
            from: self.from,
            until: self.until,
        }
    }
}

/// What a structure's or a team's Consent says: that it cares for the person, who was told.
pub(crate) struct Cares {
    /// The structure, or the team.
    pub by: Grantee,
    /// From when, as far as it says.
    from: Option<Millis>,
    until: Option<Millis>,
}

impl Cares {
    /// Whether a Consent means to say so.
    pub fn is_meant(consent: &Json) -> bool {
        let categories = consent.get("category").map(Json::items).unwrap_or_default();
        let mut codes = categories.iter().flat_map(codes);
        codes.any(|code| code == CARE)
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`Error::Unprocessable`] says which form it lacks.
    pub fn read(consent: &Json, person: &[PersonId]) -> Result<Self, Error> {
        let (provision, actor) = provision(consent, "treatment", &[]).ok_or(Error::Unprocessable(
            "that a structure cares for somebody is an active Consent of scope `treatment` whose provision permits \
             exactly that structure or care team, with nothing but a period beside it",
        ))?;
        let told = consent
            .get("verification")
            .map(Json::items)
            .unwrap_or_default();
        let told = told.iter().any(|one| {
            let with = one
                .get("verifiedWith")
                .and_then(|with| with.get("reference"));
            let verified = matches!(one.get("verified"), Some(Json::Bool(true)));
            let patient = with
                .and_then(Json::as_str)
                .and_then(|with| with.strip_prefix("Patient/"));
            let patient = patient.and_then(ids::person);
            verified && patient.is_some_and(|one| person.contains(&one))
        });
        if !told {
            return Err(Error::Unprocessable(
                "the person must have been told and not have objected: say so in `verification`, verified with the patient",
            ));
        }
        if provision.get("type").and_then(Json::as_str) != Some("permit") {
            return Err(Error::Unprocessable("the provision's `type` is `permit`"));
        }
        let (from, until) = period(provision)?;
        let by = grantee(actor)?;
        if !matches!(by, Grantee::Structure(_) | Grantee::Team(_)) {
            return Err(Error::Unprocessable(
                "a structure or a care team cares for the person: name it",
            ));
        }
        Ok(Self { by, from, until })
    }

    /// As an entry of `rights`, from `now` on at the earliest.
    ///
    /// # Errors
    /// [`Error::Unprocessable`] for a time that is over, or too long.
    pub fn right(self, put: Put, now: Millis) -> Result<Right, Error> {
        let from = self.from.unwrap_or(now).max(now);
        let until = self.until.unwrap_or(from + CARE_LONGEST);
        if until <= from || until - from > CARE_LONGEST {
            return Err(Error::Unprocessable(
                "care that was told of once is for 90 days at most, and not for a time that is over",
            ));
        }
        let (structure, team) = match self.by {
            Grantee::Structure(number) => (Some(number), None),
            Grantee::Team(id) => (None, Some(id)),
            Grantee::Professional(_) | Grantee::App(_) => (None, None),
        };
        Ok(Right::Care {
            put,
            structure,
            team,
            from,
            until,
        })
    }
}

/// The provision and its only actor, when the Consent is active, of this scope, and says nothing but what is
/// understood.
fn provision<'a>(consent: &'a Json, scope: &str, also: &[&str]) -> Option<(&'a Json, &'a Json)> {
    let active = consent.get("status").and_then(Json::as_str) == Some("active");
    let scoped = codes(consent.get("scope")?).any(|code| code == scope);
    let provision = consent.get("provision")?;
    let plain = provision
        .members()
        .iter()
        .all(|(name, _)| matches!(&**name, "type" | "period" | "actor") || also.contains(&&**name));
    let actors = provision.get("actor").map(Json::items).unwrap_or_default();
    match actors {
        [actor] if active && scoped && plain && !modified(consent) && !modified(actor) => {
            Some((provision, actor))
        }
        _ => None,
    }
}

/// Whether an element says that it means something else than it seems (R4, 2.4.1.2, and 2.26.3.2).
fn modified(element: &Json) -> bool {
    element.get("modifierExtension").is_some() || element.get("implicitRules").is_some()
}

fn codes(concept: &Json) -> impl Iterator<Item = &str> {
    let codings = concept.get("coding").map(Json::items).unwrap_or_default();
    codings
        .iter()
        .filter_map(|coding| coding.get("code")?.as_str())
}

fn roles(actor: &Json) -> impl Iterator<Item = &str> {
    actor.get("role").into_iter().flat_map(codes)
}

/// Whom an actor's identifier names.
fn grantee(actor: &Json) -> Result<Grantee, Error> {
    let identifier = actor
        .get("reference")
        .and_then(|reference| reference.get("identifier"));
    let part = |name| {
        let text = identifier.and_then(|identifier| identifier.get(name));
        text.and_then(Json::as_str).unwrap_or_default()
    };
    named(part("system"), part("value")).ok_or(Error::Unprocessable(
        "the actor is named by an identifier: RPPS (`https://rpps.esante.fr`), FINESS \
         (`https://finess.esante.gouv.fr`), `urn:hygie:care-team` or `urn:hygie:app`",
    ))
}

fn named(system: &str, value: &str) -> Option<Grantee> {
    let number = |systems: &[(&str, &str)]| {
        let known = systems.iter().find(|(known, _)| *known == system);
        known
            .and_then(|(_, prefix)| value.strip_prefix(prefix))
            .map(str::to_owned)
    };
    let plain = || {
        let byte = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        let fits = !value.is_empty() && value.len() <= NAME && value.bytes().all(byte);
        fits.then(|| value.to_owned())
    };
    match system {
        TEAMS => return plain().map(Grantee::Team),
        APPS => return plain().map(Grantee::App),
        _ => {}
    }
    if let Some(rpps) = number(&PROFESSIONALS) {
        return Rpps::parse(&rpps).ok().map(|_| Grantee::Professional(rpps));
    }
    let finess = number(&STRUCTURES)?;
    Finess::parse(&finess)
        .ok()
        .map(|_| Grantee::Structure(finess))
}

/// The classes of documents that `code` names.
fn classes(provision: &Json) -> Result<Option<Categories>, Error> {
    let Some(concepts) = provision.get("code") else {
        return Ok(None);
    };
    // A concept in words alone, or a coding without its code, would be a class that is silently left out.
    let in_words = |concept: &Json| {
        let codings = concept.get("coding").map(Json::items).unwrap_or_default();
        codings.is_empty() || codings.iter().any(|coding| coding.get("code").is_none())
    };
    if concepts.items().iter().any(in_words) {
        return Err(Error::Unprocessable(
            "each `code` names its class of documents by a code, and not in words alone",
        ));
    }
    let mut classes = Categories::default();
    for code in concepts.items().iter().flat_map(codes) {
        let class = Category::from_code(code).filter(|class| *class != Category::Identity);
        let unknown =
            "`code` names classes of documents: 10, 11, 31, 42, 43, 44, 45, 52, 60, 90, 95";
        classes = classes.with(class.ok_or(Error::Unprocessable(unknown))?);
    }
    if classes == Categories::default() {
        return Err(Error::Unprocessable(
            "`code` names no class of documents; leave it out to open all",
        ));
    }
    Ok(Some(classes))
}

/// The one item that `data` names.
fn item(provision: &Json, person: &[PersonId]) -> Result<Option<String>, Error> {
    let Some(data) = provision.get("data") else {
        return Ok(None);
    };
    let one = match data.items() {
        [one] if one.get("meaning").and_then(Json::as_str) == Some("instance") => one,
        _ => {
            return Err(Error::Unprocessable(
                "`data` names one item, with the meaning `instance`",
            ));
        }
    };
    let reference = one
        .get("reference")
        .and_then(|to| to.get("reference"))
        .and_then(Json::as_str);
    let here = reference.filter(|reference| {
        let id = reference.split_once('/').map(|(_, id)| id);
        id.and_then(ids::person)
            .is_some_and(|one| person.contains(&one))
    });
    here.map(|reference| Some(reference.to_owned()))
        .ok_or(Error::Unprocessable(
            "`data` refers to an item of this person's record, as `Type/id`",
        ))
}

/// From when until when, in milliseconds; the end means the whole of its precision.
fn period(provision: &Json) -> Result<(Option<Millis>, Option<Millis>), Error> {
    let period = provision.get("period");
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
