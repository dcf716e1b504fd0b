//! Finds and rewrites the references of a resource, wherever R4 allows one:
//! in extensions, in contained resources, in the entries of a Bundle.

use super::{Resource, kind_of};
use crate::definitions::{Element, Kind, Type, TypeId};
use crate::generated::types::{ELEMENT, REFERENCE};
use crate::json::Json;
use crate::place::Place;

impl Resource {
    /// Every `Reference.reference` with the place of its Reference. Canonicals
    /// and other addresses (`uri`, `url`) are no references.
    pub fn references(&self) -> Vec<(String, &str)> {
        let mut found = Vec::new();
        let root = Place::root(self.kind);
        visit(&self.json, self.kind, &root, &mut |place, text| {
            found.push((place.to_string(), text));
        });
        found
    }

    /// Replaces each `Reference.reference` for which `rewrite` has a new text;
    /// the others, and all other addresses, stay.
    pub fn rewrite_references(&mut self, mut rewrite: impl FnMut(&str) -> Option<String>) {
        let kind = self.kind;
        change(&mut self.json, kind, &mut rewrite);
    }
}

/// What a member that is an object, or a list of them, is by R4.
pub(super) enum Child {
    Object(TypeId),
    Reference,
    Resource,
}

/// The element and what it holds, for a member that can hold a reference.
pub(super) fn child(row: &'static Type, name: &str) -> Option<(&'static Element, Child)> {
    if let Some(primitive) = name.strip_prefix('_') {
        let (_, element, _) = row.member(primitive)?;
        return Some((element, Child::Object(ELEMENT)));
    }
    let (_, element, kind) = row.member(name)?;
    let child = match kind {
        Kind::Primitive(_) => return None,
        Kind::Complex(id) => Child::Object(id),
        Kind::Reference(_) => Child::Reference,
        Kind::Resource => Child::Resource,
    };
    Some((element, child))
}

/// The row of a child's members.
pub(super) fn row_of(child: &Child, value: &Json) -> Option<TypeId> {
    match child {
        Child::Object(id) => Some(*id),
        Child::Reference => Some(REFERENCE),
        Child::Resource => kind_of(value).ok(),
    }
}

fn visit<'a>(json: &'a Json, kind: TypeId, place: &Place, found: &mut impl FnMut(&Place, &'a str)) {
    for (name, value) in json.members() {
        if !matches!(value, Json::Object(_) | Json::Array(_)) {
            continue;
        }
        let Some((element, child)) = child(kind.row(), name) else {
            continue;
        };
        for (index, item) in value.items().iter().enumerate() {
            let place = place.element(element.name, element.many.then_some(index));
            if let (Child::Reference, Some(text)) =
                (&child, item.get("reference").and_then(Json::as_str))
            {
                found(&place, text);
            }
            if let Some(row) = row_of(&child, item) {
                visit(item, row, &place, found);
            }
        }
    }
}

fn change(json: &mut Json, kind: TypeId, rewrite: &mut impl FnMut(&str) -> Option<String>) {
    let Json::Object(members) = json else {
        return;
    };
    for (name, value) in members {
        if !matches!(value, Json::Object(_) | Json::Array(_)) {
            continue;
        }
        let Some((_, child)) = child(kind.row(), name) else {
            continue;
        };
        let items = match value {
            Json::Array(items) => items.as_mut_slice(),
            other => std::slice::from_mut(other),
        };
        for item in items {
            if let Child::Reference = child {
                let text = item.get("reference").and_then(Json::as_str);
                if let Some(new) = text.and_then(&mut *rewrite) {
                    item.set("reference", new.into());
                }
            }
            if let Some(row) = row_of(&child, item) {
                change(item, row, rewrite);
            }
        }
    }
}
