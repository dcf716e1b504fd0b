//! A client of several records: asks at random, by what it saw last, and writes down what it was told and when.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ureq::Error;

use super::history::{Ask, Event, Told};
use crate::harness::chance::Chance;
use crate::harness::{Answer, Client};

/// Marks of conditional creates; plain creates have a mark of their own.
const MARKS: u64 = 3;
const PLAIN: u8 = 9;

/// A version that a client saw: where it is, and its name in `If-Match`.
#[derive(Clone, Debug)]
struct Known {
    id: String,
    tag: String,
    birth: u64,
    value: u64,
    mark: u8,
}

/// One client.
pub struct Worker<'a> {
    client: &'a Client,
    software: &'a str,
    chance: Chance,
    begun: Instant,
    values: &'a AtomicU64,
    /// By person.
    pub histories: Vec<Vec<Event>>,
    /// By person, what was seen last of each resource.
    known: Vec<BTreeMap<u64, Known>>,
}

impl<'a> Worker<'a> {
    pub fn new(
        client: &'a Client,
        software: &'a str,
        chance: Chance,
        begun: Instant,
        values: &'a AtomicU64,
    ) -> Self {
        Self {
            client,
            software,
            chance,
            begun,
            values,
            histories: Vec::new(),
            known: Vec::new(),
        }
    }

    /// Sends so many requests about these persons, whose holders have these tokens.
    pub fn work(&mut self, persons: &[String], tokens: &[String], requests: usize) {
        self.histories = vec![Vec::new(); persons.len()];
        self.known = vec![BTreeMap::new(); persons.len()];
        for _ in 0..requests {
            let person = self.chance.place(persons.len());
            self.ask(person, &persons[person], &tokens[person]);
        }
    }

    fn ask(&mut self, person: usize, id: &str, holder: &str) {
        let value = self.values.fetch_add(1, Ordering::Relaxed);
        let mark = u8::try_from(self.chance.below(MARKS)).unwrap();
        let known: Vec<Known> = self.known[person].values().cloned().collect();
        let one = (!known.is_empty()).then(|| known[self.chance.place(known.len())].clone());
        let expects = self.chance.percent(80);
        match (self.chance.below(100), one) {
            (0..4, _) => self.create(person, id, Ask::Create { mark: PLAIN, value }),
            (4..26, _) | (_, None) => self.create(person, id, Ask::CreateUnless { mark, value }),
            (26..54, Some(one)) => self.update(person, id, &one, expects, value),
            (54..64, Some(one)) => self.delete(person, &one, expects),
            (64..82, Some(one)) => self.read(person, holder, &one),
            (82..94, _) => self.search(person, id, holder, Ask::Find { mark }),
            _ => self.search(person, id, holder, Ask::All),
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_nanos()).unwrap()
    }

    /// Sends; now and then hangs up before an answer can have come.
    fn send(
        &mut self,
        request: (&str, &str),
        token: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Option<Answer> {
        let hasty = self
            .chance
            .percent(6)
            .then(|| Duration::from_millis(1 + self.chance.below(40)));
        let client = hasty.map_or_else(|| self.client.clone(), |time| self.client.hasty(time));
        let text = body.map(Value::to_string);
        match client.send(request, token, headers, text.as_deref()) {
            Ok(answer) => {
                let fine = matches!(answer.status, 200 | 201 | 204 | 410 | 412);
                assert!(fine, "{request:?}: {}, {}", answer.status, answer.text);
                Some(answer)
            }
            Err(Error::Timeout(_)) if hasty.is_some() => None,
            Err(error) => panic!("{request:?}: {error}"),
        }
    }

    fn note(&mut self, person: usize, ask: Ask, begun: u64, told: Option<Told>) {
        let answer = told.map(|told| (self.now(), told));
        // What reads and is not answered says nothing.
        let reads = matches!(ask, Ask::Read { .. } | Ask::Find { .. } | Ask::All);
        if answer.is_some() || !reads {
            self.histories[person].push(Event { ask, begun, answer });
        }
    }

    fn create(&mut self, person: usize, id: &str, ask: Ask) {
        let (mark, value, condition) = match ask {
            Ask::Create { mark, value } => (mark, value, None),
            Ask::CreateUnless { mark, value } => {
                (mark, value, Some(format!("identifier=urn:test|m{mark}")))
            }
            _ => return,
        };
        let body = content(id, mark, value, value);
        let mut headers = vec![("Content-Type", "application/fhir+json")];
        headers.extend(
            condition
                .as_ref()
                .map(|text| ("If-None-Exist", text.as_str())),
        );
        let begun = self.now();
        let software = self.software;
        let told = self
            .send(("POST", "Observation"), software, &headers, Some(&body))
            .map(|answer| {
                let known = seen(&answer.json());
                let told = match answer.status {
                    201 => Told::Done,
                    200 => Told::Seen(vec![(known.birth, known.value)]),
                    // Several stand with one mark: no order tells that.
                    _ => Told::Stale,
                };
                self.known[person].insert(known.birth, known);
                told
            });
        self.note(person, ask, begun, told);
    }

    fn update(&mut self, person: usize, id: &str, one: &Known, expects: bool, value: u64) {
        let ask = Ask::Update {
            birth: one.birth,
            expects: expects.then_some(one.value),
            value,
        };
        let mut body = content(id, one.mark, one.birth, value);
        body["id"] = json!(one.id);
        let tag = format!("W/\"{}\"", one.tag);
        let mut headers = vec![("Content-Type", "application/fhir+json")];
        headers.extend(expects.then_some(("If-Match", tag.as_str())));
        let path = format!("Observation/{}", one.id);
        let begun = self.now();
        let software = self.software;
        let told = self
            .send(("PUT", &path), software, &headers, Some(&body))
            .map(|answer| self.changed(person, one, &answer));
        self.note(person, ask, begun, told);
    }

    fn delete(&mut self, person: usize, one: &Known, expects: bool) {
        let ask = Ask::Delete {
            birth: one.birth,
            expects: expects.then_some(one.value),
        };
        let tag = format!("W/\"{}\"", one.tag);
        let headers: Vec<_> = expects
            .then_some(("If-Match", tag.as_str()))
            .into_iter()
            .collect();
        let path = format!("Observation/{}", one.id);
        let begun = self.now();
        let software = self.software;
        let told = self
            .send(("DELETE", &path), software, &headers, None)
            .map(|answer| self.changed(person, one, &answer));
        self.note(person, ask, begun, told);
    }

    /// What a change was told.
    fn changed(&mut self, person: usize, one: &Known, answer: &Answer) -> Told {
        match answer.status {
            200 => {
                self.known[person].insert(one.birth, seen(&answer.json()));
                Told::Done
            }
            204 => Told::Done,
            410 => Told::Gone,
            _ => Told::Stale,
        }
    }

    fn read(&mut self, person: usize, holder: &str, one: &Known) {
        let path = format!("Observation/{}", one.id);
        let begun = self.now();
        let told = self.send(("GET", &path), holder, &[], None).map(|answer| {
            if answer.status == 410 {
                return Told::Gone;
            }
            let known = seen(&answer.json());
            let told = Told::Seen(vec![(known.birth, known.value)]);
            self.known[person].insert(known.birth, known);
            told
        });
        self.note(person, Ask::Read { birth: one.birth }, begun, told);
    }

    fn search(&mut self, person: usize, id: &str, holder: &str, ask: Ask) {
        let path = match ask {
            Ask::Find { mark } => format!("Observation?patient={id}&identifier=m{mark}"),
            _ => format!("Observation?patient={id}&_count=1000"),
        };
        let begun = self.now();
        let told = self.send(("GET", &path), holder, &[], None).map(|answer| {
            let mut found = Vec::new();
            for resource in answer.resources() {
                let known = seen(&resource);
                found.push((known.birth, known.value));
                self.known[person].insert(known.birth, known);
            }
            found.sort_unstable();
            Told::Seen(found)
        });
        self.note(person, ask, begun, told);
    }
}

fn content(person: &str, mark: u8, birth: u64, value: u64) -> Value {
    json!({
        "resourceType": "Observation",
        "identifier": [{ "system": "urn:test", "value": format!("m{mark}") }],
        "status": "final",
        "code": { "text": "pulse" },
        "subject": { "reference": format!("Patient/{person}") },
        "note": [{ "text": birth.to_string() }, { "text": value.to_string() }],
    })
}

fn seen(resource: &Value) -> Known {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let number = |place: usize| text(&resource["note"][place]["text"]).parse().unwrap();
    Known {
        id: text(&resource["id"]),
        tag: text(&resource["meta"]["versionId"]),
        birth: number(0),
        value: number(1),
        mark: text(&resource["identifier"][0]["value"])[1..]
            .parse()
            .unwrap(),
    }
}
