//! create: `POST [base]/[type]` (R4, 3.1.0.8), conditional with `If-None-Exist` (3.1.0.8.1). The server
//! gives the id.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hygie_record::notice::ActorKind;
use hygie_record::{Done, typed};

use super::prefer::Prefer;
use super::question::{Question, known};
use super::{Api, Problem, Shared, accept, binary, birth, json, read};
use crate::gate::Holding;

pub async fn create(
    api: Shared,
    Path(kind): Path<String>,
    headers: HeaderMap,
    holding: Holding,
    content: Body,
) -> Result<Response, Problem> {
    let caller = api.caller(&headers)?;
    known(&kind)?;
    let prefer = Prefer::of(&headers);
    let condition = match headers.get("if-none-exist") {
        None => None,
        Some(value) => {
            let text = value
                .to_str()
                .map_err(|_| Problem::malformed_header("If-None-Exist"))?;
            Some(Question::parse(text.trim_start_matches('?'))?.condition(&kind, &api.record)?)
        }
    };
    let resource = if kind == "Binary" && !accept::is_json(&headers) {
        let by = (&caller, None);
        binary::received(&api.record, &headers, by, (&holding, content)).await?
    } else {
        accept::json_only(&headers)?;
        typed(&kind, json(&api.record, (&holding, content)).await?)?
    };
    if kind == "Patient" && caller.actor.kind == ActorKind::Software && condition.is_none() {
        return birth::told(&api, &caller, &resource).await;
    }
    let done = api
        .record
        .deposit_resource(&caller, resource, condition)
        .await?;
    made(&api, &done, prefer).await
}

/// The answer to a write: 201 for a new resource, 200 for one that was there or has a new version.
pub async fn made(api: &Api, done: &Done, prefer: Prefer) -> Result<Response, Problem> {
    let status = if done.created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let mut response = match prefer.instead(done) {
        Some(other) => read::headed(other.into_response(), status, &done.item),
        None => read::shown(api, status, &done.item).await?,
    };
    if let Ok(location) = HeaderValue::from_str(&location(api, done)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// The address of the version that a write made.
pub fn location(api: &Api, done: &Done) -> String {
    format!(
        "{}/{}/_history/{}",
        api.base,
        done.item.reference(),
        done.item.version
    )
}
