//! `GET` and `POST /corrections`: a professional finds the items that people hold to be wrong and that he, or his structure,
//! wrote, and answers (GDPR art. 16); and items that he had read and that were corrected since (art. 19).

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use hygie_enrolment::Correction;
use hygie_record::Error;
use hygie_record::notice::ActorKind;

use super::TEXTS;
use super::filled::{Fields, Filled, value};
use super::moments::day;
use super::part::{Block, Choices, Form};
use super::site::Site;
use super::visitor::{Came, PostedBy, Visitor, go};

/// The page.
pub(super) const ADDRESS: &str = "/corrections";

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    Query(came): Query<Came>,
    visitor: Visitor,
) -> Response {
    let blocks = blocks(&site, &visitor, &came.done).await;
    visitor.page(("corrections-title", ADDRESS), blocks)
}

pub(super) async fn send(State(site): State<Arc<Site>>, sent: PostedBy<Fields>) -> Response {
    let (visitor, fields) = (sent.visitor, sent.form);
    if let Err(error) = only_professionals(&visitor) {
        return visitor.sorry(&error);
    }
    let (number, text) = (value(&fields, "number"), value(&fields, "text"));
    let corrected = match value(&fields, "reply") {
        "corrected" => true,
        "declined" if !text.is_empty() => false,
        _ => return go("/corrections?done=reasons"),
    };
    let reply = site
        .enrolment
        .reply(number, &visitor.role, (corrected, text));
    match reply.await {
        Ok(Ok(_)) => go("/corrections?done=replied"),
        Ok(Err(_)) => go("/corrections?done=over"),
        Err(error) => visitor.sorry(&error),
    }
}

fn only_professionals(visitor: &Visitor) -> Result<(), Error> {
    match visitor.role.kind {
        ActorKind::Professional => Ok(()),
        _ => Err(Error::Refused),
    }
}

async fn blocks(site: &Site, visitor: &Visitor, done: &str) -> Result<Vec<Block>, Error> {
    only_professionals(visitor)?;
    let say = |key: &str| visitor.say(key);
    let found = site.enrolment.corrections(&visitor.role).await?;
    let mut blocks = Vec::new();
    if matches!(done, "replied" | "over" | "reasons") {
        blocks.push(Block::Note(say(&format!("corrections-{done}"))));
    }
    blocks.push(Block::Text(say("corrections-lead")));
    let (told, asked): (Vec<_>, Vec<_>) = found.iter().partition(|one| one.told);
    if asked.is_empty() {
        blocks.push(Block::Text(say("corrections-none")));
    }
    for (place, one) in asked.into_iter().enumerate() {
        blocks.push(ask(visitor, place, one));
    }
    blocks.push(Block::Heading(say("corrections-told")));
    if told.is_empty() {
        blocks.push(Block::Text(say("corrections-told-none")));
    }
    for one in told {
        blocks.push(Block::Row {
            name: name(one),
            details: vec![say("corrections-told-text")],
            form: None,
        });
    }
    Ok(blocks)
}

/// What an item is called; its address where it has no name.
fn name(one: &Correction) -> String {
    if one.wrong.title.is_empty() {
        one.wrong.item.clone()
    } else {
        format!("{} ({})", one.wrong.title, one.wrong.item)
    }
}

fn ask(visitor: &Visitor, place: usize, one: &Correction) -> Block {
    let language = visitor.language;
    let say = |key: &str| TEXTS.say(language, key);
    let due = day(language, &visitor.zone, one.filed.case.due - 1);
    let mut details: Vec<String> = one.text.lines().map(str::to_owned).collect();
    details.push(TEXTS.say_with(language, "case-open", &[("day", &due)]));
    let fields = Fields::new();
    let filled = Filled {
        language,
        fields: &fields,
        wrong: &[],
    };
    let mut text = filled.field("text", "corrections-text", "corrections-text-hint");
    text.lines = true;
    text.id = format!("text-{place}");
    let options = ["corrected", "declined"].map(|word| {
        let label = say(&format!("corrections-{word}"));
        (word.to_owned(), label, false)
    });
    let name = name(one);
    Block::Row {
        details,
        form: Some(Form {
            action: ADDRESS.to_owned(),
            token: visitor.session.token.clone(),
            hidden: vec![("number", one.filed.number.clone())],
            fields: vec![text],
            choices: Some(Choices {
                name: "reply",
                legend: say("corrections-reply"),
                options: options.into(),
            }),
            button: say("desk-send"),
            spoken: TEXTS.say_with(language, "corrections-send-named", &[("name", &name)]),
            ..Form::default()
        }),
        name,
    }
}
