//! Quantiles of a count, exact: how many have each value.

use std::collections::BTreeMap;

use crate::report::Quantiles;

/// How many have each value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spread(BTreeMap<u64, u64>);

impl Spread {
    /// One more has this value.
    pub(crate) fn add(&mut self, value: u64) {
        *self.0.entry(value).or_default() += 1;
    }

    /// With another.
    pub(crate) fn merge(&mut self, other: &Spread) {
        for (value, count) in &other.0 {
            *self.0.entry(*value).or_default() += count;
        }
    }

    /// The smallest value that at least this share has or is below (Hyndman and Fan 1996, definition 1).
    fn at(&self, count: u64, percent: u64) -> u64 {
        let rank = (count * percent).div_ceil(100).max(1);
        let mut below = 0;
        for (value, have) in &self.0 {
            below += have;
            if below >= rank {
                return *value;
            }
        }
        0
    }

    /// None when nobody has any.
    pub(crate) fn quantiles(&self) -> Option<Quantiles> {
        let count: u64 = self.0.values().sum();
        if count == 0 {
            return None;
        }
        let sum: u128 = self
            .0
            .iter()
            .map(|(value, have)| u128::from(*value) * u128::from(*have))
            .sum();
        let at = |percent| self.at(count, percent);
        Some(Quantiles {
            count,
            mean: (sum as f64 / count as f64 * 100.0).round() / 100.0,
            least: at(0),
            p10: at(10),
            p25: at(25),
            median: at(50),
            p75: at(75),
            p90: at(90),
            p99: at(99),
            most: at(100),
        })
    }
}

#[cfg(test)]
mod tests;
