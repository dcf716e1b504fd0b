//! The event tables of the CDM that a snapshot holds in two orders, with the columns that order them.

/// In which order a file's rows stand.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// By person, then date: for profiles and pathways. All columns.
    ByPerson,
    /// By concept, person, then date: postings, as a search engine's. Few columns.
    ByConcept,
    /// As it came: tables that are not about events.
    Plain,
}

impl Order {
    /// The folder of its files.
    pub fn folder(self) -> &'static str {
        match self {
            Order::ByPerson => "by_person",
            Order::ByConcept => "by_concept",
            Order::Plain => "plain",
        }
    }
}

/// How the CDM (5.4) names what orders an event table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// The table.
    pub table: &'static str,
    /// The concept of the event.
    pub concept: &'static str,
    /// The day on which it began.
    pub date: &'static str,
    /// What the postings hold beside concept, person and date.
    pub also: &'static [&'static str],
}

const fn event(
    table: &'static str,
    concept: &'static str,
    date: &'static str,
    also: &'static [&'static str],
) -> Event {
    Event {
        table,
        concept,
        date,
        also,
    }
}

/// Each event table: <https://ohdsi.github.io/CommonDataModel/cdm54.html>.
pub const EVENTS: &[Event] = &[
    event(
        "visit_occurrence",
        "visit_concept_id",
        "visit_start_date",
        &["visit_end_date"],
    ),
    event(
        "visit_detail",
        "visit_detail_concept_id",
        "visit_detail_start_date",
        &["visit_detail_end_date"],
    ),
    event(
        "condition_occurrence",
        "condition_concept_id",
        "condition_start_date",
        &["condition_end_date", "condition_status_concept_id"],
    ),
    event(
        "drug_exposure",
        "drug_concept_id",
        "drug_exposure_start_date",
        &["quantity"],
    ),
    event(
        "drug_era",
        "drug_concept_id",
        "drug_era_start_date",
        &["drug_era_end_date", "drug_exposure_count"],
    ),
    event(
        "procedure_occurrence",
        "procedure_concept_id",
        "procedure_date",
        &["quantity"],
    ),
    event(
        "measurement",
        "measurement_concept_id",
        "measurement_date",
        &["value_as_number"],
    ),
    event(
        "observation",
        "observation_concept_id",
        "observation_date",
        &["value_as_number"],
    ),
    event(
        "device_exposure",
        "device_concept_id",
        "device_exposure_start_date",
        &["quantity"],
    ),
];

impl Event {
    /// The event table of this name.
    pub fn named(table: &str) -> Option<&'static Event> {
        EVENTS.iter().find(|event| event.table == table)
    }
}
