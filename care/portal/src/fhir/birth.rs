//! create of a Patient by a structure's software: a maternity tells of a birth (art. L. 1111-13-1 CSP). No record is made
//! by it: the child is on the roll from then on, those who act for him get the letter, and the six weeks run.
//!
//! The Patient has his INS (or the waiting number, NIA) as identifier; each `contact` bears the INS of somebody who acts for
//! him, in an extension of type Identifier.

use axum::http::StatusCode;
use axum::response::Response;
use hygie_enrolment::{Birth, InsSystem, Insured};
use hygie_fhir::{Fault, Json, Resource};
use hygie_record::Caller;

use super::{Api, Problem, answer};
use crate::admin::told as told_of_campaign;

pub async fn told(api: &Api, caller: &Caller, patient: &Resource) -> Result<Response, Problem> {
    let faults = hygie_fhir::check(patient);
    if !faults.is_empty() {
        return Err(hygie_record::Error::Invalid(faults).into());
    }
    let child = read(patient.json());
    match api.enrolment.born(caller, &child).await {
        Ok(Birth::Told) => Ok(answer(StatusCode::ACCEPTED, accepted().print())),
        Ok(Birth::Wrong(fault)) => {
            let place = place_of(fault.column).to_owned();
            let fault = Fault::error("business-rule", place, fault.to_string());
            Err(Problem::of(StatusCode::UNPROCESSABLE_ENTITY, vec![fault]))
        }
        Err(error) => Err(told_of_campaign(error)),
    }
}

/// What the Patient says, as a register says it.
fn read(patient: &Json) -> Insured {
    let text = |json: &Json, name: &str| {
        let text = json.get(name).and_then(Json::as_str);
        text.unwrap_or_default().to_owned()
    };
    let items =
        |json: &'_ Json, name: &str| json.get(name).map(Json::items).unwrap_or_default().to_vec();
    let is_ins = |one: &Json| InsSystem::from_uri(&text(one, "system")).is_some();
    let own = items(patient, "identifier").into_iter().find(is_ins);
    let own = own.unwrap_or(Json::Null);
    let name = items(patient, "name")
        .into_iter()
        .next()
        .unwrap_or(Json::Null);
    let given: Vec<String> = items(&name, "given")
        .iter()
        .filter_map(Json::as_str)
        .map(str::to_owned)
        .collect();
    let home = items(patient, "address")
        .into_iter()
        .next()
        .unwrap_or(Json::Null);
    let mut address: Vec<String> = items(&home, "line")
        .iter()
        .filter_map(Json::as_str)
        .map(str::to_owned)
        .collect();
    let town = format!("{} {}", text(&home, "postalCode"), text(&home, "city"));
    if !town.trim().is_empty() {
        address.push(town.trim().to_owned());
    }
    let acting = items(patient, "contact").into_iter().flat_map(|contact| {
        let extensions = items(&contact, "extension").into_iter();
        extensions.filter_map(|one| one.get("valueIdentifier").cloned())
    });
    Insured {
        ins_system: text(&own, "system"),
        ins: text(&own, "value"),
        family: text(&name, "family"),
        given: given.join(" "),
        birth_date: text(patient, "birthDate"),
        sex: text(patient, "gender"),
        address,
        postcode: text(&home, "postalCode"),
        representatives: acting
            .filter(is_ins)
            .map(|one| text(&one, "value"))
            .collect(),
        language: "fr".to_owned(),
        ..Insured::default()
    }
}

/// Where in the Patient that stands which a register calls so.
fn place_of(column: &str) -> &'static str {
    match column {
        "ins_system" | "ins" => "Patient.identifier",
        "birth_date" => "Patient.birthDate",
        "representatives" => "Patient.contact",
        "family" | "given" => "Patient.name",
        "address" | "postcode" => "Patient.address",
        _ => "Patient",
    }
}

fn accepted() -> Json {
    let text = "the birth is told; those who act for the child get a letter, and a space is made when six weeks are over";
    let issue = Json::object([
        ("severity", "information".into()),
        ("code", "informational".into()),
        ("details", Json::object([("text", text.into())])),
    ]);
    Json::object([
        ("resourceType", "OperationOutcome".into()),
        ("issue", Json::array([issue])),
    ])
}
