//! Months that do not fit their neighbours, and those at the end that claims have not filled yet.

use crate::calendar;
use crate::report::{Month, OddMonth};
use crate::thresholds::{FEWEST_ROWS, MONTH_DIFFERS, NEIGHBOURS};

/// What a series came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Steady {
    /// Months judged.
    pub(crate) looked: u64,
    pub(crate) odd: Vec<OddMonth>,
    pub(crate) late: Vec<Month>,
}

/// Judges the months that are full: from the first to the last, up to `last`, that has half of what is usual. Months after
/// them are late: claims of a month of care come in over eighteen months. None for a table too small to judge.
pub(crate) fn judge(months: &[u64], last: usize) -> Option<Steady> {
    let months = &months[..months.len().min(last + 1)];
    let usual = median(months.iter().copied().filter(|rows| *rows > 0).collect())?;
    if usual < FEWEST_ROWS {
        return None;
    }
    let full = |rows: &u64| *rows >= usual.div_ceil(2);
    let (first, end) = (
        months.iter().position(full)?,
        months.iter().rposition(full)?,
    );
    let mut steady = Steady::default();
    for at in first..=end {
        let (from, to) = (
            at.saturating_sub(NEIGHBOURS).max(first),
            (at + NEIGHBOURS).min(end),
        );
        let near = (from..=to)
            .filter(|other| *other != at)
            .map(|other| months[other]);
        let Some(expected) = median(near.collect()) else {
            continue;
        };
        steady.looked += 1;
        let differs = months[at].abs_diff(expected) as f64;
        if differs > expected as f64 * MONTH_DIFFERS / 100.0 {
            let month = calendar::month_name(at);
            steady.odd.push(OddMonth {
                month,
                rows: months[at],
                expected,
            });
        }
    }
    let late = |month: usize| Month {
        month: calendar::month_name(month),
        rows: months.get(month).copied().unwrap_or(0),
    };
    steady.late = (end + 1..=last).map(late).collect();
    Some(steady)
}

/// The median; of an even number, the mean of the middle two, rounded down. None of none.
fn median(mut values: Vec<u64>) -> Option<u64> {
    values.sort_unstable();
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        len if len % 2 == 1 => Some(values[middle]),
        _ => Some(values[middle - 1].midpoint(values[middle])),
    }
}

#[cfg(test)]
mod tests;
