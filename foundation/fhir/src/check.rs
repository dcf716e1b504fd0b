//! Checks a resource against R4's definitions: elements, their number, the
//! formats of primitives, the types that references may point to. Terminology
//! bindings and FHIRPath invariants are not checked.

use std::collections::HashMap;

use crate::definitions::TypeId;
use crate::fault::Fault;
use crate::json::Json;
use crate::place::Place;
use crate::resource::{Resource, kind_of};
use crate::target::Target;

mod date;
mod element;
mod primitive;
mod reference;

pub(crate) use primitive::is_id;

/// A resource with more faults than this is not looked at any further.
const MOST_FAULTS: usize = 100;

/// All that is wrong with a resource, the resources within it included; empty
/// when it may be taken. At most 100 faults, then one that says so.
pub fn check(resource: &Resource) -> Vec<Fault> {
    let mut check = Check {
        faults: Vec::new(),
        full_urls: full_urls(resource),
    };
    let place = Place::root(resource.type_id());
    check.resource(resource.json(), resource.type_id(), &place, None);
    if check.full() {
        let rule = "there are more faults than are listed: correct these first";
        check
            .faults
            .push(Fault::error("too-costly", place.to_string(), rule));
    }
    check.faults
}

/// The references to `urn:uuid:…` and `urn:oid:…` that nothing around the
/// resource explains: neither `known` nor, in a Bundle, the full URL of an
/// entry.
pub fn unresolved(resource: &Resource, known: impl Fn(&str) -> bool) -> Vec<Fault> {
    let full_urls = full_urls(resource);
    resource
        .references()
        .into_iter()
        .filter(|(_, text)| {
            matches!(Target::of(text), Target::Urn(_))
                && !known(text)
                && !full_urls.contains_key(text)
        })
        .map(|(place, text)| {
            let rule = "the reference points to nothing that came with the resource";
            Fault::error("not-found", place, rule).echoing(text)
        })
        .collect()
}

/// The types of a Bundle's resources by the full URLs of their entries.
fn full_urls(resource: &Resource) -> HashMap<&str, TypeId> {
    if resource.kind() != "Bundle" {
        return HashMap::new();
    }
    let entries = resource.json().get("entry").map(Json::items);
    entries
        .unwrap_or_default()
        .iter()
        .filter_map(|entry| {
            let full_url = entry.get("fullUrl")?.as_str()?;
            Some((full_url, kind_of(entry.get("resource")?).ok()?))
        })
        .collect()
}

struct Check<'a> {
    faults: Vec<Fault>,
    full_urls: HashMap<&'a str, TypeId>,
}

/// The resource around an element, within which `#id` is looked for.
struct Around<'a> {
    kind: TypeId,
    /// The contained resources by id, with their types as far as R4 has them.
    contained: HashMap<&'a str, Option<TypeId>>,
}

impl Around<'_> {
    fn new(json: &Json, kind: TypeId) -> Around<'_> {
        let contained = json.get("contained").map(Json::items);
        let contained = contained.unwrap_or_default().iter().filter_map(|inner| {
            let id = inner.get("id")?.as_str()?;
            Some((id, kind_of(inner).ok()))
        });
        Around {
            kind,
            contained: contained.collect(),
        }
    }
}

impl Check<'_> {
    fn fault(&mut self, code: &'static str, place: &Place, rule: impl Into<String>) {
        self.push(Fault::error(code, place.to_string(), rule));
    }

    fn push(&mut self, fault: Fault) {
        if !self.full() {
            self.faults.push(fault);
        }
    }

    fn full(&self) -> bool {
        self.faults.len() >= MOST_FAULTS
    }

    /// Checks a resource whose type is known; `around` is the one that
    /// contains it.
    fn resource(&mut self, json: &Json, kind: TypeId, place: &Place, around: Option<&Around>) {
        match around {
            Some(around) => self.object(json, kind, true, place, around),
            None => self.object(json, kind, true, place, &Around::new(json, kind)),
        }
    }

    /// Checks a resource within another: contained, or the entry of a Bundle.
    fn inner_resource(&mut self, json: &Json, place: &Place, around: Option<&Around>) {
        match kind_of(json) {
            Ok(kind) => self.resource(json, kind, place, around),
            Err(fault) => self.push(Fault {
                place: place.to_string(),
                ..fault
            }),
        }
    }
}
