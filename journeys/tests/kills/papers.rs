//! Documents under the kills: sent raw, so that they lie beside the entries, read back whole, and deleted, all by
//! one client in a record of their own.

mod faults;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use ureq::Error;

use crate::harness::chance::Chance;
use crate::harness::{Answer, Client, Home};

/// The shortest document that lies beside the entries, and some to spare.
const LEAST: usize = 20_000;
/// The longest of the many, and of the few large ones.
const SMALL: usize = 200_000;
const LARGE: usize = 3_000_000;
/// So many are kept; then one goes for each that comes.
const KEPT: usize = 6;

/// One document of this client.
#[derive(Clone, Debug)]
struct Paper {
    mark: u64,
    length: usize,
    /// Once it is known.
    id: Option<String>,
    /// Whether a deletion was sent and not answered.
    deleting: bool,
}

impl Paper {
    /// What it says: in every piece of it something else than in any other.
    fn text(&self) -> String {
        let mut text = String::with_capacity(self.length + 32);
        while text.len() < self.length {
            text.push_str(&format!("paper {} at {}\n", self.mark, text.len()));
        }
        text.truncate(self.length);
        text
    }

    fn kind(&self) -> String {
        format!("application/x-paper-{}", self.mark)
    }
}

/// A document as it is there.
#[derive(Clone)]
struct There {
    kind: String,
    id: String,
    text: String,
}

/// The client, and what it knows of its documents.
pub struct Papers {
    person: String,
    holder: String,
    software: String,
    chance: Chance,
    made: u64,
    /// Acknowledged, or sent and not answered.
    papers: Vec<Paper>,
    /// Deleted for good, by their ids.
    gone: BTreeSet<String>,
    /// Whoever was ever there, deleted or not: each has its object.
    pub ever: usize,
    pub tally: Tally,
}

/// What was sent, acknowledged, and read back.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    pub sent: u64,
    pub acknowledged: u64,
    pub read: u64,
    pub bytes: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.sent += more.sent;
        self.acknowledged += more.acknowledged;
        self.read += more.read;
        self.bytes += more.bytes;
    }
}

/// What became of a request.
enum Fate {
    Done(Answer),
    NotSent,
    Unknown,
}

fn fate(sent: Result<Answer, Error>) -> Fate {
    match sent {
        Ok(answer) if (200..300).contains(&answer.status) => Fate::Done(answer),
        Ok(answer) if answer.status >= 500 => Fate::Unknown,
        Ok(answer) => panic!("{}, {}", answer.status, answer.text),
        Err(Error::Io(error)) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            Fate::NotSent
        }
        Err(_) => Fate::Unknown,
    }
}

impl Papers {
    pub fn new(person: &str, [holder, software]: [String; 2], chance: Chance) -> Self {
        Self {
            person: person.to_owned(),
            holder,
            software,
            chance,
            made: 0,
            papers: Vec::new(),
            gone: BTreeSet::new(),
            ever: 0,
            tally: Tally::default(),
        }
    }

    /// Tokens made anew.
    pub fn refresh(&mut self, home: &Home, software: &str) {
        self.holder = home.token(&["--holder", &self.person]);
        self.software = software.to_owned();
    }

    /// Sends, reads and deletes until told to stop.
    pub fn work(&mut self, client: &Client, stop: &AtomicBool) {
        while !stop.load(Ordering::Relaxed) {
            let known = |paper: &&Paper| paper.id.is_some() && !paper.deleting;
            let known: Vec<Paper> = self.papers.iter().filter(known).cloned().collect();
            let one = known.get(self.chance.place(known.len().max(1)));
            let answered = match one {
                Some(one) if known.len() >= KEPT => self.delete(client, one),
                Some(one) if self.chance.percent(40) => self.read(client, one),
                _ => self.send(client),
            };
            // It leaves the machine to the others, too.
            let pause = if answered { 20 } else { 5 };
            thread::sleep(Duration::from_millis(pause));
        }
    }

    fn send(&mut self, client: &Client) -> bool {
        self.made += 1;
        let longest = if self.chance.percent(25) {
            LARGE
        } else {
            SMALL
        };
        let mut paper = Paper {
            mark: self.made,
            length: LEAST + self.chance.place(longest - LEAST),
            id: None,
            deleting: false,
        };
        let (kind, whose) = (paper.kind(), format!("Patient/{}", self.person));
        let headers = [
            ("Content-Type", kind.as_str()),
            ("X-Security-Context", whose.as_str()),
            ("Prefer", "return=minimal"),
        ];
        let text = paper.text();
        let sent = client.send(("POST", "Binary"), &self.software, &headers, Some(&text));
        self.tally.sent += 1;
        match fate(sent) {
            Fate::Done(answer) => {
                assert_eq!(answer.status, 201);
                let location = answer.location.unwrap();
                let (_, path) = location.split_once("/Binary/").unwrap();
                let id = path.split('/').next().unwrap();
                paper.id = Some(id.to_owned());
                self.ever += 1;
                self.tally.acknowledged += 1;
            }
            Fate::Unknown => {}
            Fate::NotSent => {
                self.tally.sent -= 1;
                return false;
            }
        }
        let answered = paper.id.is_some();
        self.papers.push(paper);
        answered
    }

    fn delete(&mut self, client: &Client, paper: &Paper) -> bool {
        let id = paper.id.clone().unwrap();
        let deleted = client.send(
            ("DELETE", &format!("Binary/{id}")),
            &self.software,
            &[],
            None,
        );
        let place = self.papers.iter().position(|one| one.mark == paper.mark);
        match fate(deleted) {
            Fate::Done(_) => {
                self.papers.remove(place.unwrap());
                self.gone.insert(id);
                true
            }
            Fate::Unknown => {
                self.papers[place.unwrap()].deleting = true;
                false
            }
            Fate::NotSent => false,
        }
    }

    /// Reads one raw; whole, or as far as the connection goes.
    fn read(&mut self, client: &Client, paper: &Paper) -> bool {
        match fate(self.fetch(client, paper.id.as_ref().unwrap(), &paper.kind())) {
            Fate::Done(answer) => {
                let mark = paper.mark;
                assert!(answer.text == paper.text(), "paper {mark} is another");
                self.tally.read += 1;
                self.tally.bytes += paper.length as u64;
                true
            }
            _ => false,
        }
    }

    fn fetch(&self, client: &Client, id: &str, kind: &str) -> Result<Answer, Error> {
        let path = format!("Binary/{id}");
        client.send(("GET", &path), &self.holder, &[("Accept", kind)], None)
    }

    /// Every document that is there, read whole.
    fn there(&self, client: &Client) -> Vec<There> {
        let path = format!(
            "Binary?patient={}&_elements=contentType&_count=1000",
            self.person
        );
        let found = client.get(&path, &self.holder).unwrap().resources();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let told = found.iter().map(|binary| {
            let (kind, id) = (text(&binary["contentType"]), text(&binary["id"]));
            // A connection may close between two requests: who reads asks again (RFC 9110, 9.2.2).
            let answer = self.fetch(client, &id, &kind);
            let answer = answer.or_else(|_| self.fetch(client, &id, &kind)).unwrap();
            assert_eq!(answer.status, 200, "{kind}: {}", answer.text);
            let text = answer.text;
            There { kind, id, text }
        });
        told.collect()
    }

    /// Reads all that is there; see [`Papers::objections`].
    pub fn verify(&mut self, client: &Client) {
        let there = self.there(client);
        let objections = self.objections(there);
        assert!(objections.is_empty(), "{objections:#?}");
    }

    /// Holds what is there against what was acknowledged, byte by byte, and settles what was not answered.
    fn objections(&mut self, there: Vec<There>) -> Vec<String> {
        let mut objections = Vec::new();
        let mut by_kind = BTreeMap::new();
        for one in there {
            if self.gone.contains(&one.id) {
                objections.push(format!("{} was deleted and is there", one.kind));
            }
            if let Some(other) = by_kind.insert(one.kind.clone(), one) {
                objections.push(format!("{} is there twice", other.kind));
            }
        }
        for mut paper in std::mem::take(&mut self.papers) {
            let mark = paper.mark;
            let Some(found) = by_kind.remove(&paper.kind()) else {
                match paper.id {
                    Some(id) if paper.deleting => drop(self.gone.insert(id)),
                    Some(_) => objections.push(format!("paper {mark} is gone")),
                    None => {}
                }
                continue;
            };
            self.ever += usize::from(paper.id.is_none());
            let id = paper.id.get_or_insert_with(|| found.id.clone());
            if *id != found.id {
                objections.push(format!("paper {mark} has another id"));
            }
            if found.text != paper.text() {
                objections.push(format!("paper {mark} is another"));
            }
            paper.deleting = false;
            self.tally.read += 1;
            self.tally.bytes += paper.length as u64;
            self.papers.push(paper);
        }
        objections.extend(
            by_kind
                .into_keys()
                .map(|kind| format!("nobody sent {kind}")),
        );
        objections
    }
}
