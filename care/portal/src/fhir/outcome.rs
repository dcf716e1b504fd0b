//! The one place where errors become HTTP (R4, 2.36 OperationOutcome). What is said to the sender may
//! echo his own input; what is logged never does.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hygie_fhir::{Fault, Json};
use hygie_record::notice::Millis;
use hygie_record::notice::wire::Failure;
use hygie_record::{Error, KeeperError, StoreError, instant};

use super::answer;
use super::read::http_date;

/// A request that was not fulfilled.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    issues: Vec<Fault>,
    /// When to come back, where that is known: seconds of Unix time.
    again: Option<u64>,
}

impl Problem {
    /// One issue with FHIR's issue `code`.
    pub fn new(status: StatusCode, code: &'static str, text: &str) -> Self {
        Self {
            status,
            issues: vec![Fault::error(code, "", text)],
            again: None,
        }
    }

    /// The same with when to come back, in milliseconds of Unix time.
    #[must_use]
    fn again_at(mut self, at: Millis) -> Self {
        self.again = Some(at.div_ceil(1_000));
        self
    }

    /// Several issues at once.
    pub fn of(status: StatusCode, issues: Vec<Fault>) -> Self {
        Self {
            status,
            issues,
            again: None,
        }
    }

    /// A header that is no text.
    pub fn malformed_header(name: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "invalid",
            &format!("the header `{name}` is malformed"),
        )
    }

    /// Faults of a question: HTTP 400.
    pub fn bad_search(fault: Fault) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            issues: vec![fault],
            again: None,
        }
    }

    /// The same with the place of a Bundle's entry before every issue, still as FHIRPath.
    pub fn within(mut self, entry: &str) -> Self {
        for issue in &mut self.issues {
            issue.place = match issue.place.split_once('.') {
                Some(("Bundle", rest)) => format!("Bundle.{rest}"),
                Some((kind, rest)) => format!("{entry}.resource.ofType({kind}).{rest}"),
                None if issue.place.is_empty() => entry.to_owned(),
                None => format!("{entry}.resource"),
            };
        }
        self
    }

    /// What is wrong.
    pub fn into_issues(self) -> Vec<Fault> {
        self.issues
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Nobody says who asks.
    pub fn no_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "login",
            "no token: send `Authorization: Bearer …`",
        )
    }

    /// Something that should not happen did; the log says what.
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "exception",
            "the server failed; nothing was stored unless it answered so",
        )
    }

    /// The OperationOutcome.
    pub fn json(&self) -> Json {
        let text = |text: &str| Json::String(text.into());
        let issues = self.issues.iter().map(|fault| {
            let mut words = fault.rule.clone();
            if let Some(echo) = &fault.echo {
                words.push_str(&format!(" (`{echo}`)"));
            }
            if let Some(offset) = fault.offset {
                words.push_str(&format!(", at byte {offset}"));
            }
            let mut issue = Json::object([
                ("severity", text(fault.severity.code())),
                ("code", text(fault.code)),
                ("details", Json::object([("text", text(&words))])),
            ]);
            if !fault.place.is_empty() {
                issue.set("expression", Json::array([text(&fault.place)]));
            }
            issue
        });
        Json::object([
            ("resourceType", text("OperationOutcome")),
            ("issue", Json::array(issues)),
        ])
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.log();
        self.refusal()
    }
}

impl Problem {
    /// Logs what the server is to blame for.
    pub fn log(&self) {
        if self.status.is_server_error() {
            let rule = self.issues.first().map(|issue| issue.rule.as_str());
            tracing::error!(status = self.status.as_u16(), rule, "a request failed");
        }
    }

    /// The answer, with nothing logged: under a flood a line for each would be a flood of its own.
    pub fn refusal(&self) -> Response {
        let mut response = answer(self.status, self.json().print());
        let headers = response.headers_mut();
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        if let Some(date) = self.again.and_then(http_date) {
            headers.insert(header::RETRY_AFTER, date);
        }
        response
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        match error {
            Error::Unbelieved(_) => Self::new(StatusCode::UNAUTHORIZED, "login", &text),
            Error::Refused | Error::FeedingRefused => {
                Self::new(StatusCode::FORBIDDEN, "forbidden", &text)
            }
            Error::NotFound => Self::new(StatusCode::NOT_FOUND, "not-found", &text),
            Error::Gone => Self::new(StatusCode::GONE, "deleted", &text),
            Error::Stale => Self::new(StatusCode::PRECONDITION_FAILED, "conflict", &text),
            Error::Several => Self::new(StatusCode::PRECONDITION_FAILED, "multiple-matches", &text),
            Error::NoSpace => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "not-found", &text),
            Error::BadRequest(_) => Self::new(StatusCode::BAD_REQUEST, "invalid", &text),
            Error::Unprocessable(_) | Error::Part(..) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "business-rule", &text)
            }
            Error::Invalid(issues) => Self {
                // What is not even JSON was not understood (400); what breaks FHIR was (422).
                status: if issues.iter().any(|fault| fault.offset.is_some()) {
                    StatusCode::BAD_REQUEST
                } else {
                    StatusCode::UNPROCESSABLE_ENTITY
                },
                issues,
                again: None,
            },
            Error::BadSearch(issues) => Self::of(StatusCode::BAD_REQUEST, issues),
            Error::Erased => Self::new(StatusCode::GONE, "deleted", &text),
            Error::Closed | Error::Impossible(_) => {
                Self::new(StatusCode::CONFLICT, "business-rule", &text)
            }
            Error::TooLarge | Error::Vault(StoreError::DocumentTooLong) => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-long", &text)
            }
            Error::Keeper(error) => keeper(&error),
            Error::Vault(error) => {
                tracing::error!(%error, "the store failed");
                store(&error)
            }
            Error::Unfollowed => Self::new(StatusCode::SERVICE_UNAVAILABLE, "transient", &text),
            // The latter three are met at the start, before anybody is served.
            Error::UnknownForm
            | Error::KeeperOlder { .. }
            | Error::KeeperOther { .. }
            | Error::Seen(_) => Self::internal(),
        }
    }
}

fn keeper(error: &KeeperError) -> Problem {
    match error {
        KeeperError::Refused(Failure::Assertion(_)) => Problem::new(
            StatusCode::UNAUTHORIZED,
            "login",
            "the keeper does not believe the token; sign in again",
        ),
        // An unknown subject and a notice that may not be given look like any other refusal.
        KeeperError::Refused(
            Failure::Notice(_) | Failure::UnknownSubject | Failure::Erased | Failure::Closed,
        ) => Error::Refused.into(),
        KeeperError::Refused(Failure::TooMany) => Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "throttled",
            "too many requests by one actor; wait a minute",
        ),
        KeeperError::Refused(Failure::Budget { until }) => Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "throttled",
            &format!(
                "you have met as many persons today as your budget allows: those whom you met today stay open to you, \
                 others do not until it begins anew at {}; if care needs more, ask the operator",
                instant(*until)
            ),
        )
        .again_at(*until),
        KeeperError::Refused(Failure::Suspended) => Problem::new(
            StatusCode::FORBIDDEN,
            "forbidden",
            "the operator of this installation has suspended your access: nothing opens to you until the operator \
             lets you in again",
        ),
        other => {
            tracing::error!(error = %other, "the keeper failed");
            unavailable()
        }
    }
}

/// What the caller may know of a store that failed, and whether it is worth trying again.
fn store(error: &StoreError) -> Problem {
    match error {
        StoreError::Full => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "no-store",
            "the store is full; nothing was written, the operator has to give it space",
        ),
        // Waiting does not mend these: the operator has to restore what was sealed.
        StoreError::Altered { .. }
        | StoreError::DocumentAltered
        | StoreError::RolledBack { .. }
        | StoreError::Forked { .. }
        | StoreError::Malformed { .. }
        | StoreError::Damaged(_) => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "exception",
            "this record is not stored as it was sealed; nothing of it is shown until the operator restores it",
        ),
        _ => unavailable(),
    }
}

/// No opening can be written down, or no entry stored: nothing is opened, nothing is half done.
fn unavailable() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "transient",
        "the record can't be opened at the moment; try again in a few seconds",
    )
}
