//! `GET` and `POST /account/password`: another password and another authenticator, which go together. With them
//! come new recovery codes, shown once.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use hygie_record::accounts::{Account, Change, Kept, Password, Totp, Weak};
use hygie_web::Language;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::again::wanted;
use super::part::{Block, Field, Form, Page};
use super::site::Site;
use super::visitor::{Member, Posted, go};
use super::{TEXTS, qr, say_failure};

/// The name under which authenticators show the site.
const ISSUER: &str = "Hygie";

/// What is typed to choose.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Chosen {
    pub password: String,
    pub again: String,
    pub code: String,
}

/// What is wrong with what was chosen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Weak(Weak),
    Differ,
    Code,
}

impl Fault {
    fn key(self) -> &'static str {
        match self {
            Self::Weak(Weak::Short) => "password-short",
            Self::Weak(Weak::Long) => "password-long",
            Self::Weak(Weak::Guessable) => "password-guessable",
            Self::Differ => "password-differ",
            Self::Code => "code-wrong",
        }
    }

    fn field(self) -> &'static str {
        match self {
            Self::Weak(_) => "password",
            Self::Differ => "again",
            Self::Code => "code",
        }
    }
}

impl Chosen {
    /// The change, if it can be one.
    pub fn change(self, login: &str, totp: Totp) -> Result<Change, Fault> {
        let (typed, again) = (Zeroizing::new(self.password), Zeroizing::new(self.again));
        let password = Password::typed(&typed);
        password.choose(login).map_err(Fault::Weak)?;
        if *typed != *again {
            return Err(Fault::Differ);
        }
        Ok(Change::Password {
            password,
            totp,
            code: Zeroizing::new(self.code),
        })
    }
}

pub(super) async fn show(State(site): State<Arc<Site>>, member: Member) -> Response {
    if let Some(response) = wanted(&site, &member.session, "/account/password") {
        return response;
    }
    match account(&site, &member).await {
        Ok(Some(account)) => form(&site, &member, &account, None),
        Ok(None) => go("/signin?why=over"),
        Err(error) => say_failure(member.language, &error),
    }
}

pub(super) async fn send(State(site): State<Arc<Site>>, sent: Posted<Chosen>) -> Response {
    let member = sent.member;
    if let Some(response) = wanted(&site, &member.session, "/account/password") {
        return response;
    }
    let account = match account(&site, &member).await {
        Ok(Some(account)) => account,
        Ok(None) => return go("/signin?why=over"),
        Err(error) => return say_failure(member.language, &error),
    };
    let totp = site
        .accounts
        .offer(&account, member.session.token.as_bytes());
    let change = match sent.form.change(&account.login, totp) {
        Ok(change) => change,
        Err(fault) => return form(&site, &member, &account, Some(fault)),
    };
    match site.accounts.keep(account.id(), None, change).await {
        Ok(Kept::Done(_, codes)) => {
            // Whoever knew the password before is out.
            site.sessions
                .end_others(member.session.account, Some(&member.session));
            let mut page = Page::of(member.language, "password-done-title", "");
            page.session = Some(&member.session);
            page.show(recovery(member.language, "password-done", &codes))
        }
        Ok(Kept::WrongCode) => form(&site, &member, &account, Some(Fault::Code)),
        Ok(_) => go("/account/password"),
        Err(error) => say_failure(member.language, &error),
    }
}

async fn account(site: &Site, member: &Member) -> Result<Option<Account>, hygie_record::Error> {
    let id = member.session.account.0;
    site.accounts.by_id(id, "changing the password").await
}

/// The codes that are shown once, and what was done.
pub(super) fn recovery(language: Language, done: &str, codes: &[Zeroizing<String>]) -> Vec<Block> {
    let say = |key: &str| TEXTS.say(language, key);
    vec![
        Block::Done(say(done)),
        Block::Heading(say("codes-title")),
        Block::Text(say("codes-lead")),
        Block::Codes(codes.iter().map(|code| code.to_string()).collect()),
        Block::Button("/".to_owned(), say("codes-next")),
    ]
}

/// The authenticator's secret to be taken, and the fields to choose a password: what both pages share.
pub(super) fn blocks(
    language: Language,
    account: &Account,
    totp: &Totp,
    (mut form, fault): (Form, Option<Fault>),
) -> Vec<Block> {
    let say = |key: &str| TEXTS.say(language, key);
    let mut blocks = Vec::new();
    if let Some(fault) = fault {
        blocks.push(Block::Alert {
            title: say("alert-nothing-done"),
            text: say("alert-correct"),
            faults: vec![(fault.field().to_owned(), say(fault.key()))],
        });
    }
    blocks.push(Block::Text(say("totp-lead")));
    if let Some(svg) = qr::drawn(&totp.uri(ISSUER, &account.login)) {
        let label = say("totp-picture");
        blocks.push(Block::Picture { svg, label });
    }
    blocks.push(Block::Secret {
        label: say("totp-secret"),
        text: totp.spelled().to_string(),
    });
    let wrong = |name: &str| {
        let fault = fault.filter(|fault| fault.field() == name);
        fault.map(|fault| say(fault.key()))
    };
    let mut login = Field::text("login", say("login"), String::new());
    login.purpose = "username";
    login.value = account.login.clone();
    login.fixed = true;
    form.fields = vec![
        login,
        Field::password(
            "password",
            say("password-new"),
            say("password-hint"),
            "new-password",
        )
        .with_fault(wrong("password")),
        Field::password(
            "again",
            say("password-again"),
            String::new(),
            "new-password",
        )
        .with_fault(wrong("again")),
        Field::code(say("code"), say("code-new-hint")).with_fault(wrong("code")),
    ];
    form.button = say("password-send");
    blocks.push(Block::Form(form));
    blocks
}

fn form(site: &Site, member: &Member, account: &Account, fault: Option<Fault>) -> Response {
    let totp = site
        .accounts
        .offer(account, member.session.token.as_bytes());
    let form = Form {
        action: "/account/password".to_owned(),
        token: member.session.token.clone(),
        ..Form::default()
    };
    let mut page = Page::of(member.language, "password-title", "/account/password");
    page.session = Some(&member.session);
    if fault.is_some() {
        page.status = StatusCode::UNPROCESSABLE_ENTITY;
    }
    page.show(blocks(member.language, account, &totp, (form, fault)))
}
