//! `GET` and `POST /agent`, and the forms below it: an agent helps somebody who telephones (decision 0026). He finds nobody
//! but by number and birth date, sees no health data and no code, and all that he does stands in the ledger under his
//! name. GDPR art. 12(2) and 21.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use hygie_enrolment::{CampaignError, Field as Typo, Reached, Says, Seen, Sent, Told, Way, Wish};
use hygie_record::notice::ActorKind;
use hygie_record::notice::wire::Failure;
use hygie_record::{Error, KeeperError};
use serde::Deserialize;

use super::moments::{day, time};
use super::new_code::way;
use super::opposition::name;
use super::part::{Block, Choices, Field, Form, Page};
use super::site::Site;
use super::visitor::{PostedBy, Visitor};
use super::{TEXTS, say_alert};

/// Where it is.
const ADDRESS: &str = "/agent";

/// What an agent types, and what his forms say again: whom it is about.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Typed {
    ins: String,
    #[serde(rename = "birth-date")]
    birth_date: String,
    says: String,
    by: String,
}

impl Typed {
    fn wish(&self) -> Result<Wish, Vec<Typo>> {
        Wish::read(&self.ins, &self.birth_date)
    }

    /// The same for the next form.
    fn hidden(&self) -> Vec<(&'static str, String)> {
        vec![
            ("ins", self.ins.clone()),
            ("birth-date", self.birth_date.clone()),
        ]
    }
}

/// Refuses all but agents.
pub(super) fn is_agent(visitor: &Visitor) -> Result<(), Error> {
    match visitor.role.kind {
        ActorKind::Support => Ok(()),
        _ => Err(Error::Refused),
    }
}

/// What an agent is told where something could not be done.
pub(super) fn sorry(visitor: &Visitor, error: &Error) -> Response {
    let (status, text) = match error {
        Error::Keeper(KeeperError::Refused(Failure::Budget { until })) => {
            let (day, time) = at(visitor, *until);
            let said = [("day", day.as_str()), ("time", &time)];
            let text = TEXTS.say_with(visitor.language, "agent-budget", &said);
            (StatusCode::TOO_MANY_REQUESTS, text)
        }
        Error::Keeper(KeeperError::Refused(Failure::Suspended)) => {
            (StatusCode::FORBIDDEN, visitor.say("agent-suspended"))
        }
        error => return visitor.sorry(error),
    };
    let mut page = Page::of(visitor.language, "agent-title", "");
    page.session = Some(&visitor.session);
    page.status = status;
    page.show(vec![Block::Note(text), again(visitor)])
}

/// The day and the time of a moment.
fn at(visitor: &Visitor, moment: u64) -> (String, String) {
    let day = day(visitor.language, &visitor.zone, moment);
    (day, time(&visitor.zone, moment))
}

/// On to the next caller.
fn again(visitor: &Visitor) -> Block {
    Block::Links(vec![(ADDRESS.to_owned(), visitor.say("agent-next"))])
}

/// A page with what was found or done.
fn said(visitor: &Visitor, title: &str, mut blocks: Vec<Block>) -> Response {
    blocks.push(again(visitor));
    let mut page = Page::of(visitor.language, title, "");
    page.session = Some(&visitor.session);
    page.show(blocks)
}

pub(super) async fn show(visitor: Visitor) -> Response {
    match is_agent(&visitor) {
        Ok(()) => form(&visitor, &Typed::default(), &[]),
        Err(error) => visitor.sorry(&error),
    }
}

fn form(visitor: &Visitor, typed: &Typed, slips: &[Typo]) -> Response {
    let say = |key: &str| visitor.say(key);
    let fault = |field: Typo| say(&format!("fault-{}", name(field)));
    let field = |field: Typo, value: &str| {
        let key = format!("opposition-{}", name(field));
        Field {
            value: value.to_owned(),
            fault: match slips.contains(&field) {
                true => fault(field),
                false => String::new(),
            },
            ..Field::text(name(field), say(&key), say(&format!("{key}-hint")))
        }
    };
    let mut blocks = Vec::new();
    if !slips.is_empty() {
        let mut alert = say_alert(visitor.language, "alert-title", "alert-typo");
        if let Block::Alert { faults, .. } = &mut alert {
            faults.extend(
                slips
                    .iter()
                    .map(|slip| (name(*slip).to_owned(), fault(*slip))),
            );
        }
        blocks.push(alert);
    }
    blocks.push(Block::Text(say("agent-lead")));
    blocks.push(Block::Note(say("agent-written")));
    blocks.push(Block::Form(Form {
        action: ADDRESS.to_owned(),
        token: visitor.session.token.clone(),
        fields: vec![
            field(Typo::Ins, &typed.ins),
            field(Typo::BirthDate, &typed.birth_date),
        ],
        button: say("agent-look-up"),
        ..Form::default()
    }));
    let reviews = ("/agent/reviews".to_owned(), say("nav-agent-reviews"));
    blocks.push(Block::Links(vec![reviews]));
    visitor.page(("agent-title", ADDRESS), Ok(blocks))
}

pub(super) async fn look_up(State(site): State<Arc<Site>>, sent: PostedBy<Typed>) -> Response {
    let (visitor, typed) = (sent.visitor, sent.form);
    if let Err(error) = is_agent(&visitor) {
        return visitor.sorry(&error);
    }
    let wish = match typed.wish() {
        Ok(wish) => wish,
        Err(slips) => return form(&visitor, &typed, &slips),
    };
    let looked = async {
        let caller = visitor.caller(&site)?;
        site.enrolment.look_up(&caller, &wish).await
    };
    match looked.await {
        Ok(Some(seen)) => found(&visitor, &typed, &seen),
        Ok(None) => nobody(&visitor),
        Err(error) => sorry(&visitor, &error),
    }
}

/// A caller who can't be found is told the other ways.
fn nobody(visitor: &Visitor) -> Response {
    let blocks = vec![
        Block::Note(visitor.say("agent-nobody")),
        Block::Text(visitor.say("agent-nobody-say")),
    ];
    said(visitor, "agent-nobody-title", blocks)
}

fn found(visitor: &Visitor, typed: &Typed, seen: &Seen) -> Response {
    let say = |key: &str| visitor.say(key);
    let mut blocks = vec![Block::Row {
        name: seen.name.clone(),
        details: details(visitor, seen),
        form: None,
    }];
    if seen.died {
        blocks.push(Block::Note(say("agent-died")));
        return said(visitor, "agent-seen-title", blocks);
    }
    blocks.push(Block::Heading(say("agent-call-title")));
    match &seen.phone {
        Some(_) => {
            blocks.push(Block::Text(say("agent-call-lead")));
            blocks.push(Block::Form(Form {
                action: "/agent/call".to_owned(),
                token: visitor.session.token.clone(),
                hidden: typed.hidden(),
                button: say("agent-call-send"),
                ..Form::default()
            }));
        }
        None => blocks.push(Block::Note(say("agent-no-phone"))),
    }
    blocks.push(Block::Heading(say("agent-code-title")));
    blocks.extend(code_form(visitor, typed, seen));
    said(visitor, "agent-seen-title", blocks)
}

/// A day of birth, as people here write it.
pub(super) fn born(visitor: &Visitor, birth: &str) -> String {
    let parts: Vec<&str> = birth.split('-').rev().collect();
    let day = parts.join("/");
    TEXTS.say_with(visitor.language, "agent-born", &[("day", &day)])
}

/// What is known of a caller, a sentence each.
fn details(visitor: &Visitor, seen: &Seen) -> Vec<String> {
    let language = visitor.language;
    let of = |key: &str, name: &str, value: &str| TEXTS.say_with(language, key, &[(name, value)]);
    let day_of = |moment| day(language, &visitor.zone, moment);
    let mut details = vec![born(visitor, &seen.birth)];
    details.push(match seen.reached {
        Reached::Waiting => visitor.say("agent-waiting"),
        Reached::Announced { sent, deadline } => {
            let (sent, last) = (day_of(sent), day_of(deadline.saturating_sub(1)));
            let said = [("sent", sent.as_str()), ("last", &last)];
            TEXTS.say_with(language, "agent-announced", &said)
        }
        Reached::Over => visitor.say("agent-over"),
    });
    details.push(match seen.opposed {
        Some(since) => of("agent-opposed", "day", &day_of(since)),
        None => visitor.say("agent-not-opposed"),
    });
    details.push(match &seen.phone {
        Some(end) => of("agent-phone", "end", end),
        None => visitor.say("agent-phone-none"),
    });
    details.push(match &seen.email {
        Some(email) => of("agent-email", "email", email),
        None => visitor.say("agent-email-none"),
    });
    let post = if seen.post {
        "agent-post"
    } else {
        "agent-post-none"
    };
    details.push(visitor.say(post));
    details
}

/// A code is sent to the address on record, by the ways that there are.
fn code_form(visitor: &Visitor, typed: &Typed, seen: &Seen) -> Vec<Block> {
    let say = |key: &str| visitor.say(key);
    if let Some(from) = seen.code_from {
        let day = day(visitor.language, &visitor.zone, from);
        let said = [("day", day.as_str())];
        let text = TEXTS.say_with(visitor.language, "agent-code-later", &said);
        return vec![Block::Text(text)];
    }
    let ways = [
        ("post", seen.post),
        ("email", seen.email.is_some()),
        ("sms", seen.sms),
    ];
    let ways: Vec<&str> = ways.iter().filter(|way| way.1).map(|way| way.0).collect();
    let options = ways.iter().enumerate().map(|(place, way)| {
        let label = say(&format!("agent-code-{way}"));
        ((*way).to_owned(), label, place == 0)
    });
    if ways.is_empty() {
        return vec![Block::Note(say("agent-code-nowhere"))];
    }
    let form = Form {
        action: "/agent/code".to_owned(),
        token: visitor.session.token.clone(),
        hidden: typed.hidden(),
        choices: Some(Choices {
            name: "by",
            legend: say("agent-code-by"),
            options: options.collect(),
        }),
        button: say("agent-code-send"),
        quiet: true,
        ..Form::default()
    };
    vec![Block::Text(say("agent-code-lead")), Block::Form(form)]
}

/// Shows the number to dial; that it was shown is written down first.
pub(super) async fn call(State(site): State<Arc<Site>>, sent: PostedBy<Typed>) -> Response {
    let (visitor, typed) = (sent.visitor, sent.form);
    let called = async {
        is_agent(&visitor)?;
        let Ok(wish) = typed.wish() else {
            return Ok(None);
        };
        let caller = visitor.caller(&site)?;
        site.enrolment.call_back(&caller, &wish).await
    };
    let shown = match called.await {
        Ok(Some(shown)) => shown,
        Ok(None) => return nobody(&visitor),
        Err(error) => return sorry(&visitor, &error),
    };
    let say = |key: &str| visitor.say(key);
    let (says, word) = match shown.opposed {
        false => ("no", "agent-no"),
        true => ("yes", "agent-yes"),
    };
    let mut hidden = typed.hidden();
    hidden.push(("says", says.to_owned()));
    let whom = [("name", shown.name.as_str())];
    let blocks = vec![
        Block::Secret {
            label: say("agent-number"),
            text: spaced(&shown.phone),
        },
        Block::Note(say("agent-number-once")),
        Block::Text(TEXTS.say_with(visitor.language, "agent-ask", &whom)),
        Block::Text(say(&format!("{word}-ask"))),
        Block::Form(Form {
            action: "/agent/record".to_owned(),
            token: visitor.session.token.clone(),
            hidden,
            button: say(&format!("{word}-send")),
            ..Form::default()
        }),
    ];
    said(&visitor, "agent-number-title", blocks)
}

/// A number as it is dialled here and read out: in twos from its end.
pub(super) fn spaced(phone: &str) -> String {
    let national = phone.strip_prefix("+33").map(|rest| format!("0{rest}"));
    let symbols: Vec<char> = national.as_deref().unwrap_or(phone).chars().collect();
    let first = symbols.len() % 2;
    let mut parts: Vec<String> = vec![symbols[..first].iter().collect()];
    parts.extend(symbols[first..].chunks(2).map(|two| two.iter().collect()));
    parts.retain(|part| !part.is_empty());
    parts.join(" ")
}

/// Records what the person said who was called back.
pub(super) async fn record(State(site): State<Arc<Site>>, sent: PostedBy<Typed>) -> Response {
    let (visitor, typed) = (sent.visitor, sent.form);
    let says = match typed.says.as_str() {
        "no" => Says::No,
        _ => Says::Yes,
    };
    let recorded = async {
        is_agent(&visitor)?;
        let Ok(wish) = typed.wish() else {
            return Ok(Told::Nobody);
        };
        let caller = visitor.caller(&site)?;
        site.enrolment.record_call(&caller, &wish, says).await
    };
    let proof = match recorded.await {
        Ok(Told::Done(proof)) => proof,
        Ok(Told::Nobody) => return nobody(&visitor),
        Ok(Told::NotCalled) => {
            let note = vec![Block::Note(visitor.say("agent-not-called"))];
            return said(&visitor, "agent-not-called-title", note);
        }
        Err(error) => return sorry(&visitor, &error),
    };
    let say = |key: &str| visitor.say(key);
    let word = match says {
        Says::No => "agent-no",
        Says::Yes => "agent-yes",
    };
    let blocks = vec![
        Block::Done(say(&format!("{word}-done"))),
        Block::Secret {
            label: say("agent-receipt"),
            text: proof.number,
        },
        Block::Text(say("agent-receipt-say")),
        Block::Text(say(&format!("{word}-after"))),
    ];
    said(&visitor, "agent-recorded-title", blocks)
}

/// Sends a code to the address on record.
pub(super) async fn code(State(site): State<Arc<Site>>, sent: PostedBy<Typed>) -> Response {
    let (visitor, typed) = (sent.visitor, sent.form);
    let sent = async {
        is_agent(&visitor)?;
        let Ok(wish) = typed.wish() else {
            return Ok(None);
        };
        let wish = wish.by(way(&typed.by));
        let caller = visitor.caller(&site)?;
        site.enrolment.send_code_for(&caller, &wish).await
    };
    let (key, alone) = match sent.await {
        Ok(Some(Sent::By(Way::Email))) => ("agent-code-mailed", false),
        Ok(Some(Sent::By(Way::Sms))) => ("agent-code-texted", false),
        Ok(Some(Sent::By(_))) => ("agent-code-posted", false),
        Ok(Some(Sent::TooSoon)) => ("agent-code-soon", true),
        Ok(Some(Sent::Nowhere)) => ("agent-code-nowhere", true),
        Ok(None) => return nobody(&visitor),
        Err(CampaignError::Record(error)) => return sorry(&visitor, &error),
        Err(error) => {
            tracing::error!(%error, "an agent could not send a code");
            ("agent-code-failed", true)
        }
    };
    let text = visitor.say(key);
    let blocks = match alone {
        true => vec![Block::Note(text)],
        false => vec![
            Block::Done(text),
            Block::Text(visitor.say("agent-code-after")),
        ],
    };
    said(&visitor, "agent-code-done-title", blocks)
}

#[cfg(test)]
mod tests {
    //! Danger: a number that is read out with a digit missing.

    use super::spaced;

    #[test]
    fn a_number_keeps_its_digits() {
        assert_eq!(spaced("+33199001234"), "01 99 00 12 34");
        assert_eq!(spaced("+4420790000"), "+ 44 20 79 00 00");
        assert_eq!(spaced("0199001234"), "01 99 00 12 34");
        assert_eq!(spaced("112"), "1 12");
    }
}
