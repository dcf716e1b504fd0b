//! The simple paths of a FHIRPath Patch: `Patient.contact[0].name`. Functions,
//! filters, operators and steps into a primitive or another resource are
//! refused.

use super::Refusal;
use crate::definitions::{Element, Kind, TypeId};
use crate::generated::types::REFERENCE;

/// A path from a resource down to one of its elements, or to itself.
pub struct Path {
    pub root: TypeId,
    pub steps: Vec<Step>,
    /// The types that what the path ends at may have: several below a choice.
    ends: Vec<TypeId>,
}

pub struct Step {
    /// As in paths: `value` for `valueQuantity`.
    pub name: &'static str,
    pub index: Option<usize>,
}

const UNDEFINED: Refusal = Refusal {
    code: "structure",
    rule: "R4 defines no element of this name there",
};

impl Path {
    /// Reads a path, whose every step R4 must define.
    pub fn parse(text: &str) -> Result<Path, Refusal> {
        let mut parts = text.split('.');
        let root = parts.next().and_then(TypeId::of_resource);
        let root = root.ok_or(Refusal::new(
            "not-supported",
            "a path must begin with a resource type, as in `Patient.name[0]`",
        ))?;
        let mut path = Path {
            root,
            steps: Vec::new(),
            ends: vec![root],
        };
        for part in parts {
            let (name, index) = step(part)?;
            let element = path.element(name)?;
            let next = path.ends.iter().filter_map(|row| row.row().element(name));
            path.ends = next
                .flat_map(|element| element.kinds)
                .filter_map(|kind| match kind {
                    Kind::Complex(id) => Some(*id),
                    Kind::Reference(_) => Some(REFERENCE),
                    Kind::Primitive(_) | Kind::Resource => None,
                })
                .collect();
            let name = element.name;
            path.steps.push(Step { name, index });
        }
        Ok(path)
    }

    /// The element `name` of what the path ends at.
    pub fn element(&self, name: &str) -> Result<&'static Element, Refusal> {
        if self.ends.is_empty() {
            let rule = "paths into a primitive or into another resource are not supported";
            return Err(Refusal::new("not-supported", rule));
        }
        let found = self.ends.iter().find_map(|row| row.row().element(name));
        found.ok_or(UNDEFINED)
    }

    /// Arrays and objects around what the path ends at, at most.
    pub fn depth(&self) -> usize {
        1 + 2 * self.steps.len()
    }
}

/// `name` or `name[n]`.
fn step(part: &str) -> Result<(&str, Option<usize>), Refusal> {
    let complex = || {
        Refusal::new(
            "not-supported",
            "only paths such as `Patient.contact[0].name` are supported: no functions, filters \
                or operators",
        )
    };
    let (name, index) = match part.split_once('[') {
        None => (part, None),
        Some((name, rest)) => {
            let digits = rest.strip_suffix(']').ok_or_else(complex)?;
            let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            let index = plain.then(|| digits.parse().ok()).flatten();
            (name, Some(index.ok_or_else(complex)?))
        }
    };
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(complex());
    }
    Ok((name, index))
}
