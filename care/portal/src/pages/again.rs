//! `GET` and `POST /signin/again`, `POST /signin/again/passkey`: somebody who is signed in proves again who he
//! is, before he changes how he signs in, lets somebody read, or takes everything away. Good for five minutes.

use std::sync::Arc;

use axum::extract::{Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use hygie_record::accounts::Account;
use hygie_web::{AccountId, Session};
use serde::Deserialize;

use super::part::{Block, Form, Page, Question};
use super::signin::{Filled, fields, prove};
use super::signin_passkey::{self, Shown};
use super::site::{Seat, Site};
use super::visitor::{Asked, Member, Posted, go, leading, source};
use super::{TEXTS, say_alert, say_failure};

/// What is typed; the login name is known.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Typed {
    password: String,
    code: String,
}

/// Leads whoever did not prove lately who he is to do so, and back to `here`; `None` when he did.
pub(super) fn wanted(site: &Site, session: &Session<Seat>, here: &str) -> Option<Response> {
    let recent = session.is_recent(site.now());
    (!recent).then(|| go(&leading("/signin/again", here)))
}

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    Query(asked): Query<Asked>,
    member: Member,
) -> Response {
    form(&site, &member, asked.next(), None)
}

pub(super) async fn send(
    State(site): State<Arc<Site>>,
    Query(asked): Query<Asked>,
    request: Request,
) -> Response {
    let source = source(request.extensions());
    let sent = match <Posted<Typed> as axum::extract::FromRequest<_>>::from_request(request, &site)
        .await
    {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    let (member, typed) = (sent.member, sent.form);
    let login = member.session.payload.login.clone();
    let filled = Filled {
        login,
        password: typed.password,
        code: typed.code,
    };
    match prove(&site, &source, filled).await {
        Ok(Ok(account)) => proved(&site, &member, &account, asked.next()),
        Ok(Err(refusal)) => form(
            &site,
            &member,
            asked.next(),
            Some((refusal.key(), refusal.status())),
        ),
        Err(error) => say_failure(member.language, &error),
    }
}

pub(super) async fn passkey(
    State(site): State<Arc<Site>>,
    Query(asked): Query<Asked>,
    sent: Posted<Shown>,
) -> Response {
    let member = sent.member;
    let browser = member.session.browser();
    let not = Some(("passkey-not", StatusCode::UNPROCESSABLE_ENTITY));
    match signin_passkey::prove(&site, browser, &sent.form.answer).await {
        Ok(Some(account)) => proved(&site, &member, &account, asked.next()),
        Ok(None) => form(&site, &member, asked.next(), not),
        Err(error) => say_failure(member.language, &error),
    }
}

fn proved(site: &Site, member: &Member, account: &Account, next: &str) -> Response {
    let session = &member.session;
    // Somebody else's passkey proves nothing here.
    if AccountId(account.id()) != session.account {
        let not = Some(("passkey-not", StatusCode::UNPROCESSABLE_ENTITY));
        return form(site, member, next, not);
    }
    let idle = site.idle(session.payload.role.as_ref());
    let seat = session.payload.clone();
    match site.sessions.renew(session, (seat, idle), Some(site.now())) {
        Some((_, cookie)) => {
            let mut response = go(next);
            response.headers_mut().append(header::SET_COOKIE, cookie);
            response
        }
        None => go("/signin?why=over"),
    }
}

fn form(site: &Site, member: &Member, next: &str, refused: Option<(&str, StatusCode)>) -> Response {
    let language = member.language;
    let say = |key: &str| TEXTS.say(language, key);
    let mut blocks = Vec::new();
    if let Some((alert, _)) = refused {
        blocks.push(say_alert(language, "alert-nothing-done", alert));
    }
    blocks.push(Block::Text(say("again-lead")));
    let given = member.session.payload.given.as_ref();
    if let Some(provider) = given.and_then(|given| site.provider(&given.provider)) {
        let address = format!(
            "/signin/oidc/{}?why=again&lang={}",
            provider.name(),
            language.code()
        );
        let named = [("provider", provider.label())];
        let way = TEXTS.say_with(language, "provider-again", &named);
        blocks.push(Block::Button(leading(&address, next), way));
    }
    // Who has no account here has nothing else to prove it with.
    if member.nameless().is_none() {
        here(site, member, next, &mut blocks);
    }
    let address = leading("/signin/again", next);
    let mut page = Page::of(language, "again-title", &address);
    page.session = Some(&member.session);
    page.status = refused.map_or(StatusCode::OK, |(_, status)| status);
    page.show(blocks)
}

/// The ways that an account here has.
fn here(site: &Site, member: &Member, next: &str, blocks: &mut Vec<Block>) {
    let language = member.language;
    let say = |key: &str| TEXTS.say(language, key);
    let token = || member.session.token.clone();
    let passkeys = site.passkeys.as_ref();
    let asked = passkeys.and_then(|keys| keys.ask_to_show(member.session.browser(), site.now()));
    if let Some(options) = asked {
        blocks.push(Block::Form(Form {
            action: leading("/signin/again/passkey", next),
            token: token(),
            button: say("passkey-show"),
            passkey: Some(Question {
                kind: "get",
                options,
                failed: say("passkey-failed"),
            }),
            ..Form::default()
        }));
    }
    blocks.push(Block::Heading(say("signin-password-title")));
    blocks.push(Block::Form(Form {
        action: leading("/signin/again", next),
        token: token(),
        fields: fields(language, false),
        button: say("again-send"),
        quiet: true,
        ..Form::default()
    }));
}
