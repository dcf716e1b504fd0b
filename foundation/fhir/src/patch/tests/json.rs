//! JSON Patch beyond the published cases.

use proptest::prelude::*;

use super::super::budget::Budget;
use super::super::json_patch;
use super::{json, patched, refused};
use crate::json::{Json, Limits};

const PATIENT: &str = r#"{"resourceType":"Patient","id":"p","active":true,"name":[{"given":["A","B"]}],"multipleBirthInteger":2}"#;

/// Operations, the outcome.
const CHANGED: &[(&str, &str)] = &[
    ("[]", PATIENT),
    (
        r#"[{"op":"add","path":"/name/0/given/-","value":"C"},{"op":"remove","path":"/active"}]"#,
        r#"{"resourceType":"Patient","id":"p","name":[{"given":["A","B","C"]}],"multipleBirthInteger":2}"#,
    ),
    (
        r#"[{"op":"add","path":"/active","value":false}]"#,
        r#"{"resourceType":"Patient","id":"p","active":false,"name":[{"given":["A","B"]}],"multipleBirthInteger":2}"#,
    ),
    (
        r#"[{"op":"copy","from":"/name/0","path":"/name/0"},{"op":"replace","path":"/name/1/given/0","value":"Z"}]"#,
        r#"{"resourceType":"Patient","id":"p","active":true,"name":[{"given":["A","B"]},{"given":["Z","B"]}],"multipleBirthInteger":2}"#,
    ),
    (
        r#"[{"op":"move","from":"/name/0/given/1","path":"/name/0/given/0"},{"op":"move","from":"/active","path":"/active"}]"#,
        r#"{"resourceType":"Patient","id":"p","name":[{"given":["B","A"]}],"multipleBirthInteger":2,"active":true}"#,
    ),
    (
        r#"[{"op":"test","path":"/multipleBirthInteger","value":2.0},{"op":"test","path":"","value":{"id":"p","resourceType":"Patient","active":true,"multipleBirthInteger":0.2e1,"name":[{"given":["A","B"]}]}}]"#,
        PATIENT,
    ),
];

#[test]
fn an_operation_changes_another_place() {
    for (operations, after) in CHANGED {
        assert_eq!(
            &patched(PATIENT, operations).unwrap(),
            after,
            "{operations}"
        );
    }
}

/// Operations, the fault's code and place.
const REFUSED: &[(&str, &str, &str)] = &[
    (r#"{"op":"add"}"#, "structure", "Resource"),
    (r#""x""#, "structure", "Resource"),
    (r#"[1]"#, "required", "Resource"),
    (r#"[{"path":"/active"}]"#, "required", "Resource"),
    (r#"[{"op":"remove"}]"#, "required", "Resource"),
    (r#"[{"op":"add","path":"/active"}]"#, "required", "Resource"),
    (
        r#"[{"op":"test","path":"/active"}]"#,
        "required",
        "Resource",
    ),
    (
        r#"[{"op":"move","path":"/active"}]"#,
        "required",
        "Resource",
    ),
    (
        r#"[{"op":"ADD","path":"/active","value":1}]"#,
        "not-supported",
        "Resource",
    ),
    (r#"[{"op":"remove","path":"active"}]"#, "value", "Resource"),
    (r#"[{"op":"remove","path":"/a~2"}]"#, "value", "Resource"),
    (r#"[{"op":"remove","path":"/a~"}]"#, "value", "Resource"),
    (
        r#"[{"op":"remove","path":""}]"#,
        "not-supported",
        "Resource",
    ),
    (
        r#"[{"op":"add","path":"","value":{"resourceType":"Patient"}}]"#,
        "not-supported",
        "Resource",
    ),
    (
        r#"[{"op":"move","from":"","path":"/name"}]"#,
        "not-supported",
        "Resource",
    ),
    (
        r#"[{"op":"add","op":"remove","path":"/active"}]"#,
        "duplicate",
        "Resource",
    ),
    (
        r#"[{"op":"remove","path":"/gender"}]"#,
        "not-found",
        "Patient",
    ),
    (
        r#"[{"op":"replace","path":"/gender","value":"male"}]"#,
        "not-found",
        "Patient",
    ),
    (
        r#"[{"op":"remove","path":"/name/1"}]"#,
        "not-found",
        "Patient",
    ),
    (
        r#"[{"op":"remove","path":"/name/-"}]"#,
        "not-found",
        "Patient",
    ),
    (
        r#"[{"op":"remove","path":"/name/00"}]"#,
        "not-found",
        "Patient",
    ),
    (
        r#"[{"op":"remove","path":"/name/+0"}]"#,
        "not-found",
        "Patient",
    ),
    (
        r#"[{"op":"add","path":"/name/2","value":{}}]"#,
        "not-found",
        "Patient",
    ),
    (
        r#"[{"op":"add","path":"/name/x","value":{}}]"#,
        "invalid",
        "Patient",
    ),
    (
        r#"[{"op":"add","path":"/active/x","value":1}]"#,
        "not-found",
        "Patient",
    ),
    (
        r#"[{"op":"move","from":"/name","path":"/name/0/x"}]"#,
        "invalid",
        "Patient",
    ),
    (
        r#"[{"op":"test","path":"/active","value":"true"}]"#,
        "conflict",
        "Patient",
    ),
    (
        r#"[{"op":"test","path":"/name/0/given","value":["B","A"]}]"#,
        "conflict",
        "Patient",
    ),
    (
        r#"[{"op":"test","path":"/name/0","value":{"given":["A","B"],"x":1}}]"#,
        "conflict",
        "Patient",
    ),
    (
        r#"[{"op":"test","path":"/multipleBirthInteger","value":2.01}]"#,
        "conflict",
        "Patient",
    ),
    (
        r#"[{"op":"replace","path":"/id","value":"q"}]"#,
        "invalid",
        "Patient",
    ),
    (r#"[{"op":"remove","path":"/id"}]"#, "invalid", "Patient"),
    (
        r#"[{"op":"replace","path":"/resourceType","value":"Practitioner"}]"#,
        "invalid",
        "Patient",
    ),
    (
        r#"[{"op":"replace","path":"/resourceType","value":"Personne"}]"#,
        "not-supported",
        "Resource",
    ),
];

#[test]
fn an_operation_that_means_nothing_changes_something() {
    for (operations, code, place) in REFUSED {
        let found = refused(PATIENT, operations);
        assert_eq!((found.0, found.1.as_str()), (*code, *place), "{operations}");
    }
}

#[test]
fn a_fault_does_not_say_which_operation_it_is() {
    let operations = r#"[{"op":"remove","path":"/active"},{"op":"remove","path":"/active"}]"#;
    let fault = patched(PATIENT, operations).unwrap_err();
    assert!(fault.rule.starts_with("operation 2: "), "{fault}");
}

fn values() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        any::<i64>().prop_map(Json::from),
        "[a-c/~0-2]{0,3}".prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
            prop::collection::btree_map("[a-b/~0-1]{0,2}", inner, 0..4).prop_map(|members| {
                Json::Object(
                    members
                        .into_iter()
                        .map(|(name, value)| (name.into(), value))
                        .collect(),
                )
            }),
        ]
    })
}

/// Operations that make one value of another, found by comparing them.
fn difference(path: &str, from: &Json, to: &Json, out: &mut Vec<Json>) {
    let mut push = |op: &str, path: String, value: Option<&Json>| {
        let mut operation = Json::object([("op", op.into()), ("path", path.into())]);
        if let Some(value) = value {
            operation.set("value", value.clone());
        }
        out.push(operation);
    };
    match (from, to) {
        (Json::Object(old), Json::Object(new)) => {
            let below =
                |name: &str| format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
            for (name, _) in old.iter().filter(|(name, _)| to.get(name).is_none()) {
                push("remove", below(name), None);
            }
            for (name, value) in new.iter().filter(|(name, _)| from.get(name).is_none()) {
                push("add", below(name), Some(value));
            }
            for (name, value) in new {
                if let Some(old) = from.get(name) {
                    difference(&below(name), old, value, out);
                }
            }
        }
        (Json::Array(old), Json::Array(new)) => {
            for index in (new.len()..old.len()).rev() {
                push("remove", format!("{path}/{index}"), None);
            }
            for value in new.iter().skip(old.len()) {
                push("add", format!("{path}/-"), Some(value));
            }
            for (index, (old, new)) in old.iter().zip(new).enumerate() {
                difference(&format!("{path}/{index}"), old, new, out);
            }
        }
        (from, to) if from == to => {}
        (_, to) => push("replace", path.to_owned(), Some(to)),
    }
    out.push(Json::object([
        ("op", "test".into()),
        ("path", path.into()),
        ("value", to.clone()),
    ]));
}

proptest! {
    #[test]
    fn a_computed_difference_does_not_lead_from_one_value_to_the_other(from in values(), to in values()) {
        let (from, to) = (Json::object([("x", from)]), Json::object([("x", to)]));
        let mut operations = Vec::new();
        difference("", &from, &to, &mut operations);
        let operations = json_patch::parse(&operations).unwrap();
        let mut outcome = from;
        let done = json_patch::apply(&operations, &mut outcome, &mut Budget::new(&Limits::default()));
        prop_assert!(done.is_ok(), "{:?}", done.err());
    }

    #[test]
    fn a_pointer_of_any_text_panics(text in "[/~0-2a-]{0,8}") {
        let operations = format!(r#"[{{"op":"copy","from":"{text}","path":"/name/0/given/0"}}]"#);
        let _ = patched(PATIENT, &operations);
        let _ = json(&operations);
    }
}
