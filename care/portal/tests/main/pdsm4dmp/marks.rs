//! TD3.3: masks, marks, deletion and archive.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use hygie_notice::PersonId;
use serde_json::{Value, json};

use super::{INS, MARKS, example, label, unique, with_record};
use crate::world::{Answer, World, request};

fn mask() -> Value {
    label(MARKS, "MASQUE_PS")
}

fn show() -> Value {
    label(
        "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
        "N",
    )
}

/// Masks by one way, looks at what the reader meets, and shows again.
async fn mask_holds(
    world: &World,
    person: PersonId,
    (who, path): (&str, &str),
    document: &str,
    before: &Answer,
) {
    let (mask, show) = (mask(), show());
    let by_unique_id = format!("/DocumentReference?identifier={}", unique(2));
    let content = &before.json()["content"][0];
    let url = content["attachment"]["url"].as_str().unwrap().to_owned();
    let masked = world.json_patch(who, path, &mask).await;
    assert_eq!(masked.status, StatusCode::OK, "{path}");
    assert_eq!(
        masked.json()["securityLabel"][0]["coding"][0]["code"],
        "MASQUE_PS"
    );
    // A change of visibility is no version.
    assert_eq!(masked.header("etag"), before.header("etag"));
    let hidden = [
        document.to_owned(),
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
    for (path, patch) in [
        (document, &show),
        (found.as_str(), &show),
        (found.as_str(), &mask),
    ] {
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
        world.json_patch(who, path, &show).await.status,
        StatusCode::OK
    );
    let after = world.get(&world.reader(), document).await;
    assert_eq!(
        (&after.headers, &after.body),
        (&before.headers, &before.body)
    );
    assert_eq!(
        world
            .json_patch(&world.reader(), document, &mask)
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
        mask_holds(&world, person, (&who, &path), &document, &before).await;
    }
}

#[tokio::test]
async fn td3_3a_a_mask_that_says_not_whose_document() {
    let Some(submission) = example("td3.3a", "Bundle-example-td2-iti65-lot-soumission.json") else {
        return;
    };
    let (world, person) = with_record().await;
    let document = world.submitted(&submission).await;
    let mask = mask();
    let by_unique_id = format!("/DocumentReference?identifier={}", unique(2));
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
    let holder = world.holder(person);
    let read = world.get(&holder, &document).await;
    assert_eq!(
        read.json()["securityLabel"],
        submission["entry"][1]["resource"]["securityLabel"]
    );
    // Neither the holder nor who merely reads says what is announced.
    let invisible = label(MARKS, "INVISIBLE_PATIENT");
    for other in [&holder, &world.reader()] {
        let answer = world.json_patch(other, &document, &invisible).await;
        assert_eq!(answer.refusal().0, 403);
    }
    let answer = world
        .json_patch(&world.doctor(), &document, &invisible)
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("etag"), read.header("etag"));
    // Not announced: it is not there for the holder, and there for who cares for him.
    assert_eq!(world.get(&holder, &document).await.refusal().0, 404);
    let list = format!("/DocumentReference?patient={person}");
    assert_eq!(world.get(&holder, &list).await.json()["total"], 0);
    assert_eq!(
        world.get(&world.reader(), &document).await.status,
        StatusCode::OK
    );
    // It opens when it is announced, as it was; or when its time is over.
    let announced = label(
        "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
        "N",
    );
    let answer = world
        .json_patch(&world.doctor(), &document, &announced)
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    let after = world.get(&holder, &document).await;
    assert_eq!((&after.headers, &after.body), (&read.headers, &read.body));
    let again = world
        .json_patch(&world.doctor(), &document, &invisible)
        .await;
    assert_eq!(again.status, StatusCode::OK);
    let day = 24 * 3_600_000;
    world.wait(30 * day - 1);
    assert_eq!(
        world
            .get(&world.holder(person), &document)
            .await
            .refusal()
            .0,
        404
    );
    world.wait(1);
    assert_eq!(
        world.get(&world.holder(person), &document).await.status,
        StatusCode::OK
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
