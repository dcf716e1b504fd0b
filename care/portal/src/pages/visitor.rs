//! Who looks at a page. A page takes a [`Visitor`] and thereby is for nobody else: whoever is not signed in, or
//! was for too long, is led to the sign-in and back. What a form sends comes as [`Posted`], behind its token.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::RequestExt;
use axum::body::Body;
use axum::extract::{ConnectInfo, Form, FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use hygie_record::notice::{ActorKind, ActorRef, PersonId};
use hygie_record::{Caller, Error};
use hygie_web::{Language, Session, Standing, is_own_page, is_same_site};
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::part::{Block, Page};
use super::site::{Given, Seat, Site};
use super::{PAGE_ROUTES, TEXTS, say_alert, say_failure};

/// The largest form, in bytes.
const FORM: usize = 32 * 1024;

/// Somebody who is signed in, whether he chose a role or not.
pub struct Member {
    pub session: Session<Seat>,
    pub language: Language,
    pub zone: TimeZone,
}

/// Somebody who is signed in and acts in a role.
pub struct Visitor {
    pub session: Session<Seat>,
    pub language: Language,
    pub zone: TimeZone,
    pub role: ActorRef,
}

impl Visitor {
    /// The visitor at the door of records: a fresh assertion for this request.
    ///
    /// # Errors
    /// Those of [`hygie_record::accounts::Accounts::caller`].
    pub fn caller(&self, site: &Site) -> Result<Caller, Error> {
        site.accounts.caller(&self.role)
    }

    /// Whose record he looks at: his own, or that of whom he acts for.
    ///
    /// # Errors
    /// [`Error::Refused`] for all other roles.
    pub fn person(&self) -> Result<PersonId, Error> {
        let acts = matches!(
            self.role.kind,
            ActorKind::Holder | ActorKind::Representative
        );
        let person = self.role.person.filter(|_| acts);
        person.ok_or(Error::Refused)
    }

    /// The key of a text, as it is said to him: some are said otherwise to those who look at another's record.
    pub fn key(&self, key: &str) -> String {
        let other = format!("{key}-other");
        let himself = self.role.kind == ActorKind::Holder;
        if himself || TEXTS.say(self.language, &other) == other {
            key.to_owned()
        } else {
            other
        }
    }

    /// A text, as it is said to him.
    pub fn say(&self, key: &str) -> String {
        TEXTS.say(self.language, &self.key(key))
    }

    /// The page of this title and address with what it holds, or what he is told instead.
    pub fn page(
        &self,
        (title, address): (&str, &str),
        blocks: Result<Vec<Block>, Error>,
    ) -> Response {
        match blocks {
            Ok(blocks) => {
                let title = self.key(title);
                let mut page = Page::of(self.language, &title, address);
                page.session = Some(&self.session);
                // A form that is shown again, with what is wrong about it.
                if let Some(Block::Alert { .. }) = blocks.first() {
                    page.status = StatusCode::UNPROCESSABLE_ENTITY;
                }
                page.show(blocks)
            }
            Err(error) => self.sorry(&error),
        }
    }

    /// What he is told instead of the page that he asked for.
    pub fn sorry(&self, error: &Error) -> Response {
        if !matches!(error, Error::Refused) {
            return say_failure(self.language, error);
        }
        let mut page = Page::of(self.language, "refused-title", "");
        page.status = StatusCode::FORBIDDEN;
        page.session = Some(&self.session);
        let home = ("/".to_owned(), TEXTS.say(self.language, "nav-home"));
        let text = TEXTS.say(self.language, "refused-text");
        page.show(vec![Block::Note(text), Block::Links(vec![home])])
    }
}

/// What any page may be asked for in its address.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    pub lang: Option<String>,
    pub next: Option<String>,
    pub why: Option<String>,
}

impl Asked {
    /// Where to go on: a page of ours, else the first.
    pub fn next(&self) -> &str {
        let next = self.next.as_deref().filter(|next| is_own_page(next));
        next.unwrap_or("/")
    }
}

/// An address with one more parameter; the value is a page's address, of visible ASCII alone.
pub fn leading(to: &str, next: &str) -> String {
    if next == "/" {
        return to.to_owned();
    }
    let joint = if to.contains('?') { '&' } else { '?' };
    let escaped: String = next
        .chars()
        .map(|symbol| match symbol {
            '%' => "%25".to_owned(),
            '&' => "%26".to_owned(),
            '#' => "%23".to_owned(),
            '+' => "%2B".to_owned(),
            other => other.to_string(),
        })
        .collect();
    format!("{to}{joint}next={escaped}")
}

/// What was done, as the address of a page says that was come back to.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Came {
    pub done: String,
}

/// Somebody who looks at a page of the sign-in, and is not in yet.
pub struct Guest {
    pub asked: Asked,
    pub language: Language,
    pub headers: HeaderMap,
}

impl Guest {
    /// An address in his language, which leads on to where he wants to go.
    pub fn with(&self, to: &str) -> String {
        let address = format!("{to}?lang={}", self.language.code());
        leading(&address, self.asked.next())
    }
}

impl<S: Sync> FromRequestParts<S> for Guest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let asked = Query::<Asked>::try_from_uri(&parts.uri);
        let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
        Ok(Self {
            language: Language::choose(asked.lang.as_deref(), &parts.headers),
            headers: parts.headers.clone(),
            asked,
        })
    }
}

/// Another page, which the browser is sent to.
pub struct Elsewhere(String);

impl IntoResponse for Elsewhere {
    fn into_response(self) -> Response {
        go(&self.0)
    }
}

/// Sends the browser to another page, which it gets (RFC 9110 15.4.4).
pub fn go(to: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, to.to_owned())]).into_response()
}

/// Where a request comes from; tests and proxies without an address count as one.
pub fn source(extensions: &Extensions) -> String {
    extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or_else(String::new, |info| info.0.ip().to_string())
}

fn language(uri: &Uri, session: &Session<Seat>) -> Language {
    let asked = Query::<Asked>::try_from_uri(uri).unwrap_or_default();
    let asked = asked.lang.as_deref().and_then(Language::from_code);
    asked.unwrap_or(session.payload.language)
}

/// The sign-in for somebody whose session is over, in his language where it is still known.
fn over(seat: Option<&Seat>) -> String {
    match seat {
        Some(seat) => format!("/signin?why=over&lang={}", seat.language.code()),
        None => "/signin?why=over".to_owned(),
    }
}

/// The page that shows the form which is sent to `path`: there, or the next one above.
fn page_above(path: &str) -> &str {
    let is_page = |path: &str| {
        let mut routes = PAGE_ROUTES.iter();
        routes.any(|route| route.method == "GET" && route.path == path)
    };
    let mut page = path;
    while !is_page(page) {
        match page.rsplit_once('/') {
            Some((above, _)) if !above.is_empty() => page = above,
            _ => return "/",
        }
    }
    page
}

fn member(
    site: &Site,
    method: &Method,
    headers: &HeaderMap,
    uri: &Uri,
) -> Result<Member, Elsewhere> {
    let whole = uri.path_and_query().map_or("/", |whole| whole.as_str());
    let here = match *method {
        Method::GET if is_own_page(whole) => whole,
        Method::GET => "/",
        // What a form sent is gone; its page can be filled in again.
        _ => page_above(uri.path()),
    };
    match site.sessions.look(headers, site.now()) {
        Standing::In(session)
            if site
                .accounts
                .was_closed_since(session.account.0, session.begun) =>
        {
            site.sessions.end_others(session.account, None);
            let language = session.payload.language.code();
            Err(Elsewhere(format!("/signin?why=closed&lang={language}")))
        }
        Standing::In(session) => Ok(Member {
            language: language(uri, &session),
            zone: site.zone.clone(),
            session,
        }),
        Standing::Over(seat) => Err(Elsewhere(leading(&over(seat.as_ref()), here))),
        Standing::Out => Err(Elsewhere(leading("/signin", here))),
    }
}

impl Member {
    /// What a provider gave to somebody who has no account here.
    pub fn nameless(&self) -> Option<&Given> {
        let given = self.session.payload.given.as_deref();
        given.filter(|given| !given.roles.is_empty())
    }

    fn visitor(self, uri: &Uri) -> Result<Visitor, Elsewhere> {
        let Some(role) = self.session.payload.role.clone() else {
            return Err(Elsewhere(leading("/signin/role", uri.path())));
        };
        Ok(Visitor {
            session: self.session,
            language: self.language,
            zone: self.zone,
            role,
        })
    }
}

impl FromRequestParts<Arc<Site>> for Member {
    type Rejection = Elsewhere;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Elsewhere> {
        member(site, &parts.method, &parts.headers, &parts.uri)
    }
}

impl FromRequestParts<Arc<Site>> for Visitor {
    type Rejection = Elsewhere;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Elsewhere> {
        member(site, &parts.method, &parts.headers, &parts.uri)?.visitor(&parts.uri)
    }
}

/// What somebody who is signed in sent by a form of his own session.
pub struct Posted<T> {
    pub member: Member,
    pub form: T,
}

/// The same of somebody who acts in a role.
pub struct PostedBy<T> {
    pub visitor: Visitor,
    pub form: T,
}

/// What somebody sent who is not signed in, by a form that this browser was shown.
pub struct Unsigned<T> {
    pub form: T,
    pub browser: [u8; 32],
    pub language: Language,
    pub source: String,
    pub headers: HeaderMap,
}

#[derive(Deserialize)]
struct Tokened<T> {
    #[serde(default)]
    csrf: String,
    #[serde(flatten)]
    form: T,
}

/// Reads a form; nothing of it is believed yet.
async fn read<T: DeserializeOwned + 'static>(request: Request) -> Option<Tokened<T>> {
    if !is_same_site(request.headers()) {
        return None;
    }
    let limited = request.map(|body| Body::new(http_body_util::Limited::new(body, FORM)));
    let read = limited.extract::<Form<Tokened<T>>, _>().await;
    read.ok().map(|Form(form)| form)
}

/// A form that is not ours, or no longer: nothing was done.
fn stale(language: Language, session: Option<&Session<Seat>>) -> Response {
    let mut page = Page::of(language, "stale-title", "");
    page.status = StatusCode::FORBIDDEN;
    page.session = session;
    let home = ("/".to_owned(), TEXTS.say(language, "nav-home"));
    page.show(vec![
        say_alert(language, "alert-nothing-done", "stale-text"),
        Block::Links(vec![home]),
    ])
}

impl<T: DeserializeOwned + 'static> FromRequest<Arc<Site>> for Posted<T> {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Arc<Site>) -> Result<Self, Response> {
        let member = member(site, request.method(), request.headers(), request.uri())
            .map_err(IntoResponse::into_response)?;
        match read::<T>(request).await {
            Some(sent) if member.session.is_own_form(&sent.csrf) => Ok(Self {
                member,
                form: sent.form,
            }),
            _ => Err(stale(member.language, Some(&member.session))),
        }
    }
}

impl<T: DeserializeOwned + 'static> FromRequest<Arc<Site>> for PostedBy<T> {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Arc<Site>) -> Result<Self, Response> {
        let uri = request.uri().clone();
        let Posted { member, form } = Posted::from_request(request, site).await?;
        let visitor = member.visitor(&uri).map_err(IntoResponse::into_response)?;
        Ok(Self { visitor, form })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest<Arc<Site>> for Unsigned<T> {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Arc<Site>) -> Result<Self, Response> {
        let asked = Query::<Asked>::try_from_uri(request.uri()).unwrap_or_default();
        let language = Language::choose(asked.lang.as_deref(), request.headers());
        let headers = request.headers().clone();
        let source = source(request.extensions());
        let sent = read::<T>(request).await;
        let checked = sent.and_then(|sent| {
            let browser = site.forms.check(&headers, &sent.csrf)?;
            Some((sent.form, browser))
        });
        let Some((form, browser)) = checked else {
            return Err(stale(language, None));
        };
        Ok(Self {
            form,
            browser,
            language,
            source,
            headers,
        })
    }
}
