//! Parts of a resource for an answer: `_summary` and `_elements`
//! (R4, search.html 3.1.1.5.8 and 3.1.1.5.9).
//!
//! What is left is marked SUBSETTED, so that nobody stores it as the whole.
//! `implicitRules` and `modifierExtension` always stay: they may negate what
//! else is said.

use crate::definitions::{Kind, Type, TypeId};
use crate::fault::Fault;
use crate::generated::types::REFERENCE;
use crate::json::Json;
use crate::resource::{Resource, insert_after};

#[cfg(test)]
mod tests;

/// Which part of each resource an answer carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subset {
    /// `_summary=false`: all of it, and no mark.
    Whole,
    /// `_summary=true`: what R4's definitions mark as summary, at every level.
    Summary,
    /// `_summary=text`: the narrative and what is mandatory.
    Text,
    /// `_summary=data`: all but the narrative.
    Data,
    /// `_summary=count`: no resource at all, only how many there are, which
    /// is the caller's to do. Of a resource it leaves `id` and `meta`.
    Count,
    /// `_elements`: these top-level elements and what is mandatory. Names as
    /// in paths: `value` for `valueQuantity`.
    Elements(Vec<&'static str>),
}

/// Elements that stay whatever is asked for.
const ALWAYS: [&str; 4] = ["id", "meta", "implicitRules", "modifierExtension"];

const TAG_SYSTEM: &str = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";
const TAG_CODE: &str = "SUBSETTED";

impl Subset {
    /// Reads the parameter `name`, `_summary` or `_elements`, of a question
    /// about `resource_type`.
    ///
    /// # Errors
    /// `value` for a summary that R4 does not know, an empty list, or an
    /// element that the type does not have; `not-supported` for any other
    /// parameter or type. What was written is in `echo` alone.
    pub fn parse(resource_type: &str, name: &str, value: &str) -> Result<Subset, Fault> {
        match name {
            "_summary" => summary(value),
            "_elements" => elements(resource_type, value),
            _ => Err(Fault::error(
                "not-supported",
                "Resource",
                "only `_summary` and `_elements` choose parts of a resource",
            )
            .echoing(name)),
        }
    }
}

fn summary(value: &str) -> Result<Subset, Fault> {
    Ok(match value {
        "true" => Subset::Summary,
        "text" => Subset::Text,
        "data" => Subset::Data,
        "count" => Subset::Count,
        "false" => Subset::Whole,
        other => {
            let rule = "`_summary` takes `true`, `text`, `data`, `count` or `false`";
            return Err(Fault::error("value", "_summary", rule).echoing(other));
        }
    })
}

fn elements(resource_type: &str, value: &str) -> Result<Subset, Fault> {
    let refused = |code, rule: &str, echo: &str| {
        let place = TypeId::of(resource_type).map_or("Resource", TypeId::path);
        Err(Fault::error(code, place, rule).echoing(echo))
    };
    let Some(kind) = TypeId::of(resource_type) else {
        let rule = "`_elements` needs a resource type of FHIR R4";
        return refused("not-supported", rule, resource_type);
    };
    let mut names = Vec::new();
    for name in value.split(',') {
        let Some(element) = kind.row().element(name) else {
            let rule = "`_elements` takes names of this type's own elements, with a comma \
                between them: `status`, `value` for `valueQuantity`, nothing below them";
            return refused("value", rule, name);
        };
        names.push(element.name);
    }
    Ok(Subset::Elements(names))
}

/// The part of a resource that was asked for, members in their order, with
/// the tag SUBSETTED in its `meta` unless it is whole.
pub fn subset(resource: &Resource, part: &Subset) -> Json {
    let row = resource.type_id().row();
    let json = resource.json();
    let mut left = match part {
        Subset::Whole => return json.clone(),
        Subset::Summary => summarised(json, row, true),
        Subset::Data => filtered(json, row, |_, name| name != "text"),
        Subset::Count => filtered(json, row, |_, name| matches!(name, "id" | "meta")),
        Subset::Text => filtered(json, row, |index, name| {
            name == "text" || stays(row, index, name)
        }),
        Subset::Elements(names) => filtered(json, row, |index, name| {
            names.contains(&name) || stays(row, index, name)
        }),
    };
    mark(&mut left);
    left
}

/// Whether an element stays whatever is asked for.
fn stays(row: &Type, index: usize, name: &str) -> bool {
    row.required >> index & 1 == 1 || ALWAYS.contains(&name)
}

/// The members of a resource whose element, by its index and name, is wanted.
fn filtered(json: &Json, row: &'static Type, wanted: impl Fn(usize, &str) -> bool) -> Json {
    let members = json.members().iter().filter(|(name, _)| {
        let bare = name.strip_prefix('_').unwrap_or(name);
        bare == "resourceType"
            || row
                .member(bare)
                .is_some_and(|(index, element, _)| wanted(index, element.name))
    });
    Json::Object(members.cloned().collect())
}

/// What R4 marks as summary, and what is mandatory beside it, down to the
/// leaves; an object of which nothing is left goes too.
fn summarised(json: &Json, row: &'static Type, root: bool) -> Json {
    let mut left = Vec::new();
    for (name, value) in json.members() {
        if root && &**name == "resourceType" {
            left.push((name.clone(), value.clone()));
            continue;
        }
        let bare = name.strip_prefix('_').unwrap_or(name);
        let Some((index, element, kind)) = row.member(bare) else {
            continue;
        };
        let always = root && ALWAYS.contains(&element.name);
        if !always && (row.summary | row.required) >> index & 1 == 0 {
            continue;
        }
        let inner = (bare.len() == name.len())
            .then(|| inner_row(kind))
            .flatten();
        let value = match inner {
            Some(inner) if !always => each(value, inner),
            _ => Some(value.clone()),
        };
        left.extend(value.map(|value| (name.clone(), value)));
    }
    Json::Object(left)
}

/// The row by which a value is summarised; none where it stays whole, as an
/// Extension must, whose elements R4 does not mark.
fn inner_row(kind: Kind) -> Option<&'static Type> {
    let row = match kind {
        Kind::Complex(id) => id.row(),
        Kind::Reference(_) => REFERENCE.row(),
        Kind::Primitive(_) | Kind::Resource => return None,
    };
    (row.summary != 0).then_some(row)
}

fn each(value: &Json, row: &'static Type) -> Option<Json> {
    let one =
        |item: &Json| Some(summarised(item, row, false)).filter(|item| !item.members().is_empty());
    match value {
        Json::Array(items) => {
            let left: Vec<Json> = items.iter().filter_map(one).collect();
            (!left.is_empty()).then_some(Json::Array(left))
        }
        item => one(item),
    }
}

/// Adds the tag that says that the resource is not whole.
fn mark(json: &mut Json) {
    if json.get("meta").is_none() {
        insert_after(json, &["id", "resourceType"], "meta", Json::object([]));
    }
    let Some(meta) = json.get_mut("meta") else {
        return;
    };
    let is_mark = |tag: &Json| {
        let part = |name| tag.get(name).and_then(Json::as_str);
        part("system") == Some(TAG_SYSTEM) && part("code") == Some(TAG_CODE)
    };
    let mark = Json::object([("system", TAG_SYSTEM.into()), ("code", TAG_CODE.into())]);
    match meta.get_mut("tag") {
        Some(Json::Array(tags)) if tags.iter().any(is_mark) => {}
        Some(Json::Array(tags)) => tags.push(mark),
        _ => meta.set("tag", Json::array([mark])),
    }
}
