//! `GET` and `POST /see-as`: what somebody would see now, item by item, and which rule decides (GDPR art. 12). Support
//! asks it on invented people alone.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use hygie_record::notice::{ActorKind, ActorRef, PersonId, Purpose};
use hygie_record::{Error, Explained, Explanation};
use serde::Deserialize;

use super::TEXTS;
use super::part::{Block, Choices, Field, Form, Page};
use super::site::Site;
use super::visitor::{PostedBy, Visitor};
use super::words::{day, thing, why};

/// How many items a page tells of: the newest.
const SHOWN: usize = 200;

/// Who may be asked about, in the order of the page.
const WHO: [&str; 8] = [
    "doctor",
    "pharmacist",
    "nurse",
    "midwife",
    "dentist",
    "samu",
    "helper",
    "app",
];

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    who: String,
    whom: String,
    structure: String,
    person: String,
}

pub(super) async fn show(State(_site): State<Arc<Site>>, visitor: Visitor) -> Response {
    let asks = visitor.role.kind == ActorKind::Support;
    match visitor.person() {
        Err(error) if !asks => visitor.sorry(&error),
        _ => page(&visitor, &Asked::default(), None, Vec::new()),
    }
}

pub(super) async fn send(State(site): State<Arc<Site>>, sent: PostedBy<Asked>) -> Response {
    let (visitor, asked) = (sent.visitor, sent.form);
    let person = if visitor.role.kind == ActorKind::Support {
        asked
            .person
            .trim()
            .parse::<PersonId>()
            .map_err(|_| Error::NotFound)
    } else {
        visitor.person()
    };
    let person: PersonId = match person {
        Ok(person) => person,
        Err(Error::NotFound) => return page(&visitor, &asked, Some("person"), Vec::new()),
        Err(error) => return visitor.sorry(&error),
    };
    let centre = site.record().regulation_centre();
    let Some((other, purpose)) = somebody(&asked, person, centre) else {
        return page(&visitor, &asked, Some("who"), Vec::new());
    };
    let told = async {
        let caller = visitor.caller(&site)?;
        let explained = site.record().explain(&caller, person, &other, purpose);
        explained.await
    };
    match told.await {
        Ok(told) => page(&visitor, &asked, None, answer(&visitor, &told)),
        Err(error) => visitor.sorry(&error),
    }
}

/// Who is asked about. Whoever is not named by a number is somebody of his profession whom no authorisation names.
fn somebody(asked: &Asked, person: PersonId, centre: Option<&str>) -> Option<(ActorRef, Purpose)> {
    let profession = match asked.who.as_str() {
        "doctor" | "samu" => Some("G15_10"),
        "pharmacist" => Some("G15_21"),
        "nurse" => Some("G15_60"),
        "midwife" => Some("G15_50"),
        "dentist" => Some("G15_40"),
        "helper" | "app" => None,
        _ => return None,
    };
    let kind = match asked.who.as_str() {
        "helper" => ActorKind::Representative,
        "app" => ActorKind::App,
        _ => ActorKind::Professional,
    };
    let whom = match asked.whom.trim() {
        "" => "0",
        whom => whom,
    };
    let is_samu = asked.who == "samu";
    let structure = match asked.structure.trim() {
        "" if is_samu => centre.unwrap_or_default(),
        structure => structure,
    };
    let actor = ActorRef {
        profession: profession.map(str::to_owned),
        person: profession.is_none().then_some(person),
        structure: (!structure.is_empty()).then(|| structure.to_owned()),
        scope: (kind == ActorKind::App).then(|| "patient/*.rs".to_owned()),
        ..ActorRef::new(kind, whom)
    };
    let purpose = if is_samu {
        Purpose::Regulation
    } else {
        kind.default_purpose()
    };
    Some((actor, purpose))
}

fn answer(visitor: &Visitor, told: &Explanation) -> Vec<Block> {
    let language = visitor.language;
    let say = |key: &str, name: &str, value: &str| TEXTS.say_with(language, key, &[(name, value)]);
    let key = if told.record.permits() {
        "see-as-enters"
    } else {
        "see-as-stays-out"
    };
    let because = why(language, &told.record.rules);
    let seen = told
        .items
        .iter()
        .filter(|item| item.shown)
        .count()
        .to_string();
    let all = told.items.len().to_string();
    let counted = [("seen", seen.as_str()), ("all", &all)];
    let mut blocks = vec![
        Block::Heading(TEXTS.say(language, "see-as-answer")),
        Block::Note(say(key, "why", &because)),
        Block::Text(TEXTS.say_with(language, "see-as-count", &counted)),
    ];
    let newest = told.items.iter().rev().take(SHOWN);
    blocks.extend(newest.map(|item| row(visitor, told, item)));
    if told.items.len() > SHOWN {
        let shown = SHOWN.to_string();
        blocks.push(Block::Text(say("see-as-more", "count", &shown)));
    }
    blocks
}

fn row(visitor: &Visitor, told: &Explanation, item: &Explained) -> Block {
    let language = visitor.language;
    let kind = item.reference.split('/').next().unwrap_or_default();
    let thing = thing(language, kind);
    let title = item.title.as_ref().filter(|title| !title.is_empty());
    let name = match title {
        Some(title) => title.clone(),
        None => thing.clone(),
    };
    let (key, because) = match (item.shown, item.decision.permits()) {
        (true, _) => ("see-as-sees", why(language, &item.decision.rules)),
        // Policy would show it: it is the record that stays shut, or something hidden that it tells of.
        (false, true) if told.record.permits() => {
            let because = TEXTS.say(language, "see-as-mentions");
            ("see-as-sees-not", because)
        }
        (false, true) => ("see-as-sees-not", why(language, &told.record.rules)),
        (false, false) => ("see-as-sees-not", why(language, &item.decision.rules)),
    };
    let since = day(language, item.updated);
    let said = [("thing", thing.as_str()), ("day", &since)];
    Block::Row {
        name,
        details: vec![
            TEXTS.say_with(language, "see-as-item", &said),
            TEXTS.say_with(language, key, &[("why", &because)]),
        ],
        form: None,
    }
}

fn page(visitor: &Visitor, asked: &Asked, wrong: Option<&str>, answer: Vec<Block>) -> Response {
    let language = visitor.language;
    let say = |key: &str| TEXTS.say(language, key);
    let field = |name: &'static str, value: &str| {
        let key = format!("see-as-{name}");
        let mut field = Field::text(name, say(&key), say(&format!("{key}-hint")));
        field.value = value.to_owned();
        field.with_fault((wrong == Some(name)).then(|| say(&format!("{key}-wrong"))))
    };
    let mut fields = vec![
        field("whom", &asked.whom),
        field("structure", &asked.structure),
    ];
    if visitor.role.kind == ActorKind::Support {
        fields.insert(0, field("person", &asked.person));
    }
    let mut blocks = Vec::new();
    if let Some(name) = wrong {
        let said = say(&format!("see-as-{name}-wrong"));
        blocks.push(Block::Alert {
            title: say("alert-nothing-done"),
            // Of several choices there is no one field to go to.
            text: if name == "who" {
                said.clone()
            } else {
                say("alert-correct")
            },
            faults: if name == "who" {
                Vec::new()
            } else {
                vec![(name.to_owned(), said)]
            },
        });
    }
    blocks.extend(answer);
    blocks.push(Block::Heading(say("see-as-ask")));
    blocks.push(Block::Text(say("see-as-lead")));
    let option = |who: &str| {
        let label = say(&format!("see-as-{who}"));
        (who.to_owned(), label, asked.who == who)
    };
    blocks.push(Block::Form(Form {
        action: "/see-as".to_owned(),
        token: visitor.session.token.clone(),
        fields,
        choices: Some(Choices {
            name: "who",
            legend: say("see-as-who"),
            options: WHO.into_iter().map(option).collect(),
        }),
        button: say("see-as-send"),
        ..Form::default()
    }));
    let mut page = Page::of(language, "see-as-title", "/see-as");
    page.session = Some(&visitor.session);
    if wrong.is_some() {
        page.status = StatusCode::UNPROCESSABLE_ENTITY;
    }
    page.show(blocks)
}
