//! What an answer must not tell: whether somebody exists, or something is hidden.

use http::{Method, StatusCode};
use hygie_notice::{PersonId, SystemEntropy};
use serde_json::{Value, json};

use crate::world::{World, consent, observation};

#[tokio::test]
async fn a_refusal_that_tells_who_exists() {
    let world = World::new().await;
    let (person, other) = (world.person().await, world.person().await);
    let id = world.observe(person, "pulse").await;
    let tail = id.split_once('-').unwrap().1;
    let nobody = PersonId::random(&SystemEntropy);
    let tokens = [world.doctor(), world.holder(other)];
    for token in tokens {
        for path in [
            "/Patient/{p}",
            "/Observation/{p}-{t}",
            "/Observation/{p}-{t}/_history",
            "/Observation?patient={p}",
            "/Observation/_history?patient={p}",
            "/Patient/{p}/$everything",
            "/AuditEvent?patient={p}",
            "/Condition?patient={p}",
        ] {
            let of = |person: PersonId| {
                path.replace("{p}", &person.to_string())
                    .replace("{t}", tail)
            };
            let known = world.get(&token, &of(person)).await;
            let unknown = world.get(&token, &of(nobody)).await;
            assert_eq!(known.refusal(), (403, "forbidden".to_owned()), "{path}");
            assert_eq!(
                (known.status, &known.body),
                (unknown.status, &unknown.body),
                "{path}"
            );
            let names = |answer: &crate::world::Answer| {
                answer
                    .headers
                    .keys()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
            };
            assert_eq!(names(&known), names(&unknown));
        }
    }
    let holder = world.holder(other);
    let known = world
        .post(&holder, "/Observation", &observation(person, "x"))
        .await;
    let unknown = world
        .post(&holder, "/Observation", &observation(nobody, "x"))
        .await;
    assert_eq!((known.status, known.body), (unknown.status, unknown.body));
    let known = world.post(&holder, "/Consent", &consent(person)).await;
    let unknown = world.post(&holder, "/Consent", &consent(nobody)).await;
    assert_eq!((known.status, known.body), (unknown.status, unknown.body));
}

#[tokio::test]
async fn a_resource_that_is_not_there() {
    let world = World::new().await;
    let person = world.person().await;
    let id = world.observe(person, "pulse").await;
    let holder = world.holder(person);
    for path in [
        format!("/Condition/{id}"),
        format!("/Observation/{person}-0000000000000"),
        format!("/Observation/{person}"),
        "/Observation/1".to_owned(),
        "/Patient/1".to_owned(),
        "/Patient/1/$everything".to_owned(),
        "/Organization/1".to_owned(),
        format!("/Observation/{id}/_history/1"),
        format!("/Observation/{person}-0000000000000/_history"),
    ] {
        let answer = world.get(&holder, &path).await;
        assert_eq!(answer.refusal(), (404, "not-found".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn a_consent_that_a_professional_finds() {
    let world = World::new().await;
    let person = world.person().await;
    world.authorise(person).await;
    let own = world.get(&world.holder(person), "/Consent").await.entries();
    assert_eq!(own.len(), 1);
    let doctor = world.doctor();
    let found = world
        .get(&doctor, &format!("/Consent?patient={person}"))
        .await;
    assert_eq!(
        (found.json()["total"].as_u64(), found.entries().len()),
        (Some(0), 0)
    );
    let read = world.get(&doctor, &format!("/{}", own[0])).await;
    let absent = world
        .get(&doctor, &format!("/Consent/{person}-0000000000000"))
        .await;
    assert_eq!(
        (read.status, &read.body),
        (StatusCode::NOT_FOUND, &absent.body)
    );
}

/// A document that the hospital's own doctor deposited, with a label.
async fn document(world: &World, person: PersonId) -> String {
    let content = json!({
        "resourceType": "DocumentReference",
        "status": "current",
        "type": { "coding": [{ "system": "http://loinc.org", "code": "34112-3" }] },
        "subject": { "reference": format!("Patient/{person}") },
        "securityLabel": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R" }] }],
        "content": [{ "attachment": { "title": "report" } }],
    });
    let answer = world
        .post(&world.holder(person), "/DocumentReference", &content)
        .await;
    assert_eq!(answer.status, StatusCode::CREATED);
    answer.json()["id"].as_str().unwrap().to_owned()
}

fn mark() -> Value {
    json!({ "coding": [{ "system": "urn:oid:1.2.250.1.213.1.1.4.13", "code": "MASQUE_PS" }] })
}

/// Where a document has the label of this code.
fn place_of(document: &Value, code: &str) -> usize {
    let labels = document["securityLabel"].as_array().unwrap();
    labels
        .iter()
        .position(|label| label["coding"][0]["code"] == code)
        .unwrap()
}

/// Whether the authorised doctor sees the document.
async fn is_seen(world: &World, id: &str) -> bool {
    world
        .get(&world.doctor(), &format!("/DocumentReference/{id}"))
        .await
        .status
        == StatusCode::OK
}

#[tokio::test]
async fn a_mask_that_shows() {
    let world = World::new().await;
    let person = world.person().await;
    world.authorise(person).await;
    let id = document(&world, person).await;
    let path = format!("/DocumentReference/{id}");
    assert!(is_seen(&world, &id).await);
    let holder = world.holder(person);
    let add = json!([{ "op": "add", "path": "/securityLabel/-", "value": mark() }]);
    let answer = world.write(Method::PATCH, &holder, &path, &add).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(!is_seen(&world, &id).await);
    let doctor = world.doctor();
    let absent = world
        .get(
            &doctor,
            &format!("/DocumentReference/{person}-0000000000000"),
        )
        .await;
    assert_eq!(world.get(&doctor, &path).await.body, absent.body);
    let found = world
        .get(&doctor, &format!("/DocumentReference?patient={person}"))
        .await;
    assert_eq!(found.json()["total"], 0);
    assert_eq!(
        world.get(&doctor, &format!("{path}/_history")).await.status,
        StatusCode::NOT_FOUND
    );
    let everything = world
        .get(&doctor, &format!("/Patient/{person}/$everything"))
        .await;
    assert_eq!(everything.entries(), [format!("Patient/{person}")]);
    // The holder reads it with both labels, and takes the mark away again.
    let read = world.get(&holder, &path).await.json();
    assert_eq!(read["securityLabel"].as_array().unwrap().len(), 2);
    let place = place_of(&read, "MASQUE_PS");
    let remove = json!([{ "op": "remove", "path": format!("/securityLabel/{place}") }]);
    assert_eq!(
        world
            .write(Method::PATCH, &holder, &path, &remove)
            .await
            .status,
        StatusCode::OK
    );
    assert!(is_seen(&world, &id).await);
}

#[tokio::test]
async fn a_mask_that_another_label_takes_away() {
    let world = World::new().await;
    let person = world.person().await;
    world.authorise(person).await;
    let id = document(&world, person).await;
    let path = format!("/DocumentReference/{id}");
    let holder = world.holder(person);
    let add = json!([{ "op": "add", "path": "/securityLabel/-", "value": mark() }]);
    assert_eq!(
        world
            .write(Method::PATCH, &holder, &path, &add)
            .await
            .status,
        StatusCode::OK
    );
    let restricted = place_of(&world.get(&holder, &path).await.json(), "R");
    let very = json!({ "coding": [{ "code": "V" }] });
    let invisible = json!({ "coding": [{ "system": "urn:oid:1.2.250.1.213.1.1.4.13", "code": "INVISIBLE_PATIENT" }] });
    for patch in [
        json!([{ "op": "add", "path": "/securityLabel/-", "value": very }]),
        json!([{ "op": "remove", "path": format!("/securityLabel/{restricted}") }]),
        json!([{ "op": "add", "path": "/securityLabel/-", "value": invisible }]),
        json!([{ "op": "test", "path": "/securityLabel/0/coding/0/code", "value": "N" }]),
    ] {
        // Whether it is refused or done: the document stays masked.
        world.write(Method::PATCH, &holder, &path, &patch).await;
        assert!(!is_seen(&world, &id).await, "{patch}");
    }
}

#[tokio::test]
async fn a_mask_by_fhirpath_patch_that_shows() {
    let world = World::new().await;
    let person = world.person().await;
    world.authorise(person).await;
    let id = document(&world, person).await;
    let patch = json!({
        "resourceType": "Parameters",
        "parameter": [{ "name": "operation", "part": [
            { "name": "type", "valueCode": "add" },
            { "name": "path", "valueString": "DocumentReference" },
            { "name": "name", "valueString": "securityLabel" },
            { "name": "value", "valueCodeableConcept": mark() },
        ] }],
    });
    let path = format!("/DocumentReference/{id}");
    let answer = world
        .write(Method::PATCH, &world.holder(person), &path, &patch)
        .await;
    // Understood or refused, but never turned into its opposite.
    assert_eq!(is_seen(&world, &id).await, answer.status != StatusCode::OK);
}
