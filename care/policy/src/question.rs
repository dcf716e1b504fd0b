//! A request in Cedar's terms: entities of `rules/schema.cedarschema`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use cedar_policy::{
    Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, RestrictedExpression, Schema,
};
use hygie_notice::ActorKind;

use crate::asked::Asked;
use crate::{Class, Grantee, Target};

/// The request in Cedar's terms; `None` when it does not fit the schema, which a test excludes.
pub(crate) fn question(
    schema: &Schema,
    request: &Asked<'_>,
) -> Option<(cedar_policy::Request, Entities)> {
    let principal = principal(request)?;
    let resource = resource(request)?;
    let context = Context::from_pairs([(
        "purpose".to_owned(),
        RestrictedExpression::new_entity_uid(uid("Purpose", request.purpose.word())),
    )])
    .ok()?;
    let question = cedar_policy::Request::new(
        principal.uid(),
        uid("Action", request.act.word()),
        resource.uid(),
        context,
        Some(schema),
    )
    .ok()?;
    let entities = Entities::from_entities([principal, resource], Some(schema)).ok()?;
    Some((question, entities))
}

/// Who acts, in the structure he acts for.
fn principal(request: &Asked<'_>) -> Option<Entity> {
    let actor = &request.actor;
    let (kind, id) = match actor.kind {
        // A holder is the person of his assertion; without one he holds nothing.
        ActorKind::Holder => (
            "Holder",
            actor.person.map(|id| id.to_string()).unwrap_or_default(),
        ),
        ActorKind::Professional => ("Professional", actor.id.to_owned()),
        ActorKind::Software => ("Software", actor.id.to_owned()),
        ActorKind::Operator => ("Operator", actor.id.to_owned()),
        ActorKind::Enrolment => ("Enrolment", actor.id.to_owned()),
        ActorKind::Representative => ("Representative", actor.id.to_owned()),
        ActorKind::Support => ("Support", actor.id.to_owned()),
        ActorKind::App => ("App", actor.id.to_owned()),
        ActorKind::Crossing => ("Crossing", actor.id.to_owned()),
        ActorKind::SignIn => ("SignIn", actor.id.to_owned()),
    };
    let structure = match actor.kind {
        ActorKind::Professional => actor.structure,
        // Software acts for the structure it is known by, and for no other.
        ActorKind::Software => Some(actor.id),
        _ => None,
    };
    let structures = structure.map(|finess| uid("Structure", finess)).into_iter();
    let sector = actor.sector.iter().map(|code| {
        (
            "sector".to_owned(),
            RestrictedExpression::new_string((*code).to_owned()),
        )
    });
    Entity::new(uid(kind, &id), sector.collect(), structures.collect()).ok()
}

/// What the act is on, with what the person allows at the time of the request.
fn resource(request: &Asked<'_>) -> Option<Entity> {
    let holder = request.person.map(|id| id.to_string());
    let mut attributes: HashMap<String, RestrictedExpression> = holder
        .iter()
        .map(|id| {
            (
                "holder".to_owned(),
                RestrictedExpression::new_entity_uid(uid("Holder", id)),
            )
        })
        .collect();
    let kind = match request.target {
        Target::Record => "Record",
        Target::Trail => "Trail",
        Target::Directory => "Directory",
        Target::Entry(_) => "Entry",
        Target::Roll => "Roll",
        Target::Account => "Account",
    };
    match request.target {
        Target::Record => attributes.extend(rights(request)),
        Target::Entry(class) => attributes.extend(entry(class)),
        Target::Directory | Target::Roll | Target::Account => attributes.clear(),
        Target::Trail => {}
    }
    Entity::new(
        uid(kind, &holder.unwrap_or_default()),
        attributes,
        HashSet::new(),
    )
    .ok()
}

/// What is told of an item: whose it is in relation to the actor, and its marks.
fn entry(class: Class) -> [(String, RestrictedExpression); 3] {
    let said = |name: &str, value| (name.to_owned(), RestrictedExpression::new_bool(value));
    [
        said("ofPrincipal", class.own),
        said("ofStructure", class.of_structure),
        said("masked", class.masked),
    ]
}

/// The person's will as attributes of his record.
fn rights(request: &Asked<'_>) -> [(String, RestrictedExpression); 6] {
    let (readers, structures) = grantees(request.readers.iter().copied());
    let (blocked, blocked_structures) = grantees(request.blocked.iter());
    [
        ("readers".to_owned(), readers),
        ("readingStructures".to_owned(), structures),
        ("blocked".to_owned(), blocked),
        ("blockedStructures".to_owned(), blocked_structures),
        (
            "opposed".to_owned(),
            RestrictedExpression::new_bool(request.opposed),
        ),
        (
            "closed".to_owned(),
            RestrictedExpression::new_bool(request.closed),
        ),
    ]
}

/// The professionals and the structures among grantees, each as a set.
fn grantees<'a>(
    named: impl Iterator<Item = &'a Grantee>,
) -> (RestrictedExpression, RestrictedExpression) {
    let (mut professionals, mut structures) = (Vec::new(), Vec::new());
    for grantee in named {
        match grantee {
            // A grantee without a number is nobody, not everybody without a number.
            Grantee::Professional(id) | Grantee::Structure(id) if id.is_empty() => {}
            Grantee::Professional(rpps) => professionals.push(uid("Professional", rpps)),
            Grantee::Structure(finess) => structures.push(uid("Structure", finess)),
        }
    }
    let set = |uids: Vec<EntityUid>| {
        RestrictedExpression::new_set(uids.into_iter().map(RestrictedExpression::new_entity_uid))
    };
    (set(professionals), set(structures))
}

/// Names of entity types, parsed once.
static TYPES: LazyLock<HashMap<&'static str, EntityTypeName>> = LazyLock::new(|| {
    let names = [
        "Structure",
        "Holder",
        "Professional",
        "Software",
        "Operator",
        "Enrolment",
        "Representative",
        "Support",
        "App",
        "Crossing",
        "SignIn",
        "Account",
        "Purpose",
        "Record",
        "Trail",
        "Directory",
        "Roll",
        "Entry",
        "Action",
    ];
    names
        .into_iter()
        .map(|name| (name, name.parse().expect("a plain word is a type name")))
        .collect()
});

/// An entity's name. `kind` is one of [`TYPES`].
fn uid(kind: &str, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(TYPES[kind].clone(), EntityId::new(id))
}
