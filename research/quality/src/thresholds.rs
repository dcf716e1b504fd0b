//! What share of rows may fail a check, in percent, and where the number is from.
//!
//! `DQD` is OHDSI's Data Quality Dashboard 2.8, default thresholds of its checks
//! (<https://ohdsi.github.io/DataQualityDashboard/articles/checkIndex.html>); `Hygie` is ours. A check fails when more fail.
//! An operator may set others ([`Thresholds`]). Categories: Kahn et al. 2016, <https://doi.org/10.13063/2327-9214.1244>.

use crate::report::Category::{self, Completeness, Conformance, Plausibility};

mod set;

pub use set::Thresholds;

/// A check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Check {
    TablePresent,
    Required,
    UniqueKey,
    PersonFound,
    VisitFound,
    ProviderFound,
    SiteFound,
    LocationFound,
    ConceptKnown,
    ConceptDomain,
    OrdersAgree,
    PeriodsApart,
    ConceptMapped,
    ConceptListed,
    PersonObserved,
    PersonWithEvent,
    SexKnown,
    PlaceKnown,
    BirthYear,
    DateObserved,
    DateAfterBirth,
    DateBeforeDeath,
    DateNotFuture,
    EndAfterStart,
    DateInVisit,
    Quantity,
    AmountPositive,
    PaidWithinCharged,
    SexSpecific,
    StaysApart,
    StayLength,
    MonthSteady,
}

/// A line of the table.
pub(crate) struct Entry {
    pub(crate) check: Check,
    pub(crate) name: &'static str,
    pub(crate) category: Category,
    /// Percent of rows that may fail.
    pub(crate) percent: f64,
    pub(crate) source: &'static str,
}

const fn entry(
    check: Check,
    name: &'static str,
    category: Category,
    percent: f64,
    source: &'static str,
) -> Entry {
    Entry {
        check,
        name,
        category,
        percent,
        source,
    }
}

/// Days after a death on which an administration may still write: DQD, plausibleBeforeDeath.
pub(crate) const AFTER_DEATH: i32 = 60;
/// Days before and after a visit within which its rows fall: DQD, withinVisitDates.
pub(crate) const AROUND_VISIT: i32 = 7;
/// The longest stay, in days; a short-stay hospital has none of a year (Hygie).
pub(crate) const LONGEST_STAY: i32 = 365;
/// The first year of birth (Hygie; DQD has 1850, which no insured person of today is of).
pub(crate) const FIRST_BIRTH: i32 = 1900;
/// Rows below which a table's usual month says nothing: chance alone makes a tenth of a hundred (Hygie).
pub(crate) const FEWEST_ROWS: u64 = 100;
/// By how many percent a month may differ from the median of its neighbours: August is a quarter below (Hygie).
pub(crate) const MONTH_DIFFERS: f64 = 50.0;
/// Months on each side that are a month's neighbours (Hygie).
pub(crate) const NEIGHBOURS: usize = 2;

/// Every check.
pub(crate) const TABLE: &[Entry] = &[
    entry(
        Check::TablePresent,
        "table_present",
        Conformance,
        0.0,
        "DQD cdmTable",
    ),
    entry(
        Check::Required,
        "required",
        Conformance,
        0.0,
        "DQD isRequired",
    ),
    entry(
        Check::UniqueKey,
        "unique_key",
        Conformance,
        0.0,
        "DQD isPrimaryKey",
    ),
    entry(
        Check::PersonFound,
        "person_found",
        Conformance,
        0.0,
        "DQD isForeignKey",
    ),
    entry(
        Check::VisitFound,
        "visit_found",
        Conformance,
        0.0,
        "DQD isForeignKey",
    ),
    entry(
        Check::ProviderFound,
        "provider_found",
        Conformance,
        0.0,
        "DQD isForeignKey",
    ),
    entry(
        Check::SiteFound,
        "care_site_found",
        Conformance,
        0.0,
        "DQD isForeignKey",
    ),
    entry(
        Check::LocationFound,
        "location_found",
        Conformance,
        0.0,
        "DQD isForeignKey",
    ),
    entry(
        Check::ConceptKnown,
        "concept_known",
        Conformance,
        0.0,
        "DQD isForeignKey",
    ),
    entry(
        Check::ConceptDomain,
        "concept_domain",
        Conformance,
        0.0,
        "DQD fkDomain",
    ),
    entry(
        Check::OrdersAgree,
        "orders_agree",
        Conformance,
        0.0,
        "Hygie, decision 0032",
    ),
    entry(
        Check::PeriodsApart,
        "periods_apart",
        Conformance,
        0.0,
        "DQD measureObservationPeriodOverlap",
    ),
    entry(
        Check::ConceptMapped,
        "concept_mapped",
        Completeness,
        5.0,
        "DQD standardConceptRecordCompleteness",
    ),
    entry(
        Check::ConceptListed,
        "concept_listed",
        Completeness,
        10.0,
        "DQD sourceConceptRecordCompleteness",
    ),
    // Claims observe only those who have some: about a tenth of the French have no care reimbursed in a year.
    entry(
        Check::PersonObserved,
        "person_observed",
        Completeness,
        15.0,
        "Hygie; DQD measurePersonCompleteness: 0",
    ),
    entry(
        Check::PersonWithEvent,
        "person_with_event",
        Completeness,
        15.0,
        "Hygie",
    ),
    entry(Check::SexKnown, "sex_known", Completeness, 1.0, "Hygie"),
    entry(Check::PlaceKnown, "place_known", Completeness, 5.0, "Hygie"),
    entry(
        Check::BirthYear,
        "birth_year",
        Plausibility,
        1.0,
        "DQD plausibleValueLow",
    ),
    entry(
        Check::DateObserved,
        "date_observed",
        Plausibility,
        1.0,
        "Hygie",
    ),
    entry(
        Check::DateAfterBirth,
        "date_after_birth",
        Plausibility,
        1.0,
        "DQD plausibleAfterBirth",
    ),
    entry(
        Check::DateBeforeDeath,
        "date_before_death",
        Plausibility,
        1.0,
        "DQD plausibleBeforeDeath",
    ),
    entry(
        Check::DateNotFuture,
        "date_not_future",
        Plausibility,
        1.0,
        "DQD plausibleValueHigh",
    ),
    entry(
        Check::EndAfterStart,
        "end_after_start",
        Plausibility,
        1.0,
        "DQD plausibleStartBeforeEnd",
    ),
    entry(
        Check::DateInVisit,
        "date_in_visit",
        Plausibility,
        1.0,
        "Hygie; window: DQD withinVisitDates",
    ),
    entry(
        Check::Quantity,
        "quantity",
        Plausibility,
        1.0,
        "DQD plausibleValueLow; maxima: Hygie",
    ),
    entry(
        Check::AmountPositive,
        "amount_positive",
        Plausibility,
        1.0,
        "Hygie",
    ),
    entry(
        Check::PaidWithinCharged,
        "paid_within_charged",
        Plausibility,
        1.0,
        "Hygie",
    ),
    entry(
        Check::SexSpecific,
        "sex_specific",
        Plausibility,
        1.0,
        "Hygie; DQD plausibleGenderUseDescendants: 5",
    ),
    entry(
        Check::StaysApart,
        "stays_apart",
        Plausibility,
        1.0,
        "Hygie; CDM 5.4, visit_occurrence",
    ),
    entry(Check::StayLength, "stay_length", Plausibility, 1.0, "Hygie"),
    entry(
        Check::MonthSteady,
        "month_steady",
        Plausibility,
        5.0,
        "Hygie",
    ),
];

impl Check {
    /// Its line.
    pub(crate) fn entry(self) -> &'static Entry {
        let found = TABLE.iter().find(|entry| entry.check == self);
        found.expect("a test finds each check in the table")
    }
}

#[cfg(test)]
mod tests;
