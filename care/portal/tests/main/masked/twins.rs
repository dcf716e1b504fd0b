//! Two worlds that live through the same steps, but for those that only one of them knows of.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use hygie_notice::PersonId;
use serde_json::{Value, json};

use super::ask::{Ask, next};
use super::dice::Chosen;
use super::plan::{Deed, Plan, labels, somebody};
use crate::world::{Answer, NOW, World, consent, request};

/// Between two steps, in milliseconds.
const STEP: u64 = 1_013;

struct Twin {
    world: World,
    entropy: Arc<Chosen>,
}

impl Twin {
    async fn new() -> Self {
        // The keeper and the store write every step durably; where memory serves as a disk, that is quick.
        let memory = std::path::Path::new("/dev/shm");
        let dir = if memory.is_dir() {
            tempfile::tempdir_in(memory)
        } else {
            tempfile::tempdir()
        };
        let entropy = Arc::new(Chosen::new());
        // The key of page links is drawn here: it is the same for both.
        entropy.choose(1);
        Self {
            world: World::drawing(entropy.clone(), dir.unwrap()).await,
            entropy,
        }
    }

    fn begin(&self, step: u64) {
        self.entropy.choose(step);
        self.world.at(NOW + step * STEP);
    }

    async fn send(&self, step: u64, who: usize, person: PersonId, ask: &Ask) -> Answer {
        self.begin(step);
        let token = self.world.token(somebody(who, person));
        let mut request = request(ask.method.clone(), &token, &ask.path);
        for (name, value) in &ask.headers {
            request = request.header(*name, value);
        }
        self.world
            .unchecked(request.body(Body::from(ask.body.clone())).unwrap())
            .await
    }
}

pub struct Twins {
    full: Twin,
    lacking: Twin,
    step: u64,
    last: Option<Answer>,
}

impl Twins {
    pub async fn new() -> Self {
        Self {
            full: Twin::new().await,
            lacking: Twin::new().await,
            step: 1,
            last: None,
        }
    }

    /// The last answer, for requests that go on from it.
    pub fn last(&self) -> Option<&Answer> {
        self.last.as_ref()
    }

    /// Lets the record become what the plan says, in both worlds; in the second without what is hidden.
    pub async fn grow(&mut self, plan: &mut Plan, whose: &str) {
        self.last = None;
        self.step += 1;
        self.full.begin(self.step);
        self.lacking.begin(self.step);
        let (person, twin) = tokio::join!(self.full.world.person(), self.lacking.world.person());
        assert_eq!(person, twin, "{whose}");
        plan.person = Some(person);
        for ask in consents(plan, person) {
            self.step += 1;
            let one = self.full.send(self.step, 0, person, &ask).await;
            let other = self.lacking.send(self.step, 0, person, &ask).await;
            assert_eq!(
                (one.status, other.status),
                (StatusCode::CREATED, StatusCode::CREATED),
                "{whose}"
            );
        }
        let mut done = Vec::new();
        for deed in plan.deeds.clone() {
            self.step += 1;
            let (who, ask) = deed_as_ask(plan, deed);
            let answer = self.full.send(self.step, who, person, &ask).await;
            if answer.status.is_success() {
                took_place(plan, deed, &answer);
                done.push((self.step, deed, who, ask, answer));
            } else {
                // Somebody could not: it was hidden from him, or gone.
                assert!(
                    matches!(answer.status.as_u16(), 403 | 404 | 410),
                    "{whose}: {deed:?} {answer:?}"
                );
                did_not(plan, deed);
            }
        }
        plan.hide();
        for (step, deed, who, ask, expected) in done {
            if plan.hidden.contains(&deed.piece()) {
                continue;
            }
            let answer = self.lacking.send(step, who, person, &ask).await;
            assert_eq!(
                answer.status, expected.status,
                "{whose}: {deed:?} of {plan:#?}"
            );
            if who == plan.observer {
                same(&expected, &answer, &ask, plan, whose);
            }
        }
    }

    /// Asks both, page by page, and gives how many answers were compared.
    pub async fn ask(&mut self, plan: &Plan, ask: &Ask, whose: &str) -> usize {
        let person = plan.person.unwrap();
        let mut ask = ask.clone();
        let mut compared = 0;
        loop {
            self.step += 1;
            let (one, other) = tokio::join!(
                self.full.send(self.step, plan.observer, person, &ask),
                self.lacking.send(self.step, plan.observer, person, &ask),
            );
            same(&one, &other, &ask, plan, whose);
            compared += 1;
            let next = if ask.pages { next(&one) } else { None };
            self.last = Some(one);
            match next {
                Some(path) => ask = Ask::get(path),
                None => return compared,
            }
        }
    }
}

fn same(one: &Answer, other: &Answer, ask: &Ask, plan: &Plan, whose: &str) {
    if (one.status, &one.headers, &one.body) == (other.status, &other.headers, &other.body) {
        return;
    }
    let text = |answer: &Answer| {
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        format!("{}\n{:?}\n{body}", answer.status, answer.headers)
    };
    panic!(
        "{whose}: {ask:?} tells of something hidden\n\nwith it: {}\n\nwithout: {}\n\n{plan:#?}",
        text(one),
        text(other)
    );
}

/// The holder's word about the observer.
fn consents(plan: &Plan, person: PersonId) -> Vec<Ask> {
    let who = somebody(plan.observer, person);
    let say = |kind: &str| {
        let mut consent = consent(person);
        let system = match who.kind {
            hygie_notice::ActorKind::Software => "https://finess.esante.gouv.fr",
            _ => "https://rpps.esante.fr",
        };
        consent["provision"]["type"] = json!(kind);
        consent["provision"]["actor"][0]["reference"]["identifier"] =
            json!({ "system": system, "value": who.id });
        Ask::json(Method::POST, "/Consent".to_owned(), &consent)
    };
    let mut consents = Vec::new();
    if plan.observer == 0 {
        return consents;
    }
    if plan.reads {
        consents.push(say("permit"));
    }
    if plan.blocked {
        consents.push(say("deny"));
    }
    consents
}

fn deed_as_ask(plan: &Plan, deed: Deed) -> (usize, Ask) {
    let path = format!("/{}", plan.reference(deed.piece()));
    match deed {
        Deed::Put(piece, number) => {
            let version = &plan.pieces[piece].versions[number];
            let content = plan.content(piece, version);
            let kind = content["resourceType"].as_str().unwrap();
            let ask = match (number, version.deleted) {
                (0, _) => Ask::json(Method::POST, format!("/{kind}"), &content),
                (_, true) => Ask::bare(Method::DELETE, path),
                (_, false) => Ask::json(Method::PUT, path, &content),
            };
            (version.by, ask)
        }
        Deed::Mask(_, by, masked) => {
            let patch: Value =
                json!([{ "op": "add", "path": "/securityLabel", "value": labels(masked) }]);
            (by, Ask::json(Method::PATCH, path, &patch))
        }
    }
}

fn took_place(plan: &mut Plan, deed: Deed, answer: &Answer) {
    let piece = &mut plan.pieces[deed.piece()];
    match deed {
        Deed::Put(_, number) => {
            let version = answer
                .header("etag")
                .trim_start_matches("W/")
                .trim_matches('"')
                .to_owned();
            if number == 0 {
                piece.id = answer.json()["id"].as_str().unwrap().to_owned();
            }
            piece.version_ids.push(version);
        }
        Deed::Mask(_, _, masked) => piece.said = Some(masked),
    }
}

/// A version that was refused says nothing.
fn did_not(plan: &mut Plan, deed: Deed) {
    if let Deed::Put(piece, number) = deed {
        let version = &mut plan.pieces[piece].versions[number];
        version.links.clear();
        version.deleted = true;
    }
}
