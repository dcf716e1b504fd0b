//! `GET /signin/oidc/{provider}`, `…/callback` and `…/keys`: somebody signs in at a provider of identities. A citizen
//! is let in to the account that is linked to his; a professional by what his provider says of him (decision 0020).

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use axum::Json;
use axum::extract::{Path, Query, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hygie_record::accounts::Link;
use hygie_record::notice::{ActorKind, ActorRef};
use hygie_web::oidc::{Citizen, Error, Identity, Professional, Provider, Signed};
use hygie_web::{AccountId, Language};

use super::part::{Block, Page};
use super::shown::Shown;
use super::signin::{begin_session, seat};
use super::site::{Given, Seat, Site};
use super::visitor::{Asked, go, leading};
use super::{TEXTS, activation, identity, say_alert, say_failure};

/// What is kept of a sign-in while it is at the provider.
pub struct Way {
    next: String,
    language: Language,
    /// Whether somebody is on his way to oppose: he need not have an account, and is let in to none.
    opposing: bool,
}

/// What is asked of a sign-in in its address.
const AGAIN: &str = "again";
pub(super) const OPPOSE: &str = "oppose";

pub(super) async fn begin(
    State(site): State<Arc<Site>>,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let language = Language::choose(asked.lang.as_deref(), &headers);
    let Some(provider) = site.provider(&name) else {
        return unknown(language);
    };
    let again = asked.why.as_deref() == Some(AGAIN);
    let mut fill = |bytes: &mut [u8]| site.record().entropy().fill(bytes);
    match provider.begin(site.seconds(), again, &mut fill).await {
        Ok((url, pending)) => {
            let way = Way {
                next: asked.next().to_owned(),
                language,
                opposing: asked.why.as_deref() == Some(OPPOSE),
            };
            let cookie = site.waiting.keep(&headers, pending, way);
            let mut response = go(&url);
            let fresh = cookie
                .into_iter()
                .map(|cookie| (header::SET_COOKIE, cookie));
            response.headers_mut().extend(fresh);
            response
        }
        Err(error) => refused(language, provider, &error, "/"),
    }
}

pub(super) async fn finish(
    State(site): State<Arc<Site>>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    let Some((pending, way)) = site.waiting.take(&headers, &query) else {
        let language = Language::choose(None, &headers);
        return told(language, StatusCode::FORBIDDEN, "provider-stale", &[], "/");
    };
    let (language, next) = (way.language, way.next.as_str());
    let Some(provider) = site.provider(&name) else {
        return unknown(language);
    };
    let signed = provider.finish(pending, &query, site.seconds()).await;
    let known = signed.and_then(|signed| Ok((provider.identity(&signed)?, signed)));
    match known {
        Ok((Identity::Citizen(citizen), signed)) => {
            citizen_in(&site, &headers, (provider, &citizen, &signed), &way).await
        }
        Ok((Identity::Professional(doctor), signed)) => {
            professional_in(&site, &headers, (provider, &doctor, &signed), &way)
        }
        Err(error) => refused(language, provider, &error, next),
    }
}

pub(super) async fn keys(State(site): State<Arc<Site>>, Path(name): Path<String>) -> Response {
    match site.provider(&name) {
        Some(provider) => Json(provider.our_keys()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn citizen_in(
    site: &Site,
    headers: &HeaderMap,
    (provider, citizen, signed): (&Provider, &Citizen, &Signed),
    way: &Way,
) -> Response {
    let link = Link {
        issuer: citizen.issuer.clone(),
        subject: citizen.subject.clone(),
    };
    let found = match way.opposing {
        true => Ok(None),
        false => site.accounts.by_link(&link).await,
    };
    match found {
        Ok(Some(account)) => {
            let mut seat = seat(&account);
            seat.given = Some(given(provider, signed, Vec::new()));
            let id = AccountId(account.id());
            let mut response = begin_session(site, headers, (id, seat), &way.next);
            let gone = site.guests.end(headers);
            response.headers_mut().append(header::SET_COOKIE, gone);
            response
        }
        Ok(None) if !provider.identifies() => {
            let named = [("provider", provider.label())];
            told(
                way.language,
                StatusCode::FORBIDDEN,
                "provider-no-space",
                &named,
                &way.next,
            )
        }
        // Whoever has no account here says which space is his.
        Ok(None) => {
            let shown = Shown {
                citizen: citizen.clone(),
                given: given(provider, signed, Vec::new()),
            };
            let cookie = site.guests.keep(headers, Arc::new(shown), site.now());
            let to = if way.opposing {
                identity::ADDRESS
            } else {
                activation::ADDRESS
            };
            let mut response = go(&format!("{to}?lang={}", way.language.code()));
            response.headers_mut().append(header::SET_COOKIE, cookie);
            response
        }
        Err(error) => say_failure(way.language, &error),
    }
}

fn professional_in(
    site: &Site,
    headers: &HeaderMap,
    (provider, doctor, signed): (&Provider, &Professional, &Signed),
    way: &Way,
) -> Response {
    let roles = roles(doctor);
    let named = [("provider", provider.label())];
    if roles.is_empty() {
        return told(
            way.language,
            StatusCode::FORBIDDEN,
            "provider-no-practice",
            &named,
            &way.next,
        );
    }
    let only = match &roles[..] {
        [(only, _)] => Some(only.clone()),
        _ => None,
    };
    let seat = Seat {
        login: String::new(),
        role: only,
        several: roles.len() > 1,
        language: way.language,
        given: Some(given(provider, signed, roles)),
    };
    begin_session(site, headers, (nameless(doctor), seat), &way.next)
}

fn given(provider: &Provider, signed: &Signed, roles: Vec<(ActorRef, String)>) -> Arc<Given> {
    let (roles, places) = roles.into_iter().unzip();
    Arc::new(Given {
        provider: provider.name().to_owned(),
        id_token: signed.id_token.clone(),
        roles,
        places,
    })
}

/// A role for each practice whose profession and sector are said, and the name of its structure. Without a sector
/// nobody could tell an insurer's doctor from a ward's.
// INVARIANT (insurers never)
fn roles(doctor: &Professional) -> Vec<(ActorRef, String)> {
    let names = [&doctor.given_name, &doctor.family_name];
    let name: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
    let name = (!name.is_empty()).then(|| name.join(" "));
    let mut roles: Vec<(ActorRef, String)> = Vec::new();
    for practice in doctor
        .practices
        .iter()
        .filter(|practice| practice.profession.is_some() && practice.sector.is_some())
    {
        let role = ActorRef {
            name: name.clone(),
            profession: practice.profession.clone(),
            sector: practice.sector.clone(),
            structure: practice.structure.clone(),
            ..ActorRef::new(ActorKind::Professional, doctor.number.as_str())
        };
        if !roles.iter().any(|(known, _)| *known == role) {
            let place = practice.structure_name.clone();
            roles.push((role, place.unwrap_or_default()));
        }
    }
    roles
}

/// A professional has no account here: what keeps his sessions together is made of who he is at his provider.
fn nameless(doctor: &Professional) -> AccountId {
    let text = format!(
        "{}:{}{}",
        doctor.issuer.len(),
        doctor.issuer,
        doctor.subject
    );
    let hash = digest(&SHA256, text.as_bytes());
    let mut id = [0; 16];
    id.copy_from_slice(&hash.as_ref()[..16]);
    AccountId(id)
}

/// Nobody was let in: what is his to know and to do; the rest is in the log.
fn refused(language: Language, provider: &Provider, error: &Error, next: &str) -> Response {
    let (status, key) = match error {
        Error::Denied => (StatusCode::FORBIDDEN, "provider-denied"),
        Error::Level(_) => (StatusCode::FORBIDDEN, "provider-level"),
        Error::Mapping { .. } => (StatusCode::FORBIDDEN, "provider-mapping"),
        Error::State | Error::Late | Error::Callback(_) => {
            (StatusCode::FORBIDDEN, "provider-stale")
        }
        error if error.is_passing() => (StatusCode::SERVICE_UNAVAILABLE, "provider-down"),
        _ => (StatusCode::BAD_GATEWAY, "provider-failed"),
    };
    tracing::warn!(provider = provider.name(), %error, "nobody was signed in");
    told(
        language,
        status,
        key,
        &[("provider", provider.label())],
        next,
    )
}

fn unknown(language: Language) -> Response {
    told(
        language,
        StatusCode::NOT_FOUND,
        "provider-unknown",
        &[],
        "/",
    )
}

fn told(
    language: Language,
    status: StatusCode,
    key: &str,
    values: &[(&str, &str)],
    next: &str,
) -> Response {
    let mut page = Page::of(language, "signin-title", "");
    page.status = status;
    let mut alert = say_alert(language, "signin-refused", key);
    if let Block::Alert { text, .. } = &mut alert {
        *text = TEXTS.say_with(language, key, values);
    }
    let back = leading(&format!("/signin?lang={}", language.code()), next);
    page.show(vec![
        alert,
        Block::Links(vec![(back, TEXTS.say(language, "provider-back"))]),
    ])
}
