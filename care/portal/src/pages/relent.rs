//! `GET` and `POST /opposition/back`: whoever opposed, or in whose name somebody did, takes it back with the code of the
//! letter that confirmed it, within thirty days.

use std::sync::Arc;

use axum::RequestExt;
use axum::body::Body;
use axum::extract::{Form, Query, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use hygie_enrolment::{Answer, Attempt, Field, Pace};
use hygie_web::{Language, is_same_site};

use super::opposition::{Asked, BACK, Typed, limited, receipt, retry_later, show_form, yes};
use super::site::Site;
use super::visitor::source;

pub(super) async fn form(Query(asked): Query<Asked>, headers: HeaderMap) -> Response {
    let language = Language::choose(asked.lang.as_deref(), &headers);
    show_form(
        &BACK,
        language,
        StatusCode::OK,
        None,
        &Typed::default(),
        &[],
    )
}

pub(super) async fn send(
    State(site): State<Arc<Site>>,
    Query(asked): Query<Asked>,
    request: Request,
) -> Response {
    let language = Language::choose(asked.lang.as_deref(), request.headers());
    let source = source(request.extensions());
    let refuse = |status, alert: &'static str| {
        let nothing = Typed::default();
        retry_later(show_form(
            &BACK,
            language,
            status,
            Some(alert),
            &nothing,
            &[],
        ))
    };
    if !is_same_site(request.headers()) {
        return refuse(StatusCode::FORBIDDEN, "alert-elsewhere");
    }
    let request = request.map(|body| Body::new(limited(body)));
    let Form(typed) = request
        .extract::<Form<Typed>, _>()
        .await
        .unwrap_or_default();
    let attempt = match Attempt::read(&typed.ins, &typed.birth_date, &typed.code) {
        Ok(attempt) => attempt,
        Err(slips) => return slipped(language, &typed, &slips),
    };
    match site.enrolment.pace(&source, &attempt) {
        Pace::After(wait) => tokio::time::sleep(wait).await,
        Pace::TooFast => return refuse(StatusCode::TOO_MANY_REQUESTS, "alert-too-fast"),
    }
    match site.enrolment.relent(&attempt).await {
        Ok(Answer::Done(proof)) => receipt(yes(&proof), &site.enrolment, language, &proof),
        Ok(Answer::NotMatched) => {
            refuse(StatusCode::UNPROCESSABLE_ENTITY, "alert-back-not-matched")
        }
        Err(error) => {
            tracing::error!(%error, "an opposition could not be taken back");
            refuse(StatusCode::SERVICE_UNAVAILABLE, "alert-unavailable")
        }
    }
}

fn slipped(language: Language, typed: &Typed, slips: &[Field]) -> Response {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    show_form(&BACK, language, status, Some("alert-typo"), typed, slips)
}
