//! The vocabulary's tables.

use hygie_snapshot::{Building, Table, Values};

use crate::Error;
use crate::vocabulary::Vocabulary;

/// Writes `concept`, `concept_ancestor`, `concept_relationship` and `vocabulary`.
pub(super) fn tables(building: &Building, vocabulary: &Vocabulary) -> Result<(), Error> {
    building.plain("concept", &concepts(vocabulary))?;
    building.plain("concept_ancestor", &ancestors(vocabulary))?;
    building.plain("concept_relationship", &relationships(vocabulary))?;
    building.plain("vocabulary", &vocabularies(vocabulary))?;
    Ok(())
}

fn letters(letter: Option<char>) -> Option<String> {
    letter.map(String::from)
}

fn concepts(vocabulary: &Vocabulary) -> Table {
    let rows = vocabulary.concepts();
    let standard: Vec<Option<String>> = rows
        .iter()
        .map(|row| letters(row.standard_concept))
        .collect();
    let invalid: Vec<Option<String>> = rows.iter().map(|row| letters(row.invalid_reason)).collect();
    Table::new()
        .with(
            "concept_id",
            Values::Int(rows.iter().map(|row| row.concept_id).collect()),
        )
        .with(
            "concept_name",
            Values::text(rows.iter().map(|row| Some(row.concept_name.as_str()))),
        )
        .with(
            "domain_id",
            Values::text(rows.iter().map(|row| Some(row.domain_id.as_str()))),
        )
        .with(
            "vocabulary_id",
            Values::text(rows.iter().map(|row| Some(row.vocabulary_id.as_str()))),
        )
        .with(
            "concept_class_id",
            Values::text(rows.iter().map(|row| Some(row.concept_class_id.as_str()))),
        )
        .with(
            "standard_concept",
            Values::text(standard.iter().map(Option::as_deref)),
        )
        .with(
            "concept_code",
            Values::text(rows.iter().map(|row| Some(row.concept_code.as_str()))),
        )
        .with(
            "valid_start_date",
            Values::Date(rows.iter().map(|row| row.valid_start_date).collect()),
        )
        .with(
            "valid_end_date",
            Values::Date(rows.iter().map(|row| row.valid_end_date).collect()),
        )
        .with(
            "invalid_reason",
            Values::text(invalid.iter().map(Option::as_deref)),
        )
}

fn ancestors(vocabulary: &Vocabulary) -> Table {
    let rows = vocabulary.ancestors();
    Table::new()
        .with(
            "ancestor_concept_id",
            Values::Int(rows.iter().map(|row| row.ancestor_concept_id).collect()),
        )
        .with(
            "descendant_concept_id",
            Values::Int(rows.iter().map(|row| row.descendant_concept_id).collect()),
        )
        .with(
            "min_levels_of_separation",
            Values::Int(
                rows.iter()
                    .map(|row| row.min_levels_of_separation)
                    .collect(),
            ),
        )
        .with(
            "max_levels_of_separation",
            Values::Int(
                rows.iter()
                    .map(|row| row.max_levels_of_separation)
                    .collect(),
            ),
        )
}

fn relationships(vocabulary: &Vocabulary) -> Table {
    let rows = vocabulary.relationships();
    let invalid: Vec<Option<String>> = rows.iter().map(|row| letters(row.invalid_reason)).collect();
    Table::new()
        .with(
            "concept_id_1",
            Values::Int(rows.iter().map(|row| row.concept_id_1).collect()),
        )
        .with(
            "concept_id_2",
            Values::Int(rows.iter().map(|row| row.concept_id_2).collect()),
        )
        .with(
            "relationship_id",
            Values::text(rows.iter().map(|row| Some(row.relationship_id.as_str()))),
        )
        .with(
            "valid_start_date",
            Values::Date(rows.iter().map(|row| row.valid_start_date).collect()),
        )
        .with(
            "valid_end_date",
            Values::Date(rows.iter().map(|row| row.valid_end_date).collect()),
        )
        .with(
            "invalid_reason",
            Values::text(invalid.iter().map(Option::as_deref)),
        )
}

fn vocabularies(vocabulary: &Vocabulary) -> Table {
    let rows = vocabulary.vocabularies();
    Table::new()
        .with(
            "vocabulary_id",
            Values::text(rows.iter().map(|row| Some(row.vocabulary_id.as_str()))),
        )
        .with(
            "vocabulary_name",
            Values::text(rows.iter().map(|row| Some(row.vocabulary_name.as_str()))),
        )
        .with(
            "vocabulary_reference",
            Values::text(rows.iter().map(|row| row.vocabulary_reference.as_deref())),
        )
        .with(
            "vocabulary_version",
            Values::text(rows.iter().map(|row| row.vocabulary_version.as_deref())),
        )
        .with(
            "vocabulary_concept_id",
            Values::Int(rows.iter().map(|row| row.vocabulary_concept_id).collect()),
        )
}
