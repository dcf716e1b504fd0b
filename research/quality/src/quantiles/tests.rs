//! Covered: a quantile that nobody has, or that is one rank off.

use proptest::prelude::*;

use super::*;

#[test]
fn of_nobody_there_is_no_quantile() {
    assert_eq!(Spread::default().quantiles(), None);
}

proptest! {
    #[test]
    fn a_quantile_is_the_value_at_its_rank(mut values in proptest::collection::vec(0u64..50, 1..200)) {
        let mut spread = Spread::default();
        for value in &values {
            spread.add(*value);
        }
        values.sort_unstable();
        let found = spread.quantiles().expect("somebody has a value");
        let at = |percent: usize| values[(values.len() * percent).div_ceil(100).max(1) - 1];
        prop_assert_eq!((found.least, found.p10, found.p25), (values[0], at(10), at(25)));
        prop_assert_eq!((found.median, found.p75, found.p90), (at(50), at(75), at(90)));
        prop_assert_eq!((found.p99, found.most), (at(99), values[values.len() - 1]));
        prop_assert_eq!(found.count, values.len() as u64);
    }
}
