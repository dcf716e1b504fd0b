//! A life, told as an importer would have understood it.

use hygie_snds::direct::{About, Act, Claim, Diagnosis, Item, Stay, Told};

use super::codes::Codes;
use crate::calendar::date;
use crate::life::{self, Life};

/// BEN_RES_DPT.
pub fn department(text: &str) -> [u8; 3] {
    let mut department = *b"   ";
    department[..text.len()].copy_from_slice(text.as_bytes());
    department
}

/// Tells of a person and all that happened to him.
pub fn tell(codes: &Codes, name: &[u8; 16], life: &Life, to: &mut Told<'_>) {
    let person = &life.person;
    let (year, month, _) = date(person.born);
    let about = About {
        birth_year: u16::try_from(year).unwrap_or(0),
        birth_month: u8::try_from(month).unwrap_or(0),
        sex: if person.woman { 2 } else { 1 },
        department: department(person.department),
        death: life.death.as_ref().map(|death| death.on),
    };
    if !to.person(name, &about) {
        return;
    }
    let mut items = Vec::new();
    for claim in &life.claims {
        items.clear();
        whats(codes, life, claim, &mut items);
        let told = Claim {
            start: claim.from,
            end: claim.to,
            provider: claim.performer,
            speciality: claim.specialty,
            charged: claim.charged.into(),
            paid: claim.paid.into(),
        };
        to.claim(&told, &items);
    }
    // Of whom the hospital did not know, nobody can count the stay.
    for stay in life.stays.iter().filter(|stay| stay.identified) {
        lay(codes, stay, to);
    }
    for illness in &life.illnesses {
        to.illness(codes.diagnosis(illness.code), illness.from, illness.until);
    }
    if let Some(death) = &life.death
        && let Some(initial) = death.cause
    {
        to.cause(codes.diagnosis(initial), true, death.on);
        for code in &death.causes {
            to.cause(codes.diagnosis(code), false, death.on);
        }
    }
}

/// What a claim is for.
fn whats(codes: &Codes, life: &Life, claim: &life::Claim, to: &mut Vec<Item>) {
    let item = |code, activity| Item {
        code,
        activity,
        quantity: claim.quantity.into(),
    };
    match claim.item {
        life::Item::Plain => to.push(item(codes.nature(claim.nature), 0)),
        life::Item::Drug(drug) => to.push(item(codes.drugs[usize::from(drug)], 0)),
        life::Item::HospitalDrug(drug) => {
            to.push(item(codes.hospital_drugs[usize::from(drug)], 0));
        }
        life::Item::Procedure(procedure, activity) => {
            to.push(item(
                codes.procedures[usize::from(procedure)],
                b'0' + activity,
            ));
        }
        life::Item::Device(device) => to.push(item(codes.devices[usize::from(device)], 0)),
        life::Item::Labs { first, count } => {
            let labs = &life.labs[first as usize..][..usize::from(count)];
            to.extend(
                labs.iter()
                    .map(|lab| item(codes.labs[usize::from(*lab)], 0)),
            );
        }
    }
}

fn lay(codes: &Codes, stay: &life::Stay, to: &mut Told<'_>) {
    let principal = |code| Diagnosis::Principal(codes.diagnosis(code));
    let related = |code| Diagnosis::Related(codes.diagnosis(code));
    let mut diagnoses = vec![principal(stay.main)];
    diagnoses.extend(stay.related.map(related));
    for unit in &stay.units {
        diagnoses.push(principal(unit.main));
        diagnoses.extend(unit.related.map(related));
    }
    let associated = stay.associated.iter();
    diagnoses.extend(associated.map(|code| Diagnosis::Associated(codes.diagnosis(code))));
    let acts: Vec<Act> = stay
        .procedures
        .iter()
        .map(|done| Act {
            code: codes.procedures[usize::from(done.procedure)],
            after: done.after.into(),
            quantity: done.count.into(),
            activity: b'0' + done.activity,
        })
        .collect();
    let nights: Vec<i32> = stay.units.iter().map(|unit| unit.nights.into()).collect();
    to.stay(&Stay {
        start: stay.from,
        end: stay.to,
        site: stay.hospital,
        group: stay.group,
        diagnoses: &diagnoses,
        acts: &acts,
        units: &nights,
    });
}
