//! Doctors in town, and what they prescribe for a few days.

use crate::calendar::{Day, date};
use crate::care::scribe::{OFFICE, Scribe, Season, WINTER, town};
use crate::care::treatments::deliver;
use crate::hazards::Event;
use crate::tables::drug_of;

/// Visits to a general practitioner a year, by decade of age (DREES: about 3 and a half in all; chosen).
const GENERAL: [f64; 10] = [3.6, 1.9, 2.1, 2.4, 2.7, 3.2, 3.9, 5.0, 5.8, 6.0];
/// Visits to a specialist a year (chosen).
const SPECIAL: [f64; 10] = [1.1, 0.9, 1.2, 1.4, 1.4, 1.6, 1.9, 2.2, 1.8, 1.2];
/// PSE_SPE_COD and weights: 3 cardiology, 7 gynaecology, 12 paediatrics, 15 ophthalmology, 5 dermatology,
/// 32 neurology, 13 pneumology, 8 hepatology, 11 otorhinolaryngology, 14 rheumatology, 33 psychiatry.
const SPECIALTIES: &[(u8, u32)] = &[
    (3, 14),
    (7, 14),
    (15, 26),
    (5, 12),
    (32, 5),
    (13, 6),
    (8, 6),
    (11, 8),
    (14, 8),
    (33, 10),
];

const PARACETAMOL: u8 = drug_of("N02BE01");
const FLU: u8 = drug_of("J07BB02");
const SIX: u8 = drug_of("J07CA09");
const PNEUMOCOCCUS: u8 = drug_of("J07AL02");
const MEASLES: u8 = drug_of("J07BD52");

/// Drugs for a few days, their weights in winter and in summer.
const ACUTE: &[(u8, u32, u32)] = &[
    (PARACETAMOL, 40, 35),
    (drug_of("M01AE01"), 9, 12),
    (drug_of("J01CA04"), 15, 5),
    (drug_of("J01CR02"), 7, 5),
    (drug_of("J01FA10"), 5, 2),
    (drug_of("H02AB06"), 9, 4),
    (drug_of("R06AX27"), 5, 12),
    (drug_of("A02BC02"), 8, 9),
    (drug_of("A03FA03"), 4, 5),
    (drug_of("A06AD15"), 4, 5),
    (drug_of("N02AX02"), 5, 6),
    (drug_of("A11CC05"), 8, 4),
    (drug_of("B03AA07"), 3, 3),
    (drug_of("N05CF02"), 2, 3),
    (drug_of("R03AC02"), 3, 2),
];

/// All visits of the time observed.
pub fn visit(scribe: &mut Scribe<'_>) {
    general(scribe);
    specialists(scribe);
    vaccines(scribe);
}

fn general(scribe: &mut Scribe<'_>) {
    let own = scribe.performer(1, 1);
    let keen = if scribe.life.person.woman { 1.08 } else { 0.92 };
    let mut now = f64::from(scribe.from);
    let season: &Season = if scribe.random.chance(0.5) {
        &WINTER
    } else {
        &OFFICE
    };
    loop {
        let decade = scribe.decade(now as Day);
        let Some(day) = scribe.next(&mut now, GENERAL[decade] * keen, season) else {
            return;
        };
        scribe.sheet();
        let doctor = if scribe.random.chance(0.88) {
            own
        } else {
            scribe.performer(1, 8)
        };
        let home = scribe.age(day) >= 78 && scribe.random.chance(0.35);
        let price = consultation(day);
        let nature = match () {
            () if home => 1211,
            () if scribe.random.chance(0.5) => 1110,
            () => 1111,
        };
        let price = if home { price + 1000 } else { price };
        scribe.claim(
            day,
            nature,
            crate::life::Item::Plain,
            1,
            price,
            town(1, doctor),
        );
        if scribe.random.chance(0.6) {
            prescribe(scribe, day);
        }
    }
}

/// Cents: 25.00 until October 2023, 26.50, and 30.00 from 22 December 2024 on (convention médicale).
fn consultation(on: Day) -> u32 {
    match date(on) {
        (..=2022, _, _) | (2023, ..=10, _) => 2500,
        (2023, _, _) | (2024, ..=11, _) | (2024, 12, ..=21) => 2650,
        _ => 3000,
    }
}

/// One to three different drugs, fetched that day or the next.
fn prescribe(scribe: &mut Scribe<'_>, on: Day) {
    let winter = !(4..=9).contains(&date(on).1);
    let mut chosen = [0; 3];
    let mut count = 0;
    for _ in 0..1 + scribe.random.below(3) {
        let weights = ACUTE.iter().map(|row| if winter { row.1 } else { row.2 });
        let drug = ACUTE[scribe.random.weighted(weights)].0;
        if !chosen[..count].contains(&drug) {
            chosen[count] = drug;
            count += 1;
        }
    }
    let day = on + i32::from(scribe.random.chance(0.2));
    let quantity = |drug: u8, lot: u32| {
        if drug == PARACETAMOL {
            1 + (lot % 3) as u16
        } else {
            1
        }
    };
    let lot = scribe.random.below(1 << 16);
    let drugs = chosen[..count]
        .iter()
        .map(|&drug| (drug, quantity(drug, lot)));
    deliver(scribe, day, drugs);
}

fn specialists(scribe: &mut Scribe<'_>) {
    let mut now = f64::from(scribe.from);
    loop {
        let on = now as Day;
        let heart = [Event::Infarction, Event::HeartFailure, Event::Fibrillation];
        let ill = heart
            .iter()
            .filter(|&&event| scribe.holds(event, on))
            .count();
        let yearly = SPECIAL[scribe.decade(on)] + ill as f64;
        let Some(day) = scribe.next(&mut now, yearly, &OFFICE) else {
            return;
        };
        scribe.sheet();
        let child = scribe.age(day) < 12;
        let specialty = match () {
            () if child => 12,
            () if ill > 0 && scribe.random.chance(0.4) => 3,
            () => SPECIALTIES[scribe.random.weighted(SPECIALTIES.iter().map(|row| row.1))].0,
        };
        let performer = scribe.performer(specialty, 2);
        let price = 2500 + 500 * scribe.random.below(8);
        let nature = if scribe.random.chance(0.2) {
            1117
        } else {
            1112
        };
        let who = town(specialty, performer);
        scribe.claim(day, nature, crate::life::Item::Plain, 1, price, who);
        if scribe.random.chance(0.25) {
            prescribe(scribe, day);
        }
    }
}

/// Influenza from mid-October on for the old and the ill (half of them: Santé publique France); the calendar of infants.
fn vaccines(scribe: &mut Scribe<'_>) {
    let (first, _, _) = date(scribe.from);
    let (last, _, _) = date(scribe.until - 1);
    let habit = scribe.random.chance(0.55);
    for year in first..=last {
        let day = crate::calendar::day(year, 10, 15) + scribe.random.below(60) as i32;
        let at_risk = scribe.age(day) >= 65 || scribe.holds(Event::Diabetes, day);
        if habit && at_risk {
            scribe.sheet();
            deliver(scribe, day, std::iter::once((FLU, 1)));
        }
    }
    let born = scribe.life.person.born;
    for (after, drugs) in [
        (61, [SIX, PNEUMOCOCCUS]),
        (122, [SIX, PNEUMOCOCCUS]),
        (335, [SIX, PNEUMOCOCCUS]),
        (366, [MEASLES, MEASLES]),
        (500, [MEASLES, MEASLES]),
    ] {
        let day = born + after + scribe.random.below(20) as i32;
        if day >= scribe.from && day < scribe.until {
            scribe.sheet();
            let count = if drugs[0] == drugs[1] { 1 } else { 2 };
            deliver(
                scribe,
                day,
                drugs.into_iter().take(count).map(|drug| (drug, 1)),
            );
        }
    }
}
