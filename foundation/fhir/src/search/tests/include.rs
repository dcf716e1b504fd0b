use super::super::include::Include;
use super::resource;

const OBSERVATION: &str = r##"{"resourceType":"Observation",
    "contained":[{"resourceType":"Practitioner","id":"c"}],
    "subject":{"reference":"Patient/1"},
    "encounter":{"identifier":{"value":"e"}},
    "performer":[{"reference":"#c"},{"reference":"Practitioner/2/_history/1"},
        {"reference":"https://example.org/fhir/Organization/3"},{"reference":"urn:uuid:4"},
        {"reference":"urn:uuid:5","type":"Practitioner"}],
    "derivedFrom":[{"reference":"DocumentReference/6"},{"reference":"Observation/7"}]}"##;

/// What is searched for, the include, whether it is reverse, what it follows.
type Case = (&'static str, &'static str, bool, &'static [&'static str]);

#[rustfmt::skip]
const FOLLOWED: &[Case] = &[
    ("Observation", "Observation:subject", false, &["Patient/1"]),
    ("Observation", "Observation:subject:Patient", false, &["Patient/1"]),
    ("Observation", "Observation:subject:Group", false, &[]),
    ("Observation", "Observation:patient", false, &["Patient/1"]),
    ("Observation", "Observation:encounter", false, &[]),
    ("Observation", "Observation:performer", false,
     &["Practitioner/2/_history/1", "https://example.org/fhir/Organization/3", "urn:uuid:4", "urn:uuid:5"]),
    ("Observation", "Observation:performer:Practitioner", false, &["Practitioner/2/_history/1", "urn:uuid:5"]),
    ("Observation", "Observation:derived-from", false, &["DocumentReference/6", "Observation/7"]),
    ("Resource", "Observation:subject", false, &["Patient/1"]),
    ("Resource", "Observation:subject:Group", true, &[]),
    ("Patient", "Observation:subject", true, &["Patient/1"]),
    ("Patient", "Observation:subject:Patient", true, &["Patient/1"]),
    ("Patient", "Observation:performer", true, &[]),
    ("Practitioner", "Observation:performer", true, &["Practitioner/2/_history/1", "urn:uuid:5"]),
    ("DocumentReference", "Observation:derived-from", true, &["DocumentReference/6"]),
    ("DocumentReference", "Provenance:target", true, &[]),
    ("Patient", "Patient:link", false, &[]),
];

#[test]
fn a_step_leads_elsewhere() {
    let observation = resource(OBSERVATION);
    for (kind, value, reverse, wanted) in FOLLOWED {
        let include = Include::parse(kind, value, *reverse)
            .unwrap_or_else(|fault| panic!("{kind} {value}: {fault}"));
        assert_eq!(include.targets(&observation), *wanted, "{kind} {value}");
        assert_eq!(include.is_reverse(), *reverse);
        assert!(value.starts_with(include.source()));
    }
}

#[test]
fn a_canonical_is_not_followed() {
    let answers = resource(
        r#"{"resourceType":"QuestionnaireResponse","questionnaire":"http://example.org/q|1"}"#,
    );
    for (kind, value, reverse) in [
        (
            "QuestionnaireResponse",
            "QuestionnaireResponse:questionnaire",
            false,
        ),
        ("Questionnaire", "QuestionnaireResponse:questionnaire", true),
    ] {
        let include = Include::parse(kind, value, reverse).unwrap();
        assert_eq!(
            include.targets(&answers),
            ["http://example.org/q|1"],
            "{kind}"
        );
    }
}

#[rustfmt::skip]
const REFUSED: &[(&str, &str, bool, &str, &str)] = &[
    ("Observation", "*", false, "not-supported", "_include"),
    ("Observation", "*", true, "not-supported", "_revinclude"),
    ("Observation", "Observation:*", false, "not-supported", "_include"),
    ("Observation", "", false, "value", "_include"),
    ("Observation", "subject", false, "value", "_include"),
    ("Observation", "Observation:subject:Patient:x", false, "value", "_include"),
    ("Observation", "Observation:subject:", false, "not-supported", "_include"),
    ("Observation", "Observation:", false, "not-supported", "Observation"),
    ("Observation", "Observation:sujet", false, "not-supported", "Observation"),
    ("Observation", "Observation:subject.name", false, "not-supported", "Observation"),
    ("Observation", "Nothing:subject", false, "not-supported", "_include"),
    ("Observation", "Observation:subject:Nothing", false, "not-supported", "_include"),
    ("Observation", "Observation:subject:Practitioner", false, "value", "_include"),
    ("Observation", "Observation:code", false, "value", "_include"),
    ("Observation", "Patient:link", false, "value", "_include"),
    ("Patient", "Observation:subject", false, "value", "_include"),
    ("Observation", "Observation:subject", true, "value", "_revinclude"),
    ("Patient", "Observation:subject:Group", true, "value", "_revinclude"),
    ("Patient", "Patient:nom", true, "not-supported", "Patient"),
];

#[test]
fn an_include_that_means_nothing_is_taken() {
    for (kind, value, reverse, code, place) in REFUSED {
        let fault = Include::parse(kind, value, *reverse).err().unwrap();
        assert_eq!(
            (fault.code, fault.place.as_str()),
            (*code, *place),
            "{kind} {value}"
        );
    }
}
