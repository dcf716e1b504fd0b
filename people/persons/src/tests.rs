//! Failures covered: a seed that gives two populations, a person who depends on the count, a
//! professional who differs from bundle to bundle, a wrong key, two persons with one INS, a parent
//! who is somebody else in his own record, a record too short or too long, something before birth
//! or after today, a kind of life that nobody leads, an age pyramid that is no pyramid of France, a
//! medicine's code that no scanner takes, a code that no French table or value set holds, a life
//! without what makes it, a PDF whose table leads nowhere, a bundle that FHIR R4
//! does not allow.
//! Not a failure: a life that no doctor would believe.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod codes;
mod days;
mod documents;
mod lives;
mod people;
mod population;

use hygie_fhir::{Limits, Resource};

/// The resources of a bundle, as an importer takes them, with their URLs.
fn parse(text: &str) -> Vec<(String, Resource)> {
    let found = hygie_fhir::bundle::entries(text.as_bytes(), &Limits::default()).unwrap();
    assert!(found.broken.is_none());
    let urls = text
        .split("{\"fullUrl\":\"")
        .skip(1)
        .map(|entry| entry.split_once('"').unwrap().0.to_owned());
    let entries = found.entries.iter();
    let resources = entries.map(|entry| Resource::parse(entry.bytes, &Limits::default()).unwrap());
    urls.zip(resources).collect()
}
