//! `GET /rights`: the person's rights over his data (GDPR arts. 15 to 22) and his cases about them; `GET` and `POST
//! /rights/new` file one; `GET /rights/copy` gives all that is kept, to take elsewhere (art. 20).

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hygie_enrolment::{Filed, Filing, Kind, Said, Topic};
use hygie_record::{Error, Item};

use super::TEXTS;
use super::again::wanted;
use super::filled::{Fields, Filled, kept, value};
use super::moments::day;
use super::part::{Block, Form};
use super::rights_item::{choices, chosen, items};
use super::site::Site;
use super::visitor::{Came, PostedBy, Visitor, go};
use crate::fhir::Printed;

/// The form.
const NEW: &str = "/rights/new";
/// What stands in its address.
const OURS: [&str; 1] = ["kind"];

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    Query(came): Query<Came>,
    visitor: Visitor,
) -> Response {
    let blocks = blocks(&site, &visitor, &came.done).await;
    visitor.page(("rights-title", "/rights"), blocks)
}

async fn blocks(site: &Site, visitor: &Visitor, done: &str) -> Result<Vec<Block>, Error> {
    let say = |key: &str| visitor.say(key);
    let person = visitor.person()?;
    let own = site
        .enrolment
        .follow_cases(&visitor.caller(site)?, person)
        .await?;
    let mut blocks = Vec::new();
    if matches!(done, "withdrawn" | "too-many") {
        blocks.push(Block::Note(say(&format!("rights-{done}"))));
    }
    blocks.push(Block::Text(say("rights-lead")));
    blocks.push(Block::Heading(say("rights-own")));
    if own.is_empty() {
        blocks.push(Block::Text(say("rights-none")));
    } else {
        let links = own.iter().map(|filed| {
            let address = format!("/rights/case?number={}", filed.number);
            (address, line(visitor, filed, site.now()))
        });
        blocks.push(Block::Links(links.collect()));
    }
    blocks.push(Block::Heading(say("rights-ask")));
    let kinds = Kind::ALL.into_iter().map(|kind| {
        let word = kind.word();
        (format!("{NEW}?kind={word}"), say(&format!("right-{word}")))
    });
    blocks.push(Block::Links(kinds.collect()));
    blocks.push(Block::Text(say("rights-automated")));
    blocks.push(Block::Heading(say("rights-at-once")));
    let at_once = ["information", "copy"].map(|way| {
        let address = format!("/rights/{way}");
        (address, say(&format!("rights-{way}")))
    });
    blocks.push(Block::Links(at_once.into()));
    Ok(blocks)
}

/// A case in one line: what it is about, and how it stands.
pub(super) fn line(visitor: &Visitor, filed: &Filed, now: u64) -> String {
    let language = visitor.language;
    let kind = TEXTS.say(language, &format!("right-{}", filed.case.kind.word()));
    let state = state(visitor, filed, now);
    let said = [("kind", kind.as_str()), ("state", &state)];
    TEXTS.say_with(language, "case-line", &said)
}

/// How a case stands, in words.
pub(super) fn state(visitor: &Visitor, filed: &Filed, now: u64) -> String {
    let language = visitor.language;
    let of = |key: &str, at: u64| {
        let day = day(language, &visitor.zone, at);
        TEXTS.say_with(language, key, &[("day", &day)])
    };
    match filed.case.outcome {
        Some(_) if filed.case.restricts() => match filed.case.lifts() {
            Some(at) => of("case-restricts-until", at),
            None => visitor.say("case-restricts"),
        },
        Some((outcome, at)) => of(&format!("case-{}", super::rights_case::word(outcome)), at),
        // The last day, not the moment after it.
        None if filed.case.is_late(now) => of("case-late", filed.case.due - 1),
        None if filed.case.granted.is_some() => of("case-granted", filed.case.due - 1),
        None => of("case-open", filed.case.due - 1),
    }
}

pub(super) async fn new(
    State(site): State<Arc<Site>>,
    Query(fields): Query<Fields>,
    visitor: Visitor,
) -> Response {
    let Some(kind) = Kind::from_word(value(&fields, "kind")) else {
        return go("/rights");
    };
    match choosable(&site, &visitor, kind).await {
        Ok(items) => form((&visitor, &items), kind, &fields, &[]),
        Err(error) => visitor.sorry(&error),
    }
}

/// The items that a case of this kind may be about.
async fn choosable(site: &Site, visitor: &Visitor, kind: Kind) -> Result<Vec<Arc<Item>>, Error> {
    visitor.person()?;
    match kind {
        Kind::Rectification => items(site, visitor).await,
        _ => Ok(Vec::new()),
    }
}

pub(super) async fn send(State(site): State<Arc<Site>>, sent: PostedBy<Fields>) -> Response {
    let (visitor, fields) = (sent.visitor, sent.form);
    let Some(kind) = Kind::from_word(value(&fields, "kind")) else {
        return go("/rights");
    };
    let items = match choosable(&site, &visitor, kind).await {
        Ok(items) => items,
        Err(error) => return visitor.sorry(&error),
    };
    let text = value(&fields, "text");
    if text.is_empty() && must_say(kind) {
        let wrong = [("text", "fault-case-text")];
        return form((&visitor, &items), kind, &fields, &wrong);
    }
    let filed = async {
        let (caller, person) = (visitor.caller(&site)?, visitor.person()?);
        let filing = Filing {
            kind,
            whose: Some(person),
            received: None,
            said: Said {
                topic: Topic::Asked,
                text: text.to_owned(),
                wrong: chosen(&items, &fields),
                ..Said::default()
            },
        };
        site.enrolment.file_case(Some(&caller), &filing).await
    };
    match filed.await {
        Ok(Some(number)) => go(&format!("/rights/case?number={number}&done=filed")),
        Ok(None) => go("/rights?done=too-many"),
        Err(error) => visitor.sorry(&error),
    }
}

/// Whether a right needs words to be asked for; all others are asked for by their name alone.
fn must_say(kind: Kind) -> bool {
    matches!(kind, Kind::Rectification | Kind::Objection)
}

/// What is there at once for who asks for a right, by addresses and the keys of their names.
fn at_once(kind: Kind) -> &'static [(&'static str, &'static str)] {
    match kind {
        Kind::Access => &[
            ("/rights/information", "rights-information"),
            ("/rights/copy", "rights-copy"),
        ],
        Kind::Accesses => &[("/trail", "nav-trail"), ("/trail/proof", "trail-proof")],
        Kind::Portability => &[("/rights/copy", "rights-copy")],
        Kind::Objection => &[
            ("/oppositions", "nav-oppositions"),
            ("/authorisations", "nav-authorisations"),
        ],
        Kind::Restriction => &[("/authorisations", "nav-authorisations")],
        Kind::Rectification | Kind::Erasure => &[],
    }
}

fn form(
    (visitor, items): (&Visitor, &[Arc<Item>]),
    kind: Kind,
    fields: &Fields,
    wrong: &[(&'static str, &'static str)],
) -> Response {
    let say = |key: &str| visitor.say(key);
    let filled = Filled {
        language: visitor.language,
        fields,
        wrong,
    };
    let word = kind.word();
    let mut blocks: Vec<Block> = filled.alert().into_iter().collect();
    blocks.push(Block::Heading(say(&format!("right-{word}"))));
    blocks.push(Block::Text(say(&format!("right-{word}-lead"))));
    let links: Vec<(String, String)> = at_once(kind)
        .iter()
        .map(|(address, name)| ((*address).to_owned(), say(name)))
        .collect();
    if !links.is_empty() {
        blocks.push(Block::Text(say("right-at-once")));
        blocks.push(Block::Links(links));
    }
    let hint = if must_say(kind) {
        "case-text-needed"
    } else {
        "case-text-hint"
    };
    let mut field = filled.field("text", "case-text", hint);
    field.lines = true;
    blocks.push(Block::Text(say("case-in-a-month")));
    blocks.push(Block::Form(Form {
        action: NEW.to_owned(),
        token: visitor.session.token.clone(),
        hidden: vec![("kind", word.to_owned())],
        fields: vec![field],
        choices: choices(visitor, items, fields),
        button: say("case-send"),
        ..Form::default()
    }));
    let address = kept(&format!("{NEW}?kind={word}"), &Fields::new(), &OURS);
    visitor.page(("rights-new-title", &address), Ok(blocks))
}

pub(super) async fn copy(State(site): State<Arc<Site>>, visitor: Visitor) -> Response {
    let address = "/rights/copy";
    if let Some(response) = wanted(&site, &visitor.session, address) {
        return response;
    }
    let taken = async {
        let (caller, person) = (visitor.caller(&site)?, visitor.person()?);
        let base = site.base();
        site.record().take_away(&caller, person, &base).await
    };
    let bundle = match taken.await {
        Ok(bundle) => bundle,
        Err(error) => return visitor.sorry(&error),
    };
    let answer = Printed::from(&bundle).answer(site.record(), StatusCode::OK);
    match answer.await {
        Ok(mut response) => {
            let name = TEXTS.say(visitor.language, "rights-copy-file");
            let saved = format!("attachment; filename=\"{name}\"");
            if let Ok(saved) = HeaderValue::from_str(&saved) {
                let headers = response.headers_mut();
                headers.insert(header::CONTENT_DISPOSITION, saved);
            }
            response
        }
        Err(problem) => problem.into_response(),
    }
}
