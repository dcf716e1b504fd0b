//! `GET` and `POST /see-as`: what somebody would see now, item by item, and which rule decides (GDPR art. 12). Support
//! asks it on invented people alone.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use hygie_record::notice::{ActorKind, ActorRef, PersonId, Purpose};
use hygie_record::{Error, Explained, Explanation};

use super::TEXTS;
use super::filled::{Fields, Filled, value};
use super::moments::day;
use super::named::{Named, named};
use super::part::{Block, Choices, Form};
use super::site::Site;
use super::visitor::{PostedBy, Visitor};
use super::words::{thing, why};

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

/// A field that is wrong, and the key of what is wrong about it.
type Wrong = (&'static str, &'static str);

pub(super) async fn show(State(site): State<Arc<Site>>, visitor: Visitor) -> Response {
    match others(&site, &visitor).await {
        Ok(others) => page(&visitor, &others, &Fields::new(), &[], Vec::new()),
        Err(error) => visitor.sorry(&error),
    }
}

pub(super) async fn send(State(site): State<Arc<Site>>, sent: PostedBy<Fields>) -> Response {
    let (visitor, fields) = (sent.visitor, sent.form);
    let others = match others(&site, &visitor).await {
        Ok(others) => others,
        Err(error) => return visitor.sorry(&error),
    };
    let wrong = |wrong| page(&visitor, &others, &fields, &[wrong], Vec::new());
    let Some(person) = person(&visitor, &fields) else {
        return wrong(("person", "see-as-person-wrong"));
    };
    let chosen = value(&fields, "named");
    let mut known = others.iter();
    let known = known.find(|named| named.value == chosen);
    let centre = site.record().regulation_centre();
    let somebody = match known {
        Some(named) => Some((named.actor.clone(), named.actor.kind.default_purpose())),
        None => somebody(&fields, person, centre),
    };
    let Some((other, purpose)) = somebody else {
        return wrong(("who", "see-as-who-wrong"));
    };
    let told = async {
        let caller = visitor.caller(&site)?;
        let explained = site.record().explain(&caller, person, &other, purpose);
        explained.await
    };
    match told.await {
        Ok(told) => {
            let mut blocks = answer(&visitor, &told);
            if let (Some(named), Some(first)) = (known, blocks.first_mut()) {
                let said = [("name", named.label.as_str())];
                let title = TEXTS.say_with(visitor.language, "see-as-answer-named", &said);
                *first = Block::Heading(title);
            }
            page(&visitor, &others, &fields, &[], blocks)
        }
        Err(error) => visitor.sorry(&error),
    }
}

/// Whose record is asked about: support names it.
fn person(visitor: &Visitor, fields: &Fields) -> Option<PersonId> {
    if visitor.role.kind == ActorKind::Support {
        return value(fields, "person").parse().ok();
    }
    visitor.person().ok()
}

/// Those whom the record's rights name; support looks into none.
async fn others(site: &Site, visitor: &Visitor) -> Result<Vec<Named>, Error> {
    if visitor.role.kind == ActorKind::Support {
        return Ok(Vec::new());
    }
    named(site, visitor).await
}

/// Who is asked about. Whoever is not named by a number is somebody of his profession whom no authorisation names.
fn somebody(
    fields: &Fields,
    person: PersonId,
    centre: Option<&str>,
) -> Option<(ActorRef, Purpose)> {
    let who = value(fields, "who");
    let profession = match who {
        "doctor" | "samu" => Some("G15_10"),
        "pharmacist" => Some("G15_21"),
        "nurse" => Some("G15_60"),
        "midwife" => Some("G15_50"),
        "dentist" => Some("G15_40"),
        "helper" | "app" => None,
        _ => return None,
    };
    let kind = match who {
        "helper" => ActorKind::Representative,
        "app" => ActorKind::App,
        _ => ActorKind::Professional,
    };
    let whom = match value(fields, "whom") {
        "" => "0",
        whom => whom,
    };
    let is_samu = who == "samu";
    let structure = match value(fields, "structure") {
        "" if is_samu => centre.unwrap_or_default(),
        structure => structure,
    };
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let actor = ActorRef {
        profession: profession.map(str::to_owned),
        person: profession.is_none().then_some(person),
        structure: some(structure),
        team: some(value(fields, "team")),
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
    let because = why(visitor, &told.record.rules);
    let shown = told.items.iter().filter(|item| item.shown);
    let seen = shown.count().to_string();
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
        (true, _) => ("see-as-sees", why(visitor, &item.decision.rules)),
        // Policy would show it: it is the record that stays shut, or something hidden that it tells of.
        (false, true) if told.record.permits() => {
            let because = TEXTS.say(language, "see-as-mentions");
            ("see-as-sees-not", because)
        }
        (false, true) => ("see-as-sees-not", why(visitor, &told.record.rules)),
        (false, false) => ("see-as-sees-not", why(visitor, &item.decision.rules)),
    };
    let since = day(language, &visitor.zone, item.updated);
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

fn page(
    visitor: &Visitor,
    others: &[Named],
    fields: &Fields,
    wrong: &[Wrong],
    answer: Vec<Block>,
) -> Response {
    let say = |key: &str| visitor.say(key);
    let filled = Filled {
        language: visitor.language,
        fields,
        wrong,
    };
    let mut blocks = Vec::new();
    match wrong {
        // Of several choices there is no one field to go to.
        [("who", key)] => blocks.push(Block::Alert {
            title: say("alert-nothing-done"),
            text: say(key),
            faults: Vec::new(),
        }),
        _ => blocks.extend(filled.alert()),
    }
    blocks.extend(answer);
    blocks.push(Block::Heading(say("see-as-ask")));
    blocks.push(Block::Text(say("see-as-lead")));
    if !others.is_empty() {
        blocks.push(Block::Form(form_named(visitor, others, fields)));
        blocks.push(Block::Heading(say("see-as-else")));
    }
    blocks.push(Block::Form(form_free(visitor, &filled)));
    visitor.page(("see-as-title", "/see-as"), Ok(blocks))
}

/// Those whom the record's rights name.
fn form_named(visitor: &Visitor, others: &[Named], fields: &Fields) -> Form {
    let chosen = value(fields, "named");
    let others = others.iter().map(|named| {
        let is_chosen = named.value == chosen;
        (named.value.clone(), named.label.clone(), is_chosen)
    });
    Form {
        action: "/see-as".to_owned(),
        token: visitor.session.token.clone(),
        choices: Some(Choices {
            name: "named",
            legend: visitor.say("see-as-named"),
            options: others.collect(),
        }),
        button: visitor.say("see-as-send"),
        spoken: visitor.say("see-as-send-named"),
        ..Form::default()
    }
}

/// Anybody.
fn form_free(visitor: &Visitor, filled: &Filled<'_>) -> Form {
    let field = |name| {
        let key = format!("see-as-{name}");
        filled.field(name, &key, &format!("{key}-hint"))
    };
    let mut fields = vec![field("whom"), field("structure"), field("team")];
    if visitor.role.kind == ActorKind::Support {
        fields.insert(0, field("person"));
    }
    let chosen = value(filled.fields, "who");
    let option = |who: &str| {
        let label = visitor.say(&format!("see-as-{who}"));
        (who.to_owned(), label, chosen == who)
    };
    Form {
        action: "/see-as".to_owned(),
        token: visitor.session.token.clone(),
        fields,
        choices: Some(Choices {
            name: "who",
            legend: visitor.say("see-as-who"),
            options: WHO.into_iter().map(option).collect(),
        }),
        button: visitor.say("see-as-send"),
        ..Form::default()
    }
}
