//! Drugs for life: which state is treated with what, and when the box is empty.

use crate::calendar::Day;
use crate::care::scribe::{Scribe, town};
use crate::hazards::Event;
use crate::life::Item;
use crate::tables::devices::DEVICES;
use crate::tables::drugs::DRUGS;
use crate::tables::{device_of, drug_of};

/// A state, the share treated, and drugs with weights, of which one is taken.
type Regime = (Event, f64, &'static [(u8, u32)]);

const REGIMES: &[Regime] = &[
    (
        Event::Diabetes,
        0.85,
        &[(drug_of("A10BA02"), 75), (drug_of("A10BD07"), 25)],
    ),
    (
        Event::Diabetes,
        0.35,
        &[(drug_of("A10BB09"), 60), (drug_of("A10BH01"), 40)],
    ),
    (
        Event::Diabetes,
        0.22,
        &[(drug_of("A10AE04"), 80), (drug_of("A10AB05"), 20)],
    ),
    (
        Event::Hypertension,
        0.9,
        &[
            (drug_of("C09AA05"), 40),
            (drug_of("C09AA04"), 30),
            (drug_of("C09CA06"), 30),
        ],
    ),
    (
        Event::Hypertension,
        0.5,
        &[(drug_of("C08CA01"), 60), (drug_of("C03BA11"), 40)],
    ),
    (
        Event::Statin,
        1.0,
        &[(drug_of("C10AA05"), 60), (drug_of("C10AA07"), 40)],
    ),
    (
        Event::Infarction,
        0.95,
        &[(drug_of("B01AC06"), 70), (drug_of("B01AC04"), 30)],
    ),
    (Event::Infarction, 0.8, &[(drug_of("C07AB07"), 1)]),
    (
        Event::Stroke,
        0.85,
        &[(drug_of("B01AC06"), 50), (drug_of("B01AC04"), 50)],
    ),
    (
        Event::Fibrillation,
        0.85,
        &[(drug_of("B01AF02"), 85), (drug_of("B01AA03"), 15)],
    ),
    (Event::HeartFailure, 0.9, &[(drug_of("C03CA01"), 1)]),
    (Event::HeartFailure, 0.35, &[(drug_of("C03DA01"), 1)]),
    (
        Event::Airways,
        0.55,
        &[(drug_of("R03AK07"), 75), (drug_of("R03BB04"), 25)],
    ),
    (
        Event::Depression,
        0.7,
        &[
            (drug_of("N06AB10"), 45),
            (drug_of("N06AB06"), 30),
            (drug_of("N06AX16"), 25),
        ],
    ),
    (Event::Depression, 0.4, &[(drug_of("N05BA12"), 1)]),
    (
        Event::Kidney,
        0.2,
        &[(drug_of("V03AE01"), 50), (drug_of("B03XA02"), 50)],
    ),
    (Event::Dementia, 0.15, &[(drug_of("N06DA02"), 1)]),
];

/// Drugs of people without a state of the table: the drug, women's and men's share, from which age to which.
const OTHERS: &[(u8, f64, f64, i32, i32)] = &[
    (drug_of("H03AA01"), 0.09, 0.015, 40, 120),
    (drug_of("G03AA07"), 0.35, 0.0, 17, 45),
    (drug_of("M04AA01"), 0.01, 0.04, 55, 120),
    (drug_of("S01ED51"), 0.04, 0.04, 65, 120),
    (drug_of("A02BC02"), 0.1, 0.08, 50, 120),
    (drug_of("N04BA02"), 0.012, 0.017, 72, 120),
    (drug_of("N03AX16"), 0.03, 0.02, 50, 120),
];

const INSULINS: [u8; 2] = [drug_of("A10AE04"), drug_of("A10AB05")];
const STRIPS: u8 = device_of("1136894");
const LANCETS: u8 = device_of("1101826");
const SENSOR: u8 = device_of("1102257");

/// What one person takes, and from when: at most 12 drugs.
struct Medicine {
    drugs: [(u8, Day); 12],
    count: usize,
}

/// Fetches every month, or every three months, as long as there is something to take.
pub fn treat(scribe: &mut Scribe<'_>) {
    let medicine = choose(scribe);
    if medicine.count == 0 {
        return;
    }
    let taken = &medicine.drugs[..medicine.count];
    // Boxes for three months are sold for what is taken for life (Cnam: about two in five of such deliveries).
    let quarterly = scribe.random.chance(0.5);
    let (step, quantity) = if quarterly { (91, 3) } else { (30, 1) };
    let adherence = 0.78 + 0.2 * scribe.random.unit();
    let first = taken.iter().map(|one| one.1).min().unwrap_or(scribe.until);
    let begin = first.max(scribe.from - step);
    let mut day = begin + scribe.random.within(0, step - 1);
    while day < scribe.until {
        let due = taken.iter().filter(|one| one.1 <= day);
        let mut fetched = [(0, 0); 12];
        let mut count = 0;
        for &(drug, _) in due {
            if scribe.random.chance(adherence) {
                fetched[count] = (drug, quantity);
                count += 1;
            }
        }
        if count > 0 && day >= scribe.from {
            scribe.sheet();
            deliver(scribe, day, fetched[..count].iter().copied());
            supplies(scribe, day, &fetched[..count]);
        }
        day += step + scribe.random.within(-2, 4);
    }
}

fn choose(scribe: &mut Scribe<'_>) -> Medicine {
    let mut medicine = Medicine {
        drugs: [(0, 0); 12],
        count: 0,
    };
    for &(event, share, drugs) in REGIMES {
        let Some(day) = scribe.life.course.day(event) else {
            continue;
        };
        let drug = drugs[scribe.random.weighted(drugs.iter().map(|row| row.1))].0;
        if scribe.random.chance(share) {
            take(&mut medicine, drug, day + scribe.random.within(0, 20));
        }
    }
    for &(drug, woman, man, from, to) in OTHERS {
        let share = if scribe.life.person.woman { woman } else { man };
        if scribe.random.chance(share) && (from..=to).contains(&scribe.age(scribe.from)) {
            take(&mut medicine, drug, scribe.from - 100);
        }
    }
    medicine
}

fn take(medicine: &mut Medicine, drug: u8, from: Day) {
    let taken = &mut medicine.drugs[..];
    if medicine.count < taken.len() && !taken[..medicine.count].iter().any(|one| one.0 == drug) {
        taken[medicine.count] = (drug, from);
        medicine.count += 1;
    }
}

/// Boxes over the counter of one pharmacy, and its fee for them (HDR, 0.51 euros in 2023).
pub fn deliver(scribe: &mut Scribe<'_>, on: Day, drugs: impl Iterator<Item = (u8, u16)>) {
    let pharmacy = scribe.pharmacy();
    for (drug, quantity) in drugs {
        let sold = &DRUGS[usize::from(drug)];
        let who = town(0, pharmacy);
        scribe.claim(on, sold.nature, Item::Drug(drug), quantity, sold.price, who);
    }
    if scribe.random.chance(0.5) {
        scribe.claim(on, 3364, Item::Plain, 1, 51, town(0, pharmacy));
    }
}

/// Who injects insulin measures.
fn supplies(scribe: &mut Scribe<'_>, on: Day, fetched: &[(u8, u16)]) {
    if !fetched.iter().any(|one| INSULINS.contains(&one.0)) {
        return;
    }
    let seller = scribe.performer(51, 2);
    let sensor = scribe.life.person.number.is_multiple_of(3);
    let devices: &[u8] = if sensor {
        &[SENSOR]
    } else {
        &[STRIPS, LANCETS]
    };
    for &device in devices {
        let sold = &DEVICES[usize::from(device)];
        let who = town(0, seller);
        scribe.claim(on, sold.nature, Item::Device(device), 2, sold.price, who);
    }
}
