//! What pages are made of: headings, texts, forms and lists, each written in one way for all who use a keyboard,
//! a screen reader or a small screen (RGAA 4.1). A page says what it holds; the template says how it is marked up.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use hygie_web::{Language, Layout, Scripted, Session, Signed};

use super::TEXTS;
use super::site::Seat;

/// A part of a page.
pub enum Block {
    /// What is wrong, first of all; each fault with the id of its field.
    Alert {
        title: String,
        text: String,
        faults: Vec<(String, String)>,
    },
    /// What was done.
    Done(String),
    /// What should not be overlooked.
    Note(String),
    Text(String),
    Heading(String),
    Form(Form),
    /// Addresses and their names.
    Links(Vec<(String, String)>),
    /// An address that looks like a button: what most here want.
    Button(String, String),
    /// A picture drawn here, and what it says in words.
    Picture {
        svg: String,
        label: String,
    },
    /// A text to be typed elsewhere, and what it is.
    Secret {
        label: String,
        text: String,
    },
    /// Codes to be kept.
    Codes(Vec<String>),
    /// What happened, one after the other.
    Timeline(Vec<Moment>),
    /// Ways to look at the same: address, name, and whether it is this one.
    Tabs {
        label: String,
        tabs: Vec<(String, String, bool)>,
    },
    /// One thing of several: its name, what is known of it, and what can be done with it.
    Row {
        name: String,
        details: Vec<String>,
        form: Option<Form>,
    },
}

/// Something that happened.
pub struct Moment {
    pub time: String,
    pub who: String,
    /// How it stands out: `refused`, `urgent`, or empty.
    pub mark: &'static str,
    /// The same in words.
    pub word: String,
    pub details: Vec<String>,
}

/// A form, which is sent to `action`.
#[derive(Default)]
pub struct Form {
    pub action: String,
    pub token: String,
    pub hidden: Vec<(&'static str, String)>,
    pub fields: Vec<Field>,
    pub choices: Option<Choices>,
    pub checks: Option<Checks>,
    pub button: String,
    /// What the button says to those who hear it alone, where that is more than it shows.
    pub spoken: String,
    /// Whether the button is one of several, and not what most want.
    pub quiet: bool,
    pub passkey: Option<Question>,
}

/// What the browser is asked for before the form is sent.
pub struct Question {
    /// `create` or `get`.
    pub kind: &'static str,
    pub options: String,
    /// Said when the browser has none.
    pub failed: String,
}

/// A field of one line.
#[derive(Default)]
pub struct Field {
    pub name: &'static str,
    /// Unique on the page; the name when empty.
    pub id: String,
    pub label: String,
    pub hint: String,
    pub fault: String,
    pub value: String,
    /// `text`, `password` or `email`.
    pub kind: &'static str,
    /// What browsers may fill in (WCAG 1.3.5).
    pub purpose: &'static str,
    pub numeric: bool,
    /// Whether it is of several lines.
    pub lines: bool,
    /// Shown for the browser, which keeps passwords by it, and not to be changed.
    pub fixed: bool,
}

/// One of several.
pub struct Choices {
    pub name: &'static str,
    pub legend: String,
    /// Value, label, and whether it is chosen.
    pub options: Vec<(String, String, bool)>,
}

/// Any of several.
pub struct Checks {
    pub legend: String,
    pub hint: String,
    /// Name, label, and whether it is ticked.
    pub options: Vec<(String, String, bool)>,
}

#[derive(Template)]
#[template(path = "part.html")]
struct Part {
    title: String,
    blocks: Vec<Block>,
}

/// A page, but for what it holds.
pub struct Page<'a> {
    pub language: Language,
    /// The key of its title.
    pub title: &'a str,
    /// Where it is in another language, without `lang`; empty when it is nowhere.
    pub address: &'a str,
    pub session: Option<&'a Session<Seat>>,
    pub status: StatusCode,
    pub cookie: Option<HeaderValue>,
}

/// The same page in other languages, the easy one where its title is easy; nowhere without an address.
pub(super) fn elsewhere(language: Language, title: &str, address: &str) -> Vec<(String, Language)> {
    if address.is_empty() {
        return Vec::new();
    }
    let joint = if address.contains('?') { '&' } else { '?' };
    let others = language.others(TEXTS.is_easy(title));
    let named = others.map(|other| (format!("{address}{joint}lang={}", other.code()), other));
    named.collect()
}

/// The words of the ways that whoever is signed in has from each page.
pub(super) struct Ways {
    home: String,
    account: String,
    out: String,
    label: String,
}

impl Ways {
    pub fn of(language: Language) -> Self {
        let say = |key: &str| TEXTS.say(language, key);
        Self {
            home: say("nav-home"),
            account: say("nav-account"),
            out: say("nav-out"),
            label: say("nav-label"),
        }
    }

    pub fn signed<'a>(&'a self, session: &'a Session<Seat>) -> Signed<'a> {
        Signed {
            home: (&self.home, "/"),
            account: (&self.account, "/account"),
            out: (&self.out, "/signout"),
            token: &session.token,
            label: &self.label,
        }
    }
}

impl<'a> Page<'a> {
    /// A page that is as it should be.
    pub fn of(language: Language, title: &'a str, address: &'a str) -> Self {
        Self {
            language,
            title,
            address,
            session: None,
            status: StatusCode::OK,
            cookie: None,
        }
    }

    /// The page with what it holds.
    pub fn show(self, blocks: Vec<Block>) -> Response {
        let say = |key: &str| TEXTS.say(self.language, key);
        let scripted = blocks.iter().any(|block| match block {
            Block::Form(form) => form.passkey.is_some(),
            _ => false,
        });
        let elsewhere = elsewhere(self.language, self.title, self.address);
        let part = Part {
            title: say(self.title),
            blocks,
        };
        // Whoever hears the page is told first that something is wrong (WCAG 2.2, technique H25).
        let named = [("title", part.title.as_str())];
        let title = match part.blocks.first() {
            Some(Block::Alert { .. }) => TEXTS.say_with(self.language, "alert-in-title", &named),
            _ => part.title.clone(),
        };
        let ways = Ways::of(self.language);
        let rendered = part.render().and_then(|body| {
            let layout = Layout {
                language: self.language,
                title: &title,
                site: &say("site"),
                skip: &say("skip"),
                elsewhere: &elsewhere,
                body: &body,
                signed: self.session.map(|session| ways.signed(session)),
                scripted,
            };
            layout.render()
        });
        let Ok(html) = rendered else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let mut response = (self.status, Html(html)).into_response();
        if scripted {
            response.extensions_mut().insert(Scripted);
        }
        if let Some(cookie) = self.cookie {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

impl Field {
    /// A field of text.
    pub fn text(name: &'static str, label: String, hint: String) -> Self {
        Self {
            name,
            id: name.to_owned(),
            label,
            hint,
            kind: "text",
            purpose: "off",
            ..Self::default()
        }
    }

    /// The same, where what is typed is not shown.
    pub fn password(
        name: &'static str,
        label: String,
        hint: String,
        purpose: &'static str,
    ) -> Self {
        Self {
            kind: "password",
            purpose,
            ..Self::text(name, label, hint)
        }
    }

    /// The code of an authenticator.
    pub fn code(label: String, hint: String) -> Self {
        Self {
            purpose: "one-time-code",
            numeric: true,
            ..Self::text("code", label, hint)
        }
    }

    /// The same with what is wrong about it.
    pub fn with_fault(mut self, fault: Option<String>) -> Self {
        self.fault = fault.unwrap_or_default();
        self
    }

    /// Everything that describes it, by id.
    fn described(&self) -> String {
        let mut ids = Vec::new();
        if !self.hint.is_empty() {
            ids.push(format!("{}-hint", self.id));
        }
        if !self.fault.is_empty() {
            ids.push(format!("{}-fault", self.id));
        }
        ids.join(" ")
    }
}
