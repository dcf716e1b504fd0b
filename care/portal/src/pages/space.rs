//! `GET /space`, `POST /space/oppose` and `/space/back`: the holder sees how far his space is, since when, says no at once
//! and yes again at any time. While he opposes he sees his trail here, and nothing else. GDPR art. 7(3), 12(2) and 21.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use hygie_enrolment::{Held, Stage};
use hygie_record::Error;
use hygie_record::notice::{ActorKind, PersonId};
use serde::Deserialize;

use super::TEXTS;
use super::again::wanted;
use super::moments::{day, zone_said};
use super::opposition::{BACK, NO, receipt};
use super::part::{Block, Form};
use super::site::Site;
use super::visitor::{PostedBy, Visitor};

/// Where it is.
pub(super) const ADDRESS: &str = "/space";

#[derive(Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn show(State(site): State<Arc<Site>>, visitor: Visitor) -> Response {
    let shown = async {
        let person = own(&visitor)?;
        let held = site.enrolment.held(person).await?;
        Ok(blocks(&visitor, held))
    };
    visitor.page(("space-title", ADDRESS), shown.await)
}

pub(super) async fn oppose(State(site): State<Arc<Site>>, sent: PostedBy<Nothing>) -> Response {
    let visitor = sent.visitor;
    let said = async { site.enrolment.oppose_held(own(&visitor)?).await };
    match said.await {
        Ok(proof) => receipt(&NO, &site.enrolment, visitor.language, &proof),
        Err(error) => visitor.sorry(&error),
    }
}

pub(super) async fn back(State(site): State<Arc<Site>>, sent: PostedBy<Nothing>) -> Response {
    let visitor = sent.visitor;
    // It lets others read again: whoever finds a screen left open does not do that.
    if let Some(response) = wanted(&site, &visitor.session, ADDRESS) {
        return response;
    }
    let said = async { site.enrolment.relent_held(own(&visitor)?).await };
    match said.await {
        Ok(proof) => receipt(&BACK, &site.enrolment, visitor.language, &proof),
        Err(error) => visitor.sorry(&error),
    }
}

/// The holder's own space; whoever acts for him does not say no in his place.
fn own(visitor: &Visitor) -> Result<PersonId, Error> {
    let himself = visitor.role.kind == ActorKind::Holder;
    let person = visitor.role.person.filter(|_| himself);
    person.ok_or(Error::Refused)
}

fn blocks(visitor: &Visitor, held: Held) -> Vec<Block> {
    let language = visitor.language;
    let say = |key: &str| TEXTS.say(language, key);
    let on = |key: &str, at: u64| {
        let day = day(language, &visitor.zone, at);
        TEXTS.say_with(language, key, &[("day", &day)])
    };
    let mut blocks = Vec::new();
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
    blocks.push(Block::Links(vec![("/trail".to_owned(), say("nav-trail"))]));
    blocks.push(Block::Text(zone_said(language, &visitor.zone)));
    blocks
}
