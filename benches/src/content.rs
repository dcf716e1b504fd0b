//! What the measures write: Observations of some 1.4 KB as French software sends them, and Bundles of them.

use serde_json::{Value, json};

use crate::random::Random;

/// What is measured: LOINC code, its name, unit, UCUM code, least and greatest value in tenths.
pub const MEASURES: [(&str, &str, &str, &str, usize, usize); 10] = [
    (
        "8867-4",
        "Fréquence cardiaque",
        "battements/min",
        "/min",
        480,
        1_300,
    ),
    (
        "8480-6",
        "Pression artérielle systolique",
        "mmHg",
        "mm[Hg]",
        950,
        1_800,
    ),
    (
        "8462-4",
        "Pression artérielle diastolique",
        "mmHg",
        "mm[Hg]",
        550,
        1_100,
    ),
    ("8310-5", "Température corporelle", "°C", "Cel", 360, 400),
    ("29463-7", "Poids corporel", "kg", "kg", 420, 1_200),
    ("59408-5", "Saturation en oxygène", "%", "%", 900, 1_000),
    ("4548-4", "Hémoglobine glyquée", "%", "%", 45, 110),
    ("2160-0", "Créatinine", "µmol/L", "umol/L", 450, 1_400),
    ("718-7", "Hémoglobine", "g/dL", "g/dL", 90, 170),
    ("2093-3", "Cholestérol total", "mmol/L", "mmol/L", 30, 80),
];

/// An Observation about `subject` (`Patient/…` or a fullUrl), of some 1,400 bytes.
pub fn observation(random: &mut Random, subject: &str, id: Option<&str>) -> Value {
    let place = random.below(MEASURES.len());
    let (code, name, unit, ucum, least, most) = MEASURES[place];
    let tenths = least + random.below(most - least);
    let value: f64 = format!("{}.{}", tenths / 10, tenths % 10)
        .parse()
        .expect("digits and a point are a number");
    let quantity = |value: f64| json!({ "value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": ucum });
    let day = format!(
        "{:04}-{:02}-{:02}",
        2014 + random.below(11),
        1 + random.below(12),
        1 + random.below(28)
    );
    let time = format!(
        "{day}T{:02}:{:02}:00+01:00",
        7 + random.below(12),
        random.below(60)
    );
    let mark = format!("{:016x}{:016x}", random.next(), random.next());
    let bound = |tenths: usize| f64::from(u32::try_from(tenths).expect("a bound is small")) / 10.0;
    let mut resource = json!({
        "resourceType": "Observation",
        "identifier": [{ "system": "urn:oid:1.2.250.1.999.1", "value": mark }],
        "status": "final",
        "category": [{ "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/observation-category",
            "code": "vital-signs",
            "display": "Vital Signs",
        }] }],
        "code": { "coding": [{ "system": "http://loinc.org", "code": code, "display": name }], "text": name },
        "subject": { "reference": subject },
        "effectiveDateTime": time,
        "issued": time,
        "performer": [{
            "identifier": { "system": "urn:oid:1.2.250.1.71.4.2.1", "value": "899700000008" },
            "display": "Dr Camille Exemple, médecin généraliste",
        }],
        "valueQuantity": quantity(value),
        "interpretation": [{ "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
            "code": "N",
            "display": "Normal",
        }] }],
        "note": [{ "text": format!("{name} relevée au cabinet, au repos, patient assis depuis cinq minutes.") }],
        "device": { "display": "Appareil de mesure du cabinet, étalonné" },
        "referenceRange": [{ "low": quantity(bound(least)), "high": quantity(bound(most)) }],
    });
    if let Some(id) = id {
        resource["id"] = id.into();
    }
    resource
}

/// A Bundle of a Patient and `observations` about him, to import; each `number` is another person.
pub fn record(number: u64, observations: usize) -> String {
    let mut random = Random::new(number);
    let patient = uuid(&mut random);
    let mut entries = vec![json!({
        "fullUrl": patient,
        "resource": {
            "resourceType": "Patient",
            "name": [{ "family": format!("Exemple-{number}"), "given": ["Claude"] }],
            "birthDate": format!("{:04}-{:02}-{:02}", 1930 + random.below(90), 1 + random.below(12), 1 + random.below(28)),
        },
    })];
    for _ in 0..observations {
        let url = uuid(&mut random);
        let resource = observation(&mut random, &patient, None);
        entries.push(json!({ "fullUrl": url, "resource": resource }));
    }
    json!({ "resourceType": "Bundle", "type": "collection", "entry": entries }).to_string()
}

fn uuid(random: &mut Random) -> String {
    let (high, low) = (random.next(), random.next());
    format!(
        "urn:uuid:{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff
    )
}
