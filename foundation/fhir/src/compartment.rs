//! To which patient a resource belongs: R4's Patient compartment.

use std::collections::HashSet;

use crate::generated::compartment::PATIENT;
use crate::json::Json;
use crate::resource::Resource;
use crate::target::Target;

/// The texts of the references through which this resource may belong to a
/// patient, the nearest first (`subject` before `performer`). References that
/// say another type than Patient are left out; `urn:uuid:…` and addresses
/// that tell no type are in. A Patient yields its links to other Patients.
pub fn patient_references(resource: &Resource) -> Vec<&str> {
    let row = PATIENT.binary_search_by(|(name, _)| (*name).cmp(resource.kind()));
    let paths = row.map_or(&[][..], |index| PATIENT[index].1);
    let mut found = Vec::new();
    for path in paths {
        descend(resource.json(), path, &mut found);
    }
    let mut seen = HashSet::new();
    found.retain(|text| seen.insert(*text));
    found
}

fn descend<'a>(json: &'a Json, path: &[&str], found: &mut Vec<&'a str>) {
    let Some((first, rest)) = path.split_first() else {
        let text = json.get("reference").and_then(Json::as_str);
        let said = json.get("type").and_then(Json::as_str);
        found.extend(text.filter(|text| may_be_patient(text, said)));
        return;
    };
    for item in json.get(first).map(Json::items).unwrap_or_default() {
        descend(item, rest, found);
    }
}

fn may_be_patient(text: &str, said: Option<&str>) -> bool {
    if said.is_some_and(|said| said != "Patient") {
        return false;
    }
    match Target::of(text) {
        Target::Resource { kind, .. } | Target::Search { kind, .. } => kind == "Patient",
        Target::Contained(_) => false,
        Target::Urn(_) | Target::Elsewhere(_) => true,
        Target::Malformed => false,
    }
}

/// The resource types that can belong to a patient (R4, the Patient compartment).
pub fn compartment_kinds() -> impl Iterator<Item = &'static str> {
    PATIENT.iter().map(|(kind, _)| *kind)
}
