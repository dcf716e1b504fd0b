//! The pages that people see: no script, no cookie, one stylesheet.

mod opposition;

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::middleware;
use axum::routing::{get, post};
use hygie_record::Enrolment;
use hygie_web::{STYLE, Texts, guard, stylesheet};

const FRENCH: &str = include_str!("../texts/fr.ftl");
const ENGLISH: &str = include_str!("../texts/en.ftl");

/// The words of all pages.
static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::read(FRENCH, ENGLISH));

/// The pages, and the same answers as JSON.
pub fn router(enrolment: Arc<Enrolment>) -> Router {
    Router::new()
        .route("/opposition", get(opposition::form).post(opposition::send))
        .route("/api/opposition", post(opposition::api))
        .with_state(enrolment)
        .route(STYLE, get(stylesheet))
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
