//! Failures covered: an import that adds something the second time; a reject that is not counted, not listed, or
//! that quotes the record; a summary that does not add up; an export that others could read or that replaces a file.
//! Not failures: an import that finds an organisation there already.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::harness::Home;
use crate::harness::samples::record;

fn adds_up(summary: &Value) -> bool {
    let count = |name: &str| summary[name].as_u64().unwrap();
    count("taken") + count("already") + count("directory") + count("rejected") == count("total")
}

#[test]
fn the_same_file_twice_adds_nothing() {
    let home = Home::demo();
    let first = home.import("record.json", &record("Martin"));
    assert_eq!(
        (&first["taken"], &first["directory"]),
        (&json!(5), &json!(2))
    );
    let persons = home.persons();
    let before = home.export(&persons[0]);
    let second = home.import("record.json", &record("Martin"));
    assert!(adds_up(&first) && adds_up(&second));
    assert_eq!(
        (&second["already"], &second["total"]),
        (&json!(7), &json!(7)),
        "{second}"
    );
    assert_eq!(home.persons(), persons);
    assert_eq!(home.export(&persons[0]), before);
    // Under a running service it is the same import.
    let serving = home.serve();
    let third = home.import("record.json", &record("Martin"));
    assert_eq!(third["already"], json!(7));
    serving.stop();
}

#[test]
fn lines_and_single_resources_of_one_import_refer_to_each_other() {
    let home = Home::demo();
    let folder = home.outside.join("in/deeper");
    fs::create_dir_all(&folder).unwrap();
    let observation = |code: &str| {
        json!({
            "resourceType": "Observation", "id": code, "status": "final",
            "code": { "text": code }, "subject": { "reference": "Patient/p1" },
        })
    };
    let lines = format!("{}\n\n{}\n", observation("a"), observation("b"));
    fs::write(folder.join("Observation.ndjson"), lines).unwrap();
    let patient = json!({ "resourceType": "Patient", "id": "p1", "gender": "male" });
    fs::write(home.outside.join("in/patient.json"), patient.to_string()).unwrap();
    fs::write(home.outside.join("in/readme.txt"), "not a record").unwrap();
    let path = home.outside.join("in");
    let summary = home
        .done(&[
            "--json",
            "import",
            path.to_str().unwrap(),
            "--source",
            "old system",
        ])
        .json();
    assert_eq!(
        (&summary["taken"], &summary["total"]),
        (&json!(3), &json!(3)),
        "{summary}"
    );
    let person = home.persons().remove(0);
    let export = home.export(&person);
    assert_eq!(export.matches(&format!("\"Patient/{person}\"")).count(), 2);
}

#[test]
fn what_is_refused_is_listed_with_its_place_and_without_its_content() {
    let home = Home::demo();
    let mut bundle = record("Martin");
    bundle["entry"][5]["resource"]["effectiveDateTime"] = json!("2020-02-31");
    bundle["entry"][5]["resource"]["note"] = json!([{ "text": "hush" }]);
    let good = home.file("good.json", &bundle.to_string());
    let bad = home.file(
        "bad.json",
        "{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":\"hush",
    );
    let finished = home.run(&["--json", "import", &good, &bad]);
    assert_eq!(finished.code, 1);
    let summary = finished.json();
    assert!(adds_up(&summary));
    assert_eq!(
        (&summary["rejected"], &summary["total"]),
        (&json!(2), &json!(8)),
        "{summary}"
    );
    let listed = summary["rejects"].as_str().unwrap();
    assert_eq!(
        fs::metadata(listed).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let text = fs::read_to_string(listed).unwrap();
    assert!(
        !text.contains("hush") && !text.contains("Martin") && !text.contains("2020-02-31"),
        "{text}"
    );
    let rejects: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let dated = rejects
        .iter()
        .find(|reject| reject["source"] == good.as_str())
        .unwrap();
    assert_eq!(dated["entry"], 5);
    assert!(
        dated["place"]
            .as_str()
            .unwrap()
            .starts_with("Observation.effective"),
        "{dated}"
    );
    let offset = usize::try_from(dated["offset"].as_u64().unwrap()).unwrap();
    let resource = bundle["entry"][5]["resource"].to_string();
    assert!(fs::read_to_string(&good).unwrap()[offset..].starts_with(&resource));
    let broken = rejects
        .iter()
        .find(|reject| reject["source"] == bad.as_str())
        .unwrap();
    assert!(broken["offset"].as_u64().is_some());
}

#[test]
fn an_export_is_for_its_owner_alone_and_replaces_nothing() {
    let home = Home::demo();
    home.import("record.json", &record("Martin"));
    let person = home.persons().remove(0);
    let out = home.outside.join("export.json");
    let path = out.to_str().unwrap();
    home.done(&["export", &person, "--out", path]);
    assert_eq!(
        fs::metadata(&out).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let bundle: Value = serde_json::from_str(&fs::read_to_string(&out).unwrap()).unwrap();
    assert_eq!(bundle["type"], "collection");
    assert_eq!(bundle["entry"].as_array().unwrap().len(), 7);
    let again = home.run(&["export", &person, "--out", path]);
    assert_eq!(again.code, 1);
    assert!(
        again.stderr.contains("is there already"),
        "{}",
        again.stderr
    );
    // The export stands in the person's own trail.
    let serving = home.serve();
    let holder = home.token(&["--holder", &person]);
    let trail = serving
        .get(&format!("AuditEvent?patient={person}&_count=1000"), &holder)
        .resources();
    let exports = trail
        .iter()
        .filter(|event| event["subtype"][0]["code"] == "export");
    assert_eq!(exports.count(), 1);
    serving.stop();
}
