//! What a person's record shows when nobody writes: read in few requests.

use serde_json::Value;

use super::model::{Line, Share, Version};
use crate::harness::Client;

/// The kinds that clients write, and whose whole past is read.
const KINDS: [&str; 2] = ["Observation", "DocumentReference"];

/// All that is seen of one person.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// `$everything`, as the holder sees it.
    pub everything: Vec<Value>,
    /// Every version of every resource that clients write, by `Type/id`, oldest first.
    pub past: Vec<(String, Version)>,
    /// The documents that each doctor finds, as `Type/id`; none when he is refused.
    pub sights: Vec<(&'static str, Option<Vec<String>>)>,
    /// The trail, oldest first.
    pub trail: Vec<Trace>,
}

/// A line of a trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Its number in the trail.
    pub number: u64,
    /// Its leaf in the ledger.
    pub leaf: u64,
    /// What it says; none of the weighing before a decision.
    pub line: Option<Line>,
}

/// Somebody with a token.
#[derive(Clone, Debug)]
pub struct Actor {
    /// As the trail knows him.
    pub who: String,
    pub token: String,
}

/// Reads a person's record and trail, which had `before` lines, and takes note in `own` of having done so.
pub fn look(
    client: &Client,
    person: &str,
    holder: &Actor,
    doctors: &[(&'static str, Actor)],
    before: usize,
    own: &mut Share,
) -> Seen {
    let mut seen = Seen::default();
    let path = format!("Patient/{person}/$everything");
    seen.everything = pages(client, &path, &path, "search-type", holder, own)
        .into_iter()
        .map(|entry| entry["resource"].clone())
        .collect();
    for kind in KINDS {
        let path = format!("{kind}/_history?patient={person}");
        let what = format!("{kind}/_history");
        let mut past: Vec<_> = pages(client, &path, &what, "history-type", holder, own)
            .iter()
            .map(version)
            .collect();
        past.reverse();
        seen.past.extend(past);
    }
    for (rpps, doctor) in doctors {
        let path = format!("DocumentReference?patient={person}&_count=1000");
        let answer = client.get(&path, &doctor.token).unwrap();
        assert!(matches!(answer.status, 200 | 403), "{}", answer.text);
        let permitted = answer.status == 200;
        let line = Line {
            who: doctor.who.clone(),
            act: "search-type",
            what: path,
            permitted,
        };
        own.ask(line.clone(), 1);
        own.answered(line, 1);
        let found = permitted.then(|| {
            let total = answer.json()["total"].as_u64();
            let found: Vec<String> = answer.resources().iter().map(reference).collect();
            assert_eq!(total, u64::try_from(found.len()).ok(), "on one page");
            found
        });
        seen.sights.push((*rpps, found));
    }
    seen.trail = trail(client, person, holder, before, own);
    seen
}

fn trail(
    client: &Client,
    person: &str,
    holder: &Actor,
    before: usize,
    own: &mut Share,
) -> Vec<Trace> {
    let line = Line {
        who: holder.who.clone(),
        act: "account",
        what: String::new(),
        permitted: true,
    };
    // The further pages of the reading before are in the trail by now, and those of this one are not.
    let answered = own.readings;
    own.asked.entry(line.clone()).or_default().answered = answered;
    let mut events = Vec::new();
    let mut next = Some(format!("AuditEvent?patient={person}&_count=1000"));
    while let Some(path) = next {
        // The keeper gives a thousand lines at a time, and each time is a line; a round leaves fewer.
        own.ask(line.clone(), 2 + u64::try_from(before / 1_000).unwrap());
        own.readings += 1;
        let answer = client.get(&path, &holder.token).unwrap();
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        events.extend(answer.resources());
        next = following(&answer.json());
    }
    events.iter().map(trace).collect()
}

/// The entries of all pages.
fn pages(
    client: &Client,
    path: &str,
    what: &str,
    act: &'static str,
    holder: &Actor,
    own: &mut Share,
) -> Vec<Value> {
    let joint = if path.contains('?') { '&' } else { '?' };
    let mut next = Some(format!("{path}{joint}_count=1000"));
    let mut entries = Vec::new();
    while let Some(path) = next {
        let line = Line {
            who: holder.who.clone(),
            act,
            what: what.to_owned(),
            permitted: true,
        };
        own.ask(line.clone(), 1);
        let answer = client.get(&path, &holder.token).unwrap();
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        own.answered(line, 1);
        let bundle = answer.json();
        next = following(&bundle);
        if let Value::Array(more) = &bundle["entry"] {
            entries.extend(more.iter().cloned());
        }
    }
    entries
}

/// The path of the next page.
fn following(bundle: &Value) -> Option<String> {
    let links = bundle["link"].as_array().unwrap();
    let next = links.iter().find(|link| link["relation"] == "next")?;
    let (_, path) = next["url"].as_str().unwrap().split_once("/fhir/").unwrap();
    Some(path.to_owned())
}

pub fn reference(resource: &Value) -> String {
    let part = |name: &str| resource[name].as_str().unwrap().to_owned();
    format!("{}/{}", part("resourceType"), part("id"))
}

fn version(entry: &Value) -> (String, Version) {
    let tag = entry["response"]["etag"].as_str().unwrap();
    let tag = tag.trim_start_matches("W/").trim_matches('"').to_owned();
    match &entry["resource"] {
        Value::Null => {
            let reference = entry["request"]["url"].as_str().unwrap().to_owned();
            (reference, Version { tag, content: None })
        }
        resource => {
            let content = Some(bare(resource));
            (reference(resource), Version { tag, content })
        }
    }
}

/// A resource without what the server adds, and without its mark of visibility, which is no part of a version.
pub fn bare(resource: &Value) -> Value {
    let mut bare = resource.clone();
    let members = bare.as_object_mut().unwrap();
    for name in ["id", "meta", "securityLabel"] {
        members.remove(name);
    }
    bare
}

fn trace(event: &Value) -> Trace {
    let details = event["entity"][0]["detail"].as_array().unwrap();
    let detail = |name: &str| {
        let detail = details.iter().find(|detail| detail["type"] == name);
        detail.unwrap()["valueString"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap()
    };
    Trace {
        number: detail("trail line"),
        leaf: detail("ledger leaf"),
        line: line(event),
    }
}

const ACTS: [&str; 9] = [
    "read",
    "search-type",
    "create",
    "history-type",
    "update",
    "delete",
    "mask",
    "share",
    "account",
];

fn line(event: &Value) -> Option<Line> {
    let code = event["subtype"][0]["code"].as_str().unwrap();
    let act = ACTS.into_iter().find(|act| *act == code)?;
    let what = event["entity"][0]["description"]
        .as_str()
        .unwrap_or_default();
    let who = &event["agent"][0]["who"]["identifier"]["value"];
    Some(Line {
        who: who.as_str().unwrap().to_owned(),
        act,
        // Each page of a trail has words of its own.
        what: if act == "account" {
            String::new()
        } else {
            what.to_owned()
        },
        permitted: event["outcome"] == "0",
    })
}
