//! `GET /space`, `POST /space/oppose` and `/space/back`: the holder sees how far his space is, since when, says no at once
//! and yes again at any time; who represents him does so for him. While it is opposed the trail is seen here, and nothing
//! else. GDPR art. 7(3), 12(2) and 21; art. 371-1 and 496 C. civ.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use hygie_enrolment::{Held, Stage};
use hygie_record::notice::{ActorKind, PersonId};
use hygie_record::{Caller, Error};
use serde::Deserialize;

use super::again::wanted;
use super::moments::{day, zone_said};
use super::opposition::{BACK, NO, receipt_to};
use super::part::{Block, Form};
use super::site::Site;
use super::visitor::{PostedBy, Visitor};
use super::{TEXTS, child};

/// Where it is.
pub(super) const ADDRESS: &str = "/space";

#[derive(Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn show(State(site): State<Arc<Site>>, visitor: Visitor) -> Response {
    let shown = async {
        let held = match whose(&site, &visitor)? {
            (person, None) => site.enrolment.held(person).await?,
            (person, Some(caller)) => site.enrolment.held_for(&caller, person).await?,
        };
        Ok(blocks(&visitor, held))
    };
    visitor.page(("space-title", ADDRESS), shown.await)
}

pub(super) async fn oppose(State(site): State<Arc<Site>>, sent: PostedBy<Nothing>) -> Response {
    let visitor = sent.visitor;
    let said = async {
        match whose(&site, &visitor)? {
            (person, None) => site.enrolment.oppose_held(person).await,
            (person, Some(caller)) => site.enrolment.oppose_for(&caller, person).await,
        }
    };
    match said.await {
        Ok(proof) => receipt_to(&visitor, &NO, &site.enrolment, &proof),
        Err(error) => visitor.sorry(&error),
    }
}

pub(super) async fn back(State(site): State<Arc<Site>>, sent: PostedBy<Nothing>) -> Response {
    let visitor = sent.visitor;
    // It lets others read again: whoever finds a screen left open does not do that.
    if let Some(response) = wanted(&site, &visitor.session, ADDRESS) {
        return response;
    }
    let said = async {
        match whose(&site, &visitor)? {
            (person, None) => site.enrolment.relent_held(person).await,
            (person, Some(caller)) => site.enrolment.relent_for(&caller, person).await,
        }
    };
    match said.await {
        Ok(proof) => receipt_to(&visitor, &BACK, &site.enrolment, &proof),
        Err(error) => visitor.sorry(&error),
    }
}

/// Whose space it is; with the caller whose right to speak for him is weighed, where he is not the holder himself.
fn whose(site: &Site, visitor: &Visitor) -> Result<(PersonId, Option<Caller>), Error> {
    let person = visitor.person()?;
    let himself = visitor.role.kind == ActorKind::Holder;
    let caller = (!himself).then(|| visitor.caller(site)).transpose()?;
    Ok((person, caller))
}

fn blocks(visitor: &Visitor, held: Held) -> Vec<Block> {
    let language = visitor.language;
    let say = |key: &str| visitor.say(key);
    let on = |key: &str, at: u64| {
        let day = day(language, &visitor.zone, at);
        TEXTS.say_with(language, &visitor.key(key), &[("day", &day)])
    };
    let mut blocks = Vec::new();
    let himself = visitor.role.kind == ActorKind::Holder;
    if let (false, Some(name)) = (himself, &visitor.role.name) {
        let said = TEXTS.say_with(language, "space-for", &[("name", name)]);
        blocks.push(Block::Text(said));
    }
    let opposed = match held {
        Held::OnRoll(standing) => {
            let stage = match standing.stage {
                Stage::Activated { at } => on("space-activated", at),
                Stage::Created { at } => on("space-created", at),
                Stage::Closed { at, .. } => on("space-closed", at),
                Stage::Waiting | Stage::Announced { .. } | Stage::Erased { .. } => {
                    say("space-none")
                }
            };
            blocks.push(Block::Text(stage));
            if let Some(since) = standing.opposed {
                blocks.push(Block::Note(on("space-opposed", since)));
            }
            Some(standing.opposed.is_some())
        }
        Held::Elsewhere => {
            blocks.push(Block::Text(say("space-elsewhere")));
            None
        }
    };
    let form = |to: &str, key: &str, quiet| {
        Block::Form(Form {
            action: to.to_owned(),
            token: visitor.session.token.clone(),
            button: say(key),
            quiet,
            ..Form::default()
        })
    };
    if opposed != Some(true) {
        blocks.push(Block::Heading(say("space-oppose-title")));
        blocks.push(Block::Text(say("space-oppose-text")));
        blocks.push(form("/space/oppose", "space-oppose", false));
    }
    if opposed != Some(false) {
        blocks.push(Block::Heading(say("space-back-title")));
        blocks.push(Block::Text(say("space-back-text")));
        blocks.push(form("/space/back", "space-back", true));
    }
    let mut links = vec![("/trail".to_owned(), say("nav-trail"))];
    if himself {
        links.push((child::ADDRESS.to_owned(), say("child-title")));
    }
    blocks.push(Block::Links(links));
    blocks.push(Block::Text(zone_said(language, &visitor.zone)));
    blocks
}
