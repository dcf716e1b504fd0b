//! read: `GET [base]/[type]/[id]` (R4, 3.1.0.2), conditional with `If-None-Match` and
//! `If-Modified-Since`; and vread: `GET [base]/[type]/[id]/_history/[vid]` (3.1.0.3).

use axum::extract::{Path, RawQuery};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hygie_record::Item;

use super::question::{Question, known};
use super::{Problem, Shared, accept, answer, binary};

pub async fn read(
    api: Shared,
    headers: HeaderMap,
    Path((kind, id)): Path<(String, String)>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Problem> {
    let caller = api.caller(&headers)?;
    known(&kind)?;
    let question = Question::parse(&raw.unwrap_or_default())?;
    question.only(&["_format", "_elements", "_summary"])?;
    if kind != "Binary" {
        accept::answer_is_welcome(&headers)?;
    }
    let subset = question.subset(&kind)?;
    let item = api.record.read(&caller, &kind, &id).await?;
    if is_known(&headers, &item) {
        let mut response = shown(StatusCode::NOT_MODIFIED, &item);
        *response.body_mut() = axum::body::Body::empty();
        return Ok(response);
    }
    if let Some(raw) = binary::raw(&headers, &item) {
        return Ok(raw);
    }
    Ok(match subset {
        Some(subset) => answer(
            StatusCode::OK,
            hygie_fhir::subset(&item.resource, &subset).print(),
        ),
        None => shown(StatusCode::OK, &item),
    })
}

pub async fn vread(
    api: Shared,
    headers: HeaderMap,
    Path((kind, id, version)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let caller = api.caller(&headers)?;
    known(&kind)?;
    accept::answer_is_welcome(&headers)?;
    let item = api.record.version_of(&caller, &kind, &id, &version).await?;
    Ok(shown(StatusCode::OK, &item))
}

/// Whether the client has this very version already.
fn is_known(headers: &HeaderMap, item: &Item) -> bool {
    let said = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(tags) = said(header::IF_NONE_MATCH) {
        return tags
            .split(',')
            .any(|tag| tag.trim() == "*" || tag.trim() == etag(item));
    }
    said(header::IF_MODIFIED_SINCE)
        .and_then(|date| jiff::fmt::rfc2822::parse(date).ok())
        .is_some_and(|date| {
            item.updated / 1000 <= u64::try_from(date.timestamp().as_second()).unwrap_or(0)
        })
}

fn etag(item: &Item) -> String {
    format!("W/\"{}\"", item.version)
}

/// A resource with its version in the headers.
pub fn shown(status: StatusCode, item: &Item) -> Response {
    let mut response = if item.deleted {
        StatusCode::NO_CONTENT.into_response()
    } else {
        answer(status, item.resource.print())
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&etag(item)) {
        headers.insert(header::ETAG, tag);
    }
    let seconds = i64::try_from(item.updated / 1000).unwrap_or_default();
    let date = jiff::Timestamp::from_second(seconds)
        .map(|stamp| stamp.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string());
    if let Some(date) = date.ok().and_then(|date| HeaderValue::from_str(&date).ok()) {
        headers.insert(header::LAST_MODIFIED, date);
    }
    response
}
