//! Covered: a column that the import asks for and that no published schema has.
//! Not a failure: a column of the schema that the import does without.

use super::*;

#[test]
fn every_column_that_is_used_is_published() {
    for layout in LAYOUTS {
        assert!(
            !layout.published().is_empty(),
            "{} has a published schema",
            layout.table
        );
        for column in layout.used {
            let known = layout.published().iter().any(|(name, _)| name == column);
            assert!(known, "{} of {}", column, layout.table);
        }
    }
}
