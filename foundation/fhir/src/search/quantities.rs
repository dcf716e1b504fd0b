//! Numbers and quantities, and their comparison (R4, 3.1.1.4.6 and 3.1.1.4.11).

use std::ops::Bound;

use super::decimal::{Decimal, Precise};
use super::escape::{split, unescape};
use super::prefix::{self, Prefix};

/// A number or quantity of a resource: between two bounds, which are the same
/// for a plain value, and open for a comparator such as `<` or a Range with
/// one end.
#[derive(Clone, PartialEq, Eq)]
pub struct Quantity<'a> {
    pub low: Bound<Decimal>,
    pub high: Bound<Decimal>,
    pub system: Option<&'a str>,
    pub code: Option<&'a str>,
    pub unit: Option<&'a str>,
}

/// One alternative of a number or quantity search.
pub struct Query {
    prefix: Prefix,
    number: Precise,
    unit: Unit,
}

enum Unit {
    Any,
    /// A code in a system.
    Coded {
        system: String,
        code: String,
    },
    /// A code or the unit as written, in any system.
    Named(String),
}

impl Query {
    /// `gt5.4`; none when it is no number.
    pub fn parse_number(text: &str) -> Option<Query> {
        let (prefix, number) = prefix::split(text)?;
        Some(Query {
            prefix,
            number: Precise::parse(number)?,
            unit: Unit::Any,
        })
    }

    /// `5.4`, `5.4||mg` or `le5.4|http://unitsofmeasure.org|mg`, its escapes
    /// still there; none when it is none of these.
    pub fn parse_quantity(piece: &str) -> Option<Query> {
        let parts: Option<Vec<String>> = split(piece, '|').into_iter().map(unescape).collect();
        let mut parts = parts?.into_iter();
        let mut query = Query::parse_number(&parts.next()?)?;
        query.unit = match (parts.next(), parts.next(), parts.next()) {
            (None, ..) => Unit::Any,
            (Some(system), Some(unit), None) if system.is_empty() && !unit.is_empty() => {
                Unit::Named(unit)
            }
            (Some(system), Some(code), None) if !code.is_empty() => Unit::Coded { system, code },
            _ => return None,
        };
        Some(query)
    }

    pub fn matches(&self, value: &Quantity<'_>) -> bool {
        let unit_fits = match &self.unit {
            Unit::Any => true,
            Unit::Coded { system, code } => {
                value.system == Some(system) && value.code == Some(code)
            }
            Unit::Named(unit) => value.code == Some(unit) || value.unit == Some(unit),
        };
        unit_fits && self.compares(&value.low, &value.high)
    }

    /// R4's table of prefixes: `eq`, `ne`, `sa` and `eb` take the number with
    /// its implicit precision, the orders take it as exact.
    fn compares(&self, low: &Bound<Decimal>, high: &Bound<Decimal>) -> bool {
        let Precise {
            value,
            low: least,
            high: most,
            near,
        } = &self.number;
        match self.prefix {
            Prefix::Eq => contained(least, most, low, high),
            Prefix::Ne => !contained(least, most, low, high),
            Prefix::Gt => exceeds(high, value),
            Prefix::Ge => reaches_up(high, value),
            Prefix::Lt => falls_below(low, value),
            Prefix::Le => reaches_down(low, value),
            Prefix::Sa => !falls_below(low, most),
            Prefix::Eb => !reaches_up(high, least),
            Prefix::Ap => reaches_down(low, &near.1) && reaches_up(high, &near.0),
        }
    }
}

/// Whether all between `low` and `high` rounds to the number asked for.
fn contained(least: &Decimal, most: &Decimal, low: &Bound<Decimal>, high: &Bound<Decimal>) -> bool {
    !falls_below(low, least) && !reaches_up(high, most)
}

/// Whether something up to `high` is more than `value`.
fn exceeds(high: &Bound<Decimal>, value: &Decimal) -> bool {
    match high {
        Bound::Unbounded => true,
        Bound::Included(high) | Bound::Excluded(high) => high > value,
    }
}

/// Whether something up to `high` is `value` or more.
fn reaches_up(high: &Bound<Decimal>, value: &Decimal) -> bool {
    matches!(high, Bound::Included(high) if high == value) || exceeds(high, value)
}

/// Whether something from `low` on is less than `value`.
fn falls_below(low: &Bound<Decimal>, value: &Decimal) -> bool {
    match low {
        Bound::Unbounded => true,
        Bound::Included(low) | Bound::Excluded(low) => low < value,
    }
}

/// Whether something from `low` on is `value` or less.
fn reaches_down(low: &Bound<Decimal>, value: &Decimal) -> bool {
    matches!(low, Bound::Included(low) if low == value) || falls_below(low, value)
}
