//! What forms are spoken: JSON only, and raw bytes for Binary (R4, 3.1.0.1.11).

use axum::http::{HeaderMap, StatusCode, header};

use super::Problem;

const JSON: [&str; 3] = [
    "application/fhir+json",
    "application/json",
    "application/json-patch+json",
];

/// Whether the body says that it is JSON.
pub fn is_json(headers: &HeaderMap) -> bool {
    let kind = content_type(headers);
    JSON.iter().any(|known| kind.eq_ignore_ascii_case(known))
}

/// The media type of the body, without parameters; empty when none is said.
pub fn content_type(headers: &HeaderMap) -> &str {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(str::trim)
        .unwrap_or_default()
}

/// Refuses a body that says it is not JSON.
pub fn json_only(headers: &HeaderMap) -> Result<(), Problem> {
    if is_json(headers) {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "not-supported",
        "only JSON is taken; send `Content-Type: application/fhir+json`",
    ))
}

/// Refuses a request whose `Accept` excludes JSON. Browsers and simple tools that accept anything
/// among other things get JSON.
pub fn answer_is_welcome(headers: &HeaderMap) -> Result<(), Problem> {
    let Some(accept) = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
    else {
        return Ok(());
    };
    let welcome = accept.split(',').any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default();
        let refused = parts.any(|parameter| parameter == "q=0" || parameter == "q=0.0");
        !refused
            && (JSON.iter().any(|known| kind.eq_ignore_ascii_case(known))
                || matches!(kind, "" | "*/*" | "application/*"))
    });
    if welcome {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::NOT_ACCEPTABLE,
        "not-supported",
        "only JSON is spoken here; ask with `Accept: application/fhir+json`",
    ))
}
