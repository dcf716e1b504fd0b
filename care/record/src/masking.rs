//! The mark `MASQUE_PS`: masked to professionals (value set J08). It stands in a document's
//! `securityLabel` when it is deposited; later changes stand in `rights`, so that they make no version,
//! ETag or lastUpdated that others could see.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use hygie_fhir::Json;

use crate::Error;
use crate::folder::Lineage;

/// The member of a resource that has the marks.
pub const LABELS: &str = "securityLabel";
/// The code system of the marks of visibility.
const SYSTEM: &str = "urn:oid:1.2.250.1.213.1.1.4.13";
/// Masked to professionals.
const MASKED: &str = "MASQUE_PS";
/// Neither restricted nor masked (v3-Confidentiality).
const NORMAL: &str = "N";

/// What was said of the visibility of items (`Type/id`) after they were deposited: the mark's place
/// among the labels, or none for an item that is not masked any more.
pub type Masks = HashMap<String, Option<usize>>;

/// Whether an item is masked to professionals now.
pub fn is_masked(lineage: &Lineage, masks: &Masks) -> bool {
    if !masks.is_empty()
        && let Some(place) = masks.get(&lineage.newest().reference())
    {
        return place.is_some();
    }
    // A deletion says nothing of visibility: what was masked stays so, with its history.
    let content = lineage.versions().iter().rev().find(|item| !item.deleted);
    content.is_some_and(|item| item.marked)
}

/// Whether a resource bears the mark.
pub fn is_marked(resource: &Json) -> bool {
    labels(resource)
        .iter()
        .any(|label| codings(label).iter().any(is_mask))
}

/// A lineage as those who may see it read it: with the mark that holds now.
pub fn shown(lineage: &Arc<Lineage>, masks: &Masks) -> Arc<Lineage> {
    let said = (!masks.is_empty())
        .then(|| masks.get(&lineage.newest().reference()))
        .flatten();
    let Some(place) = said else {
        return Arc::clone(lineage);
    };
    let newest = lineage.newest();
    if newest.deleted || newest.marked == place.is_some() {
        return Arc::clone(lineage);
    }
    let mut resource = newest.resource().clone();
    resource.set_member(LABELS, marked(newest.resource().json(), *place));
    let item = newest.remarked(resource, place.is_some());
    Arc::new(lineage.with_newest(item))
}

/// The labels with the mark added or taken away; `None` when no label is left.
fn marked(resource: &Json, place: Option<usize>) -> Option<Json> {
    let kept = labels(resource)
        .iter()
        .filter(|label| !codings(label).iter().any(is_mask))
        .cloned();
    let mut labels: Vec<Json> = kept.collect();
    if let Some(place) = place {
        let coding = Json::object([
            ("system", Json::String(SYSTEM.into())),
            ("code", Json::String(MASKED.into())),
        ]);
        let label = Json::object([("coding", Json::array([coding]))]);
        labels.insert(place.min(labels.len()), label);
    }
    (!labels.is_empty()).then(|| Json::array(labels))
}

/// Where among a document's labels the mark shall stand, if at all, as a patch of them says it:
/// `before` and `after` are the document as it is shown, without and with the patch. Another label may
/// make way for the mark, and `N` (normal) take its place, as in the DMP's draft (TD3.3a); the other
/// labels stay as their author wrote them, and a patch that says more is refused.
///
/// # Errors
/// [`Error::Unprocessable`] for every other change.
pub fn asked(before: &Json, after: &Json) -> Result<Option<usize>, Error> {
    let [was, is] = [before, after].map(|resource| {
        let codings = labels(resource).iter().flat_map(codings);
        let codes = codings.filter_map(|coding| coding.get("code")?.as_str());
        codes.collect::<BTreeSet<&str>>()
    });
    let mut new = is.difference(&was).filter(|code| **code != MASKED);
    let changes = is_marked(before) != is_marked(after);
    if new.all(|code| changes && *code == NORMAL) && (changes || was == is) {
        let mut labels = labels(after).iter();
        return Ok(labels.position(|label| codings(label).iter().any(is_mask)));
    }
    Err(Error::Unprocessable(
        "a patch of `securityLabel` puts MASQUE_PS or takes it away; the other marks of visibility are \
         not supported, and other labels are changed by an update",
    ))
}

fn labels(resource: &Json) -> &[Json] {
    resource.get(LABELS).map(Json::items).unwrap_or_default()
}

fn codings(label: &Json) -> &[Json] {
    label.get("coding").map(Json::items).unwrap_or_default()
}

/// The code alone decides: senders differ in how they write the system (OID, or the national address).
fn is_mask(coding: &Json) -> bool {
    coding.get("code").and_then(Json::as_str) == Some(MASKED)
}
