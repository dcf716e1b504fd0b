//! Cells of a column, whatever kind of numbers an importer chose for it.

use hygie_snapshot::{Table, Values};

/// A column, or none.
#[derive(Clone, Copy)]
pub(crate) struct Cells<'a>(&'a Values);

impl<'a> Cells<'a> {
    /// The column of this name.
    pub(crate) fn of(table: &'a Table, name: &str) -> Option<Cells<'a>> {
        table.column(name).map(Cells)
    }

    /// A whole number or a day; none for null and for anything else.
    pub(crate) fn whole(self, row: usize) -> Option<i64> {
        match self.0 {
            Values::Int(values) | Values::Date(values) => Some(values[row])
                .filter(|value| *value != Values::NO_INT)
                .map(i64::from),
            Values::Long(values) => Some(values[row]).filter(|value| *value != Values::NO_LONG),
            // No whole number that stands here is beyond 2^53.
            Values::Number(values) => Some(values[row])
                .filter(|value| value.fract() == 0.0)
                .map(|value| value as i64),
            Values::Text { .. } | Values::Pseudonym(_) => None,
        }
    }

    /// A whole number or a day of 32 bits.
    pub(crate) fn int(self, row: usize) -> Option<i32> {
        self.whole(row).and_then(|value| i32::try_from(value).ok())
    }

    /// A number.
    pub(crate) fn number(self, row: usize) -> Option<f64> {
        match self.0 {
            Values::Number(values) => Some(values[row]).filter(|value| !value.is_nan()),
            _ => self.whole(row).map(|value| value as f64),
        }
    }

    /// A word.
    pub(crate) fn word(self, row: usize) -> Option<&'a str> {
        match self.0 {
            Values::Text { at, words } => words.get(at[row] as usize).map(String::as_str),
            _ => None,
        }
    }

    /// Whether nothing stands there.
    pub(crate) fn is_null(self, row: usize) -> bool {
        match self.0 {
            Values::Text { at, .. } => at[row] == Values::NO_WORD,
            Values::Number(values) => values[row].is_nan(),
            Values::Pseudonym(_) => false,
            Values::Int(_) | Values::Date(_) | Values::Long(_) => self.whole(row).is_none(),
        }
    }
}
