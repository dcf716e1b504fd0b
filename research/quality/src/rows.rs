//! The checks of rows: one function each, over a part of a table.

use hygie_snapshot::Table;

use crate::cells::Cells;
use crate::model::Model;
use crate::people::People;
use crate::tally::Tally;
use crate::world::World;

mod amounts;
pub(crate) mod columns;
mod concepts;
pub(crate) mod counts;
mod dates;
mod links;
pub(crate) mod persons;
pub(crate) mod stays;

pub(crate) use concepts::is_diagnosis;
pub(crate) use stays::Visits;

/// Rows of a table, of one file.
pub(crate) struct Part<'a> {
    pub(crate) model: &'static Model,
    pub(crate) table: &'a Table,
    /// For each row, the place of its person among those of the bucket.
    pub(crate) who: Vec<u32>,
}

impl<'a> Part<'a> {
    /// Of a table that was read.
    pub(crate) fn of(model: &'static Model, table: &'a Table, people: &People) -> Part<'a> {
        Part {
            model,
            table,
            who: people.who(table),
        }
    }

    /// A column, where it is there.
    pub(crate) fn cells(&self, name: &str) -> Option<Cells<'a>> {
        Cells::of(self.table, name)
    }

    /// The column that the model may name.
    pub(crate) fn named(&self, name: Option<&str>) -> Option<Cells<'a>> {
        self.cells(name?)
    }
}

/// All checks of a part's rows.
pub(crate) fn check(
    part: &Part<'_>,
    (people, visits, world): (&People, &Visits, &World),
    tally: &mut Tally,
) {
    columns::required(part, tally);
    concepts::check(part, world, tally);
    concepts::sexes(part, people, world, tally);
    links::check(part, (visits, world), tally);
    dates::check(part, people, world, tally);
    dates::in_visit(part, visits, tally);
    amounts::check(part, tally);
}
