//! The pages of sign-in as a browser without scripts meets them, with a clock that the test moves.
//!
//! Dangers: an answer that tells who has an account, or which of three things was wrong; a code that is good
//! twice, by one browser after another or by two at once; an invitation that is good twice, or after its time; a
//! session that outlives its time, its sign-out or a change of password; a form that another site sends; a page
//! for somebody that nobody gets; an address to go back to that leads away; a change of how to sign in by
//! whoever finds a screen left open; an account that an operator's file makes somebody else's.
//!
//! Not a failure: the page after signing in says who is signed in, to himself.

#[path = "accounts/changes.rs"]
mod changes;

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use http::{HeaderMap, Method, Request, StatusCode, header};
use hygie_notice::{ActorKind, ActorRef, PersonId};
use hygie_record::accounts::{Created, Invitation, Login, NewAccount, Password, Totp};

use crate::world::{Answer, DOCTOR, World, actor};

pub const PASSWORD: &str = "un long mot pour ouvrir";
const OTHER: &str = "encore quatre autres mots";
const SECRET: [u8; 20] = *b"12345678901234567890";
const MINUTE: u64 = 60_000;

/// A browser: it keeps cookies, and sends them.
#[derive(Default)]
pub struct Browser {
    pub cookies: Vec<(String, String)>,
}

impl Browser {
    pub async fn send(
        &mut self,
        world: &World,
        request: http::request::Builder,
        body: String,
    ) -> Answer {
        let mut request = request;
        if !self.cookies.is_empty() {
            let pairs = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"));
            request = request.header(header::COOKIE, pairs.collect::<Vec<_>>().join("; "));
        }
        let answer = world
            .at_the_pages(request.body(Body::from(body)).unwrap())
            .await;
        for line in answer.headers.get_all(header::SET_COOKIE) {
            let (name, rest) = line.to_str().unwrap().split_once('=').unwrap();
            let (value, _) = rest.split_once(';').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        answer
    }

    pub async fn get(&mut self, world: &World, path: &str) -> Answer {
        let request = Request::builder().method(Method::GET).uri(path);
        self.send(world, request, String::new()).await
    }

    /// Fills a form of a page in: with the token that the page has, as a browser would.
    pub async fn fill(
        &mut self,
        world: &World,
        (page, action): (&str, &str),
        fields: &[(&str, &str)],
    ) -> Answer {
        let shown = self.get(world, page).await;
        let token = token(&shown);
        let mut fields = fields.to_vec();
        fields.push(("csrf", &token));
        self.post(world, action, &fields).await
    }

    pub async fn post(&mut self, world: &World, action: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", escaped(value)))
            .collect();
        let request = Request::builder()
            .method(Method::POST)
            .uri(action)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(world, request, body.join("&")).await
    }

    pub async fn sign_in(
        &mut self,
        world: &World,
        login: &str,
        password: &str,
        code: &str,
    ) -> Answer {
        let fields = [("login", login), ("password", password), ("code", code)];
        self.fill(world, ("/signin?lang=en", "/signin?lang=en"), &fields)
            .await
    }
}

fn escaped(text: &str) -> String {
    let bytes = text.bytes().map(|byte| {
        if byte.is_ascii_alphanumeric() {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    });
    bytes.collect()
}

pub fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).unwrap()
}

/// The token of the last form of a page: the ones before it may sign out.
pub fn token(answer: &Answer) -> String {
    let html = text(answer);
    let (_, rest) = html
        .rsplit_once("name=\"csrf\" value=\"")
        .expect("a page with a form");
    rest.split('"').next().unwrap().to_owned()
}

pub fn location(answer: &Answer) -> &str {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", text(answer));
    answer.header("location")
}

pub fn code(world: &World) -> String {
    Totp::of(SECRET).code(world.record.now())
}

pub fn holder(person: PersonId) -> ActorRef {
    ActorRef {
        person: Some(person),
        name: Some("Camille Durand".to_owned()),
        ..actor(ActorKind::Holder, &person.to_string())
    }
}

pub fn doctor() -> ActorRef {
    ActorRef {
        name: Some("Dr Martin".to_owned()),
        profession: Some("G15_10".to_owned()),
        sector: Some("SA01".to_owned()),
        ..actor(ActorKind::Professional, DOCTOR)
    }
}

/// An account that signs in by password and code from the start.
pub async fn account(world: &World, login: &str, roles: Vec<ActorRef>) -> Invitation {
    let wish = NewAccount {
        login: Login::parse(login).unwrap(),
        language: "en".to_owned(),
        roles,
        way: Some((Password::typed(PASSWORD), Totp::of(SECRET))),
    };
    match world.accounts.create(&wish).await.unwrap() {
        Created::Made(invitation) => invitation,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_answer_that_tells_what_was_wrong() {
    let world = World::new().await;
    account(&world, "camille", vec![doctor()]).await;
    let right = code(&world);
    let wrong = if right == "000000" {
        "000001"
    } else {
        "000000"
    };
    let mut bodies = Vec::new();
    // Nobody's account is made when it is first needed.
    Browser::default()
        .sign_in(&world, "nobody", OTHER, wrong)
        .await;
    let openings = async || world.record.ledger().await.unwrap().1;
    for (login, password, code) in [
        ("camille", PASSWORD, wrong),
        ("camille", OTHER, right.as_str()),
        ("camille", OTHER, wrong),
        ("camille", "", ""),
        ("nobody", PASSWORD, right.as_str()),
        ("no body!", PASSWORD, right.as_str()),
    ] {
        let mut browser = Browser::default();
        let before = openings().await;
        let answer = browser.sign_in(&world, login, password, code).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        // The same openings in the ledger; what can't be a login name is looked up nowhere.
        let opened = u64::from(!login.contains('!'));
        assert_eq!(openings().await - before, opened, "{login}");
        assert!(text(&answer).contains("<title>Error: Sign in"));
        let html = text(&answer).replace(&token(&answer), "");
        for typed in [login, PASSWORD, right.as_str()] {
            assert!(
                !html.contains(&format!("value=\"{typed}\"")),
                "{typed} is shown again"
            );
        }
        bodies.push(html);
        assert!(
            browser
                .cookies
                .iter()
                .all(|(name, _)| name == "__Host-form")
        );
    }
    assert!(
        bodies.iter().all(|body| *body == bodies[0]),
        "one answer for all"
    );
    // What is right is right: none of them used the code up.
    let mut browser = Browser::default();
    let answer = browser.sign_in(&world, " Camille ", PASSWORD, &right).await;
    assert_eq!(location(&answer), "/");
}

#[tokio::test]
async fn a_code_that_is_good_twice() {
    let world = World::new().await;
    account(&world, "camille", vec![doctor()]).await;
    let good = code(&world);
    let (mut one, mut two) = (Browser::default(), Browser::default());
    // At once: whoever comes second is too late, though both fit when they are looked at.
    let (first, second) = tokio::join!(
        one.sign_in(&world, "camille", PASSWORD, &good),
        two.sign_in(&world, "camille", PASSWORD, &good)
    );
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
    // Afterwards, and the code of the step before, which a look over the shoulder may have caught.
    let mut three = Browser::default();
    let again = three.sign_in(&world, "camille", PASSWORD, &good).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    world.wait(30_000);
    let again = three.sign_in(&world, "camille", PASSWORD, &good).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let next = code(&world);
    assert_eq!(
        location(&three.sign_in(&world, "camille", PASSWORD, &next).await),
        "/"
    );
}

#[tokio::test]
async fn who_is_not_signed_in_gets_a_page_for_somebody() {
    let world = World::new().await;
    account(&world, "camille", vec![doctor()]).await;
    let mut browser = Browser::default();
    let answer = browser.get(&world, "/account?done=passkey").await;
    assert_eq!(location(&answer), "/signin?next=/account?done=passkey");
    let page = browser
        .get(&world, "/signin?lang=en&next=/account?done=passkey")
        .await;
    assert!(
        text(&page).contains("action=\"/signin?lang=en&#38;next=/account?done=passkey\""),
        "{}",
        text(&page)
    );
    let good = code(&world);
    let fields = [
        ("login", "camille"),
        ("password", PASSWORD),
        ("code", &good),
    ];
    let answer = browser
        .fill(
            &world,
            ("/signin", "/signin?next=/account?done=passkey"),
            &fields,
        )
        .await;
    assert_eq!(
        location(&answer),
        "/account?done=passkey",
        "back where he was"
    );
    let page = browser.get(&world, "/account").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(text(&page).contains("“camille”"));
    // Professionals are told that they are seen.
    assert!(text(&browser.get(&world, "/").await).contains("Each opening of a record is shown"));
    // Away from here leads nothing.
    for away in ["//evil.example", "https://evil.example", "/\\evil.example"] {
        world.wait(30_000);
        let (good, mut other) = (code(&world), Browser::default());
        let fields = [
            ("login", "camille"),
            ("password", PASSWORD),
            ("code", &good),
        ];
        let action = format!("/signin?next={}", escaped(away));
        let answer = other.fill(&world, ("/signin", &action), &fields).await;
        assert_eq!(location(&answer), "/", "{away}");
    }
}

#[tokio::test]
async fn a_session_that_outlives_its_time() {
    let world = World::new().await;
    let person = world.person().await;
    account(&world, "doctor", vec![doctor()]).await;
    account(&world, "citizen", vec![holder(person)]).await;
    for (login, minutes) in [("doctor", 15), ("citizen", 30)] {
        let (mut browser, good) = (Browser::default(), code(&world));
        browser.sign_in(&world, login, PASSWORD, &good).await;
        world.wait(minutes * MINUTE - 1);
        assert_eq!(browser.get(&world, "/account").await.status, StatusCode::OK);
        world.wait(minutes * MINUTE);
        let answer = browser.get(&world, "/account").await;
        assert_eq!(location(&answer), "/signin?why=over&lang=en&next=/account");
        let page = browser
            .get(&world, "/signin?why=over&next=/account&lang=en")
            .await;
        assert!(text(&page).contains("Your session ended to protect you"));
        // A form that was sent too late leads back to a page, not to where forms are sent.
        for (action, page) in [
            ("/signout", "/signin"),
            ("/account/passkey/remove", "/signin?next=/account/passkey"),
            ("/account/settings", "/signin?next=/account"),
        ] {
            let answer = Browser::default().post(&world, action, &[]).await;
            assert_eq!(location(&answer), page);
        }
    }
}

#[tokio::test]
async fn who_signed_out_is_in_again() {
    let world = World::new().await;
    account(&world, "camille", vec![doctor()]).await;
    let (mut browser, good) = (Browser::default(), code(&world));
    browser.sign_in(&world, "camille", PASSWORD, &good).await;
    let kept = browser.cookies.clone();
    let answer = browser.fill(&world, ("/account", "/signout"), &[]).await;
    assert_eq!(location(&answer), "/signin?why=out&lang=en");
    assert!(
        browser
            .cookies
            .iter()
            .all(|(name, _)| name == "__Host-form")
    );
    // The cookie that somebody copied before is worth nothing either.
    let mut thief = Browser { cookies: kept };
    let answer = thief.get(&world, "/account").await;
    assert_eq!(location(&answer), "/signin?why=over&next=/account");
}

#[tokio::test]
async fn a_form_that_another_site_sends() {
    let world = World::new().await;
    account(&world, "camille", vec![doctor()]).await;
    let (mut browser, good) = (Browser::default(), code(&world));
    // Before signing in: without the token, with another browser's, without the cookie.
    let foreign = token(&Browser::default().get(&world, "/signin").await);
    let filled = [
        ("login", "camille"),
        ("password", PASSWORD),
        ("code", good.as_str()),
    ];
    browser.get(&world, "/signin").await;
    for csrf in ["", foreign.as_str()] {
        let mut fields = filled.to_vec();
        fields.push(("csrf", csrf));
        let answer = browser.post(&world, "/signin", &fields).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(
            Browser::default()
                .post(&world, "/signin", &fields)
                .await
                .status,
            StatusCode::FORBIDDEN
        );
    }
    browser.sign_in(&world, "camille", PASSWORD, &good).await;
    // Signed in: every form of the session.
    for action in [
        "/signout",
        "/account/settings",
        "/account/sessions",
        "/account/codes",
        "/account/password",
        "/account/passkey",
        "/account/passkey/remove",
        "/signin/role",
        "/signin/again",
        "/signin/again/passkey",
    ] {
        for csrf in ["", foreign.as_str()] {
            let fields = [
                ("csrf", csrf),
                ("language", "fr"),
                ("id", "AAAA"),
                ("role", "0"),
            ];
            let answer = browser.post(&world, action, &fields).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{action}");
        }
    }
    // With the right token, and said by the browser to come from elsewhere.
    let csrf = token(&browser.get(&world, "/account").await);
    let request = Request::post("/signout")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site");
    let answer = browser.send(&world, request, format!("csrf={csrf}")).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(
        browser.get(&world, "/account").await.status,
        StatusCode::OK,
        "still in"
    );
}

#[tokio::test]
async fn tries_without_end() {
    let world = World::new().await;
    account(&world, "camille", vec![doctor()]).await;
    let refused = AtomicUsize::new(0);
    let mut browser = Browser::default();
    for number in 0..61 {
        let login = format!("name{number}");
        let answer = browser.sign_in(&world, &login, PASSWORD, "000000").await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            assert_eq!(answer.header("retry-after"), "60");
            refused.fetch_add(1, Ordering::Relaxed);
        }
    }
    assert_eq!(
        refused.load(Ordering::Relaxed),
        1,
        "the sixty-first of a minute"
    );
    world.wait(MINUTE);
    let good = code(&world);
    assert_eq!(
        location(&browser.sign_in(&world, "camille", PASSWORD, &good).await),
        "/"
    );
}

#[tokio::test]
async fn a_page_that_may_load_what_is_not_ours() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let policy = |answer: &Answer| answer.header("content-security-policy").to_owned();
    let plain = browser.get(&world, "/signin").await;
    assert!(policy(&plain).starts_with("default-src 'none'; style-src 'self'"));
    assert!(!policy(&plain).contains("script-src") && !text(&plain).contains("<script"));
    let scripted = browser.get(&world, "/signin/passkey").await;
    assert!(
        policy(&scripted).contains("script-src 'self';"),
        "{}",
        policy(&scripted)
    );
    assert!(text(&scripted).contains("<script src=\"/passkey.js\" defer></script>"));
    for answer in [&plain, &scripted] {
        assert!(!policy(answer).contains("unsafe") && !policy(answer).contains("http"));
        assert_eq!(
            answer.header("strict-transport-security"),
            "max-age=31536000; includeSubDomains"
        );
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert!(!text(answer).contains("style=") && !text(answer).contains("onclick"));
    }
    let script = browser.get(&world, "/passkey.js").await;
    assert_eq!(
        script.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    let headers: &HeaderMap = &script.headers;
    assert_eq!(headers.get("x-content-type-options").unwrap(), "nosniff");
}
