//! JSON values that keep what FHIR needs and general parsers lose: the order
//! of members and the text of numbers (`1.0` is not `1.00`: R4, 2.24.0.1).

use std::fmt;

mod elsewhere;
mod parse;
pub(crate) mod print;
#[cfg(test)]
mod tests;

pub use elsewhere::Elsewhere;
pub(crate) use parse::Broken;
pub use parse::Limits;

/// A JSON value (RFC 8259). Member names of an object are unique when the
/// value was parsed; `set` keeps them so.
#[derive(Clone, PartialEq, Eq)]
pub enum Json {
    Null,
    Bool(bool),
    /// The number as it was written, always valid by RFC 8259, section 6.
    Number(Box<str>),
    String(Box<str>),
    /// A string whose text lies elsewhere.
    Elsewhere(Elsewhere),
    Array(Vec<Json>),
    /// Members in the order in which they were written.
    Object(Vec<(Box<str>, Json)>),
}

/// What knowing where a text lies takes, about, in bytes.
const ELSEWHERE: usize = 256;

impl Json {
    /// An object of these members, in this order.
    pub fn object<'a>(members: impl IntoIterator<Item = (&'a str, Json)>) -> Json {
        Json::Object(
            members
                .into_iter()
                .map(|(name, value)| (name.into(), value))
                .collect(),
        )
    }

    /// An array of these values.
    pub fn array(items: impl IntoIterator<Item = Json>) -> Json {
        Json::Array(items.into_iter().collect())
    }

    /// The member `name`, when this is an object that has it.
    #[inline]
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.members()
            .iter()
            .find(|(key, _)| &**key == name)
            .map(|(_, value)| value)
    }

    /// The member `name`, to change.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Json> {
        match self {
            Json::Object(members) => members
                .iter_mut()
                .find(|(key, _)| &**key == name)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text of a string.
    #[inline]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a number, as it was written.
    pub fn as_number(&self) -> Option<&str> {
        match self {
            Json::Number(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Json::Bool(value) => Some(*value),
            _ => None,
        }
    }

    pub fn as_array(&self) -> Option<&[Json]> {
        match self {
            Json::Array(items) => Some(items),
            _ => None,
        }
    }

    pub fn as_object(&self) -> Option<&[(Box<str>, Json)]> {
        match self {
            Json::Object(members) => Some(members),
            _ => None,
        }
    }

    /// Bytes that its parts take in memory, beside its own: each what an allocator of size classes (mimalloc)
    /// gives for it, in steps of 16 at least. The texts of FHIR are short, so that this is several times
    /// what the JSON has.
    pub fn footprint(&self) -> usize {
        let given = |bytes: usize| bytes.next_multiple_of(16);
        match self {
            Json::Null | Json::Bool(_) => 0,
            Json::Number(text) | Json::String(text) => given(text.len()),
            Json::Elsewhere(_) => given(ELSEWHERE),
            Json::Array(items) => {
                given(items.capacity() * size_of::<Json>())
                    + items.iter().map(Json::footprint).sum::<usize>()
            }
            Json::Object(members) => {
                let each = |(name, value): &(Box<str>, Json)| given(name.len()) + value.footprint();
                given(members.capacity() * size_of::<(Box<str>, Json)>())
                    + members.iter().map(each).sum::<usize>()
            }
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Json::Null)
    }

    /// The members of an object; nothing for any other value.
    #[inline]
    pub fn members(&self) -> &[(Box<str>, Json)] {
        self.as_object().unwrap_or_default()
    }

    /// The items of an array, or the value itself when it is no array: FHIR
    /// paths walk both alike.
    pub fn items(&self) -> &[Json] {
        match self {
            Json::Array(items) => items,
            other => std::slice::from_ref(other),
        }
    }

    /// Every string in it whose text lies elsewhere, in the order of printing, with its path: the number of
    /// the member or item at each step.
    pub fn elsewhere(&self) -> Vec<(Vec<u32>, &Elsewhere)> {
        let mut found = Vec::new();
        self.walk_elsewhere(&mut Vec::new(), &mut found);
        found
    }

    fn walk_elsewhere<'a>(
        &'a self,
        path: &mut Vec<u32>,
        found: &mut Vec<(Vec<u32>, &'a Elsewhere)>,
    ) {
        let mut step = |number: usize, value: &'a Json| {
            path.push(u32::try_from(number).unwrap_or(u32::MAX));
            value.walk_elsewhere(path, found);
            path.pop();
        };
        match self {
            Json::Elsewhere(text) => found.push((path.clone(), text)),
            Json::Array(items) => (0..).zip(items).for_each(|(at, item)| step(at, item)),
            Json::Object(members) => (0..)
                .zip(members)
                .for_each(|(at, (_, value))| step(at, value)),
            _ => {}
        }
    }

    /// The value at such a path, to change.
    pub fn at_mut(&mut self, path: &[u32]) -> Option<&mut Json> {
        let Some((first, rest)) = path.split_first() else {
            return Some(self);
        };
        let first = usize::try_from(*first).ok()?;
        match self {
            Json::Array(items) => items.get_mut(first)?.at_mut(rest),
            Json::Object(members) => members.get_mut(first)?.1.at_mut(rest),
            _ => None,
        }
    }

    /// Calls `change` with every member of every object in it, by name.
    pub fn each_member(&mut self, change: &mut impl FnMut(&str, &mut Json)) {
        match self {
            Json::Array(items) => items.iter_mut().for_each(|item| item.each_member(change)),
            Json::Object(members) => {
                for (name, value) in members {
                    change(name, value);
                    value.each_member(change);
                }
            }
            _ => {}
        }
    }

    /// Sets the member `name`: in its place when it is there, else at the end.
    /// Does nothing to a value that is no object.
    pub fn set(&mut self, name: &str, value: Json) {
        if let Some(old) = self.get_mut(name) {
            *old = value;
        } else if let Json::Object(members) = self {
            members.push((name.into(), value));
        }
    }

    /// Takes the member `name` out of an object.
    pub fn remove(&mut self, name: &str) -> Option<Json> {
        let Json::Object(members) = self else {
            return None;
        };
        let place = members.iter().position(|(key, _)| &**key == name)?;
        Some(members.remove(place).1)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Json {
        Json::Bool(value)
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Json {
        Json::String(text.into())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Json {
        Json::String(text.into())
    }
}

impl From<i64> for Json {
    fn from(number: i64) -> Json {
        Json::Number(number.to_string().into())
    }
}

impl From<Vec<Json>> for Json {
    fn from(items: Vec<Json>) -> Json {
        Json::Array(items)
    }
}

/// Shows the shape only: the content may be about a person and must not reach
/// a log through `{:?}`.
impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Bool(_) => f.write_str("boolean"),
            Json::Number(_) => f.write_str("number"),
            Json::String(text) => write!(f, "string of {} bytes", text.len()),
            Json::Elsewhere(text) => write!(f, "string of {text:?}"),
            Json::Array(items) => write!(f, "array of {}", items.len()),
            Json::Object(members) => write!(f, "object of {}", members.len()),
        }
    }
}
