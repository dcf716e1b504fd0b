//! A submission that came before (IHE MHD ITI-65): its documents are recognised by their unique ids,
//! and with them the bytes that they attach and the list that names them, so that a repeated
//! transaction adds nothing.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use hygie_fhir::{Json, Resource};

use super::existing::Reach;
use super::{Step, Verb};
use crate::item::Item;

/// The steps that make what is there already, by their place, with what is there.
pub(super) fn recognised(reach: &Reach, steps: &[Step]) -> HashMap<usize, Arc<Item>> {
    let mut there = HashMap::new();
    let mut documents: HashMap<&str, String> = HashMap::new();
    for (place, step) in steps.iter().enumerate() {
        if let Some(item) = made(step).and_then(|resource| reach.same_document(resource)) {
            if let Some(name) = &step.name {
                documents.insert(name, item.reference());
            }
            there.insert(place, item);
        }
    }
    if there.is_empty() {
        return there;
    }
    let bytes = bytes(steps, &there);
    let around = steps.iter().enumerate().filter_map(|(place, step)| {
        let resource = made(step)?;
        let item = match resource.kind() {
            "Binary" => reach.own_item(bytes.get(step.name.as_deref()?)?),
            "List" => reach.own_list(&members(resource, |reference| {
                documents.get(reference).cloned()
            })),
            _ => None,
        };
        Some((place, item?))
    });
    let around: Vec<_> = around.collect();
    there.extend(around);
    there
}

fn made(step: &Step) -> Option<&Resource> {
    match &step.verb {
        Verb::Create { resource, .. } => Some(resource),
        _ => None,
    }
}

/// For each name that only recognised documents attach: where the one that is there has its bytes.
fn bytes<'a>(steps: &'a [Step], there: &'a HashMap<usize, Arc<Item>>) -> HashMap<&'a str, &'a str> {
    let mut bytes = HashMap::new();
    let mut needed = BTreeSet::new();
    for (place, step) in steps.iter().enumerate() {
        let Some(resource) = made(step) else { continue };
        match there.get(&place) {
            Some(item) => bytes.extend(addresses(resource).zip(addresses(item.resource()))),
            None => needed.extend(addresses(resource)),
        }
    }
    bytes.retain(|name, _| !needed.contains(name));
    bytes
}

/// The addresses of a document's attachments, in their order.
fn addresses(resource: &Resource) -> impl Iterator<Item = &str> {
    let contents = resource
        .json()
        .get("content")
        .map(Json::items)
        .unwrap_or_default();
    contents
        .iter()
        .filter_map(|content| content.get("attachment")?.get("url")?.as_str())
}

/// What a List names, each name translated; nothing when one of them has no translation.
pub(super) fn members(
    list: &Resource,
    translated: impl Fn(&str) -> Option<String>,
) -> BTreeSet<String> {
    let entries = list
        .json()
        .get("entry")
        .map(Json::items)
        .unwrap_or_default();
    let named = entries.iter().map(|entry| {
        let reference = entry.get("item")?.get("reference")?.as_str()?;
        translated(reference)
    });
    named.collect::<Option<_>>().unwrap_or_default()
}
