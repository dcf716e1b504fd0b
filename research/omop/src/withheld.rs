//! What of a CDM research does not hold, for it names people (INVARIANT no name in research). Rows that say such a thing
//! are kept whole in the crossing's bronze.
//!
//! Of a place the `state` and the `county` stay, in France the region and the department, as claims have it: smaller ones
//! name people. The first digits of a `zip` would do as well, were it not that a number of which the first 0 is lost
//! (`1000`) is another department's.

/// Fields that name a person, a professional or a small place, or that are a number by which others know them.
pub(crate) const FIELDS: &[(&str, &str)] = &[
    // His pseudonym is made of it.
    ("person", "person_source_value"),
    // The day of birth, with sex and department, is nearly a name; claims have the month.
    ("person", "day_of_birth"),
    ("person", "birth_datetime"),
    // The number of a stay in the hospital's own records is what many write here.
    ("visit_occurrence", "visit_source_value"),
    ("visit_detail", "visit_detail_source_value"),
    // What was written for the patient, in somebody's words.
    ("drug_exposure", "sig"),
    // An implant is one person's.
    ("device_exposure", "unique_device_id"),
    ("device_exposure", "production_id"),
    // The laboratory's number of the tube.
    ("specimen", "specimen_source_id"),
    // The number of a family's contract; who pays it, often an employer.
    ("payer_plan_period", "family_source_value"),
    ("payer_plan_period", "sponsor_source_value"),
    // A place of care may be called by the one who works there, and has a number in public registers.
    ("care_site", "care_site_name"),
    ("care_site", "care_site_source_value"),
    ("provider", "provider_name"),
    ("provider", "npi"),
    ("provider", "dea"),
    ("provider", "provider_source_value"),
    // With a speciality and a department it is one professional's.
    ("provider", "year_of_birth"),
    ("location", "address_1"),
    ("location", "address_2"),
    ("location", "city"),
    ("location", "zip"),
    // The address as the source has it, whole.
    ("location", "location_source_value"),
    ("location", "latitude"),
    ("location", "longitude"),
];

/// Tables of free text, of which nobody knows whom it names.
pub(crate) const TABLES: &[&str] = &["note", "note_nlp"];

/// Whether a field is withheld.
pub(crate) fn field(table: &str, name: &str) -> bool {
    FIELDS.contains(&(table, name))
}

#[cfg(test)]
mod tests;
