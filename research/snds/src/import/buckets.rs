//! In how many buckets persons lie.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::Import;
use crate::layout::{BEN, Layout, PRS};
use crate::source::Source;

/// Lines of a bucket: so many that its files are few and large, and a question's time does not go into opening them.
const LINES: u64 = 4_000_000;
/// Lines of a bucket at least, also where memory is scarce.
const FEWEST_LINES: u64 = 250_000;
/// Buckets that may have fewer lines than others, so that each core has one to make.
const FEW: u64 = 4;
/// Bytes that a line and its events take while their bucket is made.
const LINE_BYTES: u64 = 256;
/// Bytes of a line of ER_PRS_F as CSV.
const LINE_ROW: u64 = 200;
/// Bytes that a person of the reference takes in memory.
const PERSON_BYTES: u64 = 48;
/// Bytes of his row in IR_BEN_R as CSV.
const PERSON_ROW: u64 = 60;

impl Import<'_> {
    /// Two to five million lines a bucket; fewer where there are few, or where a thread's share of the budget would not hold
    /// them. What exists keeps its number.
    pub(super) fn buckets(
        &self,
        sources: &[Source],
        hashes: &BTreeMap<PathBuf, (u64, String)>,
    ) -> u32 {
        if let Some(buckets) = self.buckets {
            return buckets.clamp(1, 4096);
        }
        let rows = |layout: &Layout, row: u64| -> u64 {
            let of = sources.iter().filter(|source| source.layout == layout);
            let bytes = |source: &Source| hashes.get(&source.path).map_or(0, |(bytes, _)| *bytes);
            of.map(|source| source.rows(bytes(source), row)).sum()
        };
        let taken = rows(&BEN, PERSON_ROW) * PERSON_BYTES;
        let left = self.budget.saturating_sub(taken);
        let held = left / 2 / self.threads.max(1) as u64 / LINE_BYTES;
        let lines = rows(&PRS, LINE_ROW);
        let large = lines / held.clamp(FEWEST_LINES, LINES);
        let buckets = large.max(FEW.min(lines / FEWEST_LINES));
        let buckets = buckets.clamp(1, 4096).next_power_of_two();
        u32::try_from(buckets).expect("at most 4096")
    }
}
