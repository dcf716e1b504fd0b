//! The concepts of the snapshot before, whose numbers hold.

use hygie_snapshot::{Error, Order, Scan, Table, Values};

use super::{ConceptRow, Vocabulary};

const COLUMNS: [&str; 10] = [
    "concept_id",
    "concept_name",
    "domain_id",
    "vocabulary_id",
    "concept_class_id",
    "standard_concept",
    "concept_code",
    "valid_start_date",
    "valid_end_date",
    "invalid_reason",
];

impl Vocabulary {
    /// The concepts of a snapshot, for [`Vocabulary::load`] of the next.
    ///
    /// # Errors
    /// [`Error::Absent`] where it has none; [`Error::File`], [`Error::Parquet`].
    pub fn earlier(scan: &Scan<'_>) -> Result<Vec<ConceptRow>, Error> {
        let mut rows = Vec::new();
        for file in scan.files("concept", Order::Plain)? {
            let table = scan.read(file, &COLUMNS)?.table;
            rows.extend((0..table.rows()).map(|row| concept(&table, row)));
        }
        Ok(rows)
    }
}

fn concept(table: &Table, row: usize) -> ConceptRow {
    let int = |name: &str| {
        let values = table.column(name).and_then(Values::ints);
        values.map_or(Values::NO_INT, |values| values[row])
    };
    let word = |name: &str| match table.column(name) {
        Some(Values::Text { at, words }) => words.get(at[row] as usize).cloned(),
        _ => None,
    };
    let text = |name: &str| word(name).unwrap_or_default();
    let letter = |name: &str| word(name).and_then(|word| word.chars().next());
    ConceptRow {
        concept_id: int("concept_id"),
        concept_name: text("concept_name"),
        domain_id: text("domain_id"),
        vocabulary_id: text("vocabulary_id"),
        concept_class_id: text("concept_class_id"),
        standard_concept: letter("standard_concept"),
        concept_code: text("concept_code"),
        valid_start_date: int("valid_start_date"),
        valid_end_date: int("valid_end_date"),
        invalid_reason: letter("invalid_reason"),
    }
}
