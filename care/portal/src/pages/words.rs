//! Plain words for what the trail, authorisations and explanations say in codes: who somebody is, what he did, and
//! by which rule.

use std::collections::HashMap;

use hygie_record::notice::{Act, ActorKind, ActorRef};
use hygie_web::Language;

use super::TEXTS;
use super::visitor::Visitor;

/// The text of a key; none where there is none.
fn known(language: Language, key: &str) -> Option<String> {
    let text = TEXTS.say(language, key);
    (text != key).then_some(text)
}

/// Why something was decided as it was: the rules, as sentences without their ends. To whoever represents the person
/// they speak of the person, and not of him.
pub(super) fn why(visitor: &Visitor, rules: &[String]) -> String {
    if rules.is_empty() {
        return visitor.say("rule-none");
    }
    let rules = rules.iter();
    let said: Vec<String> = rules
        .map(|name| visitor.say(&format!("rule-{name}")))
        .collect();
    said.join(match visitor.language {
        Language::English => "; ",
        Language::French | Language::EasyFrench => "\u{a0}; ",
    })
}

/// A profession (value set J01).
fn profession(language: Language, code: Option<&str>) -> String {
    let Some(code) = code else {
        return TEXTS.say(language, "profession-none");
    };
    known(language, &format!("profession-{code}"))
        .unwrap_or_else(|| TEXTS.say_with(language, "role-practice-other", &[("code", code)]))
}

/// Somebody, as the one who looks at the page should know him.
pub(super) fn who(
    language: Language,
    actor: &ActorRef,
    own: &ActorRef,
    names: &HashMap<String, String>,
) -> String {
    let say = |key: &str| TEXTS.say(language, key);
    if actor.kind == own.kind && actor.id == own.id {
        return say("who-you");
    }
    let name = actor.name.as_ref().or_else(|| names.get(&actor.id));
    match (actor.kind, name) {
        (ActorKind::Professional, name) => {
            let job = profession(language, actor.profession.as_deref());
            match name {
                Some(name) => {
                    let said = [("name", name.as_str()), ("profession", &job)];
                    TEXTS.say_with(language, "who-named", &said)
                }
                None => {
                    let said = [("profession", job.as_str()), ("number", &actor.id)];
                    TEXTS.say_with(language, "who-professional", &said)
                }
            }
        }
        (ActorKind::App, name) => {
            let name = name.unwrap_or(&actor.id);
            TEXTS.say_with(language, "who-app", &[("name", name)])
        }
        (ActorKind::Software, name) => {
            let place = name.unwrap_or(&actor.id);
            TEXTS.say_with(language, "who-software", &[("place", place)])
        }
        (ActorKind::Holder | ActorKind::Representative, Some(name)) => name.clone(),
        (ActorKind::Holder, None) => say("who-person"),
        (ActorKind::Support, name) => {
            let name = name.unwrap_or(&actor.id);
            TEXTS.say_with(language, "who-agent", &[("name", name)])
        }
        (kind, _) => say(&format!("who-{}", kind.word())),
    }
}

/// Items of a type.
pub(super) fn thing(language: Language, kind: &str) -> String {
    known(language, &format!("thing-{kind}"))
        .unwrap_or_else(|| TEXTS.say_with(language, "thing-other", &[("kind", kind)]))
}

/// `Type/id` of the one item that a request was about.
pub(super) fn reference(what: &str) -> Option<&str> {
    let (kind, rest) = what.split_once('/')?;
    let id = rest.split('/').next()?;
    let plain = kind.bytes().all(|byte| byte.is_ascii_alphabetic()) && !id.is_empty();
    plain.then(|| &what[..kind.len() + 1 + id.len()])
}

/// The key of what is always said in the same words; nothing of what is not.
fn fixed(what: &str) -> &'static str {
    match what {
        "$wishes" => "what-wishes",
        "$appoint" => "what-appoint",
        "$appointed" => "what-appointed",
        "$oppositions" => "what-refusals",
        _ if what.starts_with("$oppose?") => "what-refuse",
        "the trail, with its proof" => "what-proof",
        "opposition by code" => "what-opposition",
        "opposition by telephone" => "what-no-by-telephone",
        "opposition taken back by telephone" => "what-yes-by-telephone",
        "looked up by an agent, on the telephone" => "what-looked-up",
        "the number on record was shown to an agent, to call back" => "what-number-shown",
        "a new code, sent by an agent" => "what-code-sent",
        "called back by a second agent" => "what-second-call",
        TITLES | "what the trail names" => "what-titles",
        "an item that is not announced yet" => "what-hidden",
        _ if what.contains("everything") => "what-everything",
        _ => by_register(what),
    }
}

/// The key of what the register's side of care did, in the words of its notices; nothing of anything else.
fn by_register(what: &str) -> &'static str {
    match what {
        "activated by its holder"
        | "activation by signing in at a provider of identities"
        | "activation by a letter's code and one by message" => "what-activated",
        "a parent activates the space of a child" => "what-activated-by-parent",
        "the six weeks are over" => "what-six-weeks",
        "the register tells otherwise who the person is" => "what-told-by-register",
        _ if what.starts_with("opposition taken back") => "what-yes",
        _ if what.starts_with("opposition by ") => "what-no",
        _ if what.starts_with("the record of ") && what.ends_with(" is joined to this one") => {
            "what-joined"
        }
        _ if what.starts_with("this record is joined to that of ") => "what-joined-to",
        _ => "",
    }
}

/// Whether this names a type of items, and is no sentence of a notice that pages have no words for.
fn is_type(kind: &str) -> bool {
    kind.starts_with(|first: char| first.is_ascii_uppercase())
        && kind.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// What exactly a request was about. `titles` names the items that the one who looks at the page may see: of all
/// others, also of what waits to be announced to him, nothing is told but that there was something.
pub(super) fn what(
    language: Language,
    (act, what): (Act, &str),
    titles: &HashMap<String, String>,
) -> String {
    let say = |key: &str| TEXTS.say(language, key);
    let of = |key: &str, name: &str, value: &str| TEXTS.say_with(language, key, &[(name, value)]);
    if let Some(code) = what.strip_prefix("$break-glass?reason=") {
        return known(language, &format!("reason-{code}")).unwrap_or_else(|| code.to_owned());
    }
    if let Some(kind) = what.strip_prefix("$see-as?kind=") {
        return of("what-as", "kind", &say(&format!("kind-{kind}")));
    }
    if let Some(said) = of_cases(language, what) {
        return said;
    }
    if let Some(source) = what.strip_prefix("import from ") {
        return of("what-import", "source", source);
    }
    if let Some(rest) = what.strip_prefix("a transaction of ") {
        return of(
            "what-transaction",
            "count",
            rest.trim_end_matches(" entries"),
        );
    }
    let fixed = fixed(what);
    if !fixed.is_empty() {
        return say(fixed);
    }
    if let Some(reference) = reference(what) {
        return item(language, reference, titles);
    }
    let what = what.trim_end_matches(" in a batch");
    let (kind, question) = what.split_once('?').unwrap_or((what, ""));
    let thing = if is_type(kind) {
        thing(language, kind)
    } else {
        say(&format!("act-{}", act.word()))
    };
    let criteria: Vec<&str> = question
        .split('&')
        .filter(|one| {
            let name = one.split('=').next().unwrap_or_default();
            !matches!(name, "" | "patient" | "subject") && !name.starts_with('_')
        })
        .collect();
    if criteria.is_empty() {
        return thing;
    }
    let said = [
        ("thing", thing.as_str()),
        ("criteria", &criteria.join(", ")),
    ];
    TEXTS.say_with(language, "what-criteria", &said)
}

/// What was about a person's rights over his data; none where something else was.
fn of_cases(language: Language, what: &str) -> Option<String> {
    let Some(number) = what.strip_prefix("case ") else {
        let key = match what {
            "cases about his rights" => "what-cases",
            "who got data" | "who had read" | "what could be wrong" => "what-for-rights",
            _ if what.starts_with("corrections, read by ") => "what-corrections",
            _ => return None,
        };
        return Some(TEXTS.say(language, key));
    };
    let (number, officer) = number.split_once(',').unwrap_or((number, ""));
    let key = if officer.is_empty() {
        "what-case"
    } else {
        "what-case-read"
    };
    Some(TEXTS.say_with(language, key, &[("number", number)]))
}

/// What a page asks for to name items; in the trail.
pub(super) const TITLES: &str = "titles for the trail";

fn item(language: Language, reference: &str, titles: &HashMap<String, String>) -> String {
    let kind = reference.split('/').next().unwrap_or_default();
    match titles.get(reference) {
        _ if kind == "Consent" => thing(language, kind),
        Some(title) if title.is_empty() => thing(language, kind),
        Some(title) => {
            let thing = thing(language, kind);
            let said = [("thing", thing.as_str()), ("title", title)];
            TEXTS.say_with(language, "what-named", &said)
        }
        None => TEXTS.say(language, "what-hidden"),
    }
}

#[cfg(test)]
mod tests;
