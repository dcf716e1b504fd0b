//! The DMP's transactions as the draft PDSm4DMP of the ANS writes them, with its own examples, byte for
//! byte: the person is imported under the examples' INS. Where an answer differs from the draft's, the
//! test says `differs`, and `DMP.md` says why.

use std::path::Path;

use axum::body::Body;
use http::{Method, StatusCode};
use hygie_notice::{ActorKind, PersonId};
use serde_json::{Value, json};

#[path = "pdsm4dmp/listing.rs"]
mod listing;
#[path = "pdsm4dmp/marks.rs"]
mod marks;

use crate::world::{Answer, BASE, World, actor, consent, request};

/// The person of the examples.
const INS: &str = "urn:oid:1.2.250.1.213.1.4.8|123456789012345";
/// Who is authorised to read in these tests, and deposits nothing.
const READER: &str = "10101010200";
const MARKS: &str = "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument";

/// An example of the draft; `None` where it is not there, and the test is skipped.
fn example(test: &str, name: &str) -> Option<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/pdsm4dmp");
    if !folder.exists() {
        println!("skipped: {test} (no ../shared)");
        return None;
    }
    let bytes = std::fs::read(folder.join("input/examples").join(name)).unwrap();
    Some(serde_json::from_slice(&bytes).unwrap())
}

/// A world with the person of the examples; the reader is authorised, the author is not.
async fn with_record() -> (World, PersonId) {
    let world = World::new().await;
    let (system, value) = INS.split_once('|').unwrap();
    let patient = json!({
        "resourceType": "Patient",
        "identifier": [{ "use": "official", "system": system, "value": value }],
        "name": [{ "use": "official", "family": "MARTIN", "given": ["Marie"] }],
        "gender": "female",
        "birthDate": "1985-04-12",
    });
    let unit = json!({
        "source": "assurance",
        "named_source": true,
        "entries": [{ "entry": 0, "url": "Patient/1", "resource": patient.to_string() }],
    });
    let answer = world
        .ask(Method::POST, &world.operator(), "/import", unit)
        .await;
    assert_eq!(answer.json()["outcomes"][0]["outcome"], "taken");
    let person = world.record.persons().await.unwrap()[0];
    let mut permission = consent(person);
    permission["provision"]["actor"][0]["reference"]["identifier"]["value"] = json!(READER);
    let answer = world
        .post(&world.holder(person), "/Consent", &permission)
        .await;
    assert_eq!(answer.status, StatusCode::CREATED);
    (world, person)
}

impl World {
    fn reader(&self) -> String {
        self.token(actor(ActorKind::Professional, READER))
    }

    /// The path of a document, deposited by the doctor as example B of TD2.
    async fn submitted(&self, example: &Value) -> String {
        let answer = self.post(&self.doctor(), "", example).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        addresses(&answer)[1].clone()
    }

    async fn json_patch(&self, token: &str, path: &str, patch: &Value) -> Answer {
        let request = request(Method::PATCH, token, path)
            .header("content-type", "application/json-patch+json");
        self.send(request.body(Body::from(patch.to_string())).unwrap())
            .await
    }

    /// The number of resources in the record.
    async fn size(&self, person: PersonId) -> u64 {
        let everything = self
            .get(
                &self.holder(person),
                &format!("/Patient/{person}/$everything?_count=0"),
            )
            .await;
        everything.json()["total"].as_u64().unwrap()
    }
}

fn statuses(answer: &Answer) -> Vec<String> {
    let json = answer.json();
    let entries = json["entry"].as_array().unwrap();
    let status = |entry: &Value| entry["response"]["status"].as_str().unwrap().to_owned();
    entries.iter().map(status).collect()
}

/// Where each entry's resource is: `/Type/id`, without base and version.
fn addresses(answer: &Answer) -> Vec<String> {
    let json = answer.json();
    let entries = json["entry"].as_array().unwrap();
    let address = |entry: &Value| {
        let location = entry["response"]["location"].as_str().unwrap();
        let address = location.strip_prefix(BASE).unwrap();
        address.split("/_history/").next().unwrap().to_owned()
    };
    entries.iter().map(address).collect()
}

/// TD3.3: the draft's replacement of the first label.
fn label(system: &str, code: &str) -> Value {
    let value = json!({ "coding": [{ "system": system, "code": code }] });
    json!([{ "op": "replace", "path": "/securityLabel/0", "value": value }])
}

fn unique(number: u32) -> String {
    format!("urn:ietf:rfc:3986|urn:oid:1.2.250.1.213.1.4.8.99999.{number}")
}

#[tokio::test]
async fn td0_2_a_record_whose_existence_is_not_told() {
    let world = World::new().await;
    let path = format!("/Patient?identifier={INS}");
    let nobody = world.get(&world.doctor(), &path).await;
    assert_eq!(nobody.status, StatusCode::OK);
    assert_eq!(nobody.json()["total"], 0);
    assert!(nobody.entries().is_empty());

    let (world, person) = with_record().await;
    let found = world.get(&world.reader(), &path).await;
    assert_eq!(found.status, StatusCode::OK);
    assert_eq!(found.entries(), [format!("Patient/{person}")]);
    let patient = &found.json()["entry"][0]["resource"];
    assert_eq!(patient["identifier"][0]["value"], "123456789012345");
    assert_eq!(patient["name"][0]["family"], "MARTIN");
    // Differs (1): who has no authorisation learns that there is a record, and nothing of the person.
    assert_eq!(
        world.get(&world.doctor(), &path).await.refusal(),
        (403, "forbidden".to_owned())
    );
}

#[tokio::test]
async fn td2_a_submission_that_is_not_whole() {
    let Some(submission) = example("td2", "Bundle-example-td2-iti65-lot-soumission.json") else {
        return;
    };
    let (world, person) = with_record().await;
    let answer = world.post(&world.doctor(), "", &submission).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json()["type"], "transaction-response");
    assert_eq!(statuses(&answer), ["201", "201", "201"]);
    let [list, document, bytes] = addresses(&answer).try_into().unwrap();
    let holder = world.holder(person);
    let stored = world.get(&holder, &list).await.json();
    assert_eq!(stored["entry"][0]["item"]["reference"], document[1..]);
    assert_eq!(stored["subject"]["reference"], format!("Patient/{person}"));
    let mut stored = world.get(&holder, &document).await.json();
    assert_eq!(stored["content"][0]["attachment"]["url"], bytes[1..]);
    assert_eq!(stored["subject"]["reference"], format!("Patient/{person}"));
    // All else is as it was sent.
    let mut sent = submission["entry"][1]["resource"].clone();
    for document in [&mut sent, &mut stored] {
        document["content"][0]["attachment"]["url"] = Value::Null;
        document["subject"] = Value::Null;
        document["id"] = Value::Null;
        document["meta"] = document["meta"]["profile"].take();
    }
    assert_eq!(sent, stored);
}

#[tokio::test]
async fn td2_a_submission_that_comes_twice() {
    let Some(mut submission) = example("td2 twice", "Bundle-example-td2-iti65-lot-soumission.json")
    else {
        return;
    };
    let (world, person) = with_record().await;
    let first = world.post(&world.doctor(), "", &submission).await;
    let size = world.size(person).await;
    let again = world.post(&world.doctor(), "", &submission).await;
    assert_eq!(statuses(&again), ["200", "200", "200"]);
    assert_eq!(addresses(&again), addresses(&first));
    assert_eq!(world.size(person).await, size);
    // Another's document of the same unique id is another document: he is told of none.
    let other = world
        .post(
            &world.token(actor(ActorKind::Software, "750100042")),
            "",
            &submission,
        )
        .await;
    assert_eq!(statuses(&other), ["201", "201", "201"]);
    let size = world.size(person).await;
    // With a new document beside it, only that one is added, and the list that names both.
    let mut second = submission["entry"][1].clone();
    second["fullUrl"] = json!("urn:uuid:aaaaaaaa-0000-0000-0000-000000000009");
    second["resource"]["masterIdentifier"]["value"] = json!("urn:oid:1.2.250.1.213.1.4.8.99999.9");
    let item = json!({ "item": { "reference": second["fullUrl"] } });
    submission["entry"][0]["resource"]["entry"]
        .as_array_mut()
        .unwrap()
        .push(item);
    submission["entry"].as_array_mut().unwrap().push(second);
    let more = world.post(&world.doctor(), "", &submission).await;
    assert_eq!(
        statuses(&more),
        ["201", "200", "201", "201"],
        "the new document needs its bytes"
    );
    assert_eq!(world.size(person).await, size + 3);
}

#[tokio::test]
async fn td2_a_simple_publication_that_is_lost_or_comes_twice() {
    let name = "DocumentReference-example-td2-iti105-publication-simplifiee.json";
    let Some(document) = example("td2 iti-105", name) else {
        return;
    };
    let (world, person) = with_record().await;
    let answer = world
        .post(&world.doctor(), "/DocumentReference", &document)
        .await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let made = answer.json();
    assert_eq!(made["status"], "current");
    assert!(made["id"].is_string() && made["meta"]["versionId"].is_string());
    let size = world.size(person).await;
    let again = world
        .post(&world.doctor(), "/DocumentReference", &document)
        .await;
    assert_eq!((again.status, again.json()), (StatusCode::OK, made.clone()));
    assert_eq!(world.size(person).await, size);
    // Differs (4): the bytes stay where the author put them.
    let read = world
        .get(
            &world.reader(),
            &format!("/DocumentReference/{}", made["id"].as_str().unwrap()),
        )
        .await;
    assert_eq!(read.json()["content"], document["content"]);
}

#[tokio::test]
async fn td2_1_a_replacement_that_leaves_both_current() {
    let names = [
        "Bundle-example-td2-iti65-lot-soumission.json",
        "Bundle-example-td2-1-remplacement.json",
    ];
    let [Some(submission), Some(replacement)] = names.map(|name| example("td2.1", name)) else {
        return;
    };
    let (world, person) = with_record().await;
    let old = world.submitted(&submission).await;
    let replacement = replacement
        .to_string()
        .replace("DocumentReference/doc-x-id", &old[1..]);
    let replacement: Value = serde_json::from_str(&replacement).unwrap();
    let answer = world.post(&world.doctor(), "", &replacement).await;
    assert_eq!(statuses(&answer), ["201", "201", "200", "201"]);
    let new = addresses(&answer)[1].clone();
    assert_eq!(addresses(&answer)[2], old);
    let holder = world.holder(person);
    assert_eq!(
        world.get(&holder, &old).await.json()["status"],
        "superseded"
    );
    let stored = world.get(&holder, &new).await.json();
    assert_eq!(stored["status"], "current");
    assert_eq!(stored["relatesTo"][0]["target"]["reference"], old[1..]);
    let found = world
        .get(
            &world.reader(),
            &format!("/DocumentReference?patient.identifier={INS}&status=current"),
        )
        .await;
    assert_eq!(found.entries(), [&new[1..]]);
    let versions = world.get(&holder, &format!("{old}/_history")).await.json()["total"].clone();
    // The same again changes nothing, and makes no version.
    let size = world.size(person).await;
    let again = world.post(&world.doctor(), "", &replacement).await;
    assert_eq!(statuses(&again), ["200", "200", "200", "200"]);
    assert_eq!(addresses(&again), addresses(&answer));
    assert_eq!(world.size(person).await, size);
    assert_eq!(
        world.get(&holder, &format!("{old}/_history")).await.json()["total"],
        versions
    );
    // Nobody replaces another's document: nothing of such a transaction is done.
    let mut forged = replacement.clone();
    forged["entry"][1]["resource"]["masterIdentifier"]["value"] = json!("urn:oid:1.2.3");
    let answer = world.post(&world.reader(), "", &forged).await;
    assert_eq!(answer.refusal(), (403, "forbidden".to_owned()));
    assert_eq!(world.size(person).await, size);
}

#[tokio::test]
async fn td2_1_the_drafts_old_document_that_is_not_taken() {
    let names = [
        "DocumentReference-doc-x-id.json",
        "Bundle-example-td2-1-remplacement.json",
    ];
    let [Some(old), Some(replacement)] = names.map(|name| example("td2.1 doc-x", name)) else {
        return;
    };
    let (world, person) = with_record().await;
    let made = world
        .post(&world.doctor(), "/DocumentReference", &old)
        .await;
    assert_eq!(made.status, StatusCode::CREATED);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    // The example is superseded already: the patch finds nothing to do.
    let replacement = replacement.to_string().replace("doc-x-id", &id);
    let replacement: Value = serde_json::from_str(&replacement).unwrap();
    let answer = world.post(&world.doctor(), "", &replacement).await;
    assert_eq!(statuses(&answer), ["201", "201", "200", "201"]);
    let path = format!("/DocumentReference/{id}");
    let stored = world.get(&world.holder(person), &path).await.json();
    assert_eq!(stored["status"], "superseded");
    assert_eq!(
        stored["meta"]["versionId"],
        made.json()["meta"]["versionId"]
    );
    // Differs (8): the page's PUT of nothing but the status would leave nothing else of the document.
    let size = world.size(person).await;
    let mut page = replacement.clone();
    page["entry"][1]["resource"]["masterIdentifier"]["value"] = json!("urn:oid:1.2.3");
    page["entry"][2] = json!({
        "resource": { "resourceType": "DocumentReference", "id": id, "status": "superseded" },
        "request": { "method": "PUT", "url": format!("DocumentReference/{id}") },
    });
    assert_eq!(
        world.post(&world.doctor(), "", &page).await.refusal().0,
        422
    );
    assert_eq!(world.size(person).await, size);
}
