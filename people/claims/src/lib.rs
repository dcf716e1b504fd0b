//! A synthetic France of claims: the lives of invented insured persons, and the files in which the SNDS would have them.
//! It copies nobody's data, reads no file and no clock, and makes no claim to be epidemiology.
//!
//! Two layers: [`life`] says what truly happened to a person, by the seed and his number alone; layouts lay lives out: as the
//! insurer's files, with all that real files have in the way ([`write()`]), or as the snapshot that an importer that keeps to
//! the rules makes of them ([`snapshot()`]).
#![forbid(unsafe_code)]

mod calendar;
mod care;
mod course;
mod hazards;
mod life;
mod person;
mod plan;
mod random;
mod snapshot;
mod snds;
mod tables;

pub use calendar::{Day, age, date, day};
pub use course::Course;
pub use hazards::{Event, Hazard, States, hazards};
pub use hygie_snapshot::Signer;
pub use hygie_snds::direct::Made;
pub use life::{Claim, Death, HospitalProcedure, Illness, Item, Life, Stay, Unit, life};
pub use person::{Person, Pseudonym};
pub use plan::Plan;
pub use snapshot::{Making, NO_KEY, snapshot, substitute};
pub use snds::form::{Days, Form};
pub use snds::write::{Failure, Written, write};

/// The code of ATC of a drug, by its place.
pub fn drug_code(drug: u8) -> &'static str {
    tables::drugs::DRUGS[usize::from(drug)].atc
}
