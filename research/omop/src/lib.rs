//! The OMOP CDM 5.4 into snapshots and out of them: any CDM in CSV or Parquet is imported, and a snapshot is written as a
//! CDM that the official DDL holds.
//! It makes no pseudonym, neither for a snapshot nor for a project: both come through functions of whoever calls.
#![forbid(unsafe_code)]

mod cdm;
mod cell;
mod columns;
mod costs;
mod error;
mod export;
mod import;
mod memory;
mod numbers;
mod partition;
mod progress;
mod report;
mod source;
mod spill;
#[path = "generated/tables.rs"]
mod tables;
mod withheld;

pub use error::Error;
pub use export::{Export, Exported, Form};
pub use hygie_rows::{Forgotten, Keep, KeepRows};
pub use import::{Import, Pseudonyms, SCHEMA};
pub use progress::{Progress, Step};
pub use report::{FileReport, Report};
