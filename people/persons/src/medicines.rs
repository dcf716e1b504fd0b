use crate::care::Visit;
use crate::json::{fields, list, object};
use crate::life::Life;
use crate::providers::Providers;
use crate::tables::VACCINES;
use crate::{Bundle, concept, refer};

pub fn prescribe(
    bundle: &mut Bundle,
    life: &mut Life,
    visit: &Visit<'_>,
    (code, display, dose): (&str, &str, &str),
    course: &str,
) {
    let status = if course == "acute" {
        "completed"
    } else {
        "active"
    };
    let system = "http://terminology.hl7.org/CodeSystem/medicationrequest-course-of-therapy";
    let fields = fields! {
        "status": status,
        "intent": "order",
        "medicationCodeableConcept": concept("http://www.whocc.no/atc", code, display),
        "subject": refer(visit.patient),
        "encounter": refer(&visit.encounter),
        "authoredOn": visit.day.clone(),
        "requester": refer(visit.doctor),
        "courseOfTherapyType": object! { "coding": list![object! { "system": system, "code": course }] },
        "dosageInstruction": list![object! { "text": dose }],
    };
    let id = life.random.uuid();
    bundle.add(id, "MedicationRequest", fields);
}

pub fn vaccinations(bundle: &mut Bundle, life: &mut Life, patient: &str, providers: &Providers) {
    for (code, display) in VACCINES {
        if life.random.chance(45) {
            let (id, day) = (life.random.uuid(), life.day());
            let lot = format!("L{:05}", life.random.within(0, 99_999));
            let fields = fields! {
                "status": "completed",
                "vaccineCode": concept("http://www.whocc.no/atc", code, display),
                "patient": refer(patient),
                "occurrenceDateTime": day,
                "primarySource": true,
                "lotNumber": lot,
                "performer": list![object! { "actor": refer(&providers.doctor) }],
            };
            bundle.add(id, "Immunization", fields);
        }
    }
}
