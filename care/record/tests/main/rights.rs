//! Who sees what of a record, over a real keeper and store: each right is given as its giver gives it, and what is
//! shown is asked for as its receiver asks.
//!
//! Failures covered: a right that opens more than it names, that outlives its end by a millisecond, that somebody else
//! gives, that a restart forgets; a block that something outweighs; a mark that something outweighs; an explanation
//! that says something else than what happens.
//!
//! Explicitly not a failure: who somebody is (Patient) shows to all who are let in.

#[path = "rights/acting.rs"]
mod acting;
#[path = "rights/bytes.rs"]
mod bytes;
#[path = "rights/care.rs"]
mod care;
#[path = "rights/emergency.rs"]
mod emergency;
#[path = "rights/explained.rs"]
mod explained;
#[path = "rights/given.rs"]
mod given;
#[path = "rights/marks.rs"]
mod marks;

use std::collections::BTreeSet;

use hygie_fhir::{Limits, Patch};
use hygie_notice::{ActorKind, ActorRef, PersonId};
use hygie_record::{Caller, Error, Query};
use serde_json::{Value, json};

use crate::world::{World, actor, consent, reader};

/// RPPS number of who writes in these tests, and asks for nothing.
pub const AUTHOR: &str = "10303030303";
pub const RPPS: &str = "https://rpps.esante.fr";
pub const FINESS: &str = "https://finess.esante.gouv.fr";
/// Types of documents: a report (class 10), a synthesis (11, and of the emergency set), and one that nobody knows.
pub const REPORT: &str = "11488-4";
pub const SYNTHESIS: &str = "60591-5";
pub const UNKNOWN: &str = "00000-0";
pub const MASKED: &str = "MASQUE_PS";
pub const UNANNOUNCED: &str = "INVISIBLE_PATIENT";
pub const SECRET: &str = "INVISIBLE_REPRESENTANTS_LEGAUX";

pub fn author(world: &World) -> Caller {
    world.by(actor(ActorKind::Professional, AUTHOR))
}

pub fn labels(marks: &[&str]) -> Value {
    let normal = json!({ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "N" }] });
    let mark = |mark: &&str| json!({ "coding": [{ "system": "urn:oid:1.2.250.1.213.1.1.4.13", "code": mark }] });
    marks.iter().map(mark).chain([normal]).collect()
}

pub fn document(person: PersonId, code: &str, marks: &[&str]) -> Value {
    json!({
        "resourceType": "DocumentReference",
        "status": "current",
        "securityLabel": labels(marks),
        "type": { "coding": [{ "system": "http://loinc.org", "code": code }] },
        "subject": { "reference": format!("Patient/{person}") },
        "content": [{ "attachment": { "title": "letter" } }],
    })
}

/// The author deposits something; its `Type/id`.
pub async fn put(world: &World, content: Value) -> String {
    let kind = content["resourceType"].as_str().unwrap().to_owned();
    let item = world.deposit(&author(world), &kind, content).await;
    item.unwrap().reference()
}

/// The author deposits a document of this type; its `Type/id`.
pub async fn brought(world: &World, person: PersonId, code: &str, marks: &[&str]) -> String {
    put(world, document(person, code, marks)).await
}

/// The holder says a Consent about this actor; `provision` changes members of its provision.
pub async fn says(
    world: &World,
    person: PersonId,
    (system, value): (&str, &str),
    mut provision: Value,
) -> String {
    provision["actor"] = json!([reader(system, value)]);
    let consent = consent(person, &provision);
    let item = world
        .deposit(&world.holder(person), "Consent", consent)
        .await;
    item.unwrap().id().to_owned()
}

/// Everything somebody sees but the Patient and Consents, as `Type/id`.
pub async fn sees(
    world: &World,
    caller: &Caller,
    person: PersonId,
) -> Result<BTreeSet<String>, Error> {
    let query = Query {
        kind: None,
        criteria: Vec::new(),
        what: "all".to_owned(),
    };
    let found = world.record.search(caller, person, &query).await?;
    let all: BTreeSet<String> = found.matches.iter().map(|item| item.reference()).collect();
    let around: BTreeSet<String> = found.visible.iter().map(|item| item.reference()).collect();
    assert_eq!(all, around, "includes are drawn from what is found");
    let everything = world
        .record
        .everything(caller, person, "everything")
        .await?;
    let everything: BTreeSet<String> = everything.iter().map(|item| item.reference()).collect();
    assert_eq!(all, everything, "$everything shows what a search shows");
    let plain = |reference: &String| {
        !reference.starts_with("Patient/") && !reference.starts_with("Consent/")
    };
    Ok(all.into_iter().filter(plain).collect())
}

/// Exactly these are seen.
pub async fn only(world: &World, caller: &Caller, person: PersonId, expected: &[&String]) {
    let expected: BTreeSet<String> = expected.iter().map(|it| (*it).clone()).collect();
    assert_eq!(sees(world, caller, person).await.unwrap(), expected);
}

/// Somebody who acts for the person by this account.
pub fn representative(world: &World, person: PersonId, account: &str) -> Caller {
    world.by(ActorRef {
        person: Some(person),
        ..ActorRef::new(ActorKind::Representative, account)
    })
}

/// Sets the marks of a document.
pub async fn remark(
    world: &World,
    caller: &Caller,
    person: PersonId,
    reference: &str,
    marks: &[&str],
) -> Result<(), Error> {
    let patch = json!([{ "op": "add", "path": "/securityLabel", "value": labels(marks) }]);
    let patch = Patch::parse(patch.to_string().as_bytes(), &Limits::default()).unwrap();
    let (kind, id) = reference.split_once('/').unwrap();
    let marked = world.record.mask(caller, person, (kind, id), &patch).await;
    marked.map(drop)
}
