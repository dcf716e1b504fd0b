//! update: `PUT` (R4, 3.1.0.4), patch: `PATCH` (3.1.0.6) and delete: `DELETE` (3.1.0.7) of
//! `[base]/[type]/[id]`, each with `If-Match`. No resource is made by an update.

use axum::body::Body;
use axum::extract::{Path, RawQuery};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hygie_fhir::Limits;
use hygie_fhir::Patch;
use hygie_record::notice::{ActorKind, PersonId};
use hygie_record::{Caller, Done, Error, Step, Verb, is_listed, person_in, typed};

use super::create::made;
use super::prefer::Prefer;
use super::question::{Question, known};
use super::{Api, BODY, Problem, Shared, accept, binary, body, json, read};
use crate::gate::Holding;

pub async fn update(
    api: Shared,
    Path((kind, id)): Path<(String, String)>,
    headers: HeaderMap,
    holding: Holding,
    content: Body,
) -> Result<Response, Problem> {
    let (caller, person) = addressed(&api, &headers, &kind, &id)?;
    let mut resource = if kind == "Binary" && !accept::is_json(&headers) {
        let by = (&caller, Some(person));
        let mut resource = binary::received(&api.record, &headers, by, (&holding, content)).await?;
        resource.set_id(&id);
        resource
    } else {
        accept::json_only(&headers)?;
        typed(&kind, json(&api.record, (&holding, content)).await?)?
    };
    if resource.id() != Some(id.as_str()) {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "invalid",
            "the resource's `id` must be that of the URL; no resource is made by an update",
        ));
    }
    let named = api.record.person_named(&caller, &mut resource).await?;
    if named != person {
        return Err(Error::Unprocessable(
            "the resource names another person than its id; a request touches one person",
        )
        .into());
    }
    let step = Step::amend(&kind, &id, Verb::Update { resource }, if_match(&headers)?);
    let done = one(&api, &caller, person, &format!("{kind}/{id}"), step).await?;
    made(&api, &done, Prefer::of(&headers)).await
}

pub async fn patch(
    api: Shared,
    Path((kind, id)): Path<(String, String)>,
    headers: HeaderMap,
    content: Body,
) -> Result<Response, Problem> {
    let (caller, person) = addressed(&api, &headers, &kind, &id)?;
    accept::json_only(&headers)?;
    patched(&api, &caller, person, (&kind, &id), &headers, content).await
}

/// Conditional patch (3.1.0.6.1): the one resource of what the caller may see, or brought, that the
/// query finds. The DMP's draft patches a document by its unique id.
pub async fn patch_found(
    api: Shared,
    Path(kind): Path<String>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
    content: Body,
) -> Result<Response, Problem> {
    let caller = api.caller(&headers)?;
    changeable(&kind, &headers)?;
    accept::json_only(&headers)?;
    let question = Question::parse(&raw.unwrap_or_default())?;
    question.selects_only()?;
    let criteria = question.criteria(&kind, &api.record)?;
    if criteria.is_empty() {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "required",
            "say which resource: `?identifier={system}|{value}`",
        ));
    }
    let person = api
        .person(&question, &kind, &caller)
        .await?
        .ok_or(Error::NotFound)?;
    let what = format!("{kind}?{}", question.words());
    let id = api
        .record
        .locate(&caller, person, &kind, &criteria, what)
        .await?;
    patched(&api, &caller, person, (&kind, &id), &headers, content).await
}

async fn patched(
    api: &Api,
    caller: &Caller,
    person: PersonId,
    (kind, id): (&str, &str),
    headers: &HeaderMap,
    content: Body,
) -> Result<Response, Problem> {
    let bytes = body(content, BODY).await?;
    let patch =
        Patch::parse(&bytes, &Limits::default()).map_err(|fault| Error::Invalid(vec![fault]))?;
    // Who may see a document is a right, not a version: TD3.3a changes it through `securityLabel`.
    if patch.touches_only(&["securityLabel"]) {
        let item = api.record.mask(caller, person, (kind, id), &patch).await?;
        return read::shown(api, StatusCode::OK, &item).await;
    }
    let step = Step::amend(kind, id, Verb::Patch { patch }, if_match(headers)?);
    let done = one(api, caller, person, &format!("{kind}/{id}"), step).await?;
    made(api, &done, Prefer::of(headers)).await
}

pub async fn delete(
    api: Shared,
    Path((kind, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (caller, person) = addressed(&api, &headers, &kind, &id)?;
    let if_match = if_match(&headers)?;
    if kind == "Consent" && represents(&caller) {
        let taken = api
            .record
            .take_back(&caller, person, &id, if_match.as_deref())
            .await;
        match taken {
            // A Consent that grants nothing is a document like any other.
            Err(Error::NotFound) => {}
            other => return Ok(other.map(|()| StatusCode::NO_CONTENT.into_response())?),
        }
    }
    let step = Step::amend(&kind, &id, Verb::Delete, if_match);
    let done = one(&api, &caller, person, &format!("{kind}/{id}"), step).await?;
    read::shown(&api, StatusCode::NO_CONTENT, &done.item).await
}

/// Who asks, and in whose record the addressed resource is.
fn addressed(
    api: &Api,
    headers: &HeaderMap,
    kind: &str,
    id: &str,
) -> Result<(Caller, PersonId), Problem> {
    let caller = api.caller(headers)?;
    changeable(kind, headers)?;
    let person = person_in(id).ok_or(Error::NotFound)?;
    Ok((caller, person))
}

/// Refuses types that no request changes.
fn changeable(kind: &str, headers: &HeaderMap) -> Result<(), Problem> {
    known(kind)?;
    accept::answer_is_welcome(headers)?;
    if is_listed(kind) {
        return Err(Error::Unprocessable(
            "the directory is merged by national identifier, never overwritten; post a new entry",
        )
        .into());
    }
    Ok(())
}

/// Whether it is the person, or who acts for him: what he takes back, he granted.
fn represents(caller: &Caller) -> bool {
    matches!(
        caller.actor.kind,
        ActorKind::Holder | ActorKind::Representative
    )
}

async fn one(
    api: &Api,
    caller: &Caller,
    person: PersonId,
    what: &str,
    step: Step,
) -> Result<Done, Problem> {
    let mut done = api.record.apply(caller, person, what, vec![step]).await?;
    done.pop().ok_or_else(Problem::internal)
}

/// The version that `If-Match` names.
fn if_match(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else {
        return Ok(None);
    };
    value
        .to_str()
        .ok()
        .map(|text| text.trim_start_matches("W/").trim_matches('"').to_owned())
        .map(Some)
        .ok_or_else(|| Problem::malformed_header("If-Match"))
}
