use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use hygie_record::notice::{ActorKind, Purpose};
use hygie_record::{Enrolment, Error, Insured, Record};
use serde_json::json;

use crate::fhir::{Problem, body};

/// The largest part of a register, in bytes.
const PART: usize = 16 * 1024 * 1024;

struct Desk {
    record: Arc<Record>,
    enrolment: Arc<Enrolment>,
}

/// The operator's request that puts insured persons on the roll; for the admin socket only.
pub fn router(record: Arc<Record>, enrolment: Arc<Enrolment>) -> Router {
    Router::new()
        .route("/register", post(register))
        .with_state(Arc::new(Desk { record, enrolment }))
}

async fn register(
    desk: State<Arc<Desk>>,
    headers: HeaderMap,
    content: Body,
) -> Result<Response, Problem> {
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .ok_or_else(Problem::no_token)?;
    let caller = desk.record.caller(token, Some(Purpose::Import))?;
    if caller.actor.kind != ActorKind::Operator {
        return Err(Error::Refused.into());
    }
    let bytes = body(content, PART).await?;
    let insured: Vec<Insured> = serde_json::from_slice(&bytes).map_err(|_| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "structure",
            "the part of the register is not in the form of this version",
        )
    })?;
    let registered = desk.enrolment.register(&insured).await?;
    Ok(Json(json!({ "registered": registered })).into_response())
}
