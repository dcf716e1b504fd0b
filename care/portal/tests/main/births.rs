//! Failures covered: a Patient that software may not create; a birth without a mother, told at its place; an answer that
//! tells who is there already; others than software, for whom a space is made by registration as before.
//! Not a failure: that nothing can be read of the child until his space is made.

use hygie_notice::ActorKind;
use serde_json::{Value, json};

use crate::world::{Answer, NOW, World, actor};

const DEMO: &str = "urn:oid:1.2.250.1.213.1.4.11";

fn newborn(mother: Option<&str>) -> Value {
    let born = jiff::Timestamp::from_millisecond(i64::try_from(NOW).unwrap()).unwrap();
    let born = born
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date()
        .yesterday()
        .unwrap();
    let contact = mother.map(|ins| {
        json!([{
            "extension": [{
                "url": "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-contact-identifier",
                "valueIdentifier": { "system": DEMO, "value": ins },
            }],
            "name": { "family": "Durand" },
        }])
    });
    let mut patient = json!({
        "resourceType": "Patient",
        "identifier": [{ "system": DEMO, "value": "163127847704294" }],
        "name": [{ "family": "Durand", "given": ["Camille"] }],
        "birthDate": born.to_string(),
        "gender": "female",
        "address": [{ "line": ["12 RUE DES LILAS"], "postalCode": "35000", "city": "RENNES" }],
    });
    if let Some(contact) = contact {
        patient["contact"] = contact;
    }
    patient
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).unwrap()
}

#[tokio::test]
async fn a_maternity_tells_of_a_birth_and_learns_nothing() {
    let world = World::new().await;
    let machine = world.token(actor(ActorKind::Software, "750100042"));
    let mother = Some("262087503203977");
    let first = world.post(&machine, "/Patient", &newborn(mother)).await;
    assert_eq!(first.status, 202, "{}", text(&first));
    let again = world.post(&machine, "/Patient", &newborn(mother)).await;
    assert_eq!((again.status, text(&again)), (first.status, text(&first)));
    let orphan = world.post(&machine, "/Patient", &newborn(None)).await;
    assert_eq!(orphan.status, 422);
    assert!(
        text(&orphan).contains("Patient.contact"),
        "{}",
        text(&orphan)
    );
    let doctor = world.token(actor(ActorKind::Professional, "10101010101"));
    let refused = world.post(&doctor, "/Patient", &newborn(mother)).await;
    assert!(
        matches!(refused.status.as_u16(), 400 | 403 | 404 | 422),
        "{}",
        text(&refused)
    );
    assert!(world.record.persons().await.unwrap().is_empty());
}
