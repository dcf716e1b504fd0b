//! Ids, versions, references and equality of a resource.
//! Not a failure: the order of members, the server's own id and version.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use crate::{Limits, Resource, Target, patient_references};

fn resource(text: &str) -> Resource {
    Resource::parse(text.as_bytes(), &Limits::default()).unwrap()
}

fn text(resource: &Resource) -> String {
    String::from_utf8(resource.print()).unwrap()
}

#[test]
fn an_id_or_a_version_is_put_out_of_place() {
    let mut bare = resource(r#"{"resourceType":"Patient","active":true}"#);
    bare.set_id("p");
    bare.set_version("v1", "2026-01-01T00:00:00Z");
    assert_eq!(
        text(&bare),
        r#"{"resourceType":"Patient","id":"p","meta":{"versionId":"v1","lastUpdated":"2026-01-01T00:00:00Z"},"active":true}"#
    );
    let mut full = resource(
        r#"{"id":"a","resourceType":"Patient","meta":{"lastUpdated":"x","profile":["p"]}}"#,
    );
    full.set_id("b");
    full.set_version("2", "y");
    assert_eq!(
        text(&full),
        r#"{"id":"b","resourceType":"Patient","meta":{"versionId":"2","lastUpdated":"y","profile":["p"]}}"#
    );
}

const REFERRING: &str = r##"{"resourceType":"Observation",
 "contained":[{"resourceType":"Device","id":"d","owner":{"reference":"Organization/1"}}],
 "extension":[{"url":"u","valueReference":{"reference":"Patient/2"}}],
 "status":"final","_status":{"extension":[{"url":"u","valueReference":{"reference":"Patient/3"}}]},
 "code":{"text":"Patient/0"},
 "identifier":[{"value":"1","assigner":{"reference":"Organization/4"}},{"system":"s","value":"2"},{"system":"t"}],
 "subject":{"reference":"urn:uuid:5"},"device":{"reference":"#d"},
 "performer":[{"display":"none"},{"reference":"Patient/6","extension":[{"url":"u","valueUri":"urn:uuid:5"}]}]}"##;

#[test]
fn a_reference_is_overlooked() {
    let found = resource(REFERRING);
    let found: Vec<(String, &str)> = found.references();
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(place, text)| (&**place, *text))
        .collect();
    assert_eq!(
        found,
        [
            ("Observation.contained[0].owner", "Organization/1"),
            ("Observation.extension[0].value", "Patient/2"),
            ("Observation.status.extension[0].value", "Patient/3"),
            ("Observation.identifier[0].assigner", "Organization/4"),
            ("Observation.subject", "urn:uuid:5"),
            ("Observation.device", "#d"),
            ("Observation.performer[1]", "Patient/6"),
        ]
    );
}

#[test]
fn rewriting_touches_what_is_no_reference() {
    let original = resource(REFERRING);
    let mut changed = original.clone();
    changed.rewrite_references(|text| {
        text.strip_prefix("urn:uuid:")
            .map(|id| format!("Patient/{id}"))
    });
    assert_eq!(
        text(&changed),
        text(&original).replace(
            r#"{"reference":"urn:uuid:5"}"#,
            r#"{"reference":"Patient/5"}"#
        )
    );
    assert!(!changed.semantic_eq(&original, |ours, theirs| ours == theirs));
    let same = |ours: &str, theirs: &str| ours.replace("Patient/5", "urn:uuid:5") == theirs;
    assert!(changed.semantic_eq(&original, same));
}

#[test]
fn a_difference_that_counts_is_ignored() {
    let base = r#"{"resourceType":"Observation","id":"a","meta":{"versionId":"1","tag":[{"code":"x"}]},"valueQuantity":{"value":1.0,"unit":"g"}}"#;
    let equal =
        |other: &str| resource(base).semantic_eq(&resource(other), |ours, theirs| ours == theirs);
    assert!(equal(
        r#"{"resourceType":"Observation","valueQuantity":{"unit":"g","value":1.0},"meta":{"tag":[{"code":"x"}],"lastUpdated":"y"},"id":"b"}"#
    ));
    for other in [
        base.replace("1.0", "1.00"),
        base.replace(r#","tag":[{"code":"x"}]"#, ""),
        base.replace(r#""unit":"g""#, r#""unit":"g","code":"g""#),
        base.replace(r#","unit":"g""#, ""),
        base.replace("Observation", "Condition"),
        base.replace(r#""code":"x""#, r#""id":"x""#),
    ] {
        assert!(!equal(&other), "{other}");
    }
    let bare = resource(r#"{"resourceType":"Patient"}"#);
    let served = resource(
        r#"{"resourceType":"Patient","id":"p","meta":{"versionId":"1","lastUpdated":"x"}}"#,
    );
    assert!(bare.semantic_eq(&served, |_, _| false) && served.semantic_eq(&bare, |_, _| false));
    let list = |order: &str| resource(&format!(r#"{{"resourceType":"Patient","name":[{order}]}}"#));
    let (one, two) = (r#"{"text":"1"}"#, r#"{"text":"2"}"#);
    assert!(
        !list(&format!("{one},{two}")).semantic_eq(&list(&format!("{two},{one}")), |_, _| true)
    );
}

#[test]
fn identifiers_without_a_value_are_given() {
    assert_eq!(
        resource(REFERRING).identifiers(),
        [(None, "1"), (Some("s"), "2")]
    );
    let bundle = resource(r#"{"resourceType":"Bundle","identifier":{"system":"s","value":"1"}}"#);
    assert_eq!(bundle.identifiers(), [(Some("s"), "1")]);
}

#[test]
fn a_resource_is_given_to_the_wrong_patient() {
    let cases = [
        (REFERRING, &["urn:uuid:5", "Patient/6"][..]),
        (
            r#"{"resourceType":"Coverage","payor":[{"reference":"Patient/2"}],"beneficiary":{"reference":"Patient/1"}}"#,
            &["Patient/1", "Patient/2"],
        ),
        (
            r#"{"resourceType":"Condition","subject":{"reference":"Group/1"},"asserter":{"reference":"Practitioner/1"}}"#,
            &[],
        ),
        (
            r#"{"resourceType":"Condition","subject":{"reference":"urn:uuid:1","type":"Group"}}"#,
            &[],
        ),
        (
            r#"{"resourceType":"Appointment","participant":[{"actor":{"reference":"Practitioner/1"}},{"actor":{"reference":"http://h/Patient/1"}}]}"#,
            &["http://h/Patient/1"],
        ),
        (
            r#"{"resourceType":"Device","patient":{"reference":"Patient/1"}}"#,
            &["Patient/1"],
        ),
        (r#"{"resourceType":"Organization","name":"x"}"#, &[]),
    ];
    for (text, patients) in cases {
        assert_eq!(patient_references(&resource(text)), patients, "{text}");
    }
}

#[test]
fn a_target_is_misread() {
    let here = |base, kind, id, version| Target::Resource {
        base,
        kind,
        id,
        version,
    };
    for (text, target) in [
        ("#a", Target::Contained("a")),
        ("#", Target::Contained("")),
        ("Patient/1", here(None, "Patient", "1", None)),
        (
            "Patient/1/_history/2",
            here(None, "Patient", "1", Some("2")),
        ),
        (
            "https://h/fhir/Patient/1",
            here(Some("https://h/fhir/"), "Patient", "1", None),
        ),
        (
            "Patient?name=x",
            Target::Search {
                kind: "Patient",
                query: "name=x",
            },
        ),
        ("urn:uuid:1", Target::Urn("urn:uuid:1")),
        (
            "https://h/fhir/Patiente/1",
            Target::Elsewhere("https://h/fhir/Patiente/1"),
        ),
        ("fhir/Patient/1", Target::Malformed),
        ("Patient/a b", Target::Malformed),
        ("Patient/", Target::Malformed),
        ("/Patient/1", Target::Malformed),
        ("", Target::Malformed),
    ] {
        assert_eq!(Target::of(text), target, "{text}");
    }
}

#[test]
fn the_content_of_a_resource_reaches_a_log() {
    let shown = format!("{:?} {:?}", resource(REFERRING), resource(REFERRING).json());
    assert_eq!(shown, "Resource { kind: \"Observation\", .. } object of 10");
}
