//! A synthetic France, deterministic by seed: lives of invented people as FHIR R4 bundles.
//! It copies nobody's data, reads no file, and makes no claim to be epidemiology.
#![forbid(unsafe_code)]

mod care;
mod documents;
mod findings;
mod json;
mod life;
mod medicines;
mod providers;
mod random;
#[rustfmt::skip] // one entry, one line
mod tables;

use std::fmt;

use json::{Json, list, object};
use life::Life;
use random::Random;

/// `persons` invented people, one FHIR R4 Bundle each as compact JSON: a Patient with the
/// providers, encounters, findings, prescriptions, vaccinations and documents that refer to him,
/// 20 to 60 resources under `urn:uuid` full URLs.
///
/// Bundles are of type `transaction` and `collection` in turn, so that both are met. The same
/// seed gives the same bytes; person `n` does not depend on how many are asked for. Providers
/// are shared between people: the same full URL is always the same resource. Identifiers are
/// well-formed and belong to nobody: the INS has the test system of the national identity
/// provider and a commune that does not exist, RPPS and FINESS numbers begin with 99, telephone
/// numbers come from the range reserved for fiction.
pub fn population(seed: u64, persons: usize) -> impl Iterator<Item = Vec<u8>> {
    (0..persons).map(move |index| {
        let index = u64::try_from(index).expect("a count fits 64 bits");
        bundle(seed, index).into_bytes()
    })
}

fn bundle(seed: u64, index: u64) -> String {
    let mut bundle = Bundle::new(index.is_multiple_of(2));
    let mut life = Life::new(Random::new(seed, index));
    let providers = providers::choose(&mut bundle, seed, &mut life.random);
    let patient = life.patient(&mut bundle, &providers);
    medicines::vaccinations(&mut bundle, &mut life, &patient, &providers);
    care::long_term(&mut bundle, &mut life, &patient, &providers);
    // Visits go on until the life has its length, so that sizes vary and stay within bounds.
    let length = life.random.within(20, 52);
    while bundle.entries.len() < length {
        care::visit(&mut bundle, &mut life, &patient, &providers);
    }
    bundle.print()
}

/// The resources of one person, in the order in which they refer to each other.
struct Bundle {
    transaction: bool,
    entries: Vec<Json>,
}

impl Bundle {
    fn new(transaction: bool) -> Self {
        Self {
            transaction,
            entries: Vec::new(),
        }
    }

    /// Adds a resource; gives the URL by which others refer to it.
    fn add(
        &mut self,
        id: Uuid,
        kind: &'static str,
        mut fields: Vec<(&'static str, Json)>,
    ) -> String {
        let url = format!("urn:uuid:{id}");
        fields.insert(0, ("resourceType", kind.into()));
        let mut entry = vec![
            ("fullUrl", Json::from(url.clone())),
            ("resource", Json::Object(fields)),
        ];
        if self.transaction {
            entry.push(("request", object! { "method": "POST", "url": kind }));
        }
        self.entries.push(Json::Object(entry));
        url
    }

    fn print(self) -> String {
        let kind = if self.transaction {
            "transaction"
        } else {
            "collection"
        };
        let bundle = object! {
            "resourceType": "Bundle",
            "type": kind,
            "entry": Json::List(self.entries),
        };
        bundle.to_string()
    }
}

/// A UUID of version 4, out of the population's own randomness.
#[derive(Clone, Copy)]
struct Uuid(u128);

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = (self.0 & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            n >> 96,
            (n >> 80) & 0xffff,
            (n >> 64) & 0xffff,
            (n >> 48) & 0xffff,
            n & 0xffff_ffff_ffff
        )
    }
}

/// `{"reference": …}`.
fn refer(url: &str) -> Json {
    object! { "reference": url }
}

/// A CodeableConcept of one coding.
fn concept(system: &str, code: &str, display: &str) -> Json {
    object! {
        "coding": list![object! { "system": system, "code": code, "display": display }],
        "text": display,
    }
}

#[cfg(test)]
mod tests;
