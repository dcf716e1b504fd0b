//! Stays: for the reasons of [`super::stays`], and because of what happened in the person's course.

use crate::calendar::Day;
use crate::care::illnesses::tumour;
use crate::care::scribe::{EVEN, Scribe, Who};
use crate::care::stays::{ONLY, REASONS, Reason};
use crate::hazards::Event;
use crate::life::{HospitalProcedure, Item, Stay, Unit};
use crate::tables::hospital_drugs::HOSPITAL_DRUGS;
use crate::tables::procedure_of;

/// Stays of 100 whose patient the hospital could not name (the order of return codes that are not 0 in MCO).
const UNKNOWN: f64 = 0.015;

/// The reasons listed stand for the others too, which make as many stays again by half.
const OTHERS: f64 = 1.5;

/// What a stay is for.
struct Admission {
    main: &'static str,
    related: Option<&'static str>,
    group: &'static str,
    nights: u16,
    procedure: Option<u8>,
    sleeps: bool,
}

/// All stays, in no order.
pub fn admit(scribe: &mut Scribe<'_>) {
    reasons(scribe);
    born(scribe);
    events(scribe);
    relapses(scribe);
    tumours(scribe);
}

/// One stream for all reasons: each takes its share of the sum.
fn reasons(scribe: &mut Scribe<'_>) {
    let woman = scribe.life.person.woman;
    let of = |reason: &Reason, decade: usize| match (woman, reason.woman == ONLY) {
        (true, true) => reason.yearly[decade],
        (false, true) => 0.0,
        (true, false) => reason.yearly[decade] * reason.woman,
        (false, false) => reason.yearly[decade],
    };
    let mut now = f64::from(scribe.from);
    loop {
        let decade = scribe.decade(now as Day);
        let all: f64 = REASONS.iter().map(|reason| of(reason, decade)).sum();
        // Seasons differ: the day is drawn by the reason's own, from twice as many.
        let Some(day) = scribe.next(&mut now, 2.0 * OTHERS * all / 1000.0, &EVEN) else {
            return;
        };
        let mut left = scribe.random.unit() * all;
        let chosen = REASONS.iter().find(|reason| {
            left -= of(reason, decade);
            left < 0.0
        });
        let Some(chosen) = chosen else { continue };
        let month = crate::calendar::date(day).1 as usize - 1;
        if !scribe.random.chance(chosen.season[month] / 2.0) {
            continue;
        }
        let end = stay(
            scribe,
            day,
            &Admission {
                main: chosen.main,
                related: None,
                group: chosen.group,
                nights: chosen.nights,
                procedure: chosen.procedure,
                sleeps: chosen.sleeps,
            },
        );
        now = f64::from(end + 1);
    }
}

/// Who is born within the time observed is born in a hospital.
fn born(scribe: &mut Scribe<'_>) {
    let day = scribe.life.person.born;
    if day == scribe.from && scribe.age(day) == 0 && scribe.random.chance(0.995) {
        let newborn = plain("Z380", "15M05A", 3);
        stay(scribe, day, &newborn);
    }
}

fn plain(main: &'static str, group: &'static str, nights: u16) -> Admission {
    Admission {
        main,
        related: None,
        group,
        nights,
        procedure: None,
        sleeps: false,
    }
}

/// What is treated in a hospital on the day it happens.
fn events(scribe: &mut Scribe<'_>) {
    let within = |scribe: &Scribe<'_>, event: Event| {
        let day = scribe.life.course.day(event);
        day.filter(|&day| day >= scribe.from && day < scribe.until)
    };
    if let Some(day) = within(scribe, Event::Infarction) {
        let main = ["I210", "I211", "I214", "I214", "I219"][scribe.random.below(5) as usize];
        let stent = scribe.random.chance(0.75);
        let infarction = Admission {
            procedure: Some(if stent {
                procedure_of("DDAF006")
            } else {
                procedure_of("DDQH009")
            }),
            ..plain(main, "05M042", 5)
        };
        stay(scribe, day, &infarction);
    }
    if let Some(day) = within(scribe, Event::Stroke) {
        let main = ["I633", "I634", "I639"][scribe.random.below(3) as usize];
        let stroke = Admission {
            procedure: Some(procedure_of("ACQN001")),
            ..plain(main, "01M302", 9)
        };
        stay(scribe, day, &stroke);
    }
    if let Some(day) = within(scribe, Event::HeartFailure) {
        stay(scribe, day, &plain("I501", "05M092", 8));
    }
}

/// Heart failure, COPD and dementia bring people back.
fn relapses(scribe: &mut Scribe<'_>) {
    for (event, yearly, main, group, nights) in [
        (Event::HeartFailure, 0.35, "I500", "05M093", 8),
        (Event::Airways, 0.05, "J441", "04M082", 6),
        (Event::Dementia, 0.12, "G309", "01M043", 10),
        (Event::Fibrillation, 0.08, "I480", "05M082", 3),
        (Event::Kidney, 0.06, "N184", "11M063", 6),
    ] {
        let Some(since) = scribe.life.course.day(event) else {
            continue;
        };
        let mut now = f64::from(scribe.from.max(since + 30));
        while let Some(day) = scribe.next(&mut now, yearly, &EVEN) {
            now = f64::from(stay(scribe, day, &plain(main, group, nights)) + 7);
        }
    }
}

/// An operation, then sessions of chemotherapy with drugs that are charged apart.
fn tumours(scribe: &mut Scribe<'_>) {
    let Some(since) = scribe.life.course.day(Event::Cancer) else {
        return;
    };
    let main = tumour(scribe.life.person.woman, scribe.life.person.number);
    if since >= scribe.from && since < scribe.until {
        let (group, procedure) = match main {
            "C509" => ("09C05J", Some(procedure_of("QEFA004"))),
            _ => ("06C042", None),
        };
        let operation = Admission {
            procedure,
            sleeps: procedure.is_some(),
            ..plain(main, group, if procedure.is_some() { 0 } else { 7 })
        };
        stay(scribe, since, &operation);
    }
    if !scribe.random.chance(0.55) {
        return;
    }
    let drug = scribe.random.below(5) as u8;
    let mut day = since + scribe.random.within(30, 60);
    for _ in 0..scribe.random.within(4, 12) {
        if day >= scribe.from && day < scribe.until {
            let session = Admission {
                related: Some(main),
                ..plain("Z511", "28Z07Z", 0)
            };
            stay(scribe, day, &session);
            scribe.sheet();
            let who = Who {
                specialty: 0,
                performer: 0,
                establishment: hospital(scribe, 1),
            };
            let price = HOSPITAL_DRUGS[usize::from(drug)].price;
            let item = Item::HospitalDrug(drug);
            let quantity = 1 + scribe.random.below(2) as u16;
            scribe.claim(day, 3320, item, quantity, price, who);
        }
        day += scribe.random.within(14, 22);
    }
}

/// How many hospitals are near a person, at most.
const NEAREST: u32 = 3;

/// One of the nearest, by a number from 1: nine regions have forty groups of them, however large the nation.
fn hospital(scribe: &mut Scribe<'_>, few: u32) -> u32 {
    let department = u32::from(scribe.life.person.department.as_bytes()[2] - b'0');
    let group = (scribe.life.person.number / 8192 % 40) as u32;
    1 + (department % 9 * 40 + group) * NEAREST + scribe.random.below(few.min(NEAREST))
}

/// Diagnoses that are written beside the main one while a state is held.
const BESIDE: &[(Event, &str)] = &[
    (Event::Diabetes, "E119"),
    (Event::Hypertension, "I10"),
    (Event::Infarction, "I251"),
    (Event::Fibrillation, "I489"),
    (Event::HeartFailure, "I509"),
    (Event::Kidney, "N183"),
    (Event::Airways, "J449"),
    (Event::Dementia, "F03"),
];

/// Writes the stay; gives its last day.
fn stay(scribe: &mut Scribe<'_>, from: Day, why: &Admission) -> Day {
    let spread = i32::from(why.nights);
    let nights = if spread == 0 {
        0
    } else {
        scribe.random.within(spread / 2, spread * 3 / 2)
    };
    let to = (from + nights).min(scribe.until - 1);
    let mut associated = Vec::new();
    for &(event, code) in BESIDE {
        if scribe.holds(event, from) && scribe.random.chance(0.6) && code != why.main {
            associated.push(code);
        }
    }
    let mut procedures = Vec::new();
    if let Some(procedure) = why.procedure {
        let after = scribe.random.within(0, (to - from).min(1)) as u16;
        for activity in [1, 4].into_iter().take(if why.sleeps { 2 } else { 1 }) {
            procedures.push(HospitalProcedure {
                procedure,
                activity,
                after,
                count: 1,
            });
        }
    }
    if why.main == "D649" {
        procedures.push(HospitalProcedure {
            procedure: procedure_of("FELF011"),
            activity: 1,
            after: 0,
            count: 2,
        });
    }
    let nights = (to - from) as u16;
    let units = match nights {
        4.. if scribe.random.chance(0.4) => {
            let first = 1 + scribe.random.below(u32::from(nights) - 2) as u16;
            let last = nights - first;
            vec![unit(why, first), unit(why, last)]
        }
        _ => vec![unit(why, nights)],
    };
    let hospital = hospital(scribe, 3);
    let identified = !scribe.random.chance(UNKNOWN);
    scribe.life.stays.push(Stay {
        from,
        to,
        hospital,
        group: why.group,
        main: why.main,
        related: why.related,
        associated,
        procedures,
        units,
        identified,
    });
    to
}

fn unit(why: &Admission, nights: u16) -> Unit {
    Unit {
        main: why.main,
        related: why.related,
        nights,
    }
}
