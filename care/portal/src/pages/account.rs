//! `GET /account`, and the small changes on it: language and address, other sessions, recovery codes. How to sign
//! in is changed on pages of their own.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hygie_record::accounts::{Account, Change, Kept};
use hygie_web::{Language, Session};
use serde::Deserialize;

use super::again::wanted;
use super::moments::{moment, zone_said};
use super::part::{Block, Choices, Field, Form, Page};
use super::password::recovery;
use super::role::words;
use super::site::{Given, Seat, Site};
use super::visitor::{Member, Posted, go};
use super::{TEXTS, say_alert, say_failure};

/// The longest e-mail address (RFC 5321 4.5.3.1.3).
const EMAIL: usize = 254;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Came {
    done: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Settings {
    language: String,
    email: String,
}

#[derive(Deserialize)]
pub(super) struct Ended {
    #[serde(default)]
    mark: String,
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    Query(came): Query<Came>,
    member: Member,
) -> Response {
    if let Some(given) = member.nameless() {
        return without(&site, &member, given);
    }
    let id = member.session.account.0;
    match site.accounts.by_id(id, "looking at the account").await {
        Ok(Some(account)) => page(&site, &member, &account, came.done.as_deref()),
        Ok(None) => go("/signin?why=over"),
        Err(error) => say_failure(member.language, &error),
    }
}

pub(super) async fn settings(State(site): State<Arc<Site>>, sent: Posted<Settings>) -> Response {
    let (member, wish) = (sent.member, sent.form);
    let id = member.session.account.0;
    let email = wish.email.trim();
    if !email.is_empty() && !is_email(email) {
        return go("/account?done=email");
    }
    let Some(language) = Language::from_code(&wish.language) else {
        return go("/account");
    };
    for change in [
        Change::Language(language.code().to_owned()),
        Change::Email(email.to_owned()),
    ] {
        if let Err(error) = site.accounts.keep(id, None, change).await {
            return say_failure(member.language, &error);
        }
    }
    let set = |seat: &mut Seat| seat.language = language;
    site.sessions.rewrite(member.session.account, set);
    go("/account?done=settings")
}

pub(super) async fn sessions(State(site): State<Arc<Site>>, sent: Posted<Ended>) -> Response {
    let session = &sent.member.session;
    match sent.form.mark.as_str() {
        "" => {
            site.sessions.end_others(session.account, Some(session));
        }
        mark => site.sessions.end_marked(session.account, mark),
    }
    go("/account?done=sessions")
}

pub(super) async fn codes(State(site): State<Arc<Site>>, sent: Posted<Nothing>) -> Response {
    let member = sent.member;
    if let Some(response) = wanted(&site, &member.session, "/account") {
        return response;
    }
    let id = member.session.account.0;
    match site.accounts.keep(id, None, Change::Recovery).await {
        Ok(Kept::Done(_, codes)) => {
            let mut page = Page::of(member.language, "codes-done-title", "");
            page.session = Some(&member.session);
            page.show(recovery(member.language, "codes-done", &codes))
        }
        Ok(_) => go("/account"),
        Err(error) => say_failure(member.language, &error),
    }
}

/// Whether somebody may be written to there, as far as its form tells.
fn is_email(text: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_graphic());
    text.len() <= EMAIL
        && text
            .split_once('@')
            .is_some_and(|(name, host)| plain(name) && plain(host) && host.contains('.'))
}

fn page(site: &Site, member: &Member, account: &Account, done: Option<&str>) -> Response {
    let language = member.language;
    let say = |key: &str| TEXTS.say(language, key);
    let mut blocks = Vec::new();
    match done {
        Some("last") => blocks.push(say_alert(language, "alert-nothing-done", "account-last")),
        Some("email") => blocks.push(say_alert(
            language,
            "alert-nothing-done",
            "account-email-wrong",
        )),
        Some("passkey") => blocks.push(Block::Note(say("account-passkey-added"))),
        Some("removed") => blocks.push(Block::Note(say("account-passkey-removed"))),
        Some("settings") => blocks.push(Block::Note(say("account-settings-done"))),
        Some("sessions") => blocks.push(Block::Note(say("account-sessions-done"))),
        _ => {}
    }
    let named = [("login", account.login.as_str())];
    blocks.push(Block::Text(TEXTS.say_with(
        language,
        "account-lead",
        &named,
    )));
    if let Some(role) = &member.session.payload.role {
        blocks.push(Block::Text(words(language, role)));
    }
    if account.roles.len() > 1 {
        let link = ("/signin/role".to_owned(), say("home-role"));
        blocks.push(Block::Links(vec![link]));
    }
    ways_in(&mut blocks, member, account);
    settings_form(&mut blocks, member, account);
    blocks.push(Block::Heading(say("account-helper")));
    blocks.push(Block::Text(say("account-helper-lead")));
    blocks.push(Block::Secret {
        label: say("account-id"),
        text: account.subject.id.to_string(),
    });
    open_sessions(&mut blocks, site, member);
    let mut page = Page::of(language, "account-title", "/account");
    page.session = Some(&member.session);
    page.show(blocks)
}

/// The page of somebody who has no account here: as whom he acts, and where he is signed in.
fn without(site: &Site, member: &Member, given: &Given) -> Response {
    let language = member.language;
    let provider = site.provider(&given.provider);
    let named = [("provider", provider.map_or("", |provider| provider.label()))];
    let mut blocks = vec![Block::Text(TEXTS.say_with(
        language,
        "provider-account",
        &named,
    ))];
    if let Some(role) = &member.session.payload.role {
        blocks.push(Block::Text(words(language, role)));
    }
    if given.roles.len() > 1 {
        let link = ("/signin/role".to_owned(), TEXTS.say(language, "home-role"));
        blocks.push(Block::Links(vec![link]));
    }
    open_sessions(&mut blocks, site, member);
    let mut page = Page::of(language, "account-title", "/account");
    page.session = Some(&member.session);
    page.show(blocks)
}

/// Passkeys, the password and the recovery codes.
fn ways_in(blocks: &mut Vec<Block>, member: &Member, account: &Account) {
    let language = member.language;
    let say = |key: &str| TEXTS.say(language, key);
    let moment = |at: u64| moment(language, &member.zone, at);
    let since = |at: u64| TEXTS.say_with(language, "account-since", &[("at", &moment(at))]);
    blocks.push(Block::Heading(say("account-passkeys")));
    if account.passkeys.is_empty() {
        blocks.push(Block::Text(say("account-no-passkey")));
    }
    for key in &account.passkeys {
        let mut details = vec![since(key.since)];
        if let Some(used) = key.used {
            let used = moment(used);
            details.push(TEXTS.say_with(language, "account-used", &[("at", &used)]));
        }
        let spoken = [("name", key.name.as_str())];
        blocks.push(Block::Row {
            name: key.name.clone(),
            details,
            form: Some(Form {
                action: "/account/passkey/remove".to_owned(),
                token: member.session.token.clone(),
                hidden: vec![("id", URL_SAFE_NO_PAD.encode(&key.id))],
                button: say("account-remove"),
                spoken: TEXTS.say_with(language, "account-remove-named", &spoken),
                quiet: true,
                ..Form::default()
            }),
        });
    }
    let link = ("/account/passkey".to_owned(), say("account-add-passkey"));
    blocks.push(Block::Links(vec![link]));
    blocks.push(Block::Heading(say("account-password")));
    let (state, link) = match account.has_password() {
        Some(at) => (since(at), "account-change-password"),
        None => (say("account-no-password"), "account-add-password"),
    };
    blocks.push(Block::Text(state));
    let link = ("/account/password".to_owned(), say(link));
    blocks.push(Block::Links(vec![link]));
    if account.has_password().is_some() {
        let left = account.recovery_codes().to_string();
        let left = TEXTS.say_with(language, "account-codes", &[("count", &left)]);
        blocks.push(Block::Text(left));
        blocks.push(Block::Form(Form {
            action: "/account/codes".to_owned(),
            token: member.session.token.clone(),
            button: say("account-new-codes"),
            quiet: true,
            ..Form::default()
        }));
    }
}

fn settings_form(blocks: &mut Vec<Block>, member: &Member, account: &Account) {
    let language = member.language;
    let say = |key: &str| TEXTS.say(language, key);
    let mut email = Field::text("email", say("account-email"), say("account-email-hint"));
    (email.kind, email.purpose) = ("email", "email");
    email.value = account.email.clone().unwrap_or_default();
    let options = Language::ALL.into_iter().map(|one| {
        let chosen = account.language == one.code();
        (one.code().to_owned(), one.name().to_owned(), chosen)
    });
    blocks.push(Block::Heading(say("account-settings")));
    blocks.push(Block::Form(Form {
        action: "/account/settings".to_owned(),
        token: member.session.token.clone(),
        fields: vec![email],
        choices: Some(Choices {
            name: "language",
            legend: say("account-language"),
            options: options.collect(),
        }),
        button: say("account-save"),
        ..Form::default()
    }));
}

fn open_sessions(blocks: &mut Vec<Block>, site: &Site, member: &Member) {
    let language = member.language;
    let say = |key: &str| TEXTS.say(language, key);
    let all: Vec<Session<Seat>> = site.sessions.of(member.session.account, site.now());
    blocks.push(Block::Heading(say("account-sessions")));
    blocks.push(Block::Text(zone_said(language, &member.zone)));
    for session in &all {
        let here = session.mark == member.session.mark;
        let (begun, seen) = (
            moment(language, &member.zone, session.begun),
            moment(language, &member.zone, session.seen),
        );
        let times = [("begun", begun.as_str()), ("seen", seen.as_str())];
        let form = (!here).then(|| Form {
            action: "/account/sessions".to_owned(),
            token: member.session.token.clone(),
            hidden: vec![("mark", session.mark.clone())],
            button: say("account-end"),
            spoken: TEXTS.say_with(language, "account-end-named", &times),
            quiet: true,
            ..Form::default()
        });
        blocks.push(Block::Row {
            name: say(if here {
                "account-this-session"
            } else {
                "account-other-session"
            }),
            details: vec![TEXTS.say_with(language, "account-session", &times)],
            form,
        });
    }
    if all.len() > 1 {
        blocks.push(Block::Form(Form {
            action: "/account/sessions".to_owned(),
            token: member.session.token.clone(),
            button: say("account-end-all"),
            quiet: true,
            ..Form::default()
        }));
    }
}
