//! `POST [base]/[type]/$validate` (R4, Resource-operation-validate): the checks of a deposit, and
//! nothing is stored.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use hygie_fhir::{Fault, Resource, Severity, check, unresolved};

use super::question::known;
use super::{Problem, Shared, accept, answer, json};
use crate::gate::Holding;

pub async fn validate(
    api: Shared,
    Path(kind): Path<String>,
    headers: HeaderMap,
    holding: Holding,
    content: Body,
) -> Result<Response, Problem> {
    api.caller(&headers)?;
    known(&kind)?;
    accept::json_only(&headers)?;
    // Documents are taken in to be checked, and given up again.
    let parsed = json(&api.record, (&holding, content)).await;
    let resource = match parsed {
        Ok(json) => Resource::from_json(json).map_err(|fault| vec![fault]),
        Err(problem) if problem.status() == StatusCode::BAD_REQUEST => Err(problem.into_issues()),
        Err(problem) => return Err(problem),
    };
    let mut faults = match resource {
        Err(faults) => faults,
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
