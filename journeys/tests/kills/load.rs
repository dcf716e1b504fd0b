//! A client: sends one request after the other, of all kinds, and takes note of what it was told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use ureq::Error;

use super::model::{Line, Lineage, Pending, Right, Share};
use super::requests::{self, Request};
use super::seen::{Actor, bare};
use crate::harness::chance::Chance;
use crate::harness::{Answer, Client};

/// A person whose record is written to.
#[derive(Clone)]
pub struct Person {
    pub id: String,
    pub holder: Actor,
}

/// Who the clients act as.
#[derive(Clone)]
pub struct Cast {
    pub persons: Vec<Person>,
    /// The software that deposits.
    pub software: Actor,
    pub doctors: Vec<(&'static str, Actor)>,
}

/// What became of a request.
enum Fate {
    /// It was acknowledged.
    Done(Answer),
    /// It was not answered, or with a 5xx: it may have happened.
    Unknown,
    /// Nobody listened.
    NotSent,
}

/// One client, for as long as its world lasts.
pub struct Writer {
    number: usize,
    chance: Chance,
    made: u64,
    requests: u64,
    /// How many requests were sent, and how many of them acknowledged.
    pub tally: (u64, u64),
    /// By person.
    pub shares: Vec<Share>,
}

impl Writer {
    /// A client that looks after the rights of the doctor with its own number.
    pub fn new(number: usize, chance: Chance, cast: &Cast) -> Self {
        let right = cast.doctors.get(number).map(|(doctor, _)| Right {
            doctor,
            consent: None,
            pending: None,
        });
        let share = Share {
            rights: right.into_iter().collect(),
            ..Share::default()
        };
        Self {
            number,
            chance,
            made: 0,
            requests: 0,
            tally: (0, 0),
            shares: vec![share; cast.persons.len()],
        }
    }

    /// Sends requests until told to stop, and counts them.
    pub fn work(
        &mut self,
        client: &Client,
        cast: &Arc<Cast>,
        (stop, sent): (&AtomicBool, &AtomicU64),
    ) {
        while !stop.load(Ordering::Relaxed) {
            let person = self.chance.place(cast.persons.len());
            let mut turn = Turn {
                client,
                cast,
                person: &cast.persons[person],
                share: &mut self.shares[person],
                chance: &mut self.chance,
                tally: &mut self.tally,
            };
            self.requests += 1;
            self.made += 2;
            let names = [self.made, self.made + 1].map(|made| format!("c{}n{made}", self.number));
            let answered = turn.take(names, self.requests);
            sent.fetch_add(1, Ordering::Relaxed);
            if !answered {
                thread::sleep(Duration::from_millis(5));
            }
        }
    }
}

/// One request of a client about one person.
struct Turn<'a> {
    client: &'a Client,
    cast: &'a Cast,
    person: &'a Person,
    share: &'a mut Share,
    chance: &'a mut Chance,
    tally: &'a mut (u64, u64),
}

impl Turn<'_> {
    /// Chooses and sends a request; `false` when it was not answered.
    fn take(&mut self, [one, two]: [String; 2], together: u64) -> bool {
        let kind = if self.chance.percent(75) {
            "Observation"
        } else {
            "DocumentReference"
        };
        match self.chance.below(100) {
            0..30 => self.create(Lineage::new(kind, one, false), false, together),
            30..36 => self.create(Lineage::new(kind, one, false), true, together),
            36..42 => self.share_create(together),
            42..60 => self.amend(kind, false, together),
            60..66 => self.amend(kind, true, together),
            66..74 => self.transaction([one, two], together),
            74..82 => self.mask(),
            82..88 => self.right(),
            88..95 => self.read(),
            _ => self.search(kind),
        }
    }

    /// Sends, and takes note of the lines that the trail will have.
    fn send(&mut self, request: &Request, who: &Actor, line: Line, lines: u64) -> Fate {
        self.share.ask(line.clone(), lines);
        self.tally.0 += 1;
        match request.send(self.client, &who.token) {
            Ok(answer) if (200..300).contains(&answer.status) => {
                self.share.answered(line, lines);
                self.tally.1 += 1;
                Fate::Done(answer)
            }
            Ok(answer) if answer.status >= 500 => Fate::Unknown,
            Ok(answer) => panic!("{request:?}: {}, {}", answer.status, answer.text),
            Err(Error::Io(error)) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
                self.share.withdraw(line, lines);
                self.tally.0 -= 1;
                Fate::NotSent
            }
            Err(_) => Fate::Unknown,
        }
    }

    fn line(who: &Actor, act: &'static str, what: &str) -> Line {
        Line {
            who: who.who.clone(),
            act,
            what: what.to_owned(),
            permitted: true,
        }
    }

    fn content(&mut self, lineage: &Lineage) -> Value {
        let edition = lineage.versions.len();
        let length = self.chance.place(60);
        requests::content(
            lineage.kind,
            &self.person.id,
            &lineage.mark,
            edition,
            length,
        )
    }

    /// Makes a resource, conditionally or not.
    fn create(&mut self, mut lineage: Lineage, conditional: bool, together: u64) -> bool {
        let content = self.content(&lineage);
        let mut request = Request::post(lineage.kind, &content);
        if conditional {
            request = request.unless_there(&lineage.mark);
        }
        let who = &self.cast.software;
        let line = Self::line(who, "create", lineage.kind);
        match self.send(&request, who, line, 1) {
            Fate::Done(answer) => {
                assert_eq!(answer.status, 201, "{request:?}: {}", answer.text);
                let (id, tag) = made(&answer);
                lineage.acknowledge(&id, &tag, Some(content));
                self.share.lineages.push(lineage);
                true
            }
            Fate::Unknown => {
                lineage.pending = Some(Pending {
                    content: Some(content),
                    together,
                });
                self.share.lineages.push(lineage);
                // The sender was not answered, and sends again: at once, and to whoever is there.
                !conditional || self.create_again()
            }
            Fate::NotSent => false,
        }
    }

    /// Sends the last conditional create again: it is made now, or was made before.
    fn create_again(&mut self) -> bool {
        let place = self.share.lineages.len() - 1;
        let lineage = &self.share.lineages[place];
        let Some(content) = lineage
            .pending
            .as_ref()
            .and_then(|pending| pending.content.clone())
        else {
            return false;
        };
        let request = Request::post(lineage.kind, &content).unless_there(&lineage.mark);
        let who = &self.cast.software;
        let line = Self::line(who, "create", lineage.kind);
        let Fate::Done(answer) = self.send(&request, who, line, 1) else {
            return false;
        };
        let (id, tag) = made(&answer);
        self.share.lineages[place].acknowledge(&id, &tag, Some(content));
        true
    }

    /// A conditional create that every client sends, again and again, with the same content.
    fn share_create(&mut self, together: u64) -> bool {
        let latest = self.share.asked.len() / 8;
        let mark = format!("all{}", latest.saturating_sub(self.chance.place(3)));
        let known = self
            .share
            .lineages
            .iter()
            .position(|lineage| lineage.mark == mark);
        let place = known.unwrap_or_else(|| {
            let lineage = Lineage::new("Observation", mark.clone(), true);
            self.share.lineages.push(lineage);
            self.share.lineages.len() - 1
        });
        let content = requests::content("Observation", &self.person.id, &mark, 0, 20);
        let request = Request::post("Observation", &content).unless_there(&mark);
        let who = &self.cast.software;
        let line = Self::line(who, "create", "Observation");
        let fate = self.send(&request, who, line, 1);
        let lineage = &mut self.share.lineages[place];
        match fate {
            Fate::Done(answer) => {
                let (id, tag) = made(&answer);
                if let Some(version) = lineage.versions.first() {
                    let known = (lineage.id.as_deref(), version.tag.as_str(), 200);
                    assert_eq!(
                        known,
                        (Some(id.as_str()), tag.as_str(), answer.status),
                        "{mark}"
                    );
                } else {
                    lineage.acknowledge(&id, &tag, Some(content));
                }
                true
            }
            Fate::Unknown => {
                if lineage.versions.is_empty() {
                    lineage.pending = Some(Pending {
                        content: Some(content),
                        together,
                    });
                }
                false
            }
            Fate::NotSent => false,
        }
    }

    /// One of the client's own resources that stand, of a kind or of any.
    fn own(&mut self, kind: Option<&str>) -> Option<usize> {
        let lineages = &self.share.lineages;
        let places: Vec<usize> = (0..lineages.len())
            .filter(|place| !lineages[*place].shared && lineages[*place].current().is_some())
            .filter(|place| kind.is_none_or(|kind| lineages[*place].kind == kind))
            .collect();
        (!places.is_empty()).then(|| places[self.chance.place(places.len())])
    }

    /// Updates or deletes a resource at the version that it has.
    fn amend(&mut self, kind: &str, delete: bool, together: u64) -> bool {
        let Some(place) = self.own(Some(kind)) else {
            return true;
        };
        let lineage = self.share.lineages[place].clone();
        let reference = lineage.reference().unwrap();
        let tag = &lineage.current().unwrap().tag;
        let content = (!delete).then(|| self.content(&lineage));
        let request = match &content {
            Some(content) => Request::put(&reference, content, tag),
            None => Request::delete(&reference, Some(tag)),
        };
        let who = &self.cast.software;
        let act = if delete { "delete" } else { "update" };
        let line = Self::line(who, act, &reference);
        let fate = self.send(&request, who, line, 1);
        let lineage = &mut self.share.lineages[place];
        match fate {
            Fate::Done(answer) => {
                let id = lineage.id.clone().unwrap();
                lineage.acknowledge(&id, &answer.version.unwrap(), content);
                true
            }
            Fate::Unknown => {
                lineage.pending = Some(Pending { content, together });
                false
            }
            Fate::NotSent => false,
        }
    }

    /// Makes two resources and updates or deletes a third, all or none.
    fn transaction(&mut self, marks: [String; 2], together: u64) -> bool {
        let delete = self.chance.percent(30);
        let mut steps = Vec::new();
        if let Some(place) = self.own(Some("Observation")) {
            let lineage = self.share.lineages[place].clone();
            let content = (!delete).then(|| self.content(&lineage));
            steps.push((place, lineage, content));
        }
        let third = steps.len();
        for mark in marks {
            let lineage = Lineage::new("Observation", mark, false);
            let content = self.content(&lineage);
            self.share.lineages.push(lineage.clone());
            steps.push((self.share.lineages.len() - 1, lineage, Some(content)));
        }
        let request = Request::transaction(&steps);
        let act = match third {
            0 => "create",
            _ if delete => "delete",
            _ => "update",
        };
        let who = &self.cast.software;
        let line = Self::line(
            who,
            act,
            &format!("a transaction of {} entries", steps.len()),
        );
        match self.send(&request, who, line, 1) {
            Fate::Done(answer) => {
                let entries = answer.json()["entry"].clone();
                for (entry, (place, _, content)) in steps.into_iter().enumerate() {
                    let (id, tag) = located(&entries[entry]["response"]["location"]);
                    self.share.lineages[place].acknowledge(&id, &tag, content);
                }
                true
            }
            Fate::Unknown => {
                for (place, _, content) in steps {
                    self.share.lineages[place].pending = Some(Pending { content, together });
                }
                false
            }
            Fate::NotSent => false,
        }
    }

    /// Masks a document to professionals, or shows it again.
    fn mask(&mut self) -> bool {
        let place = self.own(Some("DocumentReference"));
        let Some(place) = place.filter(|place| self.share.lineages[*place].masking.is_none())
        else {
            return true;
        };
        let lineage = &self.share.lineages[place];
        let (reference, masked) = (lineage.reference().unwrap(), !lineage.masked);
        let who = &self.person.holder;
        let line = Self::line(who, "mask", &reference);
        // It opens the content, to see what the document is, and the rights, to write.
        let fate = self.send(&Request::mask(&reference, masked), who, line, 2);
        let lineage = &mut self.share.lineages[place];
        match fate {
            Fate::Done(_) => lineage.masked = masked,
            Fate::Unknown => lineage.masking = Some(masked),
            Fate::NotSent => return false,
        }
        lineage.masking.is_none()
    }

    /// Authorises the client's doctor, or takes the authorisation back.
    fn right(&mut self) -> bool {
        let Some(right) = self
            .share
            .rights
            .first()
            .filter(|right| right.pending.is_none())
        else {
            return true;
        };
        let (request, what) = match &right.consent {
            Some(id) => {
                let reference = format!("Consent/{id}");
                (Request::delete(&reference, None), reference)
            }
            None => {
                let consent = crate::harness::samples::consent(&self.person.id, right.doctor);
                (Request::post("Consent", &consent), "Consent".to_owned())
            }
        };
        let grants = right.consent.is_none();
        let who = &self.person.holder;
        let fate = self.send(&request, who, Self::line(who, "share", &what), 1);
        let right = &mut self.share.rights[0];
        match fate {
            Fate::Done(answer) => right.consent = grants.then(|| answer.created()),
            Fate::Unknown => right.pending = Some(grants),
            Fate::NotSent => return false,
        }
        right.pending.is_none()
    }

    /// The holder reads what was acknowledged a moment ago.
    fn read(&mut self) -> bool {
        let Some(place) = self.own(None) else {
            return true;
        };
        let lineage = self.share.lineages[place].clone();
        let reference = lineage.reference().unwrap();
        let who = &self.person.holder;
        let line = Self::line(who, "read", &reference);
        let Fate::Done(answer) = self.send(&Request::get(&reference), who, line, 1) else {
            return false;
        };
        let current = lineage.current().unwrap();
        assert_eq!(answer.version.as_ref(), Some(&current.tag), "{reference}");
        assert_eq!(Some(bare(&answer.json())), current.content, "{reference}");
        true
    }

    /// The holder finds a resource by its mark, and none that was deleted.
    fn search(&mut self, kind: &str) -> bool {
        let sure = |lineage: &&Lineage| lineage.kind == kind && lineage.pending.is_none();
        let known: Vec<Lineage> = self.share.lineages.iter().filter(sure).cloned().collect();
        let known: Vec<Lineage> = known
            .into_iter()
            .filter(|lineage| lineage.id.is_some())
            .collect();
        if known.is_empty() {
            return true;
        }
        let lineage = &known[self.chance.place(known.len())];
        let path = format!(
            "{kind}?patient={}&identifier={}",
            self.person.id, lineage.mark
        );
        let who = &self.person.holder;
        let line = Self::line(who, "search-type", &path);
        let Fate::Done(answer) = self.send(&Request::get(&path), who, line, 1) else {
            return false;
        };
        let found: Vec<Value> = answer.resources().iter().map(bare).collect();
        let expected: Vec<Value> = lineage
            .current()
            .and_then(|version| version.content.clone())
            .into_iter()
            .collect();
        assert_eq!(json!(found), json!(expected), "{path}");
        true
    }
}

/// The id and version of what a create made or found.
fn made(answer: &Answer) -> (String, String) {
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    (id, answer.version.clone().unwrap())
}

/// The id and version in a location, `…/Type/id/_history/version`.
fn located(location: &Value) -> (String, String) {
    let mut parts = location.as_str().unwrap().rsplit('/');
    let version = parts.next().unwrap().to_owned();
    (parts.nth(1).unwrap().to_owned(), version)
}
