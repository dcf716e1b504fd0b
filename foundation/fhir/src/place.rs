//! Where in a resource something is: FHIRPath made only of names that R4
//! defines, so that a place can be logged and tells nothing of the content.

use std::fmt;

use crate::definitions::{Kind, TypeId};
use crate::generated::types::{ELEMENT, REFERENCE};

/// A place, linked to the place around it: going down costs no allocation.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    around: Option<&'a Place<'a>>,
    name: &'static str,
    index: Option<usize>,
}

impl<'a> Place<'a> {
    /// The resource itself.
    pub(crate) fn root(kind: TypeId) -> Place<'a> {
        Place {
            around: None,
            name: kind.path(),
            index: None,
        }
    }

    /// An element in this place; `index` where it repeats.
    pub(crate) fn element(&'a self, name: &'static str, index: Option<usize>) -> Place<'a> {
        Place {
            around: Some(self),
            name,
            index,
        }
    }

    /// Whether this is an item of a resource's `contained`.
    pub(crate) fn is_contained(&self) -> bool {
        self.name == "contained"
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(around) = self.around {
            write!(f, "{around}.")?;
        }
        f.write_str(self.name)?;
        match self.index {
            Some(index) => write!(f, "[{index}]"),
            None => Ok(()),
        }
    }
}

/// Levels that a place is followed down; no sound resource has as many.
const DEEPEST: usize = 512;

/// Where no resource type is known.
const UNKNOWN: &str = "Resource";

/// The place of a byte of an input that may be broken from there on.
pub(crate) fn of_byte(bytes: &[u8], offset: usize) -> String {
    let levels = open_levels(bytes, offset);
    let mut place = UNKNOWN.to_owned();
    let mut kind = Kind::Resource;
    let mut repeats = false;
    for level in &levels {
        match level {
            Level::Array { index } => {
                if repeats {
                    place.push_str(&format!("[{index}]"));
                }
            }
            Level::Object {
                name, kind: own, ..
            } => {
                let row = match kind {
                    Kind::Resource => own.as_deref().and_then(TypeId::of_resource),
                    Kind::Complex(id) => Some(id),
                    Kind::Reference(_) => Some(REFERENCE),
                    Kind::Primitive(_) => Some(ELEMENT),
                };
                if let (Some(row), true) = (row, place == UNKNOWN) {
                    place = row.path().to_owned();
                }
                let member = row.zip(name.as_deref()).and_then(|(row, name)| {
                    row.row().member(name.strip_prefix('_').unwrap_or(name))
                });
                let Some((_, element, next)) = member else {
                    break;
                };
                place.push('.');
                place.push_str(element.name);
                kind = next;
                repeats = element.many;
            }
        }
    }
    place
}

/// An array or object that is open where the scan stops.
enum Level {
    Array {
        index: usize,
    },
    Object {
        /// The member within which the scan stops.
        name: Option<String>,
        /// Its `resourceType`, when that came before.
        kind: Option<String>,
        expects_name: bool,
    },
}

/// Scans up to `offset` with no care for what is wrong before it.
fn open_levels(bytes: &[u8], offset: usize) -> Vec<Level> {
    let mut levels: Vec<Level> = Vec::new();
    let mut at = 0;
    while at < bytes.len() && at <= offset && levels.len() < DEEPEST {
        match bytes[at] {
            b'"' => {
                let end = end_of_string(bytes, at).unwrap_or(bytes.len());
                take_string(&mut levels, &bytes[at + 1..end.max(at + 1)], at < offset);
                at = end;
            }
            _ if at == offset => break,
            b'{' => levels.push(Level::Object {
                name: None,
                kind: None,
                expects_name: true,
            }),
            b'[' => levels.push(Level::Array { index: 0 }),
            b'}' | b']' => {
                levels.pop();
            }
            b',' => match levels.last_mut() {
                Some(Level::Array { index }) => *index += 1,
                Some(Level::Object {
                    name, expects_name, ..
                }) => {
                    *name = None;
                    *expects_name = true;
                }
                None => {}
            },
            _ => {}
        }
        at += 1;
    }
    levels
}

/// Takes a string as the member name that is expected, or as the resource
/// type; a value where the scan stops changes nothing.
fn take_string(levels: &mut [Level], text: &[u8], before: bool) {
    let Some(Level::Object {
        name,
        kind,
        expects_name,
    }) = levels.last_mut()
    else {
        return;
    };
    let text = || String::from_utf8_lossy(text).into_owned();
    if *expects_name {
        *name = Some(text());
        *expects_name = false;
    } else if before && name.as_deref() == Some("resourceType") {
        *kind = Some(text());
    }
}

/// The quote that ends the string which begins at `start`.
pub(crate) fn end_of_string(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}
