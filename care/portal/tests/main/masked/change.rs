//! Changes, and what goes with a body.

use axum::http::Method;
use serde_json::{Value, json};

use super::ask::{About, Ask};
use super::cast::TEAM_DOCTOR;
use super::content::{RPPS, concept, labels};
use super::dice::Dice;
use super::plan::{CODES, MARKS, Plan};
use crate::world::BASE;

/// A new document: under a unique id that may be another's, on a condition, about something.
fn document(dice: &mut Dice, plan: &Plan, it: &About) -> Value {
    let (system, value) = it.unique.split_once('|').unwrap();
    let mut document = json!({
        "resourceType": "DocumentReference", "status": "current", "securityLabel": labels([20, 15, 10].map(|percent| dice.chance(percent))),
        "type": concept(dice.pick(&CODES).0),
        "subject": { "reference": format!("Patient/{}", plan.person.unwrap()) },
        "content": [{ "attachment": { "url": format!("Binary/{}", it.id) } }],
    });
    if dice.chance(60) {
        document["masterIdentifier"] = json!({ "system": system, "value": value });
    }
    if dice.chance(40) {
        document["relatesTo"] = json!([{ "code": "replaces", "target": { "reference": format!("DocumentReference/{}", it.id) } }]);
    }
    document
}

pub fn create(dice: &mut Dice, plan: &Plan, it: &About, conditional: bool) -> Ask {
    let content = document(dice, plan, it);
    let ask = Ask::json(Method::POST, "/DocumentReference".to_owned(), &content);
    if !conditional {
        return ask;
    }
    let condition = match dice.below(4) {
        0 => format!("identifier={}", it.unique),
        1 => format!("_id={}", it.id),
        2 => format!("type={}", dice.pick(&CODES).0),
        _ => format!("security-label={}", dice.pick(&MARKS)),
    };
    let ask = ask.with("if-none-exist", condition);
    if dice.chance(20) {
        ask.with("prefer", "return=OperationOutcome".to_owned())
    } else {
        ask
    }
}

pub fn update(dice: &mut Dice, plan: &Plan, it: &About, path: &str) -> Ask {
    let mut content = document(dice, plan, it);
    content["id"] = json!(it.id);
    if it.kind != "DocumentReference" {
        content = json!({ "resourceType": it.kind, "id": it.id, "status": "final", "code": { "text": "x" },
            "subject": { "reference": format!("Patient/{}", plan.person.unwrap()) } });
    }
    let ask = Ask::json(Method::PUT, path.to_owned(), &content);
    if dice.chance(40) {
        ask.with("if-match", format!("W/\"{}\"", it.version))
    } else {
        ask
    }
}

pub fn patch(dice: &mut Dice, path: &str) -> Ask {
    let patch = match dice.below(4) {
        0 => {
            let marks = [60, 20, 40].map(|percent| dice.chance(percent));
            json!([{ "op": "add", "path": "/securityLabel", "value": labels(marks) }])
        }
        1 => json!([{ "op": "add", "path": "/securityLabel", "value": labels([false; 3]) }]),
        2 => json!([{ "op": "add", "path": "/description", "value": "seen" }]),
        _ => json!([{ "op": "replace", "path": "/status", "value": "entered-in-error" }]),
    };
    Ask::json(Method::PATCH, path.to_owned(), &patch)
}

/// A submission (ITI-65), with a change of something in it.
pub fn transaction(dice: &mut Dice, plan: &Plan, it: &About) -> Ask {
    let subject = json!({ "reference": format!("Patient/{}", plan.person.unwrap()) });
    let mut document = document(dice, plan, it);
    document["content"][0]["attachment"]["url"] = json!("urn:uuid:3");
    let list = json!({ "resourceType": "List", "status": "current", "mode": "working", "subject": subject,
        "entry": [{ "item": { "reference": "urn:uuid:2" } }] });
    let bytes =
        json!({ "resourceType": "Binary", "contentType": "text/plain", "data": "aGVsbG8=" });
    let mut entries = vec![
        json!({ "fullUrl": "urn:uuid:1", "resource": list, "request": { "method": "POST", "url": "List" } }),
        json!({ "fullUrl": "urn:uuid:2", "resource": document, "request": { "method": "POST", "url": "DocumentReference" } }),
        json!({ "fullUrl": "urn:uuid:3", "resource": bytes, "request": { "method": "POST", "url": "Binary" } }),
    ];
    if dice.chance(50) {
        let url = format!("{}/{}", it.kind, it.id);
        entries.push(json!({ "request": { "method": "DELETE", "url": url } }));
    }
    if dice.chance(30) {
        entries[1]["request"]["ifNoneExist"] = json!(format!("identifier={}", it.unique));
    }
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
    Ask::json(Method::POST, String::new(), &bundle)
}

pub fn batch(plan: &Plan, it: &About) -> Ask {
    let delete = format!("Binary/{}", it.id);
    let entries = [
        json!({ "request": { "method": "GET", "url": format!("{}/{}", it.kind, it.id) } }),
        json!({ "request": { "method": "GET", "url": format!("{BASE}/Patient/{}", plan.person.unwrap()) } }),
        json!({ "request": { "method": "DELETE", "url": delete } }),
    ];
    let bundle = json!({ "resourceType": "Bundle", "type": "batch", "entry": entries });
    Ask::json(Method::POST, String::new(), &bundle)
}

pub fn validated(dice: &mut Dice, plan: &Plan, it: &About) -> Ask {
    let content = document(dice, plan, it);
    Ask::json(
        Method::POST,
        "/DocumentReference/$validate".to_owned(),
        &content,
    )
}

/// A change of what fulfils a condition; only a patch may have one here.
pub fn conditional(dice: &mut Dice, plan: &Plan, it: &About) -> Ask {
    let person = plan.person.unwrap();
    let path = match dice.below(3) {
        0 => format!(
            "/DocumentReference?identifier={}&patient={person}",
            it.unique
        ),
        1 => format!("/DocumentReference?_id={}&patient={person}", it.id),
        _ => format!(
            "/DocumentReference?type={}&patient={person}",
            dice.pick(&CODES).0
        ),
    };
    match dice.below(5) {
        0 => Ask::json(Method::PUT, path, &document(dice, plan, it)),
        1 => Ask::bare(Method::DELETE, path),
        _ => patch(dice, &path),
    }
}

/// What speaks of Consents: showing an item that may be hidden, and taking back.
pub fn consent(dice: &mut Dice, plan: &Plan, it: &About) -> Ask {
    let person = plan.person.unwrap();
    match dice.below(5) {
        0 => Ask::get(format!("/Consent?patient={person}")),
        1 => Ask::get(format!("/Consent?patient={person}&_include=Consent:data")),
        2 => Ask::get(format!("/Consent/_history?patient={person}")),
        3 => Ask::get(format!("/Patient/{person}/$appointed")),
        // Who declares that he cares would change what is hidden from him.
        _ if plan.sees_consents() => {
            let mut consent = plan.consent_for((RPPS, "10101010309"), "permit");
            let item = format!("{}/{}", it.kind, it.id);
            consent["provision"]["data"] =
                json!([{ "meaning": "instance", "reference": { "reference": item } }]);
            consent["provision"]["period"] = json!({ "end": "2099-12-31" });
            Ask::json(Method::POST, "/Consent".to_owned(), &consent)
        }
        _ => Ask::get(format!(
            "/Consent?patient={person}&data={}/{}",
            it.kind, it.id
        )),
    }
}

/// What somebody else would see.
pub fn see_as(dice: &mut Dice, plan: &Plan) -> Ask {
    let other = plan.somebody(dice.below(TEAM_DOCTOR + 1));
    let parts = [
        ("kind", Some(other.kind.word().to_owned())),
        ("id", Some(other.id)),
        ("profession", other.profession),
        ("structure", other.structure),
        ("team", other.team),
        ("scope", other.scope),
        ("purpose", dice.chance(10).then(|| "regulation".to_owned())),
    ];
    let parts = parts.into_iter().filter_map(|(name, value)| {
        let value = value?;
        Some(json!({ "name": name, "valueString": value }))
    });
    let content = json!({ "resourceType": "Parameters", "parameter": parts.collect::<Vec<_>>() });
    Ask::json(
        Method::POST,
        format!("/{}/$see-as", plan.patient()),
        &content,
    )
}
