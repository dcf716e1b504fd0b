//! The desk of rights, as the operator sees it: `hygie desk`. He files cases of those without an account, sees what waits,
//! and carries out what the officer grants. What was written in a case he does not read.

use axum::Json;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use hygie_enrolment::{CaseForbidden, CaseWay, Filed, Filing, Kind, Said, Step, Topic};
use hygie_record::notice::{Millis, Purpose};
use hygie_record::{Error, instant};
use serde::Deserialize;
use serde_json::{Value, json};

use super::ending::{erase_all, named, read};
use super::{Shared, Socket};
use crate::fhir::Problem;

/// Which cases.
#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    all: bool,
}

/// A case of somebody who wrote, called or came.
#[derive(Deserialize)]
struct Letter {
    kind: String,
    #[serde(default)]
    person: Option<String>,
    /// Milliseconds since 1970; now where nothing is said.
    #[serde(default)]
    received: Option<Millis>,
    text: String,
    /// His name, and where the answer goes.
    contact: String,
    /// How it was made sure that it is he.
    checked: String,
}

/// What is to be done with a case.
#[derive(Deserialize)]
struct Numbered {
    number: String,
    #[serde(default)]
    years: u8,
}

/// The open cases, or all.
pub(super) async fn list(
    socket: Shared,
    headers: HeaderMap,
    content: Body,
) -> Result<Response, Problem> {
    socket.operator(&headers, Purpose::Closure)?;
    let wanted: Wanted = read(content).await?;
    let filed = socket.enrolment.desk(wanted.all).await?;
    let now = socket.record.now();
    let cases: Vec<Value> = filed.iter().map(|filed| printed(filed, now)).collect();
    Ok(Json(json!({ "cases": cases })).into_response())
}

/// One case.
pub(super) async fn show(
    socket: Shared,
    headers: HeaderMap,
    content: Body,
) -> Result<Response, Problem> {
    socket.operator(&headers, Purpose::Closure)?;
    let wanted: Numbered = read(content).await?;
    let filed = found(&socket, &wanted.number).await?;
    Ok(Json(printed(&filed, socket.record.now())).into_response())
}

/// Files a case.
pub(super) async fn file(
    socket: Shared,
    headers: HeaderMap,
    content: Body,
) -> Result<Response, Problem> {
    socket.operator(&headers, Purpose::Closure)?;
    let letter: Letter = read(content).await?;
    let wrong = |why| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "value", why);
    let kind = Kind::from_word(&letter.kind).ok_or_else(|| {
        wrong("a right is access, accesses, rectification, erasure, restriction, portability or objection")
    })?;
    if letter.contact.trim().is_empty() || letter.checked.trim().is_empty() {
        return Err(wrong(
            "say who asks and where the answer goes, and how it was made sure that it is he",
        ));
    }
    let filing = Filing {
        kind,
        whose: letter.person.as_deref().map(named).transpose()?,
        received: letter.received,
        said: Said {
            topic: Topic::Asked,
            text: letter.text,
            contact: letter.contact,
            checked: letter.checked,
            ..Said::default()
        },
    };
    match socket.enrolment.file_case(None, &filing).await? {
        Some(number) => {
            let filed = found(&socket, &number).await?;
            Ok(Json(printed(&filed, socket.record.now())).into_response())
        }
        None => Err(impossible("the person has twenty open cases already")),
    }
}

/// Does what the officer granted: erases the record, or notes that the export was given.
pub(super) async fn carry_out(
    socket: Shared,
    headers: HeaderMap,
    content: Body,
) -> Result<Response, Problem> {
    let caller = socket.operator(&headers, Purpose::Closure)?;
    let wanted: Numbered = read(content).await?;
    let filed = found(&socket, &wanted.number).await?;
    let ready = filed
        .case
        .after(&Step::Answered { proof: None }, socket.record.now());
    ready.map_err(told)?;
    let mut value = json!({ "number": filed.number });
    let proof = match filed.case.kind {
        Kind::Erasure => {
            let ending = erase_all(&socket, &caller, filed.whose, wanted.years).await?;
            value["erased"] = json!(ending.at);
            value["proof"] = json!(ending.proof);
            Some(ending.proof)
        }
        _ => None,
    };
    let done = socket.enrolment.carried_out(&filed.number, proof).await?;
    done.map_err(told)?;
    Ok(Json(value).into_response())
}

async fn found(socket: &Socket, number: &str) -> Result<Filed, Problem> {
    let filed = socket.enrolment.case(number).await?;
    filed.ok_or_else(|| Error::NotFound.into())
}

fn impossible(why: &'static str) -> Problem {
    Problem::new(StatusCode::CONFLICT, "business-rule", why)
}

fn told(forbidden: CaseForbidden) -> Problem {
    impossible(match forbidden {
        CaseForbidden::NotGranted => "the officer has not granted this case",
        CaseForbidden::NotForThis => "the officer answers this case; nothing is to be carried out",
        _ => "this case is over",
    })
}

fn printed(filed: &Filed, now: Millis) -> Value {
    let case = &filed.case;
    let state = match case.outcome {
        Some((outcome, _)) => format!("{outcome:?}").to_lowercase(),
        None if case.granted.is_some() => "granted".to_owned(),
        None => "open".to_owned(),
    };
    json!({
        "number": filed.number,
        "right": case.kind.word(),
        "person": filed.whose.to_string(),
        "by": match filed.way { CaseWay::Pages => "pages", CaseWay::Operator => "operator" },
        "received": instant(case.received),
        "due": instant(case.due),
        "extended": case.extended.map(instant),
        "state": state,
        "ended": case.outcome.map(|(_, at)| instant(at)),
        "late": case.is_late(now),
        "officer": filed.officer(),
    })
}
