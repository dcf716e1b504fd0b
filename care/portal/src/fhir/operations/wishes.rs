//! `POST [base]/Patient/[id]/$wishes`: what the person wishes for all who might read. What is not said stays as it is;
//! without parameters it tells what holds.

use axum::body::Body;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use hygie_record::{Letters, Wishes};

use super::{Given, parameters, person, text, truth};
use crate::fhir::{Problem, Shared};
use crate::gate::Holding;

const NAMES: [&str; 5] = [
    "presumption",
    "breakGlass",
    "regulation",
    "letters",
    "language",
];

pub async fn wish(
    api: Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    holding: Holding,
    content: Body,
) -> Result<Response, Problem> {
    let caller = api.caller(&headers)?;
    let given = Given::read(&api, &headers, (&holding, content), &NAMES).await?;
    let language = given.text("language")?.unwrap_or("fr").to_owned();
    let letters = given.text("letters")?.map(|address| Letters {
        address: address.to_owned(),
        language,
    });
    let wishes = Wishes {
        presumption: given.truth("presumption")?,
        break_glass: given.truth("breakGlass")?,
        regulation: given.truth("regulation")?,
        letters,
    };
    let held = api.record.wish(&caller, person(&id)?, wishes).await;
    let held = held.map_err(|error| given.refused(error))?;
    let address = held.letters.map(|letters| letters.address);
    // FHIR has no empty text (R4, 2.24.0.1): that no letters go is told by leaving it out.
    let address = address.filter(|address| !address.is_empty());
    let told = [
        truth("presumption", held.presumption.unwrap_or(true)),
        truth("breakGlass", held.break_glass.unwrap_or(true)),
        truth("regulation", held.regulation.unwrap_or(true)),
    ];
    let letters = address.map(|address| text("letters", &address));
    Ok(parameters(told.into_iter().chain(letters)))
}
