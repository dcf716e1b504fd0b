//! The operator's socket: what the `hygie` command asks of a running care process. It is a Unix socket
//! of the same user, and every request bears the operator's assertion all the same.

mod accounts;
mod campaign;
pub(crate) use campaign::told;
mod import;
mod oppositions;

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::on;
use axum::{Json, Router};
use http_body_util::BodyExt;
use http_body_util::channel::Channel;
use hygie_enrolment::{Enrolment, Insured, Registration};
use hygie_record::accounts::Accounts;
use hygie_record::notice::{ActorKind, Purpose};
use hygie_record::{Caller, Error, Record};
use serde::Deserialize;
use serde_json::json;

mod appoint;
mod desk;
mod ending;

use crate::fhir::{Printed, Problem, body};
use crate::routes::{Route, route, routed};

/// The largest part of a register, in bytes.
const PART: usize = 16 * 1024 * 1024;

/// What answers the operator.
pub struct Socket {
    record: Arc<Record>,
    enrolment: Arc<Enrolment>,
    accounts: Arc<Accounts>,
    base: String,
}

type Shared = State<Arc<Socket>>;

/// Every address of the operator's socket.
pub const ADMIN_ROUTES: &[Route<Socket>] = &[
    route("POST", "/import", |method| on(method, import::import)),
    route("GET", "/persons", |method| on(method, persons)),
    route("GET", "/export/{person}", |method| on(method, export)),
    route("GET", "/prove/{person}", |method| on(method, prove)),
    route("POST", "/backup/{after}", |method| on(method, backup)),
    route("GET", "/status", |method| on(method, status)),
    route("POST", "/register", |method| on(method, register)),
    route("POST", "/register/merge", |method| on(method, merge)),
    route("POST", "/opposition/slips", |method| {
        on(method, campaign::slips)
    }),
    route("POST", "/campaign/announce", |method| {
        on(method, campaign::announce)
    }),
    route("POST", "/campaign/returned", |method| {
        on(method, campaign::returned)
    }),
    route("POST", "/campaign/make", |method| {
        on(method, campaign::make)
    }),
    route("GET", "/campaign", |method| on(method, campaign::status)),
    route("GET", "/campaign/agents", |method| {
        on(method, campaign::agents)
    }),
    route("GET", "/crossing/oppositions", |method| {
        on(method, oppositions::list)
    }),
    route("POST", "/erase/{person}", |method| {
        on(method, ending::erase)
    }),
    route("POST", "/close/{person}", |method| {
        on(method, ending::close)
    }),
    route("POST", "/reopen/{person}", |method| {
        on(method, ending::reopen)
    }),
    route("POST", "/appoint/{person}", |method| {
        on(method, appoint::appoint)
    }),
    route("POST", "/desk", |method| on(method, desk::list)),
    route("POST", "/desk/show", |method| on(method, desk::show)),
    route("POST", "/desk/file", |method| on(method, desk::file)),
    route("POST", "/desk/carry-out", |method| {
        on(method, desk::carry_out)
    }),
    route("POST", "/forget", |method| on(method, ending::forget)),
    route("POST", "/accounts", |method| on(method, accounts::add)),
    route("POST", "/accounts/close", |method| {
        on(method, accounts::close)
    }),
    route("POST", "/accounts/invite", |method| {
        on(method, accounts::invite)
    }),
    route("POST", "/accounts/link", |method| {
        on(method, accounts::link)
    }),
];

/// The operator's requests.
pub fn router(enrolment: Arc<Enrolment>, accounts: Arc<Accounts>, base: String) -> Router {
    routed(ADMIN_ROUTES).with_state(Arc::new(Socket {
        record: Arc::clone(accounts.record()),
        enrolment,
        accounts,
        base,
    }))
}

/// The assertion that a request bears.
fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .ok_or_else(Problem::no_token)
}

impl Socket {
    fn operator(&self, headers: &HeaderMap, purpose: Purpose) -> Result<Caller, Problem> {
        let caller = self.record.caller(bearer(headers)?, Some(purpose))?;
        if caller.actor.kind == ActorKind::Operator {
            Ok(caller)
        } else {
            Err(Error::Refused.into())
        }
    }
}

async fn persons(socket: Shared, headers: HeaderMap) -> Result<String, Problem> {
    socket.operator(&headers, Purpose::Import)?;
    let persons = socket.record.persons().await?;
    Ok(persons.iter().map(|person| format!("{person}\n")).collect())
}

async fn export(
    socket: Shared,
    headers: HeaderMap,
    Path(person): Path<String>,
) -> Result<Response, Problem> {
    let caller = socket.operator(&headers, Purpose::Portability)?;
    let person = person.parse().map_err(|_| Error::NotFound)?;
    let bundle = socket.record.export(&caller, person, &socket.base).await?;
    Printed::from(&bundle)
        .answer(&socket.record, StatusCode::OK)
        .await
}

/// A person's trail, as a file that is checked offline.
async fn prove(
    socket: Shared,
    headers: HeaderMap,
    Path(person): Path<String>,
) -> Result<String, Problem> {
    let caller = socket.operator(&headers, Purpose::Portability)?;
    let person = person.parse().map_err(|_| Error::NotFound)?;
    Ok(socket.record.prove(&caller, person).await?)
}

/// The sealed entries behind a position, as they are read: the store may be larger than memory. They come
/// once the request's body ends: until then the keeper's part of the backup is made.
async fn backup(
    socket: Shared,
    headers: HeaderMap,
    Path(after): Path<u64>,
    mut content: Body,
) -> Result<Response, Problem> {
    socket.operator(&headers, Purpose::Portability)?;
    let held = socket.record.hold();
    // Whatever keeps the store from answering at all is told by the status.
    socket.record.backup(after).await?;
    let (mut sender, body) = Channel::<Bytes, Error>::new(2);
    tokio::spawn(async move {
        let _held = held;
        let sent = async {
            while let Some(frame) = content.frame().await {
                if frame.is_err() {
                    // Whoever asked is gone.
                    return Ok(());
                }
            }
            let mut part = socket.record.backup(after).await?;
            loop {
                let bytes = part.next().await?;
                // A receiver that went away wants no more.
                if bytes.is_empty() || sender.send_data(bytes.into()).await.is_err() {
                    return Ok(());
                }
            }
        };
        if let Err(error) = sent.await {
            tracing::error!(%error, "a backup broke off");
            sender.abort(error);
        }
    });
    Ok(Body::new(body).into_response())
}

async fn status(socket: Shared, headers: HeaderMap) -> Result<Response, Problem> {
    socket.operator(&headers, Purpose::Import)?;
    let (verifier, size) = socket.record.ledger().await?;
    let persons = socket.record.persons().await?.len();
    let status = json!({
        "persons": persons,
        "ledger": { "size": size, "verifier": verifier },
        "fhir": socket.base,
    });
    Ok(Json(status).into_response())
}

/// What `POST /register` is asked besides.
#[derive(Deserialize)]
struct Register {
    /// Whether each new line gets a code at once.
    #[serde(default)]
    codes: bool,
}

impl Register {
    fn with(&self) -> Registration {
        if self.codes {
            Registration::Codes
        } else {
            Registration::Lines
        }
    }
}

/// Which line is kept, and which becomes an alias.
#[derive(Deserialize)]
struct Merging {
    keep: String,
    drop: String,
}

/// Makes two lines one.
async fn merge(socket: Shared, headers: HeaderMap, content: Body) -> Result<Response, Problem> {
    socket.operator(&headers, Purpose::Import)?;
    let merging: Merging = ending::read(content).await?;
    let merged = socket.enrolment.merge(&merging.keep, &merging.drop).await?;
    Ok(Json(merged).into_response())
}

/// Puts insured persons on the roll.
async fn register(
    socket: Shared,
    Query(asked): Query<Register>,
    headers: HeaderMap,
    content: Body,
) -> Result<Response, Problem> {
    socket.operator(&headers, Purpose::Import)?;
    let bytes = body(content, PART).await?;
    let insured: Vec<Insured> = serde_json::from_slice(&bytes).map_err(|_| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "structure",
            "the part of the register is not in the form of this version",
        )
    })?;
    let registered = socket.enrolment.register(&insured, asked.with()).await?;
    Ok(Json(json!({ "registered": registered })).into_response())
}
