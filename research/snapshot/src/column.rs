//! A part of a table in memory: named columns of equal length.

use std::ops::Range;

use crate::Error;
use crate::opposed::Pseudonym;

/// The values of a column. What is absent is a value of its own kind, so that a column is one flat vector.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Whole numbers of 32 bits; [`Values::NO_INT`] is null.
    Int(Vec<i32>),
    /// Days since 1970-01-01 (proleptic Gregorian); [`Values::NO_INT`] is null.
    Date(Vec<i32>),
    /// Whole numbers of 64 bits; [`Values::NO_LONG`] is null.
    Long(Vec<i64>),
    /// Numbers; NaN is null.
    Number(Vec<f64>),
    /// Words, each an index into a list of different ones; [`Values::NO_WORD`] is null.
    Text {
        /// For each row, the place of its word.
        at: Vec<u32>,
        /// The different words.
        words: Vec<String>,
    },
    /// Pseudonyms of 16 bytes, never null.
    Pseudonym(Vec<Pseudonym>),
}

impl Values {
    /// Null among [`Values::Int`] and [`Values::Date`].
    pub const NO_INT: i32 = i32::MIN;
    /// Null among [`Values::Long`].
    pub const NO_LONG: i64 = i64::MIN;
    /// Null among [`Values::Text`].
    pub const NO_WORD: u32 = u32::MAX;

    /// Words as they come, null where there is none.
    pub fn text<'a>(words: impl IntoIterator<Item = Option<&'a str>>) -> Values {
        let mut places = std::collections::HashMap::new();
        let (mut at, mut list) = (Vec::new(), Vec::new());
        for word in words {
            let Some(word) = word else {
                at.push(Values::NO_WORD);
                continue;
            };
            let place = *places.entry(word.to_owned()).or_insert_with(|| {
                list.push(word.to_owned());
                u32::try_from(list.len() - 1).expect("fewer than 2^32 different words")
            });
            at.push(place);
        }
        Values::Text { at, words: list }
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        match self {
            Values::Int(values) | Values::Date(values) => values.len(),
            Values::Long(values) => values.len(),
            Values::Number(values) => values.len(),
            Values::Text { at, .. } => at.len(),
            Values::Pseudonym(values) => values.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether any row is null.
    pub fn has_null(&self) -> bool {
        match self {
            Values::Int(values) | Values::Date(values) => values.contains(&Values::NO_INT),
            Values::Long(values) => values.contains(&Values::NO_LONG),
            Values::Number(values) => values.iter().any(|value| value.is_nan()),
            Values::Text { at, .. } => at.contains(&Values::NO_WORD),
            Values::Pseudonym(_) => false,
        }
    }

    /// The rows of `order`, in that order.
    #[must_use]
    pub fn taken(&self, order: &[u32]) -> Values {
        fn take<T: Copy>(values: &[T], order: &[u32]) -> Vec<T> {
            order.iter().map(|&row| values[row as usize]).collect()
        }
        match self {
            Values::Int(values) => Values::Int(take(values, order)),
            Values::Date(values) => Values::Date(take(values, order)),
            Values::Long(values) => Values::Long(take(values, order)),
            Values::Number(values) => Values::Number(take(values, order)),
            Values::Text { at, words } => Values::Text {
                at: take(at, order),
                words: words.clone(),
            },
            Values::Pseudonym(values) => Values::Pseudonym(take(values, order)),
        }
    }

    /// Loses what is not of these ranges, which rise.
    pub(crate) fn keep(&mut self, ranges: &[Range<usize>]) {
        fn keep<T: Copy>(values: &mut Vec<T>, ranges: &[Range<usize>]) {
            let mut kept = 0;
            for range in ranges {
                values.copy_within(range.clone(), kept);
                kept += range.len();
            }
            values.truncate(kept);
        }
        match self {
            Values::Int(values) | Values::Date(values) => keep(values, ranges),
            Values::Long(values) => keep(values, ranges),
            Values::Number(values) => keep(values, ranges),
            Values::Text { at, .. } => keep(at, ranges),
            Values::Pseudonym(values) => keep(values, ranges),
        }
    }

    /// Loses all rows, and keeps their memory.
    pub(crate) fn clear(&mut self) {
        self.keep(&[]);
    }

    /// The whole numbers or days, where it is a column of them.
    pub fn ints(&self) -> Option<&[i32]> {
        match self {
            Values::Int(values) | Values::Date(values) => Some(values),
            _ => None,
        }
    }
}

/// A named column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// As the CDM names it.
    pub name: String,
    /// Its rows.
    pub values: Values,
}

/// Columns of equal length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    columns: Vec<Column>,
}

impl Table {
    /// A table without columns.
    pub fn new() -> Table {
        Table::default()
    }

    /// With one column more.
    ///
    /// # Panics
    /// When its length is not that of the others: whoever builds a table counts its rows.
    #[must_use]
    pub fn with(mut self, name: &str, values: Values) -> Table {
        if let Some(first) = self.columns.first() {
            assert_eq!(first.values.len(), values.len(), "rows of column {name}");
        }
        let name = name.to_owned();
        self.columns.push(Column { name, values });
        self
    }

    /// The columns, in their order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The values of each column, to be changed all alike.
    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut Values> {
        self.columns.iter_mut().map(|column| &mut column.values)
    }

    /// Loses what is not of these ranges of rows, which rise.
    pub(crate) fn keep(&mut self, ranges: &[Range<usize>]) {
        self.values_mut().for_each(|values| values.keep(ranges));
    }

    /// Loses the columns behind these first ones.
    pub(crate) fn first(&mut self, columns: usize) {
        self.columns.truncate(columns);
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.values.len())
    }

    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&Values> {
        let found = self.columns.iter().find(|column| column.name == name);
        found.map(|column| &column.values)
    }

    /// The column of this name, of whole numbers or days.
    ///
    /// # Errors
    /// [`Error::Form`] when there is none, or one of another kind.
    pub(crate) fn ints(&self, table: &str, name: &str) -> Result<&[i32], Error> {
        self.column(name).and_then(Values::ints).ok_or_else(|| {
            Error::form(
                table,
                format!("column `{name}` must be there, of whole numbers or days"),
            )
        })
    }

    /// The rows of `order`, in that order.
    #[must_use]
    pub fn taken(&self, order: &[u32]) -> Table {
        let taken = |column: &Column| Column {
            name: column.name.clone(),
            values: column.values.taken(order),
        };
        Table {
            columns: self.columns.iter().map(taken).collect(),
        }
    }
}
