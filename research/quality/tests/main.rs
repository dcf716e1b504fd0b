//! Reports of worked snapshots.

#[path = "main/counts.rs"]
mod counts;
#[path = "main/faults.rs"]
mod faults;
#[path = "main/page.rs"]
mod page;
#[path = "main/sample.rs"]
mod sample;
