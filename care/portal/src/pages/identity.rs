//! `GET` and `POST /opposition/identity`: somebody without an account and without a code says no. A provider of identities
//! says who he is, his number says which space; nothing is made for him. Art. L. 1111-13-1 CSP; GDPR art. 12(2) and 21.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use hygie_enrolment::{Answer, OwnNumber, Pace};
use hygie_web::Language;
use serde::Deserialize;

use super::opposition::{NO, receipt, retry_later};
use super::part::{Block, Form, Page};
use super::provider::OPPOSE;
use super::shown::{Shown, number, ways};
use super::site::Site;
use super::visitor::{Asked, Unsigned};
use super::{TEXTS, say_alert};

/// Where it is.
pub(super) const ADDRESS: &str = "/opposition/identity";

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Typed {
    ins: String,
}

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let language = Language::choose(asked.lang.as_deref(), &headers);
    page(&site, (language, &headers), StatusCode::OK, None, "")
}

pub(super) async fn send(State(site): State<Arc<Site>>, sent: Unsigned<Typed>) -> Response {
    let (language, headers) = (sent.language, &sent.headers);
    let refuse = |status, alert, typed: &str| {
        retry_later(page(&site, (language, headers), status, Some(alert), typed))
    };
    let Some(shown) = site.guests.look(headers, site.now()) else {
        return refuse(StatusCode::FORBIDDEN, "alert-shown-over", "");
    };
    let Some(own) = OwnNumber::read(&sent.form.ins) else {
        return refuse(
            StatusCode::UNPROCESSABLE_ENTITY,
            "alert-typo",
            &sent.form.ins,
        );
    };
    match site.enrolment.number_pace(&sent.source, &own) {
        Pace::After(wait) => tokio::time::sleep(wait).await,
        Pace::TooFast => return refuse(StatusCode::TOO_MANY_REQUESTS, "alert-too-fast", ""),
    }
    match site.enrolment.oppose_signed_in(&shown.traits(), &own).await {
        Ok(Answer::Done(proof)) => {
            let mut response = receipt(&NO, &site.enrolment, language, &proof);
            let gone = site.guests.end(headers);
            response.headers_mut().append(header::SET_COOKIE, gone);
            response
        }
        Ok(Answer::NotMatched) => refuse(
            StatusCode::UNPROCESSABLE_ENTITY,
            "alert-shown-not-matched",
            "",
        ),
        Err(error) => {
            tracing::error!(%error, "an opposition could not be looked at");
            refuse(StatusCode::SERVICE_UNAVAILABLE, "alert-unavailable", "")
        }
    }
}

fn page(
    site: &Site,
    (language, headers): (Language, &HeaderMap),
    status: StatusCode,
    alert: Option<&str>,
    typed: &str,
) -> Response {
    let say = |key: &str| TEXTS.say(language, key);
    let slipped = alert == Some("alert-typo");
    let mut blocks: Vec<Block> = alert
        .map(|key| alerted(language, key))
        .into_iter()
        .collect();
    blocks.push(Block::Text(say("opposition-lead")));
    let mut cookie = None;
    match site.guests.look(headers, site.now()) {
        Some(shown) => {
            let begun = site.forms.begin(headers);
            cookie = begun.cookie;
            blocks.push(Shown::said(&shown, site, language));
            blocks.push(Block::Text(say("opposition-effect")));
            blocks.push(Block::Form(Form {
                action: format!("{ADDRESS}?lang={}", language.code()),
                token: begun.token,
                fields: vec![number(language, typed, slipped)],
                button: say("opposition-send"),
                ..Form::default()
            }));
        }
        None => {
            blocks.push(Block::Text(say("identity-lead")));
            blocks.extend(ways(site, language, OPPOSE, "/"));
        }
    }
    blocks.push(Block::Heading(say("others-title")));
    let other = |to: &str, key: &str| (format!("{to}?lang={}", language.code()), say(key));
    blocks.push(Block::Links(vec![
        other("/opposition", "identity-by-code"),
        other("/opposition/code", "new-code-title"),
    ]));
    let mut page = Page::of(language, "identity-title", ADDRESS);
    page.status = status;
    page.cookie = cookie;
    page.show(blocks)
}

/// What is wrong; a slip with its field.
pub(super) fn alerted(language: Language, key: &str) -> Block {
    let mut said = say_alert(language, "alert-title", key);
    if let (Block::Alert { faults, .. }, "alert-typo") = (&mut said, key) {
        faults.push(("ins".to_owned(), TEXTS.say(language, "fault-ins")));
    }
    said
}
