//! `GET` and `POST /signin/role`: somebody who may act in several roles says in which. Each change gives the
//! session a new cookie.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::Response;
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
    match roles(&site, &member).await {
        Ok(Some(roles)) => form(&member, &roles, asked.next(), false),
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
    let roles = match roles(&site, &member).await {
        Ok(Some(roles)) => roles,
        Ok(None) => return go("/signin?why=over"),
        Err(error) => return say_failure(member.language, &error),
    };
    let place = sent.form.role.parse::<usize>().ok();
    let Some(role) = place.and_then(|place| roles.get(place)) else {
        return form(&member, &roles, asked.next(), true);
    };
    let seat = Seat {
        role: Some(role.clone()),
        several: roles.len() > 1,
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

/// The roles of an account, or those that a provider of identities gave to somebody who has none.
async fn roles(site: &Site, member: &Member) -> Result<Option<Vec<ActorRef>>, hygie_record::Error> {
    if let Some(given) = member.nameless() {
        return Ok(Some(given.roles.clone()));
    }
    let id = member.session.account.0;
    let account = site.accounts.by_id(id, "choosing a role").await?;
    Ok(account.map(|account| account.roles))
}

/// A role in words.
pub(super) fn words(language: Language, role: &ActorRef) -> String {
    let key = match role.kind {
        ActorKind::Holder => "role-holder",
        ActorKind::Representative => "role-representative",
        ActorKind::Professional if role.structure.is_none() => "role-professional-alone",
        ActorKind::Professional => "role-professional",
        ActorKind::Support => "role-support",
        ActorKind::Operator => "role-operator",
        ActorKind::Officer => "role-officer",
        _ => "role-other",
    };
    let name = role.name.as_deref().unwrap_or(&role.id);
    let place = role.structure.as_deref().unwrap_or_default();
    TEXTS.say_with(language, key, &[("name", name), ("place", place)])
}

/// A role among others: somebody who is here by a provider's word knows his by profession and place.
fn label(member: &Member, number: usize, role: &ActorRef) -> String {
    let language = member.language;
    let places = member.nameless().map(|given| &given.places);
    let (Some(places), Some(code)) = (places, &role.profession) else {
        return words(language, role);
    };
    let key = format!("profession-{code}");
    let profession = match TEXTS.say(language, &key) {
        none if none == key => TEXTS.say_with(language, "role-practice-other", &[("code", code)]),
        profession => profession,
    };
    match places.get(number).map(String::as_str) {
        None | Some("") => {
            let said = [("profession", profession.as_str())];
            TEXTS.say_with(language, "role-practice-placeless", &said)
        }
        Some(place) => {
            let said = [("profession", profession.as_str()), ("place", place)];
            TEXTS.say_with(language, "role-practice", &said)
        }
    }
}

fn form(member: &Member, roles: &[ActorRef], next: &str, nothing_chosen: bool) -> Response {
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
    if roles.is_empty() {
        blocks.push(Block::Note(say("role-none")));
    } else {
        let now = member.session.payload.role.as_ref();
        let options = roles.iter().enumerate().map(|(place, role)| {
            (
                place.to_string(),
                label(member, place, role),
                now == Some(role),
            )
        });
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
