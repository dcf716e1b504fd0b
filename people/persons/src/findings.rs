use crate::care::Visit;
use crate::json::{Json, fields, list, object};
use crate::life::{Life, quantity};
use crate::tables::Measure;
use crate::{Bundle, concept, refer};

pub fn condition(
    bundle: &mut Bundle,
    life: &mut Life,
    visit: &Visit<'_>,
    (code, display): (&str, &str),
    lasting: bool,
) {
    let status = if lasting { "active" } else { "resolved" };
    let system = |name| format!("http://terminology.hl7.org/CodeSystem/condition-{name}");
    let coded = |name, code: &str| object! { "coding": list![object! { "system": system(name), "code": code }] };
    let fields = fields! {
        "clinicalStatus": coded("clinical", status),
        "verificationStatus": coded("ver-status", "confirmed"),
        "category": list![coded("category", "encounter-diagnosis")],
        "code": concept("http://hl7.org/fhir/sid/icd-10", code, display),
        "subject": refer(visit.patient),
        "encounter": refer(&visit.encounter),
        "onsetDateTime": visit.day.clone(),
        "recordedDate": visit.day.clone(),
        "recorder": refer(visit.doctor),
    };
    let id = life.random.uuid();
    bundle.add(id, "Condition", fields);
}

/// What every observation of a visit says, up to its value.
fn observation(
    visit: &Visit<'_>,
    category: &str,
    code: &str,
    display: &str,
) -> Vec<(&'static str, Json)> {
    let system = "http://terminology.hl7.org/CodeSystem/observation-category";
    fields! {
        "status": "final",
        "category": list![object! { "coding": list![object! { "system": system, "code": category }] }],
        "code": concept("http://loinc.org", code, display),
        "subject": refer(visit.patient),
        "encounter": refer(&visit.encounter),
        "effectiveDateTime": visit.day.clone(),
        "performer": list![refer(visit.doctor)],
    }
}

pub fn observe(
    bundle: &mut Bundle,
    life: &mut Life,
    visit: &Visit<'_>,
    measure: &Measure,
    category: &str,
) {
    let number = life.random.within(measure.range.0, measure.range.1);
    let value = decimal(number, measure.decimals);
    let mut fields = observation(visit, category, measure.code, measure.display);
    fields.push(("valueQuantity", quantity(value, measure.unit, measure.ucum)));
    let id = life.random.uuid();
    bundle.add(id, "Observation", fields);
}

pub fn pressure(bundle: &mut Bundle, life: &mut Life, visit: &Visit<'_>) {
    let high = life.random.within(98, 168);
    let low = high - life.random.within(32, 60);
    let component = |code, display, value: usize| {
        object! {
            "code": concept("http://loinc.org", code, display),
            "valueQuantity": quantity(value.to_string(), "mmHg", "mm[Hg]"),
        }
    };
    let mut fields = observation(visit, "vital-signs", "85354-9", "Pression artérielle");
    let parts = list![
        component("8480-6", "Pression artérielle systolique", high),
        component("8462-4", "Pression artérielle diastolique", low),
    ];
    fields.push(("component", parts));
    let id = life.random.uuid();
    bundle.add(id, "Observation", fields);
}

/// 725 with one decimal is `72.5`; zeros at the end stay, as a laboratory prints them.
fn decimal(number: usize, decimals: usize) -> String {
    if decimals == 0 {
        return number.to_string();
    }
    let digits = format!("{number:0width$}", width = decimals + 1);
    let (whole, part) = digits.split_at(digits.len() - decimals);
    format!("{whole}.{part}")
}
