//! Binary as raw bytes, up and down (R4, 2.44): the person comes from `X-Security-Context`, or is the
//! holder himself.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hygie_fhir::Json;
use hygie_record::{Caller, Item};

use super::{Problem, accept};

/// Puts raw bytes into the Binary resource that they mean.
pub fn wrapped(headers: &HeaderMap, bytes: &[u8], caller: &Caller) -> Result<Vec<u8>, Problem> {
    let kind = accept::content_type(headers);
    if kind.is_empty() {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not-supported",
            "say what the bytes are: send `Content-Type`",
        ));
    }
    let context = match headers.get("x-security-context") {
        Some(value) => value
            .to_str()
            .map_err(|_| Problem::malformed_header("X-Security-Context"))?
            .to_owned(),
        None => caller
            .actor
            .person
            .map(|person| format!("Patient/{person}"))
            .ok_or_else(|| {
                Problem::new(
                    StatusCode::BAD_REQUEST,
                    "required",
                    "say whose record: send `X-Security-Context: Patient/{person}`",
                )
            })?,
    };
    let text = |text: &str| Json::String(text.into());
    let json = Json::object([
        ("resourceType", text("Binary")),
        ("contentType", text(kind)),
        (
            "securityContext",
            Json::object([("reference", text(&context))]),
        ),
        ("data", text(&STANDARD.encode(bytes))),
    ]);
    Ok(json.print())
}

/// The bytes of a Binary, when the client asks for something else than JSON. They are only ever a
/// download: no browser shows or runs them here.
pub fn raw(headers: &HeaderMap, item: &Item) -> Option<Response> {
    let json = item.resource.json();
    if item.resource.kind() != "Binary" || accept::answer_is_welcome(headers).is_ok() {
        return None;
    }
    let data = json.get("data").and_then(Json::as_str).unwrap_or_default();
    let bytes = STANDARD.decode(data).ok()?;
    let kind = json.get("contentType").and_then(Json::as_str)?;
    let mut response = (StatusCode::OK, bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(kind).ok()?);
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment"),
    );
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );
    Some(response)
}
