//! Dangers: passwords and codes that can be tried without end; a stranger whose tries lock an owner out where he
//! signed in before; a clock that jumps ahead and back, and nobody gets in until time has caught up.

use std::time::Duration;

use super::{DAY, FAILURES, LONGEST, MINUTE, Pace, SOURCE_PER_MINUTE, Throttle};
use crate::accounts::Login;

const NOW: u64 = 1_790_000_000_000;
const AT_ONCE: Pace = Pace::After(Duration::ZERO);

fn login(text: &str) -> Login {
    Login::parse(text).expect("a login name")
}

#[test]
fn one_address_tries_many_names() {
    let throttle = Throttle::default();
    for number in 0..SOURCE_PER_MINUTE {
        let name = login(&format!("name{number}"));
        assert_eq!(throttle.begin("here", &name, NOW).0, AT_ONCE);
    }
    let other = login("another");
    assert_eq!(throttle.begin("here", &other, NOW).0, Pace::TooFast);
    assert_eq!(throttle.begin("there", &other, NOW).0, AT_ONCE);
    assert_eq!(throttle.begin("here", &other, NOW + MINUTE).0, AT_ONCE);
}

#[test]
fn a_hospital_of_one_address_is_shut_out_at_the_change_of_shifts() {
    let throttle = Throttle::default();
    for number in 0..20 * SOURCE_PER_MINUTE {
        let (pace, tried) = throttle.begin("ward", &login(&format!("name{number}")), NOW);
        assert_eq!(pace, AT_ONCE);
        throttle.end(&tried, true, NOW);
        assert_eq!(throttle.begin_nameless("ward", NOW), AT_ONCE);
        throttle.end_nameless("ward", NOW);
    }
    for _ in 0..SOURCE_PER_MINUTE {
        assert_eq!(throttle.begin_nameless("ward", NOW), AT_ONCE);
    }
    assert_eq!(throttle.begin_nameless("ward", NOW), Pace::TooFast);
}

#[test]
fn many_addresses_try_one_name() {
    let throttle = Throttle::default();
    let name = login("camille");
    let (_, home) = throttle.begin("home", &name, NOW);
    throttle.end(&home, true, NOW);
    let mut waits = Vec::new();
    for number in 0..FAILURES {
        let (pace, tried) = throttle.begin(&format!("bot {number}"), &name, NOW);
        if let Pace::After(wait) = pace {
            waits.push(wait);
        }
        throttle.end(&tried, false, NOW);
    }
    assert_eq!(u32::try_from(waits.len()), Ok(FAILURES));
    assert_eq!((waits[3], waits[99]), (Duration::ZERO, LONGEST));
    assert_eq!(throttle.begin("bot", &name, NOW + MINUTE).0, Pace::TooMany);
    // Its owner, where he signed in before, neither waits nor is turned away.
    assert_eq!(throttle.begin("home", &name, NOW).0, AT_ONCE);
    assert_eq!(throttle.begin("bot", &name, NOW + DAY).0, AT_ONCE);
}

#[test]
fn who_gets_in_is_counted_on() {
    let throttle = Throttle::default();
    let name = login("camille");
    for _ in 0..3 {
        for minute in 0..FAILURES - 1 {
            let now = NOW + u64::from(minute) * MINUTE;
            let (pace, tried) = throttle.begin("cafe", &name, now);
            assert_ne!(pace, Pace::TooMany);
            throttle.end(&tried, false, now);
        }
        let (_, tried) = throttle.begin("cafe", &name, NOW + 99 * MINUTE);
        throttle.end(&tried, true, NOW + 99 * MINUTE);
    }
}

#[test]
fn a_clock_set_back_locks_nobody_out() {
    let throttle = Throttle::default();
    let ahead = NOW + 1_000 * DAY;
    for _ in 0..FAILURES {
        let (_, tried) = throttle.begin("here", &login("camille"), ahead);
        throttle.end(&tried, false, ahead);
    }
    let back = throttle.begin("here", &login("camille"), ahead - MINUTE);
    assert_eq!(back.0, Pace::TooFast);
    assert_eq!(throttle.begin("here", &login("camille"), NOW).0, AT_ONCE);
}
