use super::{check, criterion, resource};

const OBSERVATION: &str = r##"{"resourceType":"Observation",
    "contained":[{"resourceType":"Patient","id":"p"}],
    "subject":{"reference":"Patient/23/_history/2","identifier":{"system":"urn:ins","value":"1 23"}},
    "performer":[{"reference":"http://other.example/fhir/Practitioner/7"},{"type":"Organization","identifier":{"value":"F"}}],
    "derivedFrom":[{"reference":"urn:uuid:0a"}],
    "focus":[{"reference":"#p"}],
    "hasMember":[{"reference":"Observation/a.b-C"}]}"##;

#[test]
fn a_reference_is_found_by_its_id_and_type_only() {
    check(
        &resource(OBSERVATION),
        &[
            ("subject", "23", true),
            ("subject", "Patient/23", true),
            ("subject", "Group/23", false),
            ("subject:Patient", "23", true),
            ("subject:Patient", "Patient/23", true),
            ("subject:Group", "23", false),
            ("subject", "2", false),
            ("subject", "Group/1,23", true),
            ("patient", "23", true),
            ("patient", "Patient/23", true),
            ("patient:Patient", "23", true),
            ("performer", "7", false),
            ("performer", "Practitioner/7", false),
            (
                "performer",
                "http://other.example/fhir/Practitioner/7",
                true,
            ),
            ("derived-from", "urn:uuid:0a", true),
            ("focus", "p", false),
            ("has-member", "a.b-C", true),
            ("subject:identifier", "urn:ins|1 23", true),
            ("subject:identifier", "1 23", true),
            ("subject:identifier", "urn:other|1 23", false),
            ("performer:identifier", "|f", true),
            ("subject:missing", "false", true),
            ("encounter:missing", "true", true),
        ],
    );
}

#[test]
fn a_parameter_of_one_target_does_not_see_the_others() {
    let subject = |reference: &str| {
        let contained = r#""contained":[{"resourceType":"Patient","id":"p"}]"#;
        resource(&format!(
            r#"{{"resourceType":"Observation",{contained},"subject":{reference}}}"#
        ))
    };
    for (reference, is_patient) in [
        (r#"{"reference":"Patient/23"}"#, true),
        (r#"{"reference":"Group/23"}"#, false),
        (r##"{"reference":"#p"}"##, true),
        (r#"{"reference":"http://other.example/Patient/23"}"#, true),
        (
            r#"{"reference":"http://other.example/Group/23/_history/1"}"#,
            false,
        ),
        (r#"{"reference":"Patient?identifier=x"}"#, true),
        (r#"{"type":"Patient","identifier":{"value":"x"}}"#, true),
        (r#"{"reference":"Group/23","type":"Patient"}"#, false),
        (r#"{"reference":"urn:uuid:0a"}"#, false),
    ] {
        check(
            &subject(reference),
            &[
                ("patient:missing", "false", is_patient),
                ("subject:missing", "false", true),
            ],
        );
    }
}

#[test]
fn a_canonical_without_version_means_all_versions() {
    let request = resource(
        r#"{"resourceType":"ServiceRequest","instantiatesCanonical":["http://x/Plan|2"]}"#,
    );
    check(
        &request,
        &[
            ("instantiates-canonical", "http://x/Plan", true),
            ("instantiates-canonical", "http://x/Plan|2", true),
            ("instantiates-canonical", "http://x/Plan|1", false),
            ("instantiates-canonical", "http://x/Pla", false),
        ],
    );
}

#[test]
fn what_cannot_be_a_reference_is_refused() {
    for (name, value) in [
        ("subject", "Practitioner/1"),
        ("subject", "Patient/1/_history/2"),
        ("subject", "Nothing/1"),
        ("subject", "a b"),
        ("subject", "#p"),
        ("subject", ""),
        ("subject", "23,"),
        ("subject:Patient", "Group/1"),
        ("subject:identifier", "|"),
    ] {
        let fault = criterion("Observation", name, value).err().unwrap();
        assert_eq!(
            (fault.code, fault.place.as_str()),
            ("value", "subject"),
            "{name}={value}"
        );
    }
    let fault = criterion("Observation", "subject:Practitioner", "1")
        .err()
        .unwrap();
    assert_eq!(fault.code, "not-supported");
}
