//! Failures covered: a median of an even number that takes one side; a percentile beyond the last value or before the
//! first; a spread over nothing; a line that misses points that lie on one.

#![allow(clippy::float_cmp, reason = "these values are exact")]

use super::{line, median, percentile, spread};

#[test]
fn a_median_that_prefers_one_side() {
    assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
    assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
    assert_eq!(median(&[]), 0.0);
}

#[test]
fn a_percentile_outside_its_values() {
    let hundred: Vec<u64> = (1..=100).collect();
    assert_eq!(percentile(&hundred, 0.5), 50);
    assert_eq!(percentile(&hundred, 0.99), 99);
    assert_eq!(percentile(&hundred, 1.0), 100);
    assert_eq!(percentile(&[7], 0.0), 7);
    assert_eq!(percentile(&[], 0.5), 0);
}

#[test]
fn a_spread_over_nothing() {
    assert_eq!(spread(&[]), 0.0);
    assert_eq!(spread(&[9.0, 10.0, 11.0]), 20.0);
}

#[test]
fn a_line_that_misses_its_points() {
    assert_eq!(line(&[(1.0, 5.0), (2.0, 7.0), (4.0, 11.0)]), (3.0, 2.0));
    // The one above and the one below are as far off.
    assert_eq!(line(&[(0.0, 1.0), (0.0, 3.0), (2.0, 6.0)]), (2.0, 2.0));
    assert_eq!(line(&[(5.0, 9.0)]), (9.0, 0.0));
    assert_eq!(line(&[]), (0.0, 0.0));
}
