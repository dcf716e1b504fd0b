//! FHIR R4 (4.0.1) resources as values: parse, check, patch, search values,
//! parts, print, with their order, their decimals and their extensions kept.
//! It does no I/O, reads no clock, and knows neither persons nor records.
#![forbid(unsafe_code)]

pub mod bundle;
mod check;
mod compartment;
pub mod definitions;
mod fault;
mod generated;
pub mod json;
mod outline;
mod patch;
mod place;
mod resource;
pub mod search;
mod subset;
mod target;

pub use check::{check, unresolved};
pub use compartment::{compartment_kinds, patient_references};
pub use fault::{Fault, Severity};
pub use json::{Elsewhere, Json, Limits};
pub use outline::Outline;
pub use patch::Patch;
pub use resource::Resource;
pub use subset::{Subset, subset};
pub use target::Target;
