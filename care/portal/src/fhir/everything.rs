//! `GET [base]/Patient/[id]/$everything` (R4, Patient-operation-everything).

use axum::extract::{Path, RawQuery};
use axum::http::HeaderMap;
use axum::response::Response;
use hygie_fhir::Json;

use super::bundle::{Content, Entry, Page, searchset};
use super::question::Question;
use super::{Problem, Shared, accept};

pub async fn everything(
    api: Shared,
    Path(id): Path<String>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = api.caller(&headers)?;
    accept::answer_is_welcome(&headers)?;
    let person = id.parse().map_err(|_| hygie_record::Error::NotFound)?;
    let question = Question::parse(&raw.unwrap_or_default())?;
    question.only(&["_count", "_page", "_format"])?;
    let path = format!("Patient/{id}/$everything");
    let from = api.pages.resume(&caller, &path, &question)?;
    let found = api.record.everything(&caller, person, &path).await?;
    let page = Page {
        entries: found
            .iter()
            .map(|item| Entry {
                reference: item.reference(),
                resource: Some(Content::Whole(item)),
                trailer: vec![(
                    "search",
                    Json::object([("mode", Json::String("match".into()))]),
                )],
            })
            .collect(),
        included: Vec::new(),
        total: true,
        from,
        count: question.count()?,
    };
    searchset(&api, &caller, &path, &question, &page).await
}
