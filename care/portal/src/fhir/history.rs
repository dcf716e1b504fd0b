//! history: `GET [base]/[type]/[id]/_history` and `GET [base]/[type]/_history?patient=…` (R4, 3.1.0.10).

use std::sync::Arc;

use axum::extract::{Path, RawQuery};
use axum::http::HeaderMap;
use axum::response::Response;
use hygie_fhir::Json;
use hygie_record::Item;

use super::audit::not_a_document;
use super::bundle::{Content, Entry, history};
use super::question::{Question, known};
use super::{Problem, Shared, accept};

pub async fn of_instance(
    api: Shared,
    Path((kind, id)): Path<(String, String)>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = api.caller(&headers)?;
    known(&kind)?;
    accept::answer_is_welcome(&headers)?;
    let question = Question::parse(&raw.unwrap_or_default())?;
    question.only(&["_count", "_page", "_format"])?;
    let path = format!("{kind}/{id}/_history");
    let page = api.pages.resume(&caller, &path, &question)?;
    let versions = api.record.history(&caller, &kind, &id).await?;
    history(&api, &caller, &path, &question, page, entries(&versions)).await
}

pub async fn of_type(
    api: Shared,
    Path(kind): Path<String>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = api.caller(&headers)?;
    known(&kind)?;
    not_a_document(&kind)?;
    accept::answer_is_welcome(&headers)?;
    let question = Question::parse(&raw.unwrap_or_default())?;
    question.only(&["patient", "_count", "_page", "_format"])?;
    let path = format!("{kind}/_history");
    let page = api.pages.resume(&caller, &path, &question)?;
    let person = question.person(&kind, &caller)?;
    let versions = api.record.history_of_type(&caller, person, &kind).await?;
    history(&api, &caller, &path, &question, page, entries(&versions)).await
}

/// Each version with the request that made it.
fn entries(versions: &[Arc<Item>]) -> Vec<Entry<'_>> {
    let mut first = std::collections::HashMap::new();
    // Newest first: the last one met of each resource is the one that was created.
    for (place, item) in versions.iter().enumerate() {
        first.insert(item.reference(), place);
    }
    versions
        .iter()
        .enumerate()
        .map(|(place, item)| {
            let reference = item.reference();
            let created = first.get(&reference) == Some(&place);
            let (method, url, status) = match (item.deleted, created) {
                (true, _) => ("DELETE", reference.clone(), "204"),
                (false, true) => ("POST", item.kind().to_owned(), "201"),
                (false, false) => ("PUT", reference.clone(), "200"),
            };
            let text = |text: &str| Json::String(text.into());
            let request = Json::object([("method", text(method)), ("url", text(&url))]);
            let response = Json::object([
                ("status", text(status)),
                ("etag", text(&format!("W/\"{}\"", item.version))),
                ("lastModified", text(&hygie_record::instant(item.updated))),
            ]);
            Entry {
                reference,
                resource: (!item.deleted).then_some(Content::Whole(item)),
                trailer: vec![("request", request), ("response", response)],
            }
        })
        .collect()
}
