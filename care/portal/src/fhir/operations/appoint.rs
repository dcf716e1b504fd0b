//! `POST [base]/Patient/[id]/$appoint`: the holder lets a helper act for him within a mandate, or ends one; and
//! `GET [base]/Patient/[id]/$appointed`: who acts for him.

use axum::body::Body;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use hygie_fhir::Json;
use hygie_record::{Appointed, Appointment, Who};

use super::{Given, instant, parameters, parts, person, text};
use crate::fhir::{Problem, Shared};
use crate::gate::Holding;

const NAMES: [&str; 6] = ["account", "name", "class", "from", "until", "end"];

pub async fn appoint(
    api: Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    holding: Holding,
    content: Body,
) -> Result<Response, Problem> {
    let caller = api.caller(&headers)?;
    let given = Given::read(&api, &headers, (&holding, content), &NAMES).await?;
    let appointment = match given.text("end")? {
        Some(mandate) => Appointment::End(mandate.to_owned()),
        None => {
            let classes: Vec<String> = given
                .texts("class")?
                .into_iter()
                .map(str::to_owned)
                .collect();
            Appointment::Appoint(Who {
                account: given.text("account")?.unwrap_or_default().to_owned(),
                name: given.text("name")?.unwrap_or_default().to_owned(),
                role: "helper".to_owned(),
                classes: (!classes.is_empty()).then_some(classes),
                from: given.moment("from", false)?,
                until: given.moment("until", true)?,
            })
        }
    };
    let mandate = api
        .record
        .appoint(&caller, person(&id)?, appointment)
        .await
        .map_err(|error| given.refused(error))?;
    Ok(parameters([text("mandate", &mandate)]))
}

pub async fn appointed(
    api: Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = api.caller(&headers)?;
    let appointed = api.record.appointed(&caller, person(&id)?).await?;
    Ok(parameters(appointed.iter().map(mandate)))
}

fn mandate(appointed: &Appointed) -> Json {
    let who = &appointed.who;
    let classes = who.classes.iter().flatten().map(|code| text("class", code));
    let plain = [
        text("id", &appointed.id),
        text("account", &who.account),
        text("role", &who.role),
    ];
    let named = (!who.name.is_empty()).then(|| text("name", &who.name));
    let from = who.from.map(|at| instant("from", at));
    let until = who.until.map(|at| instant("until", at));
    parts(
        "mandate",
        plain
            .into_iter()
            .chain(named)
            .chain(from)
            .chain(until)
            .chain(classes),
    )
}
