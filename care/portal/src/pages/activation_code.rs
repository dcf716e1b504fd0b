//! `GET` and `POST /activation/code`, `POST /activation/second`: whoever has no identity at a provider shows the letter's
//! code, and then the one-time code that went to the e-mail address or the telephone on record. Both are sent together in the end, and one
//! answer is given to all who lack one of them (decision 0025).

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use hygie_enrolment::{Attempt, ByCode, Field as Typo, Pace, Way};
use hygie_web::Language;
use serde::Deserialize;

use super::TEXTS;
use super::activation::told;
use super::new_code::way;
use super::opposition::{name, retry_later};
use super::part::{Block, Choices, Field, Form, Page};
use super::site::Site;
use super::visitor::{Asked, Unsigned, go};

/// Where it is.
pub(super) const ADDRESS: &str = "/activation/code";
const SECOND: &str = "/activation/second";

/// What is typed. Missing fields are empty ones.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Typed {
    ins: String,
    #[serde(rename = "birth-date")]
    birth_date: String,
    code: String,
    second: String,
    /// By what way the one-time code is to come: `email` or `sms`.
    by: String,
}

/// Who looks at the pages.
struct Reader<'a> {
    site: &'a Site,
    language: Language,
    headers: &'a HeaderMap,
}

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let reader = Reader {
        language: Language::choose(asked.lang.as_deref(), &headers),
        site: &site,
        headers: &headers,
    };
    reader.first(StatusCode::OK, None, &Typed::default(), &[])
}

pub(super) async fn ask(State(site): State<Arc<Site>>, sent: Unsigned<Typed>) -> Response {
    let reader = Reader {
        language: sent.language,
        site: &site,
        headers: &sent.headers,
    };
    let attempt = match reader.read(&sent.form, &sent.source).await {
        Ok(attempt) => attempt,
        Err(response) => return response,
    };
    let by = way(&sent.form.by);
    match site.enrolment.ask_for_second(&attempt, by).await {
        Ok(()) => reader.second(StatusCode::OK, None, &sent.form),
        Err(error) => {
            tracing::error!(%error, "a one-time code could not be asked for");
            reader.unavailable()
        }
    }
}

pub(super) async fn send(State(site): State<Arc<Site>>, sent: Unsigned<Typed>) -> Response {
    let reader = Reader {
        language: sent.language,
        site: &site,
        headers: &sent.headers,
    };
    let attempt = match reader.read(&sent.form, &sent.source).await {
        Ok(attempt) => attempt,
        Err(response) => return response,
    };
    let second = &sent.form.second;
    let tried = site
        .enrolment
        .activate_by_code(&site.accounts, &attempt, second)
        .await;
    match tried {
        Ok(ByCode::Done(invitation)) => {
            let (code, language) = (invitation.text(), sent.language.code());
            go(&format!(
                "/signin/enrol?code={}&lang={language}",
                code.as_str()
            ))
        }
        Ok(ByCode::NotMatched) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            reader.second(status, Some("alert-second-not"), &sent.form)
        }
        Ok(ByCode::Not(answer)) => told(sent.language, &answer),
        Err(error) => {
            tracing::error!(%error, "a space could not be activated");
            reader.unavailable()
        }
    }
}

impl Reader<'_> {
    fn say(&self, key: &str) -> String {
        TEXTS.say(self.language, key)
    }

    fn with(&self, to: &str) -> String {
        format!("{to}?lang={}", self.language.code())
    }

    /// What was typed, once it has the form of what is asked for and its turn came.
    async fn read(&self, typed: &Typed, source: &str) -> Result<Attempt, Response> {
        let slip = StatusCode::UNPROCESSABLE_ENTITY;
        let attempt = Attempt::read(&typed.ins, &typed.birth_date, &typed.code)
            .map_err(|slips| self.first(slip, Some("alert-typo"), typed, &slips))?;
        match self.site.enrolment.pace(source, &attempt) {
            Pace::After(wait) => tokio::time::sleep(wait).await,
            Pace::TooFast => {
                let (status, nothing) = (StatusCode::TOO_MANY_REQUESTS, Typed::default());
                let page = self.first(status, Some("alert-too-fast"), &nothing, &[]);
                return Err(retry_later(page));
            }
        }
        Ok(attempt)
    }

    fn unavailable(&self) -> Response {
        let (status, nothing) = (StatusCode::SERVICE_UNAVAILABLE, Typed::default());
        self.first(status, Some("alert-activation-unavailable"), &nothing, &[])
    }

    fn first(
        &self,
        status: StatusCode,
        alert: Option<&str>,
        typed: &Typed,
        slips: &[Typo],
    ) -> Response {
        let fault = |field: Typo| self.say(&format!("fault-{}", name(field)));
        let field = |field: Typo, value: &str, purpose| {
            let key = format!("opposition-{}", name(field));
            let fault = slips.contains(&field).then(|| fault(field));
            let text = Field::text(
                name(field),
                self.say(&key),
                self.say(&format!("{key}-hint")),
            );
            Field {
                value: value.to_owned(),
                purpose,
                ..text.with_fault(fault)
            }
        };
        let begun = self.site.forms.begin(self.headers);
        let mut blocks = Vec::new();
        if let Some(alert) = alert {
            let faults = slips.iter().map(|one| (name(*one).to_owned(), fault(*one)));
            blocks.push(self.alert(alert, faults.collect()));
        }
        blocks.push(Block::Text(self.say("by-code-lead")));
        blocks.push(Block::Form(Form {
            action: self.with(ADDRESS),
            token: begun.token,
            fields: vec![
                field(Typo::Ins, &typed.ins, "off"),
                field(Typo::BirthDate, &typed.birth_date, "bday"),
                field(Typo::Code, &typed.code, "off"),
            ],
            choices: self.ways(typed),
            button: self.say("by-code-send"),
            ..Form::default()
        }));
        let mut page = Page::of(self.language, "by-code-title", ADDRESS);
        page.status = status;
        page.cookie = begun.cookie;
        page.show(blocks)
    }

    /// By what way the one-time code is to come, where there are two for whoever asks.
    fn ways(&self, typed: &Typed) -> Option<Choices> {
        let texted = way(&typed.by) == Way::Sms;
        self.site.enrolment.sends_texts().then(|| Choices {
            name: "by",
            legend: self.say("by-code-by"),
            options: [("email", !texted), ("sms", texted)]
                .map(|(name, chosen)| {
                    let label = self.say(&format!("by-code-by-{name}"));
                    (name.to_owned(), label, chosen)
                })
                .into(),
        })
    }

    /// Asks for the one-time code, whether one was sent or not.
    fn second(&self, status: StatusCode, alert: Option<&str>, typed: &Typed) -> Response {
        let begun = self.site.forms.begin(self.headers);
        let kept = |name, value: &String| (name, value.clone());
        let hidden = || {
            vec![
                kept("ins", &typed.ins),
                kept("birth-date", &typed.birth_date),
                kept("code", &typed.code),
                kept("by", &typed.by),
            ]
        };
        let mut field = Field::code(self.say("second-code"), self.say("second-code-hint"));
        (field.name, field.id) = ("second", "second".to_owned());
        let mut blocks: Vec<Block> = alert
            .map(|alert| self.alert(alert, Vec::new()))
            .into_iter()
            .collect();
        // After a wrong code no other message leaves by itself.
        let lead = match alert {
            None => "second-lead",
            Some(_) => "second-lead-again",
        };
        blocks.push(Block::Text(self.say(lead)));
        blocks.push(Block::Text(self.say("second-vouched")));
        blocks.push(Block::Form(Form {
            action: self.with(SECOND),
            token: begun.token.clone(),
            hidden: hidden(),
            fields: vec![field],
            button: self.say("second-send"),
            ..Form::default()
        }));
        blocks.push(Block::Heading(self.say("second-none-title")));
        blocks.push(Block::Text(self.say("second-none")));
        blocks.push(Block::Form(Form {
            action: self.with(ADDRESS),
            token: begun.token,
            hidden: hidden(),
            button: self.say("second-again"),
            quiet: true,
            ..Form::default()
        }));
        let mut page = Page::of(self.language, "second-title", "");
        page.status = status;
        page.cookie = begun.cookie;
        page.show(blocks)
    }

    fn alert(&self, key: &str, faults: Vec<(String, String)>) -> Block {
        Block::Alert {
            title: self.say("alert-title"),
            text: self.say(key),
            faults,
        }
    }
}
