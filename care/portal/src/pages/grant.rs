//! `GET` and `POST /authorisations/new`: the person authorises a professional, a structure, a care team or an app, names
//! his treating doctor, or blocks somebody (art. R. 1111-32 CSP). Whoever sent the form proved lately who he is.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use hygie_record::{Error, typed};

use super::again::wanted;
use super::consents::{APP, FINESS, RPPS, TEAM, Words};
use super::filled::{Fields, Filled, kept, ticked, value};
use super::part::{Block, Form};
use super::site::Site;
use super::until::Until;
use super::visitor::{PostedBy, Visitor, go};

/// The form; what is decided stands in its address.
const ADDRESS: &str = "/authorisations/new";

/// What is decided: the word in the address, the key of what names somebody, and of the button.
struct Way {
    word: &'static str,
    system: &'static str,
    key: &'static str,
    send: &'static str,
    lead: &'static str,
}

/// Everything that can be decided, in the order of the page.
const WAYS: [Way; 7] = [
    way("professional", RPPS, ("rpps", "grant-send", "read")),
    way("structure", FINESS, ("finess", "grant-send", "read")),
    way("team", TEAM, ("team-id", "grant-send", "read")),
    way("app", APP, ("app-name", "grant-send-app", "app")),
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
        let address = format!("{ADDRESS}?way={}", way.word);
        (address, format!("grant-{}", way.word))
    })
}

impl Way {
    fn of(fields: &Fields) -> &'static Self {
        let word = value(fields, "way");
        let known = WAYS.iter().find(|way| way.word == word);
        known.unwrap_or(&WAYS[0])
    }

    /// Whether it is bounded to classes and a time.
    fn is_bounded(&self) -> bool {
        matches!(self.lead, "read" | "app")
    }

    /// The form's address, with what was filled in.
    fn address(&self, fields: &Fields) -> String {
        let address = format!("{ADDRESS}?way={}", self.word);
        kept(&address, fields, &["whom", "until"])
    }

    /// The key of what is wrong with who is named.
    fn fault(&self) -> &'static str {
        match self.key {
            "rpps" => "fault-rpps",
            "finess" => "fault-finess",
            "app-name" => "fault-app",
            _ => "fault-team",
        }
    }
}

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    Query(fields): Query<Fields>,
    visitor: Visitor,
) -> Response {
    if let Err(error) = visitor.person() {
        return visitor.sorry(&error);
    }
    let address = Way::of(&fields).address(&fields);
    match wanted(&site, &visitor.session, &address) {
        Some(response) => response,
        None => form(&visitor, &fields, &[]),
    }
}

pub(super) async fn send(State(site): State<Arc<Site>>, sent: PostedBy<Fields>) -> Response {
    let (visitor, fields) = (sent.visitor, sent.form);
    let person = match visitor.person() {
        Ok(person) => person,
        Err(error) => return visitor.sorry(&error),
    };
    let way = Way::of(&fields);
    // What he typed comes back with him.
    if let Some(response) = wanted(&site, &visitor.session, &way.address(&fields)) {
        return response;
    }
    let mut words = Words {
        whom: (way.system, value(&fields, "whom")),
        denies: way.lead == "block",
        treating: way.word == "doctor",
        ..Words::default()
    };
    let until = Until::read(value(&fields, "until"), &visitor.zone, site.now());
    if way.is_bounded() {
        words.classes = ticked(&fields).collect();
        words.end = match &until {
            Until::Open => None,
            Until::Day(end, _) => Some(end),
            Until::Wrong => return form(&visitor, &fields, &[("until", "fault-until")]),
        };
    }
    let granted = async {
        let caller = visitor.caller(&site)?;
        let consent = typed("Consent", words.consent(person))?;
        site.record().deposit_resource(&caller, consent, None).await
    };
    match granted.await {
        Ok(_) => go("/authorisations?done=granted"),
        // All else of the form is ours: what may be wrong is the number.
        Err(Error::Unprocessable(_) | Error::Invalid(_)) => {
            form(&visitor, &fields, &[("whom", way.fault())])
        }
        Err(error) => visitor.sorry(&error),
    }
}

fn form(visitor: &Visitor, fields: &Fields, wrong: &[(&'static str, &'static str)]) -> Response {
    let say = |key: &str| visitor.say(key);
    let way = Way::of(fields);
    let filled = Filled {
        language: visitor.language,
        fields,
        wrong,
    };
    let named = format!("grant-{}", way.key);
    let mut whom = filled.field("whom", &named, &format!("{named}-hint"));
    whom.numeric = matches!(way.system, RPPS | FINESS);
    let mut shown = vec![whom];
    let mut checks = None;
    if way.is_bounded() {
        shown.push(filled.field("until", "grant-until", "grant-until-hint"));
        checks = Some(filled.classes("grant-classes-hint"));
    }
    let mut blocks: Vec<Block> = filled.alert().into_iter().collect();
    blocks.push(Block::Text(say(&format!("grant-lead-{}", way.lead))));
    blocks.push(Block::Form(Form {
        action: ADDRESS.to_owned(),
        token: visitor.session.token.clone(),
        hidden: vec![("way", way.word.to_owned())],
        fields: shown,
        checks,
        button: say(way.send),
        ..Form::default()
    }));
    let title = format!("grant-{}", way.word);
    visitor.page((&title, &way.address(fields)), Ok(blocks))
}
