use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use hygie_fhir::Json;

use super::parse;
use crate::bundle;

/// Enough people for every life, in many departments.
const PEOPLE: u64 = 200;
/// Vaccines of the World Health Organization's list that French town pharmacies did not dispense, or
/// not yet, in the year of that table.
const NEWER: [&str; 3] = ["J07AH08", "J07BM03", "J07BN01"];

/// The codes of a population, by their systems.
fn codes() -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    for index in 0..PEOPLE {
        for (_, resource) in parse(&bundle(1, index)) {
            collect(resource.json(), &mut found);
        }
    }
    found
}

fn collect(json: &Json, found: &mut BTreeMap<String, BTreeSet<String>>) {
    let text = |name: &str| json.get(name).and_then(Json::as_str);
    if let (Some(system), Some(code)) = (text("system"), text("code")) {
        let codes = found.entry(system.to_owned()).or_default();
        codes.insert(code.to_owned());
    }
    match json {
        Json::Object(members) => members.iter().for_each(|(_, value)| collect(value, found)),
        Json::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}

/// The cells of one of the data's tables, without its head.
fn table(path: &str, separator: char) -> Vec<Vec<String>> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let text = fs::read(data.join(path)).unwrap();
    let text = String::from_utf8_lossy(&text);
    let cells = |line: &str| {
        let cells = line.split(separator);
        cells
            .map(|cell| cell.trim_matches('"').to_owned())
            .collect()
    };
    text.lines().skip(1).map(cells).collect()
}

fn first_column(path: &str, separator: char) -> BTreeSet<String> {
    let rows = table(path, separator).into_iter();
    rows.map(|mut row| row.swap_remove(0)).collect()
}

fn is_there(test: &str) -> bool {
    let there = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if !there.is_dir() {
        println!("skipped: {test} (no ../shared)");
    }
    there.is_dir()
}

#[test]
fn a_code_is_in_no_french_table() {
    if !is_there("a_code_is_in_no_french_table") {
        return;
    }
    let found = codes();
    let nomenclatures = "snds/nomenclatures";
    let of = |path: &str| first_column(&format!("{nomenclatures}/{path}"), ';');
    // System, codes of the table, fewest that a population shows.
    let tables = [
        (
            "http://hl7.org/fhir/sid/icd-10",
            of("ORAVAL/MS_CIM_V.csv"),
            40,
        ),
        (
            "urn:oid:1.2.250.1.215.300.1",
            of("ATIH/IR_CCAM_V63.csv"),
            15,
        ),
        (
            "http://www.whocc.no/atc",
            of("OPENMEDIC/openmedic_ATC5.csv"),
            40,
        ),
        ("urn:oid:1.2.250.1.213.2.7", of("ORAREF/IR_BIO_R.csv"), 8),
    ];
    for (system, table, fewest) in tables {
        let codes = &found[system];
        assert!(codes.len() >= fewest, "{system}: {}", codes.len());
        for code in codes.iter().filter(|code| !NEWER.contains(&code.as_str())) {
            // These tables write ICD-10 without its point, and laboratory acts without leading zeros.
            let plain = code.replace('.', "");
            let known = table.contains(&plain) || table.contains(plain.trim_start_matches('0'));
            assert!(known, "{code} of {system}");
        }
    }
    // Packages have no table here: their check digits are checked beside.
    assert!(found["urn:oid:1.2.250.1.213.2.3.2"].len() >= 5);
}

#[test]
fn a_document_a_trade_or_a_relation_is_in_no_value_set() {
    if !is_there("a_document_a_trade_or_a_relation_is_in_no_value_set") {
        return;
    }
    let found = codes();
    let set = |name: &str| first_column(&format!("jdv/{name}_CISIS.tsv"), '\t');
    let classes = table("jdv/ASS_X16_type_to_class_DMP_20240223.tsv", '\t');
    let types = set("JDV_J07_XdsTypeCode");
    let mut papers = BTreeSet::new();
    for index in 0..PEOPLE {
        for (_, resource) in parse(&bundle(1, index)) {
            if resource.kind() != "DocumentReference" {
                continue;
            }
            let code = |json: &Json| {
                let coding = &json.get("coding").unwrap().as_array().unwrap()[0];
                coding.get("code").unwrap().as_str().unwrap().to_owned()
            };
            let kind = code(resource.json().get("type").unwrap());
            assert!(types.contains(&kind), "{kind}");
            let class = resource.json().get("category");
            let class = class.map(|class| code(&class.as_array().unwrap()[0]));
            let row = classes.iter().find(|row| row[0] == kind);
            assert_eq!(row.map(|row| &row[1]), class.as_ref(), "{kind}");
            papers.insert(kind);
        }
    }
    assert!(papers.len() >= 20, "{papers:?}");
    let sets = [
        (
            "urn:oid:1.2.250.1.213.1.1.4.5",
            set("JDV_J01_XdsAuthorSpecialty"),
        ),
        (
            "urn:oid:1.2.250.1.71.4.2.4",
            set("JDV_J02_XdsHealthcareFacilityTypeCode"),
        ),
        (
            "http://terminology.hl7.org/CodeSystem/v3-RoleCode",
            set("JDV_J11_RelationPatient"),
        ),
    ];
    for (system, set) in sets {
        let strange: Vec<_> = found[system].difference(&set).collect();
        assert!(strange.is_empty(), "{system}: {strange:?}");
    }
}
