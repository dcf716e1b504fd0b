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
        team: None,
        scope: None,
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

fn actors() -> [ActorRef; 7] {
    let text = |text: &str| Some(text.to_owned());
    let of = |change: &dyn Fn(&mut ActorRef)| {
        let mut changed = actor();
        change(&mut changed);
        changed
    };
    [
        actor(),
        of(&|actor| actor.kind = ActorKind::Software),
        of(&|actor| (actor.id, actor.sector) = ("1010101010".to_owned(), text("1"))),
        of(&|actor| actor.sector = text("SA01")),
        of(&|actor| actor.structure = text("SA01")),
        of(&|actor| actor.person = Some(person(1))),
        of(&|actor| actor.person = Some(person(2))),
    ]
}

fn rights() -> [Rights; 7] {
    let [one, two, both] = ["1", "2", "12"].map(|id| Grantee::Professional(id.to_owned()));
    let of = |change: &dyn Fn(&mut Rights)| {
        let mut changed = Rights::default();
        change(&mut changed);
        changed
    };
    [
        Rights::default(),
        grants(std::slice::from_ref(&both), None),
        grants(&[one, two], None),
        grants(&[Grantee::Structure("12".to_owned())], None),
        of(&|rights| rights.blocked = vec![both.clone()]),
        of(&|rights| rights.opposed = true),
        of(&|rights| rights.closed = true),
    ]
}

#[test]
fn two_requests_that_differ_and_are_taken_for_one() {
    let entry = |own, masked| {
        Target::Entry(Class {
            own,
            of_structure: false,
            masked,
        })
    };
    let changes: [&dyn Fn(&mut Request<'_>); 9] = [
        &|_| {},
        &|request| request.act = Act::Search,
        &|request| request.purpose = Purpose::PatientRequest,
        &|request| request.target = Target::Trail,
        &|request| request.target = entry(false, false),
        &|request| request.target = entry(true, false),
        &|request| request.target = entry(false, true),
        &|request| request.person = None,
        &|request| request.person = Some(person(2)),
    ];
    let mut names = BTreeSet::new();
    for actor in &actors() {
        for rights in &rights() {
            for change in changes {
                names.insert(name(actor, rights, change));
            }
        }
    }
    assert_eq!(names.len(), 7 * 7 * 9);
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
