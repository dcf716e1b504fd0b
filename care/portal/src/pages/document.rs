//! `GET` and `POST /authorisations/document`: the person shows one document to one professional, by name and until a day
//! (art. R. 1111-32 CSP). He first chooses it among those that he sees, then says to whom.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use hygie_record::{Error, Item, title_of, typed};

use super::TEXTS;
use super::again::wanted;
use super::consents::{RPPS, Words};
use super::filled::{Fields, Filled, kept, value};
use super::moments::day;
use super::part::{Block, Form};
use super::site::Site;
use super::until::Until;
use super::visitor::{PostedBy, Visitor, go};
use super::words::thing;

/// The list, and the form.
pub(super) const ADDRESS: &str = "/authorisations/document";
/// What comes back with somebody who first has to prove who he is.
const OURS: [&str; 3] = ["item", "whom", "until"];
/// The types that people call documents.
const KINDS: [&str; 3] = ["DocumentReference", "DiagnosticReport", "ImagingStudy"];
/// How many documents a page lists.
const PAGE: usize = 20;

/// A field that is wrong, and the key of what is wrong about it.
type Wrong = (&'static str, &'static str);

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    Query(fields): Query<Fields>,
    visitor: Visitor,
) -> Response {
    let documents = match documents(&site, &visitor).await {
        Ok(documents) => documents,
        Err(error) => return visitor.sorry(&error),
    };
    let Some(document) = chosen(&documents, &fields) else {
        return list(&visitor, &documents, &fields);
    };
    match wanted(&site, &visitor.session, &kept(ADDRESS, &fields, &OURS)) {
        Some(response) => response,
        None => form(&visitor, document, &fields, &[]),
    }
}

pub(super) async fn send(State(site): State<Arc<Site>>, sent: PostedBy<Fields>) -> Response {
    let (visitor, fields) = (sent.visitor, sent.form);
    if let Some(response) = wanted(&site, &visitor.session, &kept(ADDRESS, &fields, &OURS)) {
        return response;
    }
    let documents = match documents(&site, &visitor).await {
        Ok(documents) => documents,
        Err(error) => return visitor.sorry(&error),
    };
    // What he does not see, or no longer, he shows to nobody.
    let Some(document) = chosen(&documents, &fields) else {
        return list(&visitor, &documents, &fields);
    };
    let until = Until::read(value(&fields, "until"), &visitor.zone, site.now());
    let Until::Day(end, _) = until else {
        return form(
            &visitor,
            document,
            &fields,
            &[("until", "fault-document-until")],
        );
    };
    let (item, whom) = (document.reference(), value(&fields, "whom"));
    let words = Words {
        whom: (RPPS, whom),
        end: Some(&end),
        item: Some(&item),
        ..Words::default()
    };
    let shown = async {
        let (caller, person) = (visitor.caller(&site)?, visitor.person()?);
        let consent = typed("Consent", words.consent(person))?;
        site.record().deposit_resource(&caller, consent, None).await
    };
    match shown.await {
        Ok(_) => go("/authorisations?done=granted"),
        // All else of the form is ours: what may be wrong is the number.
        Err(Error::Unprocessable(_) | Error::Invalid(_)) => {
            form(&visitor, document, &fields, &[("whom", "fault-rpps")])
        }
        Err(error) => visitor.sorry(&error),
    }
}

/// The documents that he sees, newest first.
async fn documents(site: &Site, visitor: &Visitor) -> Result<Vec<Arc<Item>>, Error> {
    let (caller, person) = (visitor.caller(site)?, visitor.person()?);
    let query = hygie_record::Query {
        kind: None,
        criteria: Vec::new(),
        what: "DocumentReference".to_owned(),
    };
    let found = site.record().search(&caller, person, &query).await?;
    let mut documents = found.matches;
    documents.retain(|item| KINDS.contains(&item.kind()));
    documents.reverse();
    Ok(documents)
}

fn chosen<'a>(documents: &'a [Arc<Item>], fields: &Fields) -> Option<&'a Arc<Item>> {
    let wanted = value(fields, "item");
    let mut documents = documents.iter();
    documents.find(|document| document.reference() == wanted)
}

/// What a document is called, and since when it is there.
fn name(visitor: &Visitor, document: &Item) -> String {
    let language = visitor.language;
    let kind = thing(language, document.kind());
    let title = title_of(document.resource().json()).filter(|title| !title.is_empty());
    let since = day(language, &visitor.zone, document.updated);
    let said = [
        ("title", title.as_deref().unwrap_or(&kind)),
        ("day", since.as_str()),
    ];
    TEXTS.say_with(language, "document-named", &said)
}

fn list(visitor: &Visitor, documents: &[Arc<Item>], fields: &Fields) -> Response {
    let say = |key: &str| visitor.say(key);
    let from: usize = value(fields, "from").parse().unwrap_or(0);
    let mut blocks = Vec::new();
    if !value(fields, "item").is_empty() {
        blocks.push(Block::Note(say("document-gone")));
    }
    blocks.push(Block::Text(say("document-choose")));
    if documents.is_empty() {
        blocks.push(Block::Note(say("document-none")));
    }
    let shown = documents.iter().skip(from).take(PAGE);
    let mut links: Vec<(String, String)> = shown
        .map(|document| {
            let address = format!("{ADDRESS}?item={}", document.reference());
            (address, name(visitor, document))
        })
        .collect();
    if documents.len() > from.saturating_add(PAGE) {
        let older = format!("{ADDRESS}?from={}", from + PAGE);
        links.push((older, say("document-older")));
    }
    blocks.push(Block::Links(links));
    let address = format!("{ADDRESS}?from={from}");
    visitor.page(("document-title", &address), Ok(blocks))
}

fn form(visitor: &Visitor, document: &Item, fields: &Fields, wrong: &[Wrong]) -> Response {
    let language = visitor.language;
    let say = |key: &str| visitor.say(key);
    let filled = Filled {
        language,
        fields,
        wrong,
    };
    let mut whom = filled.field("whom", "grant-rpps", "grant-rpps-hint");
    whom.numeric = true;
    let mut blocks: Vec<Block> = filled.alert().into_iter().collect();
    blocks.push(Block::Note(name(visitor, document)));
    blocks.push(Block::Text(say("document-lead")));
    blocks.push(Block::Form(Form {
        action: ADDRESS.to_owned(),
        token: visitor.session.token.clone(),
        hidden: vec![("item", document.reference())],
        fields: vec![
            whom,
            filled.field("until", "document-until", "document-until-hint"),
        ],
        button: say("document-send"),
        ..Form::default()
    }));
    blocks.push(Block::Links(vec![(
        ADDRESS.to_owned(),
        say("document-other"),
    )]));
    let address = kept(ADDRESS, fields, &OURS);
    visitor.page(("document-title", &address), Ok(blocks))
}
