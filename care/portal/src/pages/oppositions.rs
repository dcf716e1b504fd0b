//! `GET /oppositions`: what the person opposes short of his whole space, since when, by which receipt; `POST
//! /oppositions/take-back` ends it (GDPR art. 21). Opposing has a page of its own.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use hygie_record::notice::ActorKind;
use hygie_record::{Error, Refusal, Scope};
use serde::Deserialize;

use super::TEXTS;
use super::again::wanted;
use super::moments::day;
use super::names::names;
use super::opposition::{Way, receipt_to};
use super::part::{Block, Form};
use super::refuse::ways;
use super::site::Site;
use super::space;
use super::visitor::{PostedBy, Visitor};

/// The list.
pub(super) const ADDRESS: &str = "/oppositions";
/// That an opposition ended.
const ALLOWED: Way = Way::ending("allowed");

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Taken {
    scope: String,
}

pub(super) async fn show(State(site): State<Arc<Site>>, visitor: Visitor) -> Response {
    match blocks(&site, &visitor).await {
        // Who opposes the whole space is refused here as everywhere: he is told what he may do.
        Err(Error::Refused) if visitor.person().is_ok() => {
            let back = whole(&visitor, "/opposition/back", "back-title");
            let blocks = vec![
                Block::Note(visitor.say("oppositions-shut")),
                Block::Links(vec![back]),
            ];
            visitor.page(("oppositions-title", ADDRESS), Ok(blocks))
        }
        blocks => visitor.page(("oppositions-title", ADDRESS), blocks),
    }
}

/// What ends lets somebody in again, so it asks who is there.
pub(super) async fn take_back(State(site): State<Arc<Site>>, sent: PostedBy<Taken>) -> Response {
    let (visitor, taken) = (sent.visitor, sent.form);
    if let Some(response) = wanted(&site, &visitor.session, ADDRESS) {
        return response;
    }
    let said = async {
        let (caller, person) = (visitor.caller(&site)?, visitor.person()?);
        let scope: Scope = taken.scope.parse().map_err(|_| Error::NotFound)?;
        let enrolment = &site.enrolment;
        enrolment
            .say_signed_in(&caller, person, &scope, false)
            .await
    };
    match said.await {
        Ok(proof) => receipt_to(&visitor, &ALLOWED, &site.enrolment, &proof),
        Err(error) => visitor.sorry(&error),
    }
}

async fn blocks(site: &Site, visitor: &Visitor) -> Result<Vec<Block>, Error> {
    let say = |key: &str| visitor.say(key);
    let (caller, person) = (visitor.caller(site)?, visitor.person()?);
    let refusals = site.record().refusals(&caller, person).await?;
    let numbers: BTreeSet<String> = refusals
        .iter()
        .filter(|one| matches!(one.scope, Scope::Professional(_) | Scope::Structure(_)))
        .filter_map(|one| one.scope.named().map(str::to_owned))
        .collect();
    let known = names(site, &caller, &numbers).await?;
    let mut blocks = vec![
        Block::Text(say("oppositions-lead")),
        Block::Heading(say("oppositions-holding")),
    ];
    if refusals.is_empty() {
        blocks.push(Block::Text(say("oppositions-none")));
    }
    blocks.extend(refusals.iter().map(|one| row(visitor, one, &known)));
    blocks.push(Block::Heading(say("oppositions-add")));
    blocks.push(Block::Links(
        ways()
            .map(|(address, key)| (address, say(&key)))
            .chain([whole(visitor, "/opposition", "oppositions-space")])
            .collect(),
    ));
    Ok(blocks)
}

/// Where the whole space is opposed: the holder has a page of his own, and whoever acts for him does it with a code.
fn whole(visitor: &Visitor, others: &str, key: &str) -> (String, String) {
    let himself = visitor.role.kind == ActorKind::Holder;
    let address = if himself { space::ADDRESS } else { others };
    (address.to_owned(), visitor.say(key))
}

/// A scope in words, with the name of whom it names, where that is known.
pub(super) fn said(visitor: &Visitor, scope: &Scope, known: &HashMap<String, String>) -> String {
    let named = scope.named().unwrap_or_default();
    let name = match known.get(named) {
        Some(name) => format!("{name} ({named})"),
        None => named.to_owned(),
    };
    let key = format!("scope-{}", scope.kind());
    TEXTS.say_with(visitor.language, &key, &[("name", &name)])
}

fn row(visitor: &Visitor, refusal: &Refusal, known: &HashMap<String, String>) -> Block {
    let language = visitor.language;
    let name = said(visitor, &refusal.scope, known);
    let since = day(language, &visitor.zone, refusal.at);
    let spoken = TEXTS.say_with(language, "oppositions-end-named", &[("name", &name)]);
    Block::Row {
        details: vec![
            TEXTS.say_with(language, "oppositions-since", &[("day", &since)]),
            TEXTS.say_with(
                language,
                "oppositions-receipt",
                &[("number", &refusal.receipt)],
            ),
        ],
        form: Some(Form {
            action: "/oppositions/take-back".to_owned(),
            token: visitor.session.token.clone(),
            hidden: vec![("scope", refusal.scope.to_string())],
            button: TEXTS.say(language, "oppositions-end"),
            spoken,
            quiet: true,
            ..Form::default()
        }),
        name,
    }
}
