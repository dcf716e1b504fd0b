//! TD3.1 and TD3.2: what the list shows, and the bytes behind it.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::json;

use super::{INS, addresses, example, statuses, with_record};
use crate::world::{BASE, World, request};

/// Each parameter of ITI-67 that the draft names, with what it must find.
async fn answers_as_the_draft_asks(world: &World, both: &[&str]) {
    for (question, found) in [
        ("status=current", both),
        ("status=superseded", &[]),
        ("type=http://loinc.org|11488-4", &both[..1]),
        (
            "type=http://loinc.org|11488-4,http://loinc.org|60591-5",
            both,
        ),
        (
            "category=https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument|11",
            both,
        ),
        (
            "date=ge2024-11-20T10:45:00%2B01:00&date=lt2024-11-21",
            &both[1..],
        ),
        ("period=ge2024-07-02", both),
        ("facility=http://snomed.info/sct|35971002", both),
        ("setting=http://snomed.info/sct|394802001", both),
        ("format=urn:ihe:iti:xds:2017:mimeTypeSufficient", both),
        ("security-label=N", both),
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
    answers_as_the_draft_asks(&world, &both).await;
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
