use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use cedar_policy::{Authorizer, PolicySet, Schema};
use hygie_notice::Verdict;

use crate::Request;
use crate::facts::{Facts, no_entities};
use crate::relevance::RELEVANT;
use crate::rules::{RULES, SCHEMA};

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::Dice;

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It may be done.
    Permit,
    /// It may not.
    Refuse,
}

/// An answer and what it rests on. Total: there is no request without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The answer.
    pub verdict: Outcome,
    /// The rules that decided, by `@id`, sorted: those that permit, or those that forbid.
    /// Empty when nothing permitted and nothing forbade: the default is refusal.
    pub rules: Vec<String>,
    /// The rules that could not be evaluated. One is enough for refusal. No personal data.
    pub errors: Vec<String>,
}

impl Decision {
    /// Whether it may be done.
    pub fn permits(&self) -> bool {
        self.verdict == Outcome::Permit
    }

    /// A refusal because the question itself could not be put.
    fn failed(error: &'static str) -> Self {
        Self {
            verdict: Outcome::Refuse,
            rules: Vec::new(),
            errors: vec![error.to_owned()],
        }
    }
}

impl From<Decision> for Verdict {
    fn from(decision: Decision) -> Self {
        Self {
            permitted: decision.permits(),
            rules: decision.rules,
        }
    }
}

/// Most decisions remembered; where more come, all are forgotten.
const MOST: usize = 64 * 1024;

/// Decisions by the facts they rest on. A decision is the same for ever, so that this is a matter of speed alone: the
/// rules take a hundred times as long.
static DECIDED: LazyLock<Mutex<HashMap<Facts, Decision>>> = LazyLock::new(Mutex::default);

/// Decides. Pure: the same request has the same answer, anywhere and at any time.
pub fn decide(request: &Request<'_>) -> Decision {
    let facts = Facts::of(request).relevant(&RELEVANT);
    let decided = || DECIDED.lock().unwrap_or_else(PoisonError::into_inner);
    let known = decided().get(&facts).cloned();
    if let Some(decision) = known {
        return decision;
    }
    let decision = decide_by(&RULES, &SCHEMA, &facts);
    let mut decided = decided();
    if decided.len() >= MOST {
        decided.clear();
    }
    decided.insert(facts, decision.clone());
    decision
}

/// [`decide`] with the rules as a parameter, so that tests can bring broken ones.
fn decide_by(rules: &PolicySet, schema: &Schema, facts: &Facts) -> Decision {
    let Some(question) = facts.question(schema) else {
        return Decision::failed("the request does not fit the schema of the rules");
    };
    let answer = Authorizer::new().is_authorized(&question, rules, &no_entities());
    let mut errors: Vec<String> = answer
        .diagnostics()
        .errors()
        .map(|error| match error {
            // Only the name: the evaluator's own text quotes numbers of people.
            cedar_policy::AuthorizationError::PolicyEvaluationError(error) => {
                format!("rule `{}` could not be evaluated", error.policy_id())
            }
        })
        .collect();
    errors.sort();
    let allowed = answer.decision() == cedar_policy::Decision::Allow;
    let mut names: Vec<String> = answer
        .diagnostics()
        .reason()
        .map(ToString::to_string)
        .collect();
    names.sort();
    if allowed && !errors.is_empty() {
        // A rule that fails might have been the one that forbids.
        names.clear();
    }
    Decision {
        verdict: if allowed && errors.is_empty() {
            Outcome::Permit
        } else {
            Outcome::Refuse
        },
        rules: names,
        errors,
    }
}
