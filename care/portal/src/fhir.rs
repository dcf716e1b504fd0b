mod accept;
mod amend;
mod audit;
mod binary;
mod bundle;
mod capability;
mod create;
mod everything;
mod history;
mod outcome;
mod page;
mod prefer;
mod question;
mod read;
mod search;
mod transaction;
mod validate;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hygie_record::notice::PersonId;
use hygie_record::{Caller, Record};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

pub(crate) use outcome::Problem;
use question::Question;

/// The largest request body, in bytes.
const BODY: usize = 16 * 1024 * 1024;
/// The longest a request may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the operator chooses of the FHIR API.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address before `/Type/id`, without a slash at the end: `http://127.0.0.1:8480/fhir`.
    pub base: String,
}

/// What every interaction needs.
pub(crate) struct Api {
    pub record: Arc<Record>,
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
        Ok(self.record.caller(token, None)?)
    }

    /// Whose record a search is about.
    pub async fn person(
        &self,
        question: &Question,
        kind: &str,
        caller: &Caller,
    ) -> Result<PersonId, Problem> {
        // TD0.2: does this person have a space? The keeper limits how often one actor may ask.
        if kind == "Patient"
            && let Some(identifier) = question.identifier()?
        {
            return Ok(self.record.person_identified(caller, identifier).await?);
        }
        question.person(kind, caller)
    }
}

/// The FHIR API under `/fhir`.
pub fn router(record: Arc<Record>, settings: Settings) -> Router {
    let api = Arc::new(Api {
        record,
        base: settings.base,
        pages: page::Seal::fresh(),
    });
    let interactions = Router::new()
        .route("/", post(transaction::transaction))
        .route("/metadata", get(capability::metadata))
        .route("/Patient/{id}/$everything", get(everything::everything))
        .route("/AuditEvent", get(audit::search))
        .route("/{kind}", get(search::search).post(create::create))
        .route("/{kind}/_search", post(search::search_by_post))
        .route("/{kind}/_history", get(history::of_type))
        .route("/{kind}/$validate", post(validate::validate))
        .route(
            "/{kind}/{id}",
            get(read::read)
                .put(amend::update)
                .patch(amend::patch)
                .delete(amend::delete),
        )
        .route("/{kind}/{id}/_history", get(history::of_instance))
        .route("/{kind}/{id}/_history/{version}", get(read::vread))
        .fallback(nowhere)
        .method_not_allowed_fallback(no_such_interaction)
        .with_state(Arc::clone(&api));
    // Clients write the base address with and without a slash at its end.
    let root = Router::new()
        .route("/fhir/", post(transaction::transaction))
        .method_not_allowed_fallback(no_such_interaction)
        .with_state(api);
    Router::new()
        .nest("/fhir", interactions)
        .merge(root)
        .fallback(nowhere)
        .layer(middleware::from_fn(limits))
        .layer(CompressionLayer::new().gzip(true).zstd(true))
        .layer(CatchPanicLayer::custom(|_| {
            Problem::internal().into_response()
        }))
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
    let Ok(mut response) = tokio::time::timeout(PATIENCE, next.run(request)).await else {
        return Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "timeout",
            "the request took longer than thirty seconds; ask for less at once",
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

/// A whole request body, within the limit.
pub(crate) async fn body(body: Body, limit: usize) -> Result<Vec<u8>, Problem> {
    match axum::body::to_bytes(body, limit).await {
        Ok(bytes) => Ok(bytes.into()),
        Err(_) => Err(Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-long",
            "the body is cut off or larger than this server takes; send it in parts",
        )),
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
