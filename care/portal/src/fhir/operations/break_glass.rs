//! `POST [base]/Patient/[id]/$break-glass`: a professional declares an emergency. `reason` is a code of a closed list.

use axum::body::Body;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use hygie_record::Reason;

use super::{Given, instant, parameters, person, text};
use crate::fhir::{Problem, Shared};
use crate::gate::Holding;

pub async fn declare(
    api: Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    holding: Holding,
    content: Body,
) -> Result<Response, Problem> {
    let caller = api.caller(&headers)?;
    let given = Given::read(&api, &headers, (&holding, content), &["reason"]).await?;
    let reason = given
        .text("reason")?
        .and_then(Reason::from_code)
        .ok_or_else(|| {
            let codes = Reason::ALL.map(Reason::code).join(", ");
            let why = format!("say why, as `reason`: one of {codes}");
            given.bad("code-invalid", "reason", &why)
        })?;
    let broken = api
        .record
        .break_glass(&caller, person(&id)?, reason)
        .await?;
    Ok(parameters([
        instant("until", broken.until),
        text("notice", "the person is told, and every use is reviewed"),
    ]))
}
