//! `GET /rights/information`: what art. 15(1) GDPR has everybody know of the data that are kept about him: why, which,
//! who gets them, how long, where from, and which rights he has. Who got them is read off his trail.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use hygie_record::Error;
use hygie_record::notice::{Act, ActorKind, ActorRef};

use super::TEXTS;
use super::moments::day;
use super::names::names;
use super::part::Block;
use super::site::Site;
use super::visitor::Visitor;
use super::words::who;

/// What is told in words that are the same for everybody, before and after those who got something.
const BEFORE: [&str; 3] = ["purposes", "data", "source"];
const AFTER: [&str; 4] = ["periods", "rights", "complaint", "automated"];

/// An actor and how often he opened the record.
struct Recipient {
    actor: ActorRef,
    times: u64,
    last: u64,
}

pub(super) async fn show(State(site): State<Arc<Site>>, visitor: Visitor) -> Response {
    let blocks = blocks(&site, &visitor).await;
    visitor.page(("information-title", "/rights/information"), blocks)
}

async fn blocks(site: &Site, visitor: &Visitor) -> Result<Vec<Block>, Error> {
    let say = |key: &str| visitor.say(key);
    let recipients = recipients(site, visitor).await?;
    let mut blocks = vec![Block::Text(say("information-lead"))];
    let fixed = |topic: &str| {
        [
            Block::Heading(say(&format!("information-{topic}"))),
            Block::Text(say(&format!("information-{topic}-text"))),
        ]
    };
    blocks.extend(BEFORE.into_iter().flat_map(fixed));
    blocks.push(Block::Heading(say("information-recipients")));
    blocks.push(Block::Text(say("information-recipients-text")));
    let numbers: BTreeSet<String> = recipients
        .iter()
        .map(|one| one.actor.id.clone())
        .filter(|id| id.len() < 12)
        .collect();
    let names = names(site, &visitor.caller(site)?, &numbers).await?;
    if recipients.is_empty() {
        blocks.push(Block::Text(say("information-nobody")));
    }
    blocks.extend(recipients.iter().map(|one| row(visitor, one, &names)));
    blocks.push(Block::Links(vec![("/trail".to_owned(), say("nav-trail"))]));
    blocks.extend(AFTER.into_iter().flat_map(fixed));
    let links = [
        ("/rights", "case-back"),
        ("/rights/copy", "rights-copy"),
        ("/trail/proof", "trail-proof"),
    ];
    let links = links.map(|(address, key)| (address.to_owned(), say(key)));
    blocks.push(Block::Links(links.into()));
    Ok(blocks)
}

fn row(visitor: &Visitor, one: &Recipient, names: &HashMap<String, String>) -> Block {
    let times = one.times.to_string();
    let last = day(visitor.language, &visitor.zone, one.last);
    let said = [("times", times.as_str()), ("day", &last)];
    let key = match one.times {
        1 => "information-opened-once",
        _ => "information-opened",
    };
    Block::Row {
        name: who(visitor.language, &one.actor, &visitor.role, names),
        details: vec![TEXTS.say_with(visitor.language, key, &said)],
        form: None,
    }
}

fn reads(act: Act) -> bool {
    matches!(act, Act::Read | Act::Search | Act::History | Act::Export)
}

/// Who read what the record holds, the last first: others than the person himself.
async fn recipients(site: &Site, visitor: &Visitor) -> Result<Vec<Recipient>, Error> {
    let (caller, person) = (visitor.caller(site)?, visitor.person()?);
    let record = site.record();
    let trail = record.account(&caller, person, "who got data").await?;
    let mut found: HashMap<(ActorKind, String), Recipient> = HashMap::new();
    for line in trail.lines {
        let event = line.event;
        let permitted = event
            .notice
            .verdict
            .is_some_and(|verdict| verdict.permitted);
        let own = event.actor.kind == visitor.role.kind && event.actor.id == visitor.role.id;
        if !permitted || own || !reads(event.notice.act) {
            continue;
        }
        let key = (event.actor.kind, event.actor.id.clone());
        let one = found.entry(key).or_insert_with(|| Recipient {
            actor: event.actor,
            times: 0,
            last: event.at,
        });
        (one.times, one.last) = (one.times + 1, one.last.max(event.at));
    }
    let mut found: Vec<Recipient> = found.into_values().collect();
    found.sort_by_key(|one| std::cmp::Reverse(one.last));
    Ok(found)
}
