//! Records made up here.

use serde_json::{Value, json};

/// An RPPS number that passes its own check; nobody has it.
pub const DOCTOR: &str = "10000000017";
/// Another.
pub const OTHER_DOCTOR: &str = "10000000025";
/// A FINESS number that passes its own check.
pub const HOSPITAL: &str = "750000018";

/// A person with an encounter, two observations and a condition, at a hospital, seen by a doctor.
pub fn record(family: &str) -> Value {
    // A fullUrl names one resource in the world: each record has its own.
    let hash = family.bytes().fold(7_u32, |hash, byte| {
        hash.wrapping_mul(31).wrapping_add(u32::from(byte))
    });
    let uuid = |number: u32| format!("urn:uuid:{hash:08x}-0000-4000-8000-{number:012}");
    let patient = json!({ "reference": uuid(1) });
    let encounter = json!({ "reference": uuid(4) });
    bundle(&[
        (
            uuid(1),
            json!({
                "resourceType": "Patient",
                "name": [{ "family": family, "given": ["Camille"] }],
                "gender": "female",
                "birthDate": "1962-08-14",
            }),
        ),
        (
            uuid(2),
            json!({
                "resourceType": "Organization",
                "identifier": [{ "system": "urn:oid:1.2.250.1.71.4.2.2", "value": format!("1{HOSPITAL}") }],
                "name": "Hôpital d'essai",
            }),
        ),
        (
            uuid(3),
            json!({
                "resourceType": "Practitioner",
                "identifier": [{ "system": "urn:oid:1.2.250.1.71.4.2.1", "value": format!("8{DOCTOR}") }],
                "name": [{ "family": "Exemple", "prefix": ["Dr"] }],
            }),
        ),
        (
            uuid(4),
            json!({
                "resourceType": "Encounter",
                "status": "finished",
                "class": { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB" },
                "subject": patient,
                "participant": [{ "individual": { "reference": uuid(3) } }],
                "serviceProvider": { "reference": uuid(2) },
            }),
        ),
        (
            uuid(5),
            observation(&patient, "8302-2", 178.5, "cm", Some(&encounter)),
        ),
        (
            uuid(6),
            observation(&patient, "29463-7", 71.0, "kg", Some(&encounter)),
        ),
        (
            uuid(7),
            json!({
                "resourceType": "Condition",
                "subject": patient,
                "encounter": encounter,
                "code": { "text": "rhinite" },
            }),
        ),
    ])
}

/// Entries with their fullUrls as a Bundle.
pub fn bundle(entries: &[(String, Value)]) -> Value {
    let entries: Vec<Value> = entries
        .iter()
        .map(|(url, resource)| json!({ "fullUrl": url, "resource": resource }))
        .collect();
    json!({ "resourceType": "Bundle", "type": "collection", "entry": entries })
}

/// A measurement.
pub fn observation(
    subject: &Value,
    loinc: &str,
    value: f64,
    unit: &str,
    encounter: Option<&Value>,
) -> Value {
    let mut resource = json!({
        "resourceType": "Observation",
        "status": "final",
        "code": { "coding": [{ "system": "http://loinc.org", "code": loinc }] },
        "subject": subject,
        "effectiveDateTime": "2024-03-01T10:30:00+01:00",
        "valueQuantity": {
            "value": value,
            "unit": unit,
            "system": "http://unitsofmeasure.org",
            "code": unit,
        },
    });
    if let Some(encounter) = encounter {
        resource["encounter"] = encounter.clone();
    }
    resource
}

/// The holder's authorisation for a professional to read.
pub fn consent(person: &str, rpps: &str) -> Value {
    json!({
        "resourceType": "Consent",
        "status": "active",
        "scope": { "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/consentscope",
            "code": "patient-privacy",
        }] },
        "category": [{ "coding": [{ "system": "http://loinc.org", "code": "59284-0" }] }],
        "patient": { "reference": format!("Patient/{person}") },
        "provision": {
            "type": "permit",
            "actor": [{
                "role": { "coding": [{
                    "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
                    "code": "PRCP",
                }] },
                "reference": { "identifier": {
                    "system": "urn:oid:1.2.250.1.71.4.2.1",
                    "value": format!("8{rpps}"),
                } },
            }],
        },
    })
}
