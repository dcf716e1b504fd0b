//! Two worlds that live through the same steps, but for those that only one of them knows of.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Method, StatusCode};
use hygie_notice::{ActorRef, Millis, PersonId, Purpose};
use hygie_record::policy::Terms;
use hygie_record::{Appointment, Caller};
use serde_json::{Value, json};

use super::ask::{Ask, next};
use super::cast::{CENTRE, HOLDER, Sort};
use super::content::labels;
use super::dice::Chosen;
use super::plan::{CONSENT, Deed, KINDS, Plan};
use super::setting::{Saying, after, before};
use crate::world::{Answer, NOW, World, request};

/// Between two steps, in milliseconds.
const STEP: Millis = 1_013;
const DAY: Millis = 24 * 3_600_000;

/// When something is done, and the number that its randomness follows from.
#[derive(Clone, Copy)]
struct Moment {
    step: u64,
    at: Millis,
}

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
        let terms = Terms {
            regulation: BTreeSet::from([CENTRE.to_owned()]),
            ..Terms::default()
        };
        Self {
            world: World::drawing(entropy.clone(), terms, dir.unwrap()).await,
            entropy,
        }
    }

    fn begin(&self, moment: Moment) {
        self.entropy.choose(moment.step);
        self.world.at(moment.at);
    }

    async fn send(&self, moment: Moment, who: ActorRef, ask: &Ask) -> Answer {
        self.begin(moment);
        self.world.unchecked(self.request(who, ask)).await
    }

    /// The same, and how long it took.
    async fn timed(&self, moment: Moment, who: ActorRef, ask: &Ask) -> (Answer, Duration) {
        self.begin(moment);
        let request = self.request(who, ask);
        let begun = Instant::now();
        let answer = self.world.unchecked(request).await;
        (answer, begun.elapsed())
    }

    fn request(&self, who: ActorRef, ask: &Ask) -> axum::http::Request<Body> {
        let token = self.world.token(who);
        let mut request = request(ask.method.clone(), &token, &ask.path);
        for (name, value) in &ask.headers {
            request = request.header(*name, value);
        }
        request.body(Body::from(ask.body.clone())).unwrap()
    }

    async fn say(&self, moment: Moment, plan: &Plan, saying: &Saying) {
        self.begin(moment);
        let record = &self.world.record;
        let person = plan.person.unwrap();
        let appoint = async |caller: Caller, appointment: &Appointment| {
            let done = record.appoint(&caller, person, appointment.clone()).await;
            done.unwrap();
        };
        match saying {
            Saying::Ask(who, ask) => {
                let answer = self.send(moment, plan.somebody(*who), ask).await;
                assert!(answer.status.is_success(), "{ask:?} {answer:?} {plan:#?}");
            }
            Saying::Appoint(appointment) => {
                let token = self.world.token(plan.somebody(HOLDER));
                appoint(record.caller(&token, None).unwrap(), appointment).await;
            }
            Saying::Enter(appointment) => {
                let token = self.world.operator();
                let caller = record.caller(&token, Some(Purpose::Import)).unwrap();
                appoint(caller, appointment).await;
            }
        }
    }
}

/// How long both took over one request: with what is hidden, and without it.
pub type Pair = (Duration, Duration);

pub struct Twins {
    full: Twin,
    lacking: Twin,
    now: Moment,
    last: Option<Answer>,
}

impl Twins {
    pub async fn new() -> Self {
        Self {
            full: Twin::new().await,
            lacking: Twin::new().await,
            now: Moment { step: 1, at: NOW },
            last: None,
        }
    }

    /// The last answer, for requests that go on from it.
    pub fn last(&self) -> Option<&Answer> {
        self.last.as_ref()
    }

    fn tick(&mut self) -> Moment {
        self.now.step += 1;
        self.now.at += STEP;
        self.now
    }

    /// Makes the person in both worlds.
    async fn person(&mut self, whose: &str) -> PersonId {
        let moment = self.tick();
        self.full.begin(moment);
        self.lacking.begin(moment);
        let (person, twin) = tokio::join!(self.full.world.person(), self.lacking.world.person());
        assert_eq!(person, twin, "{whose}");
        person
    }

    async fn both_say(&mut self, plan: &Plan, sayings: &[Saying]) {
        for saying in sayings {
            let moment = self.tick();
            self.full.say(moment, plan, saying).await;
            self.lacking.say(moment, plan, saying).await;
        }
    }

    /// Lets the record become what the plan says, in both worlds; in the second without what is hidden.
    pub async fn grow(&mut self, plan: &mut Plan, whose: &str) {
        self.last = None;
        plan.person = Some(self.person(whose).await);
        self.both_say(plan, &before(plan, self.now.at)).await;
        let done = self.live(plan, whose).await;
        plan.hide(self.now.at);
        for (moment, deed, who, ask, expected) in done {
            if deed.piece().is_some_and(|piece| plan.is_absent(piece)) {
                continue;
            }
            let answer = self.lacking.send(moment, plan.somebody(who), &ask).await;
            assert_eq!(
                answer.status, expected.status,
                "{whose}: {deed:?} of {plan:#?} {answer:?}"
            );
            if who == plan.standing.who {
                same(&expected, &answer, &ask, plan, whose);
            }
        }
        let said = after(plan)
            .into_iter()
            .map(|(who, ask)| Saying::Ask(who, ask));
        self.both_say(plan, &said.collect::<Vec<_>>()).await;
    }

    /// Does each deed in the full world; what took place, and when.
    async fn live(
        &mut self,
        plan: &mut Plan,
        whose: &str,
    ) -> Vec<(Moment, Deed, usize, Ask, Answer)> {
        let mut done = Vec::new();
        for deed in plan.deeds.clone() {
            let moment = self.tick();
            let Some((who, ask)) = deed_as_ask(plan, deed) else {
                if let Deed::Wait(days) = deed {
                    self.now.at += days * DAY;
                }
                continue;
            };
            let answer = self.full.send(moment, plan.somebody(who), &ask).await;
            if answer.status.is_success() {
                took_place(plan, deed, &answer, moment.at);
                done.push((moment, deed, who, ask, answer));
            } else {
                // Somebody could not: it was hidden from him, not his to change, or gone. A deposit is never refused.
                let first = matches!(deed, Deed::Put(_, 0));
                assert!(
                    matches!(answer.status.as_u16(), 403 | 404 | 410) && !first,
                    "{whose}: {deed:?} {ask:?} {answer:?}"
                );
            }
        }
        done
    }

    /// Asks both, page by page, and gives how many answers were compared.
    pub async fn ask(&mut self, plan: &Plan, ask: &Ask, whose: &str) -> usize {
        let mut ask = for_purpose(plan, ask);
        let mut compared = 0;
        loop {
            let moment = self.tick();
            let who = plan.somebody(plan.standing.who);
            let (one, other) = tokio::join!(
                self.full.send(moment, who.clone(), &ask),
                self.lacking.send(moment, who, &ask),
            );
            same(&one, &other, &ask, plan, whose);
            compared += 1;
            let next = if ask.pages { next(&one) } else { None };
            self.last = Some(one);
            match next {
                Some(path) => ask = for_purpose(plan, &Ask::get(path)),
                None => return compared,
            }
        }
    }

    /// Asks one after the other, the full one first or last, and gives how long each took.
    pub async fn time(&mut self, plan: &Plan, ask: &Ask, full_first: bool, whose: &str) -> Pair {
        let ask = for_purpose(plan, ask);
        let moment = self.tick();
        let who = plan.somebody(plan.standing.who);
        let full = self.full.timed(moment, who.clone(), &ask);
        let lacking = self.lacking.timed(moment, who, &ask);
        let (one, other) = if full_first {
            let one = full.await;
            (one, lacking.await)
        } else {
            let other = lacking.await;
            (full.await, other)
        };
        same(&one.0, &other.0, &ask, plan, whose);
        self.last = Some(one.0);
        (one.1, other.1)
    }
}

/// Who regulates says so in each request.
fn for_purpose(plan: &Plan, ask: &Ask) -> Ask {
    let mut ask = ask.clone();
    if plan.standing.sort == Sort::Regulating {
        ask.headers
            .push(("x-hygie-purpose", "regulation".to_owned()));
    }
    ask
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

/// Who sends what for a deed; nothing for time that goes by.
fn deed_as_ask(plan: &Plan, deed: Deed) -> Option<(usize, Ask)> {
    let path = format!("/{}", plan.reference(deed.piece()?));
    Some(match deed {
        Deed::Put(piece, number) => {
            let version = &plan.pieces[piece].versions[number];
            let kind = KINDS[plan.pieces[piece].kind];
            let ask = if version.deleted {
                Ask::bare(Method::DELETE, path)
            } else if number == 0 {
                Ask::json(
                    Method::POST,
                    format!("/{kind}"),
                    &plan.content(piece, version),
                )
            } else {
                Ask::json(Method::PUT, path, &plan.content(piece, version))
            };
            (version.by, ask)
        }
        Deed::Mark(piece, by, mark, set) => {
            let mut marks = plan.pieces[piece].marks();
            marks[mark] = set;
            let patch: Value =
                json!([{ "op": "add", "path": "/securityLabel", "value": labels(marks) }]);
            (by, Ask::json(Method::PATCH, path, &patch))
        }
        Deed::Wait(_) => return None,
    })
}

/// Notes what became of a deed; `at` is its time.
fn took_place(plan: &mut Plan, deed: Deed, answer: &Answer, at: Millis) {
    match deed {
        Deed::Put(piece, number) => {
            let piece = &mut plan.pieces[piece];
            let version = &mut piece.versions[number];
            version.happened = true;
            if !version.deleted {
                piece.borne = version.marks;
            }
            if number == 0 {
                piece.id = answer.json()["id"].as_str().unwrap().to_owned();
            }
            if answer.status != StatusCode::NO_CONTENT || piece.kind != CONSENT {
                let etag = answer.header("etag").trim_start_matches("W/");
                piece.version_ids.push(etag.trim_matches('"').to_owned());
            }
        }
        Deed::Mark(piece, by, mark, set) => {
            let was = plan.pieces[piece].marks()[mark];
            if was != set {
                assert!(
                    plan.may_mark(by, piece, mark),
                    "{by} {piece} {mark} {plan:#?}"
                );
                plan.pieces[piece].said[mark] = Some(set);
            }
        }
        Deed::Wait(_) => return,
    }
    let piece = &mut plan.pieces[deed.piece().expect("all else is of a piece")];
    piece.waiting = match (piece.marks()[1], piece.waiting) {
        (true, None) => Some(at),
        (true, since) => since,
        (false, _) => None,
    };
}
