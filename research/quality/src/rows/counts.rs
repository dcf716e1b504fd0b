//! What is counted of a part's rows: months, money, empty cells.

use super::Part;
use crate::calendar;
use crate::tally::TableTally;

/// Counts a part's rows.
pub(crate) fn count(part: &Part<'_>, tally: &mut TableTally) {
    let rows = part.table.rows();
    tally.rows += rows as u64;
    let start = part.named(part.model.start);
    if let Some(start) = start {
        for row in 0..rows {
            tally.month(start.int(row).and_then(calendar::month));
        }
    }
    for column in part.table.columns() {
        let Some(name) = part
            .model
            .columns()
            .into_iter()
            .find(|name| *name == column.name)
        else {
            continue;
        };
        let empty = part.cells(name).map_or(0, |cells| {
            (0..rows).filter(|row| cells.is_null(*row)).count()
        });
        let fill = tally.fill.entry(name).or_default();
        *fill = (fill.0 + rows as u64, fill.1 + empty as u64);
    }
    let Some((charged, paid)) = part.model.amounts else {
        return;
    };
    let (charged, paid) = (part.cells(charged), part.cells(paid));
    for row in 0..rows {
        let cents =
            [charged, paid].map(|cells| cells.and_then(|cells| cells.number(row)).map(cents));
        let month = start
            .and_then(|start| start.int(row))
            .and_then(calendar::month);
        if let (true, Some(month)) = (cents.iter().any(Option::is_some), month) {
            let sum = tally.spending.entry(month).or_default();
            let [charged, paid] = cents.map(Option::unwrap_or_default);
            *sum = (sum.0.saturating_add(charged), sum.1.saturating_add(paid));
        }
    }
}

fn cents(euros: f64) -> i64 {
    // A cast saturates; no row is worth 92 million billions.
    (euros * 100.0).round() as i64
}
