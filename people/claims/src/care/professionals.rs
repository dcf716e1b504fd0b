//! Professionals in town, by numbers that follow each other: whoever has few of them needs few digits.
//!
//! A million persons, by their numbers, have professionals of their own, so that a nation has as many more as it is larger and
//! a life depends on no other. In each department there are as many of a trade as its inhabitants need, at least one. A person
//! lives at a place of his department; who is near him is near his neighbours.

use crate::person::Person;
use crate::tables::population::DEPARTMENTS;
use crate::tables::professionals::TRADES;

/// How many persons share professionals.
const NEIGHBOURS: u64 = 1_000_000;

const PLACES: usize = TRADES.len() * DEPARTMENTS.len();
/// How many professionals come before those of a department and trade; one more at the end, for all of them. Those whom a
/// person meets stand near each other, as the insurer's own numbers have them, which begin with the department.
const BEFORE: [u32; PLACES + 1] = before();

const fn before() -> [u32; PLACES + 1] {
    let mut inhabitants = 0;
    let mut at = 0;
    while at < DEPARTMENTS.len() {
        inhabitants += DEPARTMENTS[at].1;
        at += 1;
    }
    let mut before = [0; PLACES + 1];
    at = 0;
    while at < PLACES {
        let department = DEPARTMENTS[at / TRADES.len()].1;
        let trade = TRADES[at % TRADES.len()].1;
        let for_each = (NEIGHBOURS / 100_000) as u32 * trade;
        let few = (department * for_each + inhabitants / 2) / inhabitants;
        before[at + 1] = before[at] + if few == 0 { 1 } else { few };
        at += 1;
    }
    before
}

/// Where a person lives, as whoever looks for a professional must know it.
pub struct Home {
    /// The place of the department.
    department: usize,
    /// Professionals of other persons than his million.
    others: u32,
    /// Where in the department, in parts of 2³².
    place: u64,
}

impl Home {
    pub fn of(person: &Person) -> Home {
        let department = DEPARTMENTS
            .iter()
            .position(|one| one.0 == person.department);
        let million = (person.number / NEIGHBOURS) as u32;
        Home {
            department: department.expect("persons live in departments of this list"),
            others: million * BEFORE[PLACES],
            // Multiples of the golden ratio lie evenly.
            place: person.number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32,
        }
    }

    /// The nearest of a trade, or another one near: PFS_EXE_NUM, from 1.
    pub fn professional(&self, trade: u8, neighbour: u32) -> u32 {
        let trade = TRADES.iter().position(|one| one.0 == trade);
        let trade = trade.expect("every trade that is asked for stands in the list");
        let at = self.department * TRADES.len() + trade;
        let (first, count) = (BEFORE[at], BEFORE[at + 1] - BEFORE[at]);
        let nearest = ((self.place * u64::from(count)) >> 32) as u32;
        1 + self.others + first + (nearest + neighbour) % count
    }
}

/// Somebody else of the same trade and department, where there is one.
pub fn colleague(professional: u32) -> u32 {
    let Some(from_0) = professional.checked_sub(1) else {
        return professional;
    };
    let of_all = from_0 % BEFORE[PLACES];
    let at = BEFORE.partition_point(|before| *before <= of_all) - 1;
    let count = BEFORE[at + 1] - BEFORE[at];
    from_0 - of_all + BEFORE[at] + (of_all - BEFORE[at] + 1) % count + 1
}

#[cfg(test)]
mod tests;
