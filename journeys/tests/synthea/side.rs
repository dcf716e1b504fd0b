//! One side of the comparison: resources that refer to one another under names of their own.
//!
//! Which resource of the export is which of the input is found by colours: a resource's colour is the hash of its
//! content with each reference replaced by the colour of what it leads to, again until nothing changes. Two
//! resources of one colour say the same and lead to the same; each pair is then compared in full.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use hygie_fhir::{Json, Limits, Resource, bundle};

/// The types that go to the directory (issue 2).
const DIRECTORY: [&str; 6] = [
    "Organization",
    "Practitioner",
    "PractitionerRole",
    "Location",
    "HealthcareService",
    "Endpoint",
];

pub struct Side {
    resources: Vec<Resource>,
    names: HashMap<String, usize>,
    colours: Vec<u64>,
}

impl Side {
    /// The resources of a Bundle, known by fullUrl and by `Type/id`.
    pub fn read(bytes: &[u8]) -> Self {
        let found = bundle::entries(bytes, &Limits::default()).unwrap();
        assert_eq!(found.broken, None);
        let mut side = Self {
            resources: Vec::new(),
            names: HashMap::new(),
            colours: Vec::new(),
        };
        for (number, entry) in found.entries.iter().enumerate() {
            let resource = Resource::parse(entry.bytes, &Limits::default()).unwrap();
            let id = resource.id().unwrap_or_default();
            side.names
                .insert(format!("{}/{id}", resource.kind()), number);
            side.names
                .extend(entry.full_url.clone().map(|url| (url, number)));
            side.resources.push(resource);
        }
        side
    }

    pub fn len(&self) -> usize {
        self.resources.len()
    }

    /// What tells the one patient from all others.
    pub fn patient(&self) -> String {
        let mut patients = self
            .resources
            .iter()
            .filter(|resource| resource.kind() == "Patient");
        let patient = patients.next().expect("a patient");
        assert!(patients.next().is_none(), "one patient");
        let identifiers = patient.identifiers();
        identifiers
            .first()
            .map(|(_, value)| (*value).to_owned())
            .expect("an identifier")
    }

    fn target(&self, reference: &str) -> Option<usize> {
        self.names.get(reference).copied()
    }

    /// Takes out directory resources that no other resource leads to; says how many.
    pub fn leave_out_unreferred(&mut self) -> usize {
        let listed = |resource: &Resource| DIRECTORY.contains(&resource.kind());
        let mut kept: HashSet<usize> = (0..self.len())
            .filter(|number| !listed(&self.resources[*number]))
            .collect();
        let mut queue: Vec<usize> = kept.iter().copied().collect();
        while let Some(number) = queue.pop() {
            for (_, reference) in self.resources[number].references() {
                if let Some(target) = self.target(reference)
                    && kept.insert(target)
                {
                    queue.push(target);
                }
            }
        }
        let before = self.len();
        let places: HashMap<usize, usize> = (0..before)
            .filter(|number| kept.contains(number))
            .enumerate()
            .map(|(new, old)| (old, new))
            .collect();
        self.names.retain(|_, number| kept.contains(number));
        for number in self.names.values_mut() {
            *number = places[number];
        }
        let mut number = 0;
        self.resources.retain(|_| {
            number += 1;
            kept.contains(&(number - 1))
        });
        before - self.len()
    }

    /// Colours until no more colours are told apart.
    fn colour(&mut self) {
        self.colours = vec![0; self.len()];
        let mut known = 0;
        loop {
            self.colours = self
                .resources
                .iter()
                .map(|resource| self.hash(resource))
                .collect();
            let now = self.colours.iter().collect::<HashSet<_>>().len();
            if now == known {
                return;
            }
            known = now;
        }
    }

    fn hash(&self, resource: &Resource) -> u64 {
        let mut resource = resource.clone();
        resource.rewrite_references(|reference| Some(self.reference(reference)));
        let kind = resource.kind();
        let mut json = resource.into_json();
        json.remove("id");
        if let Some(meta) = json.get_mut("meta") {
            meta.remove("versionId");
            meta.remove("lastUpdated");
        }
        if json
            .get("meta")
            .is_some_and(|meta| meta.members().is_empty())
        {
            json.remove("meta");
        }
        let mut hasher = DefaultHasher::new();
        kind.hash(&mut hasher);
        canonical(&json).hash(&mut hasher);
        hasher.finish()
    }

    /// A reference by what it leads to; one that leads out of the bundle by its text.
    fn reference(&self, reference: &str) -> String {
        match self.target(reference) {
            Some(number) => format!("{:016x}", self.colours[number]),
            None => reference.to_owned(),
        }
    }
}

/// The text of a value, members sorted by name.
fn canonical(json: &Json) -> String {
    match json {
        Json::Object(_) => {
            let mut members: Vec<String> = json
                .members()
                .iter()
                .map(|(name, value)| format!("{name:?}:{}", canonical(value)))
                .collect();
            members.sort();
            format!("{{{}}}", members.join(","))
        }
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        other => String::from_utf8(other.print()).unwrap(),
    }
}

/// Pairs the resources of both sides and compares each pair; says how many there were.
pub fn compare(mut input: Side, mut export: Side) -> usize {
    input.colour();
    export.colour();
    let mut waiting: HashMap<u64, Vec<usize>> = HashMap::new();
    for (number, colour) in export.colours.iter().enumerate() {
        waiting.entry(*colour).or_default().push(number);
    }
    for (number, resource) in input.resources.iter().enumerate() {
        let colour = input.colours[number];
        let Some(other) = waiting.get_mut(&colour).and_then(Vec::pop) else {
            panic!(
                "entry {number}, of type {}, did not come back as it went in",
                resource.kind()
            );
        };
        let same = resource.semantic_eq(&export.resources[other], |ours, theirs| {
            input.reference(ours) == export.reference(theirs)
        });
        assert!(
            same,
            "entry {number}, of type {}, was altered",
            resource.kind()
        );
    }
    let left: Vec<&str> = waiting
        .values()
        .flatten()
        .map(|number| export.resources[*number].kind())
        .collect();
    assert!(
        left.is_empty(),
        "the export holds what was never there: {left:?}"
    );
    input.len()
}
