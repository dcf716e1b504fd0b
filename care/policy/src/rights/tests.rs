//! Dangers: a right that holds a moment too early or too late; one document shown to somebody else, or another one to
//! him; a right that tells, in a log, whom somebody trusts.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use hygie_notice::ActorKind;

use super::*;
use crate::Category;

const NUMBER: &str = "10001234567";

fn authorisation(over: Over) -> Authorisation {
    Authorisation {
        grantee: Grantee::Professional(NUMBER.to_owned()),
        over,
        from: Some(10),
        until: Some(20),
    }
}

fn mandate() -> Mandate {
    Mandate {
        account: NUMBER.to_owned(),
        role: Role::Helper,
        classes: Categories::default().with(Category::Imaging),
        from: Some(10),
        until: Some(20),
    }
}

#[test]
fn a_right_holds_from_its_first_moment_to_the_last_before_its_end() {
    for (now, holds) in [(9, false), (10, true), (19, true), (20, false), (21, false)] {
        let given = authorisation(Over::Classes(Categories::ALL));
        assert_eq!(given.in_force(now), holds, "{now}");
        assert_eq!(mandate().in_force(now), holds, "{now}");
    }
    let always = Mandate {
        from: None,
        until: None,
        ..mandate()
    };
    assert!(always.in_force(0) && always.in_force(Millis::MAX));
}

#[test]
fn one_document_is_shown_to_one_person_for_its_time() {
    let item = Over::Item("DocumentReference/a".to_owned());
    let rights = Rights {
        authorisations: vec![authorisation(item)],
        ..Rights::default()
    };
    let of_classes = Rights {
        authorisations: vec![authorisation(Over::Classes(Categories::ALL))],
        ..Rights::default()
    };
    assert!(rights.shows_items() && !of_classes.shows_items());
    let doctor = |number: &str| ActorRef::new(ActorKind::Professional, number);
    let shown = |number: &str, item: &str, now| rights.shows(&doctor(number), item, now);
    assert!(shown(NUMBER, "DocumentReference/a", 10));
    assert!(!shown("10009999999", "DocumentReference/a", 10));
    assert!(!shown(NUMBER, "DocumentReference/b", 10));
    assert!(!shown(NUMBER, "DocumentReference/a", 20));
    assert!(!of_classes.shows(&doctor(NUMBER), "DocumentReference/a", 10));
}

#[test]
fn a_grantee_names_himself_and_nobody_else() {
    let grantee = Grantee::Professional(NUMBER.to_owned());
    assert!(grantee.names(&ActorRef::new(ActorKind::Professional, NUMBER)));
    assert!(!grantee.names(&ActorRef::new(ActorKind::Professional, "10009999999")));
    assert!(!grantee.names(&ActorRef::new(ActorKind::App, NUMBER)));
}

#[test]
fn what_is_printed_of_rights_says_of_what_kind_they_are_and_names_nobody() {
    let number = || NUMBER.to_owned();
    for (said, kind) in [
        (
            format!("{:?}", Grantee::Professional(number())),
            "Professional(…)",
        ),
        (
            format!("{:?}", Grantee::Structure(number())),
            "Structure(…)",
        ),
        (format!("{:?}", Grantee::Team(number())), "Team(…)"),
        (format!("{:?}", Grantee::App(number())), "App(…)"),
        (format!("{:?}", Over::Item(number())), "Item(…)"),
        (format!("{:?}", mandate()), "Mandate(Helper, {\"31\"})"),
        (
            format!(
                "{:?}",
                Emergency {
                    professional: number(),
                    from: 0,
                    until: 1,
                }
            ),
            "Emergency(…)",
        ),
    ] {
        assert_eq!(said, kind);
    }
    let classes = Over::Classes(Categories::default().with(Category::Report));
    assert_eq!(format!("{classes:?}"), "{\"10\"}");
}
