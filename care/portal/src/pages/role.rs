//! `GET` and `POST /signin/role`: somebody who may act in several roles says in which. Each change gives the
//! session a new cookie.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::Response;
use hygie_record::accounts::Account;
use hygie_record::notice::{ActorKind, ActorRef};
use hygie_web::Language;
use serde::Deserialize;

use super::part::{Block, Choices, Form, Page};
use super::site::{Seat, Site};
use super::visitor::{Asked, Member, Posted, go, leading};
use super::{TEXTS, say_alert, say_failure};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Chosen {
    role: String,
}

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    Query(asked): Query<Asked>,
    member: Member,
) -> Response {
    match account(&site, &member).await {
        Ok(Some(account)) => form(&member, &account, asked.next(), false),
        Ok(None) => go("/signin?why=over"),
        Err(error) => say_failure(member.language, &error),
    }
}

pub(super) async fn send(
    State(site): State<Arc<Site>>,
    Query(asked): Query<Asked>,
    sent: Posted<Chosen>,
) -> Response {
    let member = sent.member;
    let account = match account(&site, &member).await {
        Ok(Some(account)) => account,
        Ok(None) => return go("/signin?why=over"),
        Err(error) => return say_failure(member.language, &error),
    };
    let place = sent.form.role.parse::<usize>().ok();
    let Some(role) = place.and_then(|place| account.roles.get(place)) else {
        return form(&member, &account, asked.next(), true);
    };
    let seat = Seat {
        role: Some(role.clone()),
        several: account.roles.len() > 1,
        ..member.session.payload.clone()
    };
    let idle = site.idle(Some(role));
    match site.sessions.renew(&member.session, (seat, idle), None) {
        Some((_, cookie)) => {
            let mut response = go(asked.next());
            response.headers_mut().append(header::SET_COOKIE, cookie);
            response
        }
        None => go("/signin?why=over"),
    }
}

async fn account(site: &Site, member: &Member) -> Result<Option<Account>, hygie_record::Error> {
    let id = member.session.account.0;
    site.accounts.by_id(id, "choosing a role").await
}

/// A role in words.
pub(super) fn words(language: Language, role: &ActorRef) -> String {
    let key = match role.kind {
        ActorKind::Holder => "role-holder",
        ActorKind::Representative => "role-representative",
        ActorKind::Professional => "role-professional",
        ActorKind::Support => "role-support",
        ActorKind::Operator => "role-operator",
        _ => "role-other",
    };
    let name = role.name.as_deref().unwrap_or(&role.id);
    let place = role.structure.as_deref().unwrap_or("–");
    TEXTS.say_with(language, key, &[("name", name), ("place", place)])
}

fn form(member: &Member, account: &Account, next: &str, nothing_chosen: bool) -> Response {
    let language = member.language;
    let say = |key: &str| TEXTS.say(language, key);
    let mut blocks = Vec::new();
    if nothing_chosen {
        blocks.push(say_alert(
            language,
            "alert-nothing-done",
            "role-none-chosen",
        ));
    }
    if account.roles.is_empty() {
        blocks.push(Block::Note(say("role-none")));
    } else {
        let now = member.session.payload.role.as_ref();
        let options = account
            .roles
            .iter()
            .enumerate()
            .map(|(place, role)| (place.to_string(), words(language, role), now == Some(role)));
        blocks.push(Block::Text(say("role-lead")));
        blocks.push(Block::Form(Form {
            action: leading("/signin/role", next),
            token: member.session.token.clone(),
            choices: Some(Choices {
                name: "role",
                legend: say("role-legend"),
                options: options.collect(),
            }),
            button: say("role-send"),
            ..Form::default()
        }));
    }
    let address = leading("/signin/role", next);
    let mut page = Page::of(language, "role-title", &address);
    page.session = Some(&member.session);
    page.show(blocks)
}
