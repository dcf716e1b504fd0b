//! `GET /crossing/oppositions?after=N`: who opposes research, or his space, as the crossing must obey it. It lies on the
//! operator's socket, which no network reaches, and answers the crossing's own assertion alone.

use axum::Json;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::{Shared, bearer};
use crate::fhir::Problem;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    /// The number of the first line that is wanted.
    after: u64,
}

pub(super) async fn list(
    socket: Shared,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let caller = socket.record.caller(bearer(&headers)?, None)?;
    let part = socket.enrolment.oppositions(&caller, asked.after).await?;
    Ok(Json(part).into_response())
}
