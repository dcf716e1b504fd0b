//! `GET /alarms` and `POST /alarms/review`: the operator sees each emergency that waits for its review, and whose
//! budget was used up, and says what came of it (art. L. 1111-17 II CSP). He opens no record for it.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use hygie_record::Error;
use hygie_record::notice::{Act, ActorKind, Alarm, Alarmed, Outcome};
use serde::Deserialize;

use super::TEXTS;
use super::moments::{day, time, zone_said};
use super::part::{Block, Choices, Form};
use super::site::Site;
use super::visitor::{Came, PostedBy, Visitor, go};
use super::words::{what, who};

/// How many alarms of a kind that waits for nobody are shown: the newest.
const BUDGETS: usize = 50;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Judged {
    number: String,
    outcome: String,
}

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    Query(came): Query<Came>,
    visitor: Visitor,
) -> Response {
    let blocks = blocks(&site, &visitor, &came.done).await;
    visitor.page(("alarms-title", "/alarms"), blocks)
}

pub(super) async fn review(State(site): State<Arc<Site>>, sent: PostedBy<Judged>) -> Response {
    let (visitor, judged) = (sent.visitor, sent.form);
    if visitor.role.kind != ActorKind::Operator {
        return visitor.sorry(&Error::Refused);
    }
    let outcome = Outcome::from_word(&judged.outcome);
    let (Ok(number), Some(outcome)) = (judged.number.parse(), outcome) else {
        return go("/alarms?done=nothing");
    };
    let reviewed = async {
        let caller = visitor.caller(&site)?;
        site.record().review(&caller, number, outcome).await
    };
    match reviewed.await {
        Ok(()) => go("/alarms?done=reviewed"),
        // Another operator was faster.
        Err(Error::Impossible(_)) => go("/alarms?done=over"),
        Err(error) => visitor.sorry(&error),
    }
}

async fn blocks(site: &Site, visitor: &Visitor, done: &str) -> Result<Vec<Block>, Error> {
    if visitor.role.kind != ActorKind::Operator {
        return Err(Error::Refused);
    }
    let say = |key: &str| TEXTS.say(visitor.language, key);
    let caller = visitor.caller(site)?;
    let queue = site.record().reviews(&caller).await?;
    let (mut budgets, mut unconfirmed) = (Vec::new(), Vec::new());
    let mut from = Some(0);
    while let Some(number) = from {
        let page = site.record().alarms(&caller, number).await?;
        for alarmed in page.alarms {
            match alarmed.alarm {
                Alarm::Budget { .. } => budgets.push(alarmed),
                Alarm::Unconfirmed { .. } => unconfirmed.push(alarmed),
                _ => {}
            }
        }
        from = page.next;
    }
    let mut blocks = Vec::new();
    if matches!(done, "reviewed" | "over" | "nothing") {
        blocks.push(Block::Note(say(&format!("alarms-{done}"))));
    }
    blocks.push(Block::Text(say("alarms-lead")));
    let zone = zone_said(visitor.language, &visitor.zone);
    blocks.push(Block::Text(zone));
    blocks.push(Block::Heading(say("alarms-emergencies")));
    let waiting: Vec<Block> = queue
        .open()
        .map(|(alarmed, found)| emergency(visitor, alarmed, found))
        .collect();
    if waiting.is_empty() {
        blocks.push(Block::Text(say("alarms-none")));
    }
    blocks.extend(waiting);
    blocks.push(Block::Heading(say("alarms-budgets")));
    if budgets.is_empty() {
        blocks.push(Block::Text(say("alarms-no-budget")));
    }
    let newest = budgets.iter().rev().take(BUDGETS);
    blocks.extend(newest.map(|alarmed| budget(visitor, alarmed)));
    if !unconfirmed.is_empty() {
        blocks.push(Block::Heading(say("alarms-unconfirmed")));
        let newest = unconfirmed.iter().rev().take(BUDGETS);
        blocks.extend(newest.map(|alarmed| not_confirmed(visitor, alarmed)));
    }
    Ok(blocks)
}

fn named(visitor: &Visitor, alarmed: &Alarmed) -> String {
    let names = HashMap::new();
    let who = who(visitor.language, &alarmed.actor, &visitor.role, &names);
    match &alarmed.actor.name {
        Some(_) => format!("{who} ({})", alarmed.actor.id),
        None => who,
    }
}

fn at(visitor: &Visitor, at: u64) -> String {
    let day = day(visitor.language, &visitor.zone, at);
    let time = time(&visitor.zone, at);
    let said = [("day", day.as_str()), ("time", &time)];
    TEXTS.say_with(visitor.language, "alarms-at", &said)
}

/// An emergency that waits: whose record it was is told by its number alone.
fn emergency(visitor: &Visitor, alarmed: &Alarmed, found: Option<Outcome>) -> Block {
    let language = visitor.language;
    let of = |key: &str, name: &str, value: &str| TEXTS.say_with(language, key, &[(name, value)]);
    let mut details = vec![at(visitor, alarmed.at)];
    if let Alarm::BreakGlass {
        person,
        index,
        what: about,
    } = &alarmed.alarm
    {
        let reason = what(language, (Act::BreakGlass, about), &HashMap::new());
        details.push(of("alarms-reason", "reason", &reason));
        let leaf = index.to_string();
        let said = [("person", person.as_str()), ("leaf", &leaf)];
        details.push(TEXTS.say_with(language, "alarms-person", &said));
    }
    if let Some(structure) = &alarmed.actor.structure {
        details.push(of("trail-for", "place", structure));
    }
    if let Some(found) = found {
        let word = TEXTS.say(language, &format!("outcome-{}", found.word()));
        details.push(of("alarms-found", "outcome", &word));
    }
    let options = Outcome::ALL.into_iter().map(|outcome| {
        let label = TEXTS.say(language, &format!("outcome-{}", outcome.word()));
        (outcome.word().to_owned(), label, found == Some(outcome))
    });
    let name = named(visitor, alarmed);
    Block::Row {
        form: Some(Form {
            action: "/alarms/review".to_owned(),
            token: visitor.session.token.clone(),
            hidden: vec![("number", alarmed.number.to_string())],
            choices: Some(Choices {
                name: "outcome",
                legend: TEXTS.say(language, "alarms-outcome"),
                options: options.collect(),
            }),
            button: TEXTS.say(language, "alarms-send"),
            spoken: of("alarms-send-named", "name", &name),
            quiet: true,
            ..Form::default()
        }),
        name,
        details,
    }
}

/// What an agent recorded by telephone, and the person did not confirm to the second agent, who is named.
fn not_confirmed(visitor: &Visitor, alarmed: &Alarmed) -> Block {
    let mut details = vec![at(visitor, alarmed.at)];
    if let Alarm::Unconfirmed { agent, receipt } = &alarmed.alarm {
        let said = [("agent", agent.as_str()), ("receipt", receipt)];
        details.push(TEXTS.say_with(visitor.language, "alarms-not-confirmed", &said));
    }
    Block::Row {
        name: named(visitor, alarmed),
        details,
        form: None,
    }
}

fn budget(visitor: &Visitor, alarmed: &Alarmed) -> Block {
    let mut details = vec![at(visitor, alarmed.at)];
    if let Alarm::Budget { persons, until, .. } = &alarmed.alarm {
        let (persons, until) = (persons.to_string(), at(visitor, *until));
        let said = [("persons", persons.as_str()), ("until", &until)];
        details.push(TEXTS.say_with(visitor.language, "alarms-budget", &said));
    }
    Block::Row {
        name: named(visitor, alarmed),
        details,
        form: None,
    }
}
