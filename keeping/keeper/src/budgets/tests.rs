//! Failures covered: a number that settings take and the keeper reads otherwise; work that draws on another's budget,
//! or on none; a second budget by another claim of purpose. Not failures: weighings, and care's own roles, uncounted.
#![allow(clippy::unwrap_used, reason = "tests")]

use hygie_notice::{
    Act, ActorKind, ActorRef, Notice, PersonId, Purpose, RequestId, Stream, Subject, SystemEntropy,
    Verdict,
};

use super::{Allowance, Budgets, Work};

fn actor(kind: ActorKind) -> ActorRef {
    ActorRef::new(kind, "id")
}

fn notice(act: Act, stream: Stream, permitted: Option<bool>) -> Notice {
    Notice {
        subject: Subject::person(PersonId::random(&SystemEntropy)),
        stream,
        act,
        purpose: Purpose::Treatment,
        what: String::new(),
        verdict: permitted.map(|permitted| Verdict {
            permitted,
            rules: Vec::new(),
        }),
        request: RequestId::random(&SystemEntropy),
    }
}

#[test]
fn a_budget_that_reads_otherwise_than_it_was_chosen() {
    for text in ["0", "300", "100000000", "off"] {
        assert_eq!(text.parse::<Allowance>().unwrap().to_string(), text);
    }
    for text in ["", "-1", "many", "100000001", "1e3", "Off", "3.5"] {
        assert!(text.parse::<Allowance>().is_err(), "{text}");
    }
    let read = |text: &str| serde_json::from_str::<Allowance>(text);
    assert_eq!(read("300").unwrap(), Allowance::of(300).unwrap());
    assert_eq!(read("\"off\"").unwrap(), Allowance::OFF);
    for text in ["-1", "100000001", "\"300\"", "\"none\"", "true", "3.5"] {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn work_that_draws_on_no_budget_or_on_anothers() {
    let doctor = actor(ActorKind::Professional);
    let of = |act, stream, permitted| Work::of(&doctor, &notice(act, stream, permitted));
    for act in [Act::Read, Act::Search, Act::History] {
        assert_eq!(of(act, Stream::Content, Some(true)), Some(Work::Care));
        assert_eq!(of(act, Stream::Content, Some(false)), Some(Work::Care));
    }
    for act in [Act::Deposit, Act::Amend, Act::Delete, Act::Mask] {
        assert_eq!(of(act, Stream::Content, Some(true)), Some(Work::Deposit));
    }
    // A refusal counts wherever it was refused; a weighing and a declaration open no content.
    assert_eq!(of(Act::Read, Stream::Rights, Some(false)), Some(Work::Care));
    assert_eq!(of(Act::Weigh, Stream::Rights, None), None);
    assert_eq!(of(Act::BreakGlass, Stream::Rights, Some(true)), None);

    let read = notice(Act::Read, Stream::Content, Some(true));
    for (kind, work) in [
        (ActorKind::Software, Some(Work::Software)),
        (ActorKind::App, Some(Work::App)),
        (ActorKind::Operator, Some(Work::Export)),
        (ActorKind::Crossing, Some(Work::Crossing)),
        (ActorKind::Holder, Some(Work::Others)),
        (ActorKind::Representative, Some(Work::Others)),
        (ActorKind::Support, Some(Work::Others)),
        (ActorKind::Enrolment, None),
        (ActorKind::SignIn, None),
    ] {
        assert_eq!(Work::of(&actor(kind), &read), work, "{kind:?}");
    }
    // An agent on the telephone: looking up, weighing, refusals, and never the budget of those who learn.
    let agent = actor(ActorKind::Support);
    for (act, permitted) in [
        (Act::Search, Some(true)),
        (Act::Weigh, None),
        (Act::Oppose, Some(true)),
        (Act::Search, Some(false)),
    ] {
        let mut helped = notice(act, Stream::Rights, permitted);
        helped.purpose = Purpose::Enrolment;
        assert_eq!(Work::of(&agent, &helped), Some(Work::Support));
        assert_eq!(Work::purpose(&agent, &helped), Purpose::Enrolment);
    }
    let mut create = notice(Act::Create, Stream::Rights, None);
    create.purpose = Purpose::Import;
    let operator = actor(ActorKind::Operator);
    assert_eq!(Work::of(&operator, &create), Some(Work::Import));
    let mut directory = read;
    directory.subject = Subject::directory();
    assert_eq!(Work::of(&doctor, &directory), None);
}

#[test]
fn a_second_budget_by_claiming_another_purpose() {
    let doctor = actor(ActorKind::Professional);
    let mut refused = notice(Act::Read, Stream::Content, Some(false));
    for purpose in [Purpose::Import, Purpose::Portability, Purpose::Closure] {
        refused.purpose = purpose;
        assert_eq!(Work::purpose(&doctor, &refused), Purpose::Treatment);
    }
}

#[test]
fn a_default_that_lets_a_professional_read_a_town() {
    assert_eq!(Budgets::default().persons(Work::Care), Some(300));
    assert_eq!(Budgets::default().persons(Work::Crossing), None);
}
