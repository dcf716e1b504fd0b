//! `GET /rights/case`: a person follows a case of his, and sees until when it is answered, by whom and how; `POST
//! /rights/withdraw` takes it back. Nobody sees another's.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use hygie_enrolment::{Filed, Outcome, Said, Step, Topic};
use hygie_record::{Error, InCase};
use serde::Deserialize;

use super::TEXTS;
use super::moments::{day, moment, zone_said};
use super::part::{Block, Form, Moment};
use super::rights::state;
use super::site::Site;
use super::visitor::{PostedBy, Visitor, go};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Named {
    pub number: String,
    pub done: String,
}

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    Query(named): Query<Named>,
    visitor: Visitor,
) -> Response {
    let blocks = blocks(&site, &visitor, &named).await;
    let address = format!("/rights/case?number={}", plain(&named.number));
    visitor.page(("case-title", &address), blocks)
}

pub(super) async fn withdraw(State(site): State<Arc<Site>>, sent: PostedBy<Named>) -> Response {
    let (visitor, named) = (sent.visitor, sent.form);
    let withdrawn = async {
        let filed = own(&site, &visitor, &named.number).await?;
        site.enrolment.withdraw_case(&filed.number).await
    };
    match withdrawn.await {
        // Whoever presses twice finds it done; one that was answered meanwhile stays so.
        Ok(_) => go("/rights?done=withdrawn"),
        Err(error) => visitor.sorry(&error),
    }
}

/// Its person ends a restriction that was granted him.
pub(super) async fn lift(State(site): State<Arc<Site>>, sent: PostedBy<Named>) -> Response {
    let (visitor, named) = (sent.visitor, sent.form);
    let lifted = async {
        let filed = own(&site, &visitor, &named.number).await?;
        site.enrolment.lift(&filed.number).await
    };
    match lifted.await {
        // Whoever presses twice finds it done.
        Ok(_) => go(&format!("/rights/case?number={}", plain(&named.number))),
        Err(error) => visitor.sorry(&error),
    }
}

/// A number as it may stand in an address.
pub(super) fn plain(number: &str) -> String {
    let symbols = number.chars();
    let fits = |symbol: &char| symbol.is_ascii_alphanumeric() || *symbol == '-';
    symbols.filter(fits).take(64).collect()
}

/// The case of this number, if it is the visitor's, or of whom he represents.
pub(super) async fn own(site: &Site, visitor: &Visitor, number: &str) -> Result<Filed, Error> {
    let person = visitor.person()?;
    let own = site
        .enrolment
        .follow_cases(&visitor.caller(site)?, person)
        .await?;
    let mut own = own.into_iter();
    own.find(|filed| filed.number == number)
        .ok_or(Error::Refused)
}

async fn blocks(site: &Site, visitor: &Visitor, named: &Named) -> Result<Vec<Block>, Error> {
    let say = |key: &str| visitor.say(key);
    let filed = own(site, visitor, &named.number).await?;
    let caller = visitor.caller(site)?;
    let said = site.enrolment.said_in(&filed, Ok(&caller)).await?;
    let mut blocks = Vec::new();
    if named.done == "filed" {
        blocks.push(Block::Note(say("case-filed")));
    }
    blocks.extend(head(visitor, &filed, site.now()));
    blocks.extend(history(visitor, &filed, &said));
    if filed
        .case
        .outcome
        .is_some_and(|(outcome, _)| outcome == Outcome::Refused)
    {
        blocks.push(Block::Note(say("case-complain")));
    }
    if filed.case.lifting.is_some() && filed.case.restricts() {
        blocks.push(Block::Note(say("case-lifting")));
        blocks.push(Block::Note(say("case-complain")));
    }
    blocks.extend(super::rights_item::after(site, visitor, &filed).await?);
    if let Some(proof) = filed.proof() {
        blocks.push(Block::Secret {
            label: say("case-proof"),
            text: proof.to_owned(),
        });
    }
    if filed.case.is_open() {
        blocks.push(Block::Form(Form {
            action: "/rights/withdraw".to_owned(),
            token: visitor.session.token.clone(),
            hidden: vec![("number", filed.number.clone())],
            button: say("case-withdraw"),
            quiet: true,
            ..Form::default()
        }));
    }
    if let (Some((Outcome::Answered, _)), true) = (filed.case.outcome, filed.case.restricts()) {
        blocks.push(Block::Form(Form {
            action: "/rights/lift".to_owned(),
            token: visitor.session.token.clone(),
            hidden: vec![("number", filed.number.clone())],
            button: say("case-lift"),
            quiet: true,
            ..Form::default()
        }));
    }
    let back = ("/rights".to_owned(), say("case-back"));
    blocks.push(Block::Links(vec![back]));
    Ok(blocks)
}

/// What a case is about, and how it stands; the same to its person and to the officer.
pub(super) fn head(visitor: &Visitor, filed: &Filed, now: u64) -> Vec<Block> {
    let language = visitor.language;
    let of = |key: &str, name: &str, value: &str| TEXTS.say_with(language, key, &[(name, value)]);
    let kind = TEXTS.say(language, &format!("right-{}", filed.case.kind.word()));
    let received = day(language, &visitor.zone, filed.case.received);
    vec![
        Block::Heading(kind),
        Block::Row {
            name: state(visitor, filed, now),
            details: vec![
                of("case-received", "day", &received),
                of("case-number", "number", &filed.number),
            ],
            form: None,
        },
    ]
}

/// What was said and done, oldest first; the same to both.
pub(super) fn history(visitor: &Visitor, filed: &Filed, said: &[InCase<Said>]) -> Vec<Block> {
    let language = visitor.language;
    let say = |key: &str| TEXTS.say(language, key);
    let mut moments: Vec<(u64, Moment)> = Vec::new();
    for one in said {
        let topic = one.said.topic;
        let who = match topic {
            Topic::Asked => visitor.say("case-who-person"),
            Topic::Corrected | Topic::Declined => {
                TEXTS.say_with(language, "case-who-author", &[("name", &one.said.by)])
            }
            // It names who had read, which is his alone to see.
            Topic::Told => continue,
            _ => say("case-who-officer"),
        };
        let mut details: Vec<String> = one.said.text.lines().map(str::to_owned).collect();
        let more = [
            ("case-contact", &one.said.contact),
            ("case-checked", &one.said.checked),
        ];
        for (key, text) in more.into_iter().filter(|(_, text)| !text.is_empty()) {
            details.push(TEXTS.say_with(language, key, &[("text", text)]));
        }
        if let Some(wrong) = &one.said.wrong {
            let said = [("title", wrong.title.as_str()), ("item", &wrong.item)];
            details.push(TEXTS.say_with(language, "case-item", &said));
        }
        moments.push((
            one.at,
            Moment {
                time: moment(language, &visitor.zone, one.at),
                who,
                mark: "",
                word: say(&format!("case-topic-{}", topic.word())),
                details,
            },
        ));
    }
    for (at, step, _) in &filed.steps {
        let Some((who, word)) = told_of(filed, step, said.is_empty()) else {
            continue;
        };
        moments.push((
            *at,
            Moment {
                time: moment(language, &visitor.zone, *at),
                who: visitor.say(who),
                mark: "",
                word: say(word),
                details: Vec::new(),
            },
        ));
    }
    moments.sort_by_key(|(at, _)| *at);
    let mut blocks = vec![Block::Text(zone_said(language, &visitor.zone))];
    if said.is_empty() {
        blocks.push(Block::Note(say("case-words-gone")));
    }
    let moments = moments.into_iter().map(|(_, moment)| moment);
    blocks.push(Block::Timeline(moments.collect()));
    blocks
}

/// Who took a step and what it was, by the keys of their words. Steps with words of their own are told by these, unless
/// they are gone.
fn told_of(filed: &Filed, step: &Step, gone: bool) -> Option<(&'static str, &'static str)> {
    Some(match step {
        Step::Taken => ("case-who-officer", "case-topic-taken"),
        Step::Lifted if filed.case.ended_by_itself() => ("case-who-officer", "case-topic-lifted"),
        Step::Lifted => ("case-who-person", "case-topic-lifted"),
        Step::Told => ("case-who-person", "case-topic-told"),
        Step::Withdrawn => ("case-who-person", "case-topic-withdrawn"),
        Step::Answered { proof: Some(_) } => ("who-operator", "case-topic-done"),
        Step::Answered { .. } if gone => ("case-who-officer", "case-topic-answered"),
        Step::Refused if gone => ("case-who-officer", "case-topic-refused"),
        Step::Lifting if gone => ("case-who-officer", "case-topic-lifting"),
        _ => return None,
    })
}

/// An outcome's word, in the keys of texts.
pub(super) fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Answered => "answered",
        Outcome::Refused => "refused",
        Outcome::Withdrawn => "withdrawn",
    }
}
