//! The table of hazards is the truth: what is simulated follows it.
//! Failures covered: a hazard ratio or a rate that a simple estimator, blind to the simulation, does not find again within its
//! confidence interval; an event that happens twice, or after death.
//! Not a failure: an interval that misses once in a thousand; the seed is fixed, so that the outcome is too.

use std::collections::BTreeMap;

use hygie_people_claims::{Event, Hazard, Life, Plan, States, hazards, life};

const PLAN: Plan = Plan {
    persons: 60_000,
    years: 6,
    first_year: 2020,
    seed: 3,
};
const DECADE: f64 = 3652.5;

/// Days and events of one stratum.
#[derive(Default, Clone, Copy)]
struct Cell {
    days: f64,
    events: f64,
}

/// Decade, woman, the states that the row speaks of.
type Strata = BTreeMap<(usize, bool, Vec<bool>), Cell>;

/// Occurrence and exposure of one row of the table, as an epidemiologist would tabulate them from dates.
fn tabulate(nation: &[Life], hazard: &Hazard) -> Strata {
    let mut strata = Strata::new();
    for life in nation {
        let born = life.person.born;
        let happened = life.course.day(hazard.event);
        let died = life.course.day(Event::Death);
        let mut end = PLAN.until();
        for day in [happened, died].into_iter().flatten() {
            end = end.min(day + 1);
        }
        let mut day = PLAN.from().max(born);
        while day < end {
            let decade = (f64::from(day - born) / DECADE) as usize;
            let change = born + ((decade + 1) as f64 * DECADE) as i32 + 1;
            let states = life.course.states(day);
            let events = life.course.events().iter().map(|one| one.1 + 1);
            let next = events.filter(|&next| next > day).min().unwrap_or(end);
            let stop = change.min(next).min(end);
            let cell = strata
                .entry(key(hazard, decade, life.person.woman, states))
                .or_default();
            cell.days += f64::from(stop - day);
            if happened == Some(stop - 1) && stop == end {
                cell.events += 1.0;
            }
            day = stop;
        }
    }
    strata
}

fn key(hazard: &Hazard, decade: usize, woman: bool, states: States) -> (usize, bool, Vec<bool>) {
    let held = hazard.factors.iter().map(|&(state, _)| states.hold(state));
    (decade.min(9), woman, held.collect())
}

/// Mantel and Haenszel's rate ratio with Greenland and Robins's variance of its logarithm.
fn ratio(pairs: impl Iterator<Item = (Cell, Cell)>) -> (f64, f64) {
    let (mut r, mut s, mut v) = (0.0, 0.0, 0.0);
    for (with, without) in pairs {
        let all = with.days + without.days;
        r += with.events * without.days / all;
        s += without.events * with.days / all;
        v += (with.events + without.events) * with.days * without.days / (all * all);
    }
    ((r / s).ln(), (v / (r * s)).sqrt())
}

#[test]
fn an_estimator_finds_another_truth() {
    let nation: Vec<Life> = (0..PLAN.persons)
        .map(|number| life(&PLAN, number))
        .collect();
    let mut worst: f64 = 0.0;
    let mut found = 0;
    for hazard in hazards() {
        let strata = tabulate(&nation, hazard);
        let expected: f64 = strata
            .iter()
            .map(|((decade, woman, held), cell)| {
                let mut rate = hazard.rate[*decade];
                if *woman {
                    rate *= hazard.woman;
                }
                for (&(_, factor), _) in hazard.factors.iter().zip(held).filter(|one| *one.1) {
                    rate *= factor;
                }
                cell.days * rate / 365_250.0
            })
            .sum();
        let observed: f64 = strata.values().map(|cell| cell.events).sum();
        let off = (observed - expected) / expected.sqrt();
        println!("{} {observed} of {expected:.1} expected", hazard.name);
        assert!(off.abs() < 3.3, "{}: {observed} of {expected}", hazard.name);
        let women = strata
            .iter()
            .filter(|one| one.0.1)
            .filter_map(|(at, cell)| {
                let men = strata.get(&(at.0, false, at.2.clone()))?;
                Some((*cell, *men))
            });
        let mut factors = vec![("woman".to_owned(), hazard.woman, ratio(women))];
        for (at, &(state, factor)) in hazard.factors.iter().enumerate() {
            let pairs = strata
                .iter()
                .filter(|one| one.0.2[at])
                .filter_map(|(key, cell)| {
                    let mut without = key.clone();
                    without.2[at] = false;
                    Some((*cell, *strata.get(&without)?))
                });
            factors.push((format!("{state:?}"), factor, ratio(pairs)));
        }
        for (name, truth, (log, error)) in factors {
            let off = (log - truth.ln()) / error;
            println!("  {name}: {:.2} for {truth} ({off:+.1})", log.exp());
            worst = worst.max(off.abs());
            found += 1;
            assert!(
                off.abs() < 3.6,
                "{} {name}: {} for {truth}",
                hazard.name,
                log.exp()
            );
        }
    }
    assert!(found > 35, "{found} ratios, worst {worst}");
}

#[test]
fn an_event_comes_twice_or_after_death() {
    for number in 0..3_000 {
        let life = life(&PLAN, number);
        let events = life.course.events();
        assert!(events.windows(2).all(|two| two[0].1 <= two[1].1));
        for (at, one) in events.iter().enumerate() {
            assert!(events[..at].iter().all(|other| other.0 != one.0));
            assert!(one.0 != Event::Death || at == events.len() - 1);
        }
    }
}
