//! The campaign, as the operator leads it: letters, what comes back, spaces whose six weeks are over, and how it goes.

use axum::Json;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use hygie_enrolment::{Answer, CampaignError, Slip, Wave};
use hygie_record::notice::Purpose;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::{PART, Shared};
use crate::fhir::{Problem, body};
use crate::pages::field_name;

/// Sends the letters of a wave.
pub(super) async fn announce(
    desk: Shared,
    headers: HeaderMap,
    content: Body,
) -> Result<Response, Problem> {
    desk.operator(&headers, Purpose::Import)?;
    let wave: Wave = read(content).await?;
    let announced = desk.enrolment.announce(&wave).await;
    Ok(Json(announced.map_err(told)?).into_response())
}

/// Takes the references of letters that came back.
pub(super) async fn returned(
    desk: Shared,
    headers: HeaderMap,
    content: Body,
) -> Result<Response, Problem> {
    desk.operator(&headers, Purpose::Import)?;
    let references: Vec<String> = read(content).await?;
    let returned = desk.enrolment.returned(&references).await?;
    Ok(Json(returned).into_response())
}

/// Makes the spaces whose six weeks are over; care does so by itself each hour.
pub(super) async fn make(desk: Shared, headers: HeaderMap) -> Result<Response, Problem> {
    desk.operator(&headers, Purpose::Import)?;
    Ok(Json(desk.enrolment.make_due().await?).into_response())
}

/// A slip, as somebody typed it off the paper.
#[derive(Deserialize)]
struct Typed {
    ins: String,
    birth_date: String,
    reference: String,
}

/// Takes slips that came by post; one answer each, in their order.
pub(super) async fn slips(
    desk: Shared,
    headers: HeaderMap,
    content: Body,
) -> Result<Response, Problem> {
    desk.operator(&headers, Purpose::Import)?;
    let typed: Vec<Typed> = read(content).await?;
    let mut answers = Vec::with_capacity(typed.len());
    for slip in typed {
        let read = Slip::read(&slip.ins, &slip.birth_date, &slip.reference);
        answers.push(match read {
            Err(fields) => {
                let fields: Vec<&str> = fields.into_iter().map(field_name).collect();
                json!({ "outcome": "typo", "fields": fields })
            }
            Ok(slip) => match desk.enrolment.oppose_by_post(&slip).await? {
                Answer::NotMatched => json!({ "outcome": "not-matched" }),
                Answer::Done(proof) => json!({ "outcome": "opposed", "number": proof.number,
                    "at": proof.at, "proof": proof.ledger }),
            },
        });
    }
    Ok(Json(json!({ "slips": answers })).into_response())
}

/// How it goes.
pub(super) async fn status(desk: Shared, headers: HeaderMap) -> Result<Response, Problem> {
    desk.operator(&headers, Purpose::Import)?;
    let counts = desk.enrolment.dashboard().await?;
    Ok(Json(json!({ "counts": counts })).into_response())
}

async fn read<T: DeserializeOwned>(content: Body) -> Result<T, Problem> {
    let bytes = body(content, PART).await?;
    serde_json::from_slice(&bytes).map_err(|_| {
        let why = "the campaign's words are not in the form of this version";
        Problem::new(StatusCode::BAD_REQUEST, "structure", why)
    })
}

fn told(error: CampaignError) -> Problem {
    match error {
        CampaignError::Record(error) => error.into(),
        CampaignError::NoPress => {
            let why = "there is no print shop: name one under [campaign] in hygie.toml";
            Problem::new(StatusCode::CONFLICT, "business-rule", why)
        }
        CampaignError::Press(error) => {
            tracing::error!(%error, "letters could not be laid down");
            let why = "letters could not be laid down; the log says why";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "exception", why)
        }
    }
}
