//! The pages that people see: no script, no cookie, one stylesheet.

mod opposition;

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::middleware;
use axum::routing::on;
use hygie_record::Enrolment;
use hygie_web::{STYLE, Texts, guard, stylesheet};

use crate::routes::{Route, route, routed};

const FRENCH: &str = include_str!("../texts/fr.ftl");
const ENGLISH: &str = include_str!("../texts/en.ftl");

/// The words of all pages.
static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::read(FRENCH, ENGLISH));

/// Every address of the pages; they ask nobody who he is.
pub const PAGE_ROUTES: &[Route<Enrolment>] = &[
    route("GET", "/opposition", |method| on(method, opposition::form)),
    route("POST", "/opposition", |method| on(method, opposition::send)),
    route("POST", "/api/opposition", |method| {
        on(method, opposition::api)
    }),
    route("GET", STYLE, |method| on(method, stylesheet)),
];

/// The pages, and the same answers as JSON.
pub fn router(enrolment: Arc<Enrolment>) -> Router {
    routed(PAGE_ROUTES)
        .with_state(enrolment)
        .layer(middleware::from_fn(guard))
}

#[cfg(test)]
mod tests {
    //! Danger: a page that speaks French in the middle of English, or shows a key instead of words.

    use hygie_web::Texts;

    use super::{ENGLISH, FRENCH};

    #[test]
    fn no_text_is_missing_in_one_language() {
        assert_eq!(Texts::keys(FRENCH), Texts::keys(ENGLISH));
    }
}
