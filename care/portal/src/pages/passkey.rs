//! `GET` and `POST /account/passkey`, `POST /account/passkey/remove`: one more passkey, or one less.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hygie_record::accounts::{Account, Change, Kept, Secret};
use hygie_web::{AccountId, Language};
use serde::Deserialize;

use super::again::wanted;
use super::part::{Block, Field, Form, Page, Question};
use super::site::Site;
use super::visitor::{Member, Posted, go};
use super::{TEXTS, say_alert, say_failure};

/// The longest name of a passkey, in symbols.
const NAME: usize = 40;

/// A passkey that the browser made, and how its owner calls it.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Brought {
    pub answer: String,
    pub name: String,
}

#[derive(Deserialize)]
pub(super) struct Which {
    id: String,
}

impl Brought {
    /// The change, if the answer is to what this browser was asked.
    pub fn change(self, site: &Site, browser: [u8; 32], language: Language) -> Option<Change> {
        let made = site
            .passkeys
            .as_ref()?
            .made(browser, &self.answer, site.now())?;
        let typed = self.name.trim().chars().filter(|one| !one.is_control());
        let mut name: String = typed.take(NAME).collect();
        if name.is_empty() {
            name = TEXTS.say(language, "passkey-unnamed");
        }
        Some(Change::Passkey {
            id: made.id,
            name,
            credential: Secret::new(made.credential),
        })
    }
}

pub(super) async fn show(State(site): State<Arc<Site>>, member: Member) -> Response {
    if let Some(response) = wanted(&site, &member.session, "/account/passkey") {
        return response;
    }
    let id = member.session.account.0;
    match site.accounts.by_id(id, "adding a passkey").await {
        Ok(Some(account)) => form(&site, &member, &account, None),
        Ok(None) => go("/signin?why=over"),
        Err(error) => say_failure(member.language, &error),
    }
}

pub(super) async fn send(State(site): State<Arc<Site>>, sent: Posted<Brought>) -> Response {
    let member = sent.member;
    if let Some(response) = wanted(&site, &member.session, "/account/passkey") {
        return response;
    }
    let id = member.session.account.0;
    let alert = if sent.form.answer.is_empty() {
        "passkey-no-script"
    } else {
        let browser = member.session.browser();
        match sent.form.change(&site, browser, member.language) {
            None => "passkey-not-made",
            Some(change) => match site.accounts.keep(id, None, change).await {
                Ok(Kept::Done(..)) => return go("/account?done=passkey"),
                Ok(_) => "passkey-refused",
                Err(error) => return say_failure(member.language, &error),
            },
        }
    };
    match site.accounts.by_id(id, "adding a passkey").await {
        Ok(Some(account)) => form(&site, &member, &account, Some(alert)),
        Ok(None) => go("/signin?why=over"),
        Err(error) => say_failure(member.language, &error),
    }
}

pub(super) async fn remove(State(site): State<Arc<Site>>, sent: Posted<Which>) -> Response {
    let member = sent.member;
    if let Some(response) = wanted(&site, &member.session, "/account") {
        return response;
    }
    let Ok(id) = URL_SAFE_NO_PAD.decode(&sent.form.id) else {
        return go("/account");
    };
    let account = member.session.account.0;
    match site
        .accounts
        .keep(account, None, Change::PasskeyGone(id))
        .await
    {
        Ok(Kept::Done(..)) => {
            // Whoever got in by it is out.
            site.sessions
                .end_others(member.session.account, Some(&member.session));
            go("/account?done=removed")
        }
        Ok(Kept::Refused) => go("/account?done=last"),
        Ok(_) => go("/account"),
        Err(error) => say_failure(member.language, &error),
    }
}

/// The form that makes a passkey, or why there is none here.
pub(super) fn block(
    site: &Site,
    language: Language,
    (account, browser): (&Account, [u8; 32]),
    mut form: Form,
) -> Block {
    let say = |key: &str| TEXTS.say(language, key);
    let known: Vec<Vec<u8>> = account.passkeys.iter().map(|key| key.id.clone()).collect();
    let asked = site.passkeys.as_ref().and_then(|keys| {
        let owner = (AccountId(account.id()), account.login.as_str());
        keys.ask_to_make(browser, owner, &known, site.now())
    });
    let Some(options) = asked else {
        return Block::Note(say("passkey-nowhere"));
    };
    form.fields = vec![Field::text(
        "name",
        say("passkey-name"),
        say("passkey-name-hint"),
    )];
    form.button = say("passkey-make");
    form.passkey = Some(Question {
        kind: "create",
        options,
        failed: say("passkey-failed"),
    });
    Block::Form(form)
}

fn form(site: &Site, member: &Member, account: &Account, alert: Option<&str>) -> Response {
    let language = member.language;
    let mut blocks = Vec::new();
    if let Some(alert) = alert {
        blocks.push(say_alert(language, "alert-nothing-done", alert));
    }
    blocks.push(Block::Text(TEXTS.say(language, "passkey-make-lead")));
    let form = Form {
        action: "/account/passkey".to_owned(),
        token: member.session.token.clone(),
        ..Form::default()
    };
    let whose = (account, member.session.browser());
    blocks.push(block(site, language, whose, form));
    let mut page = Page::of(language, "passkey-make-title", "/account/passkey");
    page.session = Some(&member.session);
    if alert.is_some() {
        page.status = StatusCode::UNPROCESSABLE_ENTITY;
    }
    page.show(blocks)
}
