//! `GET /trail`: who opened the record, was refused, declared an emergency or searched, as a timeline by days (EHDS
//! art. 9; GDPR art. 15). `GET /trail/proof`: the same with what proves it, as a file.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use hygie_record::notice::wire::TrailLine;
use hygie_record::notice::{Act, ActorRef, Event};
use hygie_record::{Error, title_of};
use serde::Deserialize;

use super::TEXTS;
use super::again::wanted;
use super::moments::{day, is_one_day, time, zone_said};
use super::names::names;
use super::part::{Block, Moment};
use super::site::Site;
use super::visitor::{Visitor, go};
use super::words::{TITLES, reference, what, who, why};

/// How many requests a page shows.
const PAGE: usize = 30;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Wanted {
    only: String,
    before: String,
}

/// What is shown, by the word for it in the address, and the key of its name.
const FILTERS: [(&str, &str); 4] = [
    ("", "trail-others"),
    ("all", "trail-all"),
    ("refusals", "trail-refusals"),
    ("emergencies", "trail-emergencies"),
];

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    Query(wanted): Query<Wanted>,
    visitor: Visitor,
) -> Response {
    let blocks = blocks(&site, &visitor, &wanted).await;
    let address = address(&wanted.only, wanted.before.parse().ok());
    visitor.page(("trail-title", &address), blocks)
}

pub(super) async fn proof(State(site): State<Arc<Site>>, visitor: Visitor) -> Response {
    if let Some(response) = wanted(&site, &visitor.session, "/trail/proof") {
        return response;
    }
    let proved = async {
        let person = visitor.person()?;
        let caller = visitor.caller(&site)?;
        site.record().prove(&caller, person).await
    };
    match proved.await {
        Ok(file) => {
            let name = TEXTS.say(visitor.language, "trail-proof-file");
            let headers = [
                (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
                (
                    header::CONTENT_DISPOSITION,
                    format!("attachment; filename=\"{name}\""),
                ),
            ];
            (StatusCode::OK, headers, file).into_response()
        }
        Err(Error::Unbelieved(_)) => go("/signin?why=over"),
        Err(error) => visitor.sorry(&error),
    }
}

fn address(only: &str, before: Option<u64>) -> String {
    let known = FILTERS
        .iter()
        .any(|(word, _)| *word == only && !only.is_empty());
    match (known, before) {
        (false, None) => "/trail".to_owned(),
        (true, None) => format!("/trail?only={only}"),
        (false, Some(before)) => format!("/trail?before={before}"),
        (true, Some(before)) => format!("/trail?only={only}&before={before}"),
    }
}

async fn blocks(site: &Site, visitor: &Visitor, wanted: &Wanted) -> Result<Vec<Block>, Error> {
    let language = visitor.language;
    let say = |key: &str| visitor.say(key);
    let (caller, person) = (visitor.caller(site)?, visitor.person()?);
    let trail = site.record().account(&caller, person, "AuditEvent").await?;
    let before: Option<u64> = wanted.before.parse().ok();
    let mut chosen = folded(&trail.lines);
    chosen.retain(|event| {
        before.is_none_or(|before| event.number < before)
            && is_wanted(event, &wanted.only, &visitor.role)
    });
    let more = chosen.len() > PAGE;
    chosen.truncate(PAGE);
    let zone = &visitor.zone;
    let mut blocks = vec![
        Block::Text(say("trail-lead")),
        Block::Text(zone_said(language, zone)),
    ];
    blocks.push(filters(visitor, &wanted.only));
    if chosen.is_empty() {
        blocks.push(Block::Note(say("trail-none")));
    }
    let told = Told {
        titles: titles(site, visitor, &chosen).await?,
        names: names(site, &caller, &numbers(&chosen)).await?,
        visitor,
    };
    for of_a_day in chosen.chunk_by(|one, two| is_one_day(zone, one.at, two.at)) {
        blocks.push(Block::Heading(day(language, zone, of_a_day[0].at)));
        let moments = of_a_day.iter().map(|event| told.moment(event));
        blocks.push(Block::Timeline(moments.collect()));
    }
    let mut links = Vec::new();
    if let (true, Some(last)) = (more, chosen.last()) {
        links.push((address(&wanted.only, Some(last.number)), say("trail-older")));
    }
    if before.is_some() {
        links.push((address(&wanted.only, None), say("trail-newest")));
    }
    if !links.is_empty() {
        blocks.push(Block::Links(links));
    }
    blocks.push(Block::Heading(say("trail-proof-title")));
    blocks.push(Block::Text(say("trail-proof-lead")));
    let link = ("/trail/proof".to_owned(), say("trail-proof"));
    blocks.push(Block::Links(vec![link]));
    Ok(blocks)
}

fn filters(visitor: &Visitor, only: &str) -> Block {
    let known = FILTERS.iter().any(|(word, _)| *word == only);
    let chosen = if known { only } else { "" };
    let tabs = FILTERS.iter().map(|(word, key)| {
        let name = TEXTS.say(visitor.language, key);
        (address(word, None), name, *word == chosen)
    });
    Block::Tabs {
        label: TEXTS.say(visitor.language, "trail-filter"),
        tabs: tabs.collect(),
    }
}

/// One line a request, newest first: the refusal if there was one, else the line that tells of its decision; its
/// weighings belong to it.
fn folded(lines: &[TrailLine]) -> Vec<&Event> {
    let rank = |event: &Event| match &event.notice.verdict {
        None => 0,
        Some(verdict) if verdict.permitted => 1,
        Some(_) => 2,
    };
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut told: Vec<&Event> = Vec::new();
    for TrailLine { event, .. } in lines {
        match places.get(event.notice.request.0.as_str()) {
            Some(place) if rank(event) > rank(told[*place]) => told[*place] = event,
            Some(_) => {}
            None => {
                places.insert(&event.notice.request.0, told.len());
                told.push(event);
            }
        }
    }
    told.sort_by_key(|event| std::cmp::Reverse(event.number));
    told
}

fn is_refused(event: &Event) -> bool {
    let verdict = event.notice.verdict.as_ref();
    verdict.is_some_and(|verdict| !verdict.permitted)
}

/// Whether an emergency was declared, or something was seen by one.
fn is_emergency(event: &Event) -> bool {
    let verdict = event.notice.verdict.as_ref();
    event.notice.act == Act::BreakGlass
        || verdict.is_some_and(|verdict| {
            let mut rules = verdict.rules.iter();
            rules.any(|rule| rule.starts_with("break-glass") || rule.starts_with("regulation"))
        })
}

fn is_wanted(event: &Event, only: &str, own: &ActorRef) -> bool {
    match only {
        "all" => true,
        "refusals" => is_refused(event),
        "emergencies" => is_emergency(event),
        _ => event.actor.kind != own.kind || event.actor.id != own.id,
    }
}

/// The numbers of structures and professionals that have no name yet.
fn numbers(events: &[&Event]) -> BTreeSet<String> {
    let actors = events.iter().map(|event| &event.actor);
    actors
        .flat_map(|actor| {
            let nameless = actor.name.is_none().then(|| actor.id.clone());
            actor.structure.clone().into_iter().chain(nameless)
        })
        .filter(|number| number.bytes().any(|byte| byte.is_ascii_digit()) && number.len() < 12)
        .collect()
}

/// The names of the items that the visitor sees, when one of these events is about an item.
async fn titles(
    site: &Site,
    visitor: &Visitor,
    events: &[&Event],
) -> Result<HashMap<String, String>, Error> {
    let named = |event: &&Event| reference(&event.notice.what).is_some();
    if !events.iter().any(named) {
        return Ok(HashMap::new());
    }
    let query = hygie_record::Query {
        kind: None,
        criteria: Vec::new(),
        what: TITLES.to_owned(),
    };
    let (caller, person) = (visitor.caller(site)?, visitor.person()?);
    let found = site.record().search(&caller, person, &query).await?;
    let items = found.matches.iter().map(|item| {
        let title = title_of(item.resource().json()).unwrap_or_default();
        (item.reference(), title)
    });
    Ok(items.collect())
}

/// What events are told with.
struct Told<'a> {
    titles: HashMap<String, String>,
    names: HashMap<String, String>,
    visitor: &'a Visitor,
}

impl Told<'_> {
    fn moment(&self, event: &Event) -> Moment {
        let language = self.visitor.language;
        let of =
            |key: &str, name: &str, value: &str| TEXTS.say_with(language, key, &[(name, value)]);
        let notice = &event.notice;
        let plain = format!("act-{}", notice.act.word());
        let act = self.visitor.say(&plain);
        let what = what(language, (notice.act, &notice.what), &self.titles);
        let said = [("act", act.as_str()), ("what", &what)];
        let mut details = vec![if what == TEXTS.say(language, &plain) {
            act.clone()
        } else {
            TEXTS.say_with(language, "trail-did", &said)
        }];
        let refused = is_refused(event);
        if let Some(verdict) = &notice.verdict {
            let why = why(self.visitor, &verdict.rules);
            let key = if refused {
                "trail-why-refused"
            } else {
                "trail-why"
            };
            details.push(of(key, "why", &why));
        }
        if let Some(number) = &event.actor.structure {
            let name = self.names.get(number).unwrap_or(number);
            details.push(of("trail-for", "place", name));
        }
        let key = format!("issuer-{}", event.issuer);
        let issuer = match TEXTS.say(language, &key) {
            none if none == key => event.issuer.clone(),
            issuer => issuer,
        };
        details.push(of("trail-by", "issuer", &issuer));
        let (mark, word) = match (refused, is_emergency(event)) {
            (true, _) => ("refused", "trail-refused"),
            (_, true) => ("urgent", "trail-emergency"),
            _ => ("", ""),
        };
        Moment {
            time: time(&self.visitor.zone, event.at),
            who: who(language, &event.actor, &self.visitor.role, &self.names),
            mark,
            word: if word.is_empty() {
                String::new()
            } else {
                TEXTS.say(language, word)
            },
            details,
        }
    }
}
