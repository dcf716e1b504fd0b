//! The parts of the relying party, each by itself. The whole, against a real provider, is in `web/tests`.
//!
//! Dangers: a claim of an ID token that is not looked at; a query, token, key or document that takes the program
//! down; a key derived otherwise than the standard says; a sign-in that can be ended twice, or years later;
//! userinfo that changes what the ID token said.
#![allow(clippy::unwrap_used, reason = "tests")]

mod claims;
mod robust;

use std::sync::atomic::{AtomicU32, Ordering};

use axum::http::{HeaderMap, HeaderValue, header};
use serde_json::{Map, json};

use super::address::Address;
use super::pending::{LIFE, Pending, Waiting};
use super::{form, jwe, level};

#[test]
fn the_key_of_a_sealed_token_is_derived_in_a_way_of_our_own() {
    // RFC 7518, appendix C.
    let secret = [
        158, 86, 217, 29, 129, 113, 53, 211, 114, 131, 66, 131, 191, 132, 38, 156, 251, 49, 110,
        163, 218, 128, 106, 72, 246, 218, 167, 121, 140, 254, 144, 196,
    ];
    let expected = [
        86, 170, 141, 234, 248, 35, 109, 32, 92, 34, 40, 205, 113, 167, 16, 26,
    ];
    let key = jwe::derive(&secret, "A128GCM", 128, b"Alice", b"Bob");
    assert_eq!(key[..16], expected);
}

#[test]
fn the_challenge_of_pkce_is_made_in_a_way_of_our_own() {
    // RFC 7636, appendix B.
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    assert_eq!(
        super::begin::challenge(verifier),
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    );
}

#[test]
fn the_table_of_levels_can_not_be_read_or_calls_one_factor_two() {
    let words = |provider| {
        level::of(provider)
            .map(|level| level.acr.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(words("franceconnect"), ["eidas1", "eidas2", "eidas3"]);
    assert_eq!(words("pro-sante-connect"), ["eidas1", "eidas2", "eidas3"]);
    assert!(words("generic").is_empty());
    let two = |amr: &[&str]| {
        let amr: Vec<String> = amr.iter().map(|&word| word.to_owned()).collect();
        level::has_two_factors(&amr)
    };
    for enough in [
        &["pin", "pop", "mfa"][..],
        &["mfa"],
        &["pwd", "otp"],
        &["fpt", "hwk"],
        &["sc", "pin"],
    ] {
        assert!(two(enough), "{enough:?}");
    }
    for few in [
        &[][..],
        &["pwd"],
        &["pwd", "mail"],
        &["pwd", "pin", "kba"],
        &["otp", "sms"],
        &["user", "geo", "mca", "MFA"],
    ] {
        assert!(!two(few), "{few:?}");
    }
}

fn begun(state: &str, begun: u64) -> Pending {
    Pending {
        provider: "test".to_owned(),
        state: state.to_owned(),
        nonce: "n".to_owned(),
        verifier: "v".to_owned(),
        begun,
        again: false,
    }
}

fn waiting() -> Waiting<u32> {
    let number = AtomicU32::new(0);
    Waiting::new(Box::new(move |bytes| {
        let number = number.fetch_add(1, Ordering::Relaxed);
        bytes[..4].copy_from_slice(&number.to_be_bytes());
    }))
}

/// What a browser sends after it was given this cookie.
fn browser(cookie: &HeaderValue) -> HeaderMap {
    let pair = cookie.to_str().unwrap().split(';').next().unwrap();
    let mut headers = HeaderMap::new();
    headers.insert(header::COOKIE, pair.parse().unwrap());
    headers
}

#[test]
fn a_sign_in_is_ended_twice_or_by_another_browser() {
    let waiting = waiting();
    let none = HeaderMap::new();
    let cookie = waiting.keep(&none, begun("one", 1_000), 1).unwrap();
    let text = cookie.to_str().unwrap();
    assert!(
        text.starts_with("__Host-elsewhere=") && text.contains("; SameSite=Lax"),
        "{text}"
    );
    let own = browser(&cookie);
    // A second one in the same browser, in another tab, needs no second cookie, and disturbs nothing.
    assert!(waiting.keep(&own, begun("two", 1_000), 2).is_none());
    let other = browser(&waiting.keep(&none, begun("three", 1_000), 3).unwrap());
    let took =
        |headers: &HeaderMap, query: &str| waiting.take(headers, query).map(|(_, with)| with);
    assert_eq!(took(&none, "state=one&code=x"), None);
    assert_eq!(took(&other, "state=one&code=x"), None);
    assert_eq!(took(&own, "state=four&code=x"), None);
    assert_eq!(took(&own, "state=one"), None);
    // None of these took it from whose it is.
    assert_eq!(took(&own, "state=one&code=x"), Some(1));
    assert_eq!(took(&own, "state=one&code=x"), None);
    assert_eq!(took(&own, "state=two&error=access_denied"), Some(2));
    assert_eq!(took(&other, "state=three&code=x"), Some(3));
}

#[test]
fn sign_ins_that_nobody_ends_fill_the_memory() {
    let waiting = waiting();
    let none = HeaderMap::new();
    let own = browser(&waiting.keep(&none, begun("old", 1_000), 1).unwrap());
    // What is too old goes when another comes.
    waiting.keep(&own, begun("new", 1_001 + LIFE), 2);
    assert!(waiting.take(&own, "state=old&code=x").is_none());
    assert!(waiting.take(&own, "state=new&code=x").is_some());
    // And no flood takes more than its share: the oldest goes.
    waiting.keep(&own, begun("first", 5_000), 3);
    for number in 0..20_000 {
        waiting.keep(&none, begun(&number.to_string(), 5_000), 4);
    }
    assert!(waiting.take(&own, "state=first&code=x").is_none());
    assert!(format!("{waiting:?}{:?}", begun("secret", 1)).len() < 40);
}

#[test]
fn a_provider_is_asked_without_tls() {
    for good in [
        "https://example.org",
        "https://example.org:8443/realm?x=1",
        "http://127.0.0.1:8080/x",
        "http://localhost",
        "http://[::1]:80/",
        "https://[2001:db8::1]/",
    ] {
        assert!(Address::read(good).is_ok(), "{good}");
    }
    for bad in [
        "",
        "/path",
        "example.org",
        "http://example.org",
        "http://127.0.0.1.example.org",
        "http://localhost.example.org",
        "http://0.0.0.0",
        "ftp://example.org",
        "https://",
        "https://a@example.org",
        "https://example.org/#here",
        "https://exämple.org",
        "http://169.254.169.254/latest",
    ] {
        assert!(Address::read(bad).is_err(), "{bad}");
    }
    let address = Address::read("http://[::1]:8080/a?b=c").unwrap();
    assert_eq!(address.authority(), "[::1]:8080");
    assert_eq!(address.target(), "/a?b=c");
    assert_eq!(address.with("d=e"), "http://[::1]:8080/a?b=c&d=e");
    let address = Address::read("https://example.org").unwrap();
    assert_eq!(
        (address.authority().as_str(), address.port()),
        ("example.org", 443)
    );
    assert_eq!(address.target(), "/");
    assert_eq!(address.with("d=e"), "https://example.org?d=e");
}

#[test]
fn a_provider_elsewhere_leads_us_to_a_port_of_this_machine() {
    let document = |issuer: &str, token: &str| {
        let said = json!({
            "issuer": issuer, "authorization_endpoint": format!("{issuer}/a"), "token_endpoint": token,
            "jwks_uri": format!("{issuer}/k"),
        });
        let issuer = Address::read(issuer).unwrap();
        super::discovery::read(said.to_string().as_bytes(), &issuer).map(|_| ())
    };
    assert!(document("https://example.org", "https://other.example/t").is_ok());
    assert!(document("http://127.0.0.1:1", "http://127.0.0.1:2/t").is_ok());
    let error = document("https://example.org", "http://127.0.0.1:8480/t").unwrap_err();
    assert!(
        error
            .to_string()
            .contains("its `token_endpoint` must begin with `https://`")
    );
}

#[test]
fn userinfo_changes_what_the_id_token_said() {
    let id_token = json!({ "iss": "i", "sub": "s", "acr": "eidas2", "amr": ["mfa"], "email": "old@example.org" });
    let userinfo = json!({
        "iss": "x", "sub": "x", "acr": "eidas3", "amr": ["x"], "auth_time": 9, "sid": "x",
        "email": "new@example.org", "given_name": "Anne",
    });
    let object = |value: serde_json::Value| value.as_object().unwrap().clone();
    let merged = super::finish::merged(object(id_token), object(userinfo));
    let expected: Map<_, _> = object(json!({
        "iss": "i", "sub": "s", "acr": "eidas2", "amr": ["mfa"], "email": "new@example.org", "given_name": "Anne",
    }));
    assert_eq!(merged, expected);
}

#[test]
fn a_form_is_read_otherwise_than_it_was_written() {
    let pairs = [("a b", "c&d=e+f%"), ("é", "\u{1F600}\n"), ("", "")];
    let read = form::read(&form::write(&pairs)).unwrap();
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(read, pairs);
    assert_eq!(form::read("a=1+2&&b").unwrap().len(), 2);
    for broken in ["a=%", "a=%4", "a=%zz", "a=%ff", "%C3=x"] {
        assert!(form::read(broken).is_none(), "{broken}");
    }
}
