//! The standard concepts that codes lead to.

use std::collections::HashMap;

use super::{AncestorRow, ConceptRow, Domain, RelationshipRow, VocabularyRow};

/// What Athena and the operator's map give.
#[derive(Debug, Default)]
pub struct Standards {
    /// By the number of the local concept: the standard one, and its domain where Athena says it.
    pub of: HashMap<i32, (i32, Option<Domain>)>,
    pub concepts: Vec<ConceptRow>,
    pub ancestors: Vec<AncestorRow>,
    pub relationships: Vec<RelationshipRow>,
    pub vocabularies: Vec<VocabularyRow>,
}

impl Standards {
    pub fn of(&self, local: i32) -> Option<(i32, Option<Domain>)> {
        self.of.get(&local).copied()
    }

    /// Whether any code leads to one.
    pub fn any(&self) -> bool {
        !self.of.is_empty()
    }

    pub fn concepts(&self) -> impl Iterator<Item = &ConceptRow> {
        self.concepts.iter()
    }

    pub fn ancestors(&self) -> impl Iterator<Item = AncestorRow> {
        self.ancestors.iter().copied()
    }

    pub fn relationships(&self) -> impl Iterator<Item = &RelationshipRow> {
        self.relationships.iter()
    }

    pub fn vocabularies(&self) -> impl Iterator<Item = &VocabularyRow> {
        self.vocabularies.iter()
    }
}
