//! Who acts for a person, as registers and courts say, and when he is of age: what `hygie mandate` asks for.

use axum::Json;
use axum::body::Body;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use hygie_record::accounts::Login;
use hygie_record::notice::{Millis, Purpose};
use hygie_record::{Appointment, Error, Who};
use serde::Deserialize;
use serde_json::json;

use super::ending::{named, read};
use super::{Shared, Socket};
use crate::fhir::Problem;

/// What is entered.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Wish {
    Appoint {
        /// Who acts: the login name of his account, or its id.
        login: Option<String>,
        account: Option<String>,
        name: String,
        role: String,
        from: Option<Millis>,
        until: Option<Millis>,
    },
    End {
        mandate: String,
    },
    OfAge {
        at: Option<Millis>,
    },
}

pub(super) async fn appoint(
    socket: Shared,
    headers: HeaderMap,
    Path(person): Path<String>,
    content: Body,
) -> Result<Response, Problem> {
    let caller = socket.operator(&headers, Purpose::Import)?;
    let (person, wish): (_, Wish) = (named(&person)?, read(content).await?);
    let appointment = match wish {
        Wish::Appoint {
            login,
            account,
            name,
            role,
            from,
            until,
        } => Appointment::Appoint(Who {
            account: match login {
                Some(login) => account_of(&socket, &login).await?,
                None => account.unwrap_or_default(),
            },
            name,
            role,
            classes: None,
            from,
            until,
        }),
        Wish::End { mandate } => Appointment::End(mandate),
        Wish::OfAge { at } => Appointment::OfAge(at),
    };
    let mandate = socket.record.appoint(&caller, person, appointment).await?;
    Ok(Json(json!({ "mandate": mandate })).into_response())
}

/// The id of the account of a login name.
async fn account_of(socket: &Socket, login: &str) -> Result<String, Problem> {
    let id = match Login::parse(login) {
        Some(login) => socket.accounts.id_of(&login).await?,
        None => None,
    };
    id.ok_or_else(|| Error::NotFound.into())
}
