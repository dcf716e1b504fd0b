//! Those whom a person's rights name already, to be asked about: his treating doctor, who acts for him, and the
//! professionals, structures, teams and apps that he let in.

use std::collections::HashSet;

use hygie_record::notice::{ActorKind, ActorRef, PersonId};
use hygie_record::{Appointed, Error};

use super::TEXTS;
use super::held::{Held, Known, held};
use super::site::Site;
use super::visitor::Visitor;

/// Profession of doctors (value set J01).
const DOCTOR: &str = "G15_10";

/// Somebody, as a page offers him.
pub(super) struct Named {
    /// What the form sends.
    pub value: String,
    pub label: String,
    /// As whom he would look. Whose profession the rights do not say is taken for a doctor, and the label says so.
    pub actor: ActorRef,
}

/// Those whom the rights of the visitor's record name now, the treating doctor first, then who acts for the person.
///
/// # Errors
/// [`Error::Refused`] for those who may not see the rights; those of the record.
pub(super) async fn named(site: &Site, visitor: &Visitor) -> Result<Vec<Named>, Error> {
    let (caller, person) = (visitor.caller(site)?, visitor.person()?);
    let (consents, known) = held(site, visitor).await?;
    let appointed = site.record().appointed(&caller, person).await?;
    let now = site.now();
    let permits: Vec<&Held> = consents
        .iter()
        .filter(|held| !held.denies && !held.is_over(now))
        .collect();
    let treating = permits.iter().filter(|held| held.treating);
    let mut named: Vec<Named> = treating
        .map(|held| of_consent(visitor, held, &known, person))
        .collect();
    let acting = appointed
        .iter()
        .filter(|one| one.who.until.is_none_or(|until| now < until));
    named.extend(acting.map(|one| of_mandate(visitor, one, person)));
    let others = permits.iter().filter(|held| !held.treating);
    named.extend(others.map(|held| of_consent(visitor, held, &known, person)));
    let mut seen = HashSet::new();
    named.retain(|named| seen.insert(named.value.clone()));
    Ok(named)
}

fn of_mandate(visitor: &Visitor, appointed: &Appointed, person: PersonId) -> Named {
    let who = &appointed.who;
    let shown = if who.name.is_empty() {
        &who.account
    } else {
        &who.name
    };
    let key = format!("mandate-{}", who.role);
    Named {
        value: format!("representative:{}", who.account),
        label: TEXTS.say_with(visitor.language, &key, &[("name", shown)]),
        actor: ActorRef {
            person: Some(person),
            ..ActorRef::new(ActorKind::Representative, who.account.clone())
        },
    }
}

fn of_consent(visitor: &Visitor, held: &Held, known: &Known, person: PersonId) -> Named {
    let whom = held.whom.clone();
    let doctor = |id: &str| ActorRef {
        profession: Some(DOCTOR.to_owned()),
        ..ActorRef::new(ActorKind::Professional, id)
    };
    let (key, actor) = match held.kind {
        "professional" if held.treating => ("see-as-named-treating", doctor(&whom)),
        "professional" => ("see-as-named-doctor", doctor(&whom)),
        "structure" => (
            "see-as-named-within",
            ActorRef {
                structure: Some(whom),
                ..doctor("0")
            },
        ),
        "team" => (
            "see-as-named-within",
            ActorRef {
                team: Some(whom),
                ..doctor("0")
            },
        ),
        _ => (
            "see-as-named-app",
            ActorRef {
                person: Some(person),
                scope: Some("patient/*.rs".to_owned()),
                ..ActorRef::new(ActorKind::App, whom)
            },
        ),
    };
    let name = held.name(visitor, known);
    Named {
        value: format!("{}:{}", held.kind, held.whom),
        label: TEXTS.say_with(visitor.language, &visitor.key(key), &[("name", &name)]),
        actor,
    }
}
