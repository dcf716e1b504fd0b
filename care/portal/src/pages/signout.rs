//! `POST /signout`: the session ends, here and in the browser.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use hygie_web::Language;
use serde::Deserialize;

use super::TEXTS;
use super::part::{Block, Page};
use super::site::Site;
use super::visitor::{Posted, go};

#[derive(Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn send(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    sent: Posted<Nothing>,
) -> Response {
    let language = sent.member.language;
    let ended = site.sessions.end(&headers);
    let there = match &sent.member.session.payload.given {
        Some(given) => site.way_out(given).await,
        None => None,
    };
    let mut response = match there {
        // A form leads to pages of ours alone (CSP `form-action`): the way to the other site is a link.
        Some((provider, url)) => elsewhere(language, &provider, url),
        None => go(&format!("/signin?why=out&lang={}", language.code())),
    };
    let answer = response.headers_mut();
    answer.append(header::SET_COOKIE, ended);
    // What the browser still shows when somebody goes back (W3C Clear Site Data).
    let clear = HeaderValue::from_static("\"cache\"");
    answer.insert("clear-site-data", clear);
    response
}

/// Signed out here, and not at the provider by whose word somebody was here.
fn elsewhere(language: Language, provider: &str, url: String) -> Response {
    let named = [("provider", provider)];
    let say = |key: &str| TEXTS.say_with(language, key, &named);
    let back = format!("/signin?lang={}", language.code());
    Page::of(language, "provider-out-title", "").show(vec![
        Block::Note(say("provider-out")),
        Block::Button(url, say("provider-out-there")),
        Block::Links(vec![(back, say("provider-back"))]),
    ])
}
