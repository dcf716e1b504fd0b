//! What a client knows of the records it writes to: what was acknowledged, and what may or may not have
//! happened because no answer came. Each resource has one writer, so that its past is a list.

use std::collections::BTreeMap;

use serde_json::Value;

/// What one client did to one person's record.
#[derive(Clone, Default)]
pub struct Share {
    /// The resources it writes.
    pub lineages: Vec<Lineage>,
    /// The authorisations it grants and takes back.
    pub rights: Vec<Right>,
    /// What it asked, as it must stand in the holder's trail.
    pub asked: BTreeMap<Line, Count>,
    /// How often it asked for a page of the trail.
    pub readings: u64,
}

/// A resource with its past.
#[derive(Clone, Debug)]
pub struct Lineage {
    /// The resource type.
    pub kind: &'static str,
    /// Its business identifier, which no other resource has.
    pub mark: String,
    /// Whether other clients make it too, all by conditional creates with one content.
    pub shared: bool,
    /// Its id, once it is known.
    pub id: Option<String>,
    /// What was acknowledged, oldest first.
    pub versions: Vec<Version>,
    /// What was sent and not answered.
    pub pending: Option<Pending>,
    /// Whether it was masked to professionals.
    pub masked: bool,
    /// A change of the mask that was not answered.
    pub masking: Option<bool>,
}

/// A version: its opaque id, and its content without `id`, `meta` and mark of visibility; none when
/// it deletes.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    pub tag: String,
    pub content: Option<Value>,
}

/// A version that may have been made, by the request `together`, which makes all of its versions or none.
#[derive(Clone, Debug)]
pub struct Pending {
    pub content: Option<Value>,
    pub together: u64,
}

/// One doctor's authorisation by one person.
#[derive(Clone, Debug)]
pub struct Right {
    /// RPPS number.
    pub doctor: &'static str,
    /// The Consent's id while it holds.
    pub consent: Option<String>,
    /// What a request that was not answered would make of it.
    pub pending: Option<bool>,
}

/// A kind of line in a trail.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// The actor's identifier.
    pub who: String,
    /// The AuditEvent's subtype.
    pub act: &'static str,
    /// The request in its own words.
    pub what: String,
    /// Whether it was permitted.
    pub permitted: bool,
}

/// How many lines of a kind there must be at least and may be at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub answered: u64,
    pub sent: u64,
}

impl Lineage {
    pub fn new(kind: &'static str, mark: String, shared: bool) -> Self {
        Self {
            kind,
            mark,
            shared,
            id: None,
            versions: Vec::new(),
            pending: None,
            masked: false,
            masking: None,
        }
    }

    /// The newest version, unless it deletes, and unless it may not be the newest.
    pub fn current(&self) -> Option<&Version> {
        let newest = self.versions.last()?;
        (self.pending.is_none() && newest.content.is_some()).then_some(newest)
    }

    /// `Type/id`, once it is known.
    pub fn reference(&self) -> Option<String> {
        self.id.as_ref().map(|id| format!("{}/{id}", self.kind))
    }

    /// Takes note of an acknowledged version.
    pub fn acknowledge(&mut self, id: &str, tag: &str, content: Option<Value>) {
        self.id = Some(id.to_owned());
        self.pending = None;
        self.versions.push(Version {
            tag: tag.to_owned(),
            content,
        });
    }
}

impl Share {
    /// Takes note of `lines` of one kind that a request will leave.
    pub fn ask(&mut self, line: Line, lines: u64) {
        self.asked.entry(line).or_default().sent += lines;
    }

    /// The request was answered: its lines stand.
    pub fn answered(&mut self, line: Line, lines: u64) {
        self.asked.entry(line).or_default().answered += lines;
    }

    /// The request never left this machine's client.
    pub fn withdraw(&mut self, line: Line, lines: u64) {
        self.asked.entry(line).or_default().sent -= lines;
    }
}
