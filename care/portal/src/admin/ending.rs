//! Records that end, and come back: what `hygie erase`, `hygie close` and `hygie reopen` ask for.

use axum::Json;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use hygie_record::notice::{PersonId, Purpose};
use hygie_record::{Caller, Ending, Error};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::{Shared, Socket};
use crate::fhir::{Problem, body};

/// The largest request, in bytes: the shares of 32 custodians.
const LARGEST: usize = 64 * 1024;

/// How a record ends.
#[derive(Deserialize)]
struct Wish {
    years: u8,
}

/// How a record comes back.
#[derive(Deserialize)]
struct Shares {
    shares: Vec<String>,
}

pub(super) async fn erase(
    socket: Shared,
    headers: HeaderMap,
    Path(person): Path<String>,
    content: Body,
) -> Result<Response, Problem> {
    let caller = socket.operator(&headers, Purpose::Closure)?;
    let (person, wish): (_, Wish) = (named(&person)?, read(content).await?);
    let ending = erase_all(&socket, &caller, person, wish.years).await?;
    Ok(ended(&ending))
}

/// Erases a record, and before it what its person said in cases that does not lie in it.
pub(super) async fn erase_all(
    socket: &Socket,
    caller: &Caller,
    person: PersonId,
    years: u8,
) -> Result<Ending, Error> {
    for words in socket.enrolment.words_apart(person).await? {
        socket.record.erase(caller, words, years).await?;
    }
    socket.enrolment.erase(caller, person, years).await
}

pub(super) async fn close(
    socket: Shared,
    headers: HeaderMap,
    Path(person): Path<String>,
    content: Body,
) -> Result<Response, Problem> {
    let caller = socket.operator(&headers, Purpose::Closure)?;
    let (person, wish): (_, Wish) = (named(&person)?, read(content).await?);
    let ending = socket.enrolment.close(&caller, person, wish.years).await?;
    Ok(ended(&ending))
}

pub(super) async fn reopen(
    socket: Shared,
    headers: HeaderMap,
    Path(person): Path<String>,
    content: Body,
) -> Result<Response, Problem> {
    let caller = socket.operator(&headers, Purpose::Closure)?;
    let (person, given): (_, Shares) = (named(&person)?, read(content).await?);
    socket
        .enrolment
        .reopen(&caller, person, given.shares)
        .await?;
    Ok(Json(json!({ "reopened": person.to_string() })).into_response())
}

/// Makes the store forget what the keeper erased by itself, when its time was over.
pub(super) async fn forget(socket: Shared, headers: HeaderMap) -> Result<Response, Problem> {
    socket.operator(&headers, Purpose::Closure)?;
    let forgotten = socket.record.forget_erased().await?;
    Ok(Json(json!({ "forgotten": forgotten })).into_response())
}

pub(super) fn named(person: &str) -> Result<PersonId, Problem> {
    person.parse().map_err(|_| Error::NotFound.into())
}

pub(super) async fn read<T: DeserializeOwned>(content: Body) -> Result<T, Problem> {
    let bytes = body(content, LARGEST).await?;
    serde_json::from_slice(&bytes).map_err(|_| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "structure",
            "the request is not in the form of this version",
        )
    })
}

fn ended(ending: &Ending) -> Response {
    let value = json!({ "at": ending.at, "until": ending.until, "proof": ending.proof });
    Json(value).into_response()
}
