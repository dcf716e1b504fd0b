//! The order of search results: `_sort` (R4, search.html 3.1.1.5.1).
//!
//! Of several values the first counts when ascending, the last when
//! descending; what has no value comes last either way. Equal resources keep
//! their order when the caller's sort is stable.

use std::cmp::Ordering;
use std::ops::Bound;

use crate::fault::Fault;
use crate::resource::Resource;

use super::criterion::supported;
use super::decimal::Decimal;
use super::strings::Folded;
use super::table::{Parameter, ParameterKind};
use super::values::{SearchValue, search_values};

/// By which parameters, in which directions.
pub struct Sort {
    rules: Vec<Rule>,
}

struct Rule {
    parameter: &'static Parameter,
    descending: bool,
}

/// What a resource is sorted by. Worth keeping when many are sorted: it holds
/// the values folded and parsed. Only keys of one `Sort` can be compared.
#[derive(PartialEq, Eq)]
pub struct Key(Vec<Part>);

#[derive(PartialEq, Eq)]
struct Part {
    value: Option<Value>,
    descending: bool,
}

/// A value in the order of its kind; a parameter gives values of one kind.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Value {
    Text(Folded),
    Code(String),
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    Time(Extended<i128>),
    Number(Extended<Decimal>),
}

/// A value or an open end.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Extended<T> {
    Least,
    At(T),
    Most,
}

impl Sort {
    /// Reads the value of `_sort`, such as `-date,_lastUpdated,status`; a `-`
    /// is for descending.
    ///
    /// # Errors
    /// `not-supported` for a parameter that the type does not have, that is
    /// not supported or whose kind has no order (references among them);
    /// `value` for an empty name.
    pub fn parse(resource_type: &str, value: &str) -> Result<Sort, Fault> {
        let rule = |item: &str| {
            let (name, descending) = match item.strip_prefix('-') {
                Some(name) => (name, true),
                None => (item, false),
            };
            if name.is_empty() {
                let rule = "`_sort` takes names of search parameters with a comma between them, \
                    each with a `-` before it for descending";
                return Err(Fault::error("value", "_sort", rule).echoing(value));
            }
            let parameter = supported(resource_type, name, name)?;
            if !has_order(parameter.kind) {
                let kind = parameter.kind.code();
                let rule = format!("sorting by parameters of type {kind} is not supported");
                return Err(Fault::error("not-supported", parameter.code, rule).echoing(name));
            }
            Ok(Rule {
                parameter,
                descending,
            })
        };
        let rules: Result<Vec<Rule>, Fault> = value.split(',').map(rule).collect();
        Ok(Sort { rules: rules? })
    }

    /// Which of two resources comes first. Both must be of the type that the
    /// order was read for.
    pub fn compare(&self, one: &Resource, other: &Resource) -> Ordering {
        let orders = self
            .rules
            .iter()
            .map(|rule| rule.part(one).cmp(&rule.part(other)));
        orders.fold(Ordering::Equal, Ordering::then)
    }

    /// What this order sees of a resource; the keys sort as `compare` does.
    pub fn key(&self, resource: &Resource) -> Key {
        Key(self.rules.iter().map(|rule| rule.part(resource)).collect())
    }
}

fn has_order(kind: ParameterKind) -> bool {
    match kind {
        ParameterKind::Date
        | ParameterKind::Number
        | ParameterKind::Quantity
        | ParameterKind::String
        | ParameterKind::Token
        | ParameterKind::Uri => true,
        ParameterKind::Composite | ParameterKind::Reference | ParameterKind::Special => false,
    }
}

impl Rule {
    fn part(&self, resource: &Resource) -> Part {
        let values = search_values(resource, self.parameter);
        let values = values
            .into_iter()
            .filter_map(|value| Value::of(value, self.descending));
        let value = match self.descending {
            true => values.max(),
            false => values.min(),
        };
        Part {
            value,
            descending: self.descending,
        }
    }
}

impl Value {
    /// The end of a value that counts: its start when ascending, its end when
    /// descending. None for what has no order.
    fn of(value: SearchValue<'_>, descending: bool) -> Option<Value> {
        Some(match value {
            SearchValue::Text(text) => Value::Text(Folded::new(text)),
            SearchValue::Uri(uri) => Value::Code(uri.to_owned()),
            SearchValue::Token(token) => Value::Code(token.code?.to_owned()),
            SearchValue::Date(span) => Value::Time(match descending {
                true => span.end.map_or(Extended::Most, Extended::At),
                false => span.start.map_or(Extended::Least, Extended::At),
            }),
            SearchValue::Quantity(found) => Value::Number(match descending {
                true => bound(found.high, Extended::Most),
                false => bound(found.low, Extended::Least),
            }),
            SearchValue::Reference(_) => return None,
        })
    }
}

fn bound(bound: Bound<Decimal>, open: Extended<Decimal>) -> Extended<Decimal> {
    match bound {
        Bound::Included(number) | Bound::Excluded(number) => Extended::At(number),
        Bound::Unbounded => open,
    }
}

impl Ord for Part {
    fn cmp(&self, other: &Part) -> Ordering {
        match (&self.value, &other.value) {
            (Some(one), Some(two)) if self.descending => two.cmp(one),
            (Some(one), Some(two)) => one.cmp(two),
            (one, two) => two.is_some().cmp(&one.is_some()),
        }
    }
}

impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Part) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Key) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Key) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
