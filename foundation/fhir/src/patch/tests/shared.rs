//! The cases of HL7's fhir-test-cases, and the PATCH of the French DMP's draft
//! (TD2.1, replacing a document).

use std::path::{Path, PathBuf};

use super::super::budget::Budget;
use super::super::{json_patch, parameters};
use super::json;
use crate::check;
use crate::json::{Json, Limits};
use crate::resource::Resource;

fn file(test: &str, path: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if !root.is_dir() {
        println!("skipped: {test} (no ../shared)");
        return None;
    }
    Some(root.join(path))
}

fn apply(case: &Json) -> Result<Json, String> {
    let mut document = case.get("doc").unwrap().clone();
    let operations = case.get("patch").unwrap().items();
    json_patch::parse(operations)
        .and_then(|operations| {
            let mut budget = Budget::new(&Limits::default());
            json_patch::apply(&operations, &mut document, &mut budget)
        })
        .map(|()| document)
        .map_err(|fault| fault.to_string())
}

#[test]
fn a_published_case_of_json_patch_does_not_hold() {
    let test = "a_published_case_of_json_patch_does_not_hold";
    let Some(path) = file(test, "fhir-test-cases/r4/patch/json-patch-tests.json") else {
        return;
    };
    let cases = json(&std::fs::read_to_string(path).unwrap());
    let (mut changed, mut refused) = (0, 0);
    for case in cases.items() {
        let name = case.get("comment").unwrap().as_str().unwrap();
        match (apply(case), case.get("expected")) {
            (Ok(outcome), Some(expected)) => {
                let same = format!(
                    r#"[{{"op":"test","path":"","value":{}}}]"#,
                    String::from_utf8(expected.print()).unwrap()
                );
                let same = json_patch::parse(json(&same).items()).unwrap();
                let mut budget = Budget::new(&Limits::default());
                let mut outcome = outcome;
                assert!(
                    json_patch::apply(&same, &mut outcome, &mut budget).is_ok(),
                    "{name}"
                );
                changed += 1;
            }
            (Err(_), None) => refused += 1,
            (Ok(_), None) => panic!("{name}: taken"),
            (Err(fault), Some(_)) => panic!("{name}: {fault}"),
        }
    }
    println!("json-patch-tests.json: {changed} changed, {refused} refused, as expected");
    assert_eq!(changed + refused, cases.items().len());
    assert!(changed >= 11 && refused >= 4);
}

#[test]
fn a_document_replaced_in_the_dmp_stays_current() {
    let test = "a_document_replaced_in_the_dmp_stays_current";
    let folder = "pdsm4dmp/input/examples";
    let Some(folder) = file(test, folder) else {
        return;
    };
    let read = |name: &str| json(&std::fs::read_to_string(folder.join(name)).unwrap());
    let transaction = read("Bundle-example-td2-1-remplacement.json");
    let entries = transaction.get("entry").unwrap().items();
    let method = |entry: &Json| {
        entry
            .get("request")?
            .get("method")?
            .as_str()
            .map(str::to_owned)
    };
    let patches: Vec<&Json> = entries
        .iter()
        .filter(|entry| method(entry).as_deref() == Some("PATCH"))
        .map(|entry| entry.get("resource").unwrap())
        .collect();
    assert_eq!(patches.len(), 1);
    assert!(parameters::parse(patches[0]).is_ok());

    let patch = super::patch(&String::from_utf8(patches[0].print()).unwrap()).unwrap();
    assert!(patch.touches_only(&["status"]));
    // The example shows the document after the patch.
    let mut document = read("DocumentReference-doc-x-id.json");
    assert!(document.get("status") == Some(&"superseded".into()));
    document.set("status", "current".into());
    let before = Resource::from_json(document).unwrap();
    let after = patch.apply(&before).unwrap();
    let status = |resource: &Resource| resource.json().get("status").cloned();
    assert!(status(&after) == Some("superseded".into()));
    assert_eq!(check(&after).len(), check(&before).len());
    let mut restored = after.into_json();
    restored.set("status", "current".into());
    assert!(restored == *before.json());
}
