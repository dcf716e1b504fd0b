//! `GET /authorisations`: whom the person authorised or blocked, for what and until when, who acts for him, and what he
//! wishes for all; `POST /authorisations/take-back` and `/authorisations/wishes` change it. Granting has pages of its own.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use hygie_record::notice::ActorKind;
use hygie_record::{Error, Wishes};
use serde::Deserialize;

use super::again::wanted;
use super::filled::Fields;
use super::grant::ways;
use super::held::{Held, held};
use super::mandate;
use super::part::{Block, Checks, Form};
use super::site::Site;
use super::visitor::{Came, PostedBy, Visitor, go};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Taken {
    id: String,
}

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    Query(came): Query<Came>,
    visitor: Visitor,
) -> Response {
    let blocks = blocks(&site, &visitor, &came.done).await;
    visitor.page(("authorisations-title", "/authorisations"), blocks)
}

/// Taking back closes, and asks for no more than the session.
pub(super) async fn take_back(State(site): State<Arc<Site>>, sent: PostedBy<Taken>) -> Response {
    let (visitor, id) = (sent.visitor, sent.form.id);
    let taken = async {
        let (caller, person) = (visitor.caller(&site)?, visitor.person()?);
        site.record().take_back(&caller, person, &id, None).await
    };
    match taken.await {
        // Whoever presses twice finds it taken back.
        Ok(()) | Err(Error::Gone | Error::NotFound) => go("/authorisations?done=taken"),
        Err(error) => visitor.sorry(&error),
    }
}

/// A wish may open, so it asks who is there.
pub(super) async fn wish(State(site): State<Arc<Site>>, sent: PostedBy<Fields>) -> Response {
    let (visitor, fields) = (sent.visitor, sent.form);
    if let Some(response) = wanted(&site, &visitor.session, "/authorisations") {
        return response;
    }
    let is_ticked = |name: &str| Some(fields.contains_key(name));
    let wishes = Wishes {
        presumption: is_ticked("team"),
        break_glass: is_ticked("urgent"),
        regulation: is_ticked("samu"),
        letters: None,
    };
    let wished = async {
        let (caller, person) = (visitor.caller(&site)?, visitor.person()?);
        site.record().wish(&caller, person, wishes).await
    };
    match wished.await {
        Ok(_) => go("/authorisations?done=granted"),
        Err(error) => visitor.sorry(&error),
    }
}

async fn blocks(site: &Site, visitor: &Visitor, done: &str) -> Result<Vec<Block>, Error> {
    let say = |key: &str| visitor.say(key);
    let (held, known) = held(site, visitor).await?;
    let (caller, person) = (visitor.caller(site)?, visitor.person()?);
    // Nothing is changed by wishes that say nothing.
    let wishes = site.record().wish(&caller, person, Wishes::default());
    let wishes = wishes.await?;
    let appointed = site.record().appointed(&caller, person).await?;
    let mut blocks = Vec::new();
    if matches!(done, "granted" | "taken" | "ended") {
        blocks.push(Block::Note(say(&format!("authorisations-{done}"))));
    }
    blocks.push(Block::Text(say("authorisations-lead")));
    blocks.push(Block::Heading(say("authorisations-holding")));
    let (apps, others): (Vec<_>, Vec<_>) = held.iter().partition(|held| held.kind == "app");
    if others.is_empty() {
        blocks.push(Block::Text(say("authorisations-none")));
    }
    let rows = |several: Vec<&Held>| -> Vec<Block> {
        let rows = several.into_iter();
        rows.map(|held| held.row(visitor, &known, site.now()))
            .collect()
    };
    blocks.extend(rows(others));
    blocks.push(Block::Heading(say("apps-title")));
    if apps.is_empty() {
        blocks.push(Block::Text(say("apps-none")));
    }
    blocks.extend(rows(apps));
    blocks.push(Block::Heading(say("mandates-title")));
    blocks.extend(mandate::rows(visitor, &appointed, site.now()));
    blocks.push(Block::Heading(say("authorisations-add")));
    blocks.push(Block::Links(decisions(visitor)));
    blocks.push(Block::Heading(say("wishes-title")));
    blocks.push(wishes_form(visitor, &wishes));
    blocks.push(Block::Heading(say("letters-title")));
    blocks.extend(super::letters::told(visitor, &wishes));
    Ok(blocks)
}

/// What can be decided, each on a page of its own. Nobody but the person himself appoints.
fn decisions(visitor: &Visitor) -> Vec<(String, String)> {
    let say = |key: &str| visitor.say(key);
    let mut links: Vec<(String, String)> =
        ways().map(|(address, key)| (address, say(&key))).collect();
    links.push((super::document::ADDRESS.to_owned(), say("document-title")));
    if visitor.role.kind == ActorKind::Holder {
        links.push((mandate::ADDRESS.to_owned(), say("helper-title")));
    }
    links
}

fn wishes_form(visitor: &Visitor, wishes: &Wishes) -> Block {
    let say = |key: &str| visitor.say(key);
    // What was never said is permitted, as the law has it.
    let option = |name: &str, wish: Option<bool>| {
        let label = say(&format!("wishes-{name}"));
        (name.to_owned(), label, wish.unwrap_or(true))
    };
    Block::Form(Form {
        action: "/authorisations/wishes".to_owned(),
        token: visitor.session.token.clone(),
        checks: Some(Checks {
            legend: say("wishes-lead"),
            hint: String::new(),
            options: vec![
                option("team", wishes.presumption),
                option("urgent", wishes.break_glass),
                option("samu", wishes.regulation),
            ],
        }),
        button: say("wishes-send"),
        ..Form::default()
    })
}
