//! Dangers: a rule that cannot be evaluated lets something pass; an error text that names people;
//! rules that do not load, or speak of what does not exist;
//! a fact that is left out of a question although it matters.
//! Not a failure: a refusal without any rule; refusing is the default.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cedar_policy::{ValidationMode, Validator};
use hygie_notice::{Act, ActorKind, ActorRef, Purpose, Verdict};

use super::{Decision, Facts, Outcome, decide_by};
use crate::facts::{Fact, On};
use crate::relevance::{RELEVANT, relevant};
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

/// What no rule asks for is left out of a question before it is put. Held here against the rules themselves, which are
/// asked with it and without.
#[test]
fn what_is_left_out_of_a_question_changes_its_answer() {
    let mut dice = Dice::of(7);
    let (mut fewer, mut asked) = (0, 0);
    for _ in 0..12_000 {
        let mut whole = Facts::asked(&mut dice);
        for fact in Fact::ALL {
            whole.say(fact, dice.below(2) == 0);
        }
        let relevant = whole.clone().relevant(&RELEVANT);
        let [with, without] = [&whole, &relevant].map(|facts| decide_by(&RULES, &SCHEMA, facts));
        assert_eq!(with, without, "{whole:?}");
        asked += 1;
        fewer += usize::from(whole != relevant);
    }
    println!("policy: {fewer} of {asked} questions had something left out");
    assert!(fewer > asked / 2);
}

#[test]
fn a_rule_in_another_form_makes_everything_matter_or_nothing() {
    // The rules as they are: each in a form that is understood.
    assert!(RELEVANT.values().all(|facts| *facts != u64::MAX));
    let read = |text: &str| {
        let rules = named(&[text]).unwrap();
        relevant(&rules)[&(ActorKind::Holder, Act::Read, On::Entry)]
    };
    let (own, masked) = (1 << Fact::Own as u8, 1 << Fact::Masked as u8);
    for (text, facts) in [
        (
            "permit (principal is Holder, action == Action::\"read\", resource == Target::\"item\") when { context.own };",
            own,
        ),
        (
            "permit (principal, action in [Action::\"read\", Action::\"mask\"], resource) unless { context.own && !context.masked };",
            own | masked,
        ),
        (
            "permit (principal, action, resource) when { context has sector && context.sector == \"SA01\" };",
            0,
        ),
        (
            "permit (principal is Holder, action == Action::\"mask\", resource) when { context.own };",
            0,
        ),
        (
            "permit (principal is Support, action, resource) when { context.own };",
            0,
        ),
        (
            "permit (principal, action, resource == Target::\"record\") when { context.own };",
            0,
        ),
        // What is not understood matters in full.
        (
            "permit (principal, action, resource) when { context[\"own\"] };",
            u64::MAX,
        ),
        (
            "permit (principal, action, resource) when { context == {} };",
            u64::MAX,
        ),
        (
            "permit (principal, action, resource) when { context.unheard };",
            u64::MAX,
        ),
        (
            "permit (principal == Holder::\"one\", action, resource) when { context.own };",
            own,
        ),
    ] {
        assert_eq!(read(&format!("@id(\"x\") {text}")), facts, "{text}");
    }
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
