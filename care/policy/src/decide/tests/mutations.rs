//! Every policy is broken in every way that a slip of the pen breaks one: taken away, its effect turned, a condition
//! dropped or negated, its act, its actor or its target widened. Each broken set must answer something else somewhere;
//! else nobody would notice the slip, or the part that was broken says nothing.
//!
//! Answers are compared with their reasons, which the person reads.

use cedar_policy::{Authorizer, Effect, Policy, PolicyId, PolicySet, Request};
use serde_json::{Value, json};

use super::super::decide_by;
use super::Facts;
use crate::facts::{Fact, no_entities};
use crate::rules::{RULES, SCHEMA};

/// Most questions asked of a broken set.
const MOST: usize = 100_000;
/// Policies for who gives care whose purpose, `treatment`, belongs to professionals and software alone: that each of
/// the two is named says once more what the purpose says.
const CARE: [&str; 7] = [
    "author-marks",
    "authorised-reads",
    "authorised-sees-item",
    "care-declares",
    "care-deposits",
    "care-team-reads",
    "care-team-sees-item",
];
/// Policies whose purpose belongs to one role alone, so that their head says once more who acts: the one slip that
/// nobody could notice.
const ONE_ROLE: [&str; 11] = [
    "directory-import",
    "export-takes-item",
    "operator-appoints",
    "operator-closes",
    "operator-erases",
    "operator-imports",
    "operator-reopens",
    "portability-export",
    "regulation-reads",
    "regulation-sees-item",
    "support-explains",
];

/// A policy without one part, or with the contrary of it, by what was done.
fn slips(policy: &Value) -> Vec<(String, Value)> {
    let mut slips = Vec::new();
    let mut turned = policy.clone();
    let permits = policy["effect"] == "permit";
    turned["effect"] = json!(if permits { "forbid" } else { "permit" });
    slips.push(("effect turned".to_owned(), turned));
    for part in ["principal", "action", "resource"] {
        if policy[part]["op"] != "All" {
            let mut wide = policy.clone();
            wide[part] = json!({ "op": "All" });
            slips.push((format!("{part} widened"), wide));
        }
    }
    let conditions = policy["conditions"].as_array().unwrap();
    for (place, condition) in conditions.iter().enumerate() {
        let mut dropped = policy.clone();
        dropped["conditions"].as_array_mut().unwrap().remove(place);
        slips.push(("condition dropped".to_owned(), dropped));
        let mut negated = policy.clone();
        let kind = if condition["kind"] == "when" {
            "unless"
        } else {
            "when"
        };
        negated["conditions"][place]["kind"] = json!(kind);
        slips.push(("condition negated".to_owned(), negated));
        let mut paths = Vec::new();
        parts(&condition["body"], &mut Vec::new(), &mut paths);
        for path in paths {
            slips.extend(slips_of_part(policy, place, &path));
        }
    }
    slips
}

/// One part of a condition negated, and taken for true and for false.
fn slips_of_part(policy: &Value, place: usize, path: &[String]) -> [(String, Value); 3] {
    let with = |what: &str, part: fn(&Value) -> Value| {
        let mut slip = policy.clone();
        let mut at = &mut slip["conditions"][place]["body"];
        for step in path {
            at = &mut at[step.as_str()];
        }
        *at = part(at);
        (format!("{} {what}", path.join("/")), slip)
    };
    [
        with("negated", |part| json!({ "!": { "arg": part } })),
        with("true", |_| json!({ "Value": true })),
        with("false", |_| json!({ "Value": false })),
    ]
}

/// The paths to all parts of a condition that are joined by and, or, not.
fn parts(body: &Value, path: &mut Vec<String>, paths: &mut Vec<Vec<String>>) {
    let mut joined = false;
    let both = &["left", "right"][..];
    for (operator, sides) in [("&&", both), ("||", both), ("!", &["arg"])] {
        if let Some(inner) = body.get(operator) {
            joined = true;
            for side in sides {
                path.extend([operator.to_owned(), (*side).to_owned()]);
                parts(&inner[*side], path, paths);
                path.truncate(path.len() - 2);
            }
        }
    }
    if !joined && !path.is_empty() {
        paths.push(path.clone());
    }
}

/// The policies, and whether each permits.
struct Rules {
    names: Vec<String>,
    permits: Vec<bool>,
    alone: Vec<PolicySet>,
}

impl Rules {
    fn read() -> (Self, Vec<Value>) {
        let mut rules = Self {
            names: Vec::new(),
            permits: Vec::new(),
            alone: Vec::new(),
        };
        let mut policies: Vec<&Policy> = RULES.policies().collect();
        policies.sort_by_key(|policy| policy.id().to_string());
        let forms = policies.iter().map(|policy| policy.to_json().unwrap());
        for policy in &policies {
            rules.names.push(policy.id().to_string());
            rules.permits.push(policy.effect() == Effect::Permit);
            rules
                .alone
                .push(PolicySet::from_policies([(*policy).clone()]).unwrap());
        }
        (rules, forms.collect())
    }
}

/// Whether the one policy of a set holds of a question: what others say does not touch it. None when it fails.
fn holds(alone: &PolicySet, question: &Request) -> Option<bool> {
    let answer = Authorizer::new().is_authorized(question, alone, &no_entities());
    let said = answer.diagnostics();
    (said.errors().count() == 0).then(|| said.reason().next().is_some())
}

/// What follows from which policies hold: the verdict, and the reasons.
fn follows(rules: &[(bool, bool)]) -> (bool, Vec<usize>) {
    let those = |permits: bool| {
        let rules = rules.iter().enumerate();
        let held = rules.filter(|(_, (permit, holds))| *permit == permits && *holds);
        held.map(|(place, _)| place).collect::<Vec<usize>>()
    };
    let forbids = those(false);
    if forbids.is_empty() {
        let permits = those(true);
        (!permits.is_empty(), permits)
    } else {
        (false, forbids)
    }
}

/// Questions about one policy in a fixed order, each with the policies that hold: somebody, some act and some target
/// that the policy speaks of, more often than others.
struct Questions<'a> {
    rules: &'a Rules,
    form: &'a Value,
    known: Vec<(Request, Vec<(bool, bool)>)>,
}

impl Questions<'_> {
    fn at(&mut self, place: usize) -> &(Request, Vec<(bool, bool)>) {
        while self.known.len() <= place {
            let mut dice = Dice(self.known.len() as u64 * 7_919 + 1);
            let mut facts = Facts::arbitrary(&mut dice);
            facts.lean_to(self.form, &mut dice);
            let question = facts.question(&SCHEMA).unwrap();
            let held = self
                .rules
                .alone
                .iter()
                .map(|alone| holds(alone, &question).unwrap());
            let held: Vec<(bool, bool)> = self.rules.permits.iter().copied().zip(held).collect();
            // That a decision is what follows from the policies one by one, is tried on the way.
            let (permits, reasons) = follows(&held);
            let decision = decide_by(&RULES, &SCHEMA, &facts);
            let reasons: Vec<&String> = reasons
                .iter()
                .map(|place| &self.rules.names[*place])
                .collect();
            assert_eq!(decision.permits(), permits);
            assert_eq!(decision.rules.iter().collect::<Vec<_>>(), reasons);
            self.known.push((question, held));
        }
        &self.known[place]
    }

    /// Whether somebody would notice that policy `at` is another, or gone.
    fn notice(&mut self, at: usize, broken: Option<&Policy>) -> bool {
        let alone = broken.map(|policy| PolicySet::from_policies([policy.clone()]).unwrap());
        let permits = broken.is_some_and(|policy| policy.effect() == Effect::Permit);
        (0..MOST).any(|place| {
            let (question, held) = self.at(place);
            let Some(now) = alone
                .as_ref()
                .map_or(Some(false), |alone| holds(alone, question))
            else {
                return true;
            };
            let mut slipped = held.clone();
            slipped[at] = (permits, now);
            follows(&slipped) != follows(held)
        })
    }
}

/// Xorshift: the same questions in every run.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn of(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, sides: usize) -> usize {
        for _ in 0..3 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
        }
        usize::try_from(self.0 % sides as u64).unwrap()
    }
}

/// Whether a policy says the part that slipped in two ways.
fn is_said_twice(name: &str, what: &str) -> bool {
    let who = what.ends_with("||/left true") || what.ends_with("||/right true");
    let care = CARE.contains(&name) || name == "directory-deposit";
    (what == "principal widened" && ONE_ROLE.contains(&name)) || (who && care)
}

#[test]
fn no_slip_in_a_policy_goes_unnoticed() {
    let (rules, forms) = Rules::read();
    let (mut slipped, mut asked, mut survivors) = (0, 0, Vec::new());
    for (at, form) in forms.iter().enumerate() {
        let name = &rules.names[at];
        let mut questions = Questions {
            rules: &rules,
            form,
            known: Vec::new(),
        };
        let broken = slips(form).into_iter().map(|(what, form)| {
            let broken = Policy::from_json(Some(PolicyId::new(name)), form).unwrap();
            (what, Some(broken))
        });
        for (what, broken) in [("taken away".to_owned(), None)].into_iter().chain(broken) {
            if is_said_twice(name, &what) {
                continue;
            }
            slipped += 1;
            if !questions.notice(at, broken.as_ref()) {
                survivors.push(format!("{name}: {what}"));
            }
        }
        asked += questions.known.len();
    }
    println!(
        "policy: {slipped} slips in {} policies, {} unnoticed, {} questions",
        rules.names.len(),
        survivors.len(),
        asked
    );
    assert!(survivors.is_empty(), "{survivors:#?}");
}

impl Facts {
    /// Any facts; most of those that forbid are false, so that permits are met too.
    fn arbitrary(dice: &mut Dice) -> Self {
        let mut facts = Self::asked(dice);
        for fact in Fact::ALL {
            let likely = match fact {
                Fact::Named => 8,
                Fact::Opposed | Fact::Closed | Fact::Restricted | Fact::Blocked | Fact::Minor => 1,
                Fact::InMatrix => 7,
                _ => 3,
            };
            let holds = dice.below(9) < likely;
            facts.say(fact, holds);
        }
        facts
    }
}
