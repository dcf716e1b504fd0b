//! Covered: a table or field that the generated list lost; a key that stays the source's own number because the list does
//! not mark it.

use super::*;

#[test]
fn every_table_is_there_with_its_fields() {
    assert_eq!(TABLES.len(), 39);
    let fields: usize = TABLES.iter().map(|table| table.fields.len()).sum();
    assert_eq!(fields, 432);
    let nlp = CdmTable::named("note_nlp").expect("there");
    assert!(nlp.place("offset").is_some(), "without its quotes");
}

#[test]
fn every_number_that_leads_to_a_row_is_a_key() {
    // What ends like a number and is none that an import renumbers.
    let known = [
        "cohort.cohort_definition_id",
        "cohort.subject_id",
        "cohort_definition.cohort_definition_id",
        "cost.cost_event_id",
        "episode_event.event_id",
        "measurement.measurement_event_id",
        "note.note_event_id",
        "observation.observation_event_id",
    ];
    for table in TABLES {
        for field in table.fields {
            let number = field.kind == Kind::Integer
                && field.name.ends_with("_id")
                && !field.name.ends_with("concept_id");
            let name = format!("{}.{}", table.name, field.name);
            if number && field.key == Key::None {
                assert!(known.contains(&name.as_str()), "{name}");
            }
            if let Key::Of(of) = field.key {
                assert!(CdmTable::named(of).is_some(), "{name} is of `{of}`");
            }
        }
    }
}

#[test]
fn references_and_domains_name_tables_and_fields() {
    for (table, field, by, _) in REFERENCES {
        let table = CdmTable::named(table).expect("a table");
        assert!(table.place(field).is_some() && table.place(by).is_some());
    }
    assert!(
        DOMAINS
            .iter()
            .all(|(_, _, table)| CdmTable::named(table).is_some())
    );
}
