//! Binary as raw bytes, up and down (R4, 2.44), streamed both ways: the person comes from
//! `X-Security-Context`, or is the holder himself.

use std::ops::Range;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt;
use hygie_fhir::{Elsewhere, Json, Resource};
use hygie_record::notice::PersonId;
use hygie_record::{Caller, Error, INLINE, Item, Record};

use super::printed::sent;
use super::range::{self, Asked};
use super::{Problem, accept, broken};
use crate::gate::{Holding, Weight};

/// What an upload, or a download, holds in memory at once.
const AHEAD: usize = 2 * 1024 * 1024;

/// Takes raw bytes in as the Binary resource that they mean; `person` is whose it is when no header says so.
pub async fn received(
    record: &Record,
    headers: &HeaderMap,
    (caller, person): (&Caller, Option<PersonId>),
    (holding, body): (&Holding, Body),
) -> Result<Resource, Problem> {
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
        None => person
            .or(caller.actor.person)
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
        ("data", data(record, holding, body).await?),
    ]);
    Ok(Resource::from_json(json).map_err(|fault| Error::Invalid(vec![fault]))?)
}

/// The bytes of a body as base64: in memory while they are few, else as a document.
async fn data(record: &Record, holding: &Holding, mut body: Body) -> Result<Json, Problem> {
    let mut few = Vec::new();
    let mut upload = None;
    let mut came = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| broken(&error))?;
        let Some(bytes) = frame.data_ref() else {
            continue;
        };
        came += bytes.len();
        if upload.is_none() && few.len() + bytes.len() <= INLINE / 4 * 3 {
            few.extend_from_slice(bytes);
            continue;
        }
        if upload.is_none() {
            let mut begun = record.begin_document().await?;
            begun.write(&few).await?;
            upload = Some(begun);
        }
        if let Some(upload) = &mut upload {
            upload.write(bytes).await?;
        }
        holding.settle(came, AHEAD);
    }
    Ok(match upload {
        Some(upload) => Json::Elsewhere(upload.finish().await?),
        None => Json::String(STANDARD.encode(few).into()),
    })
}

/// The bytes of a Binary, when the client asks for something else than JSON. They are only ever a
/// download: no browser shows or runs them here.
pub async fn raw(
    record: &Arc<Record>,
    headers: &HeaderMap,
    item: &Item,
) -> Result<Option<Response>, Problem> {
    if item.kind() != "Binary" || accept::answer_is_welcome(headers).is_ok() {
        return Ok(None);
    }
    let json = item.resource().json();
    let kind = json.get("contentType").and_then(Json::as_str);
    let Some(kind) = kind.and_then(|kind| HeaderValue::from_str(kind).ok()) else {
        return Ok(None);
    };
    let tag = format!("\"{}\"", item.version);
    let Some(data) = Data::of(json.get("data")) else {
        return Ok(None);
    };
    let length = data.length();
    let (status, part) = match range::asked(headers, &tag, length) {
        Asked::Whole => (StatusCode::OK, 0..length),
        Asked::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
        Asked::NoSuch => return Ok(Some(range::no_such(length))),
    };
    let mut response = data.sent(record, part.clone()).await?;
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if status == StatusCode::PARTIAL_CONTENT {
        headers.insert(header::CONTENT_RANGE, range::said(&part, length));
    }
    headers.insert(
        header::CONTENT_LENGTH,
        HeaderValue::from(part.end - part.start),
    );
    headers.insert(header::CONTENT_TYPE, kind);
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment"),
    );
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );
    Ok(Some(response))
}

/// The bytes of a Binary, wherever they lie.
enum Data<'a> {
    Here(Vec<u8>),
    There(&'a Elsewhere),
}

impl<'a> Data<'a> {
    fn of(json: Option<&'a Json>) -> Option<Self> {
        match json {
            Some(Json::Elsewhere(text)) => Some(Self::There(text)),
            json => {
                let text = json.and_then(Json::as_str).unwrap_or_default();
                STANDARD.decode(text).ok().map(Self::Here)
            }
        }
    }

    fn length(&self) -> u64 {
        match self {
            Self::Here(bytes) => u64::try_from(bytes.len()).expect("lengths fit 64 bits"),
            Self::There(text) => text.length(),
        }
    }

    async fn sent(self, record: &Arc<Record>, part: Range<u64>) -> Result<Response, Problem> {
        match self {
            Self::Here(bytes) => {
                let at = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
                let part = bytes.get(at(part.start)..at(part.end));
                Ok(part.unwrap_or_default().to_vec().into_response())
            }
            Self::There(text) => {
                let mut reader = record.document(text, part).await?;
                // What is not as it was sealed is told by the status, as far as the first bytes show it.
                let first = reader.next().await?;
                let body = sent(move |sending| {
                    Box::pin(async move {
                        let mut next = first;
                        while !next.is_empty() {
                            sending.send(next.into()).await?;
                            next = reader.next().await?;
                        }
                        Ok(())
                    })
                });
                let mut response = body.into_response();
                response.extensions_mut().insert(Weight(AHEAD));
                Ok(response)
            }
        }
    }
}
