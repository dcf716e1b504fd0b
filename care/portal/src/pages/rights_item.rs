//! What a rectification is about, on its person's pages: the item that he chooses, who had read it before it was
//! corrected, and `POST /rights/tell`, by which these are told (GDPR arts. 16 and 19).

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use hygie_enrolment::{Filed, Kind, Step, Wrong, keys};
use hygie_record::notice::{Act, ActorKind, ActorRef};
use hygie_record::{Error, Item, title_of};

use super::TEXTS;
use super::filled::{Fields, value};
use super::moments::day;
use super::part::{Block, Choices, Form};
use super::rights_case::{Named, own};
use super::site::Site;
use super::visitor::{PostedBy, Visitor, go};
use super::words::{thing, who};

/// Items to choose from: the newest.
const MOST: usize = 60;

/// The items of the person that somebody who gives care wrote, newest first.
pub(super) async fn items(site: &Site, visitor: &Visitor) -> Result<Vec<Arc<Item>>, Error> {
    let (caller, person) = (visitor.caller(site)?, visitor.person()?);
    let query = hygie_record::Query {
        kind: None,
        criteria: Vec::new(),
        what: "what could be wrong".to_owned(),
    };
    let found = site.record().search(&caller, person, &query).await;
    let mut items = match found {
        Ok(found) => found.matches,
        // The space is over or opposed: a case needs no item.
        Err(Error::Refused) => Vec::new(),
        Err(error) => return Err(error),
    };
    items.retain(|item| !keys(&item.author).is_empty());
    items.reverse();
    items.truncate(MOST);
    Ok(items)
}

/// The item that was chosen, as the case names it.
pub(super) fn chosen(items: &[Arc<Item>], fields: &Fields) -> Option<Wrong> {
    let wanted = value(fields, "item");
    let item = items.iter().find(|item| item.reference() == wanted)?;
    Some(Wrong {
        item: item.reference(),
        version: item.version.clone(),
        title: title_of(item.resource().json()).unwrap_or_default(),
        authors: keys(&item.author),
    })
}

/// The choice of an item; none where there is nothing to choose.
pub(super) fn choices(visitor: &Visitor, items: &[Arc<Item>], fields: &Fields) -> Option<Choices> {
    let language = visitor.language;
    let wanted = value(fields, "item");
    let options = items.iter().map(|item| {
        let kind = thing(language, item.kind());
        let title = title_of(item.resource().json()).filter(|title| !title.is_empty());
        let since = day(language, &visitor.zone, item.updated);
        let said = [
            ("title", title.as_deref().unwrap_or(&kind)),
            ("day", &since),
        ];
        let label = TEXTS.say_with(language, "document-named", &said);
        let reference = item.reference();
        let is_chosen = reference == wanted;
        (reference, label, is_chosen)
    });
    let mut options: Vec<_> = options.collect();
    if options.is_empty() {
        return None;
    }
    let other = TEXTS.say(language, "rights-item-other");
    options.push((String::new(), other, wanted.is_empty()));
    Some(Choices {
        name: "item",
        legend: TEXTS.say(language, "rights-item"),
        options,
    })
}

/// What the person sees of a correction: what came of it, who had read the item before, and the way to tell them.
pub(super) async fn after(
    site: &Site,
    visitor: &Visitor,
    filed: &Filed,
) -> Result<Vec<Block>, Error> {
    let language = visitor.language;
    if filed.case.kind != Kind::Rectification || filed.case.replied != Some(true) {
        return Ok(Vec::new());
    }
    let readers = readers(site, visitor, filed).await?;
    let say = |key: &str| visitor.say(key);
    let mut blocks = vec![Block::Heading(say("readers-title"))];
    if readers.is_empty() {
        blocks.push(Block::Text(say("readers-none")));
        return Ok(blocks);
    }
    blocks.push(Block::Text(say("readers-lead")));
    let names = HashMap::new();
    blocks.extend(readers.iter().map(|reader| Block::Row {
        name: who(language, reader, &visitor.role, &names),
        details: Vec::new(),
        form: None,
    }));
    if filed.case.told.is_some() {
        blocks.push(Block::Note(say("readers-told")));
    } else {
        blocks.push(Block::Form(Form {
            action: "/rights/tell".to_owned(),
            token: visitor.session.token.clone(),
            hidden: vec![("number", filed.number.clone())],
            button: say("readers-tell"),
            ..Form::default()
        }));
    }
    Ok(blocks)
}

pub(super) async fn tell(State(site): State<Arc<Site>>, sent: PostedBy<Named>) -> Response {
    let (visitor, named) = (sent.visitor, sent.form);
    let told = async {
        let filed = own(&site, &visitor, &named.number).await?;
        let readers = readers(&site, &visitor, &filed).await?;
        site.enrolment.tell_readers(&filed, &readers).await?.ok();
        Ok(filed.number)
    };
    match told.await {
        Ok(number) => go(&format!("/rights/case?number={number}")),
        Err(error) => visitor.sorry(&error),
    }
}

/// Who gives care and had read the record before the item was corrected, by the person's trail; who wrote it is left out.
async fn readers(site: &Site, visitor: &Visitor, filed: &Filed) -> Result<Vec<ActorRef>, Error> {
    let (caller, person) = (visitor.caller(site)?, visitor.person()?);
    let said = site.enrolment.said_in(filed, Ok(&caller)).await?;
    let wrong = said.into_iter().find_map(|one| one.said.wrong);
    let mut corrected = filed.steps.iter();
    let corrected = corrected.find(|(_, step, _)| matches!(step, Step::Replied { .. }));
    let (Some(wrong), Some((before, ..))) = (wrong, corrected) else {
        return Ok(Vec::new());
    };
    let trail = site
        .record()
        .account(&caller, person, "who had read")
        .await?;
    let mut readers: Vec<ActorRef> = Vec::new();
    for line in trail.lines {
        let (actor, notice) = (line.event.actor, line.event.notice);
        let permitted = notice.verdict.is_some_and(|verdict| verdict.permitted);
        let cares = matches!(actor.kind, ActorKind::Professional | ActorKind::Software);
        let read = match notice.act {
            Act::Read | Act::History => notice.what.starts_with(&wrong.item),
            // A search may have shown it.
            Act::Search => true,
            _ => false,
        };
        let is_author = keys(&actor)
            .first()
            .is_some_and(|key| wrong.authors.contains(key));
        let known = readers
            .iter()
            .any(|one| one.kind == actor.kind && one.id == actor.id);
        if permitted && cares && read && !is_author && !known && line.event.at < *before {
            readers.push(actor);
        }
    }
    Ok(readers)
}
