//! The form in which research holds a nation's data: immutable, numbered snapshots of OMOP tables as Parquet files, with
//! a signed manifest, and the list of the opposed that every scan obeys.
//! It knows columns of numbers and codes; it makes no pseudonym, asks no question of science and serves nobody.
#![forbid(unsafe_code)]

mod building;
mod column;
mod error;
mod file;
mod folder;
mod manifest;
mod opposed;
mod postings;
mod renew;
mod scan;
mod tables;
mod write;

pub use building::{Building, Place};
pub use column::{Column, Table, Values};
pub use error::Error;
pub use folder::{Snapshot, Snapshots};
pub use hygie_ledger::{Signer, Verifier};
pub use manifest::{FileEntry, Manifest, RuleEntry, SourceEntry, TableEntry};
pub use opposed::{Opposed, Pseudonym};
pub use postings::Postings;
pub use renew::{Rename, Renewed, Unpublished};
pub use scan::{Batch, Scan};
pub use tables::{EVENTS, Event, Order};
