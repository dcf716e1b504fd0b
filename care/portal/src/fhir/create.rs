//! create: `POST [base]/[type]` (R4, 3.1.0.8), conditional with `If-None-Exist` (3.1.0.8.1). The server
//! gives the id.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use hygie_record::Done;

use super::prefer::Prefer;
use super::question::{Question, known};
use super::{Api, BODY, Problem, Shared, accept, binary, body, read};

pub async fn create(
    api: Shared,
    Path(kind): Path<String>,
    headers: HeaderMap,
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
            Some(Question::parse(text.trim_start_matches('?'))?.condition(&kind)?)
        }
    };
    let bytes = body(content, BODY).await?;
    let bytes = if kind == "Binary" && !accept::is_json(&headers) {
        binary::wrapped(&headers, &bytes, &caller)?
    } else {
        accept::json_only(&headers)?;
        bytes
    };
    let done = api
        .record
        .deposit(&caller, &kind, &bytes, condition)
        .await?;
    Ok(made(&api, &done, prefer))
}

/// The answer to a write: 201 for a new resource, 200 for one that was there or has a new version.
pub fn made(api: &Api, done: &Done, prefer: Prefer) -> Response {
    let status = if done.created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let mut response = prefer.shown(read::shown(status, &done.item), done);
    if let Ok(location) = HeaderValue::from_str(&location(api, done)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
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
