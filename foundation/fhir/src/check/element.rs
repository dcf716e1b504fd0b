//! Objects and their members: known, as often as R4 says, in the form that
//! R4's JSON gives them (2.6.2).

use super::{Around, Check, primitive};
use crate::definitions::{Element, Kind, Type, TypeId};
use crate::fault::Fault;
use crate::generated::types::{ELEMENT, REFERENCE};
use crate::json::Json;
use crate::place::Place;

type Members<'a> = &'a [(Box<str>, Json)];

impl Check<'_> {
    /// Checks the members of an object by its row; `root` is whether it is a
    /// whole resource.
    pub(super) fn object(
        &mut self,
        json: &Json,
        kind: TypeId,
        root: bool,
        place: &Place,
        around: &Around,
    ) {
        let Some(members) = json.as_object() else {
            self.fault("structure", place, "a JSON object is expected");
            return;
        };
        if members.is_empty() {
            self.fault("structure", place, "an object may not be empty");
            return;
        }
        let row = kind.row();
        let mut seen = 0u64;
        for (name, value) in members {
            if self.full() {
                return;
            }
            if root && &**name == "resourceType" {
                continue;
            }
            let bare = name.strip_prefix('_');
            let found = row.member(bare.unwrap_or(name));
            let primitive = |kind| matches!(kind, Kind::Primitive(_));
            let Some((index, element, kind)) =
                found.filter(|found| bare.is_none() || primitive(found.2))
            else {
                self.unknown(name, place);
                continue;
            };
            let bit = 1 << index;
            if element.choice && seen & bit != 0 {
                self.one_choice(
                    members,
                    row,
                    (index, name),
                    &place.element(element.name, None),
                );
            }
            seen |= bit;
            if bare.is_some() {
                self.extensions(json, (name, value), element, place, around);
            } else {
                self.member(json, (name, value), element, kind, place, around);
            }
        }
        self.required(row, seen, place);
    }

    fn unknown(&mut self, name: &str, place: &Place) {
        let rule = "R4 defines no element of this name here";
        self.push(Fault::error("structure", place.to_string(), rule).echoing(name));
    }

    fn required(&mut self, row: &'static Type, seen: u64, place: &Place) {
        let mut missing = row.required & !seen;
        while missing != 0 {
            let element = &row.elements[missing.trailing_zeros() as usize];
            missing &= missing - 1;
            let rule = "this element must be there";
            self.fault("required", &place.element(element.name, None), rule);
        }
    }

    /// Refuses a second kind of a choice; `valueCode` and `_valueCode` are one.
    fn one_choice(
        &mut self,
        members: Members,
        row: &'static Type,
        (index, name): (usize, &str),
        place: &Place,
    ) {
        let bare = |name: &str| name.strip_prefix('_').unwrap_or(name).to_owned();
        let own = bare(name);
        let other = members
            .iter()
            .take_while(|(other, _)| &**other != name)
            .map(|(other, _)| bare(other))
            .any(|other| other != own && row.member(&other).is_some_and(|found| found.0 == index));
        if other {
            self.fault(
                "structure",
                place,
                "only one kind of this element may be there",
            );
        }
    }

    fn member(
        &mut self,
        json: &Json,
        (name, value): (&str, &Json),
        element: &'static Element,
        kind: Kind,
        place: &Place,
        around: &Around,
    ) {
        if !element.many {
            let place = place.element(element.name, None);
            match value {
                Json::Array(_) => self.fault(
                    "structure",
                    &place,
                    "this element does not repeat: no array is allowed",
                ),
                value => self.value(value, kind, &place, around),
            }
            return;
        }
        let Some(items) = value.as_array() else {
            let place = place.element(element.name, None);
            self.fault(
                "structure",
                &place,
                "this element repeats: an array is expected",
            );
            return;
        };
        if items.is_empty() {
            let place = place.element(element.name, None);
            self.fault("structure", &place, "an array may not be empty");
        }
        for (index, item) in items.iter().enumerate() {
            let place = place.element(element.name, Some(index));
            if item.is_null() && matches!(kind, Kind::Primitive(_)) {
                let beside = json.get(&format!("_{name}")).and_then(Json::as_array);
                let beside = beside.and_then(|beside| beside.get(index));
                if beside.is_none_or(Json::is_null) {
                    self.fault(
                        "structure",
                        &place,
                        "null needs an extension in its place beside it",
                    );
                }
                continue;
            }
            self.value(item, kind, &place, around);
        }
    }

    fn value(&mut self, value: &Json, kind: Kind, place: &Place, around: &Around) {
        match kind {
            Kind::Primitive(primitive) => {
                if let Err((code, rule)) = primitive::check(primitive, value) {
                    let fault = Fault::error(code, place.to_string(), rule);
                    self.push(match value {
                        Json::String(text) | Json::Number(text) => fault.echoing(text),
                        _ => fault,
                    });
                }
            }
            Kind::Complex(id) => self.object(value, id, false, place, around),
            Kind::Reference(targets) => {
                self.object(value, REFERENCE, false, place, around);
                self.reference(value, targets, place, around);
            }
            // A resource within `contained` shares its container's scope; an
            // entry of a Bundle or Parameters has a scope of its own.
            Kind::Resource => {
                let contained = place.is_contained();
                self.inner_resource(value, place, contained.then_some(around));
            }
        }
    }

    /// Checks `_name`: the ids and extensions of a primitive, aligned with its
    /// values where it repeats.
    fn extensions(
        &mut self,
        json: &Json,
        (name, value): (&str, &Json),
        element: &'static Element,
        place: &Place,
        around: &Around,
    ) {
        if !element.many {
            let place = place.element(element.name, None);
            self.object(value, ELEMENT, false, &place, around);
            return;
        }
        let whole = place.element(element.name, None);
        let Some(items) = value.as_array() else {
            self.fault(
                "structure",
                &whole,
                "the extensions of a repeating element must be an array",
            );
            return;
        };
        let values = json.get(&name[1..]).and_then(Json::as_array);
        if values.is_some_and(|values| values.len() != items.len()) {
            self.fault(
                "structure",
                &whole,
                "the extensions must be as many as the values, with null where there is none",
            );
        }
        if items.iter().all(Json::is_null) {
            self.fault("structure", &whole, "an array may not hold nulls alone");
        }
        for (index, item) in items.iter().enumerate() {
            let place = place.element(element.name, Some(index));
            if !item.is_null() {
                self.object(item, ELEMENT, false, &place, around);
            } else if values.is_none() {
                self.fault(
                    "structure",
                    &place,
                    "null needs a value in its place beside it",
                );
            }
        }
    }
}
