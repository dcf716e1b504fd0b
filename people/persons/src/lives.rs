//! Kinds of lives, each told in a file of its own.

mod asthma;
mod diabetes;
mod elder;
mod everyday;
mod infarction;
mod knee;
mod pregnancy;
mod well_child;

pub use everyday::fill;

use crate::person::Person;
use crate::random::Random;
use crate::record::Record;

/// A kind of life.
pub struct Life {
    pub name: &'static str,
    /// About how many resources it adds, in seventies.
    weight: i32,
    /// Whether this person leads it.
    happens: fn(&Person, &mut Random) -> bool,
    /// Writes it down.
    live: fn(&mut Record),
}

/// All kinds. A new one goes to the end: its place numbers its randomness.
pub const LIVES: [Life; 7] = [
    well_child::LIFE,
    pregnancy::LIFE,
    elder::LIFE,
    infarction::LIFE,
    diabetes::LIFE,
    knee::LIFE,
    asthma::LIFE,
];
/// What the lives of one person may weigh together, so that a record stays below 300 resources.
const ROOM: i32 = 3;

/// The lives that a person leads, by their places.
pub fn led(person: &Person) -> Vec<usize> {
    let mut room = ROOM;
    (0..LIVES.len())
        .filter(|place| {
            let life = &LIVES[*place];
            let mut random = Random::lot(person.seed, number(*place), person.index);
            let led = life.weight <= room && (life.happens)(person, &mut random);
            room -= if led { life.weight } else { 0 };
            led
        })
        .collect()
}

/// Writes down a life.
pub fn live(record: &mut Record, place: usize) {
    record.random = Random::of_life(record.person.seed, number(place), record.person.index);
    (LIVES[place].live)(record);
}

/// Begins the randomness of everyday life, which comes after all others.
fn everyday(record: &mut Record) {
    record.random = Random::of_life(record.person.seed, 0xffff, record.person.index);
}

fn number(place: usize) -> u64 {
    u64::try_from(place).expect("there are few lives")
}
