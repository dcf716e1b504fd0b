//! `POST /accounts`, `/accounts/invite`, `/accounts/close` and `/accounts/link`: what `hygie account` asks for. The
//! operator vouches for who somebody is; how that person signs in he chooses himself, by an invitation that is worth
//! something once, or at a provider of identities.

use axum::Json;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use hygie_record::Error;
use hygie_record::accounts::{
    Created, Invitation, Link, Linked, Login, NewAccount, Password, Totp,
};
use hygie_record::notice::{ActorKind, ActorRef, Purpose};
use serde::Deserialize;
use serde_json::json;

use super::ending::read;
use super::{Shared, Socket};
use crate::fhir::Problem;
use crate::pages::origin;

/// An account, or one more role of it.
#[derive(Deserialize)]
struct Wish {
    login: String,
    #[serde(default)]
    language: String,
    role: ActorRef,
    /// In demo homes alone: what to sign in with from the start.
    #[serde(default)]
    demo: Option<Demo>,
}

#[derive(Deserialize)]
struct Demo {
    password: String,
    /// Twenty bytes.
    totp: [u8; 20],
}

/// Who somebody is at a provider of identities.
#[derive(Deserialize)]
struct Elsewhere {
    login: String,
    issuer: String,
    subject: String,
}

#[derive(Deserialize)]
struct Again {
    login: String,
}

pub(super) async fn add(
    socket: Shared,
    headers: HeaderMap,
    content: Body,
) -> Result<Response, Problem> {
    socket.operator(&headers, Purpose::Import)?;
    let wish: Wish = read(content).await?;
    let login = login(&wish.login)?;
    check(&wish.role)?;
    let way = wish.demo.map(|demo| {
        let password = Password::typed(&demo.password);
        (password, Totp::of(demo.totp))
    });
    // In any other home whoever makes accounts could be anybody without being noticed.
    if way.is_some() && !socket.record.is_demo() {
        return Err(Error::Refused.into());
    }
    let language = match wish.language.as_str() {
        "en" => "en",
        _ => "fr",
    };
    let new = NewAccount {
        login: login.clone(),
        language: language.to_owned(),
        roles: vec![wish.role],
        way,
    };
    match socket.accounts.create(&new).await? {
        Created::Made(invitation) => Ok(invited(&socket, "made", &invitation)),
        Created::Taken => {
            socket.accounts.add_role(&login, &new.roles[0]).await?;
            Ok(Json(json!({ "outcome": "role-added" })).into_response())
        }
        Created::Busy => Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "throttled",
            "too many passwords are hashed at this moment; try again",
        )),
    }
}

pub(super) async fn link(
    socket: Shared,
    headers: HeaderMap,
    content: Body,
) -> Result<Response, Problem> {
    socket.operator(&headers, Purpose::Import)?;
    let wish: Elsewhere = read(content).await?;
    if wish.issuer.is_empty() || wish.subject.is_empty() {
        let why =
            "a link has the `iss` and the `sub` of a provider of identities, neither of them empty";
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "value", why));
    }
    let link = Link {
        issuer: wish.issuer,
        subject: wish.subject,
    };
    match socket.accounts.link(&login(&wish.login)?, &link).await? {
        Linked::Done => Ok(Json(json!({ "outcome": "linked" })).into_response()),
        Linked::NoLogin => Err(Error::NotFound.into()),
        Linked::OfAnother => Err(Problem::new(
            StatusCode::CONFLICT,
            "conflict",
            "another account has this link: it leads to one account",
        )),
    }
}

pub(super) async fn invite(
    socket: Shared,
    headers: HeaderMap,
    content: Body,
) -> Result<Response, Problem> {
    socket.operator(&headers, Purpose::Import)?;
    let again: Again = read(content).await?;
    match socket.accounts.invite(&login(&again.login)?).await? {
        Some(invitation) => Ok(invited(&socket, "invited", &invitation)),
        None => Err(Error::NotFound.into()),
    }
}

pub(super) async fn close(
    socket: Shared,
    headers: HeaderMap,
    content: Body,
) -> Result<Response, Problem> {
    socket.operator(&headers, Purpose::Import)?;
    let named: Again = read(content).await?;
    if socket.accounts.close(&login(&named.login)?).await? {
        return Ok(Json(json!({ "outcome": "closed" })).into_response());
    }
    Err(Error::NotFound.into())
}

fn invited(socket: &Socket, outcome: &str, invitation: &Invitation) -> Response {
    let (site, text) = (origin(&socket.base), invitation.text());
    let link = format!("{site}/signin/enrol?code={}", text.as_str());
    Json(json!({ "outcome": outcome, "link": link })).into_response()
}

fn login(text: &str) -> Result<Login, Problem> {
    Login::parse(text).ok_or_else(|| {
        let why = "a login name has 3 to 64 letters without accents, digits and `. _ - @ +`";
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "value", why)
    })
}

/// Whether somebody can be this by signing in.
fn check(role: &ActorRef) -> Result<(), Problem> {
    let fits = match role.kind {
        ActorKind::Holder => role.person.is_some_and(|own| own.to_string() == role.id),
        ActorKind::Representative => role.person.is_some(),
        ActorKind::Professional | ActorKind::Support | ActorKind::Operator | ActorKind::Officer => {
            role.person.is_none() && !role.id.is_empty()
        }
        _ => false,
    };
    if fits {
        return Ok(());
    }
    let why = "an account is of a holder, a representative, a professional, a support agent, an operator or a data-protection officer, each with what names him";
    Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "value", why))
}
