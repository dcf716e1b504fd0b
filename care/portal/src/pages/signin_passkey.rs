//! `GET` and `POST /signin/passkey`: whoever has a passkey shows it, and types nothing.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use hygie_record::Error;
use hygie_record::accounts::{Account, Change, Kept, Pace, Secret};
use serde::Deserialize;

use super::part::{Block, Form, Page, Question};
use super::signin::enter;
use super::site::Site;
use super::visitor::{Guest, Unsigned, leading};
use super::{TEXTS, say_alert, say_failure};

/// What the browser answered, as the script prints it; empty without a script.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Shown {
    pub answer: String,
}

pub(super) async fn show(State(site): State<Arc<Site>>, guest: Guest) -> Response {
    form(&site, &guest, None)
}

pub(super) async fn send(
    State(site): State<Arc<Site>>,
    guest: Guest,
    sent: Unsigned<Shown>,
) -> Response {
    if sent.form.answer.is_empty() {
        return form(&site, &guest, Some("passkey-no-script"));
    }
    if site.accounts.pace_nameless(&sent.source) == Pace::TooFast {
        return form(&site, &guest, Some("signin-too-fast"));
    }
    match prove(&site, sent.browser, &sent.form.answer).await {
        Ok(Some(account)) => {
            site.accounts.nameless_succeeded(&sent.source);
            enter(&site, &guest.headers, &account, guest.asked.next())
        }
        Ok(None) => form(&site, &guest, Some("passkey-not")),
        Err(error) => say_failure(guest.language, &error),
    }
}

/// Whose passkey this is, if it proves it.
pub(super) async fn prove(
    site: &Site,
    browser: [u8; 32],
    answer: &str,
) -> Result<Option<Account>, Error> {
    let Some(passkeys) = &site.passkeys else {
        return Ok(None);
    };
    let Some(claim) = passkeys.claim(answer) else {
        return Ok(None);
    };
    let account = site.accounts.by_id(claim.account.0, "signing in").await?;
    let Some(account) = account else {
        return Ok(None);
    };
    let Some(key) = account.passkeys.iter().find(|key| key.id == claim.id) else {
        return Ok(None);
    };
    let proved = passkeys.prove(browser, answer, key.credential.expose(), site.now());
    let Some(proved) = proved else {
        return Ok(None);
    };
    // Durable before anybody is let in: a copied passkey is known by its counter.
    let used = Change::PasskeyUsed {
        id: claim.id.clone(),
        credential: proved.credential.map(Secret::new),
    };
    match site.accounts.keep(claim.account.0, None, used).await? {
        // Removed meanwhile, it lets nobody in.
        Kept::Done(account, _) if account.passkeys.iter().any(|key| key.id == claim.id) => {
            Ok(Some(*account))
        }
        _ => Ok(None),
    }
}

fn form(site: &Site, guest: &Guest, alert: Option<&str>) -> Response {
    let language = guest.language;
    let say = |key: &str| TEXTS.say(language, key);
    let begun = site.forms.begin(&guest.headers);
    let mut blocks = Vec::new();
    if let Some(alert) = alert {
        blocks.push(say_alert(language, "signin-refused", alert));
    }
    let passkeys = site.passkeys.as_ref();
    let options = passkeys.and_then(|keys| keys.ask_to_show(begun.browser, site.now()));
    match options {
        Some(options) => {
            blocks.push(Block::Text(say("passkey-lead")));
            blocks.push(Block::Form(Form {
                action: guest.with("/signin/passkey"),
                token: begun.token,
                button: say("passkey-show"),
                passkey: Some(Question {
                    kind: "get",
                    options,
                    failed: say("passkey-failed"),
                }),
                ..Form::default()
            }));
        }
        None => blocks.push(Block::Note(say("passkey-nowhere"))),
    }
    blocks.push(Block::Links(vec![(
        guest.with("/signin"),
        say("passkey-else"),
    )]));
    let address = leading("/signin/passkey", guest.asked.next());
    let mut page = Page::of(language, "passkey-title", &address);
    page.cookie = begun.cookie;
    page.status = match alert {
        Some("signin-too-fast") => StatusCode::TOO_MANY_REQUESTS,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    page.show(blocks)
}
