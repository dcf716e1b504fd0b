//! The campaign, as the operator leads it: letters, what comes back, spaces whose six weeks are over, and how it goes.

use axum::Json;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use hygie_enrolment::{Answer, CampaignError, Field, Slip, Wave};
use hygie_record::Scope;
use hygie_record::notice::Purpose;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::{PART, Shared};
use crate::fhir::{Problem, body};
use crate::pages::field_name;

/// By what way letters of a wave leave.
#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
enum By {
    #[default]
    Post,
    Email,
}

/// A wave, and by what way.
#[derive(Deserialize)]
struct Announce {
    #[serde(flatten)]
    wave: Wave,
    #[serde(default)]
    by: By,
}

/// Sends the letters of a wave.
pub(super) async fn announce(
    socket: Shared,
    headers: HeaderMap,
    content: Body,
) -> Result<Response, Problem> {
    socket.operator(&headers, Purpose::Import)?;
    let Announce { wave, by } = read(content).await?;
    let announced = match by {
        By::Post => socket.enrolment.announce(&wave).await,
        By::Email => socket.enrolment.announce_by_mail(&wave).await,
    };
    Ok(Json(announced.map_err(told)?).into_response())
}

/// Takes the references of letters that came back.
pub(super) async fn returned(
    socket: Shared,
    headers: HeaderMap,
    content: Body,
) -> Result<Response, Problem> {
    socket.operator(&headers, Purpose::Import)?;
    let references: Vec<String> = read(content).await?;
    let returned = socket.enrolment.returned(&references).await?;
    Ok(Json(returned).into_response())
}

/// Makes the spaces whose six weeks are over; care does so by itself each hour.
pub(super) async fn make(socket: Shared, headers: HeaderMap) -> Result<Response, Problem> {
    socket.operator(&headers, Purpose::Import)?;
    Ok(Json(socket.enrolment.make_due().await?).into_response())
}

/// A slip, as somebody typed it off the paper.
#[derive(Deserialize)]
struct Typed {
    ins: String,
    birth_date: String,
    reference: String,
    /// What is opposed; the whole space where nothing is said.
    #[serde(default)]
    scope: String,
}

/// Takes slips that came by post; one answer each, in their order.
pub(super) async fn slips(
    socket: Shared,
    headers: HeaderMap,
    content: Body,
) -> Result<Response, Problem> {
    socket.operator(&headers, Purpose::Import)?;
    let typed: Vec<Typed> = read(content).await?;
    let mut answers = Vec::with_capacity(typed.len());
    for slip in typed {
        let scope = match slip.scope.trim() {
            "" => Some(Scope::Space),
            scope => scope.parse().ok(),
        };
        let read = Slip::read(&slip.ins, &slip.birth_date, &slip.reference);
        let read = match (read, scope) {
            (Ok(slip), Some(scope)) => Ok(slip.about(scope)),
            (read, scope) => {
                let mut fields = read.err().unwrap_or_default();
                fields.extend(scope.is_none().then_some(Field::Scope));
                Err(fields)
            }
        };
        answers.push(match read {
            Err(fields) => {
                let fields: Vec<&str> = fields.into_iter().map(field_name).collect();
                json!({ "outcome": "typo", "fields": fields })
            }
            Ok(slip) => match socket.enrolment.oppose_by_post(&slip).await? {
                Answer::NotMatched => json!({ "outcome": "not-matched" }),
                Answer::Done(proof) => json!({ "outcome": "opposed", "scope": proof.scope,
                    "number": proof.number, "at": proof.at, "proof": proof.ledger }),
            },
        });
    }
    Ok(Json(json!({ "slips": answers })).into_response())
}

/// How it goes.
pub(super) async fn status(socket: Shared, headers: HeaderMap) -> Result<Response, Problem> {
    socket.operator(&headers, Purpose::Import)?;
    let counts = socket.enrolment.dashboard().await?;
    Ok(Json(json!({ "counts": counts })).into_response())
}

/// What agents recorded by telephone, and what second agents found.
pub(super) async fn agents(socket: Shared, headers: HeaderMap) -> Result<Response, Problem> {
    socket.operator(&headers, Purpose::Import)?;
    let agents = socket.enrolment.agents().await?;
    Ok(Json(json!({ "agents": agents })).into_response())
}

async fn read<T: DeserializeOwned>(content: Body) -> Result<T, Problem> {
    let bytes = body(content, PART).await?;
    serde_json::from_slice(&bytes).map_err(|_| {
        let why = "the campaign's words are not in the form of this version";
        Problem::new(StatusCode::BAD_REQUEST, "structure", why)
    })
}

/// What is answered where a step of the campaign failed.
pub(crate) fn told(error: CampaignError) -> Problem {
    match error {
        CampaignError::Record(error) => error.into(),
        CampaignError::NoPress => {
            let why = "there is no print shop: name one under [campaign] in hygie.toml";
            Problem::new(StatusCode::CONFLICT, "business-rule", why)
        }
        CampaignError::NoMailbox => {
            let why = "there is no mail server: name one under [letters] in hygie.toml";
            Problem::new(StatusCode::CONFLICT, "business-rule", why)
        }
        CampaignError::Mails(error) => {
            tracing::error!(%error, "e-mails could not be laid down");
            let why = "e-mails could not be laid down; the log says why";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "exception", why)
        }
        CampaignError::Press(error) => {
            tracing::error!(%error, "letters could not be laid down");
            let why = "letters could not be laid down; the log says why";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "exception", why)
        }
    }
}
