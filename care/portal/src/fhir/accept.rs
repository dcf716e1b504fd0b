use axum::http::{HeaderMap, StatusCode, header};

use super::Problem;

/// Refuses a body that says it is not JSON.
pub fn json_only(headers: &HeaderMap) -> Result<(), Problem> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(str::trim)
        .unwrap_or_default();
    let known = ["application/fhir+json", "application/json"];
    if known.iter().any(|known| kind.eq_ignore_ascii_case(known)) {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "not-supported",
        "only JSON is taken; send `Content-Type: application/fhir+json`",
    ))
}
