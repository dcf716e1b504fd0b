//! Covered: a value that comes out of a row's bytes otherwise, a row that takes of the next one, a row that is passed over
//! by too few bytes or too many.
#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;

fn cell(kind: Kind, wide: bool) -> BoxedStrategy<Cell> {
    let some = match kind {
        Kind::Integer if wide => (i64::MIN + 1..=i64::MAX).prop_map(Cell::Whole).boxed(),
        Kind::Integer => (i32::MIN + 1..=i32::MAX)
            .prop_map(|value| Cell::Whole(i64::from(value)))
            .boxed(),
        Kind::Date => (-1_000_000..1_000_000).prop_map(Cell::Day).boxed(),
        Kind::Float => (-1e300..1e300).prop_map(Cell::Number).boxed(),
        Kind::Text | Kind::Instant => ".{0,9}".prop_map(Cell::Text).boxed(),
    };
    prop_oneof![Just(Cell::Null), some].boxed()
}

fn cells(table: &'static CdmTable) -> impl Strategy<Value = Vec<Cell>> {
    let cells = table.fields.iter();
    cells
        .map(|field| cell(field.kind, table.wide(field)))
        .collect::<Vec<_>>()
}

/// A value of a column, as the cell that it was.
fn value(values: &Values, row: usize) -> Cell {
    let there = |is: bool, cell: Cell| if is { cell } else { Cell::Null };
    match values {
        Values::Int(all) => there(all[row] != Values::NO_INT, Cell::Whole(all[row].into())),
        Values::Date(all) => there(all[row] != Values::NO_INT, Cell::Day(all[row])),
        Values::Long(all) => there(all[row] != Values::NO_LONG, Cell::Whole(all[row])),
        Values::Number(all) => there(!all[row].is_nan(), Cell::Number(all[row])),
        Values::Text { at, words } => match words.get(at[row] as usize) {
            Some(word) => Cell::Text(word.clone()),
            None => Cell::Null,
        },
        Values::Pseudonym(_) => unreachable!("no field is one"),
    }
}

proptest! {
    #[test]
    fn rows_come_out_as_they_went_in(
        rows in prop::collection::vec(cells(CdmTable::named("measurement").unwrap()), 0..20),
        passed in any::<u32>(),
    ) {
        let table = CdmTable::named("measurement").unwrap();
        let held = Held::new(table, |field| Some(field.name));
        let mut bytes = Vec::new();
        for row in &rows {
            held.put(&mut bytes, row);
        }
        let (mut from, mut columns) = (bytes.as_slice(), held.columns());
        let taken = |row: &usize| passed & 1 << row == 0;
        for row in 0..rows.len() {
            if taken(&row) {
                columns.take(&mut from);
            } else {
                held.skip(&mut from);
            }
        }
        prop_assert!(from.is_empty());
        let laid = columns.table();
        for (at, row) in (0..rows.len()).filter(taken).enumerate() {
            for (place, field) in table.fields.iter().enumerate() {
                let found = value(laid.column(field.name).unwrap(), at);
                prop_assert_eq!(&found, &rows[row][place], "{}", field.name);
            }
        }
    }
}
