//! Synthetic records and the specification's examples, in ../shared, against a
//! second, naive reading of their JSON by another parser.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::json::Limits;
use crate::resource::Resource;

use super::super::{Parameter, parameters};
use super::{criterion, search_values};

/// Every resource of the sample, with references as a server would store them.
fn sample(test: &str) -> Option<Vec<(Value, Resource)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/synthea");
    let Ok(files) = std::fs::read_dir(folder) else {
        println!("skipped: {test} (no ../shared)");
        return None;
    };
    let mut sample = Vec::new();
    let files = files.map(|file| file.unwrap().path());
    for file in files.filter(|file| file.extension().is_some_and(|ending| ending == "json")) {
        let text = std::fs::read_to_string(&file).unwrap();
        let mut bundle: Value = serde_json::from_str(&text).unwrap();
        let mut ids = BTreeMap::new();
        for entry in bundle["entry"].as_array().unwrap() {
            let part = |name: &str| entry["resource"][name].as_str().unwrap();
            let id = format!("{}/{}", part("resourceType"), part("id"));
            ids.insert(entry["fullUrl"].as_str().unwrap().to_owned(), id);
        }
        for entry in bundle["entry"].as_array_mut().unwrap() {
            let mut value = entry["resource"].take();
            rewrite(&mut value, &ids);
            let json = value.to_string();
            let resource = Resource::parse(json.as_bytes(), &Limits::default()).unwrap();
            sample.push((value, resource));
        }
    }
    Some(sample)
}

/// Puts `Type/id` in the place of each `urn:uuid` of the same bundle.
fn rewrite(value: &mut Value, ids: &BTreeMap<String, String>) {
    match value {
        Value::String(text) => {
            if let Some(id) = ids.get(text) {
                text.clone_from(id);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rewrite(item, ids)),
        Value::Object(members) => members.values_mut().for_each(|member| rewrite(member, ids)),
        _ => {}
    }
}

/// Whether anything lies at the end of a path.
fn is_there(value: &Value, steps: &[&str]) -> bool {
    match (value, steps) {
        (Value::Array(items), _) => items.iter().any(|item| is_there(item, steps)),
        (Value::Null, _) => false,
        (value, [step, rest @ ..]) => is_there(&value[*step], rest),
        (_, []) => true,
    }
}

fn is_there_for(parameter: &Parameter, value: &Value) -> bool {
    let mut paths = parameter.paths.iter();
    paths.any(|path| is_there(value, path.steps))
}

/// Whether the parameter sees all that its paths reach.
fn is_plain(parameter: &Parameter) -> bool {
    let mut paths = parameter.paths.iter();
    paths.all(|path| path.only.is_none() && path.target.is_none())
}

#[test]
fn an_element_that_is_there_is_never_without_search_value() {
    let Some(sample) = sample("an_element_that_is_there_is_never_without_search_value") else {
        return;
    };
    let mut seen = BTreeSet::new();
    for (value, resource) in &sample {
        for parameter in parameters(resource.kind()) {
            let found = !search_values(resource, parameter).is_empty();
            // Filters are checked below and in the tests of each kind.
            let plain = is_plain(parameter);
            let there = is_there_for(parameter, value);
            assert!(
                !plain || found || !there,
                "{}.{} sees nothing",
                resource.kind(),
                parameter.code
            );
            assert!(
                there || !found || parameter.code == "deceased",
                "{}.{}",
                resource.kind(),
                parameter.code
            );
            if found {
                seen.insert((resource.kind(), parameter.code));
            }
        }
    }
    println!(
        "{} resources, {} parameters with values",
        sample.len(),
        seen.len()
    );
    let kinds: BTreeSet<_> = sample.iter().map(|(_, resource)| resource.kind()).collect();
    assert!(
        kinds.len() >= 15 && seen.len() > 170,
        "{} {}",
        kinds.len(),
        seen.len()
    );
    for kind in kinds
        .iter()
        .filter(|kind| !matches!(**kind, "Patient" | "Organization" | "Practitioner"))
    {
        assert!(seen.contains(&(*kind, "patient")), "{kind}.patient");
    }
}

/// A date text as a number that orders in UTC, `2012-03-04T05:06:07+01:00`
/// only; by counting hours of a year of 12 × 31 days, which is enough to order.
fn ordinal(text: &str) -> i64 {
    let part = |range: std::ops::Range<usize>| text[range].parse::<i64>().unwrap();
    let zone = if &text[19..20] == "-" {
        -part(20..22)
    } else {
        part(20..22)
    };
    // A zone may move a time over the end of a month: tests ask at mid-month.
    (((part(0..4) * 12 + part(5..7)) * 31 + part(8..10)) * 24 + part(11..13) - zone) * 3600
        + part(14..16) * 60
}

/// The time of an element against noon of 15 June 2012.
fn after_noon(value: &Value, pointer: &str) -> i64 {
    ordinal(text(value, pointer)) - ordinal("2012-06-15T12:00:00+00:00")
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or("")
}

fn amount(value: &Value) -> f64 {
    value["valueQuantity"]["value"].as_f64().unwrap_or(f64::NAN)
}

fn has_code(concept: &Value, system: &str, code: &str) -> bool {
    let mut codings = concept["coding"].as_array().into_iter().flatten();
    codings.any(|coding| coding["system"] == system && coding["code"] == code)
}

type Oracle = fn(&Value) -> bool;

/// Resource type, parameter, value, and what it means by hand.
#[rustfmt::skip]
const ORACLES: &[(&str, &str, &str, Oracle)] = &[
    ("Observation", "code", "http://loinc.org|8302-2", |v| has_code(&v["code"], "http://loinc.org", "8302-2")),
    ("Observation", "code", "http://snomed.info/sct|8302-2", |_| false),
    ("Observation", "code:not", "8302-2,29463-7", |v| {
        !["8302-2", "29463-7"].iter().any(|code| has_code(&v["code"], "http://loinc.org", code))
    }),
    ("Observation", "code:text", "body", |v| text(v, "/code/text").to_lowercase().starts_with("body")),
    ("Observation", "category", "vital-signs", |v| text(v, "/category/0/coding/0/code") == "vital-signs"),
    ("Observation", "date", "ge2012-06-15T12:00:00Z", |v| after_noon(v, "/effectiveDateTime") >= 0),
    ("Observation", "date", "lt2012-06-15T12:00:00+00:00", |v| after_noon(v, "/effectiveDateTime") < 0),
    ("Observation", "value-quantity", "gt100", |v| amount(v) > 100.0),
    ("Observation", "value-quantity", "lt20.5|http://unitsofmeasure.org|kg/m2", |v| {
        text(v, "/valueQuantity/code") == "kg/m2" && amount(v) < 20.5
    }),
    ("Observation", "value-concept:missing", "false", |v| !v["valueCodeableConcept"].is_null()),
    ("Patient", "gender", "female", |v| v["gender"] == "female"),
    ("Patient", "birthdate", "lt1970", |v| text(v, "/birthDate") < "1970"),
    ("Patient", "deceased", "true", |v| !v["deceasedDateTime"].is_null()),
    ("Patient", "given:contains", "e", |v| {
        let names = v["name"].as_array().into_iter().flatten().map(|name| name["given"].to_string().to_lowercase());
        names.into_iter().any(|given| given.contains(['e', 'é', 'è']))
    }),
    ("Claim", "use", "claim", |v| v["use"] == "claim"),
    ("Claim", "created", "gt2012-06-15T12:00:00Z", |v| after_noon(v, "/created") > 0),
    ("Encounter", "class", "AMB", |v| v["class"]["code"] == "AMB"),
    ("Encounter", "date", "sa2012-06-15T12:00:00Z", |v| after_noon(v, "/period/start") > 0),
    ("Procedure", "date", "eb2012-06-15T12:00:00Z", |v| after_noon(v, "/performedPeriod/end") < 0),
    ("Condition", "clinical-status", "resolved", |v| text(v, "/clinicalStatus/coding/0/code") == "resolved"),
    ("Condition", "abatement-date:missing", "true", |v| v["abatementDateTime"].is_null()),
    ("MedicationRequest", "status", "active", |v| v["status"] == "active"),
    ("Immunization", "vaccine-code", "140", |v| has_code(&v["vaccineCode"], "http://hl7.org/fhir/sid/cvx", "140")),
    ("DiagnosticReport", "result:missing", "false", |v| v["result"].is_array()),
    ("ExplanationOfBenefit", "status", "active", |v| v["status"] == "active"),
];

#[test]
fn no_resource_is_missed_or_found_in_excess() {
    let Some(sample) = sample("no_resource_is_missed_or_found_in_excess") else {
        return;
    };
    for (kind, name, value, oracle) in ORACLES {
        let criterion = criterion(kind, name, value).unwrap();
        let (mut hits, mut others) = (0, 0);
        for (json, resource) in sample
            .iter()
            .filter(|(_, resource)| resource.kind() == *kind)
        {
            let expected = oracle(json);
            assert_eq!(
                criterion.matches(resource),
                expected,
                "{kind}?{name}={value}"
            );
            *if expected { &mut hits } else { &mut others } += 1;
        }
        println!("{kind}?{name}={value}: {hits} of {}", hits + others);
    }
}

#[test]
fn no_example_of_the_specification_loses_a_value() {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/fhir-r4-examples");
    let Ok(files) = std::fs::read_dir(folder) else {
        println!("skipped: no_example_of_the_specification_loses_a_value (no ../shared)");
        return;
    };
    for file in files {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let resource = Resource::parse(&bytes, &Limits::default()).unwrap();
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        for parameter in parameters(resource.kind()) {
            // A schedule without limits (three times a week) has no dates.
            let schedule =
                parameter.code == "occurrence" && is_there(&value, &["occurrenceTiming"]);
            let found = !search_values(&resource, parameter).is_empty();
            let there = is_plain(parameter) && is_there_for(parameter, &value);
            assert!(
                found || !there || schedule,
                "{}.{}",
                resource.kind(),
                parameter.code
            );
        }
    }
}
