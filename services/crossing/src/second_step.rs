//! Pseudonyms of whom an import reads, by the key in use.

use hygie_pseudonym::{Keys, Source};

/// The second step.
pub struct SecondStep(pub Keys);

impl hygie_snds::Pseudonyms for SecondStep {
    fn person(&self, first_step: &str) -> [u8; 16] {
        self.of(Source::beneficiary(first_step))
    }

    fn insured(&self, number: &str, rank: u8) -> [u8; 16] {
        self.of(Source::insured(number, rank))
    }
}

/// A CDM's `person_source_value` is taken as the first step: where it is one, claims and CDM meet in one person.
impl hygie_omop::Pseudonyms for SecondStep {
    fn person(&self, name: &str) -> [u8; 16] {
        self.of(Source::beneficiary(name))
    }
}

impl SecondStep {
    fn of(&self, source: Result<Source<'_>, hygie_pseudonym::Error>) -> [u8; 16] {
        let source = source.expect("an import asks for no pseudonym of nobody");
        self.0.pseudonym(&source).bytes()
    }
}
