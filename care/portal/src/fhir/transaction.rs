//! transaction and batch: `POST [base]` (R4, 3.1.0.11). A transaction touches one person and is done
//! whole or not at all; a batch's entries stand each for themselves.

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use hygie_fhir::Patch;
use hygie_fhir::{Fault, Json, Limits, Resource};
use hygie_record::notice::PersonId;
use hygie_record::{Caller, Done, Error, Step, Verb, is_listed, person_in};

use super::question::{Question, known};
use super::{Api, Printed, Problem, Shared, accept, create, json};
use crate::gate::Holding;

/// The most entries of one Bundle.
const ENTRIES: usize = 5_000;

pub async fn transaction(
    api: Shared,
    headers: HeaderMap,
    holding: Holding,
    content: Body,
) -> Result<Response, Problem> {
    let caller = api.caller(&headers)?;
    accept::json_only(&headers)?;
    accept::answer_is_welcome(&headers)?;
    let bundle = json(&api.record, (&holding, content)).await?;
    let text = |name: &str| bundle.get(name).and_then(Json::as_str);
    if text("resourceType") != Some("Bundle") {
        return Err(unfit(
            "Bundle",
            "only a Bundle may be posted to the base address",
        ));
    }
    let entries = bundle.get("entry").map(Json::items).unwrap_or_default();
    if entries.len() > ENTRIES {
        return Err(unfit(
            "Bundle.entry",
            "a Bundle may have 5,000 entries; send it in parts",
        ));
    }
    match text("type") {
        Some("transaction") => whole(&api, &caller, entries).await,
        Some("batch") => each(&api, &caller, entries).await,
        _ => Err(unfit("Bundle.type", "it must be `transaction` or `batch`")),
    }
}

fn unfit(place: &str, rule: &str) -> Problem {
    Problem::bad_search(Fault::error("invalid", place, rule))
}

/// An entry as a step of a write, and whose record it touches.
struct Planned {
    step: Step,
    person: Option<PersonId>,
}

async fn whole(api: &Api, caller: &Caller, entries: &[Json]) -> Result<Response, Problem> {
    let mut steps = Vec::with_capacity(entries.len());
    let mut person: Option<PersonId> = None;
    for (place, entry) in entries.iter().enumerate() {
        let within = |problem: Problem| problem.within(&format!("Bundle.entry[{place}]"));
        let planned = plan(api, caller, entry).await.map_err(within)?;
        if let (Some(one), Some(other)) = (person, planned.person)
            && one != other
        {
            return Err(within(Error::Unprocessable(
                "it touches another person than the entries before it; send one transaction a person",
            )
            .into()));
        }
        person = person.or(planned.person);
        steps.push(planned.step);
    }
    let person = person.or(caller.actor.person).ok_or_else(|| {
        unfit(
            "Bundle",
            "no entry says whose record it is: refer to `Patient/{person}`",
        )
    })?;
    let what = format!("a transaction of {} entries", steps.len());
    let done = api.record.apply(caller, person, &what, steps).await?;
    let responses = done.iter().map(|done| response(api, done));
    answered(api, "transaction-response", responses).await
}

async fn each(api: &Api, caller: &Caller, entries: &[Json]) -> Result<Response, Problem> {
    let mut responses = Vec::with_capacity(entries.len());
    for entry in entries {
        let done = alone(api, caller, entry).await;
        responses.push(match done {
            Ok(response) => response,
            Err(problem) => failed(&problem),
        });
    }
    answered(api, "batch-response", responses.into_iter()).await
}

async fn alone(api: &Api, caller: &Caller, entry: &Json) -> Result<Json, Problem> {
    let request = Request::of(entry, &api.base)?;
    if request.method == "GET" {
        return fetched(api, caller, &request).await;
    }
    let planned = plan(api, caller, entry).await?;
    let person = planned
        .person
        .or(caller.actor.person)
        .ok_or_else(|| unfit("Bundle.entry", "it does not say whose record it is"))?;
    let what = format!("{} in a batch", planned.step.kind);
    let mut done = api
        .record
        .apply(caller, person, &what, vec![planned.step])
        .await?;
    let done = done.pop().ok_or_else(Problem::internal)?;
    Ok(response(api, &done))
}

/// A read within a batch; searches are asked for one by one, so that each has its own page links.
async fn fetched(api: &Api, caller: &Caller, request: &Request<'_>) -> Result<Json, Problem> {
    let (kind, id) = request.addressed()?;
    let item = api.record.read(caller, kind, id).await?;
    Ok(Json::object([
        ("resource", item.resource().json().clone()),
        (
            "response",
            Json::object([
                ("status", text("200")),
                ("etag", text(&format!("W/\"{}\"", item.version))),
                ("lastModified", text(&hygie_record::instant(item.updated))),
            ]),
        ),
    ]))
}

/// What an entry asks for.
struct Request<'a> {
    method: &'a str,
    url: &'a str,
    if_match: Option<&'a str>,
    if_none_exist: Option<&'a str>,
}

impl<'a> Request<'a> {
    fn of(entry: &'a Json, base: &str) -> Result<Self, Problem> {
        let request = entry
            .get("request")
            .ok_or_else(|| unfit("Bundle.entry.request", "each entry must say its request"))?;
        let part = |name: &str| request.get(name).and_then(Json::as_str);
        let method =
            part("method").ok_or_else(|| unfit("Bundle.entry.request.method", "it is missing"))?;
        let url = part("url").ok_or_else(|| unfit("Bundle.entry.request.url", "it is missing"))?;
        if part("ifNoneMatch").is_some() || part("ifModifiedSince").is_some() {
            return Err(unfit(
                "Bundle.entry.request",
                "conditional reads in a Bundle are not supported",
            ));
        }
        Ok(Self {
            method,
            // Clients write addresses of this server whole, too.
            url: url
                .strip_prefix(base)
                .unwrap_or(url)
                .trim_start_matches('/'),
            if_match: part("ifMatch"),
            if_none_exist: part("ifNoneExist"),
        })
    }

    fn addressed(&self) -> Result<(&'a str, &'a str), Problem> {
        let unfit = || {
            unfit(
                "Bundle.entry.request.url",
                "it must be `Type/id` for this method",
            )
        };
        let (kind, id) = self.url.split_once('/').ok_or_else(unfit)?;
        if id.contains(['/', '?']) || id.is_empty() {
            return Err(unfit());
        }
        known(kind)?;
        Ok((kind, id))
    }
}

async fn plan(api: &Api, caller: &Caller, entry: &Json) -> Result<Planned, Problem> {
    let request = Request::of(entry, &api.base)?;
    let name = entry
        .get("fullUrl")
        .and_then(Json::as_str)
        .map(str::to_owned);
    if request.method == "POST" {
        return planned_create(api, caller, entry, &request, name).await;
    }
    let (kind, id) = request.addressed()?;
    if is_listed(kind) {
        return Err(Error::Unprocessable(
            "the directory is not changed by a Bundle; post its entries alone",
        )
        .into());
    }
    let person = person_in(id).ok_or(Error::NotFound)?;
    let person = api.record.leading(person);
    let if_match = request
        .if_match
        .map(|tag| tag.trim_start_matches("W/").trim_matches('"').to_owned());
    let verb = match request.method {
        "PUT" => Verb::Update {
            resource: resource(entry, kind)?,
        },
        "PATCH" => Verb::Patch {
            patch: of_content(patch(api, entry).await?)?,
        },
        "DELETE" => Verb::Delete,
        _ => {
            return Err(unfit(
                "Bundle.entry.request.method",
                "it must be POST, PUT, PATCH or DELETE here",
            ));
        }
    };
    Ok(Planned {
        step: Step::amend(kind, id, verb, if_match),
        person: Some(person),
    })
}

async fn planned_create(
    api: &Api,
    caller: &Caller,
    entry: &Json,
    request: &Request<'_>,
    name: Option<String>,
) -> Result<Planned, Problem> {
    let kind = request.url;
    known(kind)?;
    if is_listed(kind) || matches!(kind, "Patient" | "Consent" | "AuditEvent") {
        return Err(Error::Unprocessable(
            "a Bundle writes to a record only: no Patient, Consent or AuditEvent, nothing of the directory",
        )
        .into());
    }
    let mut resource = resource(entry, kind)?;
    let names_somebody = !hygie_fhir::patient_references(&resource).is_empty();
    let person = if names_somebody {
        Some(api.record.person_named(caller, &mut resource).await?)
    } else {
        None
    };
    let condition = request
        .if_none_exist
        .map(|text| {
            Question::parse(text.trim_start_matches('?'))
                .and_then(|question| question.condition(kind, &api.record))
        })
        .transpose()?;
    Ok(Planned {
        step: Step::create(name, resource, condition),
        person,
    })
}

fn resource(entry: &Json, kind: &str) -> Result<Resource, Problem> {
    let json = entry
        .get("resource")
        .cloned()
        .ok_or_else(|| unfit("Bundle.entry.resource", "it is missing"))?;
    let resource = Resource::from_json(json).map_err(|fault| Error::Invalid(vec![fault]))?;
    if resource.kind() != kind {
        return Err(unfit(
            "Bundle.entry.request.url",
            "it is not the resource's type",
        ));
    }
    Ok(resource)
}

/// A patch comes as Parameters (FHIRPath Patch), or as a Binary that holds a JSON Patch.
async fn patch(api: &Api, entry: &Json) -> Result<Patch, Problem> {
    let json = entry
        .get("resource")
        .ok_or_else(|| unfit("Bundle.entry.resource", "it is missing"))?;
    // A patch is no document, however long it is.
    let whole = Printed::from(json).in_memory(&api.record).await?;
    let json =
        Json::parse(&whole, &Limits::default()).map_err(|fault| Error::Invalid(vec![fault]))?;
    let bytes = if json.get("resourceType").and_then(Json::as_str) == Some("Binary") {
        use base64::Engine;
        let data = json.get("data").and_then(Json::as_str).unwrap_or_default();
        base64::engine::general_purpose::STANDARD
            .decode(data)
            .map_err(|_| unfit("Binary.data", "it is not base64"))?
    } else {
        whole
    };
    Ok(Patch::parse(&bytes, &Limits::default()).map_err(|fault| Error::Invalid(vec![fault]))?)
}

/// Who may see a document is a right, which no version says: it is changed by a request of its own.
fn of_content(patch: Patch) -> Result<Patch, Problem> {
    if patch.touches_only(&["securityLabel"]) {
        return Err(Error::Unprocessable(
            "a patch of `securityLabel` alone is sent by itself, outside a Bundle",
        )
        .into());
    }
    Ok(patch)
}

fn text(text: &str) -> Json {
    Json::String(text.into())
}

fn response(api: &Api, done: &Done) -> Json {
    let status = match (done.item.deleted, done.created) {
        (true, _) => "204",
        (false, true) => "201",
        (false, false) => "200",
    };
    let response = Json::object([
        ("status", text(status)),
        ("location", text(&create::location(api, done))),
        ("etag", text(&format!("W/\"{}\"", done.item.version))),
        (
            "lastModified",
            text(&hygie_record::instant(done.item.updated)),
        ),
    ]);
    Json::object([("response", response)])
}

fn failed(problem: &Problem) -> Json {
    let response = Json::object([
        ("status", text(problem.status().as_str())),
        ("outcome", problem.json()),
    ]);
    Json::object([("response", response)])
}

async fn answered(
    api: &Api,
    kind: &str,
    entries: impl Iterator<Item = Json>,
) -> Result<Response, Problem> {
    let mut bundle = Json::object([("resourceType", text("Bundle")), ("type", text(kind))]);
    let entries: Vec<Json> = entries.collect();
    if !entries.is_empty() {
        bundle.set("entry", Json::array(entries));
    }
    let printed = Printed::from(&bundle);
    printed.answer(&api.record, StatusCode::OK).await
}
