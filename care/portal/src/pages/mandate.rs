//! `GET` and `POST /authorisations/helper`: the person lets somebody whom he trusts act for him, within a mandate (art.
//! 1984 C. civ.); `POST /authorisations/helper/end` ends it. The helper is named by the number of his account, which
//! he alone sees: a login name would tell whoever guesses it who has an account here.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use hygie_record::notice::{ActorKind, PersonId};
use hygie_record::{Appointed, Appointment, Error, Who};
use serde::Deserialize;

use super::TEXTS;
use super::again::wanted;
use super::filled::{Fields, Filled, kept, ticked, value};
use super::held::{classes_said, until_said};
use super::part::{Block, Form};
use super::site::Site;
use super::until::Until;
use super::visitor::{PostedBy, Visitor, go};

/// The form.
pub(super) const ADDRESS: &str = "/authorisations/helper";
/// What comes back with somebody who first has to prove who he is.
const OURS: [&str; 3] = ["account", "name", "until"];

/// A field that is wrong, and the key of what is wrong about it.
type Wrong = (&'static str, &'static str);

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Ended {
    mandate: String,
}

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    Query(fields): Query<Fields>,
    visitor: Visitor,
) -> Response {
    if let Err(error) = only_himself(&visitor) {
        return visitor.sorry(&error);
    }
    match wanted(&site, &visitor.session, &kept(ADDRESS, &fields, &OURS)) {
        Some(response) => response,
        None => form(&visitor, &fields, &[]),
    }
}

pub(super) async fn send(State(site): State<Arc<Site>>, sent: PostedBy<Fields>) -> Response {
    let (visitor, fields) = (sent.visitor, sent.form);
    if let Err(error) = only_himself(&visitor) {
        return visitor.sorry(&error);
    }
    if let Some(response) = wanted(&site, &visitor.session, &kept(ADDRESS, &fields, &OURS)) {
        return response;
    }
    match appoint(&site, &visitor, &fields).await {
        Ok(Ok(())) => go("/authorisations?done=granted"),
        Ok(Err(wrong)) => form(&visitor, &fields, &wrong),
        Err(error) => visitor.sorry(&error),
    }
}

/// Ending closes, and asks for no more than the session.
pub(super) async fn end(State(site): State<Arc<Site>>, sent: PostedBy<Ended>) -> Response {
    let (visitor, mandate) = (sent.visitor, sent.form.mandate);
    let ended = async {
        let (caller, person) = (visitor.caller(&site)?, visitor.person()?);
        let record = site.record();
        let before = record.appointed(&caller, person).await?;
        let ends = Appointment::End(mandate.clone());
        record.appoint(&caller, person, ends).await?;
        let of = before.iter().find(|one| one.id == mandate);
        let account = of.map(|one| one.who.account.as_str()).unwrap_or_default();
        let mut others = before.iter().filter(|one| one.id != mandate);
        match account.parse::<PersonId>() {
            Ok(id) if others.all(|one| one.who.account != account) => {
                site.accounts.represents_no_more(id, person).await
            }
            _ => Ok(()),
        }
    };
    match ended.await {
        // Whoever presses twice finds it ended.
        Ok(()) | Err(Error::NotFound) => go("/authorisations?done=ended"),
        Err(error) => visitor.sorry(&error),
    }
}

/// Nobody else appoints.
fn only_himself(visitor: &Visitor) -> Result<PersonId, Error> {
    let himself = visitor.role.kind == ActorKind::Holder;
    visitor.person().and_then(|person| {
        let person = himself.then_some(person);
        person.ok_or(Error::Refused)
    })
}

async fn appoint(
    site: &Site,
    visitor: &Visitor,
    fields: &Fields,
) -> Result<Result<(), Vec<Wrong>>, Error> {
    let person = visitor.person()?;
    let account = value(fields, "account").to_lowercase();
    let id = match account.parse::<PersonId>() {
        Ok(id) if site.accounts.is_one(id).await? => Some(id),
        _ => None,
    };
    let name = value(fields, "name");
    let until = Until::read(value(fields, "until"), &visitor.zone, site.now());
    let mut wrong = Vec::new();
    if id.is_none() {
        wrong.push(("account", "fault-account"));
    }
    if name.is_empty() {
        wrong.push(("name", "fault-name"));
    }
    let until = match until {
        Until::Day(_, end) => Some(end),
        Until::Open | Until::Wrong => {
            wrong.push(("until", "fault-mandate-until"));
            None
        }
    };
    let (Some(id), true) = (id, wrong.is_empty()) else {
        return Ok(Err(wrong));
    };
    let classes: Vec<String> = ticked(fields)
        .map(|class| class.code().to_owned())
        .collect();
    let who = Who {
        account,
        name: name.to_owned(),
        role: "helper".to_owned(),
        classes: (!classes.is_empty()).then_some(classes),
        from: None,
        until,
    };
    let caller = visitor.caller(site)?;
    let appointed = site
        .record()
        .appoint(&caller, person, Appointment::Appoint(who));
    match appointed.await {
        Ok(_) => {}
        Err(Error::Part("account", _)) => return Ok(Err(vec![("account", "fault-account")])),
        Err(Error::Part("name", _)) => return Ok(Err(vec![("name", "fault-name")])),
        Err(Error::Part(..)) => return Ok(Err(vec![("until", "fault-mandate-until")])),
        Err(error) => return Err(error),
    }
    site.accounts.represents(id, (person, name)).await?;
    Ok(Ok(()))
}

fn form(visitor: &Visitor, fields: &Fields, wrong: &[Wrong]) -> Response {
    let say = |key: &str| visitor.say(key);
    let filled = Filled {
        language: visitor.language,
        fields,
        wrong,
    };
    let mut blocks: Vec<Block> = filled.alert().into_iter().collect();
    blocks.push(Block::Text(say("helper-lead")));
    blocks.push(Block::Form(Form {
        action: ADDRESS.to_owned(),
        token: visitor.session.token.clone(),
        fields: vec![
            filled.field("account", "helper-account", "helper-account-hint"),
            filled.field("name", "helper-name", "helper-name-hint"),
            filled.field("until", "helper-until", "helper-until-hint"),
        ],
        checks: Some(filled.classes("helper-classes-hint")),
        button: say("helper-send"),
        ..Form::default()
    }));
    let address = kept(ADDRESS, fields, &OURS);
    visitor.page(("helper-title", &address), Ok(blocks))
}

/// Who acts for the person. A helper's mandate the person himself ends; others are entered by registers and courts.
pub(super) fn rows(visitor: &Visitor, appointed: &[Appointed], now: u64) -> Vec<Block> {
    if appointed.is_empty() {
        return vec![Block::Text(visitor.say("mandates-none"))];
    }
    let rows = appointed.iter();
    rows.map(|appointed| row(visitor, appointed, now)).collect()
}

fn row(visitor: &Visitor, appointed: &Appointed, now: u64) -> Block {
    let language = visitor.language;
    let who = &appointed.who;
    let shown = if who.name.is_empty() {
        &who.account
    } else {
        &who.name
    };
    let key = format!("mandate-{}", who.role);
    let name = TEXTS.say_with(language, &key, &[("name", shown)]);
    let helps = who.role == "helper";
    let what = match &who.classes {
        Some(classes) => classes_said(visitor, classes),
        None => TEXTS.say(language, "held-all-app"),
    };
    let mut details = vec![TEXTS.say_with(language, "mandate-sees", &[("what", &what)])];
    if helps || who.until.is_some() {
        details.push(until_said(visitor, &visitor.zone, who.until, now));
    }
    if !helps {
        details.push(TEXTS.say(language, "mandate-others"));
    }
    let himself = visitor.role.kind == ActorKind::Holder;
    let spoken = TEXTS.say_with(language, "mandate-end-named", &[("name", shown)]);
    Block::Row {
        name,
        details,
        form: (helps && himself).then(|| Form {
            action: "/authorisations/helper/end".to_owned(),
            token: visitor.session.token.clone(),
            hidden: vec![("mandate", appointed.id.clone())],
            button: TEXTS.say(language, "mandate-end"),
            spoken,
            quiet: true,
            ..Form::default()
        }),
    }
}
