//! `GET` and `POST /activation`: whom a provider of identities identified, and who has no account here, types his number,
//! and is let in to the space that is his (decision 0025). Whoever opposes takes that back first, with a button that says so.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use hygie_enrolment::{Activated, Activation, OwnNumber, Pace, Proof};
use hygie_record::accounts::{Change, Kept};
use hygie_record::notice::{ActorKind, PersonId};
use hygie_web::{AccountId, Language, Session, Standing};
use serde::Deserialize;

use super::identity::alerted;
use super::moments::{day, to_the_second};
use super::opposition::retry_later;
use super::part::{Block, Form, Page};
use super::shown::{Shown, number, ways};
use super::signin::seat;
use super::site::{Seat, Site};
use super::visitor::{Asked, Unsigned, go, leading};
use super::{TEXTS, activation_code, say_failure};

/// Where it is.
pub(super) const ADDRESS: &str = "/activation";

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Typed {
    ins: String,
    /// Whether he takes his opposition back with it.
    back: String,
}

/// Who looks at the page, and in which language.
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
    let shown = site.guests.look(&headers, site.now()).is_some();
    match site.sessions.look(&headers, site.now()) {
        // Nothing is left to be done here.
        Standing::In(_) if !shown => go("/"),
        _ => reader.page(StatusCode::OK, None, ""),
    }
}

pub(super) async fn send(State(site): State<Arc<Site>>, sent: Unsigned<Typed>) -> Response {
    let reader = Reader {
        language: sent.language,
        site: &site,
        headers: &sent.headers,
    };
    let Some(shown) = site.guests.look(&sent.headers, site.now()) else {
        return reader.page(StatusCode::FORBIDDEN, Some("alert-shown-over"), "");
    };
    let typed = &sent.form.ins;
    let slip = StatusCode::UNPROCESSABLE_ENTITY;
    let Some(own) = OwnNumber::read(typed) else {
        return reader.page(slip, Some("alert-typo"), typed);
    };
    match site.enrolment.number_pace(&sent.source, &own) {
        Pace::After(wait) => tokio::time::sleep(wait).await,
        Pace::TooFast => {
            let status = StatusCode::TOO_MANY_REQUESTS;
            return retry_later(reader.page(status, Some("alert-too-fast"), ""));
        }
    }
    let who = (&shown.traits(), &shown.link());
    let back = sent.form.back == "yes";
    let tried = site
        .enrolment
        .activate(&site.accounts, who, &own, back)
        .await;
    match tried {
        Ok(Activation::Done(activated)) => reader.done(&shown, &activated),
        Ok(Activation::NotMatched) => reader.page(slip, Some("alert-shown-not-matched"), ""),
        Ok(Activation::Opposed(since)) => reader.opposes(since, typed),
        Ok(Activation::Known(person, back)) => {
            let back = back.iter().flat_map(|proof| reader.receipt(proof));
            let back = back.collect();
            reader.known(&shown, person, back).await
        }
        Ok(answer) => told(reader.language, &answer),
        Err(error) => {
            tracing::error!(%error, "a space could not be activated");
            let status = StatusCode::SERVICE_UNAVAILABLE;
            reader.page(status, Some("alert-activation-unavailable"), "")
        }
    }
}

/// Why somebody is not let in, of whom it is known who he is.
pub(super) fn told(language: Language, answer: &Activation) -> Response {
    let say = |key: &str| TEXTS.say(language, key);
    let key = match answer {
        Activation::Minor => "activation-minor",
        Activation::Opposed(_) => "activation-opposes",
        Activation::Known(..) => "activation-known-lost",
        Activation::OfAnother => "activation-of-another",
        _ => "activation-ended",
    };
    let mut page = Page::of(language, "activation-title", "");
    page.status = StatusCode::FORBIDDEN;
    let home = (format!("/?lang={}", language.code()), say("nav-home"));
    page.show(vec![Block::Note(say(key)), Block::Links(vec![home])])
}

impl Reader<'_> {
    fn say(&self, key: &str) -> String {
        TEXTS.say(self.language, key)
    }

    fn with(&self, to: &str) -> String {
        format!("{to}?lang={}", self.language.code())
    }

    fn page(&self, status: StatusCode, alert: Option<&str>, typed: &str) -> Response {
        let mut blocks: Vec<Block> = Vec::new();
        blocks.extend(alert.map(|key| alerted(self.language, key)));
        let slipped = alert == Some("alert-typo");
        let mut cookie = None;
        match self.site.guests.look(self.headers, self.site.now()) {
            Some(shown) => {
                blocks.push(Shown::said(&shown, self.site, self.language));
                blocks.push(Block::Text(self.say("activation-number")));
                let (form, fresh) = self.form(number(self.language, typed, slipped));
                cookie = fresh;
                blocks.push(form);
                blocks.push(Block::Heading(self.say("activation-known-title")));
                blocks.push(Block::Text(self.say("activation-known-before")));
                let signin = leading(&self.with("/signin"), ADDRESS);
                blocks.push(Block::Links(vec![(signin, self.say("home-signin"))]));
            }
            None => {
                blocks.push(Block::Text(self.say("activation-lead")));
                blocks.push(Block::Heading(self.say("signin-provider-title")));
                blocks.extend(ways(self.site, self.language, "", "/"));
                blocks.push(Block::Heading(self.say("by-code-title")));
                blocks.push(Block::Text(self.say("by-code-what")));
                let code = self.with(activation_code::ADDRESS);
                blocks.push(Block::Links(vec![(code, self.say("by-code-way"))]));
            }
        }
        let oppose = (self.with("/opposition"), self.say("opposition-title"));
        blocks.push(Block::Links(vec![oppose]));
        let mut page = Page::of(self.language, "activation-title", ADDRESS);
        page.status = status;
        page.cookie = cookie;
        page.show(blocks)
    }

    fn form(&self, field: super::part::Field) -> (Block, Option<axum::http::HeaderValue>) {
        let begun = self.site.forms.begin(self.headers);
        let form = Block::Form(Form {
            action: self.with(ADDRESS),
            token: begun.token,
            fields: vec![field],
            button: self.say("activation-send"),
            ..Form::default()
        });
        (form, begun.cookie)
    }

    /// He opposes: it is told to himself, and taken back by a button that says so.
    fn opposes(&self, since: u64, typed: &str) -> Response {
        let begun = self.site.forms.begin(self.headers);
        let day = day(self.language, &self.site.zone, since);
        let since = TEXTS.say_with(self.language, "activation-opposed", &[("day", &day)]);
        let blocks = vec![
            Block::Note(since),
            Block::Text(self.say("activation-back")),
            Block::Form(Form {
                action: self.with(ADDRESS),
                token: begun.token,
                hidden: vec![("ins", typed.to_owned()), ("back", "yes".to_owned())],
                button: self.say("activation-back-send"),
                ..Form::default()
            }),
            Block::Links(vec![(self.with("/"), self.say("activation-back-not"))]),
        ];
        let mut page = Page::of(self.language, "activation-title", "");
        page.cookie = begun.cookie;
        page.show(blocks)
    }

    /// He has an account: whoever is signed in to it, and proved lately that he is its owner, has this identity linked to
    /// it; anybody else is asked to sign in first.
    async fn known(&self, shown: &Shown, person: PersonId, back: Vec<Block>) -> Response {
        let site = self.site;
        let first = |address: &str, back: Vec<Block>| {
            let mut page = Page::of(self.language, "activation-title", "");
            page.status = StatusCode::FORBIDDEN;
            let mut blocks = vec![
                Block::Note(self.say("activation-known")),
                Block::Button(leading(address, ADDRESS), self.say("home-signin")),
                Block::Text(self.say("activation-known-lost")),
            ];
            blocks.extend(back);
            page.show(blocks)
        };
        let Some(session) = self.session(person) else {
            return first(&self.with("/signin"), back);
        };
        if !session.is_recent(site.now()) {
            // Who took an opposition back this moment sees his receipt first.
            return match back.is_empty() {
                true => go(&leading("/signin/again", ADDRESS)),
                false => first("/signin/again", back),
            };
        }
        let change = Change::Link(shown.link());
        match site.accounts.keep(session.account.0, None, change).await {
            Ok(Kept::Done(..)) => {
                let mut page = Page::of(self.language, "activation-linked-title", "");
                page.session = Some(&session);
                page.cookie = Some(site.guests.end(self.headers));
                let home = ("/".to_owned(), self.say("nav-home"));
                let mut blocks = vec![Block::Done(self.say("activation-linked"))];
                blocks.extend(back);
                blocks.push(Block::Links(vec![home]));
                page.show(blocks)
            }
            Ok(_) => told(self.language, &Activation::OfAnother),
            Err(error) => say_failure(self.language, &error),
        }
    }

    /// The session of this person's holder, in this browser.
    fn session(&self, person: PersonId) -> Option<Session<Seat>> {
        match self.site.sessions.look(self.headers, self.site.now()) {
            Standing::In(session) => {
                let role = session.payload.role.as_ref()?;
                let his = role.kind == ActorKind::Holder && role.person == Some(person);
                his.then_some(session)
            }
            _ => None,
        }
    }

    /// He is in.
    fn done(&self, shown: &Shown, activated: &Activated) -> Response {
        let site = self.site;
        let mut seat = seat(&activated.account);
        seat.given = Some(Arc::clone(&shown.given));
        let idle = site.idle(seat.role.as_ref());
        let who = (AccountId(activated.account.id()), seat, idle);
        let (session, cookie) = site.sessions.begin(self.headers, who, site.now());
        let mut blocks = vec![
            Block::Done(self.say("activation-done")),
            Block::Text(self.say("activation-letter")),
        ];
        blocks.push(Block::Button("/".to_owned(), self.say("activation-enter")));
        blocks.extend(activated.back.iter().flat_map(|proof| self.receipt(proof)));
        let mut page = Page::of(self.language, "activation-done-title", "");
        page.session = Some(&session);
        page.cookie = Some(cookie);
        let mut response = page.show(blocks);
        let gone = site.guests.end(self.headers);
        response.headers_mut().append(header::SET_COOKIE, gone);
        response
    }

    /// What he keeps of the opposition that he took back.
    fn receipt(&self, proof: &Proof) -> Vec<Block> {
        let secret = |label: &str, text: &str| Block::Secret {
            label: self.say(label),
            text: text.to_owned(),
        };
        vec![
            Block::Heading(self.say("back-done-title")),
            secret("receipt-number", &proof.number),
            secret("receipt-time", &to_the_second(&proof.at)),
            Block::Text(self.say("activation-receipt-proof")),
        ]
    }
}
