//! Quantities and money.

use super::Part;
use crate::tally::{Count, Tally};
use crate::thresholds::Check;

/// Half a cent: what rounding may make of equal amounts.
const ROUNDING: f64 = 0.005;

/// Quantities above zero and plausible, amounts not below zero, no more paid than charged.
pub(super) fn check(part: &Part<'_>, tally: &mut Tally) {
    let (model, rows) = (part.model, part.table.rows());
    if let Some((column, most)) = model.quantity
        && let Some(cells) = part.cells(column)
    {
        let mut count = Count::default();
        for quantity in (0..rows).filter_map(|row| cells.number(row)) {
            count.look(quantity > 0.0 && quantity <= most);
        }
        tally.add(Check::Quantity, model.table, Some(column), count);
    }
    let Some((charged, paid)) = model.amounts else {
        return;
    };
    for column in [charged, paid] {
        let Some(cells) = part.cells(column) else {
            continue;
        };
        let mut count = Count::default();
        for amount in (0..rows).filter_map(|row| cells.number(row)) {
            count.look(amount >= 0.0);
        }
        tally.add(Check::AmountPositive, model.table, Some(column), count);
    }
    if let (Some(all), Some(part_paid)) = (part.cells(charged), part.cells(paid)) {
        let mut count = Count::default();
        for row in 0..rows {
            // What is null was nothing.
            if let Some(paid) = part_paid.number(row) {
                count.look(paid <= all.number(row).unwrap_or(0.0) + ROUNDING);
            }
        }
        tally.add(Check::PaidWithinCharged, model.table, Some(paid), count);
    }
}
