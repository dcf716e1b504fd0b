use askama::Template;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::Language;

/// Where the stylesheet is.
pub const STYLE: &str = "/style.css";

/// A whole page around its own part.
#[derive(Template)]
#[template(path = "layout.html")]
pub struct Layout<'a> {
    /// Its language.
    pub language: Language,
    /// Its title, plain text.
    pub title: &'a str,
    /// The name of the site.
    pub site: &'a str,
    /// "Go to the content", for those who move by keyboard.
    pub skip: &'a str,
    /// The same page in other languages, when it has an address.
    pub elsewhere: &'a [(String, Language)],
    /// Its own part, which a template has escaped already.
    pub body: &'a str,
    /// Who is signed in.
    pub signed: Option<Signed<'a>>,
    /// Whether it runs the script of passkeys.
    pub scripted: bool,
}

/// What the head of a page shows to somebody who is signed in.
pub struct Signed<'a> {
    /// "Home", and where.
    pub home: (&'a str, &'a str),
    /// "My account", and where.
    pub account: (&'a str, &'a str),
    /// "Sign out", and where the form is sent.
    pub out: (&'a str, &'a str),
    /// The token of the session's forms.
    pub token: &'a str,
    /// Names the links for those who hear the page.
    pub label: &'a str,
}

/// The stylesheet, for the route [`STYLE`].
pub async fn stylesheet() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, include_str!("../style.css")).into_response()
}
