//! Failures covered: two requests that differ and are taken for one, in whatever part of them.
//! Not a failure: a name, a profession or an authorisation out of force that differs: no rule sees them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use hygie_notice::{ActorRef, PersonId, SystemEntropy};

use super::*;
use crate::{Authorisation, Class, Rights};

fn actor() -> ActorRef {
    ActorRef {
        kind: ActorKind::Professional,
        id: "10101010101".to_owned(),
        name: None,
        person: None,
        profession: None,
        sector: None,
        structure: None,
    }
}

static PERSONS: LazyLock<[PersonId; 2]> =
    LazyLock::new(|| [(); 2].map(|()| PersonId::random(&SystemEntropy)));

fn person(number: usize) -> PersonId {
    PERSONS[number - 1]
}

fn name(actor: &ActorRef, rights: &Rights, change: impl Fn(&mut Request<'_>)) -> [u8; 32] {
    let mut request = Request {
        actor,
        act: Act::Read,
        purpose: Purpose::Treatment,
        target: Target::Record,
        person: Some(person(1)),
        rights,
        now: 10,
    };
    change(&mut request);
    Asked::of(&request).name()
}

fn grants(grantees: &[Grantee], until: Option<u64>) -> Rights {
    let authorisations = grantees.iter().map(|grantee| Authorisation {
        grantee: grantee.clone(),
        from: None,
        until,
    });
    Rights {
        authorisations: authorisations.collect(),
        ..Rights::default()
    }
}

#[test]
fn two_requests_that_differ_and_are_taken_for_one() {
    let text = |text: &str| Some(text.to_owned());
    let actors = [
        actor(),
        ActorRef {
            kind: ActorKind::Software,
            ..actor()
        },
        ActorRef {
            id: "1010101010".to_owned(),
            sector: text("1"),
            ..actor()
        },
        ActorRef {
            sector: text("SA01"),
            ..actor()
        },
        ActorRef {
            structure: text("SA01"),
            ..actor()
        },
        ActorRef {
            person: Some(person(1)),
            ..actor()
        },
        ActorRef {
            person: Some(person(2)),
            ..actor()
        },
    ];
    let one = Grantee::Professional("12".to_owned());
    let two = [
        Grantee::Professional("1".to_owned()),
        Grantee::Professional("2".to_owned()),
    ];
    let structure = Grantee::Structure("12".to_owned());
    let rights = [
        Rights::default(),
        grants(std::slice::from_ref(&one), None),
        grants(&two, None),
        grants(&[structure], None),
        Rights {
            blocked: vec![one],
            ..Rights::default()
        },
        Rights {
            opposed: true,
            ..Rights::default()
        },
        Rights {
            closed: true,
            ..Rights::default()
        },
    ];
    let mut names = BTreeSet::new();
    let mut count = 0;
    for actor in &actors {
        for rights in &rights {
            let changes: [&dyn Fn(&mut Request<'_>); 9] = [
                &|_| {},
                &|request| request.act = Act::Search,
                &|request| request.purpose = Purpose::PatientRequest,
                &|request| request.target = Target::Trail,
                &|request| request.target = Target::Entry(Class::default()),
                &|request| {
                    request.target = Target::Entry(Class {
                        own: true,
                        ..Class::default()
                    })
                },
                &|request| {
                    request.target = Target::Entry(Class {
                        masked: true,
                        ..Class::default()
                    })
                },
                &|request| request.person = None,
                &|request| request.person = Some(person(2)),
            ];
            for change in changes {
                names.insert(name(actor, rights, change));
                count += 1;
            }
        }
    }
    assert_eq!(names.len(), count);
}

#[test]
fn an_authorisation_that_ends_between_two_requests() {
    let rights = grants(&[Grantee::Professional("1".to_owned())], Some(20));
    let actor = actor();
    let at = |now| name(&actor, &rights, |request| request.now = now);
    assert_eq!(at(10), at(19));
    assert_ne!(at(19), at(20));
}

#[test]
fn what_no_rule_sees_makes_no_difference() {
    let named = ActorRef {
        name: Some("Docteur Exemple".to_owned()),
        ..actor()
    };
    let rights = Rights::default();
    assert_eq!(
        name(&actor(), &rights, |_| {}),
        name(&named, &rights, |_| {})
    );
}
