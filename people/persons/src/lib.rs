//! A synthetic France, deterministic by seed: lives of invented people as FHIR R4 bundles.
//! It copies nobody's data, reads no file, and makes no claim to be epidemiology.
#![forbid(unsafe_code)]

mod bundle;
mod day;
mod household;
mod json;
mod lives;
mod numbers;
mod pdf;
mod person;
mod providers;
mod random;
mod record;
mod relatives;
mod roles;
mod roll;
mod tables;

use person::Person;
use record::Record;

pub use roles::{Insured, Professional, Roles, roles};
pub use roll::{COLUMNS, roll_line};

/// `persons` invented people, one FHIR R4 Bundle each as compact JSON: a Patient, the people he
/// lives with, those who care for him, and some years of his life with its documents as PDF; 40 to
/// 300 resources under `urn:uuid` full URLs.
///
/// Bundles are of type `transaction` and `collection` in turn, so that both are met. The same seed
/// gives the same bytes. Professionals and structures are shared between people: the same full URL
/// is always the same resource. Identifiers are well formed and belong to nobody: the INS has the
/// test system of the national identity provider and a commune that does not exist, RPPS and FINESS
/// numbers begin with 99, telephone numbers come from the range reserved for fiction.
pub fn population(seed: u64, persons: usize) -> impl Iterator<Item = Vec<u8>> {
    (0..persons).map(move |index| {
        let index = u64::try_from(index).expect("a count fits 64 bits");
        person(seed, index)
    })
}

/// Person `index` of a population, counted from 0: the same whatever the number of persons asked
/// for, and made without the others, so that threads may share the work.
pub fn person(seed: u64, index: u64) -> Vec<u8> {
    bundle(seed, index).into_bytes()
}

/// For each kind of life the first of `persons` people who leads it: the name of the life, and the
/// Patient's identifier as FHIR searches for it, `system|value`.
pub fn examples(seed: u64, persons: usize) -> Vec<(&'static str, String)> {
    let mut found: Vec<(&'static str, String)> = Vec::new();
    for index in 0..u64::try_from(persons).expect("a count fits 64 bits") {
        if found.len() == lives::LIVES.len() {
            break;
        }
        let person = Person::new(seed, index);
        for place in lives::led(&person) {
            let name = lives::LIVES[place].name;
            if found.iter().all(|(known, _)| *known != name) {
                let system = hygie_identity::InsSystem::Test.uri();
                found.push((name, format!("{system}|{}", person.me().ins())));
            }
        }
    }
    found
}

fn bundle(seed: u64, index: u64) -> String {
    written(&Person::new(seed, index)).print()
}

/// The whole record of a person.
fn written(person: &Person) -> Record<'_> {
    let mut record = Record::new(person);
    for place in lives::led(person) {
        lives::live(&mut record, place);
    }
    lives::fill(&mut record);
    record
}

#[cfg(test)]
mod tests;
