//! The mark `MASQUE_PS`: masked to professionals (value set J08). It stands in a document's
//! `securityLabel` when it is deposited; later changes stand in `rights`, so that they make no version,
//! ETag or lastUpdated that others could see.

use std::collections::HashMap;
use std::sync::Arc;

use hygie_fhir::Json;

use crate::folder::{Item, Lineage};

/// The code system of the marks of visibility.
const SYSTEM: &str = "urn:oid:1.2.250.1.213.1.1.4.13";
/// Masked to professionals.
const MASKED: &str = "MASQUE_PS";

/// Whether an item is masked to professionals now.
pub fn is_masked(lineage: &Lineage, masks: &HashMap<String, bool>) -> bool {
    if !masks.is_empty()
        && let Some(masked) = masks.get(&lineage.newest().reference())
    {
        return *masked;
    }
    is_marked(lineage.newest().resource.json())
}

/// Whether a resource bears the mark.
pub fn is_marked(resource: &Json) -> bool {
    labels(resource)
        .iter()
        .any(|label| codings(label).iter().any(is_mask))
}

/// A lineage as those who may see it read it: with the mark that holds now.
pub fn shown(lineage: &Arc<Lineage>, masks: &HashMap<String, bool>) -> Arc<Lineage> {
    let masked = (!masks.is_empty())
        .then(|| masks.get(&lineage.newest().reference()))
        .flatten();
    let Some(masked) = masked else {
        return Arc::clone(lineage);
    };
    let newest = lineage.newest();
    if is_marked(newest.resource.json()) == *masked {
        return Arc::clone(lineage);
    }
    let mut resource = newest.resource.clone();
    resource.set_member("securityLabel", marked(newest.resource.json(), *masked));
    let item = Item {
        resource,
        version: newest.version.clone(),
        updated: newest.updated,
        author: Arc::clone(&newest.author),
        deleted: newest.deleted,
    };
    Arc::new(lineage.with_newest(item))
}

/// The labels with the mark added or taken away; `None` when no label is left.
fn marked(resource: &Json, masked: bool) -> Option<Json> {
    let mut kept: Vec<Json> = labels(resource)
        .iter()
        .filter(|label| !codings(label).iter().any(is_mask))
        .cloned()
        .collect();
    if masked {
        let coding = Json::object([
            ("system", Json::String(SYSTEM.into())),
            ("code", Json::String(MASKED.into())),
        ]);
        kept.push(Json::object([("coding", Json::array([coding]))]));
    }
    (!kept.is_empty()).then(|| Json::array(kept))
}

fn labels(resource: &Json) -> &[Json] {
    resource
        .get("securityLabel")
        .map(Json::items)
        .unwrap_or_default()
}

fn codings(label: &Json) -> &[Json] {
    label.get("coding").map(Json::items).unwrap_or_default()
}

/// The code alone decides: senders differ in how they write the system (OID, or the national address).
fn is_mask(coding: &Json) -> bool {
    coding.get("code").and_then(Json::as_str) == Some(MASKED)
}
