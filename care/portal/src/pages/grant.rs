//! `GET` and `POST /authorisations/new`: the person authorises a professional, a structure or a care team, names his
//! treating doctor, or blocks somebody (art. R. 1111-32 CSP). Whoever sent the form proved lately who he is.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use hygie_fhir::Json;
use hygie_fhir::search::Span;
use hygie_record::notice::PersonId;
use hygie_record::policy::Category;
use hygie_record::{Error, typed};

use super::TEXTS;
use super::again::wanted;
use super::part::{Block, Field, Form, Page};
use super::site::Site;
use super::visitor::{PostedBy, Visitor, go};

/// What is decided: the word in the address, the key of what names somebody, and of the button.
struct Way {
    word: &'static str,
    system: &'static str,
    key: &'static str,
    send: &'static str,
    lead: &'static str,
}

const RPPS: &str = "https://rpps.esante.fr";
const FINESS: &str = "https://finess.esante.gouv.fr";
const TEAM: &str = "urn:hygie:care-team";

/// Everything that can be decided, in the order of the page.
const WAYS: [Way; 6] = [
    way("professional", RPPS, ("rpps", "grant-send", "read")),
    way("structure", FINESS, ("finess", "grant-send", "read")),
    way("team", TEAM, ("team", "grant-send", "read")),
    way("doctor", RPPS, ("rpps", "grant-send-doctor", "doctor")),
    way("block", RPPS, ("rpps", "grant-send-block", "block")),
    way(
        "block-structure",
        FINESS,
        ("finess", "grant-send-block", "block"),
    ),
];

const fn way(
    word: &'static str,
    system: &'static str,
    (key, send, lead): (&'static str, &'static str, &'static str),
) -> Way {
    Way {
        word,
        system,
        key,
        send,
        lead,
    }
}

/// What may be decided: addresses, and the keys of their names.
pub(super) fn ways() -> impl Iterator<Item = (String, String)> {
    WAYS.iter().map(|way| {
        let address = format!("/authorisations/new?way={}", way.word);
        (address, format!("grant-{}", way.word))
    })
}

impl Way {
    fn of(fields: &Fields) -> &'static Self {
        let word = fields.get("way").map_or("", String::as_str);
        let known = WAYS.iter().find(|way| way.word == word);
        known.unwrap_or(&WAYS[0])
    }

    /// Whether it is bounded to classes and a time.
    fn is_bounded(&self) -> bool {
        self.lead == "read"
    }
}

/// What the form holds, by the names of its fields.
type Fields = BTreeMap<String, String>;

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    Query(fields): Query<Fields>,
    visitor: Visitor,
) -> Response {
    if let Err(error) = visitor.person() {
        return visitor.sorry(&error);
    }
    if let Some(response) = wanted(&site, &visitor.session, &kept(&fields)) {
        return response;
    }
    form(&visitor, &fields, &[])
}

pub(super) async fn send(State(site): State<Arc<Site>>, sent: PostedBy<Fields>) -> Response {
    let (visitor, fields) = (sent.visitor, sent.form);
    let person = match visitor.person() {
        Ok(person) => person,
        Err(error) => return visitor.sorry(&error),
    };
    // What he typed comes back with him.
    if let Some(response) = wanted(&site, &visitor.session, &kept(&fields)) {
        return response;
    }
    let way = Way::of(&fields);
    let until = value(&fields, "until");
    let end = date(until);
    let over = end
        .as_deref()
        .is_some_and(|end| ends(end) <= i128::from(site.now()));
    if way.is_bounded() && !until.is_empty() && (end.is_none() || over) {
        return form(&visitor, &fields, &["until"]);
    }
    let consent = consent(way, person, &fields, end.as_deref());
    let granted = async {
        let caller = visitor.caller(&site)?;
        let resource = typed("Consent", consent)?;
        site.record()
            .deposit_resource(&caller, resource, None)
            .await
    };
    match granted.await {
        Ok(_) => go("/authorisations?done=granted"),
        // All else of the form is ours: what may be wrong is the number.
        Err(Error::Unprocessable(_) | Error::Invalid(_)) => form(&visitor, &fields, &["whom"]),
        Err(error) => visitor.sorry(&error),
    }
}

fn value<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map_or("", |text| text.trim())
}

/// The classes that are ticked.
fn ticked(fields: &Fields) -> impl Iterator<Item = Category> {
    let is_ticked = |class: &Category| fields.contains_key(&format!("class-{}", class.code()));
    Category::ALL.into_iter().filter(is_ticked)
}

/// The form's address, with what was filled in and can stand in an address.
fn kept(fields: &Fields) -> String {
    let mut address = format!("/authorisations/new?way={}", Way::of(fields).word);
    for (name, text) in fields {
        let plain = |text: &str| {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/".contains(&byte);
            !text.is_empty() && text.len() <= 64 && text.bytes().all(fits)
        };
        let ours = matches!(name.as_str(), "whom" | "until") || name.starts_with("class-");
        if ours && plain(name) && plain(text) {
            address.push_str(&format!("&{name}={text}"));
        }
    }
    address
}

/// A day as FHIR writes it: from day, month, year, or as it is.
fn date(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(['/', '.', '-', ' ']).collect();
    let [one, month, three] = parts.as_slice() else {
        return None;
    };
    let (year, day) = if one.len() == 4 {
        (one, three)
    } else {
        (three, one)
    };
    let number = |text: &str| text.parse::<u16>().ok();
    let (year, month, day) = (number(year)?, number(month)?, number(day)?);
    let date = format!("{year:04}-{month:02}-{day:02}");
    Span::of_period(None, Some(&date)).map(|_| date)
}

/// When a day is over, in milliseconds.
fn ends(day: &str) -> i128 {
    let span = Span::of_period(None, Some(day));
    let end = span.and_then(|span| span.end);
    end.map_or(0, |nanoseconds| nanoseconds / 1_000_000)
}

fn text(text: &str) -> Json {
    Json::String(text.into())
}

fn coded(system: &str, code: &str) -> Json {
    let coding = Json::object([("system", text(system)), ("code", text(code))]);
    Json::object([("coding", Json::array([coding]))])
}

/// The person's words as a Consent (R4, 6.2).
fn consent(way: &Way, person: PersonId, fields: &Fields, end: Option<&str>) -> Json {
    const ROLE: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
    const FUNCTION: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationFunction";
    let whom: String = value(fields, "whom").split_whitespace().collect();
    let role = if way.word == "doctor" {
        coded(FUNCTION, "PCP")
    } else {
        coded(ROLE, "PRCP")
    };
    let identifier = Json::object([("system", text(way.system)), ("value", text(&whom))]);
    let reference = Json::object([("identifier", identifier)]);
    let actor = Json::object([("role", role), ("reference", reference)]);
    let kind = if way.lead == "block" {
        "deny"
    } else {
        "permit"
    };
    let mut provision = Json::object([("type", text(kind)), ("actor", Json::array([actor]))]);
    if way.is_bounded() {
        if let Some(end) = end {
            provision.set("period", Json::object([("end", text(end))]));
        }
        let classes: Vec<Json> = ticked(fields)
            .map(|class| coded("urn:oid:1.2.250.1.213.1.1.4.1", class.code()))
            .collect();
        if !classes.is_empty() {
            provision.set("code", Json::array(classes));
        }
    }
    let scope = "http://terminology.hl7.org/CodeSystem/consentscope";
    let patient = text(&format!("Patient/{person}"));
    Json::object([
        ("resourceType", text("Consent")),
        ("status", text("active")),
        ("scope", coded(scope, "patient-privacy")),
        (
            "category",
            Json::array([coded("http://loinc.org", "59284-0")]),
        ),
        ("patient", Json::object([("reference", patient)])),
        (
            "policyRule",
            Json::object([("text", text("R. 1111-32 CSP"))]),
        ),
        ("provision", provision),
    ])
}

fn form(visitor: &Visitor, fields: &Fields, wrong: &[&str]) -> Response {
    let language = visitor.language;
    let say = |key: &str| TEXTS.say(language, key);
    let way = Way::of(fields);
    let (named, hint) = match way.key {
        "team" => ("grant-team-id".to_owned(), "grant-team-hint".to_owned()),
        key => (format!("grant-{key}"), format!("grant-{key}-hint")),
    };
    let fault = |name: &str| {
        let key = if name == "whom" { way.key } else { name };
        let is_wrong = wrong.contains(&name);
        is_wrong.then(|| say(&format!("fault-{key}")))
    };
    let field = |name, label: &str, hint: &str| {
        let mut field = Field::text(name, say(label), say(hint)).with_fault(fault(name));
        field.value = fields.get(name).cloned().unwrap_or_default();
        field
    };
    let mut shown = vec![field("whom", &named, &hint)];
    shown[0].numeric = way.system != TEAM;
    let mut checks = None;
    if way.is_bounded() {
        shown.push(field("until", "grant-until", "grant-until-hint"));
        checks = Some(super::part::Checks {
            legend: say("grant-classes"),
            hint: say("grant-classes-hint"),
            options: classes(language, fields),
        });
    }
    let mut blocks = Vec::new();
    let faults: Vec<(String, String)> = wrong
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), fault(name)?)))
        .collect();
    if !faults.is_empty() {
        blocks.push(Block::Alert {
            title: say("alert-nothing-done"),
            text: say("alert-correct"),
            faults,
        });
    }
    blocks.push(Block::Text(say(&format!("grant-lead-{}", way.lead))));
    blocks.push(Block::Form(Form {
        action: "/authorisations/new".to_owned(),
        token: visitor.session.token.clone(),
        hidden: vec![("way", way.word.to_owned())],
        fields: shown,
        checks,
        button: say(way.send),
        ..Form::default()
    }));
    let (title, address) = (format!("grant-{}", way.word), kept(fields));
    let mut page = Page::of(language, &title, &address);
    page.session = Some(&visitor.session);
    if !wrong.is_empty() {
        page.status = StatusCode::UNPROCESSABLE_ENTITY;
    }
    page.show(blocks)
}

fn classes(language: hygie_web::Language, fields: &Fields) -> Vec<(String, String, bool)> {
    let classes = Category::ALL.into_iter();
    classes
        .filter(|class| *class != Category::Identity)
        .map(|class| {
            let name = format!("class-{}", class.code());
            let label = TEXTS.say(language, &name);
            let is_ticked = fields.contains_key(&name);
            (name, label, is_ticked)
        })
        .collect()
}
