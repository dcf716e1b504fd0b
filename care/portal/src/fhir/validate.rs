//! `POST [base]/[type]/$validate` (R4, Resource-operation-validate): the checks of a deposit, and
//! nothing is stored.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use hygie_fhir::{Fault, Limits, Resource, Severity, check, unresolved};

use super::question::known;
use super::{BODY, Problem, Shared, accept, answer, body};

pub async fn validate(
    api: Shared,
    Path(kind): Path<String>,
    headers: HeaderMap,
    content: Body,
) -> Result<Response, Problem> {
    api.caller(&headers)?;
    known(&kind)?;
    accept::json_only(&headers)?;
    let bytes = body(content, BODY).await?;
    let mut faults = match Resource::parse(&bytes, &Limits::default()) {
        Err(fault) => vec![fault],
        Ok(resource) if resource.kind() != kind => vec![Fault::error(
            "invalid",
            "Resource",
            "the resource's type is not that of the URL",
        )],
        Ok(resource) => {
            let mut faults = check(&resource);
            faults.extend(unresolved(&resource, |_| false));
            faults
        }
    };
    if faults.is_empty() {
        let mut fine = Fault::error(
            "informational",
            "",
            "the resource is valid as far as this server checks",
        );
        fine.severity = Severity::Information;
        faults.push(fine);
    }
    // Whatever was found, the validation itself succeeded.
    Ok(answer(
        StatusCode::OK,
        Problem::of(StatusCode::OK, faults).json().print(),
    ))
}
