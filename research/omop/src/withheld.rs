//! What of a CDM research does not hold, for it names people (INVARIANT no name in research). Rows that say such a thing
//! are kept whole in the crossing's bronze.

/// Fields that name a person, a professional or an address.
pub(crate) const FIELDS: &[(&str, &str)] = &[
    // His pseudonym is made of it.
    ("person", "person_source_value"),
    ("provider", "provider_name"),
    ("provider", "npi"),
    ("provider", "dea"),
    ("provider", "provider_source_value"),
    ("location", "address_1"),
    ("location", "address_2"),
    ("location", "latitude"),
    ("location", "longitude"),
];

/// Tables of free text, of which nobody knows whom it names.
pub(crate) const TABLES: &[&str] = &["note", "note_nlp"];

/// Whether a field is withheld.
pub(crate) fn field(table: &str, name: &str) -> bool {
    FIELDS.contains(&(table, name))
}
