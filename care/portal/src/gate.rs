//! The gate before every request: who may have how much of the machine at once. It refuses before
//! anything is done, and says when to come back.

mod bodies;
mod memory;
mod turns;
mod who;

use std::convert::Infallible;
use std::error::Error as _;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use hygie_record::Record;

use crate::Metrics;
use crate::fhir::{BODY, Problem};
use bodies::{Incoming, Pace, TooSlow, outgoing};
use memory::{Hold, Memory, NoRoom};
use turns::{Bounds, Refused, Turn, Turns};
use who::{Believed, Who};

/// What the operator chooses of load.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most requests at work, over all.
    pub requests: usize,
    /// Most requests at work for one actor; for one address as long as nobody is believed.
    pub requests_each: usize,
    /// Most requests that wait for their turn, over all.
    pub waiting: usize,
    /// Most requests that wait for one actor or address.
    pub waiting_each: usize,
    /// How long a request waits for its turn.
    pub wait: Duration,
    /// Bytes of request and answer bodies in memory.
    pub memory: usize,
    /// How long a request's body may lag behind its rate.
    pub body_patience: Duration,
    /// The least bytes a second of a request's body.
    pub body_rate: u32,
}

/// The gate. One for all that a process serves, so that its bounds hold over all.
pub struct Gate {
    record: Arc<Record>,
    metrics: Arc<Metrics>,
    turns: Arc<Turns>,
    memory: Arc<Memory>,
    believed: Believed,
    pace: Pace,
    wait: Duration,
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate")
            .field("turns", &self.turns.load())
            .finish_non_exhaustive()
    }
}

/// How an answer is counted while it is sent; laid into the request for the layer that sees the
/// answer whole, before it is compressed.
#[derive(Clone)]
pub(crate) struct Answering {
    memory: Arc<Memory>,
    who: Who,
}

impl Answering {
    /// Counts the answer until it is sent.
    pub fn count(&self, response: Response) -> Response {
        let whole = || response.body().size_hint().exact().unwrap_or_default();
        let bytes = match response.extensions().get::<Weight>() {
            Some(Weight(bytes)) => *bytes,
            None => usize::try_from(whole()).unwrap_or(usize::MAX),
        };
        let hold = self.memory.keep(self.who.clone(), bytes);
        response.map(|body| outgoing(body, hold))
    }
}

/// What an answer that is made while it is sent holds in memory, in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weight(pub usize);

/// What a request's body holds in memory, for those who write it away as it comes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Holding(Option<Arc<Hold>>);

impl Holding {
    /// Of `came` bytes that came, only `kept` are in memory. While that is all of them, what was reserved for
    /// the rest stays reserved.
    pub fn settle(&self, came: usize, kept: usize) {
        if let Some(hold) = &self.0
            && kept < came
        {
            hold.settle(came, kept);
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Holding {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or_default())
    }
}

impl Gate {
    /// A gate that lets through what `limits` say.
    pub fn new(limits: Limits, record: Arc<Record>, metrics: Arc<Metrics>) -> Arc<Self> {
        Arc::new(Self {
            record,
            metrics,
            turns: Turns::new(Bounds {
                all: limits.requests,
                each: limits.requests_each,
                waiting: limits.waiting,
                each_waiting: limits.waiting_each,
            }),
            memory: Memory::new(limits.memory),
            believed: Believed::default(),
            pace: Pace {
                patience: limits.body_patience,
                rate: limits.body_rate,
            },
            wait: limits.wait,
        })
    }

    /// Puts the gate before everything that the public is answered.
    pub fn before(self: &Arc<Self>, router: Router) -> Router {
        router.layer(middleware::from_fn_with_state(Arc::clone(self), admit))
    }

    /// Counts the bodies of the operator's requests with all others. They wait for no turn: who runs
    /// the machine must get in when it is full.
    pub fn before_operator(self: &Arc<Self>, router: Router) -> Router {
        router.layer(middleware::from_fn_with_state(Arc::clone(self), count))
    }

    /// Brings the gauges to what is.
    pub fn measure(&self) {
        let figure = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let (running, waiting) = self.turns.load();
        let load = self.metrics.load();
        load.in_flight.set(figure(running));
        load.waiting.set(figure(waiting));
        load.held.set(figure(self.memory.bytes()));
    }

    async fn turn(&self, who: &Who) -> Result<Turn, Shed> {
        match tokio::time::timeout(self.wait, self.turns.take(who.clone())).await {
            Ok(Ok(turn)) => Ok(turn),
            Ok(Err(Refused::Share)) => Err(Shed::Share),
            Ok(Err(Refused::Full)) => Err(Shed::Full),
            Err(_) => Err(Shed::Waited),
        }
    }

    /// Makes room for a body whose length is said. Whose length is not said, or who is nobody we
    /// believe, is counted by what really comes: a promise alone fills nothing.
    fn room(&self, who: &Who, request: &Request) -> Result<Arc<Hold>, Shed> {
        let length = request
            .headers()
            .get(header::CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.parse::<usize>().ok())
            .unwrap_or_default();
        // Of a longer body only documents are taken, and these are written away as they come.
        let length = if *who == Who::Operator {
            length
        } else {
            length.min(BODY)
        };
        if length > self.memory.limit() {
            return Err(Shed::TooLarge);
        }
        let hold = self.memory.begin(who.clone())?;
        if matches!(who, Who::Actor(..) | Who::Operator) {
            hold.at_least(length)?;
        }
        Ok(Arc::new(hold))
    }

    async fn answered(&self, who: Who, hold: Arc<Hold>, request: Request, next: Next) -> Response {
        let (mut parts, body) = request.into_parts();
        let answering = Answering {
            memory: Arc::clone(&self.memory),
            who,
        };
        parts.extensions.insert(answering);
        parts.extensions.insert(Holding(Some(Arc::clone(&hold))));
        let body = Incoming::new(body, Arc::clone(&hold), self.pace);
        let response = next.run(Request::from_parts(parts, Body::new(body))).await;
        // What the handler made of the body lives as long as the handler.
        drop(hold);
        response
    }

    fn shed(&self, why: Shed, request: &Request) -> Response {
        self.metrics.load().shed(why.word());
        let response = why.answer(request.uri().path());
        self.metrics
            .observe(request.method(), response.status(), Duration::ZERO);
        response
    }
}

async fn admit(
    State(gate): State<Arc<Gate>>,
    request: Request,
    next: Next,
) -> Result<Response, Infallible> {
    if is_packed(&request) {
        return Ok(gate.shed(Shed::Packed, &request));
    }
    let who = gate.believed.who(&gate.record, &request);
    // The turn comes first: who waits for it holds no memory.
    let turn = match gate.turn(&who).await {
        Ok(turn) => turn,
        Err(why) => return Ok(gate.shed(why, &request)),
    };
    let hold = match gate.room(&who, &request) {
        Ok(hold) => hold,
        Err(why) => return Ok(gate.shed(why, &request)),
    };
    let response = gate.answered(who, hold, request, next).await;
    drop(turn);
    Ok(response)
}

async fn count(
    State(gate): State<Arc<Gate>>,
    request: Request,
    next: Next,
) -> Result<Response, Infallible> {
    // What has no length is a conversation: it waits for its own answers, and its handler bounds what it
    // holds.
    if request.headers().contains_key(header::TRANSFER_ENCODING) {
        return Ok(next.run(request).await);
    }
    match gate.room(&Who::Operator, &request) {
        Ok(hold) => Ok(gate.answered(Who::Operator, hold, request, next).await),
        Err(why) => Ok(gate.shed(why, &request)),
    }
}

/// Whether the body is compressed: nobody unpacks here what may be a thousand times larger than it looks.
fn is_packed(request: &Request) -> bool {
    request
        .headers()
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .any(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// The problem behind a body that could not be read, when it was cut here.
pub(crate) fn cut(error: &axum::Error) -> Option<Problem> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.is::<TooSlow>() {
            return Some(Shed::Slow.problem());
        }
        if let Some(full) = error.downcast_ref::<NoRoom>() {
            return Some(Shed::from(*full).problem());
        }
        cause = error.source();
    }
    None
}

/// Why a request is refused unheard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shed {
    Share,
    Full,
    Waited,
    Memory,
    MemoryShare,
    TooLarge,
    Packed,
    Slow,
}

impl From<NoRoom> for Shed {
    fn from(full: NoRoom) -> Self {
        match full {
            NoRoom::Share => Self::MemoryShare,
            NoRoom::Full => Self::Memory,
        }
    }
}

impl Shed {
    /// The reason among the metrics.
    fn word(self) -> &'static str {
        match self {
            Self::Share => "share",
            Self::Full => "full",
            Self::Waited => "waited",
            Self::Memory => "memory",
            Self::MemoryShare => "memory-share",
            Self::TooLarge => "too-large",
            Self::Packed => "packed",
            Self::Slow => "slow",
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::Share | Self::MemoryShare => StatusCode::TOO_MANY_REQUESTS,
            Self::Full | Self::Waited | Self::Memory => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Packed => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
        }
    }

    fn problem(self) -> Problem {
        let (code, text) = match self {
            Self::Share => (
                "throttled",
                "too many of your requests are under way at once; wait for their answers",
            ),
            Self::MemoryShare => (
                "throttled",
                "too much of what you send is under way at once; wait for its answers",
            ),
            Self::Full | Self::Waited => (
                "throttled",
                "the server is busy; nothing was done, try again in a few seconds",
            ),
            Self::Memory => (
                "throttled",
                "the server holds as much as it can; nothing was done, try again in a few seconds",
            ),
            Self::TooLarge => (
                "too-long",
                "the body is larger than this server holds; send it in parts, or raise `memory` in hygie.toml",
            ),
            Self::Packed => (
                "not-supported",
                "compressed bodies are not taken; send it without `Content-Encoding`",
            ),
            Self::Slow => ("timeout", "the body came too slowly; send it again"),
        };
        Problem::new(self.status(), code, text)
    }

    fn answer(self, path: &str) -> Response {
        let mut response = if path.starts_with("/fhir") {
            self.problem().refusal()
        } else {
            let text = "Trop de demandes, revenez dans quelques secondes. Busy: try again in a few seconds.\n";
            (self.status(), text).into_response()
        };
        let headers = response.headers_mut();
        if matches!(
            self.status(),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
        ) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        );
        response
    }
}
