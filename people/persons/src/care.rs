use crate::documents;
use crate::json::{Json, fields, list, object};
use crate::life::{Life, quantity};
use crate::providers::Providers;
use crate::tables::{ACUTE, CHRONIC, LABORATORY, Measure, SHORT, VACCINES, VITALS};
use crate::{Bundle, concept, refer};

/// A visit: what it belongs to, and when it was.
struct Visit<'b> {
    patient: &'b str,
    encounter: String,
    day: String,
    doctor: &'b str,
}

/// One visit: an encounter with its findings, a diagnosis, sometimes a prescription, a document.
pub fn visit(bundle: &mut Bundle, life: &mut Life, patient: &str, providers: &Providers) {
    let day = life.day();
    let hospital = life.random.chance(15);
    let doctor = if hospital { &providers.specialist } else { &providers.doctor };
    let encounter = encounter(bundle, life, patient, providers, (&day, hospital));
    let visit = Visit { patient, encounter, day, doctor };
    let age = |year: &str| year[..4].parse::<usize>().map_or(0, |year| year - life.born);
    let age = age(&visit.day);
    let fitting: Vec<_> = ACUTE.iter().filter(|acute| acute.3 <= age).collect();
    let (code, display, words, _) = **life.random.pick(&fitting);
    condition(bundle, life, &visit, (code, display), false);
    pressure(bundle, life, &visit);
    for measure in &VITALS {
        if life.random.chance(35) {
            observe(bundle, life, &visit, measure, "vital-signs");
        }
    }
    if life.random.chance(40) {
        for measure in &LABORATORY {
            if life.random.chance(30) {
                observe(bundle, life, &visit, measure, "laboratory");
            }
        }
    }
    let short = *life.random.pick(&SHORT);
    prescribe(bundle, life, &visit, short, "acute");
    if life.random.chance(45) {
        let report = documents::Report { day: &visit.day, words, finding: display, medicine: short };
        documents::write(bundle, life, (patient, &visit.encounter), providers, &report);
    }
}

/// Long diseases of this age, each with its medicine.
pub fn long_term(bundle: &mut Bundle, life: &mut Life, patient: &str, providers: &Providers) {
    for (code, display, atc, medicine, dose, least) in CHRONIC {
        if life.born + least < 2020 && life.random.chance(14) {
            let day = life.day_in(life.born + least + 2);
            let encounter = encounter(bundle, life, patient, providers, (&day, false));
            let visit = Visit { patient, encounter, day, doctor: &providers.doctor };
            condition(bundle, life, &visit, (code, display), true);
            prescribe(bundle, life, &visit, (atc, medicine, dose), "continuous");
        }
    }
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

fn encounter(bundle: &mut Bundle, life: &mut Life, patient: &str, providers: &Providers, (day, hospital): (&str, bool)) -> String {
    let (code, display) = if hospital { ("IMP", "inpatient encounter") } else { ("AMB", "ambulatory") };
    let doctor = if hospital { &providers.specialist } else { &providers.doctor };
    let hour = life.random.within(8, 17);
    let period = object! {
        "start": format!("{day}T{hour:02}:00:00+01:00"),
        "end": format!("{day}T{hour:02}:{:02}:00+01:00", life.random.within(10, 59)),
    };
    let class = object! { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": code, "display": display };
    let fields = fields! {
        "status": "finished",
        "class": class,
        "subject": refer(patient),
        "participant": list![object! { "individual": refer(doctor) }],
        "period": period,
        "serviceProvider": refer(&providers.hospital),
    };
    let id = life.random.uuid();
    bundle.add(id, "Encounter", fields)
}

fn condition(bundle: &mut Bundle, life: &mut Life, visit: &Visit<'_>, (code, display): (&str, &str), lasting: bool) {
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

fn prescribe(bundle: &mut Bundle, life: &mut Life, visit: &Visit<'_>, (code, display, dose): (&str, &str, &str), course: &str) {
    let status = if course == "acute" { "completed" } else { "active" };
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

/// What every observation of a visit says, up to its value.
fn observation(visit: &Visit<'_>, category: &str, code: &str, display: &str) -> Vec<(&'static str, Json)> {
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

fn observe(bundle: &mut Bundle, life: &mut Life, visit: &Visit<'_>, measure: &Measure, category: &str) {
    let number = life.random.within(measure.range.0, measure.range.1);
    let value = decimal(number, measure.decimals);
    let mut fields = observation(visit, category, measure.code, measure.display);
    fields.push(("valueQuantity", quantity(value, measure.unit, measure.ucum)));
    let id = life.random.uuid();
    bundle.add(id, "Observation", fields);
}

fn pressure(bundle: &mut Bundle, life: &mut Life, visit: &Visit<'_>) {
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
