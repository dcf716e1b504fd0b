//! search: `GET [base]/[type]?…` and `POST [base]/[type]/_search`, within one person's record, or in
//! the directory (R4, 3.1.1).

use std::collections::HashSet;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, RawQuery};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use hygie_fhir::Json;
use hygie_fhir::search::include::Include;
use hygie_fhir::{Subset, subset};
use hygie_record::{Caller, Found, Item, Query, is_listed};

use super::audit::not_a_document;
use super::bundle::{Content, Entry, Page, searchset};
use super::question::{Question, known};
use super::{Api, BODY, Problem, Shared, accept, body};

pub async fn search(
    api: Shared,
    Path(kind): Path<String>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let question = Question::parse(&raw.unwrap_or_default())?;
    searched(&api, &kind, &headers, &question).await
}

/// The same with the parameters in the body, where no log of addresses can keep them.
pub async fn search_by_post(
    api: Shared,
    Path(kind): Path<String>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
    content: Body,
) -> Result<Response, Problem> {
    if accept::content_type(&headers) != "application/x-www-form-urlencoded" {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not-supported",
            "send the parameters as `application/x-www-form-urlencoded`",
        ));
    }
    let form = String::from_utf8(body(content, BODY).await?).map_err(|_| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "invalid",
            "the parameters are not UTF-8",
        )
    })?;
    let joined = [raw.unwrap_or_default(), form].join("&");
    let question = Question::parse(&joined)?;
    searched(&api, &kind, &headers, &question).await
}

async fn searched(
    api: &Api,
    kind: &str,
    headers: &HeaderMap,
    question: &Question,
) -> Result<Response, Problem> {
    let caller = api.caller(headers)?;
    known(kind)?;
    not_a_document(kind)?;
    accept::answer_is_welcome(headers)?;
    let criteria = question.criteria(kind, &api.record)?;
    let includes = question.includes(kind)?;
    let sort = question.sort(kind)?;
    let part = question.subset(kind)?;
    let count = if part == Some(Subset::Count) {
        0
    } else {
        question.count()?
    };
    let total = question.total()?;
    let from = api.pages.resume(&caller, kind, question)?;
    let query = Query {
        kind: Some(kind.to_owned()),
        criteria,
        what: format!("{kind}?{}", question.words()),
    };
    let mut found = if is_listed(kind) {
        api.record.search_directory(&caller, &query).await?
    } else {
        match api.person(question, kind, &caller).await? {
            Some(person) => api.record.search(&caller, person, &query).await?,
            None => Found::default(),
        }
    };
    if let Some(sort) = sort {
        found
            .matches
            .sort_by_cached_key(|item| sort.key(item.resource()));
    }
    let range = Page::range(found.matches.len(), from, count);
    let included = included(api, &caller, &found, range, &includes).await?;
    shown(
        api,
        &caller,
        kind,
        question,
        &Shown {
            found,
            included,
            part,
            from,
            count,
            total,
        },
    )
    .await
}

/// What a search found and how it is to be shown.
struct Shown {
    found: Found,
    included: Vec<Arc<Item>>,
    part: Option<Subset>,
    from: usize,
    count: usize,
    total: bool,
}

async fn shown(
    api: &Api,
    caller: &Caller,
    kind: &str,
    question: &Question,
    shown: &Shown,
) -> Result<Response, Problem> {
    let range = Page::range(shown.found.matches.len(), shown.from, shown.count);
    // Only what is on the page is cut down.
    let cut: Vec<Option<Json>> = shown
        .found
        .matches
        .iter()
        .enumerate()
        .map(|(place, item)| {
            let part = shown.part.as_ref().filter(|_| range.contains(&place))?;
            Some(subset(item.resource(), part))
        })
        .collect();
    let entries = shown
        .found
        .matches
        .iter()
        .zip(&cut)
        .map(|(item, cut)| Entry {
            reference: item.reference(),
            resource: Some(cut.as_ref().map_or(Content::Whole(item), Content::Part)),
            trailer: vec![("search", mode("match"))],
        });
    let included = shown.included.iter().map(|item| Entry {
        reference: item.reference(),
        resource: Some(Content::Whole(item)),
        trailer: vec![("search", mode("include"))],
    });
    let page = Page {
        entries: entries.collect(),
        included: included.collect(),
        total: shown.total,
        from: shown.from,
        count: shown.count,
    };
    searchset(api, caller, kind, question, &page).await
}

fn mode(mode: &str) -> Json {
    Json::object([("mode", Json::String(mode.into()))])
}

/// What this page's matches lead to, and what leads to them, among what the caller sees.
async fn included(
    api: &Api,
    caller: &Caller,
    found: &Found,
    range: std::ops::Range<usize>,
    includes: &[Include],
) -> Result<Vec<Arc<Item>>, Problem> {
    if includes.is_empty() {
        return Ok(Vec::new());
    }
    let matches = &found.matches[range];
    let mut seen: HashSet<String> = matches.iter().map(|item| item.reference()).collect();
    let mut wanted: HashSet<String> = HashSet::new();
    let mut items = Vec::new();
    for include in includes {
        if include.is_reverse() {
            let back = found.visible.iter().filter(|item| {
                include
                    .targets(item.resource())
                    .iter()
                    .any(|target| matches.iter().any(|hit| hit.reference() == *target))
            });
            items.extend(back.filter(|item| seen.insert(item.reference())).cloned());
        } else {
            let targets = matches
                .iter()
                .flat_map(|item| include.targets(item.resource()));
            wanted.extend(targets.map(str::to_owned));
        }
    }
    for item in &found.visible {
        let reference = item.reference();
        if wanted.remove(&reference) && seen.insert(reference) {
            items.push(Arc::clone(item));
        }
    }
    wanted.retain(|reference| is_listed(reference.split('/').next().unwrap_or_default()));
    if !wanted.is_empty() {
        items.extend(api.record.listed(caller, &wanted).await?);
    }
    Ok(items)
}
