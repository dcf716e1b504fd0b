//! Rows of the vocabulary's tables, as plain values.

use super::Vocabulary;
use super::ancestors;
use super::build::Role;

/// A day, as days since 1970-01-01 (Parquet's DATE).
pub type Day = i32;

/// The day from which what has no date is valid.
pub(crate) const ALWAYS: Day = 0;
/// 2099-12-31, OMOP's day for what has no end.
pub(crate) const FOREVER: Day = 47_481;

/// A row of CONCEPT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConceptRow {
    /// Its number.
    pub concept_id: i32,
    /// Its name, at most 255 characters.
    pub concept_name: String,
    /// Its domain.
    pub domain_id: String,
    /// Its vocabulary.
    pub vocabulary_id: String,
    /// Its class within the vocabulary.
    pub concept_class_id: String,
    /// `S` standard, `C` classification, or neither.
    pub standard_concept: Option<char>,
    /// Its code, in its one form.
    pub concept_code: String,
    /// From when.
    pub valid_start_date: Day,
    /// Until when. A code that ended is still the code of what was done before.
    pub valid_end_date: Day,
    /// `D` deleted, `U` replaced, or neither.
    pub invalid_reason: Option<char>,
}

/// A row of CONCEPT_ANCESTOR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AncestorRow {
    /// The one above, or the same.
    pub ancestor_concept_id: i32,
    /// The one below.
    pub descendant_concept_id: i32,
    /// Steps on the shortest way; 0 to itself.
    pub min_levels_of_separation: i32,
    /// Steps on the longest way.
    pub max_levels_of_separation: i32,
}

/// A row of CONCEPT_RELATIONSHIP.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RelationshipRow {
    /// From.
    pub concept_id_1: i32,
    /// To.
    pub concept_id_2: i32,
    /// `Is a`, `Subsumes`, `Maps to`, `Mapped from`; and what Athena says between concepts that are kept.
    pub relationship_id: String,
    /// From when.
    pub valid_start_date: Day,
    /// Until when.
    pub valid_end_date: Day,
    /// `D`, `U`, or neither.
    pub invalid_reason: Option<char>,
}

/// A row of VOCABULARY.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VocabularyRow {
    /// Its id.
    pub vocabulary_id: String,
    /// Its name.
    pub vocabulary_name: String,
    /// Where it is from.
    pub vocabulary_reference: Option<String>,
    /// Which edition.
    pub vocabulary_version: Option<String>,
    /// The concept that stands for it: the root of the local ones.
    pub vocabulary_concept_id: i32,
}

impl RelationshipRow {
    pub(crate) fn new(from: i32, to: i32, relationship: &str) -> Self {
        Self {
            concept_id_1: from,
            concept_id_2: to,
            relationship_id: relationship.to_owned(),
            valid_start_date: ALWAYS,
            valid_end_date: FOREVER,
            invalid_reason: None,
        }
    }
}

impl Vocabulary {
    /// CONCEPT, by number: the local ones, and of Athena's those that a code leads to, with all above them.
    pub fn concepts(&self) -> Vec<ConceptRow> {
        let mut rows: Vec<ConceptRow> = self
            .nodes
            .iter()
            .map(|node| self.concept_row(node))
            .collect();
        rows.extend(self.standards.concepts().cloned());
        rows.sort_unstable_by_key(|row| row.concept_id);
        rows
    }

    fn concept_row(&self, node: &super::build::Node) -> ConceptRow {
        let mapped = self.standards.of(node.id).is_some();
        ConceptRow {
            concept_id: node.id,
            concept_name: node.name.clone(),
            domain_id: node.key.0.domain().id().to_owned(),
            vocabulary_id: node.key.0.vocabulary_id().to_owned(),
            concept_class_id: node.class.to_owned(),
            standard_concept: match node.role {
                Role::Group => Some('C'),
                Role::Code => (!mapped).then_some('S'),
            },
            concept_code: node.key.1.clone(),
            valid_start_date: node.valid.0,
            valid_end_date: node.valid.1,
            invalid_reason: None,
        }
    }

    /// CONCEPT_ANCESTOR, sorted: each concept to itself, and to all above it.
    pub fn ancestors(&self) -> Vec<AncestorRow> {
        let mut rows = ancestors::closure(&self.nodes);
        rows.extend(self.standards.ancestors());
        rows.sort_unstable();
        rows
    }

    /// CONCEPT_RELATIONSHIP, sorted. `Maps to` leads from each code to its standard concept, or to itself.
    pub fn relationships(&self) -> Vec<RelationshipRow> {
        let mut rows = Vec::new();
        for node in &self.nodes {
            for &parent in &node.parents {
                let above = self.nodes[parent].id;
                rows.push(RelationshipRow::new(node.id, above, "Is a"));
                rows.push(RelationshipRow::new(above, node.id, "Subsumes"));
            }
            if node.role == Role::Group {
                continue;
            }
            let standard = self
                .standards
                .of(node.id)
                .map_or(node.id, |(standard, _)| standard);
            rows.push(RelationshipRow::new(node.id, standard, "Maps to"));
            rows.push(RelationshipRow::new(standard, node.id, "Mapped from"));
        }
        rows.extend(self.standards.relationships().cloned());
        rows.sort_unstable();
        rows
    }

    /// VOCABULARY: the local ones, and those of Athena's concepts that are kept.
    pub fn vocabularies(&self) -> Vec<VocabularyRow> {
        let mut rows = Vec::new();
        for system in super::System::ALL {
            let root = self
                .by_code
                .get(&(system, system.vocabulary_id().to_owned()));
            let root = root.expect("loading makes the root of each");
            let version = self.versions.iter().find(|(of, _)| *of == system);
            rows.push(VocabularyRow {
                vocabulary_id: system.vocabulary_id().to_owned(),
                vocabulary_name: system.title().to_owned(),
                vocabulary_reference: version.map(|_| "nomenclatures of the SNDS".to_owned()),
                vocabulary_version: version.map(|(_, version)| version.clone()),
                vocabulary_concept_id: self.nodes[*root].id,
            });
        }
        rows.extend(self.standards.vocabularies().cloned());
        rows
    }
}
