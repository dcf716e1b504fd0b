//! Long-term illnesses (ALD): which states the insurer's doctors recognise, and for how long. The list of 30: decree of
//! 19 January 2011 (code de la sécurité sociale, D. 322-1). Shares recognised are chosen.

use crate::calendar::Day;
use crate::hazards::Event;
use crate::life::{Illness, Life};
use crate::plan::Plan;
use crate::random::{Purpose, Random};

/// The event, its number in the list, codes that stand for it, the share recognised, and years.
const RECOGNISED: &[(Event, u8, &[&str], f64, i32)] = &[
    (Event::Diabetes, 8, &["E11", "E119", "E118"], 0.8, 10),
    (Event::Infarction, 13, &["I21", "I25", "I251"], 0.9, 10),
    (Event::Stroke, 1, &["I63", "I639"], 0.8, 10),
    (Event::HeartFailure, 5, &["I50", "I500"], 0.6, 10),
    (Event::Fibrillation, 5, &["I48", "I480"], 0.3, 10),
    (Event::Airways, 14, &["J44", "J45"], 0.08, 10),
    (Event::Depression, 23, &["F32", "F322"], 0.15, 5),
    (Event::Kidney, 19, &["N18", "N183"], 0.35, 10),
    (Event::Dementia, 15, &["G30", "F03"], 0.8, 10),
    (Event::Cancer, 30, &[], 0.97, 5),
];

/// Writes down what is recognised before `until`.
pub fn recognise(plan: &Plan, life: &mut Life, until: Day) {
    // A stream of its own: whether an illness is recognised changes nothing else.
    let mut random = Random::new(plan.seed ^ 0x616c_6400, Purpose::Care, life.person.number);
    for &(event, number, codes, share, years) in RECOGNISED {
        let Some(day) = life.course.day(event) else {
            continue;
        };
        let from = day + random.within(5, 90);
        let code = match codes {
            [] => tumour(life.person.woman, life.person.number),
            _ => codes[random.below(codes.len() as u32) as usize],
        };
        // Recognised anew when it runs out, so that one line stands for all; a few never run out.
        let over = from + years * 365 + 2;
        let open = random.chance(0.2) || over < until;
        if random.chance(share) && from < until {
            life.illnesses.push(Illness {
                number,
                code,
                from,
                until: (!open).then_some(over),
            });
        }
    }
}

/// Which tumour a person meets, if he meets one. Shares of the four most frequent (Santé publique France, 2023).
pub fn tumour(woman: bool, number: u64) -> &'static str {
    let lot = number.wrapping_mul(0xd6e8_feb8_6659_fd93) >> 57;
    match (woman, lot) {
        (true, 0..=63) => "C509",
        (true, 64..=95) => "C189",
        (false, 0..=55) => "C61",
        (false, 56..=91) => "C189",
        _ => "C349",
    }
}
