//! `GET /signin/enrol`, `POST /signin/enrol/password` and `/signin/enrol/passkey`: whoever was invited chooses how
//! to sign in from now on. The invitation is used up with the choice, in one step.

use std::sync::Arc;

use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use hygie_record::accounts::{Account, Change, Invitation, Invited, Kept, Pace};
use hygie_web::{AccountId, Language};
use serde::Deserialize;

use super::part::{Block, Form, Page};
use super::passkey::{self, Brought};
use super::password::{self, Chosen, Fault};
use super::signin::{enter, seat};
use super::site::Site;
use super::visitor::{Unsigned, source};
use super::{TEXTS, say_alert, say_failure};

/// The invitation, as it stands in the link.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Linked {
    code: String,
    lang: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct With<T> {
    #[serde(default)]
    invitation: String,
    #[serde(flatten)]
    chosen: T,
}

/// What was wrong with the choice before.
enum Wrong {
    Nothing,
    Password(Fault),
    Other(&'static str),
}

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    Query(linked): Query<Linked>,
    request: Request,
) -> Response {
    let (asked, headers) = (linked.lang.as_deref(), request.headers());
    let chosen = Language::choose(asked, headers);
    let source = source(request.extensions());
    let invitation = match invited(&site, (&linked.code, &source), chosen).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    // The language of the account, unless the address says another.
    let own = Language::from_code(&invitation.1.language);
    let language = match asked.and_then(Language::from_code) {
        Some(language) => language,
        None => own.unwrap_or(chosen),
    };
    form(&site, language, headers, &invitation, &Wrong::Nothing)
}

pub(super) async fn password(
    State(site): State<Arc<Site>>,
    sent: Unsigned<With<Chosen>>,
) -> Response {
    let (language, headers) = (sent.language, sent.headers);
    let found = match invited(&site, (&sent.form.invitation, &sent.source), language).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let (invitation, account) = &found;
    let totp = site.accounts.offer(account, invitation.text().as_bytes());
    let change = match sent.form.chosen.change(&account.login, totp) {
        Ok(change) => change,
        Err(fault) => {
            let wrong = Wrong::Password(fault);
            return form(&site, language, &headers, &found, &wrong);
        }
    };
    match keep(&site, &found, change).await {
        Ok(Kept::Done(account, codes)) => {
            let idle = site.idle(seat(&account).role.as_ref());
            let who = (AccountId(account.id()), seat(&account), idle);
            let (session, cookie) = site.sessions.begin(&headers, who, site.now());
            let mut page = Page::of(language, "enrol-done-title", "");
            page.session = Some(&session);
            page.cookie = Some(cookie);
            page.show(password::recovery(language, "enrol-done", &codes))
        }
        Ok(Kept::WrongCode) => {
            let wrong = Wrong::Password(Fault::Code);
            form(&site, language, &headers, &found, &wrong)
        }
        Ok(Kept::Busy) => form(
            &site,
            language,
            &headers,
            &found,
            &Wrong::Other("signin-busy"),
        ),
        Ok(_) => over(language),
        Err(error) => say_failure(language, &error),
    }
}

pub(super) async fn passkey(
    State(site): State<Arc<Site>>,
    sent: Unsigned<With<Brought>>,
) -> Response {
    let (language, headers) = (sent.language, sent.headers);
    let found = match invited(&site, (&sent.form.invitation, &sent.source), language).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    if sent.form.chosen.answer.is_empty() {
        let wrong = Wrong::Other("passkey-no-script");
        return form(&site, language, &headers, &found, &wrong);
    }
    let change = sent.form.chosen.change(&site, sent.browser, language);
    let Some(change) = change else {
        let wrong = Wrong::Other("passkey-not-made");
        return form(&site, language, &headers, &found, &wrong);
    };
    match keep(&site, &found, change).await {
        Ok(Kept::Done(account, _)) => enter(&site, &headers, &account, "/"),
        Ok(Kept::Refused) => {
            let wrong = Wrong::Other("passkey-refused");
            form(&site, language, &headers, &found, &wrong)
        }
        Ok(_) => over(language),
        Err(error) => say_failure(language, &error),
    }
}

async fn keep(
    site: &Site,
    (invitation, account): &(Invitation, Account),
    change: Change,
) -> Result<Kept, hygie_record::Error> {
    let kept = site
        .accounts
        .keep(account.id(), Some(invitation), change)
        .await?;
    if matches!(kept, Kept::Done(..)) {
        // Whoever was in before the owner was invited again is out.
        site.sessions.end_others(AccountId(account.id()), None);
    }
    Ok(kept)
}

/// What the code of a link leads to; else the page that says it is worth nothing.
async fn invited(
    site: &Site,
    (code, source): (&str, &str),
    language: Language,
) -> Result<(Invitation, Account), Response> {
    let Some(invitation) = Invitation::parse(code) else {
        return Err(over(language));
    };
    if site.accounts.pace_nameless(source) == Pace::TooFast {
        let mut page = Page::of(language, "enrol-title", "");
        page.status = StatusCode::TOO_MANY_REQUESTS;
        let alert = say_alert(language, "alert-nothing-done", "signin-too-fast");
        return Err(page.show(vec![alert]));
    }
    match site.accounts.invited(&invitation).await {
        Ok(Invited::To(account)) => {
            site.accounts.nameless_succeeded(source);
            Ok((invitation, *account))
        }
        Ok(Invited::Over) => Err(over(language)),
        Err(error) => Err(say_failure(language, &error)),
    }
}

fn over(language: Language) -> Response {
    let mut page = Page::of(language, "enrol-title", "");
    page.status = StatusCode::NOT_FOUND;
    page.show(vec![
        say_alert(language, "alert-nothing-done", "enrol-over"),
        Block::Links(vec![(
            format!("/signin?lang={}", language.code()),
            TEXTS.say(language, "home-signin"),
        )]),
    ])
}

fn form(
    site: &Site,
    language: Language,
    headers: &HeaderMap,
    (invitation, account): &(Invitation, Account),
    wrong: &Wrong,
) -> Response {
    let say = |key: &str| TEXTS.say(language, key);
    let begun = site.forms.begin(headers);
    let text = invitation.text();
    let form = |to: &str| Form {
        action: format!("{to}?lang={}", language.code()),
        token: begun.token.clone(),
        hidden: vec![("invitation", text.to_string())],
        ..Form::default()
    };
    let mut blocks = Vec::new();
    if let Wrong::Other(alert) = wrong {
        blocks.push(say_alert(language, "alert-nothing-done", alert));
    }
    blocks.push(Block::Text(TEXTS.say_with(
        language,
        "enrol-lead",
        &[("login", &account.login)],
    )));
    let mut with_password = Vec::new();
    let fault = match wrong {
        Wrong::Password(fault) => Some(*fault),
        _ => None,
    };
    let totp = site.accounts.offer(account, text.as_bytes());
    let chosen = (form("/signin/enrol/password"), fault);
    with_password.extend(password::blocks(language, account, &totp, chosen));
    // What is wrong stands first of all.
    if fault.is_some() {
        blocks.insert(0, with_password.remove(0));
    }
    blocks.push(Block::Heading(say("enrol-passkey-title")));
    blocks.push(Block::Text(say("passkey-make-lead")));
    let whose = (account, begun.browser);
    blocks.push(passkey::block(
        site,
        language,
        whose,
        form("/signin/enrol/passkey"),
    ));
    blocks.push(Block::Heading(say("enrol-password-title")));
    blocks.append(&mut with_password);
    let address = format!("/signin/enrol?code={}", text.as_str());
    let mut page = Page::of(language, "enrol-title", &address);
    page.cookie = begun.cookie.clone();
    if !matches!(wrong, Wrong::Nothing) {
        page.status = StatusCode::UNPROCESSABLE_ENTITY;
    }
    page.show(blocks)
}
