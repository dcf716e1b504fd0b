//! FHIRPath Patch: the figures of HL7's fhir-test-cases (fhir-patch-tests.xml,
//! written as JSON), and what they leave out.

use super::{patched, refused};

/// Type and path of an operation, and its other parts as JSON.
type Change = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

fn parameters(changes: &[Change]) -> String {
    let operations = changes.iter().map(|(kind, path, parts)| {
        let parts: String = parts
            .iter()
            .map(|(name, value)| format!(r#",{{"name":"{name}",{value}}}"#))
            .collect();
        format!(
            r#"{{"name":"operation","part":[{{"name":"type","valueCode":"{kind}"}},{{"name":"path","valueString":"{path}"}}{parts}]}}"#
        )
    });
    format!(
        r#"{{"resourceType":"Parameters","parameter":[{}]}}"#,
        operations.collect::<Vec<_>>().join(",")
    )
}

/// The resource before, the changes, the resource after; `resourceType` of
/// Patient is put to the front of both.
type Case = (&'static str, &'static [Change], &'static str);

fn hold(kind: &str, cases: &[Case]) {
    for (before, changes, after) in cases {
        let whole = |members: &str| {
            let comma = if members.is_empty() { "" } else { "," };
            format!(r#"{{"resourceType":"{kind}"{comma}{members}}}"#)
        };
        let changes = parameters(changes);
        match patched(&whole(before), &changes) {
            Ok(outcome) => assert_eq!(outcome, whole(after), "{changes}"),
            Err(fault) => panic!("{changes}: {fault}"),
        }
    }
}

const BORN: (&str, &str) = ("value", r#""valueDate":"1930-01-01""#);
const MALE: (&str, &str) = ("value", r#""valueCode":"male""#);
const IDENTIFIER: (&str, &str) = ("value", r#""valueIdentifier":{"value":"9"}"#);

#[rustfmt::skip]
const SINGLE: &[Case] = &[
    (r#""birthDate":"1920-01-01""#, &[], r#""birthDate":"1920-01-01""#),
    (r#""birthDate":"1920-01-01""#, &[("replace", "Patient.birthDate", &[BORN])], r#""birthDate":"1930-01-01""#),
    (r#""birthDate":"1920-01-01""#, &[("delete", "Patient.birthDate", &[])], ""),
    ("", &[("add", "Patient", &[("name", r#""valueString":"birthDate""#), BORN])], r#""birthDate":"1930-01-01""#),
    (r#""contact":[{"name":{"text":"a"},"gender":"female"}]"#, &[("replace", "Patient.contact[0].gender", &[MALE])],
     r#""contact":[{"name":{"text":"a"},"gender":"male"}]"#),
    (r#""contact":[{"name":{"text":"a"},"gender":"male"}]"#,
     &[("replace", "Patient.contact[0].name.text", &[("value", r#""valueString":"the""#)])],
     r#""contact":[{"name":{"text":"the"},"gender":"male"}]"#),
    (r#""contact":[{"name":{"text":"a"},"gender":"male"}]"#, &[("delete", "Patient.contact[0].gender", &[])],
     r#""contact":[{"name":{"text":"a"}}]"#),
    (r#""contact":[{"name":{"text":"a"},"gender":"male"}]"#, &[("delete", "Patient.contact[0].name.text", &[])],
     r#""contact":[{"gender":"male"}]"#),
    (r#""contact":[{"name":{"text":"a"}}]"#,
     &[("add", "Patient.contact[0]", &[("name", r#""valueString":"gender""#), MALE])],
     r#""contact":[{"name":{"text":"a"},"gender":"male"}]"#),
    ("", &[("add", "Patient", &[("name", r#""valueString":"maritalStatus""#), ("value", r#""valueCodeableConcept":{"text":"m"}"#)])],
     r#""maritalStatus":{"text":"m"}"#),
    (r#""maritalStatus":{"text":"m"}"#,
     &[("replace", "Patient.maritalStatus", &[("value", r#""valueCodeableConcept":{"text":"n"}"#)])],
     r#""maritalStatus":{"text":"n"}"#),
    (r#""maritalStatus":{"text":"m"}"#, &[("delete", "Patient.maritalStatus", &[])], ""),
    ("", &[("add", "Patient", &[("name", r#""valueString":"contact""#), ("value", r#""part":[{"name":"name","valueHumanName":{"text":"a"}}]"#)])],
     r#""contact":[{"name":{"text":"a"}}]"#),
    (r#""contact":[{"name":{"text":"a"}}]"#, &[("delete", "Patient.contact[0]", &[])], ""),
    (r#""text":{"status":"generated","div":"<div>a</div>"},"name":[{"family":"A"}]"#,
     &[("replace", "Patient.text.div", &[("value", r#""valueString":"<div>b</div>""#)]),
       ("replace", "Patient.name[0].family", &[("value", r#""valueString":"B""#)])],
     r#""text":{"status":"generated","div":"<div>b</div>"},"name":[{"family":"B"}]"#),
    (r#""contact":[{"name":{"family":"du","_family":{"extension":[{"url":"urn:x","valueString":"W"}]}}}]"#,
     &[("add", "Patient.contact[0]", &[("name", r#""valueString":"gender""#), MALE]),
       ("add", "Patient", &[("name", r#""valueString":"contact""#), ("value", r#""part":[{"name":"gender","valueCode":"male"}]"#)])],
     r#""contact":[{"name":{"family":"du","_family":{"extension":[{"url":"urn:x","valueString":"W"}]}},"gender":"male"},{"gender":"male"}]"#),
];

const THREE: &str = r#""identifier":[{"value":"1"},{"value":"2"},{"value":"3"}]"#;
const FOUR: &str = r#""identifier":[{"value":"1"},{"value":"2"},{"value":"3"},{"value":"4"}]"#;

/// Source and destination of a move.
macro_rules! moved {
    ($source:literal, $destination:literal) => {
        (
            "move",
            "Patient.identifier",
            &[
                ("source", concat!(r#""valueInteger":"#, $source)),
                ("destination", concat!(r#""valueInteger":"#, $destination)),
            ],
        )
    };
}

#[rustfmt::skip]
const LISTS: &[Case] = &[
    (THREE, &[("replace", "Patient.identifier[0].value", &[("value", r#""valueString":"2""#)]),
              ("replace", "Patient.identifier[1].value", &[("value", r#""valueString":"1""#)])],
     r#""identifier":[{"value":"2"},{"value":"1"},{"value":"3"}]"#),
    (THREE, &[("add", "Patient", &[("name", r#""valueString":"identifier""#), IDENTIFIER])],
     r#""identifier":[{"value":"1"},{"value":"2"},{"value":"3"},{"value":"9"}]"#),
    ("", &[("add", "Patient", &[("name", r#""valueString":"identifier""#), IDENTIFIER])], r#""identifier":[{"value":"9"}]"#),
    (THREE, &[("insert", "Patient.identifier", &[("index", r#""valueInteger":1"#), IDENTIFIER])],
     r#""identifier":[{"value":"1"},{"value":"9"},{"value":"2"},{"value":"3"}]"#),
    (THREE, &[("insert", "Patient.identifier", &[("index", r#""valueInteger":0"#), IDENTIFIER])],
     r#""identifier":[{"value":"9"},{"value":"1"},{"value":"2"},{"value":"3"}]"#),
    (THREE, &[("insert", "Patient.identifier", &[("index", r#""valueInteger":3"#), IDENTIFIER])],
     r#""identifier":[{"value":"1"},{"value":"2"},{"value":"3"},{"value":"9"}]"#),
    (THREE, &[("delete", "Patient.identifier[0]", &[])], r#""identifier":[{"value":"2"},{"value":"3"}]"#),
    (THREE, &[("delete", "Patient.identifier[1]", &[])], r#""identifier":[{"value":"1"},{"value":"3"}]"#),
    (THREE, &[("delete", "Patient.identifier[2]", &[])], r#""identifier":[{"value":"1"},{"value":"2"}]"#),
    (FOUR, &[moved!(3, 1)], r#""identifier":[{"value":"1"},{"value":"4"},{"value":"2"},{"value":"3"}]"#),
    (FOUR, &[moved!(3, 0)], r#""identifier":[{"value":"4"},{"value":"1"},{"value":"2"},{"value":"3"}]"#),
    (FOUR, &[moved!(3, 2)], r#""identifier":[{"value":"1"},{"value":"2"},{"value":"4"},{"value":"3"}]"#),
    (FOUR, &[moved!(0, 3)], r#""identifier":[{"value":"2"},{"value":"3"},{"value":"4"},{"value":"1"}]"#),
    (FOUR, &[moved!(1, 0), moved!(2, 1)], r#""identifier":[{"value":"2"},{"value":"3"},{"value":"1"},{"value":"4"}]"#),
    (FOUR, &[moved!(3, 0), moved!(3, 1), moved!(3, 2)],
     r#""identifier":[{"value":"4"},{"value":"3"},{"value":"2"},{"value":"1"}]"#),
];

#[test]
fn a_published_case_does_not_hold() {
    hold("Patient", SINGLE);
    hold("Patient", LISTS);
    println!("fhir-patch-tests.xml: {} cases", SINGLE.len() + LISTS.len());
}

const GIVEN: &str = r#""name":[{"given":["A","B","C"],"_given":[null,{"id":"b"},null]}]"#;

#[rustfmt::skip]
const PRIMITIVES: &[Case] = &[
    (GIVEN, &[("delete", "Patient.name[0].given[0]", &[])],
     r#""name":[{"given":["B","C"],"_given":[{"id":"b"},null]}]"#),
    (GIVEN, &[("delete", "Patient.name.given[1]", &[])], r#""name":[{"given":["A","C"]}]"#),
    (GIVEN, &[("insert", "Patient.name[0].given", &[("index", r#""valueInteger":0"#), ("value", r#""valueString":"Z""#)])],
     r#""name":[{"given":["Z","A","B","C"],"_given":[null,null,{"id":"b"},null]}]"#),
    (GIVEN, &[("replace", "Patient.name[0].given[1]", &[("value", r#""valueString":"Z","_valueString":{"id":"z"}"#)])],
     r#""name":[{"given":["A","Z","C"],"_given":[null,{"id":"z"},null]}]"#),
    (GIVEN, &[("add", "Patient.name[0]", &[("name", r#""valueString":"given""#), ("value", r#""_valueString":{"id":"z"}"#)])],
     r#""name":[{"given":["A","B","C",null],"_given":[null,{"id":"b"},null,{"id":"z"}]}]"#),
    (r#""_birthDate":{"id":"b"},"active":true"#, &[("replace", "Patient.birthDate", &[BORN])],
     r#""birthDate":"1930-01-01","active":true"#),
    (r#""_birthDate":{"id":"b"},"active":true,"birthDate":"2000""#, &[("delete", "Patient.birthDate[0]", &[])],
     r#""active":true"#),
];

#[test]
fn an_extension_of_a_primitive_moves_to_its_neighbour() {
    hold("Patient", PRIMITIVES);
}

#[rustfmt::skip]
const CHOICES: &[Case] = &[
    (r#""valueQuantity":{"value":1.0},"status":"final""#,
     &[("replace", "Observation.value", &[("value", r#""valueQuantity":{"value":2.50}"#)])],
     r#""valueQuantity":{"value":2.50},"status":"final""#),
    (r#""valueString":"a","_valueString":{"id":"x"},"status":"final""#,
     &[("replace", "Observation.value", &[("value", r#""valueQuantity":{"value":2}"#)])],
     r#""valueQuantity":{"value":2},"status":"final""#),
    (r#""valueQuantity":{"value":1.0}"#,
     &[("add", "Observation.value", &[("name", r#""valueString":"unit""#), ("value", r#""valueString":"g""#)])],
     r#""valueQuantity":{"value":1.0,"unit":"g"}"#),
    ("", &[("add", "Observation", &[("name", r#""valueString":"effective""#), ("value", r#""valueDateTime":"2020""#)])],
     r#""effectiveDateTime":"2020""#),
    (r#""valueQuantity":{"value":1.0},"status":"final""#, &[("delete", "Observation.value", &[])], r#""status":"final""#),
    (r#""subject":{"reference":"Patient/1"}"#, &[("delete", "Observation.subject.reference", &[])], ""),
    ("", &[("add", "Observation", &[("name", r#""valueString":"contained""#), ("value", r#""resource":{"resourceType":"Patient","id":"p"}"#)])],
     r#""contained":[{"resourceType":"Patient","id":"p"}]"#),
    ("", &[("add", "Observation", &[("name", r#""valueString":"component""#),
        ("value", r#""part":[{"name":"code","valueCodeableConcept":{"text":"c"}},{"name":"value","valueInteger":3},{"name":"referenceRange","part":[{"name":"text","valueString":"r"}]}]"#)])],
     r#""component":[{"code":{"text":"c"},"valueInteger":3,"referenceRange":[{"text":"r"}]}]"#),
];

#[test]
fn a_choice_has_two_kinds_or_the_wrong_name() {
    hold("Observation", CHOICES);
}

const BEFORE: &str =
    r#""name":[{"family":"A"},{"family":"B"}],"gender":"male","contact":[{"gender":"male"}]"#;

#[rustfmt::skip]
const NOTHING: &[Case] = &[
    (BEFORE, &[("delete", "Patient.birthDate", &[])], BEFORE),
    (BEFORE, &[("delete", "Patient.name[2]", &[])], BEFORE),
    (BEFORE, &[("delete", "Patient.name[2].family", &[])], BEFORE),
    (BEFORE, &[("delete", "Patient.gender[1]", &[])], BEFORE),
    (BEFORE, &[("delete", "Patient.contact[0].name.text", &[])], BEFORE),
    (BEFORE, &[("delete", "Patient.name[0].given", &[])], BEFORE),
];

#[test]
fn deleting_what_is_not_there_takes_something_else() {
    hold("Patient", NOTHING);
}

/// A change of `BEFORE`, the fault's code; the place is the resource's type
/// when the resource does not allow the change.
#[rustfmt::skip]
const REFUSED: &[(Change, &str)] = &[
    (("replace", "Patient.birthDate", &[BORN]), "not-found"),
    (("replace", "Patient.name[2]", &[("value", r#""valueHumanName":{"text":"x"}"#)]), "not-found"),
    (("replace", "Patient.name", &[("value", r#""valueHumanName":{"text":"x"}"#)]), "invalid"),
    (("delete", "Patient.name", &[]), "invalid"),
    (("delete", "Patient.name.family", &[]), "invalid"),
    (("add", "Patient.name[2]", &[("name", r#""valueString":"family""#), ("value", r#""valueString":"x""#)]), "not-found"),
    (("add", "Patient", &[("name", r#""valueString":"gender""#), MALE]), "invalid"),
    (("replace", "Patient.name[0]", &[("value", r#""valueString":"x""#)]), "value"),
    (("replace", "Patient.name[0]", &[("value", r#""valueAddress":{"text":"x"}"#)]), "value"),
    (("replace", "Patient.gender", &[("value", r#""valueCoding":{"code":"male"}"#)]), "value"),
    (("replace", "Patient.gender", &[("value", r#""part":[{"name":"id","valueString":"x"}]"#)]), "value"),
    (("add", "Patient", &[("name", r#""valueString":"deceased""#), ("value", r#""valueString":"x""#)]), "value"),
    (("add", "Patient", &[("name", r#""valueString":"contact""#), ("value", r#""part":[{"name":"x","valueString":"x"}]"#)]), "structure"),
    (("insert", "Patient.name", &[("index", r#""valueInteger":3"#), ("value", r#""valueHumanName":{"text":"x"}"#)]), "not-found"),
    (("insert", "Patient.gender", &[("index", r#""valueInteger":0"#), MALE]), "invalid"),
    (("move", "Patient.name", &[("source", r#""valueInteger":2"#), ("destination", r#""valueInteger":0"#)]), "not-found"),
    (("move", "Patient.name", &[("source", r#""valueInteger":0"#), ("destination", r#""valueInteger":2"#)]), "not-found"),
    (("delete", "Observation.status", &[]), "value"),
    (("replace", "Patient.id", &[("value", r#""valueId":"q""#)]), "not-found"),
    (("add", "Patient", &[("name", r#""valueString":"id""#), ("value", r#""valueId":"q""#)]), "invalid"),
];

/// A change that is refused before it meets a resource, the fault's code.
#[rustfmt::skip]
const UNREAD: &[(Change, &str)] = &[
    (("delete", "Patient", &[]), "not-supported"),
    (("replace", "Patient", &[MALE]), "not-supported"),
    (("delete", "", &[]), "not-supported"),
    (("delete", "name", &[]), "not-supported"),
    (("delete", "%resource.name", &[]), "not-supported"),
    (("delete", "Patient.name.where(use='official')", &[]), "not-supported"),
    (("delete", "Patient.name.first()", &[]), "not-supported"),
    (("delete", "Patient.name[-1]", &[]), "not-supported"),
    (("delete", "Patient.name[]", &[]), "not-supported"),
    (("delete", "Patient.name[0", &[]), "not-supported"),
    (("delete", "Patient.name[0][0]", &[]), "not-supported"),
    (("delete", "Patient.name | Patient.contact", &[]), "not-supported"),
    (("delete", "Patient..name", &[]), "not-supported"),
    (("delete", "Observation.value.ofType(Quantity)", &[]), "not-supported"),
    (("delete", "Patient.birthDate.extension[0]", &[]), "not-supported"),
    (("delete", "Patient.contained[0].id", &[]), "not-supported"),
    (("delete", "Patient.nom", &[]), "structure"),
    (("delete", "Observation.valueQuantity", &[]), "structure"),
    (("delete", "Observation.value.nom", &[]), "structure"),
    (("add", "Patient", &[("name", r#""valueString":"nom""#), MALE]), "structure"),
    (("add", "Patient", &[MALE]), "required"),
    (("add", "Patient", &[("name", r#""valueString":"gender""#)]), "required"),
    (("replace", "Patient.gender", &[]), "required"),
    (("insert", "Patient.name", &[MALE]), "required"),
    (("insert", "Patient.name[0]", &[("index", r#""valueInteger":0"#), MALE]), "value"),
    (("insert", "Patient.name", &[("index", r#""valueInteger":-1"#), MALE]), "value"),
    (("insert", "Patient.name", &[("index", r#""valueString":"0""#), MALE]), "value"),
    (("delete", "Patient.name", &[("index", r#""valueInteger":0"#)]), "invalid"),
    (("delete", "Patient.name[0]", &[("type", r#""valueCode":"delete""#)]), "duplicate"),
    (("delete", "Patient.name[0]", &[("nom", r#""valueCode":"x""#)]), "not-supported"),
    (("patch", "Patient.name", &[]), "not-supported"),
    (("replace", "Patient.gender", &[("value", r#""id":"x""#)]), "structure"),
    (("replace", "Patient.gender", &[("value", r#""valueCode":"a","valueString":"b""#)]), "structure"),
    (("replace", "Patient.gender", &[("value", r#""valueCode":"a","part":[]"#)]), "structure"),
    (("replace", "Patient.gender", &[("value", r#""valeur":"a""#)]), "structure"),
];

#[test]
fn an_operation_that_means_nothing_changes_something() {
    let before = format!(r#"{{"resourceType":"Patient",{BEFORE}}}"#);
    for (change, code) in REFUSED {
        let found = refused(&before, &parameters(&[*change]));
        assert_eq!(
            (found.0, found.1.as_str()),
            (*code, "Patient"),
            "{change:?}"
        );
    }
    for (change, code) in UNREAD {
        let found = refused(&before, &parameters(&[*change]));
        assert_eq!(
            (found.0, found.1.as_str()),
            (*code, "Parameters.parameter[0]"),
            "{change:?}"
        );
    }
}

#[test]
fn parameters_of_another_use_are_taken_for_a_patch() {
    let other = r#"{"resourceType":"Parameters","parameter":[{"name":"resource"}]}"#;
    let found = refused(r#"{"resourceType":"Patient"}"#, other);
    assert_eq!(
        (found.0, found.1.as_str()),
        ("value", "Parameters.parameter[0]")
    );
}
