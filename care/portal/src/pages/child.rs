//! `GET` and `POST /space/child`: a parent who has access to his own space gains access to that of his child, whom he knows
//! by number and birth date, where the register names him as one who represents it. Art. 371-1 C. civ.; L. 1111-13-1 CSP.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use hygie_enrolment::{Child, Field as Typo, ForChild, Pace, Parent, Wish};
use hygie_record::notice::{ActorKind, PersonId};
use hygie_record::{Error, Wishes};
use serde::Deserialize;

use super::again::wanted;
use super::moments::{day, to_the_second};
use super::opposition::{name, retry_later};
use super::part::{Block, Field, Form, Page};
use super::site::Site;
use super::visitor::{PostedBy, Visitor};
use super::{TEXTS, space};

/// Where it is.
pub(super) const ADDRESS: &str = "/space/child";

/// What is typed. Missing fields are empty ones.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Typed {
    ins: String,
    #[serde(rename = "birth-date")]
    birth_date: String,
    /// Whether an opposition is taken back with it.
    back: String,
}

pub(super) async fn show(State(site): State<Arc<Site>>, visitor: Visitor) -> Response {
    if let Err(error) = himself(&visitor) {
        return visitor.sorry(&error);
    }
    match wanted(&site, &visitor.session, ADDRESS) {
        Some(response) => response,
        None => form(&visitor, (StatusCode::OK, None), &Typed::default(), &[]),
    }
}

pub(super) async fn send(State(site): State<Arc<Site>>, sent: PostedBy<Typed>) -> Response {
    let (visitor, typed) = (sent.visitor, sent.form);
    let person = match himself(&visitor) {
        Ok(person) => person,
        Err(error) => return visitor.sorry(&error),
    };
    if let Some(response) = wanted(&site, &visitor.session, ADDRESS) {
        return response;
    }
    let slip = StatusCode::UNPROCESSABLE_ENTITY;
    let child = match Wish::read(&typed.ins, &typed.birth_date) {
        Ok(child) => child,
        Err(slips) => return form(&visitor, (slip, Some("alert-typo")), &typed, &slips),
    };
    match site.enrolment.child_pace(person, &child) {
        Pace::After(wait) => tokio::time::sleep(wait).await,
        Pace::TooFast => {
            let alert = (StatusCode::TOO_MANY_REQUESTS, Some("alert-too-fast"));
            return retry_later(form(&visitor, alert, &Typed::default(), &[]));
        }
    }
    let account = visitor.session.account.0;
    let tried = async {
        let what = "whose account activates a child's space";
        let account = site.accounts.by_id(account, what).await?;
        let account = account.ok_or(Error::Refused)?.subject.id;
        let caller = visitor.caller(&site)?;
        let wished = site.record().wish(&caller, person, Wishes::default());
        // Whoever refuses a space of his own acts for his child all the same.
        let letters = match wished.await {
            Ok(wishes) => wishes.letters,
            Err(Error::Refused | Error::Closed | Error::Erased) => None,
            Err(error) => return Err(error),
        };
        let parent = Parent {
            account,
            person,
            name: visitor.role.name.as_deref().unwrap_or_default(),
            letters: letters.as_ref(),
        };
        let back = typed.back == "yes";
        let accounts = &site.accounts;
        site.enrolment
            .activate_child(accounts, parent, &child, back)
            .await
    };
    match tried.await {
        Ok(ForChild::Done(child)) => done(&visitor, &child),
        Ok(ForChild::NotMatched) => form(&visitor, (slip, Some("alert-child-not")), &typed, &[]),
        Ok(ForChild::Opposed(since)) => opposed(&visitor, &typed, since),
        Ok(ForChild::Ended) => {
            let ended = vec![Block::Note(visitor.say("activation-ended"))];
            visitor.page(("child-title", ""), Ok(ended))
        }
        Err(error) => visitor.sorry(&error),
    }
}

/// A parent comes as the holder of his own space, and as nobody else.
fn himself(visitor: &Visitor) -> Result<PersonId, Error> {
    let himself = visitor.role.kind == ActorKind::Holder;
    let person = visitor.role.person.filter(|_| himself);
    person.ok_or(Error::Refused)
}

fn form(
    visitor: &Visitor,
    (status, alert): (StatusCode, Option<&str>),
    typed: &Typed,
    slips: &[Typo],
) -> Response {
    let say = |key: &str| visitor.say(key);
    let fault = |field: Typo| say(&format!("fault-{}", name(field)));
    let field = |field: Typo, value: &str| {
        let label = say(&format!("child-{}", name(field)));
        let hint = say(&format!("opposition-{}-hint", name(field)));
        let text = Field::text(name(field), label, hint);
        let fault = slips.contains(&field).then(|| fault(field));
        Field {
            value: value.to_owned(),
            ..text.with_fault(fault)
        }
    };
    let mut blocks = Vec::new();
    if let Some(alert) = alert {
        let faults = slips.iter().map(|one| (name(*one).to_owned(), fault(*one)));
        blocks.push(Block::Alert {
            title: say("alert-title"),
            text: say(alert),
            faults: faults.collect(),
        });
    }
    blocks.push(Block::Text(say("child-lead")));
    blocks.push(Block::Text(say("child-register")));
    blocks.push(Block::Form(Form {
        action: ADDRESS.to_owned(),
        token: visitor.session.token.clone(),
        fields: vec![
            field(Typo::Ins, &typed.ins),
            field(Typo::BirthDate, &typed.birth_date),
        ],
        button: say("child-send"),
        ..Form::default()
    }));
    blocks.push(Block::Links(vec![(
        space::ADDRESS.to_owned(),
        say("space-title"),
    )]));
    let mut page = Page::of(visitor.language, "child-title", ADDRESS);
    page.session = Some(&visitor.session);
    page.status = status;
    page.show(blocks)
}

/// Somebody said no for the child: that is told to its parent, and taken back by a button that says so.
fn opposed(visitor: &Visitor, typed: &Typed, since: u64) -> Response {
    let day = day(visitor.language, &visitor.zone, since);
    let since = TEXTS.say_with(visitor.language, "child-opposed", &[("day", &day)]);
    let blocks = vec![
        Block::Note(since),
        Block::Text(visitor.say("child-back")),
        Block::Form(Form {
            action: ADDRESS.to_owned(),
            token: visitor.session.token.clone(),
            hidden: vec![
                ("ins", typed.ins.clone()),
                ("birth-date", typed.birth_date.clone()),
                ("back", "yes".to_owned()),
            ],
            button: visitor.say("child-back-send"),
            ..Form::default()
        }),
        Block::Links(vec![(
            space::ADDRESS.to_owned(),
            visitor.say("activation-back-not"),
        )]),
    ];
    visitor.page(("child-title", ""), Ok(blocks))
}

fn done(visitor: &Visitor, child: &Child) -> Response {
    let named = [("name", child.name.as_str())];
    let mut blocks = vec![
        Block::Done(TEXTS.say_with(visitor.language, "child-done", &named)),
        Block::Text(visitor.say("child-letter")),
        Block::Text(visitor.say("child-mails")),
        Block::Text(visitor.say("child-until")),
        Block::Button(
            "/signin/role?next=/space".to_owned(),
            visitor.say("child-role"),
        ),
    ];
    if let Some(proof) = &child.back {
        blocks.push(Block::Heading(visitor.say("back-done-title")));
        for (label, text) in [
            ("receipt-number", proof.number.clone()),
            ("receipt-time", to_the_second(&proof.at)),
        ] {
            blocks.push(Block::Secret {
                label: visitor.say(label),
                text,
            });
        }
    }
    visitor.page(("child-done-title", ""), Ok(blocks))
}
