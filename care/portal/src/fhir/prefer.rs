//! `Prefer: return=…` (R4, 3.1.0.1.9): what a write answers with.

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use hygie_fhir::Json;
use hygie_record::Done;

use super::answer;

/// What the client prefers to get back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefer {
    /// The resource as stored.
    Representation,
    /// Nothing but headers.
    Minimal,
    /// An OperationOutcome.
    Outcome,
}

impl Prefer {
    /// Reads the header; what is not known is as if not said (RFC 7240).
    pub fn of(headers: &HeaderMap) -> Self {
        let said = headers
            .get("prefer")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if said.contains("return=minimal") {
            Self::Minimal
        } else if said.contains("return=OperationOutcome") {
            Self::Outcome
        } else {
            Self::Representation
        }
    }

    /// What is answered instead of the resource, when something else is preferred.
    pub fn instead(self, done: &Done) -> Option<Response> {
        match self {
            Self::Representation => None,
            Self::Minimal => Some(Response::new(Body::empty())),
            Self::Outcome => Some(answer(StatusCode::OK, outcome(done).print())),
        }
    }
}

fn outcome(done: &Done) -> Json {
    let text = if done.created {
        "the resource was made"
    } else {
        "the resource is as said"
    };
    let issue = Json::object([
        ("severity", Json::String("information".into())),
        ("code", Json::String("informational".into())),
        (
            "details",
            Json::object([("text", Json::String(text.into()))]),
        ),
    ]);
    Json::object([
        ("resourceType", Json::String("OperationOutcome".into())),
        ("issue", Json::array([issue])),
    ])
}
