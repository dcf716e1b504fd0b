//! JSON Patch (RFC 6902).

use super::budget::Budget;
use super::pointer::Pointer;
use super::{Refusal, fault};
use crate::fault::Fault;
use crate::json::Json;
use crate::search::Decimal;

pub struct Operation {
    path: Pointer,
    what: What,
}

enum What {
    Add(Json),
    Remove,
    Replace(Json),
    Move(Pointer),
    Copy(Pointer),
    Test(Json),
}

/// Reads the operations; members that RFC 6902 does not define are ignored,
/// as its section 4 asks for.
pub fn parse(operations: &[Json]) -> Result<Vec<Operation>, Fault> {
    operations
        .iter()
        .enumerate()
        .map(|(index, json)| operation(index, json))
        .collect()
}

fn operation(index: usize, json: &Json) -> Result<Operation, Fault> {
    let text = |name: &'static str| match json.get(name).and_then(Json::as_str) {
        Some(text) => Ok(text),
        None => {
            let rule = format!("it must be an object with the text `{name}`");
            Err(fault(index, "required", &rule))
        }
    };
    let pointer = |name| {
        let text = text(name)?;
        Pointer::parse(text).ok_or_else(|| {
            let rule = format!("`{name}` must be a JSON Pointer, such as `/name/0/family`");
            fault(index, "value", &rule).echoing(text)
        })
    };
    let value = || {
        let value = json.get("value").cloned();
        value.ok_or_else(|| fault(index, "required", "it must have a `value`"))
    };
    let what = match text("op")? {
        "add" => What::Add(value()?),
        "remove" => What::Remove,
        "replace" => What::Replace(value()?),
        "move" => What::Move(pointer("from")?),
        "copy" => What::Copy(pointer("from")?),
        "test" => What::Test(value()?),
        other => {
            let rule = "`op` must be `add`, `remove`, `replace`, `move`, `copy` or `test`";
            return Err(fault(index, "not-supported", rule).echoing(other));
        }
    };
    let path = pointer("path")?;
    let operation = Operation { path, what };
    if operation.changes_root() {
        let rule = "a patch cannot change a resource as a whole: use an update or a delete";
        return Err(fault(index, "not-supported", rule));
    }
    Ok(operation)
}

/// Applies the operations in their order; after a fault the value is of no
/// use.
pub fn apply(operations: &[Operation], root: &mut Json, budget: &mut Budget) -> Result<(), Fault> {
    for (index, operation) in operations.iter().enumerate() {
        operation
            .apply(root, budget)
            .map_err(|refusal| refusal.of_operation(index))?;
    }
    Ok(())
}

impl Operation {
    fn changes_root(&self) -> bool {
        let root = |pointer: &Pointer| pointer.depth() == 0;
        match &self.what {
            What::Test(_) => false,
            What::Move(from) => root(&self.path) || root(from),
            _ => root(&self.path),
        }
    }

    /// The members of the root that it changes, without a leading `_`.
    pub fn changes(&self) -> impl Iterator<Item = &str> {
        let (path, from) = match &self.what {
            What::Test(_) => (None, None),
            What::Move(from) => (self.path.top(), from.top()),
            _ => (self.path.top(), None),
        };
        [path, from]
            .into_iter()
            .flatten()
            .map(|name| name.strip_prefix('_').unwrap_or(name))
    }

    fn apply(&self, root: &mut Json, budget: &mut Budget) -> Result<(), Refusal> {
        let around = self.path.depth();
        match &self.what {
            What::Add(value) => {
                budget.spend(value, around)?;
                self.path.add(root, value.clone())
            }
            What::Remove => self.path.remove(root).map(|_| ()),
            What::Replace(value) => {
                budget.spend(value, around)?;
                *self.path.get_mut(root)? = value.clone();
                Ok(())
            }
            What::Copy(from) => {
                let value = from.get(root)?;
                budget.spend(value, around)?;
                let value = value.clone();
                self.path.add(root, value)
            }
            What::Move(from) => {
                if from.holds(&self.path) {
                    let rule = "nothing can be moved into itself";
                    return Err(Refusal::new("invalid", rule));
                }
                budget.spend(from.get(root)?, around)?;
                let value = from.remove(root)?;
                self.path.add(root, value)
            }
            What::Test(value) => match equal(self.path.get(root)?, value) {
                true => Ok(()),
                false => Err(Refusal::new(
                    "conflict",
                    "the test fails: the value at the path is another",
                )),
            },
        }
    }
}

/// Equality by RFC 6902, section 4.6: numbers by their value, members in any
/// order.
fn equal(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Number(one), Json::Number(other)) => {
            one == other
                || Decimal::parse(one).is_some_and(|one| Decimal::parse(other) == Some(one))
        }
        (Json::Array(one), Json::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| equal(one, other))
        }
        (Json::Object(one), Json::Object(other)) => {
            one.len() == other.len()
                && sorted(one)
                    .iter()
                    .zip(sorted(other))
                    .all(|(one, other)| one.0 == other.0 && equal(&one.1, &other.1))
        }
        _ => one == other,
    }
}

fn sorted(members: &[(Box<str>, Json)]) -> Vec<&(Box<str>, Json)> {
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    sorted
}
