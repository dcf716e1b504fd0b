//! The claims of the SNDS (DCIR, PMSI, CépiDc, beneficiaries) as OMOP columns of a snapshot, without a name: pseudonyms
//! come through a trait that the crossing fulfils, and raw rows go back to it. Invented care comes without files ([`direct`]).
//! It asks no question of the data, and it knows nothing of the keys by which pseudonyms are made.
#![forbid(unsafe_code)]

mod bucket;
mod causes;
mod claims;
pub mod direct;
mod error;
mod event;
mod field;
mod illnesses;
mod import;
mod layout;
mod omop;
mod persons;
mod progress;
mod rank;
mod report;
mod rules;
#[path = "generated/schemas.rs"]
mod schemas;
mod seal;
mod source;
mod spill;
mod state;
mod stays;
mod unit;
pub mod vocabulary;

pub use error::Error;
pub use hygie_rows::{Forgotten, Keep, KeepRows};
pub use import::{Import, Pseudonyms, Renewal, Renewed, Units};
pub use progress::Progress;
pub use rank::{Rank, rank};
pub use report::{Appended, FileReport, Report};
pub use rules::{Rule, Rules};
pub use seal::{Head, Seal, Seals};
