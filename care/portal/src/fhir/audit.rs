//! `GET [base]/AuditEvent?patient=…`: the holder's trail, each opening and refusal as an AuditEvent
//! (R4, 6.1), with the place of its leaf in the ledger and its number in the trail.

use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use hygie_fhir::Json;
use hygie_record::instant;
use hygie_record::notice::wire::TrailLine;
use hygie_record::notice::{Act, ActorKind, Event, PersonId, Purpose};

use super::bundle::{Content, Entry, Page, searchset};
use super::question::Question;
use super::{Problem, Shared};

/// What ids are made of.
const SYMBOLS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The number of the last event of the trail that is being paged through.
const UNTIL: &str = "_until";

pub async fn search(
    api: Shared,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = api.caller(&headers)?;
    let mut question = Question::parse(&raw.unwrap_or_default())?;
    question.only(&["patient", "_count", "_page", "_format", UNTIL])?;
    let from = api.pages.resume(&caller, "AuditEvent", &question)?;
    let person = question.person("AuditEvent", &caller)?;
    let what = format!("AuditEvent?{}", question.words());
    let mut trail = api.record.account(&caller, person, &what).await?;
    // Reading the trail makes it longer: its pages are those of the trail as the first page met it.
    let until = match question.number(UNTIL)? {
        Some(until) => until,
        None => trail.lines.last().map_or(0, |line| line.event.number),
    };
    trail.lines.retain(|line| line.event.number <= until);
    question.say(UNTIL, until);
    let events: Vec<(String, Json)> = trail.lines.iter().map(|line| event(person, line)).collect();
    let page = Page {
        entries: events
            .iter()
            .map(|(reference, json)| Entry {
                reference: reference.clone(),
                resource: Some(Content::Part(json)),
                trailer: vec![("search", Json::object([("mode", text("match"))]))],
            })
            .collect(),
        included: Vec::new(),
        total: true,
        from,
        count: question.count()?,
    };
    searchset(&api, &caller, "AuditEvent", &question, &page).await
}

/// Refuses to look for AuditEvents among the documents of a record: an empty answer would say that
/// nobody opened it.
pub fn not_a_document(kind: &str) -> Result<(), Problem> {
    if kind != "AuditEvent" {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "not-supported",
        "the trail is read with `GET /fhir/AuditEvent`",
    ))
}

fn event(person: PersonId, line: &TrailLine) -> (String, Json) {
    let event = &line.event;
    let notice = &event.notice;
    let id = format!("{person}-{}", tail(event));
    let mut json = Json::object([
        ("resourceType", text("AuditEvent")),
        ("id", text(&id)),
        (
            "type",
            coding(
                "http://terminology.hl7.org/CodeSystem/audit-event-type",
                "rest",
            ),
        ),
        ("subtype", Json::array([subtype(notice.act)])),
        ("action", text(action(notice.act))),
        ("recorded", text(&instant(event.at))),
    ]);
    let permitted = notice
        .verdict
        .as_ref()
        .is_none_or(|verdict| verdict.permitted);
    json.set("outcome", text(if permitted { "0" } else { "4" }));
    if let Some(verdict) = &notice.verdict {
        json.set(
            "outcomeDesc",
            text(&verdict_words(permitted, &verdict.rules)),
        );
    }
    json.set("purposeOfEvent", Json::array([purpose(notice.purpose)]));
    json.set("agent", Json::array([agent(event)]));
    json.set(
        "source",
        Json::object([(
            "observer",
            Json::object([("display", text("the keeper of this installation"))]),
        )]),
    );
    json.set("entity", Json::array(entities(person, line)));
    (format!("AuditEvent/{id}"), json)
}

/// What stands behind the person in an event's id: its own for each line, the same whenever it is
/// read, and no counter. Several lines of one request may be about one stream.
fn tail(event: &Event) -> String {
    let mut line = event.notice.request.0.clone().into_bytes();
    line.extend_from_slice(&event.number.to_be_bytes());
    let hash = digest(&SHA256, &line);
    let symbols = hash.as_ref().iter().take(13);
    symbols
        .map(|byte| char::from(SYMBOLS[usize::from(byte & 31)]))
        .collect()
}

fn text(text: &str) -> Json {
    Json::String(text.into())
}

fn coding(system: &str, code: &str) -> Json {
    Json::object([("system", text(system)), ("code", text(code))])
}

fn verdict_words(permitted: bool, rules: &[String]) -> String {
    match (permitted, rules.is_empty()) {
        (true, _) => format!("permitted by {}", rules.join(", ")),
        (false, true) => "refused: no rule permits it".to_owned(),
        (false, false) => format!("refused by {}", rules.join(", ")),
    }
}

/// FHIR's own word for the interaction where it has one.
fn subtype(act: Act) -> Json {
    let rest = |code| coding("http://hl7.org/fhir/restful-interaction", code);
    let ours = |code| coding("urn:hygie:act", code);
    match act {
        Act::Read => rest("read"),
        Act::Search => rest("search-type"),
        Act::Deposit => rest("create"),
        Act::Create => ours("create-space"),
        Act::Weigh => ours("weigh"),
        Act::History => rest("history-type"),
        Act::Amend => rest("update"),
        Act::Delete => rest("delete"),
        Act::Mask => ours("mask"),
        Act::Share => ours("share"),
        Act::Export => ours("export"),
        Act::Account => ours("account"),
        Act::Oppose => ours("oppose"),
        Act::Erase => ours("erase"),
        Act::Close => ours("close"),
        Act::Reopen => ours("reopen"),
        Act::Keep => ours("keep-keys"),
        Act::BreakGlass
        | Act::Declare
        | Act::Appoint
        | Act::Explain
        | Act::Review
        | Act::Suspend
        | Act::Case => ours(act.word()),
    }
}

fn action(act: Act) -> &'static str {
    match act {
        Act::Create | Act::Deposit | Act::Share | Act::Declare | Act::Appoint => "C",
        Act::Amend
        | Act::Mask
        | Act::Oppose
        | Act::Close
        | Act::Reopen
        | Act::Review
        | Act::Suspend
        | Act::Case => "U",
        Act::Delete | Act::Erase => "D",
        Act::Read | Act::History | Act::Weigh | Act::Account => "R",
        Act::Search | Act::Export | Act::Keep | Act::BreakGlass | Act::Explain => "E",
    }
}

fn purpose(purpose: Purpose) -> Json {
    let code = match purpose {
        Purpose::Treatment => coding(
            "http://terminology.hl7.org/CodeSystem/v3-ActReason",
            "TREAT",
        ),
        Purpose::Regulation => coding(
            "http://terminology.hl7.org/CodeSystem/v3-ActReason",
            "ETREAT",
        ),
        Purpose::PatientRequest => coding(
            "http://terminology.hl7.org/CodeSystem/v3-ActReason",
            "PATRQT",
        ),
        Purpose::Import
        | Purpose::Portability
        | Purpose::Enrolment
        | Purpose::Closure
        | Purpose::Keeping
        | Purpose::Research
        | Purpose::SignIn
        | Purpose::Training => coding("urn:hygie:purpose", purpose.word()),
    };
    Json::object([("coding", Json::array([code]))])
}

fn agent(event: &Event) -> Json {
    let actor = &event.actor;
    let system = match actor.kind {
        ActorKind::Professional => "https://rpps.esante.fr",
        ActorKind::Software => "https://finess.esante.gouv.fr",
        ActorKind::Holder => "urn:hygie:person",
        ActorKind::Operator => "urn:hygie:operator",
        ActorKind::Enrolment => "urn:hygie:enrolment",
        ActorKind::Representative => "urn:hygie:account",
        ActorKind::Support => "urn:hygie:support",
        ActorKind::App => "urn:hygie:app",
        ActorKind::Crossing => "urn:hygie:crossing",
        ActorKind::SignIn => "urn:hygie:sign-in",
        ActorKind::Officer => "urn:hygie:officer",
    };
    let identifier = Json::object([("system", text(system)), ("value", text(&actor.id))]);
    let mut who = Json::object([("identifier", identifier)]);
    if let Some(structure) = &actor.structure {
        who.set("display", text(&format!("for the structure {structure}")));
    }
    let mut agent = Json::object([("who", who)]);
    if let Some(name) = &actor.name {
        agent.set("name", text(name));
    }
    agent.set("requestor", Json::Bool(true));
    if let Some(profession) = &actor.profession {
        let role = Json::object([(
            "coding",
            Json::array([coding("urn:oid:1.2.250.1.213.1.1.5.5", profession)]),
        )]);
        agent.set("role", Json::array([role]));
    }
    agent
}

fn entities(person: PersonId, line: &TrailLine) -> Vec<Json> {
    let whose = Json::object([("reference", text(&format!("Patient/{person}")))]);
    let leaf = Json::object([
        ("type", text("ledger leaf")),
        ("valueString", text(&line.index.to_string())),
    ]);
    // A holder who keeps an older reading sees that nothing was taken away in between.
    let number = Json::object([
        ("type", text("trail line")),
        ("valueString", text(&line.event.number.to_string())),
    ]);
    let mut entity = Json::object([("what", whose)]);
    if !line.event.notice.what.is_empty() {
        entity.set("description", text(&line.event.notice.what));
    }
    entity.set("detail", Json::array([leaf, number]));
    vec![entity]
}
