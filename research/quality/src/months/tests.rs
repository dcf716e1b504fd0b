//! Covered: a month that lost its rows or has them twice; an end that is late taken for a loss; a beginning taken for a
//! jump. Not a failure: that a table of few rows is not judged.

use super::*;

#[test]
fn only_the_month_that_lost_its_rows_is_odd() {
    let mut months = vec![1000; 24];
    months[10] = 300;
    months[17] = 0;
    let steady = judge(&months, 23).expect("there are enough rows");
    let odd: Vec<_> = steady
        .odd
        .iter()
        .map(|odd| (odd.month.as_str(), odd.rows, odd.expected))
        .collect();
    assert_eq!(odd, [("1900-11", 300, 1000), ("1901-06", 0, 1000)]);
    assert_eq!((steady.looked, steady.late.len()), (24, 0));
}

#[test]
fn the_last_months_are_late_and_not_odd() {
    let mut months = vec![1000; 24];
    months[22] = 400;
    months[23] = 20;
    let steady = judge(&months, 24).expect("there are enough rows");
    assert_eq!(steady.odd, []);
    let late: Vec<_> = steady.late.iter().map(|month| month.rows).collect();
    assert_eq!(late, [400, 20, 0]);
}

#[test]
fn what_came_before_the_data_is_no_jump() {
    let mut months = vec![0; 12];
    months.extend([3, 0, 2]);
    months.extend([800; 12]);
    let steady = judge(&months, months.len() - 1).expect("there are enough rows");
    assert_eq!((steady.odd.len(), steady.looked), (0, 12));
}

#[test]
fn few_rows_are_not_judged() {
    assert_eq!(judge(&[10, 90, 10, 50], 3), None);
    assert_eq!(judge(&[], 3), None);
}
