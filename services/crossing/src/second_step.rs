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

/// Pseudonyms of a CDM's persons.
pub struct OfCdm<'a> {
    pub step: &'a SecondStep,
    /// What the source is called, where its `person_source_value` are its own numbers: somebody else may have the same in
    /// another. None where they are `BEN_IDT_ANO`, the first step: there claims and CDM meet in one person.
    pub own: Option<&'a str>,
}

impl hygie_omop::Pseudonyms for OfCdm<'_> {
    fn person(&self, value: &str) -> [u8; 16] {
        match self.own {
            // No source has a colon in its name, and no number is a word: nobody else is called like this.
            Some(source) => self.nameless(&format!("omop:{source}:value:{value}")),
            None => self.nameless(value),
        }
    }

    fn nameless(&self, name: &str) -> [u8; 16] {
        self.step.of(Source::beneficiary(name))
    }
}

impl SecondStep {
    fn of(&self, source: Result<Source<'_>, hygie_pseudonym::Error>) -> [u8; 16] {
        let source = source.expect("an import asks for no pseudonym of nobody");
        self.0.pseudonym(&source).bytes()
    }
}
