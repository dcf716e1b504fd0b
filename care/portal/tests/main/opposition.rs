//! The page of opposition as a browser without scripts meets it, and its twin as JSON.
//!
//! Dangers: an answer that tells who is insured; a slip of the pen that is not told, or not beside its
//! field; a page that may load what is not ours; another site's form in a visitor's name; a language that
//! changes half-way; a receipt that proves nothing.
//! Not a failure: the slip answer shows what was typed, to whoever typed it.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use hygie_enrolment::{Calendar, Enrolment, Insured, Registered, Registration};
use hygie_keeper::{Client, Home, Keeper, Protection, Unlock, bind, init, load_issuer_key, serve};
use hygie_notice::{SystemClock, SystemEntropy};
use hygie_portal::{PageSettings, Site as Pages, pages_router};
use hygie_record::accounts::Accounts;
use hygie_record::{Record, Roll};
use hygie_vault::{Sqlite, Vault};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

const INS: &str = "163127847704294";
const UNKNOWN: &str = "262087503203977";

struct Site {
    pages: Router,
    code: String,
    _dir: TempDir,
}

impl Site {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let protection = Protection::KeyFile(None);
        init(
            dir.path(),
            &protection,
            true,
            "test.example/access",
            &SystemEntropy,
        )
        .unwrap();
        let home = Home::new(dir.path());
        let (clock, entropy) = (Arc::new(SystemClock), Arc::new(SystemEntropy));
        let keeper =
            Keeper::start(&home, &Unlock::default(), clock.clone(), entropy.clone()).unwrap();
        let listener = bind(&keeper).unwrap();
        tokio::spawn(async move { serve(keeper, listener, std::future::pending()).await });
        let keeper = Client::connect(home.socket()).await.unwrap();
        let store = Sqlite::open(&dir.path().join("store")).unwrap();
        let vault = Vault::new(store, entropy.clone());
        let record = Record::join(keeper, vault, clock, entropy).await.unwrap();
        let key = load_issuer_key(home.enrolment_key(), "enrolment").unwrap();
        let record = Arc::new(record);
        let enrolment = Arc::new(Enrolment::new(
            Roll::new(Arc::clone(&record), key),
            Calendar::of("Europe/Paris").unwrap(),
            None,
        ));
        let key = load_issuer_key(home.sign_in_key(), "sign-in").unwrap();
        let accounts = Arc::new(Accounts::new(record, key));
        let insured = Insured {
            ins_system: "urn:oid:1.2.250.1.213.1.4.11".to_owned(),
            ins: INS.to_owned(),
            family: "Durand".to_owned(),
            given: "Camille".to_owned(),
            birth_date: "1963-12-05".to_owned(),
            language: "fr".to_owned(),
            ..Insured::default()
        };
        let registered = enrolment
            .register(&[insured], Registration::Codes)
            .await
            .unwrap();
        let [Registered::Added { code: Some(code) }] = &registered[..] else {
            panic!("not registered");
        };
        let site = Pages::new(enrolment, accounts, &PageSettings::default());
        Self {
            code: code.clone(),
            pages: pages_router(Arc::new(site)),
            _dir: dir,
        }
    }

    async fn ask(&self, request: Request<Body>) -> (Response<()>, String) {
        let answer = self.pages.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        (Response::from_parts(parts, ()), text)
    }

    async fn send(&self, ins: &str, born: &str, code: &str) -> (StatusCode, String) {
        let code = code
            .replace('=', "%3D")
            .replace('$', "%24")
            .replace('~', "%7E");
        let body = format!("ins={ins}&birth-date={born}&code={code}");
        let (answer, text) = self.ask(post("/opposition?lang=en", body)).await;
        (answer.status(), text)
    }
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

fn post(path: &str, body: String) -> Request<Body> {
    Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body.into())
        .unwrap()
}

#[tokio::test]
async fn the_answer_is_the_same_bytes_whatever_does_not_match() {
    let site = Site::new().await;
    let wrong = site.send(INS, "1963-12-06", &site.code).await;
    assert_eq!(wrong.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong, site.send(UNKNOWN, "1963-12-05", &site.code).await);
    // All zeros is a code whose check symbol is zero.
    assert_eq!(
        wrong,
        site.send(INS, "1963-12-05", "0000-0000-0000-0").await
    );
    let done = site.send(INS, "1963-12-05", &site.code).await;
    assert_eq!(done.0, StatusCode::OK);
    assert!(done.1.contains("c2sp.org/tlog-proof@v1") && done.1.contains("Your receipt"));
    assert!(
        !done.1.contains(INS),
        "a receipt holds nothing of the person"
    );
    assert_eq!(wrong, site.send(INS, "1963-12-05", &site.code).await);
    assert!(wrong.1.contains("a new one sent by letter from this site"));
}

#[tokio::test]
async fn whoever_asks_for_a_code_gets_one_answer_and_a_slip_is_told() {
    let site = Site::new().await;
    let asked = async |ins: &str, born: &str| {
        let body = format!("ins={ins}&birth-date={born}");
        let (answer, text) = site.ask(post("/opposition/code?lang=fr", body)).await;
        (answer.status(), text)
    };
    let one = asked(INS, "1963-12-05").await;
    assert_eq!(one.0, StatusCode::OK);
    assert_eq!(one, asked(UNKNOWN, "1963-12-05").await);
    assert_eq!(one, asked(INS, "1963-12-06").await);
    assert!(!one.1.contains(INS));
    let (status, page) = asked("163127847704295", "31/02/1963").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.matches("aria-invalid=\"true\"").count(), 2);
    // Nothing that came by another site is taken.
    let mut request = post(
        "/opposition/code",
        format!("ins={INS}&birth-date=1963-12-05"),
    );
    let elsewhere = "cross-site".parse().unwrap();
    request.headers_mut().insert("sec-fetch-site", elsewhere);
    assert_eq!(site.ask(request).await.0.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_code_of_a_letter_takes_nothing_back() {
    let site = Site::new().await;
    site.send(INS, "1963-12-05", &site.code).await;
    let code = site
        .code
        .replace('=', "%3D")
        .replace('$', "%24")
        .replace('~', "%7E");
    let body = format!("ins={INS}&birth-date=1963-12-05&code={code}");
    let (answer, page) = site.ask(post("/opposition/back?lang=fr", body)).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("lettre de confirmation") && !page.contains(INS));
}

#[tokio::test]
async fn a_slip_is_told_beside_its_field_and_keeps_what_was_typed() {
    let site = Site::new().await;
    let (status, page) = site.send(INS, "31/02/1963", &site.code).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.matches("aria-invalid=\"true\"").count(), 1);
    assert!(page.contains("aria-describedby=\"birth-date-hint birth-date-fault\""));
    assert!(page.contains("value=\"31/02/1963\"") && page.contains(INS));
    // What is typed is never markup.
    let (_, page) = site.send("%22%3E%3Cscript%3E", "x", "y").await;
    assert!(!page.contains("<script") && page.matches("aria-invalid").count() == 3);
}

#[tokio::test]
async fn a_page_loads_nothing_but_our_stylesheet_and_is_kept_nowhere() {
    let site = Site::new().await;
    let (answer, page) = site.ask(get("/opposition")).await;
    let policy = answer.headers()[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'self'; form-action 'self'"));
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
    assert_eq!(answer.headers()[header::REFERRER_POLICY], "no-referrer");
    assert!(!answer.headers().contains_key(header::SET_COOKIE));
    assert!(!page.contains("<script") && !page.contains("style=\"") && !page.contains("http"));
    let (style, _) = site.ask(get("/style.css")).await;
    assert_eq!(
        style.headers()[header::CONTENT_TYPE],
        "text/css; charset=utf-8"
    );
}

#[tokio::test]
async fn the_language_is_asked_for_or_the_browser_s_or_french() {
    let site = Site::new().await;
    for (path, accepted, language) in [
        ("/opposition", "", "fr"),
        ("/opposition", "en-GB,en;q=0.9,fr;q=0.8", "en"),
        ("/opposition", "de, fr;q=0.5, en;q=0.2", "fr"),
        ("/opposition?lang=fr", "en", "fr"),
        ("/opposition?lang=en", "fr", "en"),
    ] {
        let mut request = get(path);
        request
            .headers_mut()
            .insert(header::ACCEPT_LANGUAGE, accepted.parse().unwrap());
        let (_, page) = site.ask(request).await;
        assert!(
            page.contains(&format!("<html lang=\"{language}\">")),
            "{path} {accepted}"
        );
    }
}

#[tokio::test]
async fn another_site_does_not_fill_the_form_in_a_visitor_s_name() {
    let site = Site::new().await;
    let filled = || {
        post(
            "/opposition",
            format!("ins={INS}&birth-date=1963-12-05&code={}", site.code),
        )
    };
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://elsewhere.example"),
    ] {
        let mut request = filled();
        request
            .headers_mut()
            .insert(header::HOST, "here.example".parse().unwrap());
        request.headers_mut().insert(name, value.parse().unwrap());
        assert_eq!(site.ask(request).await.0.status(), StatusCode::FORBIDDEN);
    }
    // It did not take effect: the code still works.
    assert_eq!(
        site.send(INS, "1963-12-05", &site.code).await.0,
        StatusCode::OK
    );
}

#[tokio::test]
async fn software_gets_the_same_answers_as_json() {
    let site = Site::new().await;
    let ask = async |typed: Value| {
        let request = Request::post("/api/opposition")
            .header(header::CONTENT_TYPE, "application/json")
            .body(typed.to_string().into())
            .unwrap();
        let (answer, text) = site.ask(request).await;
        (
            answer.status().as_u16(),
            serde_json::from_str::<Value>(&text).unwrap(),
        )
    };
    let (status, slip) =
        ask(json!({ "ins": INS, "birth_date": "1963-12-05", "code": "abc" })).await;
    assert_eq!(
        (status, &slip["error"], &slip["fields"]),
        (422, &json!("typo"), &json!(["code"]))
    );
    let (status, other) =
        ask(json!({ "ins": UNKNOWN, "birth_date": "1963-12-05", "code": site.code })).await;
    assert_eq!((status, &other["error"]), (422, &json!("not-matched")));
    let (status, done) =
        ask(json!({ "ins": INS, "birth_date": "1963-12-05", "code": site.code })).await;
    assert_eq!((status, &done["opposed"]), (200, &json!(true)));
    assert!(
        done["receipt"]["proof"]
            .as_str()
            .unwrap()
            .starts_with("c2sp.org/tlog-proof@v1\n")
    );
    assert_eq!(ask(json!([])).await.0, 422);
}

#[tokio::test]
async fn what_is_opposed_is_chosen_and_older_requests_mean_the_whole_space() {
    let site = Site::new().await;
    let code = site
        .code
        .replace('=', "%3D")
        .replace('$', "%24")
        .replace('~', "%7E");
    let body = |rest: &str| format!("ins={INS}&birth-date=1963-12-05&code={code}{rest}");
    let (_, form) = site.ask(get("/opposition?lang=en")).await;
    assert_eq!(form.matches("type=\"radio\"").count(), 5);
    assert!(form.contains("value=\"space\" checked"));
    for slip in [
        "&scope=professional&whom=12",
        "&scope=everything",
        "&scope=project",
    ] {
        let (answer, page) = site.ask(post("/opposition?lang=en", body(slip))).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{slip}");
        assert!(page.contains("id=\"whom-fault\""), "{slip}");
    }
    let research = post("/opposition?lang=en", body("&scope=research&whom="));
    let (answer, page) = site.ask(research).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(page.contains("overall figures") && page.contains("Your receipt"));
    let said = |scope: serde_json::Value| {
        let mut body =
            serde_json::json!({ "ins": INS, "birth_date": "1963-12-05", "code": site.code });
        if !scope.is_null() {
            body["scope"] = scope;
        }
        Request::post("/api/opposition")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .unwrap()
    };
    let (answer, text) = site.ask(said("project:diabetes-2027".into())).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(
        text.contains("\"scope\":\"project:diabetes-2027\""),
        "{text}"
    );
    let (answer, text) = site.ask(said(serde_json::Value::Null)).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(text.contains("\"scope\":\"space\""), "{text}");
}
