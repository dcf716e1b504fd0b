//! Dangers: a text and the same resource parsed that are taken for different things, so that what is hidden
//! depends on how it is kept; a type of document without a class that gets one.
//! Not a failure: a class for a kind of resource that another reader would have put elsewhere; the table says it.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

fn both(text: &str) -> Nature {
    let json = Json::parse(text.as_bytes(), &Limits::default()).unwrap();
    let outline = Outline::of(text.as_bytes()).unwrap();
    let kind = outline.kind().unwrap();
    let parsed = Nature::of(kind, &json);
    assert_eq!(parsed, Nature::outlined(kind, &outline), "{text}");
    parsed
}

fn document(code: &str) -> Nature {
    both(&format!(
        r#"{{"resourceType":"DocumentReference","type":{{"coding":[{{"system":"http://loinc.org","code":"{code}"}}]}}}}"#
    ))
}

#[test]
fn a_type_of_document_has_the_class_of_the_table_or_none() {
    assert_eq!(CLASSES.len(), 102);
    assert_eq!(document("11502-2").category, Some(Category::Report));
    assert_eq!(document("60591-5").category, Some(Category::Synthesis));
    assert_eq!(document("REMB").category, Some(Category::Reimbursement));
    assert_eq!(document("12345-6").category, None);
    assert_eq!(
        both(r#"{"resourceType":"DocumentReference"}"#).category,
        None
    );
}

#[test]
fn an_emergency_shows_a_fixed_set() {
    assert!(document("60591-5").emergency && document("EXPPAT_3").emergency);
    assert!(!document("11502-2").emergency && !document("EXPPAT_2").emergency);
    let kind = |kind: &str| both(&format!(r#"{{"resourceType":"{kind}"}}"#)).emergency;
    for shown in [
        "Patient",
        "RelatedPerson",
        "AllergyIntolerance",
        "MedicationRequest",
        "MedicationStatement",
    ] {
        assert!(kind(shown), "{shown}");
    }
    for kept in [
        "Observation",
        "Condition",
        "Encounter",
        "Claim",
        "Procedure",
        "DiagnosticReport",
    ] {
        assert!(!kind(kept), "{kept}");
    }
}

#[test]
fn a_report_of_imaging_is_told_from_others() {
    let report = |code: &str| {
        both(&format!(
            r#"{{"resourceType":"DiagnosticReport","category":[{{"coding":[{{"code":"{code}"}}]}}]}}"#
        ))
    };
    assert_eq!(report("RAD").category, Some(Category::Imaging));
    assert_eq!(report("LAB").category, Some(Category::Report));
}

#[test]
fn every_kind_of_a_person_s_record_has_a_class() {
    for kind in hygie_fhir::compartment_kinds() {
        if !matches!(kind, "Consent" | "DocumentReference" | "Composition") {
            let nature = both(&format!(r#"{{"resourceType":"{kind}"}}"#));
            assert!(nature.category.is_some(), "{kind}");
        }
    }
}
