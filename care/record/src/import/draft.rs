use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};

use aws_lc_rs::digest::{SHA256, digest};
use hygie_fhir::{Fault, Limits, Resource, check, unresolved};
use hygie_notice::PersonId;

use super::{ImportEntry, ImportUnit, Outcome, Taken};
use crate::change::Origin;
use crate::directory;

/// The fewest entries that are worth a thread of their own.
const SHARE: usize = 256;

/// An entry on its way in.
pub struct Draft {
    /// Its number in the unit.
    pub entry: usize,
    /// The resource as it came.
    pub resource: Resource,
    /// What it refers to, in its own words, each once.
    pub refers: BTreeSet<Box<str>>,
    /// Its import key.
    pub origin: Origin,
    /// Whose records it goes to; empty for the directory.
    pub homes: BTreeSet<PersonId>,
    /// The ids it has or gets, by home (`None` for the directory).
    pub ids: HashMap<Option<PersonId>, String>,
    /// What became of it, once known.
    pub outcome: Option<Outcome>,
}

impl Draft {
    /// Whether its key means one resource in the whole world, or in a source that the operator named.
    pub fn key_is_sure(&self, named_source: bool) -> bool {
        named_source || is_sure(&self.origin.url)
    }

    /// Still to be imported.
    pub fn is_open(&self) -> bool {
        self.outcome.is_none()
    }

    /// Goes to the directory.
    pub fn is_listed(&self) -> bool {
        directory::holds(self.resource.kind())
    }
}

/// A unit on its way in.
pub struct Drafts {
    /// The source system's name.
    pub source: String,
    /// Whether the operator named it.
    pub named_source: bool,
    /// What parsed and passed the checks.
    pub drafts: Vec<Draft>,
    /// Which draft a reference means.
    names: HashMap<String, usize>,
    /// `Type/id` that two entries with fullUrls of their own have: they mean none for sure.
    ambiguous: HashSet<String>,
    /// Names of entries that were refused when they were read.
    fallen: HashSet<String>,
    /// Where references out of the unit lead in the directory.
    pub directory: HashMap<String, String>,
    /// Where references out of the unit lead in the opened records, from each of them; a reference to a
    /// person leads there from everywhere (`None`).
    pub before: HashMap<(Option<PersonId>, String), String>,
    refused: Vec<Taken>,
}

impl Drafts {
    /// Parses and checks every entry; what fails is answered, and does not spoil the rest.
    pub fn read(unit: ImportUnit) -> Self {
        let mut drafts = Self {
            source: unit.source,
            named_source: unit.named_source,
            drafts: Vec::with_capacity(unit.entries.len()),
            names: HashMap::new(),
            ambiguous: HashSet::new(),
            fallen: HashSet::new(),
            directory: HashMap::new(),
            before: HashMap::new(),
            refused: Vec::new(),
        };
        for (number, url, admitted) in admit_all(unit.entries) {
            match admitted {
                Ok(admitted) => drafts.add(number, url, admitted),
                Err(refusal) => {
                    let Refusal { fault, name } = *refusal;
                    drafts.fallen.extend(url.into_iter().chain(name));
                    drafts
                        .refused
                        .push(rejection(number, Some(fault.place), &fault.rule));
                }
            }
        }
        drafts
    }

    fn add(&mut self, entry: usize, url: Option<String>, admitted: Admitted) {
        let Admitted {
            resource,
            refers,
            hash,
        } = admitted;
        let relative = resource.id().map(|id| format!("{}/{id}", resource.kind()));
        // A resource with no name of its own is known by its content alone.
        let key = url
            .clone()
            .or_else(|| relative.clone())
            .unwrap_or_else(|| format!("sha256:{}", hex(&hash)));
        if let Some(before) = self.names.get(&key) {
            let same = self.drafts[*before].origin.hash == hash;
            self.refused.push(if same {
                answer(entry, Outcome::Already)
            } else {
                rejection(
                    entry,
                    None,
                    "two entries of one unit have the same fullUrl; give each its own",
                )
            });
            return;
        }
        let place = self.drafts.len();
        if let Some(relative) = relative.filter(|relative| *relative != key) {
            match self.names.entry(relative) {
                Entry::Vacant(free) => {
                    free.insert(place);
                }
                Entry::Occupied(taken) => {
                    self.ambiguous.insert(taken.key().clone());
                }
            }
        }
        self.names.insert(key.clone(), place);
        let origin = Origin {
            source: self.source.clone(),
            url: key,
            hash,
        };
        self.drafts.push(Draft {
            entry,
            resource,
            refers,
            origin,
            homes: BTreeSet::new(),
            ids: HashMap::new(),
            outcome: None,
        });
    }

    /// The draft that a reference means, by fullUrl or `Type/id`.
    pub fn named(&self, reference: &str) -> Option<usize> {
        self.names
            .get(reference)
            .filter(|_| !self.ambiguous.contains(reference))
            .copied()
    }

    /// Whether a reference, in whatever form, means an entry of the unit that was refused.
    fn is_refused(&self, reference: &str) -> bool {
        match self.named(reference) {
            Some(target) => self.drafts[target].outcome == Some(Outcome::Rejected),
            None => self.fallen.contains(reference),
        }
    }

    /// The places of the drafts that are still open and pass `keep`.
    pub fn open(&self, keep: impl Fn(&Draft) -> bool) -> Vec<usize> {
        (0..self.drafts.len())
            .filter(|place| self.drafts[*place].is_open() && keep(&self.drafts[*place]))
            .collect()
    }

    /// Refuses one draft.
    pub fn reject(&mut self, place: usize, fhir_path: Option<String>, reason: &str) {
        let draft = &mut self.drafts[place];
        draft.outcome = Some(Outcome::Rejected);
        self.refused.push(rejection(draft.entry, fhir_path, reason));
    }

    /// Refuses what refers by `urn:uuid` to nothing (not in the unit, not `known` from before), and what
    /// refers in whatever form to an entry that was itself refused; until nothing more falls.
    pub fn reject_unresolved(&mut self, keep: impl Fn(&Draft) -> bool, known: &HashSet<String>) {
        loop {
            let fallen: Vec<(usize, String)> = self
                .open(&keep)
                .into_iter()
                .filter_map(|place| {
                    let Draft {
                        resource, refers, ..
                    } = &self.drafts[place];
                    let refused =
                        |reference: &str| !known.contains(reference) && self.is_refused(reference);
                    let leads = |reference: &str| {
                        (self.named(reference).is_some() || known.contains(reference))
                            && !refused(reference)
                    };
                    // Most resources refer to nothing else: where in them is looked for in the others only.
                    if refers.iter().all(|reference| leads(reference)) {
                        return None;
                    }
                    let mut references = resource.references().into_iter();
                    if let Some((path, _)) = references.find(|(_, reference)| refused(reference)) {
                        return Some((place, path));
                    }
                    let faults = unresolved(resource, |reference| {
                        self.named(reference).is_some() || known.contains(reference)
                    });
                    let fault = faults.into_iter().next()?;
                    Some((place, fault.place))
                })
                .collect();
            if fallen.is_empty() {
                return;
            }
            for (place, fhir_path) in fallen {
                self.reject(
                    place,
                    Some(fhir_path),
                    "the reference leads to no entry, or to one that was rejected",
                );
            }
        }
    }

    /// One answer per entry of the unit.
    pub fn answers(self) -> Vec<Taken> {
        let mut answers = self.refused;
        answers.extend(self.drafts.iter().filter_map(|draft| {
            let outcome = draft.outcome?;
            (outcome != Outcome::Rejected).then(|| answer(draft.entry, outcome))
        }));
        answers
    }
}

/// Why an entry is not read, and the `Type/id` that others may refer to it by.
struct Refusal {
    fault: Fault,
    name: Option<String>,
}

/// A resource that may come in.
struct Admitted {
    resource: Resource,
    /// As in [`Draft`].
    refers: BTreeSet<Box<str>>,
    /// SHA-256 of its compact JSON.
    hash: [u8; 32],
}

/// An entry's number and fullUrl, and what reading it came to.
type Read = (usize, Option<String>, Result<Admitted, Box<Refusal>>);

/// Parses and checks entries, those of a large unit on all cores.
fn admit_all(entries: Vec<ImportEntry>) -> Vec<Read> {
    let admitted = |entry: ImportEntry| (entry.entry, admit(&entry), entry.url);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = entries.len().div_ceil(cores).max(SHARE);
    let mut entries = entries.into_iter().peekable();
    let shares = std::iter::from_fn(|| {
        entries.peek()?;
        Some(entries.by_ref().take(share).collect::<Vec<_>>())
    });
    let shares: Vec<Vec<ImportEntry>> = shares.collect();
    let done: Vec<Vec<_>> = std::thread::scope(|scope| {
        let mut shares = shares.into_iter();
        let own = shares.next();
        let others: Vec<_> = shares
            .map(|share| scope.spawn(|| share.into_iter().map(admitted).collect::<Vec<_>>()))
            .collect();
        let own = own.map(|share| share.into_iter().map(admitted).collect());
        let others = others.into_iter().map(|other| match other.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        own.into_iter().chain(others).collect()
    });
    let all = done.into_iter().flatten();
    all.map(|(entry, admitted, url)| (entry, url, admitted))
        .collect()
}

fn admit(entry: &ImportEntry) -> Result<Admitted, Box<Refusal>> {
    let resource = Resource::parse(entry.resource.as_bytes(), &Limits::of_import())
        .map_err(|fault| Box::new(Refusal { fault, name: None }))?;
    match check(&resource).into_iter().next() {
        Some(fault) => {
            let name = resource.id().map(|id| format!("{}/{id}", resource.kind()));
            Err(Box::new(Refusal { fault, name }))
        }
        None => {
            let hash = digest(&SHA256, &resource.print());
            let hash = hash.as_ref().try_into().expect("SHA-256 has 32 bytes");
            let references = resource.references().into_iter();
            let refers = references.map(|(_, reference)| reference.into()).collect();
            Ok(Admitted {
                resource,
                refers,
                hash,
            })
        }
    }
}

fn answer(entry: usize, outcome: Outcome) -> Taken {
    Taken {
        entry,
        outcome,
        place: None,
        reason: None,
    }
}

fn rejection(entry: usize, place: Option<String>, reason: &str) -> Taken {
    Taken {
        place,
        reason: Some(reason.to_owned()),
        ..answer(entry, Outcome::Rejected)
    }
}

/// Whether a name means one resource in the whole world. A made-up `urn:uuid:1` means nothing outside
/// its own Bundle, and `Patient/1` of a system that nobody named may be anybody's.
pub fn is_sure(url: &str) -> bool {
    let uuid = url.strip_prefix("urn:uuid:").is_some_and(is_uuid);
    uuid || url.starts_with("https://") || url.starts_with("http://")
}

/// Eight, four, four, four and twelve hexadecimal digits (RFC 9562, section 4).
fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups
            .iter()
            .all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
