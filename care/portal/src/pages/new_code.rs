//! `GET` and `POST /opposition/code`: somebody whose code did not come, or is lost, asks for another. The answer is the
//! same for all, whether there is such a person or not; the letter goes to the address on record. GDPR art. 12(2).

use std::sync::Arc;

use axum::RequestExt;
use axum::body::Body;
use axum::extract::{Form, Query, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use hygie_enrolment::{Field as Typo, Pace, Way, Wish};
use hygie_web::{Language, is_same_site};

use super::opposition::{Asked, Typed, limited, name, retry_later};
use super::part::{Block, Choices, Field, Form as Sheet, Page};
use super::site::Site;
use super::visitor::source;
use super::{TEXTS, say_alert};

/// Where it is.
const ADDRESS: &str = "/opposition/code";

/// The way of this name; a letter is what comes where nothing else is said.
pub(super) fn way(name: &str) -> Way {
    match name {
        "email" => Way::Email,
        "sms" => Way::Sms,
        _ => Way::Post,
    }
}

pub(super) async fn form(
    State(site): State<Arc<Site>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let language = Language::choose(asked.lang.as_deref(), &headers);
    let sheet = Asking {
        language,
        sms: site.enrolment.sends_texts(),
    };
    sheet.show(StatusCode::OK, None, &Typed::default(), &[])
}

/// The page on which one asks.
#[derive(Clone, Copy)]
struct Asking {
    language: Language,
    /// Whether codes go by text message here, whoever asks.
    sms: bool,
}

pub(super) async fn send(
    State(site): State<Arc<Site>>,
    Query(asked): Query<Asked>,
    request: Request,
) -> Response {
    let language = Language::choose(asked.lang.as_deref(), request.headers());
    let sheet = Asking {
        language,
        sms: site.enrolment.sends_texts(),
    };
    let source = source(request.extensions());
    let refuse = |status, alert: &'static str| {
        retry_later(sheet.show(status, Some(alert), &Typed::default(), &[]))
    };
    if !is_same_site(request.headers()) {
        return refuse(StatusCode::FORBIDDEN, "alert-elsewhere");
    }
    let request = request.map(|body| Body::new(limited(body)));
    let Form(typed) = request
        .extract::<Form<Typed>, _>()
        .await
        .unwrap_or_default();
    let wish = match Wish::read(&typed.ins, &typed.birth_date) {
        Ok(wish) => wish.by(way(&typed.by)),
        Err(slips) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return sheet.show(status, Some("alert-typo"), &typed, &slips);
        }
    };
    match site.enrolment.wish_pace(&source, &wish) {
        Pace::After(wait) => tokio::time::sleep(wait).await,
        Pace::TooFast => return refuse(StatusCode::TOO_MANY_REQUESTS, "alert-too-fast"),
    }
    match site.enrolment.ask_for_code(&wish).await {
        Ok(()) => done(language),
        Err(error) => {
            tracing::error!(%error, "a new code could not be asked for");
            refuse(StatusCode::SERVICE_UNAVAILABLE, "alert-unavailable")
        }
    }
}

fn done(language: Language) -> Response {
    let say = |key: &str| TEXTS.say(language, key);
    let opposition = format!("/opposition?lang={}", language.code());
    Page::of(language, "new-code-done-title", "").show(vec![
        Block::Done(say("new-code-done")),
        Block::Text(say("new-code-after")),
        Block::Text(say("new-code-ways")),
        Block::Links(vec![(opposition, say("opposition-title"))]),
    ])
}

impl Asking {
    fn show(
        self,
        status: StatusCode,
        alert: Option<&str>,
        typed: &Typed,
        slips: &[Typo],
    ) -> Response {
        let language = self.language;
        let say = |key: &str| TEXTS.say(language, key);
        let fault = |field: Typo| say(&format!("fault-{}", name(field)));
        let field = |field: Typo, value: &str, purpose| {
            let key = format!("opposition-{}", name(field));
            Field {
                value: value.to_owned(),
                purpose,
                fault: match slips.contains(&field) {
                    true => fault(field),
                    false => String::new(),
                },
                ..Field::text(name(field), say(&key), say(&format!("{key}-hint")))
            }
        };
        let mut blocks = Vec::new();
        if let Some(alert) = alert {
            let mut said = say_alert(language, "alert-title", alert);
            if let Block::Alert { faults, .. } = &mut said {
                let slips = slips
                    .iter()
                    .map(|slip| (name(*slip).to_owned(), fault(*slip)));
                faults.extend(slips);
            }
            blocks.push(said);
        }
        blocks.push(Block::Text(say("new-code-lead")));
        let ways = match self.sms {
            true => ["post", "email", "sms"].as_slice(),
            false => &["post", "email"],
        };
        blocks.push(Block::Form(Sheet {
            action: format!("{ADDRESS}?lang={}", language.code()),
            fields: vec![
                field(Typo::Ins, &typed.ins, "off"),
                field(Typo::BirthDate, &typed.birth_date, "bday"),
            ],
            choices: Some(Choices {
                name: "by",
                legend: say("new-code-by"),
                options: ways
                    .iter()
                    .map(|name| {
                        let label = say(&format!("new-code-by-{name}"));
                        ((*name).to_owned(), label, way(name) == way(&typed.by))
                    })
                    .collect(),
            }),
            button: say("new-code-send"),
            ..Sheet::default()
        }));
        blocks.push(Block::Text(say("new-code-ways")));
        let mut page = Page::of(language, "new-code-title", ADDRESS);
        page.status = status;
        page.show(blocks)
    }
}
