//! The operations of a FHIRPath Patch (R4, fhirpatch.html).
//!
//! Where an object is left empty it goes too: R4's JSON has no empty objects.

use super::Refusal;
use super::budget::Budget;
use super::elements::{Occurrence, Occurrences, take};
use super::path::{Path, Step};
use crate::definitions::{Element, Kind, TypeId};
use crate::fault::Fault;
use crate::generated::types::REFERENCE;
use crate::json::Json;

pub struct Operation {
    path: Path,
    what: What,
}

pub enum What {
    /// Adds an element to what the path ends at.
    Add {
        element: &'static str,
        value: Value,
    },
    /// Inserts before the item with this index, or at the end.
    Insert {
        index: usize,
        value: Value,
    },
    /// Deletes one element; nothing there is no fault.
    Delete,
    Replace(Value),
    /// Moves within a list; the destination is counted after the item is out.
    Move {
        source: usize,
        destination: usize,
    },
}

/// A value to be placed.
pub enum Value {
    /// `value[x]`: what it is, and what lies beside a primitive.
    Typed {
        kind: Kind,
        value: Json,
        beside: Json,
    },
    Resource(Json),
    /// The elements of a group that has no type of its own.
    Parts(Vec<(String, Value)>),
}

const NOTHING: Refusal = Refusal {
    code: "not-found",
    rule: "nothing is at the path",
};
const SEVERAL: Refusal = Refusal {
    code: "invalid",
    rule: "the path leads to several elements: say which by an index",
};
const WRONG_TYPE: Refusal = Refusal {
    code: "value",
    rule: "the value is not of a type that the element may have",
};
const BEYOND: Refusal = Refusal {
    code: "not-found",
    rule: "the index lies beyond the end of the list",
};

pub fn apply(
    operations: &[Operation],
    kind: TypeId,
    root: &mut Json,
    budget: &mut Budget,
) -> Result<(), Fault> {
    for (index, operation) in operations.iter().enumerate() {
        operation
            .apply(kind, root, budget)
            .map_err(|refusal| refusal.of_operation(index))?;
    }
    Ok(())
}

impl Operation {
    /// # Errors
    /// A path to the resource itself, for all but `add`; a path to an item,
    /// or to what does not repeat, for an operation on a list.
    pub fn new(path: Path, what: What) -> Result<Operation, Refusal> {
        match (&what, path.steps.last()) {
            (What::Add { .. }, _) => {}
            (_, None) => {
                let rule = "a patch cannot change a resource as a whole: use an update or a delete";
                return Err(Refusal::new("not-supported", rule));
            }
            (What::Insert { .. } | What::Move { .. }, Some(step)) if step.index.is_some() => {
                let rule = "it must lead to a list, without an index at its end";
                return Err(Refusal::new("value", rule));
            }
            _ => {}
        }
        Ok(Operation { path, what })
    }

    /// The element of the resource that it changes.
    pub fn changes(&self) -> &str {
        match (self.path.steps.first(), &self.what) {
            (Some(step), _) => step.name,
            (None, What::Add { element, .. }) => element,
            // `new` refuses every other operation on the resource itself.
            (None, _) => "",
        }
    }

    fn apply(&self, kind: TypeId, root: &mut Json, budget: &mut Budget) -> Result<(), Refusal> {
        if self.path.root != kind {
            let rule = "the path begins with another type than the resource has";
            return Err(Refusal::new("value", rule));
        }
        if let What::Add { value, .. } | What::Insert { value, .. } | What::Replace(value) =
            &self.what
        {
            value.spend(budget, self.path.depth() + 2)?;
        }
        let (around, last) = match (&self.what, self.path.steps.split_last()) {
            (What::Add { .. }, _) | (_, None) => (self.path.steps.as_slice(), None),
            (_, Some((last, around))) => (around, Some(last)),
        };
        let done = within(root, kind, around, &mut |members, row| match last {
            Some(step) => self.change(members, row, step),
            None => match &self.what {
                What::Add { element, value } => add(members, row, element, value),
                _ => Err(NOTHING),
            },
        });
        match (done, &self.what) {
            (Err(refusal), What::Delete) if refusal.code == NOTHING.code => Ok(()),
            (done, _) => done,
        }
    }

    /// Changes an element of an object of this type; after a fault the object
    /// is as it was, since a delete takes some for none.
    fn change(&self, members: &mut Members, row: TypeId, step: &Step) -> Result<(), Refusal> {
        let element = row.row().element(step.name).ok_or(NOTHING)?;
        let mut found = take(members, row, element);
        let done = self.change_found(&mut found, element, step);
        found.put(members, element.many);
        done
    }

    fn change_found(
        &self,
        found: &mut Occurrences,
        element: &'static Element,
        step: &Step,
    ) -> Result<(), Refusal> {
        let repeats = || match element.many {
            true => Ok(()),
            false => Err(Refusal::new("invalid", "the element does not repeat")),
        };
        match &self.what {
            What::Delete => {
                found.items.remove(one(found, step)?);
            }
            What::Replace(value) => {
                let place = one(found, step)?;
                found.items[place] = value.place(element, found)?;
            }
            What::Insert { index, value } => {
                repeats()?;
                if *index > found.items.len() {
                    return Err(BEYOND);
                }
                let item = value.place(element, found)?;
                found.items.insert(*index, item);
            }
            What::Move {
                source,
                destination,
            } => {
                repeats()?;
                if (*source).max(*destination) >= found.items.len() {
                    return Err(BEYOND);
                }
                let item = found.items.remove(*source);
                found.items.insert(*destination, item);
            }
            What::Add { .. } => {}
        }
        Ok(())
    }
}

type Members = Vec<(Box<str>, Json)>;

/// The index of the one occurrence that a step leads to.
fn one(found: &Occurrences, step: &Step) -> Result<usize, Refusal> {
    match (step.index, found.items.len()) {
        (Some(index), count) if index < count => Ok(index),
        (None, 1) => Ok(0),
        (Some(_), _) | (None, 0) => Err(NOTHING),
        (None, _) => Err(SEVERAL),
    }
}

/// Adds an element: at the end of a list, else where there is none yet.
fn add(members: &mut Members, row: TypeId, name: &str, value: &Value) -> Result<(), Refusal> {
    let element = row.row().element(name).ok_or(Refusal::new(
        "structure",
        "R4 defines no element of this name there",
    ))?;
    let mut found = take(members, row, element);
    if !element.many && !found.items.is_empty() {
        let rule = "the element is there already and does not repeat: use `replace`";
        return Err(Refusal::new("invalid", rule));
    }
    let item = value.place(element, &mut found)?;
    found.items.push(item);
    found.put(members, element.many);
    Ok(())
}

/// Does something to the members of the object that the steps lead to; an
/// object that is left empty is taken away.
fn within(
    object: &mut Json,
    row: TypeId,
    steps: &[Step],
    act: &mut dyn FnMut(&mut Members, TypeId) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let Json::Object(members) = object else {
        return Err(NOTHING);
    };
    let Some((step, rest)) = steps.split_first() else {
        return act(members, row);
    };
    let element = row.row().element(step.name).ok_or(NOTHING)?;
    let mut found = take(members, row, element);
    let done = within_found(&mut found, step, rest, act);
    found.put(members, element.many);
    done
}

fn within_found(
    found: &mut Occurrences,
    step: &Step,
    rest: &[Step],
    act: &mut dyn FnMut(&mut Members, TypeId) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let place = one(found, step)?;
    let row = match found.kind {
        Some(Kind::Complex(id)) => id,
        Some(Kind::Reference(_)) => REFERENCE,
        _ => return Err(NOTHING),
    };
    let item = &mut found.items[place];
    within(&mut item.value, row, rest, act)?;
    if item.value.as_object().is_some_and(<[_]>::is_empty) {
        found.items.remove(place);
    }
    Ok(())
}

impl Value {
    fn spend(&self, budget: &mut Budget, around: usize) -> Result<(), Refusal> {
        match self {
            Value::Typed { value, beside, .. } => {
                budget.spend(value, around)?;
                budget.spend(beside, around)
            }
            Value::Resource(json) => budget.spend(json, around),
            Value::Parts(parts) => parts
                .iter()
                .try_for_each(|(_, value)| value.spend(budget, around + 2)),
        }
    }

    /// The value as an occurrence of an element; `found` takes the name that
    /// it has in JSON.
    fn place(
        &self,
        element: &'static Element,
        found: &mut Occurrences,
    ) -> Result<Occurrence, Refusal> {
        let (name, kind) = self.name_in(element).ok_or(WRONG_TYPE)?;
        found.name = Some(name);
        found.kind = Some(kind);
        let null = Json::Null;
        Ok(match (self, kind) {
            (Value::Typed { value, beside, .. }, _) => Occurrence {
                value: value.clone(),
                beside: beside.clone(),
            },
            (Value::Resource(json), _) => Occurrence {
                value: json.clone(),
                beside: null,
            },
            (Value::Parts(parts), Kind::Complex(row)) => {
                let mut members = Members::new();
                for (name, value) in parts {
                    add(&mut members, row, name, value)?;
                }
                Occurrence {
                    value: Json::Object(members),
                    beside: null,
                }
            }
            (Value::Parts(_), _) => return Err(WRONG_TYPE),
        })
    }

    /// The name in JSON and the kind that the value has as this element.
    /// Primitives may stand for one another, as R4's own examples have a
    /// string for xhtml: their format is checked in the outcome.
    fn name_in(&self, element: &'static Element) -> Option<(String, Kind)> {
        element.member_names().find(|(_, may)| match (self, may) {
            (Value::Typed { kind, .. }, may) if element.choice => kind.name() == may.name(),
            (
                Value::Typed {
                    kind: Kind::Primitive(_),
                    ..
                },
                Kind::Primitive(_),
            ) => true,
            (Value::Typed { kind, .. }, may) => kind.name() == may.name(),
            (Value::Resource(_), may) => *may == Kind::Resource,
            (Value::Parts(_), may) => !element.choice && matches!(may, Kind::Complex(_)),
        })
    }
}
