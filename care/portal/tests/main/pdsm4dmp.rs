//! The DMP's transactions as the draft PDSm4DMP of the ANS writes them, with its own examples, byte for
//! byte: the person is imported under the examples' INS. Where an answer differs from the draft's, the
//! test says `differs`, and `DMP.md` says why.

use std::path::Path;

use axum::body::Body;
use http::{Method, StatusCode};
use hygie_notice::{ActorKind, PersonId};
use serde_json::{Value, json};

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
async fn td3_1_a_document_that_the_list_leaves_out() {
    let names = [
        "Bundle-example-annexe-searchset-documentreferences.json",
        "Bundle-example-annexe-fhir-document.json",
    ];
    let [Some(listed), Some(written)] = names.map(|name| example("td3.1", name)) else {
        return;
    };
    let (world, person) = with_record().await;
    let documents = [0, 1].map(|place| listed["entry"][place]["resource"].clone());
    // The second is the metadata of a FHIR document: both come in one transaction.
    let mut pointed = documents[1].clone();
    pointed["content"][0]["attachment"]["url"] =
        json!("urn:uuid:00000000-0000-4000-8000-000000000001");
    let mut attached = written.clone();
    attached.as_object_mut().unwrap().remove("id");
    let transaction = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [
        { "resource": documents[0], "request": { "method": "POST", "url": "DocumentReference" } },
        { "resource": pointed, "request": { "method": "POST", "url": "DocumentReference" } },
        { "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000001", "resource": attached,
          "request": { "method": "POST", "url": "Bundle" } },
    ] });
    let answer = world.post(&world.doctor(), "", &transaction).await;
    assert_eq!(statuses(&answer), ["201", "201", "201"]);
    let [cda, fhir, bundle] = addresses(&answer).try_into().unwrap();
    let both = [&cda[1..], &fhir[1..]];
    for (question, found) in [
        ("status=current", &both[..]),
        ("status=superseded", &[]),
        ("type=http://loinc.org|11488-4", &both[..1]),
        (
            "type=http://loinc.org|11488-4,http://loinc.org|60591-5",
            &both[..],
        ),
        (
            "category=https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument|11",
            &both[..],
        ),
        (
            "date=ge2024-11-20T10:45:00%2B01:00&date=lt2024-11-21",
            &both[1..],
        ),
        ("period=ge2024-07-02", &both[..]),
        ("facility=http://snomed.info/sct|35971002", &both[..]),
        ("setting=http://snomed.info/sct|394802001", &both[..]),
        ("format=urn:ihe:iti:xds:2017:mimeTypeSufficient", &both[..]),
        ("security-label=N", &both[..]),
        ("event=http://snomed.info/sct|1", &[]),
        (
            "identifier=urn:ietf:rfc:3986|urn:oid:1.2.250.1.213.1.4.8.99999.202",
            &both[1..],
        ),
        ("related=DocumentReference/1", &[]),
    ] {
        let path = format!("/DocumentReference?patient.identifier={INS}&{question}");
        let answer = world.get(&world.reader(), &path).await;
        assert_eq!(answer.status, StatusCode::OK, "{question}");
        assert_eq!(answer.json()["type"], "searchset");
        assert_eq!(answer.entries(), found, "{question}");
    }
    // What is found is what was sent, but for what the server gives.
    let found = world
        .get(
            &world.reader(),
            &format!("/DocumentReference?patient.identifier={INS}"),
        )
        .await
        .json();
    for (entry, sent) in found["entry"].as_array().unwrap().iter().zip(&documents) {
        for member in [
            "masterIdentifier",
            "status",
            "type",
            "author",
            "contained",
            "securityLabel",
            "context",
        ] {
            assert_eq!(entry["resource"][member], sent[member], "{member}");
        }
    }
    assert_eq!(
        found["entry"][1]["resource"]["content"][0]["attachment"]["url"],
        bundle[1..]
    );
    let read = world.get(&world.reader(), &bundle).await.json();
    assert_eq!(
        (&read["type"], &read["entry"]),
        (&written["type"], &written["entry"])
    );
    // Nobody's documents are none; the author's right to deposit is no right to read.
    let nobody = "/DocumentReference?patient.identifier=urn:oid:1.2.250.1.213.1.4.8|1";
    assert_eq!(world.get(&world.reader(), nobody).await.json()["total"], 0);
    let path = format!("/DocumentReference?patient.identifier={INS}");
    assert_eq!(world.get(&world.doctor(), &path).await.refusal().0, 403);
    let twice = format!("{path}&patient={person}");
    assert_eq!(world.get(&world.reader(), &twice).await.refusal().0, 400);
}

#[tokio::test]
async fn td3_2_a_document_that_is_not_its_bytes() {
    let Some(submission) = example("td3.2", "Bundle-example-td2-iti65-lot-soumission.json") else {
        return;
    };
    let (world, _) = with_record().await;
    let document = world.submitted(&submission).await;
    let found = world.get(&world.reader(), &document).await.json();
    let url = found["content"][0]["attachment"]["url"].as_str().unwrap();
    let raw = request(Method::GET, &world.reader(), &format!("/{url}"))
        .header("accept", "application/xml");
    let raw = world.send(raw.body(Body::empty()).unwrap()).await;
    assert_eq!(
        (raw.status, raw.header("content-type")),
        (StatusCode::OK, "application/xml")
    );
    assert!(
        raw.body
            .starts_with(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><ClinicalDocument")
    );
    let sent = &submission["entry"][2]["resource"];
    let wrapped = world.get(&world.reader(), &format!("/{url}")).await.json();
    assert_eq!(
        (&wrapped["contentType"], &wrapped["data"]),
        (&sent["contentType"], &sent["data"])
    );
    // Several at once, by relative and by absolute address.
    let batch = json!({ "resourceType": "Bundle", "type": "batch", "entry": [
        { "request": { "method": "GET", "url": url } },
        { "request": { "method": "GET", "url": format!("{BASE}/{url}") } },
        { "request": { "method": "GET", "url": format!("{url}0") } },
    ] });
    let answer = world.post(&world.reader(), "", &batch).await;
    assert_eq!(statuses(&answer), ["200", "200", "404"]);
    assert_eq!(answer.json()["entry"][1]["resource"]["data"], sent["data"]);
    assert_eq!(
        world
            .get(&world.doctor(), &format!("/{url}"))
            .await
            .refusal()
            .0,
        403
    );
}

#[tokio::test]
async fn td3_3a_a_mask_that_does_not_hold() {
    let Some(submission) = example("td3.3a", "Bundle-example-td2-iti65-lot-soumission.json") else {
        return;
    };
    let (world, person) = with_record().await;
    let document = world.submitted(&submission).await;
    let before = world.get(&world.reader(), &document).await;
    let url = before.json()["content"][0]["attachment"]["url"]
        .as_str()
        .unwrap()
        .to_owned();
    let (mask, show) = (
        label(MARKS, "MASQUE_PS"),
        label(
            "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
            "N",
        ),
    );
    let by_unique_id = format!("/DocumentReference?identifier={}", unique(2));
    for (who, path) in [
        (world.holder(person), by_unique_id.clone()),
        (world.holder(person), document.clone()),
        (
            world.doctor(),
            format!("{by_unique_id}&patient.identifier={INS}"),
        ),
        (world.doctor(), format!("{by_unique_id}&patient={person}")),
        (world.doctor(), document.clone()),
    ] {
        let masked = world.json_patch(&who, &path, &mask).await;
        assert_eq!(masked.status, StatusCode::OK, "{path}");
        assert_eq!(
            masked.json()["securityLabel"][0]["coding"][0]["code"],
            "MASQUE_PS"
        );
        // A change of visibility is no version.
        assert_eq!(masked.header("etag"), before.header("etag"));
        let hidden = [
            document.clone(),
            format!("/{url}"),
            format!("{document}/_history"),
        ];
        for hidden in hidden {
            assert_eq!(
                world.get(&world.reader(), &hidden).await.refusal(),
                (404, "not-found".to_owned())
            );
        }
        let list = format!("/DocumentReference?patient={person}");
        assert_eq!(world.get(&world.reader(), &list).await.json()["total"], 0);
        assert_eq!(
            world.get(&world.holder(person), &list).await.json()["total"],
            1
        );
        let found = format!("{by_unique_id}&patient={person}");
        for (path, patch) in [(&document, &show), (&found, &show), (&found, &mask)] {
            assert_eq!(
                world
                    .json_patch(&world.reader(), path, patch)
                    .await
                    .refusal()
                    .0,
                404
            );
        }
        assert_eq!(
            world.json_patch(&who, &path, &show).await.status,
            StatusCode::OK
        );
        let after = world.get(&world.reader(), &document).await;
        assert_eq!(
            (&after.headers, &after.body),
            (&before.headers, &before.body)
        );
        assert_eq!(
            world
                .json_patch(&world.reader(), &document, &mask)
                .await
                .refusal()
                .0,
            403
        );
    }
    // Differs (5): a professional says whose document it is; the unique id alone tells nobody.
    assert_eq!(
        world
            .json_patch(&world.doctor(), &by_unique_id, &mask)
            .await
            .refusal(),
        (400, "required".to_owned())
    );
    let other = format!(
        "/DocumentReference?identifier={}&patient={person}",
        unique(3)
    );
    assert_eq!(
        world
            .json_patch(&world.doctor(), &other, &mask)
            .await
            .refusal()
            .0,
        404
    );
    for bad in ["", "?identifier=x&_count=1", "?unheard=1"] {
        let path = format!("/DocumentReference{bad}");
        assert_eq!(
            world
                .json_patch(&world.holder(person), &path, &mask)
                .await
                .refusal()
                .0,
            400,
            "{bad}"
        );
    }
    // In a transaction it would be a version: refused.
    let parameters = json!({ "resourceType": "Parameters", "parameter": [{ "name": "operation", "part": [
        { "name": "type", "valueCode": "delete" },
        { "name": "path", "valueString": "DocumentReference.securityLabel[0]" },
    ] }] });
    let transaction = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [
        { "resource": parameters, "request": { "method": "PATCH", "url": &document[1..] } },
    ] });
    assert_eq!(
        world
            .post(&world.doctor(), "", &transaction)
            .await
            .refusal()
            .0,
        422
    );
}

#[tokio::test]
async fn td3_3b_a_mark_that_is_half_understood() {
    let Some(submission) = example("td3.3b", "Bundle-example-td2-iti65-lot-soumission.json") else {
        return;
    };
    let (world, person) = with_record().await;
    let document = world.submitted(&submission).await;
    // Differs (6): until a mark hides, it is refused, never taken and ignored.
    for code in ["INVISIBLE_PATIENT", "INVISIBLE_REPRESENTANTS_LEGAUX"] {
        let answer = world
            .json_patch(&world.doctor(), &document, &label(MARKS, code))
            .await;
        assert_eq!(
            answer.refusal(),
            (422, "business-rule".to_owned()),
            "{code}"
        );
    }
    let read = world.get(&world.holder(person), &document).await.json();
    assert_eq!(
        read["securityLabel"],
        submission["entry"][1]["resource"]["securityLabel"]
    );
}

#[tokio::test]
async fn td3_3c_a_deletion_by_somebody_else_or_none() {
    let Some(submission) = example("td3.3c", "Bundle-example-td2-iti65-lot-soumission.json") else {
        return;
    };
    let (world, person) = with_record().await;
    let document = world.submitted(&submission).await;
    let delete = json!([{ "op": "replace", "path": "/status", "value": "entered-in-error" }]);
    let path = format!(
        "/DocumentReference?identifier={}&patient={person}",
        unique(2)
    );
    for other in [world.reader(), world.holder(person)] {
        assert_eq!(
            world.json_patch(&other, &path, &delete).await.refusal(),
            (403, "forbidden".to_owned())
        );
        let request = request(Method::DELETE, &other, &document)
            .body(Body::empty())
            .unwrap();
        assert_eq!(
            world.send(request).await.refusal(),
            (403, "forbidden".to_owned())
        );
    }
    let unknown = format!(
        "/DocumentReference?identifier={}&patient={person}",
        unique(77)
    );
    assert_eq!(
        world
            .json_patch(&world.doctor(), &unknown, &delete)
            .await
            .refusal()
            .0,
        404
    );
    let answer = world.json_patch(&world.doctor(), &path, &delete).await;
    assert_eq!(
        (answer.status, &answer.json()["status"]),
        (StatusCode::OK, &json!("entered-in-error"))
    );
    let current = format!("/DocumentReference?patient={person}&status=current");
    assert_eq!(
        world.get(&world.reader(), &current).await.json()["total"],
        0
    );
    // The same as a whole resource, and for good: the holder still reads what was there.
    let mut whole = answer.json();
    whole["description"] = json!("wrong patient");
    let put = world
        .write(Method::PUT, &world.doctor(), &document, &whole)
        .await;
    assert_eq!(
        (put.status, &put.json()["description"]),
        (StatusCode::OK, &json!("wrong patient"))
    );
    let request = request(Method::DELETE, &world.doctor(), &document)
        .body(Body::empty())
        .unwrap();
    assert_eq!(world.send(request).await.status, StatusCode::NO_CONTENT);
    assert_eq!(
        world.get(&world.reader(), &document).await.refusal(),
        (410, "deleted".to_owned())
    );
    let history = world
        .get(&world.holder(person), &format!("{document}/_history"))
        .await
        .json();
    assert_eq!(history["total"], 4);
}

#[tokio::test]
async fn td3_3d_an_archive_that_is_half_done() {
    let Some(mut submission) = example("td3.3d", "Bundle-example-td2-iti65-lot-soumission.json")
    else {
        return;
    };
    let (world, _) = with_record().await;
    let extension =
        "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived";
    submission["entry"][1]["resource"]["extension"] =
        json!([{ "url": extension, "valueBoolean": false }]);
    let document = world.submitted(&submission).await;
    // Differs (7): the draft's path, with a filter in it, is no JSON Pointer (RFC 6901).
    let path = format!("/extension[url:'{extension}']/valueBoolean");
    let drafted = json!([{ "op": "replace", "path": path, "value": true }]);
    assert_eq!(
        world
            .json_patch(&world.doctor(), &document, &drafted)
            .await
            .status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let pointed = json!([{ "op": "replace", "path": "/extension/0/valueBoolean", "value": true }]);
    let answer = world.json_patch(&world.doctor(), &document, &pointed).await;
    assert_eq!(
        (
            answer.status,
            &answer.json()["extension"][0]["valueBoolean"]
        ),
        (StatusCode::OK, &json!(true))
    );
}
