//! `GET` and `POST /space/close`: the holder closes his space, or who represents him does, at any time and without a
//! reason (art. R. 1111-36 CSP). Whoever sent the form proved lately who he is.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use hygie_web::Language;
use jiff::tz::TimeZone;

use super::TEXTS;
use super::again::wanted;
use super::filled::Fields;
use super::moments::day;
use super::part::{Block, Form};
use super::site::Site;
use super::visitor::{PostedBy, Visitor};

/// The form.
pub(super) const ADDRESS: &str = "/space/close";
/// How long the custodians keep what they get, in years (art. R. 1111-36 CSP).
const YEARS: u8 = 10;

pub(super) async fn show(State(site): State<Arc<Site>>, visitor: Visitor) -> Response {
    if let Err(error) = visitor.person() {
        return visitor.sorry(&error);
    }
    if let Some(response) = wanted(&site, &visitor.session, ADDRESS) {
        return response;
    }
    let say = |key: &str| visitor.say(key);
    let blocks = vec![
        Block::Text(say("close-lead")),
        Block::Text(say("close-kept")),
        Block::Text(say("close-back")),
        Block::Links(vec![("/trail/proof".to_owned(), say("close-proof"))]),
        Block::Note(say("close-at-once")),
        Block::Form(Form {
            action: ADDRESS.to_owned(),
            token: visitor.session.token.clone(),
            button: say("close-send"),
            ..Form::default()
        }),
    ];
    visitor.page(("close-title", ADDRESS), Ok(blocks))
}

pub(super) async fn send(State(site): State<Arc<Site>>, sent: PostedBy<Fields>) -> Response {
    let visitor = sent.visitor;
    if let Some(response) = wanted(&site, &visitor.session, ADDRESS) {
        return response;
    }
    let closed = async {
        let (caller, person) = (visitor.caller(&site)?, visitor.person()?);
        site.enrolment.close(&caller, person, YEARS).await
    };
    let blocks = closed.await.map(|ending| {
        let until = last_day(visitor.language, &visitor.zone, ending.millis.1);
        let said = [("until", until.as_str())];
        let key = visitor.key("close-until");
        vec![
            Block::Done(visitor.say("close-done")),
            Block::Text(TEXTS.say_with(visitor.language, &key, &said)),
            Block::Text(visitor.say("close-letter")),
        ]
    });
    visitor.page(("close-title-done", ADDRESS), blocks)
}

/// The day that ends before this moment.
fn last_day(language: Language, zone: &TimeZone, until: u64) -> String {
    day(language, zone, until.saturating_sub(1))
}
