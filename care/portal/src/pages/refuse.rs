//! `GET` and `POST /oppositions/new`: the person opposes that somebody adds to his record, research, or one project
//! (GDPR art. 21; EHDS art. 71). Whom he names by number is shown by name before anything holds.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use hygie_record::{Error, Scope};

use super::filled::{Fields, Filled, value};
use super::names::names;
use super::opposition::{self, receipt_to};
use super::oppositions::said;
use super::part::{Block, Form};
use super::site::Site;
use super::visitor::{PostedBy, Visitor};

/// The form; what is opposed stands in its address.
const ADDRESS: &str = "/oppositions/new";
/// What may be opposed here, in the order of the page.
const ABOUT: [&str; 4] = ["professional", "structure", "research", "project"];
/// The receipts.
const FEEDING: opposition::Way = opposition::Way::ending("refused-feeding");
const RESEARCH: opposition::Way = opposition::Way::ending("refused-research");

/// What may be opposed: addresses, and the keys of their names.
pub(super) fn ways() -> impl Iterator<Item = (String, String)> {
    ABOUT.iter().map(|about| {
        (
            format!("{ADDRESS}?about={about}"),
            format!("refuse-{about}"),
        )
    })
}

/// What the form is about.
fn about(fields: &Fields) -> &'static str {
    let asked = value(fields, "about");
    let known = ABOUT.into_iter().find(|about| *about == asked);
    known.unwrap_or(ABOUT[0])
}

/// Whether somebody is named by number or id.
fn names_one(about: &str) -> bool {
    about != "research"
}

pub(super) async fn show(Query(fields): Query<Fields>, visitor: Visitor) -> Response {
    match visitor.person() {
        Ok(_) => form(&visitor, &fields, &[]),
        Err(error) => visitor.sorry(&error),
    }
}

/// Opposing closes, and asks for no more than the session.
pub(super) async fn send(State(site): State<Arc<Site>>, sent: PostedBy<Fields>) -> Response {
    let (visitor, fields) = (sent.visitor, sent.form);
    let about = about(&fields);
    let scope = match about {
        "research" => Ok(Scope::Research),
        about => format!("{about}:{}", value(&fields, "whom")).parse(),
    };
    let Ok(scope) = scope else {
        let fault = match about {
            "professional" => "fault-rpps",
            "structure" => "fault-finess",
            _ => "fault-project",
        };
        return form(&visitor, &fields, &[("whom", fault)]);
    };
    if names_one(about) && value(&fields, "seen") != scope.to_string() {
        return match confirm(&site, &visitor, &scope).await {
            Ok(blocks) => visitor.page((&format!("refuse-{about}"), ""), Ok(blocks)),
            Err(error) => visitor.sorry(&error),
        };
    }
    let said = async {
        let (caller, person) = (visitor.caller(&site)?, visitor.person()?);
        let enrolment = &site.enrolment;
        enrolment.say_signed_in(&caller, person, &scope, true).await
    };
    let way = if scope.is_for_research() {
        &RESEARCH
    } else {
        &FEEDING
    };
    match said.await {
        Ok(proof) => receipt_to(&visitor, way, &site.enrolment, &proof),
        Err(error) => visitor.sorry(&error),
    }
}

/// Who is meant, by name, and a button that says so.
async fn confirm(site: &Site, visitor: &Visitor, scope: &Scope) -> Result<Vec<Block>, Error> {
    visitor.person()?;
    let say = |key: &str| visitor.say(key);
    let number = scope.named().unwrap_or_default();
    let known = match scope {
        Scope::Professional(_) | Scope::Structure(_) => {
            let numbers = BTreeSet::from([number.to_owned()]);
            names(site, &visitor.caller(site)?, &numbers).await?
        }
        _ => HashMap::new(),
    };
    let mut details = vec![say(&format!("refuse-lead-{}", scope.kind()))];
    if !matches!(scope, Scope::Project(_)) && known.is_empty() {
        details.insert(0, say("refuse-unknown"));
    }
    let form = Form {
        action: ADDRESS.to_owned(),
        token: visitor.session.token.clone(),
        hidden: vec![
            ("about", scope.kind().to_owned()),
            ("whom", number.to_owned()),
            ("seen", scope.to_string()),
        ],
        button: say("refuse-send"),
        ..Form::default()
    };
    Ok(vec![
        Block::Text(say("refuse-confirm")),
        Block::Row {
            name: said(visitor, scope, &known),
            details,
            form: Some(form),
        },
        Block::Links(vec![(
            format!("{ADDRESS}?about={}", scope.kind()),
            say("refuse-other"),
        )]),
    ])
}

fn form(visitor: &Visitor, fields: &Fields, wrong: &[(&'static str, &'static str)]) -> Response {
    let say = |key: &str| visitor.say(key);
    let about = about(fields);
    let filled = Filled {
        language: visitor.language,
        fields,
        wrong,
    };
    let mut shown = Vec::new();
    if names_one(about) {
        let (label, hint) = match about {
            "professional" => ("grant-rpps", "grant-rpps-hint"),
            "structure" => ("grant-finess", "grant-finess-hint"),
            _ => ("refuse-id", "refuse-id-hint"),
        };
        let mut whom = filled.field("whom", label, hint);
        whom.numeric = about == "professional";
        shown.push(whom);
    }
    let mut blocks: Vec<Block> = filled.alert().into_iter().collect();
    blocks.push(Block::Text(say(&format!("refuse-lead-{about}"))));
    if matches!(about, "research" | "project") {
        blocks.push(Block::Note(say("refuse-past")));
    }
    let button = if names_one(about) {
        "refuse-next"
    } else {
        "refuse-send"
    };
    blocks.push(Block::Form(Form {
        action: ADDRESS.to_owned(),
        token: visitor.session.token.clone(),
        hidden: vec![("about", about.to_owned())],
        fields: shown,
        button: say(button),
        ..Form::default()
    }));
    let address = format!("{ADDRESS}?about={about}");
    visitor.page((&format!("refuse-{about}"), &address), Ok(blocks))
}
