//! `GET` and `POST /signin`: login name, password and code in one form, so that nobody learns which of them was
//! wrong; and the way to passkeys. OWASP ASVS 5, chapter 6.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use hygie_record::accounts::{Account, Login, Pace, Password, Proof, Typed};
use hygie_web::{AccountId, Language, Standing};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::part::{Block, Field, Form, Page};
use super::site::{Seat, Site};
use super::visitor::{Guest, Unsigned, go, leading};
use super::{TEXTS, say_alert, say_failure};

/// What is typed. Missing fields are empty ones.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Filled {
    pub login: String,
    pub password: String,
    pub code: String,
}

/// Why nobody was signed in.
#[derive(Clone, Copy)]
pub(super) enum Refusal {
    /// Something does not fit, and it is not told what.
    Not,
    TooFast,
    TooMany,
    Busy,
}

impl Refusal {
    pub fn key(self) -> &'static str {
        match self {
            Self::Not => "signin-not",
            Self::TooFast => "signin-too-fast",
            Self::TooMany => "signin-too-many",
            Self::Busy => "signin-busy",
        }
    }

    pub fn status(self) -> StatusCode {
        match self {
            Self::Not => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooFast | Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

pub(super) async fn show(State(site): State<Arc<Site>>, guest: Guest) -> Response {
    form(&site, &guest, None)
}

pub(super) async fn send(
    State(site): State<Arc<Site>>,
    guest: Guest,
    sent: Unsigned<Filled>,
) -> Response {
    match prove(&site, &sent.source, sent.form).await {
        Ok(Ok(account)) => enter(&site, &guest.headers, &account, guest.asked.next()),
        Ok(Err(refusal)) => form(&site, &guest, Some(refusal)),
        Err(error) => say_failure(guest.language, &error),
    }
}

/// Tries what was typed.
pub(super) async fn prove(
    site: &Site,
    source: &str,
    filled: Filled,
) -> Result<Result<Account, Refusal>, hygie_record::Error> {
    let (password, code) = (Zeroizing::new(filled.password), Zeroizing::new(filled.code));
    // What has not the form of a login name is nobody's, and everybody sees that by himself.
    let Some(login) = Login::parse(&filled.login) else {
        return Ok(Err(Refusal::Not));
    };
    let (pace, tried) = site.accounts.pace(source, &login);
    match pace {
        Pace::After(wait) => tokio::time::sleep(wait).await,
        Pace::TooFast => return Ok(Err(Refusal::TooFast)),
        Pace::TooMany => return Ok(Err(Refusal::TooMany)),
    }
    let typed = Typed {
        login,
        password: Password::typed(&password),
        code,
    };
    Ok(match site.accounts.prove(&tried, &typed).await? {
        Proof::Proved(account) => Ok(*account),
        Proof::Not => Err(Refusal::Not),
        Proof::Busy => Err(Refusal::Busy),
    })
}

/// The seat of an account's owner: in his only role, or in none until he chooses.
pub(super) fn seat(account: &Account) -> Seat {
    let only = match &account.roles[..] {
        [only] => Some(only.clone()),
        _ => None,
    };
    Seat {
        login: account.login.clone(),
        role: only,
        several: account.roles.len() > 1,
        language: Language::from_code(&account.language).unwrap_or(Language::French),
        given: None,
    }
}

/// Lets in whoever just proved who he is.
pub(super) fn enter(site: &Site, headers: &HeaderMap, account: &Account, next: &str) -> Response {
    begin_session(
        site,
        headers,
        (AccountId(account.id()), seat(account)),
        next,
    )
}

/// Begins a session, and leads on: to the choice of a role first where there are several. Who proved again who he
/// is goes on in the role in which he was.
pub(super) fn begin_session(
    site: &Site,
    headers: &HeaderMap,
    (id, mut seat): (AccountId, Seat),
    next: &str,
) -> Response {
    if let Standing::In(before) = site.sessions.look(headers, site.now())
        && before.account == id
        && seat.role.is_none()
    {
        let given = seat.given.as_ref().map(|given| &given.roles);
        let role = before.payload.role;
        seat.role =
            role.filter(|role| given.is_none_or(|roles| roles.is_empty() || roles.contains(role)));
    }
    let chosen = seat.role.is_some();
    let idle = site.idle(seat.role.as_ref());
    let (_, cookie) = site.sessions.begin(headers, (id, seat, idle), site.now());
    let mut response = if chosen {
        go(next)
    } else {
        go(&leading("/signin/role", next))
    };
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

/// The three fields.
pub(super) fn fields(language: Language, login: bool) -> Vec<Field> {
    let say = |key: &str| TEXTS.say(language, key);
    let mut fields = Vec::new();
    if login {
        let mut field = Field::text("login", say("login"), String::new());
        field.purpose = "username";
        fields.push(field);
    }
    fields.push(Field::password(
        "password",
        say("password"),
        String::new(),
        "current-password",
    ));
    fields.push(Field::code(say("code"), say("code-hint")));
    fields
}

fn form(site: &Site, guest: &Guest, refusal: Option<Refusal>) -> Response {
    let language = guest.language;
    let say = |key: &str| TEXTS.say(language, key);
    let begun = site.forms.begin(&guest.headers);
    let mut blocks = Vec::new();
    match (refusal, guest.asked.why.as_deref()) {
        (Some(refusal), _) => blocks.push(say_alert(language, "signin-refused", refusal.key())),
        (None, Some("over")) => blocks.push(Block::Note(say("signin-over"))),
        (None, Some("out")) => blocks.push(Block::Note(say("signin-out"))),
        (None, Some("closed")) => blocks.push(Block::Note(say("signin-closed"))),
        _ => {}
    }
    blocks.push(Block::Text(say("signin-lead")));
    if !site.providers().is_empty() {
        blocks.push(Block::Heading(say("signin-provider-title")));
    }
    for provider in site.providers() {
        let named = [("provider", provider.label())];
        let way = TEXTS.say_with(language, "signin-provider-way", &named);
        let address = format!("/signin/oidc/{}", provider.name());
        blocks.push(Block::Button(guest.with(&address), way));
    }
    if site.passkeys.is_some() {
        blocks.push(Block::Heading(say("signin-passkey-title")));
        blocks.push(Block::Button(
            guest.with("/signin/passkey"),
            say("signin-passkey-way"),
        ));
    }
    blocks.push(Block::Heading(say("signin-password-title")));
    blocks.push(Block::Form(Form {
        action: guest.with("/signin"),
        token: begun.token,
        fields: fields(language, true),
        button: say("signin-send"),
        ..Form::default()
    }));
    blocks.push(Block::Heading(say("signin-help-title")));
    blocks.push(Block::Text(say("signin-help")));
    blocks.push(Block::Links(vec![(
        format!("/opposition?lang={}", language.code()),
        say("home-oppose"),
    )]));
    let address = leading("/signin", guest.asked.next());
    let mut page = Page::of(language, "signin-title", &address);
    page.cookie = begun.cookie;
    page.status = refusal.map_or(StatusCode::OK, Refusal::status);
    let mut response = page.show(blocks);
    if response.status() == StatusCode::TOO_MANY_REQUESTS {
        let later = HeaderValue::from_static("60");
        response.headers_mut().insert(header::RETRY_AFTER, later);
    }
    response
}
