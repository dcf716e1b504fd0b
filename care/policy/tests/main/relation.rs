//! What is true of a request, in the words of the table: found from the raw request, without the code of the crate.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use hygie_notice::{ActorKind, ActorRef, Purpose};
use hygie_policy::{Category, Grantee, Mark, Over, Request, Role, Target};

use crate::world::FORBIDDEN_SECTORS;

/// A request in the words of the table.
#[derive(PartialEq, Eq, Hash, Clone)]
pub struct Truths {
    pub actor: &'static str,
    pub act: &'static str,
    pub target: &'static str,
    pub purpose: &'static str,
    true_ones: u64,
}

/// The words of facts, each with its place.
static WORDS: LazyLock<Mutex<HashMap<String, u8>>> = LazyLock::new(Mutex::default);
/// All that [`truths`] says.
const SAID: [&str; 37] = [
    "self",
    "legal-representative",
    "helper",
    "minor",
    "synthetic",
    "opposed",
    "closed",
    "blocked",
    "authorised",
    "team",
    "treating",
    "breaking",
    "regulates",
    "refuses-break-glass",
    "refuses-regulation",
    "in-structure",
    "in-team",
    "app-let-in",
    "scope-reads",
    "scope-writes",
    "named",
    "sector-never",
    "purpose-of-role",
    "covered",
    "in-mandate",
    "in-matrix",
    "emergency",
    "own",
    "of-structure",
    "granted",
    "in-scope",
    "masked",
    "unannounced",
    "secret",
    "feeding-refused",
    "research-refused",
    "restricted",
];

fn place(word: &str) -> u8 {
    let mut words = WORDS.lock().unwrap();
    if words.is_empty() {
        for (place, word) in (0..).zip(SAID) {
            words.insert(word.to_owned(), place);
        }
    }
    *words
        .get(word)
        .unwrap_or_else(|| panic!("`{word}` of the table is no fact"))
}

impl Truths {
    pub fn holds(&self, word: &str) -> bool {
        self.true_ones & 1 << place(word) != 0
    }
}

/// What is true of a request.
pub fn truths(request: &Request<'_>) -> Truths {
    let mut facts = [false; SAID.len()];
    let governed = !matches!(
        request.target,
        Target::Directory | Target::Roll | Target::Account | Target::Oppositions
    );
    facts[21] = never(request.actor);
    facts[22] = of_role(request.actor.kind, request.purpose);
    if governed {
        person(request, &mut facts);
    }
    if let Target::Entry(class) | Target::Mark(class, _) = request.target {
        facts[23] = covered(request, class.category);
        facts[24] = mandated(request, class.category);
        facts[25] = in_matrix(request, class.category);
        facts[26] = class.emergency;
        facts[27] = class.own;
        facts[28] = class.of_structure;
        facts[29] = class.granted;
        facts[30] = class.in_scope;
        facts[31] = class.marks.masked;
        facts[32] = class.marks.unannounced;
        facts[33] = class.marks.secret;
    }
    let true_ones = facts.iter().enumerate().filter(|(_, fact)| **fact);
    Truths {
        actor: request.actor.kind.word(),
        act: request.act.word(),
        purpose: request.purpose.word(),
        target: match request.target {
            Target::Record => "record",
            Target::Directory => "directory",
            Target::Roll => "roll",
            Target::Account => "account",
            Target::Oppositions => "oppositions",
            Target::Trail => "trail",
            Target::Entry(_) => "item",
            Target::Mark(_, Mark::Masked) => "mark-masked",
            Target::Mark(_, Mark::Unannounced) => "mark-unannounced",
            Target::Mark(_, Mark::Secret) => "mark-secret",
        },
        true_ones: true_ones.fold(0, |all, (place, _)| all | 1 << place),
    }
}

/// What is true of the actor and the person.
fn person(request: &Request<'_>, facts: &mut [bool; SAID.len()]) {
    let (actor, rights, now) = (request.actor, request.rights, request.now);
    let someone = request.person.is_some();
    let same = someone && actor.person == request.person;
    let minor = matches!(rights.of_age, Some(day) if day > now);
    let acts = |role: Role| same && acts(request, role);
    facts[0] = actor.kind == ActorKind::Holder && same;
    facts[1] = acts(Role::Guardian) || minor && acts(Role::Parent);
    facts[2] = acts(Role::Helper);
    facts[3] = minor;
    facts[4] = request.terms.synthetic;
    facts[5] = rights.opposed;
    facts[6] = rights.closed;
    facts[36] = rights.restricted && !matches!(rights.freed, Some(at) if now >= at);
    facts[7] = rights.blocked.iter().any(|one| is(one, actor));
    let let_in = rights.authorisations.iter().any(|one| {
        let begun = one.from.unwrap_or(0) <= now;
        begun && now < one.until.unwrap_or(u64::MAX) && is(&one.grantee, actor)
    });
    facts[8] = let_in && actor.kind != ActorKind::App;
    facts[17] = let_in && actor.kind == ActorKind::App && same;
    let cared = rights
        .care
        .iter()
        .filter(|care| (care.from..care.until).contains(&now));
    facts[9] = !rights.no_presumption && { cared }.any(|care| is(&care.by, actor));
    let doctor = |number: &String| {
        actor.kind == ActorKind::Professional && *number == actor.id && !number.is_empty()
    };
    facts[10] = rights.treating.iter().any(doctor);
    let mut declared = rights.emergencies.iter();
    facts[11] =
        declared.any(|one| (one.from..one.until).contains(&now) && doctor(&one.professional));
    facts[12] = actor.kind == ActorKind::Professional
        && actor
            .structure
            .iter()
            .any(|finess| request.terms.regulation.contains(finess));
    facts[13] = rights.no_break_glass;
    facts[14] = rights.no_regulation;
    facts[15] = !place_of(actor).is_empty();
    facts[16] = cares(actor) && actor.team.as_ref().is_some_and(|team| !team.is_empty());
    let app = actor.kind == ActorKind::App;
    let scope = actor.scope.as_deref().unwrap_or_default();
    facts[18] = app && scope.contains(".rs");
    facts[19] = app && (scope.contains(".c") || scope.contains(".write"));
    facts[20] = someone;
    facts[34] = rights.no_feeding.iter().any(|one| is(one, actor));
    let projects = &rights.no_research.projects;
    let project = actor.scope.iter().any(|asked| projects.contains(asked));
    facts[35] = actor.kind == ActorKind::Crossing && (rights.no_research.all || project);
}

fn cares(actor: &ActorRef) -> bool {
    matches!(actor.kind, ActorKind::Professional | ActorKind::Software)
}

/// The structure acted for, or nothing.
fn place_of(actor: &ActorRef) -> &str {
    match actor.kind {
        ActorKind::Software => &actor.id,
        ActorKind::Professional => actor.structure.as_deref().unwrap_or_default(),
        _ => "",
    }
}

/// Whether somebody named is this actor.
fn is(grantee: &Grantee, actor: &ActorRef) -> bool {
    let (wanted, found) = match grantee {
        Grantee::Professional(number) if actor.kind == ActorKind::Professional => {
            (number, actor.id.as_str())
        }
        Grantee::Structure(number) => (number, place_of(actor)),
        Grantee::Team(id) if cares(actor) => (id, actor.team.as_deref().unwrap_or_default()),
        Grantee::App(name) if actor.kind == ActorKind::App => (name, actor.id.as_str()),
        _ => return false,
    };
    wanted == found && !wanted.is_empty()
}

fn acts(request: &Request<'_>, role: Role) -> bool {
    let mut mandates = request.rights.mandates.iter();
    mandates.any(|mandate| mandate.role == role && in_force(request, mandate))
}

fn in_force(request: &Request<'_>, mandate: &hygie_policy::Mandate) -> bool {
    // An account without an id is nobody's.
    request.actor.kind == ActorKind::Representative
        && !request.actor.id.is_empty()
        && mandate.account == request.actor.id
        && mandate.from.is_none_or(|from| request.now >= from)
        && mandate.until.is_none_or(|until| request.now < until)
}

fn covered(request: &Request<'_>, category: Option<Category>) -> bool {
    let Some(category) = category else {
        return false;
    };
    let theirs = request.actor.kind == ActorKind::App && request.actor.person != request.person;
    !theirs
        && request.rights.authorisations.iter().any(|one| {
            let classes = match &one.over {
                Over::Classes(classes) => {
                    category == Category::Identity || classes.contains(category)
                }
                Over::Item(_) => false,
            };
            classes
                && is(&one.grantee, request.actor)
                && one.from.is_none_or(|from| request.now >= from)
                && one.until.is_none_or(|until| request.now < until)
        })
}

fn mandated(request: &Request<'_>, category: Option<Category>) -> bool {
    let Some(category) = category else {
        return false;
    };
    request.rights.mandates.iter().any(|mandate| {
        mandate.role == Role::Helper
            && in_force(request, mandate)
            && (category == Category::Identity || mandate.classes.contains(category))
    })
}

/// The matrix of the tests, said once more: see [`crate::world::MATRIX`].
fn in_matrix(request: &Request<'_>, category: Option<Category>) -> bool {
    let profession = match request.actor.kind {
        ActorKind::Professional => request.actor.profession.as_deref().unwrap_or_default(),
        ActorKind::Software => "software",
        _ => "",
    };
    match (profession, category) {
        (_, Some(Category::Identity)) => true,
        (_, None) => false,
        ("G15_10" | "G15_10/SM04" | "software", Some(_)) => true,
        ("G15_21", Some(Category::Prescription | Category::Dispensation)) => true,
        _ => false,
    }
}

fn never(actor: &ActorRef) -> bool {
    actor
        .sector
        .as_deref()
        .is_some_and(|code| FORBIDDEN_SECTORS.contains(&code))
}

fn of_role(kind: ActorKind, purpose: Purpose) -> bool {
    use Purpose::{
        Closure, Enrolment, Import, Keeping, PatientRequest, Portability, Regulation, Research,
        SignIn, Training, Treatment,
    };
    let purposes: &[Purpose] = match kind {
        ActorKind::Holder | ActorKind::Representative | ActorKind::App => &[PatientRequest],
        ActorKind::Professional => &[Treatment, Regulation],
        ActorKind::Software => &[Treatment],
        ActorKind::Operator => &[Import, Portability, Closure, Keeping],
        ActorKind::Enrolment => &[Enrolment],
        ActorKind::Support => &[Training, Enrolment],
        ActorKind::Crossing => &[Research],
        ActorKind::SignIn => &[SignIn],
        ActorKind::Officer => &[],
    };
    purposes.contains(&purpose)
}
