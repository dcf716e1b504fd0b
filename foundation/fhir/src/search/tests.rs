//! Dangers: a criterion that is not understood matching all or nothing; a
//! resource missed for its precision, zone, accent or case; a hit in the wrong
//! system, type or unit; a table that is out of order; an order that is none;
//! an include that follows too much or nothing.
//!
//! Not failures: codes found whatever their case (R4, 3.1.1.4.10 asks for it),
//! a bare id matching references to several types, `ap` taken as overlap.
#![allow(clippy::unwrap_used, reason = "tests")]

mod dates;
mod faults;
mod include;
mod metadata;
mod quantities;
mod references;
mod sample;
mod sort;
mod strings;
mod table;
mod tokens;

use crate::fault::Fault;
use crate::json::Limits;
use crate::resource::Resource;

use super::{Criterion, parameter, search_values};

fn resource(json: &str) -> Resource {
    Resource::parse(json.as_bytes(), &Limits::default()).unwrap()
}

fn criterion(resource_type: &str, name: &str, value: &str) -> Result<Criterion, Fault> {
    Criterion::parse(resource_type, name, value)
}

/// Whether `name=value` finds the resource; panics with the fault otherwise.
#[track_caller]
fn finds(resource: &Resource, name: &str, value: &str) -> bool {
    match criterion(resource.kind(), name, value) {
        Ok(criterion) => criterion.matches(resource),
        Err(fault) => panic!("{name}={value}: {fault}"),
    }
}

/// Checks a table of (name, value, whether it finds the resource).
#[track_caller]
fn check(resource: &Resource, table: &[(&str, &str, bool)]) {
    for (name, value, expected) in table {
        assert_eq!(finds(resource, name, value), *expected, "{name}={value}");
    }
}
