use crate::documents;
use crate::findings::{condition, observe, pressure};
use crate::json::{fields, list, object};
use crate::life::Life;
use crate::medicines::prescribe;
use crate::providers::Providers;
use crate::tables::{ACUTE, CHRONIC, LABORATORY, SHORT, VITALS};
use crate::{Bundle, refer};

/// A visit: what it belongs to, and when it was.
pub struct Visit<'b> {
    pub patient: &'b str,
    pub encounter: String,
    pub day: String,
    pub doctor: &'b str,
}

/// One visit: an encounter with its findings, a diagnosis, sometimes a prescription, a document.
pub fn visit(bundle: &mut Bundle, life: &mut Life, patient: &str, providers: &Providers) {
    let day = life.day();
    let hospital = life.random.chance(15);
    let doctor = if hospital {
        &providers.specialist
    } else {
        &providers.doctor
    };
    let encounter = encounter(bundle, life, patient, providers, (&day, hospital));
    let visit = Visit {
        patient,
        encounter,
        day,
        doctor,
    };
    let age = |year: &str| {
        year[..4]
            .parse::<usize>()
            .map_or(0, |year| year - life.born)
    };
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
        let report = documents::Report {
            day: &visit.day,
            words,
            finding: display,
            medicine: short,
        };
        documents::write(
            bundle,
            life,
            (patient, &visit.encounter),
            providers,
            &report,
        );
    }
}

/// Long diseases of this age, each with its medicine.
pub fn long_term(bundle: &mut Bundle, life: &mut Life, patient: &str, providers: &Providers) {
    for (code, display, atc, medicine, dose, least) in CHRONIC {
        if life.born + least < 2020 && life.random.chance(14) {
            let day = life.day_in(life.born + least + 2);
            let encounter = encounter(bundle, life, patient, providers, (&day, false));
            let visit = Visit {
                patient,
                encounter,
                day,
                doctor: &providers.doctor,
            };
            condition(bundle, life, &visit, (code, display), true);
            prescribe(bundle, life, &visit, (atc, medicine, dose), "continuous");
        }
    }
}

fn encounter(
    bundle: &mut Bundle,
    life: &mut Life,
    patient: &str,
    providers: &Providers,
    (day, hospital): (&str, bool),
) -> String {
    let (code, display) = if hospital {
        ("IMP", "inpatient encounter")
    } else {
        ("AMB", "ambulatory")
    };
    let doctor = if hospital {
        &providers.specialist
    } else {
        &providers.doctor
    };
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
