//! Whether a snapshot can be trusted, and what is in it: checks in the spirit of OHDSI's Data Quality Dashboard, counts in
//! that of Achilles; one value, as JSON and as a page.
//! It reads a snapshot through a scan, so without the opposed; it mends nothing, and it releases nothing: its counts are
//! raw, for those who run crossing and hub.
#![forbid(unsafe_code)]

mod bucket;
mod calendar;
mod cells;
mod concepts;
mod error;
mod examine;
mod model;
mod months;
mod page;
mod people;
mod portrait;
mod quantiles;
mod report;
mod rows;
mod sexes;
mod tally;
mod thresholds;
mod verdicts;
mod words;
mod world;

pub use error::Error;
pub use examine::examine;
pub use report::{
    Absent, AgeBand, Category, Checked, Code, FORMAT, Fill, Month, OddMonth, Outcome, Place,
    Portrait, Quantiles, Report, SetBy, Spending, TablePortrait, Words,
};
pub use thresholds::Thresholds;
