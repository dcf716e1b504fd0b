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
use hygie_enrolment::{Answer, Attempt, Enrolment, Field, Pace, Proof};
use hygie_letters::Wording;
use hygie_record::Scope;
use hygie_web::{Language, Layout, Session, is_same_site};
use serde::Deserialize;
use serde_json::json;

use super::TEXTS;
use super::moments::to_the_second;
use super::part::{Ways, elsewhere};
use super::site::{Seat, Site};
use super::visitor::{Visitor, source};

/// The largest form, in bytes.
const FORM: usize = 16 * 1024;

#[derive(Deserialize)]
pub(super) struct Asked {
    pub lang: Option<String>,
}

/// What is typed. Missing fields are empty ones.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Typed {
    pub ins: String,
    #[serde(alias = "birth_date", rename = "birth-date")]
    pub birth_date: String,
    pub code: String,
    /// By what way a new code is to come: `post`, `email` or `sms`.
    pub by: String,
    /// What is opposed: the whole space where nothing is said, else the kind of a scope, or a scope.
    pub scope: String,
    /// The number of whom a scope names, or a project's id, where the scope does not hold it.
    pub whom: String,
}

impl Typed {
    /// What is opposed; none for what can't be.
    fn scope(&self) -> Option<Scope> {
        match (self.scope.trim(), self.whom.trim()) {
            ("", _) => Some(Scope::Space),
            (kind @ ("professional" | "structure" | "project"), whom) => {
                format!("{kind}:{whom}").parse().ok()
            }
            (scope, _) => scope.parse().ok(),
        }
    }
}

/// A page on which a code does something: where it is, and how its texts begin.
pub(super) struct Way {
    address: &'static str,
    form: &'static str,
    done: &'static str,
}

impl Way {
    /// What ends with a receipt alone: how its texts begin.
    pub(super) const fn ending(done: &'static str) -> Self {
        Self {
            address: "",
            form: "",
            done,
        }
    }
}

/// Saying no.
pub(super) const NO: Way = Way {
    address: "/opposition",
    form: "opposition",
    done: "done",
};
/// Saying yes again.
pub(super) const BACK: Way = Way {
    address: "/opposition/back",
    form: "back",
    done: "back-done",
};

/// What a receipt says, by what was opposed.
const NO_FEEDING: Way = Way::ending("said-feeding");
const NO_RESEARCH: Way = Way::ending("said-research");
/// The same of what is opposed no longer.
const YES: Way = Way::ending("said-back");

/// The words of a receipt for an opposition.
fn no(proof: &Proof) -> &'static Way {
    match proof.scope {
        Scope::Space => &NO,
        Scope::Professional(_) | Scope::Structure(_) => &NO_FEEDING,
        Scope::Research | Scope::Project(_) => &NO_RESEARCH,
    }
}

/// The words of a receipt for its end.
pub(super) fn yes(proof: &Proof) -> &'static Way {
    if proof.scope.is_whole() { &BACK } else { &YES }
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
    show_form(&NO, language, StatusCode::OK, None, &Typed::default(), &[])
}

pub(super) async fn send(
    State(site): State<Arc<Site>>,
    Query(asked): Query<Asked>,
    request: Request,
) -> Response {
    let language = Language::choose(asked.lang.as_deref(), request.headers());
    let source = source(request.extensions());
    if !is_same_site(request.headers()) {
        return page(
            &site.enrolment,
            language,
            Outcome::Elsewhere,
            &Typed::default(),
        );
    }
    let limited = request.map(|body| Body::new(limited(body)));
    let Ok(Form(typed)) = limited.extract::<Form<Typed>, _>().await else {
        return page(
            &site.enrolment,
            language,
            Outcome::Slips(vec![Field::Ins, Field::BirthDate, Field::Code]),
            &Typed::default(),
        );
    };
    page(
        &site.enrolment,
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
    let limited = request.map(|body| Body::new(limited(body)));
    match limited.extract::<Json<Typed>, _>().await {
        Ok(Json(typed)) => answer(language, attempt(&site.enrolment, &source, &typed).await),
        Err(refused) => {
            let said = json!({ "error": "malformed", "message": "send an object with `ins`, `birth_date` and `code` as application/json" });
            (refused.status(), Json(said)).into_response()
        }
    }
}

pub(super) fn limited(body: Body) -> http_body_util::Limited<Body> {
    http_body_util::Limited::new(body, FORM)
}

async fn attempt(enrolment: &Enrolment, source: &str, typed: &Typed) -> Outcome {
    let read = Attempt::read(&typed.ins, &typed.birth_date, &typed.code);
    let attempt = match (read, typed.scope()) {
        (Ok(attempt), Some(scope)) => attempt.about(scope),
        (read, scope) => {
            let mut fields = read.err().unwrap_or_default();
            fields.extend(scope.is_none().then_some(Field::Scope));
            return Outcome::Slips(fields);
        }
    };
    match enrolment.pace(source, &attempt) {
        Pace::After(wait) => tokio::time::sleep(wait).await,
        Pace::TooFast => return Outcome::TooFast,
    }
    match enrolment.oppose(&attempt).await {
        Ok(Answer::Done(proof)) => Outcome::Opposed(proof),
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

pub(crate) fn name(field: Field) -> &'static str {
    match field {
        Field::Ins => "ins",
        Field::BirthDate => "birth-date",
        Field::Code => "code",
        Field::Reference => "reference",
        Field::Scope => "scope",
    }
}

fn answer(language: Language, outcome: Outcome) -> Response {
    let status = outcome.status();
    let said = match &outcome {
        Outcome::Opposed(proof) => json!({
            "opposed": true,
            "scope": proof.scope,
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

fn page(enrolment: &Enrolment, language: Language, outcome: Outcome, typed: &Typed) -> Response {
    let status = outcome.status();
    let response = match &outcome {
        Outcome::Opposed(proof) => return receipt(no(proof), enrolment, language, proof),
        Outcome::Slips(fields) => {
            show_form(&NO, language, status, Some("alert-typo"), typed, fields)
        }
        // What was typed is not shown again: the answer is the same bytes, whatever did not match.
        other => {
            let key = format!("alert-{}", other.word());
            show_form(&NO, language, status, Some(&key), &Typed::default(), &[])
        }
    };
    retry_later(response)
}

pub(super) fn retry_later(mut response: Response) -> Response {
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
    address: &'static str,
    code: &'static str,
    alert_title: String,
    alert: String,
    ways: String,
    faults: Vec<(&'static str, String)>,
    title: String,
    lead: String,
    effect: String,
    fields: Vec<Input>,
    /// What may be opposed; nothing where the code says it.
    scopes: Option<Scopes>,
    send: String,
    privacy_title: String,
    privacy: String,
    others_title: String,
    /// Address and name of what else somebody may have come for.
    others: Vec<(String, String)>,
}

/// What may be opposed, of which one is chosen, and the number of whom it names.
struct Scopes {
    legend: String,
    /// Value, label, and whether it is chosen.
    options: Vec<(&'static str, String, bool)>,
    whom: Input,
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

pub(super) fn show_form(
    way: &Way,
    language: Language,
    status: StatusCode,
    alert: Option<&str>,
    typed: &Typed,
    slips: &[Field],
) -> Response {
    let say = |key: &str| TEXTS.say(language, key);
    let fault = |field: Field| match field {
        Field::Scope => "choose-fault".to_owned(),
        field => format!("fault-{}", name(field)),
    };
    // Another letter bears the other code; who somebody is is asked in the same words.
    let label = |field: Field| match field {
        Field::Code => format!("{}-code", way.form),
        field => format!("opposition-{}", name(field)),
    };
    let input = |field: Field, value: &str, purpose| Input {
        name: name(field),
        label: say(&label(field)),
        hint: say(&format!("{}-hint", label(field))),
        fault: if slips.contains(&field) {
            say(&fault(field))
        } else {
            String::new()
        },
        value: value.to_owned(),
        purpose,
    };
    let form = FormPage {
        address: way.address,
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
            .map(|field| {
                let at = match field {
                    Field::Scope => "whom",
                    field => name(*field),
                };
                (at, say(&fault(*field)))
            })
            .collect(),
        title: say(&format!("{}-title", way.form)),
        lead: say(&format!("{}-lead", way.form)),
        effect: say(&format!("{}-effect", way.form)),
        fields: vec![
            input(Field::Ins, &typed.ins, "off"),
            input(Field::BirthDate, &typed.birth_date, "bday"),
            input(Field::Code, &typed.code, "off"),
        ],
        scopes: (way.address == NO.address).then(|| scopes(language, typed, slips)),
        send: say(&format!("{}-send", way.form)),
        privacy_title: say("privacy-title"),
        privacy: say("privacy"),
        others: others(way, language),
        others_title: say("others-title"),
    };
    let title = format!("{}-title", way.form);
    laid_out(language, (status, None), &title, &form, way.address)
}

/// What may be opposed on the form, in its order.
const SCOPES: [&str; 5] = ["space", "research", "project", "professional", "structure"];

fn scopes(language: Language, typed: &Typed, slips: &[Field]) -> Scopes {
    let say = |key: &str| TEXTS.say(language, key);
    let chosen = SCOPES.into_iter().find(|scope| *scope == typed.scope);
    let chosen = chosen.unwrap_or(SCOPES[0]);
    let option = |scope| (scope, say(&format!("choose-{scope}")), scope == chosen);
    let fault = if slips.contains(&Field::Scope) {
        say("choose-fault")
    } else {
        String::new()
    };
    Scopes {
        legend: say("choose-legend"),
        options: SCOPES.map(option).into(),
        whom: Input {
            name: "whom",
            label: say("choose-whom"),
            hint: say("choose-whom-hint"),
            fault,
            value: typed.whom.clone(),
            purpose: "off",
        },
    }
}

/// What else somebody may have come for.
fn others(way: &Way, language: Language) -> Vec<(String, String)> {
    let other = if way.address == NO.address {
        &BACK
    } else {
        &NO
    };
    let links = [
        ("/opposition/identity", "identity"),
        ("/opposition/code", "new-code"),
        (other.address, other.form),
    ];
    let named = links.into_iter().map(|(address, key)| {
        let address = format!("{address}?lang={}", language.code());
        (address, TEXTS.say(language, &format!("{key}-title")))
    });
    named.collect()
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
    /// As PDF, in base64; empty where nobody prints letters.
    printed: String,
    printed_file: String,
    printed_label: String,
    file: String,
    download: String,
    download_label: String,
    proof_label: String,
    proof_hint: String,
    proof: &'a str,
    after_title: String,
    after: String,
}

/// The receipt to whoever has no session here.
pub(super) fn receipt(
    way: &Way,
    enrolment: &Enrolment,
    language: Language,
    proof: &Proof,
) -> Response {
    shown(way, enrolment, (language, None), proof)
}

/// The receipt to whoever is signed in, with the ways on from there.
pub(super) fn receipt_to(
    visitor: &Visitor,
    way: &Way,
    enrolment: &Enrolment,
    proof: &Proof,
) -> Response {
    let seen = (visitor.language, Some(&visitor.session));
    shown(way, enrolment, seen, proof)
}

fn shown(
    way: &Way,
    enrolment: &Enrolment,
    (language, session): (Language, Option<&Session<Seat>>),
    proof: &Proof,
) -> Response {
    let say = |key: &str| TEXTS.say(language, key);
    let title = format!("{}-title", way.done);
    let text = format!(
        "{}\n{}: {}\n{}: {}\n\n{}\n\n{}",
        say(&title),
        say("receipt-number"),
        proof.number,
        say("receipt-time"),
        proof.at,
        say("receipt-proof-hint"),
        proof.ledger
    );
    let page = ReceiptPage {
        title: say(&title),
        effect: say(&format!("{}-effect", way.done)),
        receipt_title: say("receipt-title"),
        number_label: say("receipt-number"),
        number: &proof.number,
        time_label: say("receipt-time"),
        // The downloaded receipt has it as it is.
        time: &to_the_second(&proof.at),
        keep: say("receipt-keep"),
        printed: enrolment
            .receipt(proof, wording(language))
            .map_or_else(String::new, |pdf| STANDARD.encode(pdf)),
        printed_file: say("receipt-print-file"),
        printed_label: say("receipt-print"),
        file: say("receipt-file"),
        // In the page itself: nothing is kept for a second request, and a saved page still has it.
        download: STANDARD.encode(text),
        download_label: say("receipt-download"),
        proof_label: say("receipt-proof"),
        proof_hint: say("receipt-proof-hint"),
        proof: &proof.ledger,
        after_title: say(&format!("{}-after-title", way.done)),
        after: say(&format!("{}-after", way.done)),
    };
    laid_out(language, (StatusCode::OK, session), &title, &page, "")
}

fn wording(language: Language) -> Wording {
    match language {
        Language::French => Wording::French,
        Language::English => Wording::English,
        Language::EasyFrench => Wording::EasyFrench,
    }
}

fn laid_out(
    language: Language,
    (status, session): (StatusCode, Option<&Session<Seat>>),
    title: &str,
    part: &impl Template,
    address: &str,
) -> Response {
    let elsewhere = elsewhere(language, title, address);
    let ways = Ways::of(language);
    let rendered = part.render().and_then(|body| {
        let layout = Layout {
            language,
            title: &TEXTS.say(language, title),
            site: &TEXTS.say(language, "site"),
            skip: &TEXTS.say(language, "skip"),
            elsewhere: &elsewhere,
            body: &body,
            signed: session.map(|session| ways.signed(session)),
            scripted: false,
        };
        layout.render()
    });
    match rendered {
        Ok(html) => (status, Html(html)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
