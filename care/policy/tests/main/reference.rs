//! The same law in plain Rust, written from the text of the rules' comments and not from Cedar:
//! first what is forbidden, then what each role may do.

use hygie_notice::{Act, ActorKind, ActorRef, Purpose};
use hygie_policy::{Class, Grantee, Request, Target};

use crate::world::FORBIDDEN_SECTORS;

/// Whether the request is permitted.
pub fn permitted(request: &Request<'_>) -> bool {
    !forbidden(request)
        && match request.target {
            Target::Record => on_record(request),
            Target::Directory => on_directory(request),
            Target::Roll => on_roll(request),
            Target::Account => {
                request.actor.kind == ActorKind::SignIn
                    && matches!(request.act, Act::Create | Act::Read | Act::Amend)
            }
            Target::Trail => request.act == Act::Account && is_holder(request),
            Target::Entry(class) => on_entry(request, class),
        }
}

fn forbidden(request: &Request<'_>) -> bool {
    let sector = request.actor.sector.as_deref();
    let no_person_named = request.person.is_none()
        && match request.target {
            Target::Record => request.act != Act::Create,
            Target::Trail | Target::Entry(_) => true,
            Target::Directory | Target::Roll | Target::Account => false,
        };
    let against_the_will = request.target == Target::Record
        && !matches!(request.act, Act::Oppose | Act::Erase)
        && (request.rights.opposed || request.rights.closed && request.act != Act::Reopen);
    sector.is_some_and(|code| FORBIDDEN_SECTORS.contains(&code))
        || no_person_named
        || against_the_will
        || (request.target == Target::Record && is_reading(request.act) && blocked(request))
        || masked_from(request)
        || !request.actor.kind.may_claim(request.purpose)
}

fn on_record(request: &Request<'_>) -> bool {
    match (request.actor.kind, request.act) {
        (ActorKind::Holder, act) if is_reading(act) || is_writing(act) || act == Act::Share => {
            is_holder(request)
        }
        (ActorKind::Professional | ActorKind::Software, act) if is_writing(act) => {
            request.purpose == Purpose::Treatment
        }
        (ActorKind::Professional | ActorKind::Software, act) if is_reading(act) => {
            request.purpose == Purpose::Treatment && authorised(request)
        }
        (ActorKind::Operator, Act::Create) => request.purpose == Purpose::Import,
        (ActorKind::Operator, Act::Export) => request.purpose == Purpose::Portability,
        (ActorKind::Operator, Act::Erase | Act::Close) => request.purpose == Purpose::Closure,
        (ActorKind::Operator, Act::Reopen) => {
            request.purpose == Purpose::Closure && request.rights.closed
        }
        (ActorKind::Enrolment, Act::Oppose) => request.purpose == Purpose::Enrolment,
        _ => false,
    }
}

fn on_roll(request: &Request<'_>) -> bool {
    request.actor.kind == ActorKind::Enrolment
        && request.purpose == Purpose::Enrolment
        && matches!(
            request.act,
            Act::Create | Act::Deposit | Act::Search | Act::Oppose
        )
}

fn is_reading(act: Act) -> bool {
    matches!(act, Act::Read | Act::Search | Act::History)
}

fn is_writing(act: Act) -> bool {
    matches!(act, Act::Deposit | Act::Amend | Act::Delete | Act::Mask)
}

/// Items: everybody who was let in sees them, the author changes them, holder and author mask them.
fn on_entry(request: &Request<'_>, class: Class) -> bool {
    match request.act {
        Act::Read | Act::Export => true,
        Act::Amend | Act::Delete => class.own || class.of_structure,
        Act::Mask => is_holder(request) || class.own,
        _ => false,
    }
}

fn masked_from(request: &Request<'_>) -> bool {
    let professional = matches!(
        request.actor.kind,
        ActorKind::Professional | ActorKind::Software
    );
    matches!(request.target, Target::Entry(class) if class.masked && !class.own && professional)
}

fn blocked(request: &Request<'_>) -> bool {
    request
        .rights
        .blocked
        .iter()
        .any(|grantee| names(grantee, request.actor))
}

fn on_directory(request: &Request<'_>) -> bool {
    match (request.actor.kind, request.act) {
        (_, Act::Read | Act::Search) => true,
        (ActorKind::Professional | ActorKind::Software, Act::Deposit) => {
            request.purpose == Purpose::Treatment
        }
        (ActorKind::Operator, Act::Deposit | Act::Create) => request.purpose == Purpose::Import,
        _ => false,
    }
}

fn is_holder(request: &Request<'_>) -> bool {
    request.actor.kind == ActorKind::Holder
        && request.person.is_some()
        && request.actor.person == request.person
}

/// Whether a grantee is this professional, or the structure that this actor acts for.
fn names(grantee: &Grantee, actor: &ActorRef) -> bool {
    let professional = (actor.kind == ActorKind::Professional).then_some(actor.id.as_str());
    let structure = match actor.kind {
        ActorKind::Software => Some(actor.id.as_str()),
        ActorKind::Professional => actor.structure.as_deref(),
        _ => None,
    };
    let (number, own) = match grantee {
        Grantee::Professional(rpps) => (rpps, professional),
        Grantee::Structure(finess) => (finess, structure),
    };
    !number.is_empty() && own == Some(number.as_str())
}

fn authorised(request: &Request<'_>) -> bool {
    request.rights.authorisations.iter().any(|authorisation| {
        let begun = authorisation.from.is_none_or(|from| request.now >= from);
        let expired = authorisation
            .until
            .is_some_and(|until| request.now >= until);
        begun && !expired && names(&authorisation.grantee, request.actor)
    })
}
