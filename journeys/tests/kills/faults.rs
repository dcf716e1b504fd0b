//! The verifier is verified: it must object to each fault that is planted in what it sees, and to nothing else.
//!
//! Not a fault: a request without an answer that happened, or did not.

use serde_json::{Value, json};

use super::check::objections;
use super::model::{Line, Lineage, Pending, Right, Share, Version};
use super::requests::content;
use super::seen::{Seen, Trace, bare};

const PERSON: &str = "person";
const DOCTOR: &str = "10000000017";

/// A record with a resource of two versions, a deleted one, a masked document and an open one; a doctor who is
/// authorised and one who is not any more; and a trail.
struct Record {
    share: Share,
    base: Vec<Value>,
    before: Vec<Trace>,
    seen: Seen,
}

fn line(act: &'static str, what: &str) -> Line {
    Line {
        who: "750000018".to_owned(),
        act,
        what: what.to_owned(),
        permitted: true,
    }
}

fn shown(kind: &str, id: &str, content: &Value) -> Value {
    let mut shown = content.clone();
    shown["resourceType"] = json!(kind);
    shown["id"] = json!(id);
    shown["meta"] = json!({ "versionId": "v" });
    shown
}

impl Record {
    fn new() -> Self {
        let patient =
            json!({ "resourceType": "Patient", "id": PERSON, "meta": { "versionId": "0" } });
        let mut record = Self {
            share: Share::default(),
            base: vec![patient.clone()],
            before: Vec::new(),
            seen: Seen {
                everything: vec![patient],
                ..Seen::default()
            },
        };
        record.add("Observation", "two", 2, false);
        record.add("Observation", "deleted", 1, true);
        record.add("DocumentReference", "masked", 1, false);
        record.add("DocumentReference", "open", 1, false);
        record.share.lineages[2].masked = true;
        record.seen.everything[2]["securityLabel"] =
            json!([{ "coding": [{ "code": "MASQUE_PS" }] }]);
        let open = vec!["DocumentReference/open".to_owned()];
        record.seen.sights = vec![(DOCTOR, Some(open)), ("10000000025", None)];
        let actor = json!({ "reference": { "identifier": { "value": format!("8{DOCTOR}") } } });
        record.seen.everything.push(json!({
            "resourceType": "Consent", "id": "consent", "provision": { "actor": [actor] },
        }));
        record.share.rights = [(DOCTOR, Some("consent".to_owned())), ("10000000025", None)]
            .map(|(doctor, consent)| Right {
                doctor,
                consent,
                pending: None,
            })
            .into();
        for number in 0..4 {
            let line = line("create", "Observation");
            record.share.ask(line.clone(), 1);
            record.share.answered(line.clone(), 1);
            let trace = Trace {
                number,
                leaf: 10 + 2 * number,
                line: Some(line),
            };
            record.seen.trail.push(trace);
        }
        record.before = record.seen.trail[..2].to_vec();
        record
    }

    /// A resource with so many editions, acknowledged and seen.
    fn add(&mut self, kind: &'static str, mark: &str, editions: usize, deleted: bool) {
        let mut lineage = Lineage::new(kind, mark.to_owned(), false);
        for edition in 0..editions {
            let text = content(kind, PERSON, mark, edition, 3);
            lineage.acknowledge(mark, &format!("{mark}-{edition}"), Some(text));
        }
        if deleted {
            lineage.acknowledge(mark, &format!("{mark}-deleted"), None);
        } else {
            let newest = lineage.current().unwrap().content.as_ref().unwrap();
            self.seen.everything.push(shown(kind, mark, newest));
        }
        let reference = format!("{kind}/{mark}");
        let versions = lineage.versions.iter();
        self.seen
            .past
            .extend(versions.map(|version| (reference.clone(), version.clone())));
        self.share.lineages.push(lineage);
    }

    /// Something sent without an answer.
    fn send(&mut self, place: usize, content: Option<Value>) {
        self.share.lineages[place].pending = Some(Pending {
            content,
            together: 1,
        });
    }

    /// What was sent happened.
    fn happen(&mut self, place: usize) {
        let lineage = &self.share.lineages[place];
        let content = lineage.pending.clone().unwrap().content;
        let reference = lineage
            .reference()
            .unwrap_or(format!("{}/{}", lineage.kind, lineage.mark));
        let (kind, id) = reference.split_once('/').unwrap();
        self.seen.everything.retain(|resource| resource["id"] != id);
        if let Some(content) = &content {
            self.seen.everything.push(shown(kind, id, content));
        }
        let tag = "made-unanswered".to_owned();
        self.seen
            .past
            .push((reference.clone(), Version { tag, content }));
    }

    fn objections(&mut self) -> Vec<String> {
        objections(&mut [&mut self.share], &self.base, &self.before, &self.seen)
    }

    /// The place of a reference in `$everything`.
    fn shown(&mut self, id: &str) -> &mut Value {
        let mut all = self.seen.everything.iter_mut();
        all.find(|resource| resource["id"] == id).unwrap()
    }
}

#[test]
fn a_verifier_that_objects_to_what_is_right() {
    assert_eq!(Record::new().objections(), Vec::<String>::new());
    // An update, a deletion and a create, sent and not answered: happened, or not.
    for happened in [false, true] {
        let mut record = Record::new();
        let update = content("Observation", PERSON, "two", 2, 9);
        record.send(0, Some(update.clone()));
        record
            .share
            .lineages
            .push(Lineage::new("Observation", "new".to_owned(), false));
        record.send(4, Some(content("Observation", PERSON, "new", 0, 1)));
        record.share.lineages[3].masking = Some(true);
        record.share.rights[1].pending = Some(true);
        record.share.ask(line("update", "Observation/two"), 1);
        if happened {
            record.happen(0);
            record.happen(4);
            record.shown("open")["securityLabel"] =
                json!([{ "coding": [{ "code": "MASQUE_PS" }] }]);
            let mut consent = record.shown("consent").clone();
            consent["id"] = json!("consent-2");
            consent["provision"]["actor"][0]["reference"]["identifier"]["value"] =
                json!("810000000025");
            record.seen.everything.push(consent);
            record.seen.sights = vec![(DOCTOR, Some(vec![])), ("10000000025", Some(vec![]))];
            let line = Some(line("update", "Observation/two"));
            record.seen.trail.push(Trace {
                number: 4,
                leaf: 30,
                line,
            });
        }
        assert_eq!(record.objections(), Vec::<String>::new());
        // What was open is settled, and holds from now on.
        assert_eq!(
            record.share.lineages[0].versions.len(),
            if happened { 3 } else { 2 }
        );
        assert_eq!(record.share.lineages[4].id.is_some(), happened);
        assert_eq!(record.share.lineages[3].masked, happened);
        assert_eq!(record.share.rights[1].consent.is_some(), happened);
        assert_eq!(record.objections(), Vec::<String>::new());
    }
}

type Fault = (&'static str, fn(&mut Record));

/// Faults of what was written.
const WRITTEN: &[Fault] = &[
    ("an acknowledged create that is gone", |record| {
        record
            .seen
            .past
            .retain(|(reference, _)| reference != "Observation/two");
        record
            .seen
            .everything
            .retain(|resource| resource["id"] != "two");
    }),
    ("an acknowledged update that is gone", |record| {
        record.seen.past.remove(1);
        *record.shown("two") = shown(
            "Observation",
            "two",
            &content("Observation", PERSON, "two", 0, 3),
        );
    }),
    ("an acknowledged write that is there twice", |record| {
        let copy = record.seen.past[0].1.clone();
        let resource = shown("Observation", "copy", copy.content.as_ref().unwrap());
        record.seen.past.push(("Observation/copy".to_owned(), copy));
        record.seen.everything.push(resource);
    }),
    ("an update that was applied twice", |record| {
        let again = record.seen.past[1].clone();
        record.seen.past.insert(2, again);
    }),
    ("a deleted resource that is revived", |record| {
        record.seen.past.remove(3);
        let before = record.seen.past[2].1.content.clone().unwrap();
        record
            .seen
            .everything
            .push(shown("Observation", "deleted", &before));
    }),
    ("a deleted resource that is shown all the same", |record| {
        let before = record.seen.past[2].1.content.clone().unwrap();
        record
            .seen
            .everything
            .push(shown("Observation", "deleted", &before));
    }),
    ("a content that is half there", |record| {
        for resource in [
            record.seen.past[1].1.content.as_mut().unwrap(),
            &mut record.seen.everything[1],
        ] {
            resource["note"].as_array_mut().unwrap().pop();
        }
    }),
    ("a version with another id", |record| {
        record.seen.past[0].1.tag = "other".to_owned()
    }),
    ("an old version that is shown", |record| {
        *record.shown("two") = shown(
            "Observation",
            "two",
            &content("Observation", PERSON, "two", 0, 3),
        );
    }),
    ("a resource that is shown twice", |record| {
        let copy = record.shown("two").clone();
        record.seen.everything.push(copy);
    }),
    ("a resource that nobody sent", |record| {
        let text = content("Observation", PERSON, "stranger", 0, 1);
        record
            .seen
            .everything
            .push(shown("Observation", "stranger", &text));
        let version = Version {
            tag: "x".to_owned(),
            content: Some(text),
        };
        record
            .seen
            .past
            .push(("Observation/stranger".to_owned(), version));
    }),
    ("a version that nobody sent", |record| {
        let text = content("Observation", PERSON, "two", 7, 1);
        record.send(0, Some(text));
        record.happen(0);
        record.share.lineages[0].pending = None;
    }),
    ("an unanswered update with another content", |record| {
        record.send(0, Some(content("Observation", PERSON, "two", 2, 9)));
        record.happen(0);
        record.send(0, Some(content("Observation", PERSON, "two", 2, 8)));
    }),
    ("a transaction that is half there", |record| {
        record
            .share
            .lineages
            .push(Lineage::new("Observation", "new".to_owned(), false));
        record.send(4, Some(content("Observation", PERSON, "new", 0, 1)));
        record.send(0, Some(content("Observation", PERSON, "two", 2, 9)));
        record.happen(4);
    }),
    ("a Patient that was changed", |record| {
        record.shown(PERSON)["gender"] = json!("other")
    }),
    (
        "a shared create that two were told another id of",
        |record| {
            let mut shared = record.share.lineages[0].clone();
            shared.id = Some("elsewhere".to_owned());
            record.share.lineages.push(shared);
        },
    ),
];

/// Faults of who may see.
const RIGHTS: &[Fault] = &[
    ("a mask that fell", |record| {
        let bare = bare(record.shown("masked"));
        *record.shown("masked") = shown("DocumentReference", "masked", &bare);
    }),
    ("a mask that nobody set", |record| {
        record.shown("open")["securityLabel"] = json!([{ "coding": [{ "code": "MASQUE_PS" }] }]);
    }),
    ("a doctor who finds what is masked", |record| {
        let found = record.seen.sights[0].1.as_mut().unwrap();
        found.push("DocumentReference/masked".to_owned());
    }),
    ("a doctor who does not find what is open", |record| {
        record.seen.sights[0].1 = Some(vec![])
    }),
    ("an authorisation that is gone", |record| {
        record
            .seen
            .everything
            .retain(|resource| resource["id"] != "consent");
        record.seen.sights[0].1 = None;
    }),
    ("a doctor who is refused although authorised", |record| {
        record.seen.sights[0].1 = None
    }),
    ("a doctor who reads after it was taken back", |record| {
        record.seen.sights[1].1 = Some(vec!["DocumentReference/open".to_owned()]);
    }),
    (
        "an authorisation that was taken back and stands",
        |record| record.share.rights[0].consent = None,
    ),
    ("an authorisation that is there twice", |record| {
        let consent = record.shown("consent").clone();
        record
            .seen
            .everything
            .push(shown("Consent", "consent-2", &consent));
    }),
];

/// Faults of the trail.
const TRAIL: &[Fault] = &[
    ("an answered request that is not in the trail", |record| {
        record.share.ask(line("update", "Observation/two"), 1);
        record.share.answered(line("update", "Observation/two"), 1);
    }),
    ("a line that is there twice", |record| {
        let trace = Trace {
            number: 4,
            leaf: 40,
            ..record.seen.trail[0].clone()
        };
        record.seen.trail.push(trace);
    }),
    ("a line that nobody asked for", |record| {
        let line = Some(line("read", "Observation/two"));
        record.seen.trail.push(Trace {
            number: 4,
            leaf: 40,
            line,
        });
    }),
    ("a gap in the trail", |record| {
        record.seen.trail[3].number = 4;
    }),
    ("a line of the past that was changed", |record| {
        record.seen.trail[1].leaf = 13
    }),
    ("a line of the past that is gone", |record| {
        record.seen.trail.truncate(1);
    }),
    ("two lines with one leaf", |record| {
        record.seen.trail[3].leaf = record.seen.trail[2].leaf
    }),
];

#[test]
fn a_verifier_that_passes_over_a_fault() {
    let mut planted = 0;
    for (name, plant) in [WRITTEN, RIGHTS, TRAIL].concat() {
        let mut record = Record::new();
        plant(&mut record);
        assert!(!record.objections().is_empty(), "not seen: {name}");
        planted += 1;
    }
    println!("{planted} planted faults, each objected to");
}
