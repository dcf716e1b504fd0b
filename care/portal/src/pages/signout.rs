//! `POST /signout`: the session ends, here and in the browser.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use serde::Deserialize;

use super::site::Site;
use super::visitor::{Posted, go};

#[derive(Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn send(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    sent: Posted<Nothing>,
) -> Response {
    let language = sent.member.language.code();
    let mut response = go(&format!("/signin?why=out&lang={language}"));
    let answer = response.headers_mut();
    answer.append(header::SET_COOKIE, site.sessions.end(&headers));
    // What the browser still shows when somebody goes back (W3C Clear Site Data).
    let clear = HeaderValue::from_static("\"cache\"");
    answer.insert("clear-site-data", clear);
    response
}
