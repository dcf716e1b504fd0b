//! What is said of rights before a record grows, and after it: who acts for the person, whom he lets in, blocks,
//! and refuses beforehand; a care team's word; a declared emergency.

use axum::http::Method;
use hygie_notice::Millis;
use hygie_record::{Appointment, Who};
use serde_json::{Value, json};

use super::ask::Ask;
use super::cast::{APP, Classes, HELPER, LEGAL, Sort, TEAM_DOCTOR};
use super::content::{care, house};
use super::plan::Plan;

const YEAR: Millis = 365 * 24 * 3_600_000;

/// Something that is said once, by somebody of the cast or by the operator.
pub enum Saying {
    Ask(usize, Ask),
    /// By the holder.
    Appoint(Appointment),
    /// By the operator.
    Enter(Appointment),
}

/// Before anything is brought.
pub fn before(plan: &Plan, now: Millis) -> Vec<Saying> {
    let standing = &plan.standing;
    let mut said = Vec::new();
    if standing.legal {
        let role = if standing.minor { "parent" } else { "guardian" };
        let account = plan.somebody(LEGAL).id;
        let who = who(account, role, &None, None);
        said.push(Saying::Enter(who));
    }
    if standing.minor {
        let of_age = Appointment::OfAge(Some(now + 10 * YEAR));
        said.push(Saying::Enter(of_age));
    }
    if let Some(classes) = &standing.helper {
        let account = plan.somebody(HELPER).id;
        let who = who(account, "helper", classes, Some(now + YEAR));
        said.push(Saying::Appoint(who));
    }
    let mut say = |consent: &Value| {
        let ask = Ask::json(Method::POST, "/Consent".to_owned(), consent);
        said.push(Saying::Ask(standing.speakers()[0], ask));
    };
    if let Some(classes) = &standing.app {
        say(&permit(plan, plan.named(APP), classes));
    }
    if let Some(doctor) = standing.treating {
        let mut consent = permit(plan, plan.named(doctor), &None);
        consent["provision"]["actor"][0]["role"]["coding"][0]["code"] = json!("PCP");
        say(&consent);
    }
    if let Some(classes) = &standing.reads {
        let named = match standing.sort {
            Sort::OfAuthorisedHouse => house(),
            _ => plan.named(standing.who),
        };
        say(&permit(plan, named, classes));
    }
    if standing.sort == Sort::Blocked {
        let (system, value) = plan.named(standing.who);
        say(&plan.consent_for((system, &value), "deny"));
    }
    said
}

/// After all was brought: an emergency is over within an hour, a team's care within months.
pub fn after(plan: &Plan) -> Vec<(usize, Ask)> {
    let standing = &plan.standing;
    let operation = |name: &str, parameters: Value| {
        let content = json!({ "resourceType": "Parameters", "parameter": parameters });
        Ask::json(
            Method::POST,
            format!("/{}/{name}", plan.patient()),
            &content,
        )
    };
    let mut said = Vec::new();
    if standing.sort == Sort::Breaking {
        let reason = json!([{ "name": "reason", "valueCode": "unconscious" }]);
        said.push((standing.who, operation("$break-glass", reason)));
    }
    if standing.sort == Sort::OfTeam {
        let ask = Ask::json(Method::POST, "/Consent".to_owned(), &care(plan));
        said.push((TEAM_DOCTOR, ask));
    }
    let names = ["presumption", "breakGlass", "regulation"];
    let refused = names.iter().zip(standing.refuses).filter(|(_, no)| *no);
    let wishes: Vec<Value> = refused
        .map(|(name, _)| json!({ "name": name, "valueBoolean": false }))
        .collect();
    if !wishes.is_empty() {
        said.push((standing.speakers()[0], operation("$wishes", json!(wishes))));
    }
    said
}

fn permit(plan: &Plan, (system, value): (&str, String), classes: &Classes) -> Value {
    let mut consent = plan.consent_for((system, &value), "permit");
    if let Some(classes) = classes {
        let codes = classes
            .iter()
            .map(|code| json!({ "coding": [{ "code": code }] }));
        consent["provision"]["code"] = codes.collect();
    }
    consent
}

fn who(account: String, role: &str, classes: &Classes, until: Option<Millis>) -> Appointment {
    let classes = classes.as_ref();
    Appointment::Appoint(Who {
        account,
        name: String::new(),
        role: role.to_owned(),
        classes: classes.map(|codes| codes.iter().map(|code| (*code).to_owned()).collect()),
        from: None,
        until,
    })
}
