//! The same law in plain Rust, written from the text of the rules' comments and not from Cedar:
//! first what is forbidden, then what each role may do.

use hygie_notice::{Act, ActorKind, Purpose};
use hygie_policy::{Grantee, Request, Target};

use crate::world::FORBIDDEN_SECTORS;

/// Whether the request is permitted.
pub fn permitted(request: &Request<'_>) -> bool {
    !forbidden(request)
        && match request.target {
            Target::Record => on_record(request),
            Target::Directory => on_directory(request),
            Target::Trail => request.act == Act::Account && is_holder(request),
        }
}

fn forbidden(request: &Request<'_>) -> bool {
    let sector = request.actor.sector.as_deref();
    let no_person_named = request.person.is_none()
        && match request.target {
            Target::Record => request.act != Act::Create,
            Target::Trail => true,
            Target::Directory => false,
        };
    let against_the_will =
        request.target == Target::Record && (request.rights.opposed || request.rights.closed);
    sector.is_some_and(|code| FORBIDDEN_SECTORS.contains(&code))
        || no_person_named
        || against_the_will
        || !request.actor.kind.may_claim(request.purpose)
}

fn on_record(request: &Request<'_>) -> bool {
    match (request.actor.kind, request.act) {
        (ActorKind::Holder, Act::Read | Act::Search | Act::Deposit | Act::Share) => {
            is_holder(request)
        }
        (ActorKind::Professional | ActorKind::Software, Act::Deposit) => true,
        (ActorKind::Professional | ActorKind::Software, Act::Read | Act::Search) => {
            authorised(request)
        }
        (ActorKind::Operator, Act::Create | Act::Deposit) => request.purpose == Purpose::Import,
        (ActorKind::Operator, Act::Export) => request.purpose == Purpose::Portability,
        _ => false,
    }
}

fn on_directory(request: &Request<'_>) -> bool {
    match (request.actor.kind, request.act) {
        (_, Act::Read | Act::Search) => true,
        (ActorKind::Professional | ActorKind::Software, Act::Deposit) => true,
        (ActorKind::Operator, Act::Deposit | Act::Create) => request.purpose == Purpose::Import,
        _ => false,
    }
}

fn is_holder(request: &Request<'_>) -> bool {
    request.actor.kind == ActorKind::Holder
        && request.person.is_some()
        && request.actor.person == request.person
}

fn authorised(request: &Request<'_>) -> bool {
    let actor = request.actor;
    let professional = (actor.kind == ActorKind::Professional).then_some(actor.id.as_str());
    let structure = match actor.kind {
        ActorKind::Software => Some(actor.id.as_str()),
        _ => actor.structure.as_deref(),
    };
    let names = |number: &str, own: Option<&str>| !number.is_empty() && own == Some(number);
    request.rights.authorisations.iter().any(|authorisation| {
        let expired = authorisation
            .until
            .is_some_and(|until| request.now >= until);
        let begun = authorisation.from.is_none_or(|from| request.now >= from);
        begun
            && !expired
            && match &authorisation.grantee {
                Grantee::Professional(rpps) => names(rpps, professional),
                Grantee::Structure(finess) => names(finess, structure),
            }
    })
}
