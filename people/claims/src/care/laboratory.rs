//! Blood and urine: one sheet has one claim line, and a code of the NABM for each analysis.

use crate::calendar::Day;
use crate::care::scribe::{OFFICE, Scribe, town};
use crate::hazards::Event;
use crate::life::Item;
use crate::tables::lab_of;
use crate::tables::laboratory::LABS;

/// Sheets a year of people without an illness, by decade of age (chosen).
const SHEETS: [f64; 10] = [0.15, 0.25, 0.5, 0.7, 0.7, 0.9, 1.1, 1.3, 1.5, 1.6];

const ENTRY: u8 = lab_of("9005");
const HBA1C: u8 = lab_of("1577");
const CREATININE: u8 = lab_of("592");
const LIPIDS: u8 = lab_of("996");
const COUNT: u8 = lab_of("1104");
const QUICK: u8 = lab_of("126");
const BNP: u8 = lab_of("1821");
const OFTEN: &[u8] = &[
    COUNT,
    lab_of("552"),
    CREATININE,
    lab_of("1609"),
    LIPIDS,
    lab_of("522"),
    lab_of("519"),
    lab_of("1804"),
    lab_of("1208"),
    lab_of("5201"),
    lab_of("1213"),
    lab_of("1139"),
    lab_of("2004"),
];

/// All sheets.
pub fn analyse(scribe: &mut Scribe<'_>) {
    let mut now = f64::from(scribe.from);
    loop {
        let on = now as Day;
        let watched = [
            Event::Diabetes,
            Event::Kidney,
            Event::Cancer,
            Event::HeartFailure,
        ];
        let states = watched
            .iter()
            .filter(|&&event| scribe.holds(event, on))
            .count();
        let yearly = SHEETS[scribe.decade(on)] + 2.0 * states as f64;
        let Some(day) = scribe.next(&mut now, yearly, &OFFICE) else {
            return;
        };
        sheet(scribe, day);
    }
}

fn sheet(scribe: &mut Scribe<'_>, on: Day) {
    scribe.sheet();
    let first = scribe.life.labs.len();
    scribe.life.labs.push(ENTRY);
    if scribe.holds(Event::Diabetes, on) {
        scribe.life.labs.extend([HBA1C, CREATININE]);
    }
    if scribe.holds(Event::HeartFailure, on) && scribe.random.chance(0.3) {
        scribe.life.labs.push(BNP);
    }
    if scribe.holds(Event::Fibrillation, on) && scribe.random.chance(0.2) {
        scribe.life.labs.push(QUICK);
    }
    for _ in 0..1 + scribe.random.below(5) {
        let lab = OFTEN[scribe.random.below(OFTEN.len() as u32) as usize];
        if !scribe.life.labs[first..].contains(&lab) {
            scribe.life.labs.push(lab);
        }
    }
    let asked = &scribe.life.labs[first..];
    let letters: u32 = asked
        .iter()
        .map(|&lab| LABS[usize::from(lab)].coefficient)
        .sum();
    let item = Item::Labs {
        first: first as u32,
        count: asked.len() as u8,
    };
    let performer = scribe.performer(53, 2);
    scribe.claim(on, 3211, item, 1, letters * 26, town(0, performer));
}
