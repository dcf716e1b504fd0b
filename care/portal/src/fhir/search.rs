//! search: `GET [base]/[type]?…` within one person's record, or in the directory (R4, 3.1.1).

use axum::extract::{Path, RawQuery};
use axum::http::HeaderMap;
use axum::response::Response;
use hygie_record::Query;

use super::bundle::searchset;
use super::question::{Question, known};
use super::{Problem, Shared};

pub async fn search(
    api: Shared,
    Path(kind): Path<String>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = api.caller(&headers)?;
    known(&kind)?;
    let raw = raw.unwrap_or_default();
    let question = Question::parse(&raw)?;
    let criteria = question.criteria(&kind)?;
    let page = api.pages.resume(&caller, &kind, &question)?;
    let query = Query {
        kind: Some(kind.clone()),
        criteria,
        what: format!("{kind}?{}", question.words()),
    };
    let found = if hygie_record::is_listed(&kind) {
        api.record.search_directory(&caller, &query).await?
    } else {
        let person = question.person(&kind, &caller)?;
        api.record.search(&caller, person, &query).await?
    };
    Ok(searchset(&api, &caller, &kind, &question, page, &found))
}
