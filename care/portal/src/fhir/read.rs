//! read: `GET [base]/[type]/[id]` (R4, 3.1.0.2), conditional with `If-None-Match` and
//! `If-Modified-Since`; and vread: `GET [base]/[type]/[id]/_history/[vid]` (3.1.0.3).

use axum::extract::{Path, RawQuery};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hygie_record::Item;

use super::question::{Question, known};
use super::{Api, Printed, Problem, Shared, accept, binary};

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
        let response = StatusCode::NOT_MODIFIED.into_response();
        return Ok(headed(response, StatusCode::NOT_MODIFIED, &item));
    }
    if let Some(raw) = binary::raw(&api.record, &headers, &item).await? {
        return Ok(raw);
    }
    match subset {
        Some(subset) => {
            let part = hygie_fhir::subset(item.resource(), &subset);
            Printed::from(&part)
                .answer(&api.record, StatusCode::OK)
                .await
        }
        None => shown(&api, StatusCode::OK, &item).await,
    }
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
    shown(&api, StatusCode::OK, &item).await
}

/// Whether the client has this very version already.
fn is_known(headers: &HeaderMap, item: &Item) -> bool {
    let said = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(tags) = said(header::IF_NONE_MATCH) {
        return tags
            .split(',')
            .map(|tag| tag.trim().trim_start_matches("W/"))
            .any(|tag| tag == "*" || tag == etag(item).trim_start_matches("W/"));
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
pub async fn shown(api: &Api, status: StatusCode, item: &Item) -> Result<Response, Problem> {
    let response = if item.deleted {
        return Ok(headed(
            StatusCode::NO_CONTENT.into_response(),
            StatusCode::NO_CONTENT,
            item,
        ));
    } else {
        Printed::from(item).answer(&api.record, status).await?
    };
    Ok(headed(response, status, item))
}

/// An answer with an item's version in the headers.
pub fn headed(mut response: Response, status: StatusCode, item: &Item) -> Response {
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&etag(item)) {
        headers.insert(header::ETAG, tag);
    }
    if let Some(date) = http_date(item.updated / 1000) {
        headers.insert(header::LAST_MODIFIED, date);
    }
    response
}

/// Seconds of Unix time as HTTP writes them (RFC 9110, 5.6.7).
pub fn http_date(seconds: u64) -> Option<HeaderValue> {
    let stamp = jiff::Timestamp::from_second(i64::try_from(seconds).ok()?).ok()?;
    let date = stamp.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    HeaderValue::from_str(&date).ok()
}
