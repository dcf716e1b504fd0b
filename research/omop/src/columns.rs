//! Columns while rows are added to them.

use std::collections::HashMap;

use hygie_snapshot::{Table, Values};

use crate::cdm::{CdmTable, Field, Kind};
use crate::cell::Cell;

/// A column that grows.
enum Growing {
    Int(Vec<i32>),
    Date(Vec<i32>),
    Long(Vec<i64>),
    Number(Vec<f64>),
    Text {
        at: Vec<u32>,
        words: Vec<String>,
        places: HashMap<String, u32>,
    },
}

impl Growing {
    fn of(kind: Kind, wide: bool) -> Growing {
        match kind {
            Kind::Integer if wide => Growing::Long(Vec::new()),
            Kind::Integer => Growing::Int(Vec::new()),
            Kind::Date => Growing::Date(Vec::new()),
            Kind::Float => Growing::Number(Vec::new()),
            // Research asks for days; a time of day is kept as text, for whom a CDM is written.
            Kind::Text | Kind::Instant => Growing::Text {
                at: Vec::new(),
                words: Vec::new(),
                places: HashMap::new(),
            },
        }
    }

    fn push(&mut self, cell: &Cell) {
        match (self, cell) {
            (Growing::Int(to), Cell::Whole(value)) => {
                to.push(i32::try_from(*value).expect("a field of 32 bits was read as one"));
            }
            (Growing::Int(to), _) => to.push(Values::NO_INT),
            (Growing::Date(to), Cell::Day(day)) => to.push(*day),
            (Growing::Date(to), _) => to.push(Values::NO_INT),
            (Growing::Long(to), Cell::Whole(value)) => to.push(*value),
            (Growing::Long(to), _) => to.push(Values::NO_LONG),
            (Growing::Number(to), Cell::Number(value)) => to.push(*value),
            (Growing::Number(to), _) => to.push(f64::NAN),
            (Growing::Text { at, words, places }, Cell::Text(text)) => {
                let place = places.get(text).copied().unwrap_or_else(|| {
                    let place = u32::try_from(words.len()).expect("fewer than 2^32 words");
                    words.push(text.clone());
                    places.insert(text.clone(), place);
                    place
                });
                at.push(place);
            }
            (Growing::Text { at, .. }, _) => at.push(Values::NO_WORD),
        }
    }

    fn values(self) -> Values {
        match self {
            Growing::Int(values) => Values::Int(values),
            Growing::Date(values) => Values::Date(values),
            Growing::Long(values) => Values::Long(values),
            Growing::Number(values) => Values::Number(values),
            Growing::Text { at, words, .. } => Values::Text { at, words },
        }
    }
}

/// Rows of a table of the CDM on their way to a snapshot: the fields that `held` says.
pub(crate) struct Columns {
    columns: Vec<(&'static str, usize, Growing)>,
}

impl Columns {
    /// No rows yet. A snapshot holds the fields for which `held` has a name: mostly the CDM's own.
    pub(crate) fn new(
        table: &CdmTable,
        held: impl Fn(&'static Field) -> Option<&'static str>,
    ) -> Columns {
        let columns = table
            .fields
            .iter()
            .enumerate()
            .filter_map(|(place, field)| {
                let growing = Growing::of(field.kind, table.wide(field));
                held(field).map(|name| (name, place, growing))
            });
        Columns {
            columns: columns.collect(),
        }
    }

    /// Adds a row, whose cells stand in the order of the CDM's fields.
    pub(crate) fn push(&mut self, cells: &[Cell]) {
        for (_, place, column) in &mut self.columns {
            column.push(&cells[*place]);
        }
    }

    /// What has grown.
    pub(crate) fn table(self) -> Table {
        let with = |table: Table, (name, _, column): (&str, usize, Growing)| {
            table.with(name, column.values())
        };
        self.columns.into_iter().fold(Table::new(), with)
    }
}
