//! `GET` and `POST /opposition`, `POST /api/opposition`: somebody without an account says no, with the code
//! of his letter. Art. L. 1111-13-1 CSP; GDPR art. 12(2) and 21.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::{Form, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::{Json, RequestExt};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hygie_record::{Answer, Attempt, Enrolment, Field, Pace, Proof};
use hygie_web::{Language, Layout, is_same_site};
use serde::Deserialize;
use serde_json::json;

use super::TEXTS;
use super::site::Site;
use super::visitor::source;

/// The largest form, in bytes.
const FORM: usize = 16 * 1024;

#[derive(Deserialize)]
pub(super) struct Asked {
    lang: Option<String>,
}

/// What is typed. Missing fields are empty ones.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    ins: String,
    #[serde(alias = "birth_date", rename = "birth-date")]
    birth_date: String,
    code: String,
}

/// What came of it, for a page and for JSON alike.
enum Outcome {
    Opposed(Proof),
    Slips(Vec<Field>),
    NotMatched,
    TooFast,
    Unavailable,
    Elsewhere,
}

pub(super) async fn form(Query(asked): Query<Asked>, headers: HeaderMap) -> Response {
    let language = Language::choose(asked.lang.as_deref(), &headers);
    show_form(language, StatusCode::OK, None, &Typed::default(), &[])
}

pub(super) async fn send(
    State(site): State<Arc<Site>>,
    Query(asked): Query<Asked>,
    request: Request,
) -> Response {
    let language = Language::choose(asked.lang.as_deref(), request.headers());
    let source = source(request.extensions());
    if !is_same_site(request.headers()) {
        return page(language, Outcome::Elsewhere, &Typed::default());
    }
    let limited = request.map(|body| Body::new(http_body_limit(body)));
    let Ok(Form(typed)) = limited.extract::<Form<Typed>, _>().await else {
        return page(
            language,
            Outcome::Slips(vec![Field::Ins, Field::BirthDate, Field::Code]),
            &Typed::default(),
        );
    };
    page(
        language,
        attempt(&site.enrolment, &source, &typed).await,
        &typed,
    )
}

pub(super) async fn api(State(site): State<Arc<Site>>, request: Request) -> Response {
    let language = Language::choose(None, request.headers());
    let source = source(request.extensions());
    if !is_same_site(request.headers()) {
        return answer(language, Outcome::Elsewhere);
    }
    let limited = request.map(|body| Body::new(http_body_limit(body)));
    match limited.extract::<Json<Typed>, _>().await {
        Ok(Json(typed)) => answer(language, attempt(&site.enrolment, &source, &typed).await),
        Err(refused) => {
            let said = json!({ "error": "malformed", "message": "send an object with `ins`, `birth_date` and `code` as application/json" });
            (refused.status(), Json(said)).into_response()
        }
    }
}

fn http_body_limit(body: Body) -> http_body_util::Limited<Body> {
    http_body_util::Limited::new(body, FORM)
}

async fn attempt(enrolment: &Enrolment, source: &str, typed: &Typed) -> Outcome {
    let attempt = match Attempt::read(&typed.ins, &typed.birth_date, &typed.code) {
        Ok(attempt) => attempt,
        Err(fields) => return Outcome::Slips(fields),
    };
    match enrolment.pace(source, &attempt) {
        Pace::After(wait) => tokio::time::sleep(wait).await,
        Pace::TooFast => return Outcome::TooFast,
    }
    match enrolment.oppose(&attempt).await {
        Ok(Answer::Opposed(proof)) => Outcome::Opposed(proof),
        Ok(Answer::NotMatched) => Outcome::NotMatched,
        Err(error) => {
            tracing::error!(%error, "an opposition could not be looked at");
            Outcome::Unavailable
        }
    }
}

impl Outcome {
    fn status(&self) -> StatusCode {
        match self {
            Self::Opposed(_) => StatusCode::OK,
            Self::Slips(_) | Self::NotMatched => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooFast => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Elsewhere => StatusCode::FORBIDDEN,
        }
    }

    /// The word of JSON answers, and what follows `alert-` in the texts.
    fn word(&self) -> &'static str {
        match self {
            Self::Opposed(_) => "opposed",
            Self::Slips(_) => "typo",
            Self::NotMatched => "not-matched",
            Self::TooFast => "too-fast",
            Self::Unavailable => "unavailable",
            Self::Elsewhere => "elsewhere",
        }
    }
}

fn name(field: Field) -> &'static str {
    match field {
        Field::Ins => "ins",
        Field::BirthDate => "birth-date",
        Field::Code => "code",
    }
}

fn answer(language: Language, outcome: Outcome) -> Response {
    let status = outcome.status();
    let said = match &outcome {
        Outcome::Opposed(proof) => json!({
            "opposed": true,
            "receipt": { "number": proof.number, "at": proof.at, "proof": proof.ledger },
        }),
        other => {
            let key = format!("alert-{}", other.word());
            let fields: Vec<&str> = match other {
                Outcome::Slips(fields) => fields.iter().map(|field| name(*field)).collect(),
                _ => Vec::new(),
            };
            json!({
                "opposed": false,
                "error": other.word(),
                "fields": fields,
                "message": TEXTS.say(language, &key),
                "other_ways": TEXTS.say(language, "other-ways"),
            })
        }
    };
    retry_later((status, Json(said)).into_response())
}

fn page(language: Language, outcome: Outcome, typed: &Typed) -> Response {
    let status = outcome.status();
    let response = match &outcome {
        Outcome::Opposed(proof) => return receipt(language, proof),
        Outcome::Slips(fields) => show_form(language, status, Some("alert-typo"), typed, fields),
        // What was typed is not shown again: the answer is the same bytes, whatever did not match.
        other => {
            let key = format!("alert-{}", other.word());
            show_form(language, status, Some(&key), &Typed::default(), &[])
        }
    };
    retry_later(response)
}

fn retry_later(mut response: Response) -> Response {
    if response.status() == StatusCode::TOO_MANY_REQUESTS {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
    }
    response
}

#[derive(Template)]
#[template(path = "opposition_form.html")]
struct FormPage {
    code: &'static str,
    alert_title: String,
    alert: String,
    ways: String,
    faults: Vec<(&'static str, String)>,
    title: String,
    lead: String,
    effect: String,
    fields: Vec<Input>,
    send: String,
    privacy_title: String,
    privacy: String,
}

struct Input {
    name: &'static str,
    label: String,
    hint: String,
    fault: String,
    value: String,
    /// What browsers may fill in (WCAG 1.3.5).
    purpose: &'static str,
}

fn show_form(
    language: Language,
    status: StatusCode,
    alert: Option<&str>,
    typed: &Typed,
    slips: &[Field],
) -> Response {
    let say = |key: &str| TEXTS.say(language, key);
    let fault = |field: Field| format!("fault-{}", name(field));
    let input = |field: Field, value: &str, purpose| Input {
        name: name(field),
        label: say(&format!("opposition-{}", name(field))),
        hint: say(&format!("opposition-{}-hint", name(field))),
        fault: if slips.contains(&field) {
            say(&fault(field))
        } else {
            String::new()
        },
        value: value.to_owned(),
        purpose,
    };
    let form = FormPage {
        code: language.code(),
        alert_title: say("alert-title"),
        alert: alert.map(say).unwrap_or_default(),
        ways: if alert == Some("alert-not-matched") {
            say("other-ways")
        } else {
            String::new()
        },
        faults: slips
            .iter()
            .map(|field| (name(*field), say(&fault(*field))))
            .collect(),
        title: say("opposition-title"),
        lead: say("opposition-lead"),
        effect: say("opposition-effect"),
        fields: vec![
            input(Field::Ins, &typed.ins, "off"),
            input(Field::BirthDate, &typed.birth_date, "bday"),
            input(Field::Code, &typed.code, "off"),
        ],
        send: say("opposition-send"),
        privacy_title: say("privacy-title"),
        privacy: say("privacy"),
    };
    laid_out(language, status, "opposition-title", &form, true)
}

#[derive(Template)]
#[template(path = "opposition_receipt.html")]
struct ReceiptPage<'a> {
    title: String,
    effect: String,
    receipt_title: String,
    number_label: String,
    number: &'a str,
    time_label: String,
    time: &'a str,
    keep: String,
    file: String,
    download: String,
    download_label: String,
    proof_label: String,
    proof_hint: String,
    proof: &'a str,
    after_title: String,
    after: String,
}

fn receipt(language: Language, proof: &Proof) -> Response {
    let say = |key: &str| TEXTS.say(language, key);
    let text = format!(
        "{}\n{}: {}\n{}: {}\n\n{}\n\n{}",
        say("done-title"),
        say("receipt-number"),
        proof.number,
        say("receipt-time"),
        proof.at,
        say("receipt-proof-hint"),
        proof.ledger
    );
    let page = ReceiptPage {
        title: say("done-title"),
        effect: say("done-effect"),
        receipt_title: say("receipt-title"),
        number_label: say("receipt-number"),
        number: &proof.number,
        time_label: say("receipt-time"),
        // To the second, without the letters of RFC 3339; the downloaded receipt has it as it is.
        time: &proof.at.replacen('T', " ", 1)[..proof.at.len().min(19)],
        keep: say("receipt-keep"),
        file: say("receipt-file"),
        // In the page itself: nothing is kept for a second request, and a saved page still has it.
        download: STANDARD.encode(text),
        download_label: say("receipt-download"),
        proof_label: say("receipt-proof"),
        proof_hint: say("receipt-proof-hint"),
        proof: &proof.ledger,
        after_title: say("after-title"),
        after: say("after"),
    };
    laid_out(language, StatusCode::OK, "done-title", &page, false)
}

fn laid_out(
    language: Language,
    status: StatusCode,
    title: &str,
    part: &impl Template,
    elsewhere: bool,
) -> Response {
    let elsewhere = if elsewhere {
        format!("/opposition?lang={}", language.other().code())
    } else {
        String::new()
    };
    let rendered = part.render().and_then(|body| {
        let layout = Layout {
            language,
            title: &TEXTS.say(language, title),
            site: &TEXTS.say(language, "site"),
            skip: &TEXTS.say(language, "skip"),
            elsewhere: &elsewhere,
            body: &body,
            signed: None,
            scripted: false,
        };
        layout.render()
    });
    match rendered {
        Ok(html) => (status, Html(html)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
