//! Covered: a number that two have, or nobody; a nation of professionals, or one without; a colleague of another trade.
//! Not a failure: small departments that have somebody of each trade, though they are too few for him.

use std::collections::BTreeSet;

use super::*;
use crate::person::person;
use crate::plan::Plan;

const PLAN: Plan = Plan {
    persons: 2_000_000,
    years: 1,
    first_year: 2022,
    seed: 5,
};

/// Each professional with his trade and department, as the persons of a list meet them.
fn met(persons: impl Iterator<Item = u64>) -> BTreeSet<(u32, u8, usize)> {
    persons
        .map(|number| Home::of(&person(&PLAN, number)))
        .flat_map(|home| {
            TRADES.iter().map(move |one| {
                let near = home.professional(one.0, 0);
                (near, one.0, home.department)
            })
        })
        .collect()
}

#[test]
fn a_number_is_two_professionals_or_nobody_s() {
    let all = met(0..100_000);
    let numbers: BTreeSet<u32> = all.iter().map(|one| one.0).collect();
    assert_eq!(numbers.len(), all.len());
    // Those whom nobody of so few lives nearest to are near others of the million.
    let last = *numbers.last().expect("many are met");
    assert!(last <= BEFORE[PLACES]);
    assert!(numbers.len() as f64 > 0.97 * f64::from(last), "{last}");
    // The next million has its own.
    let next = met(1_000_000..1_010_000);
    assert!(next.iter().all(|one| one.0 > BEFORE[PLACES]));
}

#[test]
fn there_are_more_professionals_than_a_nation_has() {
    let for_each = NEIGHBOURS as f64 / f64::from(BEFORE[PLACES]);
    assert!((140.0..180.0).contains(&for_each), "{for_each}");
}

#[test]
fn a_colleague_has_another_trade() {
    let all = met((0..2_000_000).step_by(97));
    let of = |number: u32| {
        let at = BEFORE.partition_point(|before| *before <= (number - 1) % BEFORE[PLACES]);
        ((number - 1) / BEFORE[PLACES], at)
    };
    let mut alone = 0;
    for (number, _, _) in &all {
        let other = colleague(*number);
        assert_eq!(of(other), of(*number));
        alone += usize::from(other == *number);
    }
    assert!(alone < all.len() / 3, "{alone} of {}", all.len());
    assert_eq!(colleague(0), 0);
}
