//! hygie-fhir against data that nobody here wrote, and against wrong inputs.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod examples;
mod refused;
mod shared;
mod synthea;
