//! Dangers: a patch that changes another place than was meant, or half of what
//! was meant; a precondition that holds when it does not; a change hidden from
//! the one who asks what a patch touches; a small patch that costs without
//! bound; another resource in the place of the patched one.
//!
//! Not failures: an outcome that R4 does not allow (an empty array, a code out
//! of its format): `check` finds it; deleting what is not there by FHIRPath
//! (R4: "if found").
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod cost;
mod fhirpath;
mod json;
mod shared;
mod touched;

use crate::fault::Fault;
use crate::json::{Json, Limits};
use crate::resource::Resource;

use super::Patch;

fn json(text: &str) -> Json {
    Json::parse(text.as_bytes(), &Limits::default()).unwrap()
}

fn resource(text: &str) -> Resource {
    Resource::from_json(json(text)).unwrap()
}

fn patch(text: &str) -> Result<Patch, Fault> {
    Patch::parse(text.as_bytes(), &Limits::default())
}

/// What a patch makes of a resource, printed.
fn patched(before: &str, changes: &str) -> Result<String, Fault> {
    let changed = patch(changes)?.apply(&resource(before))?;
    Ok(String::from_utf8(changed.print()).unwrap())
}

/// The code and place of the fault that a patch meets.
#[track_caller]
fn refused(before: &str, changes: &str) -> (&'static str, String) {
    match patched(before, changes) {
        Ok(after) => panic!("{changes} gives {after}"),
        Err(fault) => (fault.code, fault.place),
    }
}
