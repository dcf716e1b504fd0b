//! What a resource is, as far as the rules tell kinds of content apart: its class of documents, and whether an
//! emergency shows it.

use std::collections::HashMap;
use std::sync::LazyLock;

use hygie_fhir::{Json, Limits, Outline};
use hygie_policy::Category;

/// Types of documents, and their classes.
const TYPES: &str = include_str!("../tables/type_class.tsv");
/// Synthesis (VSM, IPS) and advance directives: the documents that an emergency shows.
const EMERGENCY: [&str; 2] = ["60591-5", "EXPPAT_3"];
/// By these codes a report says that it is one of imaging: HL7's table 0074, LOINC's part, the DMP's type.
const IMAGING: [&str; 3] = ["RAD", "LP29684-5", "18748-4"];

static CLASSES: LazyLock<HashMap<&'static str, Category>> = LazyLock::new(|| {
    let lines = TYPES.lines().filter(|line| !line.starts_with('#')).skip(1);
    let pairs = lines.filter_map(|line| {
        let (code, class) = line.split_once('\t')?;
        Some((code, Category::from_code(class)?))
    });
    pairs.collect()
});

/// What a resource is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Nature {
    /// The resource type.
    pub kind: &'static str,
    /// Its class; none for a type of document that has none, and for kinds that nobody thought of.
    pub category: Option<Category>,
    /// Whether a declared emergency shows it.
    pub emergency: bool,
}

impl Nature {
    /// That of a parsed resource.
    pub fn of(kind: &'static str, resource: &Json) -> Self {
        Self::with(kind, |name| resource.get(name).cloned())
    }

    /// That of a text that is not parsed, but for the one element that says it.
    pub fn outlined(kind: &'static str, outline: &Outline<'_>) -> Self {
        let part = |name: &str| Json::parse(outline.value(name)?, &Limits::default()).ok();
        Self::with(kind, part)
    }

    fn with(kind: &'static str, part: impl Fn(&str) -> Option<Json>) -> Self {
        let coded = |name: &str| part(name).map(|json| codes(&json)).unwrap_or_default();
        let (category, emergency) = match kind {
            "DocumentReference" | "Composition" => {
                let types = coded("type");
                let class = types.iter().find_map(|code| CLASSES.get(code.as_str()));
                let shown = types.iter().any(|code| EMERGENCY.contains(&code.as_str()));
                (class.copied(), shown)
            }
            "DiagnosticReport" => {
                let of_imaging = |name| {
                    coded(name)
                        .iter()
                        .any(|code| IMAGING.contains(&code.as_str()))
                };
                let imaging = of_imaging("category") || of_imaging("code");
                let category = if imaging {
                    Category::Imaging
                } else {
                    Category::Report
                };
                (Some(category), false)
            }
            kind => by_kind(kind),
        };
        Self {
            kind,
            category,
            emergency,
        }
    }
}

/// The class of what is no document, and whether an emergency shows it.
fn by_kind(kind: &str) -> (Option<Category>, bool) {
    let category = match kind {
        "Patient" | "RelatedPerson" | "Person" => {
            return (Some(Category::Identity), true);
        }
        "AllergyIntolerance" => return (Some(Category::Synthesis), true),
        "MedicationRequest" => return (Some(Category::Prescription), true),
        "MedicationDispense" => return (Some(Category::Dispensation), true),
        "MedicationAdministration" | "MedicationStatement" => {
            return (Some(Category::Treatment), true);
        }
        "Observation" | "Procedure" | "Specimen" | "ClinicalImpression" | "RiskAssessment"
        | "BodyStructure" | "MolecularSequence" | "AdverseEvent" | "DetectedIssue"
        | "GuidanceResponse" | "MeasureReport" => Category::Report,
        "Condition" | "FamilyMemberHistory" | "Flag" | "DeviceUseStatement" | "Device" => {
            Category::Synthesis
        }
        "ImagingStudy" | "Media" => Category::Imaging,
        "ServiceRequest" | "DeviceRequest" | "NutritionOrder" | "VisionPrescription"
        | "RequestGroup" | "SupplyRequest" => Category::Prescription,
        "SupplyDelivery" => Category::Dispensation,
        "Immunization" | "ImmunizationEvaluation" | "ImmunizationRecommendation" => {
            Category::Treatment
        }
        "CarePlan" | "CareTeam" | "Goal" => Category::Plan,
        "Claim" | "ClaimResponse" | "ExplanationOfBenefit" | "Invoice" | "ChargeItem" => {
            Category::Reimbursement
        }
        "QuestionnaireResponse" => Category::Patient,
        "Account"
        | "Appointment"
        | "AppointmentResponse"
        | "Basic"
        | "Communication"
        | "CommunicationRequest"
        | "Coverage"
        | "CoverageEligibilityRequest"
        | "CoverageEligibilityResponse"
        | "DocumentManifest"
        | "Encounter"
        | "EnrollmentRequest"
        | "EpisodeOfCare"
        | "Group"
        | "List"
        | "Provenance"
        | "Schedule"
        | "Task"
        | "AuditEvent"
        | "ResearchSubject" => Category::Management,
        // Bytes among them, which are what names them (`bytes.rs`).
        _ => return (None, false),
    };
    (Some(category), false)
}

/// The codes of a CodeableConcept, or of several.
fn codes(json: &Json) -> Vec<String> {
    let concepts: &[Json] = match json {
        Json::Array(items) => items,
        one => std::slice::from_ref(one),
    };
    concepts
        .iter()
        .filter_map(|concept| concept.get("coding"))
        .flat_map(Json::items)
        .filter_map(|coding| coding.get("code")?.as_str())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests;
