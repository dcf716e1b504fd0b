//! Nomenclatures as concepts of OMOP CDM 5.4: local ones, from [`FIRST`] up, with their hierarchies; and the standard ones
//! that an operator's Athena export and SOURCE_TO_CONCEPT_MAP give them.
//!
//! A concept keeps its number from one snapshot to the next: [`Vocabulary::load`] takes the concepts of the snapshot before.
//! What is new at load gets the next numbers in the order of (vocabulary, code); a code that no nomenclature lists gets the
//! next one when it is met. Every code lies under the root of its vocabulary.

mod ancestors;
mod athena;
mod build;
mod ccam;
pub(crate) mod code;
mod earlier;
mod error;
mod icd10;
mod nomenclature;
mod place;
mod rows;
mod source_map;
mod sources;
mod standard;
mod system;
mod text;

use std::collections::HashMap;

use build::{Key, Node};
use standard::Standards;

pub use code::Malformed;
pub use error::Error;
pub use rows::{AncestorRow, ConceptRow, Day, RelationshipRow, VocabularyRow};
pub use sources::{Finding, Sources};
pub use system::{Domain, System};

/// The first number of a local concept: OMOP leaves those from two thousand million up to each site.
pub const FIRST: i32 = 2_000_000_000;

/// What a source code became.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Concept {
    /// The local concept of the code itself: for `…_source_concept_id`.
    pub source: i32,
    /// The standard concept: for `…_concept_id`. The local one where the operator gave no better.
    pub standard: i32,
    /// Which table of the CDM the row belongs to.
    pub domain: Domain,
}

/// All concepts of a snapshot.
#[derive(Debug)]
pub struct Vocabulary {
    nodes: Vec<Node>,
    by_code: HashMap<Key, usize>,
    /// As codes stand in files, so that most are found without being read.
    seen: [HashMap<Box<str>, Concept>; System::ALL.len()],
    next: i32,
    standards: Standards,
    versions: Vec<(System, String)>,
    findings: Vec<Finding>,
    unlisted: u64,
}

impl Vocabulary {
    /// Reads what there is of the nomenclatures, and of Athena's files where they are given. `earlier` are the concepts of the
    /// snapshot before, or none: whatever number a code had there, it has here, even if no nomenclature lists it any more.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Column`] where a file lacks a column that is needed; [`Error::Earlier`] where the earlier
    /// list gives one number twice; [`Error::Full`] when no number is left.
    pub fn load(sources: Sources, earlier: &[ConceptRow]) -> Result<Self, Error> {
        build::load(&sources, earlier)
    }

    /// What a code became; one that no nomenclature lists becomes a concept named by its code, under the nearest that its
    /// form gives, or the root. Numbers of such codes follow the order in which they are met.
    ///
    /// # Errors
    /// [`Malformed`] for a value that is no code of the system; the caller counts it.
    pub fn concept(&mut self, system: System, code: &str) -> Result<Concept, Malformed> {
        if let Some(concept) = self.known(system, code) {
            return Ok(concept);
        }
        let canonical = code::canonical(system, code)?;
        let before = self.nodes.len();
        let at = build::hang(self, system, &canonical)?;
        self.unlisted += u64::from(self.nodes.len() > before);
        let concept = self.at(at);
        self.seen[system as usize].insert(code.into(), concept);
        Ok(concept)
    }

    /// A code that was met before in this very form, for readers that share the vocabulary.
    pub fn known(&self, system: System, code: &str) -> Option<Concept> {
        self.seen[system as usize].get(code).copied()
    }

    /// How many codes became concepts in this run without being listed, by a nomenclature or by an earlier snapshot.
    pub fn unlisted(&self) -> u64 {
        self.unlisted
    }

    /// Whether any nomenclature was read.
    pub fn is_listed(&self) -> bool {
        !self.findings.is_empty()
    }

    /// Whether the operator gave some code a standard concept other than its own.
    pub fn maps(&self) -> bool {
        self.standards.any()
    }

    /// What was read of each file, and what of it could not be used.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    fn at(&self, at: usize) -> Concept {
        let node = &self.nodes[at];
        let own = node.key.0.domain();
        match self.standards.of(node.id) {
            Some((standard, domain)) => Concept {
                source: node.id,
                standard,
                domain: domain.unwrap_or(own),
            },
            None => Concept {
                source: node.id,
                standard: node.id,
                domain: own,
            },
        }
    }
}

#[cfg(test)]
mod tests;
