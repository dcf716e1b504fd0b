//! Dangers: an answer that holds what was not asked for, or looks whole and is
//! not; a negation lost; a part that R4 calls mandatory lost; a name that
//! means nothing taken for nothing.
//!
//! Not failures: contained resources left out though a reference to them
//! stays (R4 does not count them to the summary).
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::*;
use crate::json::Limits;

const OBSERVATION: &str = r#"{"resourceType":"Observation","id":"o","implicitRules":"urn:r","language":"fr",
    "meta":{"versionId":"1","tag":[{"code":"x"}]},
    "text":{"status":"generated","div":"<div>x</div>"},
    "modifierExtension":[{"url":"urn:m","valueBoolean":true}],
    "extension":[{"url":"urn:e","valueString":"x"}],
    "status":"final","_status":{"id":"s"},
    "category":[{"text":"c"}],
    "code":{"id":"i","coding":[{"code":"c","display":"d"}],"text":"t"},
    "subject":{"id":"j","reference":"Patient/1"},
    "valueQuantity":{"value":1.50,"unit":"g","extension":[{"url":"urn:e","valueString":"x"}]},
    "note":[{"text":"n"}],
    "component":[{"code":{"text":"k"},"valueString":"v","interpretation":[{"text":"high"}]}]}"#;

fn resource(json: &str) -> Resource {
    Resource::parse(json.as_bytes(), &Limits::default()).unwrap()
}

fn names(json: &Json) -> Vec<&str> {
    json.members().iter().map(|(name, _)| &**name).collect()
}

fn asked(name: &str, value: &str) -> Json {
    let part = Subset::parse("Observation", name, value).unwrap();
    subset(&resource(OBSERVATION), &part)
}

/// Parameter, value, the members left besides those that always stay.
const LEFT: &[(&str, &str, &[&str])] = &[
    ("_summary", "text", &["text", "status", "_status", "code"]),
    ("_elements", "note", &["status", "_status", "code", "note"]),
    (
        "_elements",
        "value,text",
        &["text", "status", "_status", "code", "valueQuantity"],
    ),
    (
        "_elements",
        "id,meta,status",
        &["status", "_status", "code"],
    ),
    (
        "_summary",
        "true",
        &[
            "status",
            "_status",
            "code",
            "subject",
            "valueQuantity",
            "component",
        ],
    ),
    (
        "_summary",
        "data",
        &[
            "language",
            "extension",
            "status",
            "_status",
            "category",
            "code",
            "subject",
            "valueQuantity",
            "note",
            "component",
        ],
    ),
];

#[test]
fn more_or_less_is_left_than_was_asked_for() {
    for (name, value, wanted) in LEFT {
        let left = asked(name, value);
        let always = [
            "resourceType",
            "id",
            "implicitRules",
            "meta",
            "modifierExtension",
        ];
        let others: Vec<&str> = names(&left)
            .into_iter()
            .filter(|name| !always.contains(name))
            .collect();
        assert_eq!(others, *wanted, "{name}={value}");
        for name in always {
            assert!(left.get(name).is_some(), "{value}: {name}");
        }
    }
    let counted = asked("_summary", "count");
    assert_eq!(names(&counted), ["resourceType", "id", "meta"]);
}

#[test]
fn a_summary_holds_what_the_definitions_do_not_mark() {
    let left = asked("_summary", "true").print();
    let left = String::from_utf8(left).unwrap();
    for part in [
        r#""code":{"coding":[{"code":"c","display":"d"}],"text":"t"}"#,
        r#""subject":{"reference":"Patient/1"}"#,
        r#""valueQuantity":{"value":1.50,"unit":"g"}"#,
        r#""component":[{"code":{"text":"k"},"valueString":"v"}]"#,
        r#""modifierExtension":[{"url":"urn:m","valueBoolean":true}]"#,
        r#""_status":{"id":"s"}"#,
    ] {
        assert!(left.contains(part), "{part}\n{left}");
    }
}

#[test]
fn a_summary_carries_the_bytes_of_a_document() {
    let document = resource(
        r#"{"resourceType":"DocumentReference","status":"current",
        "content":[{"attachment":{"contentType":"application/pdf","data":"YWJj","title":"t"}},
                   {"attachment":{"data":"YWJj"}}]}"#,
    );
    let left = subset(&document, &Subset::Summary);
    let content = left.get("content").unwrap().print();
    assert_eq!(
        String::from_utf8(content).unwrap(),
        r#"[{"attachment":{"contentType":"application/pdf","title":"t"}}]"#
    );
}

#[test]
fn a_part_passes_for_the_whole() {
    let tags = |json: &Json| {
        let tags = json.get("meta").unwrap().get("tag").unwrap();
        String::from_utf8(tags.print()).unwrap()
    };
    let mark = format!(r#"{{"system":"{TAG_SYSTEM}","code":"SUBSETTED"}}"#);
    for value in ["true", "text", "data", "count"] {
        assert_eq!(
            tags(&asked("_summary", value)),
            format!(r#"[{{"code":"x"}},{mark}]"#)
        );
    }
    let whole = asked("_summary", "false");
    assert!(whole == *resource(OBSERVATION).json());
    let bare = resource(r#"{"resourceType":"Patient","active":true}"#);
    let once = subset(&bare, &Subset::Data);
    assert_eq!(names(&once), ["resourceType", "meta", "active"]);
    assert_eq!(tags(&once), format!("[{mark}]"));
    let twice = subset(&Resource::from_json(once.clone()).unwrap(), &Subset::Data);
    assert!(once == twice);
}

#[test]
fn a_name_that_means_nothing_is_taken_for_nothing() {
    for (kind, name, value, code, place) in [
        ("Patient", "_elements", "nom", "value", "Patient"),
        ("Patient", "_elements", "", "value", "Patient"),
        ("Patient", "_elements", "name,", "value", "Patient"),
        ("Patient", "_elements", "name.family", "value", "Patient"),
        ("Patient", "_elements", "name, gender", "value", "Patient"),
        (
            "Observation",
            "_elements",
            "valueQuantity",
            "value",
            "Observation",
        ),
        ("Personne", "_elements", "id", "not-supported", "Resource"),
        ("Patient", "_summary", "", "value", "_summary"),
        ("Patient", "_summary", "True", "value", "_summary"),
        ("Patient", "_contained", "true", "not-supported", "Resource"),
    ] {
        let fault = Subset::parse(kind, name, value).unwrap_err();
        assert_eq!((fault.code, fault.place.as_str()), (code, place), "{value}");
    }
    assert!(Subset::parse("Resource", "_elements", "id,meta").is_ok());
}

/// A set of resources of several types is asked for by the elements of one.
#[test]
fn an_element_of_another_type_breaks_the_answer() {
    let part = Subset::parse("Observation", "_elements", "note").unwrap();
    let left = subset(
        &resource(r#"{"resourceType":"Patient","id":"p","active":true}"#),
        &part,
    );
    assert_eq!(names(&left), ["resourceType", "id", "meta"]);
}
