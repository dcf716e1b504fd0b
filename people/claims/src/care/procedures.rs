//! What is done in town: teeth, images, eyes, nurses, physiotherapists, devices.

use crate::calendar::Day;
use crate::care::scribe::{EVEN, OFFICE, Scribe, town};
use crate::hazards::Event;
use crate::life::Item;
use crate::tables::devices::DEVICES;
use crate::tables::procedures::PROCEDURES;
use crate::tables::{device_of, procedure_of};

/// A procedure, how often for 1000 persons a year by decade of age, women's share relative to men's, PSE_SPE_COD.
struct Habit {
    procedure: u8,
    yearly: [f64; 10],
    woman: f64,
    specialty: u8,
}

const HABITS: &[Habit] = &[
    habit(
        "HBJD001",
        [
            60.0, 200.0, 240.0, 260.0, 280.0, 300.0, 300.0, 260.0, 180.0, 90.0,
        ],
        1.1,
        19,
    ),
    habit(
        "HBMD038",
        [
            90.0, 150.0, 180.0, 200.0, 210.0, 210.0, 190.0, 150.0, 90.0, 40.0,
        ],
        1.0,
        19,
    ),
    habit(
        "HBLD038",
        [0.0, 3.0, 12.0, 35.0, 60.0, 80.0, 80.0, 60.0, 30.0, 8.0],
        1.0,
        19,
    ),
    habit(
        "HBQK002",
        [10.0, 90.0, 60.0, 50.0, 55.0, 60.0, 55.0, 40.0, 20.0, 8.0],
        1.0,
        19,
    ),
    habit(
        "ZBQK002",
        [
            40.0, 15.0, 20.0, 30.0, 45.0, 65.0, 85.0, 110.0, 130.0, 120.0,
        ],
        1.0,
        6,
    ),
    habit(
        "ZCQM008",
        [
            15.0, 25.0, 60.0, 80.0, 90.0, 100.0, 110.0, 110.0, 90.0, 60.0,
        ],
        1.2,
        6,
    ),
    habit(
        "QEQK001",
        [0.0, 0.0, 2.0, 15.0, 110.0, 230.0, 240.0, 110.0, 15.0, 3.0],
        60.0,
        6,
    ),
    habit(
        "NDQK001",
        [25.0, 60.0, 30.0, 30.0, 35.0, 40.0, 40.0, 35.0, 30.0, 20.0],
        1.0,
        6,
    ),
    habit(
        "MDQK001",
        [25.0, 60.0, 25.0, 22.0, 22.0, 25.0, 25.0, 22.0, 20.0, 15.0],
        0.9,
        6,
    ),
    habit(
        "ACQN001",
        [4.0, 8.0, 14.0, 20.0, 26.0, 32.0, 36.0, 40.0, 30.0, 10.0],
        1.1,
        6,
    ),
    habit(
        "ACQK001",
        [3.0, 4.0, 6.0, 8.0, 11.0, 16.0, 22.0, 35.0, 55.0, 60.0],
        1.0,
        6,
    ),
    habit(
        "DEQP003",
        [
            3.0, 12.0, 25.0, 40.0, 80.0, 130.0, 200.0, 290.0, 330.0, 250.0,
        ],
        0.9,
        3,
    ),
    habit(
        "DZQM006",
        [4.0, 5.0, 9.0, 17.0, 37.0, 70.0, 115.0, 170.0, 180.0, 90.0],
        0.9,
        3,
    ),
    habit(
        "EBQM001",
        [0.0, 1.0, 3.0, 8.0, 20.0, 45.0, 80.0, 110.0, 90.0, 40.0],
        0.9,
        3,
    ),
    habit(
        "GLQP002",
        [8.0, 12.0, 10.0, 13.0, 20.0, 30.0, 36.0, 36.0, 20.0, 5.0],
        1.0,
        13,
    ),
    habit(
        "BZQK001",
        [2.0, 3.0, 5.0, 10.0, 25.0, 60.0, 120.0, 210.0, 250.0, 150.0],
        1.1,
        15,
    ),
    habit(
        "QZFA004",
        [3.0, 6.0, 9.0, 13.0, 16.0, 20.0, 25.0, 30.0, 30.0, 22.0],
        1.0,
        5,
    ),
    habit(
        "JQQM010",
        [0.0, 2.0, 70.0, 75.0, 6.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        1e6,
        7,
    ),
];

const fn habit(code: &str, yearly: [f64; 10], woman: f64, specialty: u8) -> Habit {
    Habit {
        procedure: procedure_of(code),
        yearly,
        woman,
        specialty,
    }
}

const LENS: u8 = device_of("2200335");
const CHAMBER: u8 = device_of("1128423");
const OXYGEN: u8 = device_of("1116680");
const MASK: u8 = device_of("1115455");
const WALKER: u8 = device_of("1225646");
const BED: u8 = device_of("1205520");
const DRESSING: u8 = device_of("1313244");
const BANDAGE: u8 = device_of("1301117");

/// Everything of the time observed.
pub fn perform(scribe: &mut Scribe<'_>) {
    procedures(scribe);
    series(
        scribe,
        3125,
        [0.01, 0.05, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16, 0.2, 0.2],
        12,
        1613,
        26,
    );
    series(
        scribe,
        3111,
        [0.01, 0.02, 0.03, 0.04, 0.05, 0.07, 0.12, 0.25, 0.6, 1.2],
        9,
        945,
        24,
    );
    series(
        scribe,
        3132,
        [
            0.06, 0.02, 0.001, 0.001, 0.001, 0.002, 0.004, 0.01, 0.01, 0.0,
        ],
        14,
        3300,
        28,
    );
    devices(scribe);
}

/// The habits of all procedures together are one stream of events, of which each takes its share.
fn procedures(scribe: &mut Scribe<'_>) {
    let woman = scribe.life.person.woman;
    // Where women have it w times as often as men, men have it as written, or next to never where w is large.
    let of = |habit: &Habit, decade: usize| {
        let share = match (woman, habit.woman > 10.0) {
            (true, true) => 2.0,
            (false, true) => 2.0 / habit.woman,
            (true, false) => habit.woman,
            (false, false) => 1.0,
        };
        habit.yearly[decade] * share
    };
    let mut now = f64::from(scribe.from);
    loop {
        let decade = scribe.decade(now as Day);
        let all: f64 = HABITS.iter().map(|habit| of(habit, decade)).sum();
        let Some(day) = scribe.next(&mut now, all / 1000.0, &OFFICE) else {
            return;
        };
        let mut left = scribe.random.unit() * all;
        let chosen = HABITS.iter().find(|habit| {
            left -= of(habit, decade);
            left < 0.0
        });
        let Some(chosen) = chosen else { continue };
        let done = &PROCEDURES[usize::from(chosen.procedure)];
        scribe.sheet();
        let who = town(chosen.specialty, scribe.performer(chosen.specialty, 2));
        scribe.claim(
            day,
            done.nature,
            Item::Procedure(chosen.procedure, 1),
            1,
            done.price,
            who,
        );
    }
}

/// Sessions: a series begins at a yearly rate, and has one session every two or three days.
fn series(
    scribe: &mut Scribe<'_>,
    nature: u16,
    yearly: [f64; 10],
    sessions: i32,
    price: u32,
    specialty: u8,
) {
    let mut now = f64::from(scribe.from);
    loop {
        let decade = scribe.decade(now as Day);
        let Some(mut day) = scribe.next(&mut now, yearly[decade], &EVEN) else {
            return;
        };
        let who = town(specialty, scribe.performer(specialty, 3));
        // A sheet is sent every five sessions.
        for session in 0..scribe.random.within(sessions / 2, sessions * 3 / 2) {
            if session % 5 == 0 {
                scribe.sheet();
            }
            scribe.claim(day, nature, Item::Plain, 1, price, who);
            day += scribe.random.within(1, 4);
        }
        now = f64::from(day);
    }
}

fn devices(scribe: &mut Scribe<'_>) {
    let mut now = f64::from(scribe.from);
    loop {
        let on = now as Day;
        let age = scribe.age(on);
        let old = if age >= 75 { 0.6 } else { 0.0 };
        let breath = if scribe.holds(Event::Airways, on) {
            0.3
        } else {
            0.0
        };
        let all = 0.22 + old + breath;
        let Some(day) = scribe.next(&mut now, all, &EVEN) else {
            return;
        };
        let lot = scribe.random.unit() * all;
        let lens = [LENS, LENS, BANDAGE, MASK];
        let device = match () {
            () if lot < 0.22 => lens[scribe.random.below(4) as usize],
            () if lot < 0.22 + old => [WALKER, BED, DRESSING][scribe.random.below(3) as usize],
            () => [CHAMBER, OXYGEN][scribe.random.below(2) as usize],
        };
        scribe.sheet();
        let sold = &DEVICES[usize::from(device)];
        let who = town(0, scribe.performer(51, 2));
        let quantity = if device == LENS { 2 } else { 1 };
        scribe.claim(
            day,
            sold.nature,
            Item::Device(device),
            quantity,
            sold.price,
            who,
        );
    }
}
