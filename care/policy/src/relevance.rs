//! Which facts can matter to a question: those that a rule asks for whose actor, act and target are the question's.
//! Cedar reaches a fact by `context.name` alone, so that what no such rule names has no part in the answer; it counts as
//! not true. Fewer questions are different then, and their answers serve longer.

use std::collections::HashMap;
use std::sync::LazyLock;

use cedar_policy::{
    ActionConstraint, EntityTypeName, EntityUid, Policy, PolicySet, PrincipalConstraint,
    ResourceConstraint,
};
use hygie_notice::{Act, ActorKind};

use crate::facts::{Fact, On, actor, uid};
use crate::rules::RULES;

/// Facts as bits, by what the question is about.
pub(crate) type Relevant = HashMap<(ActorKind, Act, On), u64>;

/// Those of the rules that are compiled in.
pub(crate) static RELEVANT: LazyLock<Relevant> = LazyLock::new(|| relevant(&RULES));

/// A rule: for whom it is, what it asks for.
struct Scope {
    principal: Option<EntityTypeName>,
    actions: Option<Vec<EntityUid>>,
    resource: Option<EntityUid>,
    asks: u64,
}

/// What matters to each question by these rules.
pub(crate) fn relevant(rules: &PolicySet) -> Relevant {
    let scopes: Vec<Scope> = rules.policies().map(Scope::of).collect();
    let mut relevant = Relevant::new();
    for kind in ActorKind::ALL {
        for act in Act::ALL {
            for on in On::ALL {
                let fitting = scopes.iter().filter(|scope| scope.fits(kind, act, on));
                let asked = fitting.fold(0, |asked, scope| asked | scope.asks);
                relevant.insert((kind, act, on), asked);
            }
        }
    }
    relevant
}

impl Scope {
    /// A rule whose scope is of a form that is not known is for everybody: it matters to too many questions, and to
    /// none too few.
    fn of(rule: &Policy) -> Self {
        Self {
            principal: match rule.principal_constraint() {
                PrincipalConstraint::Is(kind) => Some(kind),
                _ => None,
            },
            actions: match rule.action_constraint() {
                ActionConstraint::Any => None,
                ActionConstraint::Eq(action) => Some(vec![action]),
                ActionConstraint::In(actions) => Some(actions),
            },
            resource: match rule.resource_constraint() {
                ResourceConstraint::Eq(target) => Some(target),
                _ => None,
            },
            asks: asked(&rule.to_string()),
        }
    }

    fn fits(&self, kind: ActorKind, act: Act, on: On) -> bool {
        let (principal, action, target) = (
            uid(actor(kind), "one"),
            uid("Action", act.word()),
            uid("Target", on.word()),
        );
        let (Some(principal), Some(action), Some(target)) = (principal, action, target) else {
            return true;
        };
        self.principal
            .as_ref()
            .is_none_or(|kind| kind == principal.type_name())
            && self
                .actions
                .as_ref()
                .is_none_or(|actions| actions.contains(&action))
            && self.resource.as_ref().is_none_or(|one| *one == target)
    }
}

/// The facts that a rule's text asks for; all of them where it uses the context in any other way.
fn asked(text: &str) -> u64 {
    let mut asked = 0;
    for (at, word) in text.match_indices("context") {
        let rest = &text[at + word.len()..];
        // That a fact is there at all says nothing: each is, true or not.
        if rest.starts_with(" has ") {
            continue;
        }
        let name = rest.strip_prefix('.').map(|rest| {
            let end = rest.find(|symbol: char| !symbol.is_ascii_alphanumeric() && symbol != '_');
            &rest[..end.unwrap_or(rest.len())]
        });
        match name {
            // These two are no facts, and always matter.
            Some("purpose" | "sector") => {}
            Some(name) => match Fact::ALL.into_iter().find(|fact| fact.word() == name) {
                Some(fact) => asked |= 1 << fact as u8,
                None => return u64::MAX,
            },
            None => return u64::MAX,
        }
    }
    asked
}
