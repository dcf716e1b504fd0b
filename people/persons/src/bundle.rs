use std::fmt;

use crate::json::{Fields, Json, list, object};

/// The resources of one person, in the order in which they refer to each other.
pub struct Bundle {
    transaction: bool,
    entries: Vec<Json>,
}

impl Bundle {
    pub fn new(transaction: bool) -> Self {
        Self {
            transaction,
            entries: Vec::new(),
        }
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Adds a resource; gives the URL by which others refer to it.
    pub fn add(&mut self, id: Uuid, kind: &'static str, mut fields: Fields) -> String {
        let url = id.url();
        fields.insert(0, ("resourceType", kind.into()));
        let mut entry = vec![
            ("fullUrl", Json::from(url.clone())),
            ("resource", Json::Object(fields)),
        ];
        if self.transaction {
            entry.push(("request", object! { "method": "POST", "url": kind }));
        }
        self.entries.push(Json::Object(entry));
        url
    }

    pub fn print(self) -> String {
        let kind = if self.transaction {
            "transaction"
        } else {
            "collection"
        };
        let bundle = object! {
            "resourceType": "Bundle",
            "type": kind,
            "entry": Json::List(self.entries),
        };
        let mut out = String::with_capacity(128 * 1024);
        bundle.print(&mut out);
        out
    }
}

/// A UUID of version 4, out of the population's own randomness.
#[derive(Clone, Copy)]
pub struct Uuid(pub u128);

impl Uuid {
    pub fn url(self) -> String {
        format!("urn:uuid:{self}")
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = (self.0 & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            n >> 96,
            (n >> 80) & 0xffff,
            (n >> 64) & 0xffff,
            (n >> 48) & 0xffff,
            n & 0xffff_ffff_ffff
        )
    }
}

/// `{"reference": …}`.
pub fn refer(url: &str) -> Json {
    object! { "reference": url.to_owned() }
}

/// A CodeableConcept of one coding.
pub fn concept(system: &'static str, code: &'static str, display: &'static str) -> Json {
    object! { "coding": list![coding(system, code, display)], "text": display }
}

pub fn coding(system: &'static str, code: &'static str, display: &'static str) -> Json {
    object! { "system": system, "code": code, "display": display }
}

/// A CodeableConcept of a code that needs no words.
pub fn code(system: &'static str, code: &'static str) -> Json {
    object! { "coding": list![object! { "system": system, "code": code }] }
}
