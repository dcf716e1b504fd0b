//! Dangers: a rule that cannot be evaluated lets something pass; an error text that names people;
//! rules that do not load, or speak of what does not exist.
//! Not a failure: a refusal without any rule; refusing is the default.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cedar_policy::{ValidationMode, Validator};
use hygie_notice::{Act, ActorKind, ActorRef, Purpose, Verdict};

use super::{Decision, Facts, Outcome, decide_by};
use crate::rules::{FILES, RULES, SCHEMA, named};
use crate::{Request, Rights, Target, Terms, decide, rule_names};

mod mutations;
pub(crate) use mutations::Dice;

fn operator() -> ActorRef {
    ActorRef::new(ActorKind::Operator, "martine-1234567")
}

fn with_rules(text: &str) -> Decision {
    let rules = named(&[text]).unwrap();
    let request = Request {
        actor: &operator(),
        act: Act::Deposit,
        purpose: Purpose::Import,
        target: Target::Directory,
        person: None,
        rights: &Rights::default(),
        terms: &Terms::default(),
        now: 0,
    };
    decide_by(&rules, &SCHEMA, &Facts::of(&request))
}

#[test]
fn every_rule_is_valid_against_the_schema_without_a_warning() {
    let result = Validator::new(SCHEMA.clone()).validate(&RULES, ValidationMode::Strict);
    let complaints: Vec<String> = result
        .validation_errors()
        .map(ToString::to_string)
        .chain(result.validation_warnings().map(ToString::to_string))
        .collect();
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[test]
fn every_file_of_rules_cites_its_law_and_every_rule_is_loaded() {
    for file in FILES {
        let cites = ["CSP", "GDPR", "EHDS"].iter().any(|law| file.contains(law));
        assert!(cites, "a file of rules without a law: {file}");
    }
    let written: usize = FILES.iter().map(|file| file.matches("@id(").count()).sum();
    assert_eq!(written, rule_names().len());
}

#[test]
fn two_rules_of_one_name_are_refused() {
    let rule = "@id(\"same\") permit (principal, action, resource);";
    assert!(named(&[rule, rule]).is_err());
    assert!(named(&["permit (principal, action, resource);"]).is_err());
}

#[test]
fn a_rule_that_fails_refuses_even_where_another_permits() {
    let decision = with_rules(
        "@id(\"all\") permit (principal, action, resource);
         @id(\"broken\") forbid (principal, action, resource) when { principal.nothing };",
    );
    assert_eq!(decision.verdict, Outcome::Refuse);
    assert_eq!(decision.rules, Vec::<String>::new());
    assert_eq!(decision.errors, ["rule `broken` could not be evaluated"]);
    assert!(!Verdict::from(decision).permitted);
}

#[test]
fn the_text_of_an_error_names_nobody() {
    let decision = with_rules(
        "@id(\"broken\") permit (principal, action, resource) when { principal.nothing };",
    );
    assert!(!format!("{decision:?}").contains("1234567"));
}

#[test]
fn no_rule_at_all_is_a_refusal() {
    let decision = with_rules("");
    assert_eq!(
        decision,
        Decision {
            verdict: Outcome::Refuse,
            rules: vec![],
            errors: vec![]
        }
    );
}

#[test]
fn odd_numbers_and_sectors_are_refused_and_break_nothing() {
    for odd in [
        "",
        "\"",
        "\\",
        "Professional::\"1\"",
        "é\u{0}",
        "\u{202e}",
        &"9".repeat(100_000),
    ] {
        let actor = ActorRef {
            kind: ActorKind::Professional,
            id: odd.to_owned(),
            sector: Some(odd.to_owned()),
            structure: Some(odd.to_owned()),
            team: Some(odd.to_owned()),
            scope: Some(odd.to_owned()),
            ..operator()
        };
        let request = Request {
            actor: &actor,
            act: Act::Read,
            purpose: Purpose::Treatment,
            target: Target::Record,
            person: None,
            rights: &Rights::default(),
            terms: &Terms::default(),
            now: 0,
        };
        let decision = decide(&request);
        assert_eq!(decision.verdict, Outcome::Refuse);
        assert_eq!(decision.errors, Vec::<String>::new());
    }
}
