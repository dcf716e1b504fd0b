//! Which tables of the CDM 5.4 are examined, and which of their columns mean what.
//! <https://ohdsi.github.io/CommonDataModel/cdm54.html>; `total_charge` and `paid_by_payer` stand at events, as a snapshot
//! of claims has them, and in `cost` where a snapshot holds that by person.

/// A table about persons.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) table: &'static str,
    /// Its own number.
    pub(crate) key: &'static str,
    /// The concept of a row; a row without one is told of, and 0 says that no standard concept was found.
    pub(crate) concept: Option<&'static str>,
    /// The domains that concept may be of; empty: any that has no table of its own.
    pub(crate) domains: &'static [&'static str],
    /// Other columns that hold concepts.
    pub(crate) others: &'static [&'static str],
    /// The concept of the code as it came, where it is another.
    pub(crate) source: Option<&'static str>,
    pub(crate) start: Option<&'static str>,
    /// The last day; where it is null, the first.
    pub(crate) end: Option<&'static str>,
    /// What must not be null, of what a snapshot holds: ends and sources are derived at export.
    pub(crate) required: &'static [&'static str],
    /// Whether its rows may name a visit, a professional, an establishment.
    pub(crate) links: &'static [&'static str],
    /// A quantity, and the most that one row may plausibly say.
    pub(crate) quantity: Option<(&'static str, f64)>,
    /// What was charged, and what of it was paid.
    pub(crate) amounts: Option<(&'static str, &'static str)>,
}

const NONE: Model = Model {
    table: "",
    key: "person_id",
    concept: None,
    domains: &[],
    others: &[],
    source: None,
    start: None,
    end: None,
    required: &[],
    links: &[],
    quantity: None,
    amounts: None,
};

const MONEY: Option<(&str, &str)> = Some(("total_charge", "paid_by_payer"));
const LINKS: &[&str] = &["visit_occurrence_id", "provider_id"];

/// Who is observed.
pub(crate) const PERSON: Model = Model {
    table: "person",
    others: &["gender_concept_id"],
    required: &["gender_concept_id", "year_of_birth"],
    links: &["location_id"],
    ..NONE
};

/// When.
pub(crate) const PERIOD: Model = Model {
    table: "observation_period",
    key: "observation_period_id",
    others: &["period_type_concept_id"],
    start: Some("observation_period_start_date"),
    end: Some("observation_period_end_date"),
    required: &[
        "observation_period_start_date",
        "observation_period_end_date",
    ],
    ..NONE
};

/// Who died.
pub(crate) const DEATH: Model = Model {
    table: "death",
    others: &["death_type_concept_id", "cause_concept_id"],
    start: Some("death_date"),
    required: &["death_date"],
    ..NONE
};

/// Visits, of which other rows may be.
pub(crate) const VISIT: Model = Model {
    table: "visit_occurrence",
    key: "visit_occurrence_id",
    concept: Some("visit_concept_id"),
    domains: &["Visit"],
    others: &["visit_type_concept_id"],
    source: Some("visit_source_concept_id"),
    start: Some("visit_start_date"),
    end: Some("visit_end_date"),
    required: &[
        "visit_occurrence_id",
        "visit_concept_id",
        "visit_start_date",
        "visit_type_concept_id",
    ],
    links: &["provider_id", "care_site_id"],
    amounts: MONEY,
    ..NONE
};

/// Amounts apart, where a snapshot holds them by person.
pub(crate) const COST: Model = Model {
    table: "cost",
    key: "cost_id",
    amounts: MONEY,
    ..NONE
};

/// The tables of events, visits first, in the order of the report.
pub(crate) const EVENTS: &[Model] = &[
    VISIT,
    Model {
        table: "visit_detail",
        key: "visit_detail_id",
        concept: Some("visit_detail_concept_id"),
        domains: &["Visit"],
        others: &["visit_detail_type_concept_id"],
        source: Some("visit_detail_source_concept_id"),
        start: Some("visit_detail_start_date"),
        end: Some("visit_detail_end_date"),
        required: &[
            "visit_detail_id",
            "visit_detail_concept_id",
            "visit_detail_start_date",
            "visit_detail_type_concept_id",
            "visit_occurrence_id",
        ],
        links: &["visit_occurrence_id", "provider_id", "care_site_id"],
        ..NONE
    },
    Model {
        table: "condition_occurrence",
        key: "condition_occurrence_id",
        concept: Some("condition_concept_id"),
        domains: &["Condition"],
        others: &["condition_type_concept_id", "condition_status_concept_id"],
        source: Some("condition_source_concept_id"),
        start: Some("condition_start_date"),
        end: Some("condition_end_date"),
        required: &[
            "condition_occurrence_id",
            "condition_concept_id",
            "condition_start_date",
            "condition_type_concept_id",
        ],
        links: LINKS,
        ..NONE
    },
    Model {
        table: "drug_exposure",
        key: "drug_exposure_id",
        concept: Some("drug_concept_id"),
        domains: &["Drug"],
        others: &["drug_type_concept_id"],
        source: Some("drug_source_concept_id"),
        start: Some("drug_exposure_start_date"),
        end: Some("drug_exposure_end_date"),
        required: &[
            "drug_exposure_id",
            "drug_concept_id",
            "drug_exposure_start_date",
            "drug_type_concept_id",
        ],
        links: LINKS,
        // Packages, or units where hospitals dispense: a year of four a day is 1,460.
        quantity: Some(("quantity", 2_000.0)),
        amounts: MONEY,
    },
    Model {
        table: "drug_era",
        key: "drug_era_id",
        concept: Some("drug_concept_id"),
        domains: &["Drug"],
        start: Some("drug_era_start_date"),
        end: Some("drug_era_end_date"),
        required: &[
            "drug_era_id",
            "drug_concept_id",
            "drug_era_start_date",
            "drug_era_end_date",
        ],
        quantity: Some(("drug_exposure_count", 10_000.0)),
        ..NONE
    },
    Model {
        table: "procedure_occurrence",
        key: "procedure_occurrence_id",
        concept: Some("procedure_concept_id"),
        domains: &["Procedure"],
        others: &["procedure_type_concept_id"],
        source: Some("procedure_source_concept_id"),
        start: Some("procedure_date"),
        end: Some("procedure_end_date"),
        required: &[
            "procedure_occurrence_id",
            "procedure_concept_id",
            "procedure_date",
            "procedure_type_concept_id",
        ],
        links: LINKS,
        // Also kilometres of a transport, and daily allowances of a year.
        quantity: Some(("quantity", 2_000.0)),
        amounts: MONEY,
    },
    Model {
        table: "measurement",
        key: "measurement_id",
        concept: Some("measurement_concept_id"),
        domains: &["Measurement"],
        others: &["measurement_type_concept_id"],
        source: Some("measurement_source_concept_id"),
        start: Some("measurement_date"),
        required: &[
            "measurement_id",
            "measurement_concept_id",
            "measurement_date",
            "measurement_type_concept_id",
        ],
        links: LINKS,
        quantity: Some(("quantity", 1_000.0)),
        amounts: MONEY,
        ..NONE
    },
    Model {
        table: "observation",
        key: "observation_id",
        concept: Some("observation_concept_id"),
        others: &["observation_type_concept_id"],
        source: Some("observation_source_concept_id"),
        start: Some("observation_date"),
        required: &[
            "observation_id",
            "observation_concept_id",
            "observation_date",
            "observation_type_concept_id",
        ],
        links: LINKS,
        amounts: MONEY,
        ..NONE
    },
    Model {
        table: "device_exposure",
        key: "device_exposure_id",
        concept: Some("device_concept_id"),
        domains: &["Device"],
        others: &["device_type_concept_id"],
        source: Some("device_source_concept_id"),
        start: Some("device_exposure_start_date"),
        end: Some("device_exposure_end_date"),
        required: &[
            "device_exposure_id",
            "device_concept_id",
            "device_exposure_start_date",
            "device_type_concept_id",
        ],
        links: LINKS,
        // Bandages and catheters come in boxes, counted by piece.
        quantity: Some(("quantity", 10_000.0)),
        amounts: MONEY,
    },
];

/// Domains whose rows have a table of their own, so that none belongs in `observation`.
pub(crate) const PLACED: &[&str] = &[
    "Condition",
    "Drug",
    "Procedure",
    "Measurement",
    "Device",
    "Visit",
];

/// Columns of `person` beside what its model names.
pub(crate) const TRAITS: &[&str] = &["month_of_birth", "day_of_birth"];

/// All tables, in the order of the report.
pub(crate) fn all() -> impl Iterator<Item = &'static Model> {
    [&PERSON, &PERIOD]
        .into_iter()
        .chain(EVENTS)
        .chain([&DEATH, &COST])
}

impl Model {
    /// Whether its rows are events, of which a profile is made.
    pub(crate) fn is_event(&self) -> bool {
        self.concept.is_some()
    }

    /// The columns to read, each once; `person_id` first.
    pub(crate) fn columns(&self) -> Vec<&'static str> {
        let mut columns = vec!["person_id", self.key];
        columns.extend(self.concept);
        columns.extend(self.others);
        columns.extend([self.source, self.start, self.end].into_iter().flatten());
        columns.extend(self.required);
        columns.extend(self.links);
        columns.extend(self.quantity.map(|(column, _)| column));
        columns.extend(
            self.amounts
                .into_iter()
                .flat_map(|(charged, paid)| [charged, paid]),
        );
        if self.table == "person" {
            columns.extend(TRAITS);
        }
        let mut seen = std::collections::HashSet::new();
        columns.retain(|column| seen.insert(*column));
        columns
    }

    /// The columns that hold concepts.
    pub(crate) fn concepts(&self) -> impl Iterator<Item = &'static str> {
        self.concept
            .into_iter()
            .chain(self.source)
            .chain(self.others.iter().copied())
    }
}
