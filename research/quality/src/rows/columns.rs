//! Columns that must hold something, and keys that must be different.

use hygie_snapshot::Table;

use super::Part;
use crate::cells::Cells;
use crate::model::Model;
use crate::tally::{Count, Tally};
use crate::thresholds::Check;

/// Required columns without nulls.
pub(super) fn required(part: &Part<'_>, tally: &mut Tally) {
    for column in part.model.required {
        let Some(cells) = part.cells(column) else {
            continue;
        };
        let mut count = Count::default();
        for row in 0..part.table.rows() {
            count.look(!cells.is_null(row));
        }
        tally.add(Check::Required, part.model.table, Some(column), count);
    }
}

/// Keys of a bucket's rows, of which no two may be the same.
pub(crate) fn unique(model: &'static Model, tables: &[Table], tally: &mut Tally) {
    let mut keys: Vec<i64> = Vec::new();
    let mut any = false;
    for table in tables {
        if let Some(cells) = Cells::of(table, model.key) {
            any = true;
            keys.extend((0..table.rows()).filter_map(|row| cells.whole(row)));
        }
    }
    if !any {
        return;
    }
    if !keys.is_sorted() {
        keys.sort_unstable();
    }
    let looked = keys.len() as u64;
    keys.dedup();
    let failed = looked - keys.len() as u64;
    tally.add(
        Check::UniqueKey,
        model.table,
        Some(model.key),
        Count { looked, failed },
    );
}
