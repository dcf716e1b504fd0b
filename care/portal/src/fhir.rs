mod accept;
mod amend;
mod audit;
mod binary;
mod birth;
mod bundle;
mod capability;
mod create;
mod everything;
mod history;
mod operations;
mod outcome;
mod page;
mod prefer;
mod printed;
mod question;
mod range;
mod read;
mod routes;
mod search;
mod transaction;
mod validate;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use hygie_enrolment::Enrolment;
use hygie_fhir::{Json, Limits};
use hygie_record::notice::{PersonId, Purpose};
use hygie_record::{Caller, Error, Receiving, Record};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate};
use tower_http::cors::CorsLayer;

use crate::Metrics;
use crate::gate::{self, Answering, Holding};
use crate::routes::routed;

pub(crate) use outcome::Problem;
pub(crate) use printed::Printed;
use question::Question;
pub use routes::ROUTES;

/// The largest request body, in bytes, its documents apart.
pub(crate) const BODY: usize = 16 * 1024 * 1024;
/// The longest a request may take, and what more it may take for each byte of its body: a document of
/// 100 MiB has half an hour.
const PATIENCE: Duration = Duration::from_secs(30);
const LEAST_RATE: u64 = 64 * 1024;

/// What the operator chooses of the FHIR API.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The address before `/Type/id`, without a slash at the end: `http://127.0.0.1:8480/fhir`.
    pub base: String,
    /// Web origins whose pages may call the API (CORS); none by default.
    pub origins: Vec<HeaderValue>,
    /// Where requests are counted.
    pub metrics: Arc<Metrics>,
}

/// What every interaction needs.
pub struct Api {
    pub record: Arc<Record>,
    pub enrolment: Arc<Enrolment>,
    pub base: String,
    pub pages: page::Seal,
}

impl Api {
    /// Who asks: the bearer of the token (RFC 6750).
    pub fn caller(&self, headers: &HeaderMap) -> Result<Caller, Problem> {
        let token = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or_else(Problem::no_token)?;
        let purpose = purpose(headers)?;
        let caller = self.record.caller(token, purpose)?;
        if purpose.is_some_and(|purpose| !caller.actor.kind.may_claim(purpose)) {
            return Err(bad_purpose("names a purpose that this role can't claim"));
        }
        Ok(caller)
    }

    /// Whose record a search is about; `None` when a national identifier is nobody's here.
    pub async fn person(
        &self,
        question: &Question,
        kind: &str,
        caller: &Caller,
    ) -> Result<Option<PersonId>, Problem> {
        let Some(identifier) = question.identifier(kind)? else {
            return question.person(kind, caller).map(Some);
        };
        // TD0.2: does this person have a space? The keeper limits how often one actor may ask.
        match self.record.person_identified(caller, identifier).await {
            Ok(person) => Ok(Some(person)),
            Err(Error::NoSpace) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// By this header a professional says that he regulates an emergency call (SAMU, centre 15).
const PURPOSE: &str = "X-Hygie-Purpose";

/// What for, where the request says it.
fn purpose(headers: &HeaderMap) -> Result<Option<Purpose>, Problem> {
    let Some(value) = headers.get(PURPOSE) else {
        return Ok(None);
    };
    match value.to_str() {
        Ok("regulation") => Ok(Some(Purpose::Regulation)),
        Ok("treatment") => Ok(Some(Purpose::Treatment)),
        _ => Err(bad_purpose("is `treatment` or `regulation`")),
    }
}

fn bad_purpose(why: &str) -> Problem {
    let why = format!("the header `{PURPOSE}` {why}");
    Problem::new(StatusCode::BAD_REQUEST, "invalid", &why)
}

/// The FHIR API under `/fhir`.
pub fn router(enrolment: Arc<Enrolment>, record: Arc<Record>, settings: Settings) -> Router {
    let api = Arc::new(Api {
        pages: page::Seal::drawn(record.entropy()),
        record,
        enrolment,
        base: settings.base,
    });
    dressed(
        routed(ROUTES).with_state(api),
        settings.origins,
        settings.metrics,
    )
}

/// What holds for every answer, whatever the route.
fn dressed(routes: Router, origins: Vec<HeaderValue>, metrics: Arc<Metrics>) -> Router {
    let panics = Arc::clone(&metrics);
    routes
        .method_not_allowed_fallback(no_such_interaction)
        .fallback(nowhere)
        .layer(middleware::from_fn(limits))
        // A request that panics is answered, and counted like any other.
        .layer(CatchPanicLayer::custom(move |_| {
            panics.load().panics.inc();
            Problem::internal().into_response()
        }))
        .layer(middleware::from_fn_with_state(metrics, counted))
        .layer(cors(origins))
        .layer(
            CompressionLayer::new()
                .gzip(true)
                .zstd(true)
                .compress_when(DefaultPredicate::new().and(is_no_download)),
        )
}

/// Downloads go out as they are: their lengths and ranges are those of the bytes.
fn is_no_download(
    _: StatusCode,
    _: axum::http::Version,
    headers: &HeaderMap,
    _: &axum::http::Extensions,
) -> bool {
    !headers.contains_key(header::ACCEPT_RANGES)
}

/// Pages of other origins may call only where the operator says so; they send no cookies.
fn cors(origins: Vec<HeaderValue>) -> CorsLayer {
    let exposed = [header::ETAG, header::LOCATION, header::LAST_MODIFIED];
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::ACCEPT,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            HeaderName::from_static("if-none-exist"),
            HeaderName::from_static("prefer"),
            HeaderName::from_static("x-hygie-purpose"),
        ])
        .expose_headers(exposed)
}

/// Counts requests by method and status; addresses hold people's ids and are never counted by.
async fn counted(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let begun = Instant::now();
    let answering = request.extensions().get::<Answering>().cloned();
    let response = next.run(request).await;
    metrics.observe(&method, response.status(), begun.elapsed());
    match answering {
        Some(answering) => answering.count(response),
        None => response,
    }
}

async fn nowhere() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "not-found",
        "there is nothing at this address; see `/fhir/metadata` for what there is",
    )
}

async fn no_such_interaction() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "not-supported",
        "this interaction is not supported here; see `/fhir/metadata` for those that are",
    )
}

/// Time and headers that hold for every request.
async fn limits(request: Request, next: Next) -> Response {
    let came = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&came);
    let request = request.map(|body| {
        Body::new(body.map_frame(move |frame| {
            let bytes = frame.data_ref().map_or(0, axum::body::Bytes::len);
            counted.fetch_add(u64::try_from(bytes).unwrap_or(0), Ordering::Relaxed);
            frame
        }))
    });
    let answered = async {
        match question::decode(request.uri().path()) {
            Ok(_) => next.run(request).await,
            Err(problem) => problem.into_response(),
        }
    };
    let Some(mut response) = in_time(answered, &came).await else {
        return Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "timeout",
            "the request took longer than thirty seconds, and a second for each 64 KiB of its body; ask for less at once",
        )
        .into_response();
    };
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        header::HeaderValue::from_static("nosniff"),
    );
    response
}

/// What is answered, unless it takes longer than it may with the bytes that came.
async fn in_time<T>(answered: impl Future<Output = T>, came: &AtomicU64) -> Option<T> {
    let begun = Instant::now();
    tokio::pin!(answered);
    loop {
        let more = Duration::from_secs(came.load(Ordering::Relaxed) / LEAST_RATE);
        let left = (PATIENCE + more).saturating_sub(begun.elapsed());
        if left.is_zero() {
            return None;
        }
        if let Ok(answer) = tokio::time::timeout(left, &mut answered).await {
            return Some(answer);
        }
    }
}

/// A JSON body: long base64 of its members `data` is sealed as it comes, the rest is parsed within the limit.
pub(crate) async fn json(
    record: &Record,
    (holding, mut body): (&Holding, Body),
) -> Result<Json, Problem> {
    let mut intake = Receiving::new(record, BODY);
    let mut came = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| broken(&error))?;
        if let Some(bytes) = frame.data_ref() {
            came += bytes.len();
            intake.take(bytes).await?;
            holding.settle(came, intake.held());
        }
    }
    Ok(intake.finish().parse(&Limits::default())?)
}

/// Why a body broke off.
pub(crate) fn broken(error: &axum::Error) -> Problem {
    gate::cut(error).unwrap_or_else(|| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "incomplete",
            "the body is cut off; send it again",
        )
    })
}

/// A whole request body, within the limit.
pub(crate) async fn body(body: Body, limit: usize) -> Result<Vec<u8>, Problem> {
    match axum::body::to_bytes(body, limit).await {
        Ok(bytes) => Ok(bytes.into()),
        Err(error) => Err(gate::cut(&error).unwrap_or_else(|| {
            Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too-long",
                "the body is cut off or larger than this server takes; send it in parts",
            )
        })),
    }
}

/// A FHIR answer.
pub(crate) fn answer(status: StatusCode, json: Vec<u8>) -> Response {
    (
        status,
        [(header::CONTENT_TYPE, "application/fhir+json; charset=utf-8")],
        json,
    )
        .into_response()
}

/// The state that every interaction takes.
pub(crate) type Shared = State<Arc<Api>>;

#[cfg(test)]
mod tests;
