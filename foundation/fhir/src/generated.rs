//! Tables written by `cargo run -p xtask -- fhir-definitions --package DIR`.

pub mod compartment;
pub mod search_parameters;
pub mod types;
