//! In how many buckets persons lie.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::Import;
use crate::layout::{BEN, Layout, PRS};
use crate::persons;
use crate::source::Source;

/// Bytes that a line and its events take while their bucket is made: measured 137 where all are of one year, 85 of two.
const LINE_BYTES: u64 = 144;
/// Bytes of a line of ER_PRS_F as CSV.
const LINE_ROW: u64 = 160;
/// Bytes that a person of the reference takes in memory.
const PERSON_BYTES: u64 = 48;
/// Bytes of his row in IR_BEN_R as CSV.
const PERSON_ROW: u64 = 60;

impl Import<'_> {
    /// As many as the lines ask for ([`persons::buckets`]), and more where a thread's share of the budget would not hold so many
    /// lines. What exists keeps its number.
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
        persons::buckets(rows(&PRS, LINE_ROW), held)
    }
}
