//! Operations on a person's rights (R4, 2.24.0.5): each takes a Parameters resource, and answers with one.

pub mod appoint;
pub mod break_glass;
pub mod see_as;
pub mod wishes;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use hygie_fhir::{Fault, Json};
use hygie_record::notice::{Millis, PersonId};
use hygie_record::{Error, typed};

use super::{Api, Problem, accept, answer, json};
use crate::gate::Holding;

/// The parameters that came, in order: name and value.
pub struct Given(Vec<(String, Json)>);

/// Where parameters stand, for what is wrong about none of them.
const PARAMETERS: &str = "Parameters.parameter";

impl Given {
    /// Reads a Parameters resource that has no other parameters than these.
    pub async fn read(
        api: &Api,
        headers: &HeaderMap,
        (holding, content): (&Holding, Body),
        names: &[&str],
    ) -> Result<Self, Problem> {
        accept::json_only(headers)?;
        accept::answer_is_welcome(headers)?;
        let resource = typed("Parameters", json(&api.record, (holding, content)).await?)?;
        let parameters = resource
            .json()
            .get("parameter")
            .map(Json::items)
            .unwrap_or_default();
        let mut given = Vec::new();
        for (number, parameter) in parameters.iter().enumerate() {
            let place = format!("{PARAMETERS}[{number}]");
            let name = parameter
                .get("name")
                .and_then(Json::as_str)
                .unwrap_or_default();
            if !names.contains(&name) {
                let known = names.join(", ");
                let why = format!("there is no parameter of this name here; there are {known}");
                return Err(wrong("not-supported", format!("{place}.name"), why));
            }
            let mut members = parameter.members().iter();
            let value = members.find(|(member, _)| member.starts_with("value"));
            let Some((_, value)) = value else {
                let why = format!("the parameter `{name}` has no value");
                return Err(wrong("required", place, why));
            };
            given.push((name.to_owned(), value.clone()));
        }
        Ok(Self(given))
    }

    /// The text or code of this name.
    pub fn text(&self, name: &str) -> Result<Option<&str>, Problem> {
        match self.texts(name)?.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            _ => {
                let why = format!("the parameter `{name}` stands there more than once");
                Err(wrong("invalid", PARAMETERS.to_owned(), why))
            }
        }
    }

    /// The texts or codes of this name.
    pub fn texts(&self, name: &str) -> Result<Vec<&str>, Problem> {
        let named = self.0.iter().filter(|(known, _)| known == name);
        named
            .map(|(_, value)| {
                let text = value.as_str();
                text.ok_or_else(|| self.bad("value", name, &format!("`{name}` is a text")))
            })
            .collect()
    }

    /// The truth of this name.
    pub fn truth(&self, name: &str) -> Result<Option<bool>, Problem> {
        let mut named = self.0.iter().filter(|(known, _)| known == name);
        match (named.next(), named.next()) {
            (None, _) => Ok(None),
            (Some((_, Json::Bool(value))), None) => Ok(Some(*value)),
            _ => Err(self.bad("value", name, &format!("`{name}` is `valueBoolean`, once"))),
        }
    }

    /// The moment of this name: a date or an instant; a date's begin, or its end.
    pub fn moment(&self, name: &str, end: bool) -> Result<Option<Millis>, Problem> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        let (from, until) = if end {
            (None, Some(text))
        } else {
            (Some(text), None)
        };
        let span = hygie_fhir::search::Span::of_period(from, until);
        let why = format!("`{name}` is a date, as 2027-01-31");
        let span = span.ok_or_else(|| self.bad("value", name, &why))?;
        let instant = if end { span.end } else { span.start };
        Ok(instant.and_then(|nanoseconds| Millis::try_from(nanoseconds / 1_000_000).ok()))
    }

    /// What is wrong with the parameter of this name, or that it is missing, as FHIR's issue `code`.
    fn bad(&self, code: &'static str, name: &str, why: &str) -> Problem {
        match self.0.iter().position(|(known, _)| known == name) {
            Some(number) => {
                let place = format!("{PARAMETERS}[{number}].value");
                wrong(code, place, why.to_owned())
            }
            None => wrong("required", PARAMETERS.to_owned(), why.to_owned()),
        }
    }

    /// What the record says of a parameter, at its place.
    fn refused(&self, error: Error) -> Problem {
        match error {
            Error::Part(name, why) => self.bad("business-rule", name, why),
            other => other.into(),
        }
    }
}

/// A fault of the parameters: well-formed, and not what is asked for (R4, 3.1.0.1.10: HTTP 422).
fn wrong(code: &'static str, place: String, why: String) -> Problem {
    let fault = Fault::error(code, place, why);
    Problem::of(StatusCode::UNPROCESSABLE_ENTITY, vec![fault])
}

/// The person of an operation's address.
fn person(id: &str) -> Result<PersonId, Problem> {
    id.parse().map_err(|_| Error::NotFound.into())
}

/// A Parameters answer; of none where there is nothing to say, for FHIR has no empty list.
fn parameters(parameters: impl IntoIterator<Item = Json>) -> Response {
    let kind = ("resourceType", Json::String("Parameters".into()));
    let mut json = Json::object([kind]);
    let mut parameters = parameters.into_iter().peekable();
    if parameters.peek().is_some() {
        json.set("parameter", Json::array(parameters));
    }
    answer(StatusCode::OK, json.print())
}

fn text(name: &str, value: &str) -> Json {
    Json::object([
        ("name", Json::String(name.into())),
        ("valueString", Json::String(value.into())),
    ])
}

fn truth(name: &str, value: bool) -> Json {
    Json::object([
        ("name", Json::String(name.into())),
        ("valueBoolean", Json::Bool(value)),
    ])
}

fn instant(name: &str, at: Millis) -> Json {
    Json::object([
        ("name", Json::String(name.into())),
        (
            "valueInstant",
            Json::String(hygie_record::instant(at).into()),
        ),
    ])
}

fn parts(name: &str, parts: impl IntoIterator<Item = Json>) -> Json {
    Json::object([
        ("name", Json::String(name.into())),
        ("part", Json::array(parts)),
    ])
}
