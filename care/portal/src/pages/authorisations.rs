//! `GET /authorisations`: whom the person authorised or blocked, for what and until when, and what he wishes for all;
//! `POST /authorisations/take-back` and `/authorisations/wishes` change it. Granting has a page of its own.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use hygie_fhir::Json;
use hygie_fhir::search::Span;
use hygie_record::{Error, Item, Wishes};
use hygie_web::Language;
use serde::Deserialize;

use super::TEXTS;
use super::again::wanted;
use super::grant::ways;
use super::names::names;
use super::part::{Block, Checks, Form, Page};
use super::site::Site;
use super::visitor::{PostedBy, Visitor, go};
use super::words::day;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Came {
    done: String,
}

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
    match blocks(&site, &visitor, &came.done).await {
        Ok(blocks) => {
            let mut page = Page::of(visitor.language, "authorisations-title", "/authorisations");
            page.session = Some(&visitor.session);
            page.show(blocks)
        }
        Err(error) => visitor.sorry(&error),
    }
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
pub(super) async fn wish(
    State(site): State<Arc<Site>>,
    sent: PostedBy<BTreeMap<String, String>>,
) -> Response {
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
    let language = visitor.language;
    let say = |key: &str| TEXTS.say(language, key);
    let (caller, person) = (visitor.caller(site)?, visitor.person()?);
    let query = hygie_record::Query {
        kind: Some("Consent".to_owned()),
        criteria: Vec::new(),
        what: "Consent".to_owned(),
    };
    let found = site.record().search(&caller, person, &query).await?;
    let held: Vec<Held> = found
        .matches
        .iter()
        .filter_map(|item| Held::of(item))
        .collect();
    let numbers: BTreeSet<String> = held.iter().map(|held| held.whom.clone()).collect();
    let names = names(site, &caller, &numbers).await?;
    // Nothing is changed by wishes that say nothing.
    let wishes = site.record().wish(&caller, person, Wishes::default());
    let wishes = wishes.await?;
    let mut blocks = Vec::new();
    match done {
        "granted" => blocks.push(Block::Note(say("authorisations-done"))),
        "taken" => blocks.push(Block::Note(say("authorisations-taken"))),
        _ => {}
    }
    blocks.push(Block::Text(say("authorisations-lead")));
    blocks.push(Block::Heading(say("authorisations-holding")));
    if held.is_empty() {
        blocks.push(Block::Text(say("authorisations-none")));
    }
    for held in &held {
        blocks.push(held.row(visitor, &names, site.now()));
    }
    blocks.push(Block::Heading(say("authorisations-add")));
    let links = ways().map(|(address, key)| (address, say(&key)));
    blocks.push(Block::Links(links.collect()));
    blocks.push(Block::Heading(say("wishes-title")));
    blocks.push(wishes_form(visitor, &wishes));
    Ok(blocks)
}

fn wishes_form(visitor: &Visitor, wishes: &Wishes) -> Block {
    let say = |key: &str| TEXTS.say(visitor.language, key);
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

/// A Consent that says who may read, or may not.
struct Held {
    id: String,
    kind: &'static str,
    whom: String,
    denies: bool,
    treating: bool,
    item: bool,
    classes: Vec<String>,
    until: Option<u64>,
}

fn codes(concepts: &Json) -> Vec<String> {
    let codings = concepts.items().iter().filter_map(|one| one.get("coding"));
    let codes = codings.flat_map(Json::items);
    codes
        .filter_map(|coding| coding.get("code")?.as_str())
        .map(str::to_owned)
        .collect()
}

impl Held {
    /// Reads a Consent; none for one that is not active, or says nothing of the kind.
    fn of(item: &Item) -> Option<Self> {
        let json = item.resource().json();
        if json.get("status")?.as_str()? != "active" {
            return None;
        }
        let provision = json.get("provision")?;
        let actor = provision.get("actor")?.items().first()?;
        let identifier = actor.get("reference")?.get("identifier")?;
        let value = identifier.get("value")?.as_str()?;
        let (kind, before) = match identifier.get("system")?.as_str()? {
            "https://rpps.esante.fr" => ("professional", ""),
            "urn:oid:1.2.250.1.71.4.2.1" => ("professional", "8"),
            "https://finess.esante.gouv.fr" => ("structure", ""),
            "urn:oid:1.2.250.1.71.4.2.2" => ("structure", "1"),
            "urn:hygie:care-team" => ("team", ""),
            _ => ("app", ""),
        };
        let role = actor.get("role").map(std::slice::from_ref);
        let roles = role.map(|role| codes(&Json::array(role.iter().cloned())));
        let end = provision.get("period").and_then(|period| period.get("end"));
        let span = Span::of_period(None, end.and_then(Json::as_str))?;
        Some(Self {
            id: json.get("id")?.as_str()?.to_owned(),
            kind,
            whom: value.strip_prefix(before).unwrap_or(value).to_owned(),
            denies: provision.get("type")?.as_str()? == "deny",
            treating: roles.unwrap_or_default().iter().any(|code| code == "PCP"),
            item: provision.get("data").is_some(),
            classes: provision.get("code").map(codes).unwrap_or_default(),
            until: span.end.and_then(|end| u64::try_from(end / 1_000_000).ok()),
        })
    }

    fn what(&self, language: Language) -> String {
        let say = |key: &str| TEXTS.say(language, key);
        if self.denies {
            return say("held-deny");
        }
        if self.treating {
            return say("held-treating");
        }
        let what = match self.classes.as_slice() {
            _ if self.item => say("held-item"),
            [] => say("held-all"),
            classes => {
                let names = classes.iter().map(|code| say(&format!("class-{code}")));
                names.collect::<Vec<_>>().join(", ").to_lowercase()
            }
        };
        TEXTS.say_with(language, "held-permit", &[("what", &what)])
    }

    fn row(&self, visitor: &Visitor, names: &HashMap<String, String>, now: u64) -> Block {
        let language = visitor.language;
        let name = match names.get(&self.whom) {
            Some(name) => format!("{name} ({})", self.whom),
            None => self.whom.clone(),
        };
        let key = format!("held-{}", self.kind);
        let name = TEXTS.say_with(language, &key, &[("name", &name)]);
        let until = match self.until {
            None => TEXTS.say(language, "held-for-ever"),
            Some(until) => {
                // The end is the first moment that is not meant.
                let last = day(language, until.saturating_sub(1));
                let key = if until <= now {
                    "held-over"
                } else {
                    "held-until"
                };
                TEXTS.say_with(language, key, &[("day", &last)])
            }
        };
        let spoken = TEXTS.say_with(language, "held-take-back-named", &[("name", &name)]);
        Block::Row {
            name,
            details: vec![self.what(language), until],
            form: Some(Form {
                action: "/authorisations/take-back".to_owned(),
                token: visitor.session.token.clone(),
                hidden: vec![("id", self.id.clone())],
                button: TEXTS.say(language, "held-take-back"),
                spoken,
                quiet: true,
                ..Form::default()
            }),
        }
    }
}
