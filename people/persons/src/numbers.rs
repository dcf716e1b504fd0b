//! Numbers that are well formed and belong to nobody: the INS under the test system with a commune
//! that no department has, RPPS and FINESS numbers that begin with 99.

use hygie_identity::{Finess, Ins, InsSystem, Rpps};

use crate::day::Day;
use crate::random::{Purpose, Random};

/// Communes from here to 999 exist in no department.
const COMMUNES: u64 = 910;
/// Numbers that one of these communes gives out for one sex, month and department.
const ORDERS: u64 = 999;

/// The INS of a person. Two persons share one only if they were born in the same month and
/// department, are of the same sex, and their indexes are a multiple of 89,910 apart.
pub fn ins(woman: bool, born: Day, department: &str, index: u64) -> String {
    let (year, month, _) = born.civil();
    let sex = if woman { 2 } else { 1 };
    let commune = COMMUNES + index / ORDERS % (1_000 - COMMUNES);
    let order = 1 + index % ORDERS;
    let number = format!(
        "{sex}{:02}{month:02}{department}{commune}{order:03}",
        year % 100
    );
    Ins::complete(InsSystem::Test, &number)
        .expect("sex, year, month, department, commune and order are a number")
        .to_string()
}

/// The national identifier of the professional of this place in a population.
pub fn rpps(seed: u64, place: u64) -> String {
    let number = scattered(seed, place, 7_654_321, 100_000_000);
    Rpps::complete(&format!("99{number:08}"))
        .expect("ten digits are a number without its key")
        .national()
}

/// The national identifier of the structure of this place in a population.
pub fn finess(seed: u64, place: u64) -> String {
    let number = scattered(seed, place, 654_321, 1_000_000);
    Finess::complete(&format!("99{number:06}"))
        .expect("eight digits are a number without its key")
        .national()
}

/// Different places give different numbers: `step` has no divisor in common with the power of ten.
fn scattered(seed: u64, place: u64, step: u64, count: u64) -> u64 {
    let start = Random::new(seed, Purpose::Numbers, count).within(0, 999_999);
    let start = u64::try_from(start).expect("it is not negative");
    (start * 89 + place * step) % count
}
