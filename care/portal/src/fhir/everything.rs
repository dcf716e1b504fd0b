//! `GET [base]/Patient/[id]/$everything` (R4, Patient-operation-everything).

use axum::extract::{Path, RawQuery};
use axum::http::HeaderMap;
use axum::response::Response;

use super::bundle::searchset;
use super::question::Question;
use super::{Problem, Shared};

pub async fn everything(
    api: Shared,
    Path(id): Path<String>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = api.caller(&headers)?;
    let person = id.parse().map_err(|_| hygie_record::Error::NotFound)?;
    let raw = raw.unwrap_or_default();
    let question = Question::parse(&raw)?;
    question.only(&["_count", "_page", "_format"])?;
    let path = format!("Patient/{id}/$everything");
    let page = api.pages.resume(&caller, &path, &question)?;
    let found = api.record.everything(&caller, person, &path).await?;
    Ok(searchset(&api, &caller, &path, &question, page, &found))
}
