//! From a file to entries, each with its place in the file. Resources are not looked into: care does that.

use std::path::Path;

use hygie_fhir::{Fault, Limits, bundle};

use super::collect::is_ndjson;
use super::rejects::{Origin, Reject};
use super::unit::{Entry, Unit};
use crate::Error;

/// What a file holds.
#[derive(Debug)]
pub struct Contents {
    /// The entries that can be sent.
    pub unit: Unit,
    /// What can't be.
    pub rejects: Vec<Reject>,
    /// Whether the file is a Bundle, and so a unit by itself.
    pub whole: bool,
}

/// Reads a file.
///
/// # Errors
/// [`Error::File`] when it can't be read; what is wrong with its content is a reject.
pub fn file(path: &Path) -> Result<Contents, Error> {
    let bytes = std::fs::read(path).map_err(|source| Error::file("read", path, source))?;
    let name = path.to_string_lossy().into_owned();
    Ok(if is_ndjson(path) {
        lines(&name, &bytes)
    } else {
        object(&name, &bytes)
    })
}

/// The lines of an NDJSON file.
pub fn lines(name: &str, bytes: &[u8]) -> Contents {
    let mut contents = Contents {
        unit: Unit::default(),
        rejects: Vec::new(),
        whole: false,
    };
    contents.take(name, bundle::ndjson(bytes));
    contents
}

/// A Bundle, or one resource.
pub fn object(name: &str, bytes: &[u8]) -> Contents {
    let mut contents = Contents {
        unit: Unit::default(),
        rejects: Vec::new(),
        whole: true,
    };
    let found = match bundle::entries(bytes, &Limits::of_import()) {
        Ok(found) => found,
        Err(fault) => {
            contents.rejects.push(unreadable(name, None, &fault));
            return contents;
        }
    };
    // The one resource that a file is begins where the file does; an entry of a Bundle begins later.
    let start = bytes.len() - bytes.trim_ascii_start().len();
    contents.whole =
        !matches!(&found.entries[..], [only] if usize::try_from(only.offset) == Ok(start));
    let next = found.entries.len();
    contents.take(name, found.entries);
    if let Some(fault) = found.broken {
        contents.rejects.push(unreadable(name, Some(next), &fault));
    }
    contents
}

impl Contents {
    fn take(&mut self, name: &str, found: Vec<bundle::Entry<'_>>) {
        let source = name.to_owned();
        for (number, entry) in found.into_iter().enumerate() {
            let mut origin = Origin {
                source: source.clone(),
                entry: Some(number),
                offset: Some(entry.offset),
            };
            let (place, reason) = match std::str::from_utf8(entry.bytes) {
                Ok("") => ("Bundle.entry.resource", "the entry has no resource"),
                Ok(resource) => {
                    self.unit.push(Entry {
                        origin,
                        url: entry.full_url,
                        resource: resource.to_owned(),
                    });
                    continue;
                }
                Err(error) => {
                    let before = u64::try_from(error.valid_up_to()).expect("a file's size fits");
                    origin.offset = Some(entry.offset + before);
                    ("Resource", "the text is not UTF-8; save the file as UTF-8")
                }
            };
            self.rejects.push(Reject {
                origin,
                place: Some(place.to_owned()),
                reason: reason.to_owned(),
            });
        }
    }
}

/// The reject of a file, or of its rest. A fault's rule and place hold nothing of the content; its echo,
/// which does, is left behind.
fn unreadable(name: &str, entry: Option<usize>, fault: &Fault) -> Reject {
    Reject {
        origin: Origin {
            source: name.into(),
            entry,
            offset: fault.offset,
        },
        place: Some(fault.place.clone()),
        reason: fault.rule.clone(),
    }
}
