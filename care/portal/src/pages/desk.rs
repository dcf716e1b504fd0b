//! `GET /desk`: the cases that the data-protection officer has to answer, the most urgent first; `GET` and `POST
//! /desk/case`: one of them, and what he does with it (GDPR arts. 12 and 38(4)). He sees what was written in the case, and
//! no record.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use hygie_enrolment::{CaseForbidden, Filed, Kind, Move};
use hygie_record::Error;
use hygie_record::notice::ActorKind;

use super::TEXTS;
use super::filled::{Fields, Filled, value};
use super::part::{Block, Choices, Form};
use super::rights::line;
use super::rights_case::{Named, head, history, plain};
use super::site::Site;
use super::visitor::{Came, PostedBy, Visitor, go};

/// What he can do, by the words of the form.
const MOVES: [(&str, Move); 6] = [
    ("take", Move::Take),
    ("extend", Move::Extend),
    ("grant", Move::Grant),
    ("answer", Move::Answer),
    ("refuse", Move::Refuse),
    ("lift", Move::Lift),
];

/// A field that is wrong, and the key of what is wrong about it.
type Wrong = (&'static str, &'static str);

fn only_officers(visitor: &Visitor) -> Result<(), Error> {
    match visitor.role.kind {
        ActorKind::Officer => Ok(()),
        _ => Err(Error::Refused),
    }
}

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    Query(came): Query<Came>,
    visitor: Visitor,
) -> Response {
    let blocks = queue(&site, &visitor, &came.done).await;
    visitor.page(("desk-title", "/desk"), blocks)
}

async fn queue(site: &Site, visitor: &Visitor, done: &str) -> Result<Vec<Block>, Error> {
    only_officers(visitor)?;
    let say = |key: &str| visitor.say(key);
    let open = site.enrolment.desk(false).await?;
    let mut blocks = Vec::new();
    if matches!(done, "moved" | "over") {
        blocks.push(Block::Note(say(&format!("desk-{done}"))));
    }
    blocks.push(Block::Text(say("desk-lead")));
    if open.is_empty() {
        blocks.push(Block::Note(say("desk-none")));
    }
    let now = site.now();
    let (late, others): (Vec<Filed>, Vec<Filed>) =
        open.into_iter().partition(|filed| filed.case.is_late(now));
    for (key, cases) in [("desk-late", late), ("desk-open", others)] {
        if cases.is_empty() {
            continue;
        }
        blocks.push(Block::Heading(say(key)));
        let links = cases.iter().map(|filed| {
            let address = format!("/desk/case?number={}", filed.number);
            let line = line(visitor, filed, now);
            match filed.officer() {
                Some(by) => {
                    let said = [("line", line.as_str()), ("officer", by)];
                    let line = TEXTS.say_with(visitor.language, "desk-line-taken", &said);
                    (address, line)
                }
                None => (address, line),
            }
        });
        blocks.push(Block::Links(links.collect()));
    }
    Ok(blocks)
}

pub(super) async fn case(
    State(site): State<Arc<Site>>,
    Query(named): Query<Named>,
    visitor: Visitor,
) -> Response {
    let fields = Fields::from([("number".to_owned(), named.number)]);
    page(&site, &visitor, &fields, &[]).await
}

pub(super) async fn send(State(site): State<Arc<Site>>, sent: PostedBy<Fields>) -> Response {
    let (visitor, fields) = (sent.visitor, sent.form);
    if let Err(error) = only_officers(&visitor) {
        return visitor.sorry(&error);
    }
    let wanted = value(&fields, "move");
    let Some((_, moved)) = MOVES.iter().find(|(word, _)| *word == wanted) else {
        return page(&site, &visitor, &fields, &[("text", "fault-move")]).await;
    };
    let text = value(&fields, "text");
    if text.is_empty() && *moved != Move::Take {
        return page(&site, &visitor, &fields, &[("text", "fault-move-text")]).await;
    }
    let (number, officer) = (value(&fields, "number"), visitor.role.id.as_str());
    let decided = site.enrolment.decide_case(number, (*moved, officer), text);
    match decided.await {
        Ok(Ok(_)) if *moved == Move::Take => go(&format!("/desk/case?number={}", plain(number))),
        Ok(Ok(_)) => go("/desk?done=moved"),
        Ok(Err(CaseForbidden::Over)) => go("/desk?done=over"),
        Ok(Err(forbidden)) => page(&site, &visitor, &fields, &[("text", fault(forbidden))]).await,
        Err(Error::NotFound) => visitor.sorry(&Error::Refused),
        Err(error) => visitor.sorry(&error),
    }
}

/// The key of why something can't be done.
fn fault(forbidden: CaseForbidden) -> &'static str {
    match forbidden {
        CaseForbidden::Over | CaseForbidden::Already => "fault-move-already",
        CaseForbidden::TooLate => "fault-move-too-late",
        CaseForbidden::NotForThis => "fault-move-not-for-this",
        CaseForbidden::NotGranted => "fault-move-not-granted",
        CaseForbidden::Open => "fault-move-open",
    }
}

async fn page(site: &Site, visitor: &Visitor, fields: &Fields, wrong: &[Wrong]) -> Response {
    let blocks = blocks(site, visitor, fields, wrong).await;
    let address = format!("/desk/case?number={}", plain(value(fields, "number")));
    visitor.page(("case-title", &address), blocks)
}

async fn blocks(
    site: &Site,
    visitor: &Visitor,
    fields: &Fields,
    wrong: &[Wrong],
) -> Result<Vec<Block>, Error> {
    only_officers(visitor)?;
    let say = |key: &str| visitor.say(key);
    let filed = site.enrolment.case(value(fields, "number")).await?;
    let filed = filed.ok_or(Error::Refused)?;
    let officer = visitor.role.id.as_str();
    let said = site.enrolment.said_in(&filed, Err(officer)).await?;
    let filled = Filled {
        language: visitor.language,
        fields,
        wrong,
    };
    let mut blocks: Vec<Block> = filled.alert().into_iter().collect();
    blocks.extend(head(visitor, &filed, site.now()));
    let whose = filed.whose.to_string();
    let said_whose = [("person", whose.as_str())];
    blocks.push(Block::Text(TEXTS.say_with(
        visitor.language,
        "desk-whose",
        &said_whose,
    )));
    let guide = format!("desk-guide-{}", filed.case.kind.word());
    blocks.push(Block::Text(say(&guide)));
    blocks.extend(history(visitor, &filed, &said));
    let ends = filed.case.restricts() && filed.case.lifts().is_none();
    if filed.case.is_open() {
        blocks.push(Block::Form(form(visitor, &filed, &filled)));
    } else if ends {
        blocks.push(Block::Heading(say("desk-lift")));
        blocks.push(Block::Text(say("desk-lift-lead")));
        blocks.push(Block::Form(lift(visitor, &filed, &filled)));
    }
    blocks.push(Block::Links(vec![("/desk".to_owned(), say("desk-back"))]));
    Ok(blocks)
}

/// What he can do now.
fn form(visitor: &Visitor, filed: &Filed, filled: &Filled<'_>) -> Form {
    let say = |key: &str| visitor.say(key);
    let carried = filed.case.kind.is_carried_out();
    let granted = filed.case.granted.is_some();
    let can = |moved: Move| match moved {
        Move::Take => filed.officer().is_none(),
        Move::Extend => filed.case.extended.is_none(),
        Move::Grant => carried && !granted,
        Move::Answer => !carried || (granted && filed.case.kind == Kind::Portability),
        Move::Refuse => !granted,
        // Once it is answered.
        Move::Lift => false,
    };
    let chosen = value(filled.fields, "move");
    let options = MOVES.into_iter().filter(|(_, moved)| can(*moved));
    let options = options.map(|(word, _)| {
        let label = say(&format!("move-{word}"));
        (word.to_owned(), label, word == chosen)
    });
    let mut field = filled.field("text", "desk-text", "desk-text-hint");
    field.lines = true;
    Form {
        action: "/desk/case".to_owned(),
        token: visitor.session.token.clone(),
        hidden: vec![("number", filed.number.clone())],
        fields: vec![field],
        choices: Some(Choices {
            name: "move",
            legend: say("desk-moves"),
            options: options.collect(),
        }),
        button: say("desk-send"),
        ..Form::default()
    }
}

/// How he ends a restriction that he answered.
fn lift(visitor: &Visitor, filed: &Filed, filled: &Filled<'_>) -> Form {
    let mut field = filled.field("text", "desk-text", "desk-lift-hint");
    field.lines = true;
    Form {
        action: "/desk/case".to_owned(),
        token: visitor.session.token.clone(),
        hidden: vec![
            ("number", filed.number.clone()),
            ("move", "lift".to_owned()),
        ],
        fields: vec![field],
        button: visitor.say("move-lift"),
        ..Form::default()
    }
}
