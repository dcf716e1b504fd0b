//! `GET` and `POST /agent/identity`: an agent at a counter says that he saw somebody's identity document. He learns nothing
//! of the person, and never sees a code (decision 0025).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use hygie_enrolment::{Field as Typo, Pace, Wish};
use hygie_record::Error;
use hygie_record::notice::ActorKind;

use super::TEXTS;
use super::again::wanted;
use super::filled::{Fields, Filled, value};
use super::part::{Block, Checks, Form};
use super::site::Site;
use super::visitor::{PostedBy, Visitor};

/// Where it is.
pub(super) const ADDRESS: &str = "/agent/identity";
/// The box by which he says that he saw it.
const SEEN: &str = "seen";

pub(super) async fn show(State(_site): State<Arc<Site>>, visitor: Visitor) -> Response {
    page(&visitor, &Fields::new(), &[])
}

pub(super) async fn send(State(site): State<Arc<Site>>, sent: PostedBy<Fields>) -> Response {
    let (visitor, fields) = (sent.visitor, sent.form);
    if visitor.role.kind != ActorKind::Support {
        return visitor.sorry(&Error::Refused);
    }
    if let Some(response) = wanted(&site, &visitor.session, ADDRESS) {
        return response;
    }
    let read = Wish::read(value(&fields, "ins"), value(&fields, "birth-date"));
    let slips = read.as_ref().err().cloned().unwrap_or_default();
    let mut wrong: Vec<(&str, &str)> = slips.iter().map(|slip| fault(*slip)).collect();
    if !fields.contains_key(SEEN) {
        wrong.push((SEEN, "fault-seen"));
    }
    let Some(who) = read.ok().filter(|_| wrong.is_empty()) else {
        return page(&visitor, &fields, &wrong);
    };
    match site.enrolment.vouch_pace(&visitor.role, &who) {
        Pace::After(wait) => tokio::time::sleep(wait).await,
        Pace::TooFast => return page(&visitor, &fields, &[("ins", "alert-too-fast")]),
    }
    match site.enrolment.vouch(&visitor.role, &who).await {
        Ok(()) => {
            let say = |key: &str| TEXTS.say(visitor.language, key);
            let next = (ADDRESS.to_owned(), say("vouch-next"));
            let blocks = vec![
                Block::Done(say("vouch-done")),
                Block::Text(say("vouch-after")),
                Block::Links(vec![next]),
            ];
            visitor.page(("vouch-done-title", ""), Ok(blocks))
        }
        Err(error) => visitor.sorry(&error),
    }
}

fn fault(slip: Typo) -> (&'static str, &'static str) {
    match slip {
        Typo::BirthDate => ("birth-date", "fault-birth-date"),
        _ => ("ins", "fault-ins"),
    }
}

fn page(visitor: &Visitor, fields: &Fields, wrong: &[(&'static str, &'static str)]) -> Response {
    if visitor.role.kind != ActorKind::Support {
        return visitor.sorry(&Error::Refused);
    }
    let say = |key: &str| TEXTS.say(visitor.language, key);
    let filled = Filled {
        language: visitor.language,
        fields,
        wrong,
    };
    let mut blocks: Vec<Block> = filled.alert().into_iter().collect();
    blocks.push(Block::Text(say("vouch-lead")));
    blocks.push(Block::Form(Form {
        action: ADDRESS.to_owned(),
        token: visitor.session.token.clone(),
        fields: vec![
            filled.field("ins", "opposition-ins", "opposition-ins-hint"),
            filled.field(
                "birth-date",
                "opposition-birth-date",
                "opposition-birth-date-hint",
            ),
        ],
        checks: Some(Checks {
            legend: say("vouch-seen-legend"),
            hint: String::new(),
            options: vec![(SEEN.to_owned(), say("vouch-seen"), false)],
        }),
        button: say("vouch-send"),
        ..Form::default()
    }));
    visitor.page(("vouch-title", ADDRESS), Ok(blocks))
}
