//! read: `GET [base]/[type]/[id]` (R4, 3.1.0.2).

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use hygie_record::Item;

use super::{Problem, Shared, answer, question};

pub async fn read(
    api: Shared,
    headers: HeaderMap,
    Path((kind, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let caller = api.caller(&headers)?;
    question::known(&kind)?;
    let item = api.record.read(&caller, &kind, &id).await?;
    Ok(shown(StatusCode::OK, &item))
}

/// A resource with its version in the headers.
pub fn shown(status: StatusCode, item: &Item) -> Response {
    let mut response = answer(status, item.resource.print());
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&format!("W/\"{}\"", item.version)) {
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
