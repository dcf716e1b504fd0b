//! Wrong inputs, each refused with its place and nothing of its content.
//! Failures covered: JSON that is broken or says a thing twice; types,
//! elements and ids that R4 does not define; wrong numbers of an element;
//! values out of their format; references to what may not or cannot be meant.
//! Not a failure: codes that no value set knows, broken FHIRPath invariants.

use hygie_fhir::{Fault, Json, Limits, Resource, check, unresolved};

/// Input, code, place.
type Case = (&'static str, &'static str, &'static str);

fn faults(input: &str) -> Vec<Fault> {
    match Resource::parse(input.as_bytes(), &Limits::default()) {
        Ok(resource) => {
            let mut faults = check(&resource);
            faults.extend(unresolved(&resource, |_| false));
            faults
        }
        Err(fault) => vec![fault],
    }
}

fn refuse(cases: &[Case]) {
    for (input, code, place) in cases {
        let found = faults(input);
        let shown: Vec<String> = found.iter().map(Fault::to_string).collect();
        assert_eq!(found.len(), 1, "{input}\n{shown:?}");
        assert_eq!(
            (found[0].code, found[0].place.as_str()),
            (*code, *place),
            "{input}"
        );
    }
}

fn take(inputs: &[&str]) {
    for input in inputs {
        let shown: Vec<String> = faults(input).iter().map(Fault::to_string).collect();
        assert!(shown.is_empty(), "{input}\n{shown:?}");
    }
}

const BROKEN_JSON: &[Case] = &[
    (
        r#"{"resourceType":"Patient","birthDate":"2020","birthDate":"2021"}"#,
        "duplicate",
        "Patient.birthDate",
    ),
    (
        r#"{"resourceType":"Patient","contact":[{"gender":"male"},{"name":{"text":"a","text":"b"}}]}"#,
        "duplicate",
        "Patient.contact[1].name.text",
    ),
    (
        r#"{"resourceType":"Patient","name":[{"family":tru}]}"#,
        "structure",
        "Patient.name[0].family",
    ),
    (
        r#"{"resourceType":"Patient","secret":[tru]}"#,
        "structure",
        "Patient",
    ),
    (
        r#"{"resourceType":"Patient","active":true"#,
        "structure",
        "Patient.active",
    ),
    (r#"{"resourceType":"Patient"} {"#, "structure", "Resource"),
    (
        r#"{"resourceType":"Patient","language":"\ud83d"}"#,
        "structure",
        "Patient.language",
    ),
    (
        r#"{"resourceType":"Patient","multipleBirthInteger":01}"#,
        "structure",
        "Patient.multipleBirth",
    ),
    (
        "\u{feff}{\"resourceType\":\"Patient\"}",
        "structure",
        "Resource",
    ),
    (r#"["Patient"]"#, "structure", "Resource"),
    (r#"{"active":true}"#, "structure", "Resource"),
    (r#"{"resourceType":1}"#, "structure", "Resource"),
];

#[test]
fn broken_json_is_taken() {
    refuse(BROKEN_JSON);
}

const UNDEFINED: &[Case] = &[
    (
        r#"{"resourceType":"Patiente"}"#,
        "not-supported",
        "Resource",
    ),
    (
        r#"{"resourceType":"DomainResource"}"#,
        "not-supported",
        "Resource",
    ),
    (
        r#"{"resourceType":"HumanName"}"#,
        "not-supported",
        "Resource",
    ),
    (
        r#"{"resourceType":"Patient","dateOfBirth":"2020"}"#,
        "structure",
        "Patient",
    ),
    (
        r#"{"resourceType":"Patient","contact":[{"relation":"x"}]}"#,
        "structure",
        "Patient.contact[0]",
    ),
    (
        r#"{"resourceType":"Patient","meta":{"project":"x"}}"#,
        "structure",
        "Patient.meta",
    ),
    (
        r#"{"resourceType":"Patient","deceasedString":"x"}"#,
        "structure",
        "Patient",
    ),
    (
        r#"{"resourceType":"Patient","deceased":true}"#,
        "structure",
        "Patient",
    ),
    (
        r#"{"resourceType":"Patient","_name":[{"id":"x"}]}"#,
        "structure",
        "Patient",
    ),
    (
        r#"{"resourceType":"Patient","_resourceType":{"id":"x"}}"#,
        "structure",
        "Patient",
    ),
    (
        r#"{"resourceType":"Patient","name":[{"resourceType":"HumanName"}]}"#,
        "structure",
        "Patient.name[0]",
    ),
    (
        r#"{"resourceType":"Patient","contained":[{"resourceType":"Nobody"}]}"#,
        "not-supported",
        "Patient.contained[0]",
    ),
    (
        r#"{"resourceType":"Patient","contained":[{"resourceType":"Organization","nom":"x"}]}"#,
        "structure",
        "Patient.contained[0]",
    ),
    (
        r#"{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","nom":"x"}}]}"#,
        "structure",
        "Bundle.entry[0].resource",
    ),
];

#[test]
fn what_r4_does_not_define_is_taken() {
    refuse(UNDEFINED);
}

const TOO_OFTEN: &[Case] = &[
    (
        r#"{"resourceType":"Patient","birthDate":["2020"]}"#,
        "structure",
        "Patient.birthDate",
    ),
    (
        r#"{"resourceType":"Patient","name":{"family":"x"}}"#,
        "structure",
        "Patient.name",
    ),
    (
        r#"{"resourceType":"Patient","name":[]}"#,
        "structure",
        "Patient.name",
    ),
    (
        r#"{"resourceType":"Patient","name":["x"]}"#,
        "structure",
        "Patient.name[0]",
    ),
    (
        r#"{"resourceType":"Patient","name":[{}]}"#,
        "structure",
        "Patient.name[0]",
    ),
    (
        r#"{"resourceType":"Patient","name":[null]}"#,
        "structure",
        "Patient.name[0]",
    ),
    (
        r#"{"resourceType":"Patient","active":null}"#,
        "value",
        "Patient.active",
    ),
    (
        r#"{"resourceType":"Observation","code":{"text":"x"}}"#,
        "required",
        "Observation.status",
    ),
    (
        r#"{"resourceType":"Patient","communication":[{"preferred":true}]}"#,
        "required",
        "Patient.communication[0].language",
    ),
    (
        r#"{"resourceType":"Patient","extension":[{"valueString":"x"}]}"#,
        "required",
        "Patient.extension[0].url",
    ),
    (
        r#"{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueString":"x","valueQuantity":{"value":1}}"#,
        "structure",
        "Observation.value",
    ),
    (
        r#"{"resourceType":"Patient","deceasedBoolean":true,"_deceasedDateTime":{"id":"a"}}"#,
        "structure",
        "Patient.deceased",
    ),
    (
        r#"{"resourceType":"Patient","name":[{"given":["a",null]}]}"#,
        "structure",
        "Patient.name[0].given[1]",
    ),
    (
        r#"{"resourceType":"Patient","name":[{"given":["a"],"_given":[null,{"id":"x"}]}]}"#,
        "structure",
        "Patient.name[0].given",
    ),
    (
        r#"{"resourceType":"Patient","name":[{"given":["a"],"_given":[null]}]}"#,
        "structure",
        "Patient.name[0].given",
    ),
    (
        r#"{"resourceType":"Patient","name":[{"given":["a"],"_given":{"id":"x"}}]}"#,
        "structure",
        "Patient.name[0].given",
    ),
    (
        r#"{"resourceType":"Patient","birthDate":"2020","_birthDate":{}}"#,
        "structure",
        "Patient.birthDate",
    ),
    (
        r#"{"resourceType":"Patient","birthDate":"2020","_birthDate":{"value":"x"}}"#,
        "structure",
        "Patient.birthDate",
    ),
];

#[test]
fn an_element_comes_as_often_as_it_may_not() {
    refuse(TOO_OFTEN);
    take(&[
        r#"{"resourceType":"Patient","deceasedBoolean":true,"_deceasedBoolean":{"id":"a"}}"#,
        r#"{"resourceType":"Patient","name":[{"given":["a",null],"_given":[null,{"id":"x"}]}]}"#,
        r#"{"resourceType":"Patient","name":[{"_given":[{"id":"x"}]}]}"#,
        r#"{"resourceType":"Observation","_status":{"id":"s"},"code":{"text":"x"}}"#,
    ]);
}

/// Members of an Observation, each with the place of its fault.
const VALUES: &[(&str, &str)] = &[
    (r#""issued":"2020-01-01T10:00:00""#, "Observation.issued"),
    (
        r#""effectiveDateTime":"2020-01-01T24:00:00Z""#,
        "Observation.effective",
    ),
    (
        r#""effectiveDateTime":"2020-01-01T10:00:00+14:30""#,
        "Observation.effective",
    ),
    (
        r#""effectiveDateTime":"2020-01-01T10:00Z""#,
        "Observation.effective",
    ),
    (
        r#""valueQuantity":{"value":"1.0"}"#,
        "Observation.value.value",
    ),
    (r#""valueInteger":1.0"#, "Observation.value"),
    (r#""valueInteger":2147483648"#, "Observation.value"),
    (r#""valueBoolean":"true""#, "Observation.value"),
    (r#""valueTime":"24:00:00""#, "Observation.value"),
    (r#""valueString":"""#, "Observation.value"),
    (r#""valueString":"  ""#, "Observation.value"),
    (r#""valueString":"a\u0000b""#, "Observation.value"),
    (r#""valueString":1"#, "Observation.value"),
    (r#""implicitRules":"a b""#, "Observation.implicitRules"),
    (r#""language":" fr""#, "Observation.language"),
    (r#""language":"fr  fr""#, "Observation.language"),
    (r#""id":"a/b""#, "Observation.id"),
    (r#""id":"""#, "Observation.id"),
    (
        r#""text":{"status":"empty","div":"hello"}"#,
        "Observation.text.div",
    ),
];

const FORMATS: &[Case] = &[
    (
        r#"{"resourceType":"Patient","birthDate":"2020-02-31"}"#,
        "value",
        "Patient.birthDate",
    ),
    (
        r#"{"resourceType":"Patient","birthDate":"1900-02-29"}"#,
        "value",
        "Patient.birthDate",
    ),
    (
        r#"{"resourceType":"Patient","birthDate":"2020-13"}"#,
        "value",
        "Patient.birthDate",
    ),
    (
        r#"{"resourceType":"Patient","birthDate":"2020-1-1"}"#,
        "value",
        "Patient.birthDate",
    ),
    (
        r#"{"resourceType":"Patient","birthDate":"0000"}"#,
        "value",
        "Patient.birthDate",
    ),
    (
        r#"{"resourceType":"Patient","birthDate":"2020-01-01T00:00:00Z"}"#,
        "value",
        "Patient.birthDate",
    ),
    (
        r#"{"resourceType":"Patient","id":"12345678901234567890123456789012345678901234567890123456789012345"}"#,
        "value",
        "Patient.id",
    ),
    (
        r#"{"resourceType":"Patient","photo":[{"data":"YWJj="}]}"#,
        "value",
        "Patient.photo[0].data",
    ),
    (
        r#"{"resourceType":"Patient","photo":[{"size":-1}]}"#,
        "value",
        "Patient.photo[0].size",
    ),
    (
        r#"{"resourceType":"Patient","telecom":[{"rank":0}]}"#,
        "value",
        "Patient.telecom[0].rank",
    ),
];

#[test]
fn a_value_out_of_its_format_is_taken() {
    let observation = |value: &str| {
        format!(
            r#"{{"resourceType":"Observation","status":"final","code":{{"text":"x"}},{value}}}"#
        )
    };
    for (value, place) in VALUES {
        let found = faults(&observation(value));
        assert_eq!(found.len(), 1, "{value}: {found:?}");
        assert_eq!(
            (found[0].code, found[0].place.as_str()),
            ("value", *place),
            "{value}"
        );
    }
    refuse(FORMATS);
    take(&[
        r#"{"resourceType":"Patient","birthDate":"2000-02-29"}"#,
        r#"{"resourceType":"Patient","photo":[{"data":"YWJj\nYQ=="}]}"#,
        r#"{"resourceType":"Patient","deceasedDateTime":"2016-12-31T23:59:60.25-11:00"}"#,
    ]);
}

#[test]
fn a_reference_means_what_it_may_not() {
    let observation = |subject: &str| {
        format!(
            r#"{{"resourceType":"Observation","contained":[{{"resourceType":"Patient","id":"p"}},{{"resourceType":"Medication","id":"m"}}],"status":"final","code":{{"text":"x"}},"subject":{subject}}}"#
        )
    };
    for (subject, code) in [
        (r#"{"reference":"Practitioner/1"}"#, "value"),
        (
            r#"{"reference":"https://example.org/fhir/Practitioner/1"}"#,
            "value",
        ),
        (
            r#"{"reference":"https://example.org/fhir/Practitioner/1/_history/2"}"#,
            "value",
        ),
        (r#"{"reference":"Practitioner?identifier=1"}"#, "value"),
        (r#"{"display":"x","type":"Practitioner"}"#, "value"),
        (r#"{"reference":"Patient/1","type":"Group"}"#, "invalid"),
        (r##"{"reference":"#m"}"##, "value"),
        (r##"{"reference":"#x"}"##, "not-found"),
        (r#"{"reference":"Personne/1"}"#, "value"),
        (r#"{"reference":"1"}"#, "value"),
        (
            r#"{"reference":"urn:uuid:3fdc72f4-a11d-4a9d-9260-a9f745779e1d"}"#,
            "not-found",
        ),
    ] {
        let found = faults(&observation(subject));
        assert_eq!(found.len(), 1, "{subject}: {found:?}");
        assert_eq!(
            (found[0].code, found[0].place.as_str()),
            (code, "Observation.subject")
        );
    }
    for subject in [
        r#"{"reference":"Patient/1"}"#,
        r#"{"reference":"https://example.org/fhir/Group/1"}"#,
        r#"{"reference":"https://example.org/who"}"#,
        r##"{"reference":"#p"}"##,
        r#"{"display":"x","type":"Patient"}"#,
        r#"{"identifier":{"value":"1"}}"#,
    ] {
        take(&[&observation(subject)]);
    }
}

#[test]
fn a_full_url_of_a_bundle_hides_the_type_behind_it() {
    let bundle = |kind: &str| {
        format!(
            r#"{{"resourceType":"Bundle","type":"collection","entry":[
            {{"fullUrl":"urn:uuid:1","resource":{{"resourceType":"{kind}"}}}},
            {{"resource":{{"resourceType":"Observation","status":"final","code":{{"text":"x"}},"subject":{{"reference":"urn:uuid:1"}}}}}}]}}"#
        )
    };
    take(&[&bundle("Patient")]);
    let found = faults(&bundle("Practitioner"));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].place, "Bundle.entry[1].resource.subject");
}

#[test]
fn a_fault_shows_the_content_in_a_log() {
    let found = faults(r#"{"resourceType":"Patient","birthDate":"Marie-Ségolène","Marie":1}"#);
    assert_eq!(found.len(), 2);
    for fault in &found {
        assert!(fault.echo.as_deref().unwrap().starts_with("Marie"));
        assert!(!format!("{fault} {fault:?} {fault:#?}").contains("Marie"));
    }
}

#[test]
fn an_input_beyond_the_limits_is_read() {
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let limits = Limits {
        bytes: 1000,
        depth: 64,
        nodes: 100,
    };
    let refused = |input: &str| {
        Json::parse(input.as_bytes(), &limits)
            .err()
            .map(|fault| fault.code)
    };
    assert_eq!(refused(&deep(64)), None);
    assert_eq!(refused(&deep(65)), Some("too-costly"));
    assert_eq!(
        refused(&format!("[{}]", ["0"; 100].join(","))),
        Some("too-costly")
    );
    assert_eq!(
        refused(&format!("\"{}\"", "a".repeat(999))),
        Some("too-long")
    );
}

#[test]
fn a_resource_with_countless_faults_costs_a_countless_answer() {
    let entries = [r#"{"x":1}"#; 500].join(",");
    let found = faults(&format!(
        r#"{{"resourceType":"Patient","name":[{entries}]}}"#
    ));
    assert_eq!(found.len(), 101);
    assert_eq!(found[100].code, "too-costly");
}
