//! In what relation an actor stands to a person at the time of a request: the person's rights, read for this one
//! actor. What follows from it is for the rules to say.

use hygie_notice::{ActorKind, ActorRef};

use crate::facts::{Fact, Facts};
use crate::rights::{Grantee, Over, Role};
use crate::{Category, Class, Mandate, Request, Scopes};

/// What is true of the actor and the person, whatever the item.
pub(crate) fn of(request: &Request<'_>, facts: &mut Facts) {
    let (actor, rights, now) = (request.actor, request.rights, request.now);
    let named = request.person.is_some();
    facts.say(Fact::Named, named);
    facts.say(Fact::Minor, rights.of_age.is_some_and(|day| now < day));

    let own = named && actor.person == request.person;
    facts.say(Fact::Holder, actor.kind == ActorKind::Holder && own);
    let mandate = |role| own && mandates(request).any(|mandate| mandate.role == role);
    facts.say(Fact::Parent, mandate(Role::Parent));
    facts.say(Fact::Guardian, mandate(Role::Guardian));
    facts.say(Fact::Helper, mandate(Role::Helper));

    let professional = actor.kind == ActorKind::Professional;
    let is = |rpps: &str| professional && !rpps.is_empty() && actor.id == rpps;
    let mut blocked = rights.blocked.iter();
    facts.say(Fact::Blocked, blocked.any(|grantee| names(grantee, actor)));
    let cares = rights
        .care
        .iter()
        .any(|care| care.from <= now && now < care.until && names(&care.by, actor));
    facts.say(Fact::Team, cares && !rights.no_presumption);
    facts.say(Fact::Treating, rights.treating.as_deref().is_some_and(is));
    let breaking = rights
        .emergencies
        .iter()
        .any(|one| one.from <= now && now < one.until && is(&one.professional));
    facts.say(Fact::Breaking, breaking);
    facts.say(Fact::RefusesBreakGlass, rights.no_break_glass);
    let regulates =
        structure(actor).is_some_and(|finess| request.terms.regulation.contains(finess));
    facts.say(Fact::Regulates, professional && regulates);
    facts.say(Fact::RefusesRegulation, rights.no_regulation);
}

/// What counts for the record as a whole, and for none of its items.
pub(crate) fn of_record(request: &Request<'_>, facts: &mut Facts) {
    let (actor, rights, now) = (request.actor, request.rights, request.now);
    facts.say(Fact::Synthetic, request.terms.synthetic);
    facts.say(Fact::Opposed, rights.opposed);
    facts.say(Fact::Closed, rights.closed);
    let freed = rights.freed.is_some_and(|at| at <= now);
    facts.say(Fact::Restricted, rights.restricted && !freed);
    let mut unfed = rights.no_feeding.iter();
    facts.say(Fact::FeedingRefused, unfed.any(|one| names(one, actor)));
    let crossing = actor.kind == ActorKind::Crossing;
    let refused = rights.no_research.refuses(actor.scope.as_deref());
    facts.say(Fact::ResearchRefused, crossing && refused);
    let own = actor.kind != ActorKind::App || actor.person == request.person;
    let mut given = rights.authorisations.iter();
    let authorised = given.any(|one| one.in_force(now) && names(&one.grantee, actor));
    facts.say(Fact::Authorised, authorised && own);
    facts.say(Fact::InStructure, structure(actor).is_some());
    facts.say(Fact::InTeam, team(actor).is_some());
    if actor.kind == ActorKind::App {
        let scopes = Scopes::parse(actor.scope.as_deref().unwrap_or_default());
        facts.say(Fact::ScopeReads, scopes.reads());
        facts.say(Fact::ScopeWrites, scopes.writes());
    }
}

/// What is true of an item besides.
pub(crate) fn of_item(request: &Request<'_>, class: Class, facts: &mut Facts) {
    let (actor, category) = (request.actor, class.category);
    facts.say(Fact::InMatrix, request.terms.matrix.lets(actor, category));
    let covered = request.rights.authorisations.iter().any(|one| {
        let over = match &one.over {
            Over::Classes(classes) => named_by(category, |category| classes.contains(category)),
            Over::Item(_) => false,
        };
        over && one.in_force(request.now) && names(&one.grantee, actor)
    });
    let own_app = actor.kind != ActorKind::App || actor.person == request.person;
    facts.say(Fact::Covered, covered && own_app);
    let mut helped = mandates(request).filter(|mandate| mandate.role == Role::Helper);
    let mandated =
        helped.any(|mandate| named_by(category, |category| mandate.classes.contains(category)));
    facts.say(Fact::InMandate, mandated);
    facts.say(Fact::Emergency, class.emergency);
    facts.say(Fact::Own, class.own);
    facts.say(Fact::OfStructure, class.of_structure);
    facts.say(Fact::Granted, class.granted);
    facts.say(Fact::InScope, class.in_scope);
    facts.say(Fact::Masked, class.marks.masked);
    facts.say(Fact::Unannounced, class.marks.unannounced);
    facts.say(Fact::Secret, class.marks.secret);
}

/// The mandates in force of a representative.
fn mandates<'a>(request: &Request<'a>) -> impl Iterator<Item = &'a Mandate> {
    let (actor, now) = (request.actor, request.now);
    let acts = actor.kind == ActorKind::Representative && !actor.id.is_empty();
    let mandates = request.rights.mandates.iter();
    mandates.filter(move |mandate| acts && mandate.account == actor.id && mandate.in_force(now))
}

/// Whether a set of classes names a class. Who somebody is goes with whatever else is shown of him; a type without
/// a class is in no set, not even in that of all.
fn named_by(category: Option<Category>, contains: impl Fn(Category) -> bool) -> bool {
    category.is_some_and(|category| category == Category::Identity || contains(category))
}

/// Whether a grantee is this actor, or what he acts for. A grantee without a number is nobody, not everybody
/// without a number.
pub(crate) fn names(grantee: &Grantee, actor: &ActorRef) -> bool {
    let (number, own) = match grantee {
        Grantee::Professional(rpps) => (
            rpps,
            (actor.kind == ActorKind::Professional).then_some(actor.id.as_str()),
        ),
        Grantee::Structure(finess) => (finess, structure(actor)),
        Grantee::Team(id) => (id, team(actor)),
        Grantee::App(name) => (
            name,
            (actor.kind == ActorKind::App).then_some(actor.id.as_str()),
        ),
    };
    !number.is_empty() && own == Some(number.as_str())
}

/// The structure acted for. Software acts for the structure it is known by, and for no other.
fn structure(actor: &ActorRef) -> Option<&str> {
    let finess = match actor.kind {
        ActorKind::Professional => actor.structure.as_deref(),
        ActorKind::Software => Some(actor.id.as_str()),
        _ => None,
    };
    finess.filter(|finess| !finess.is_empty())
}

/// The care team acted in.
fn team(actor: &ActorRef) -> Option<&str> {
    let cares = matches!(actor.kind, ActorKind::Professional | ActorKind::Software);
    let team = actor.team.as_deref().filter(|_| cares);
    team.filter(|team| !team.is_empty())
}
