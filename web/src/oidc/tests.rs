//! The parts of the relying party, each by itself. The whole, against a real provider, is in `web/tests`.
//!
//! Dangers: a claim of an ID token that is not looked at; a query, token, key or document that takes the program
//! down; a key derived otherwise than the standard says; a sign-in that can be ended twice, or years later;
//! userinfo that changes what the ID token said.
#![allow(clippy::unwrap_used, reason = "tests")]

mod claims;
mod robust;

use serde_json::{Map, json};

use super::address::Address;
use super::pending::{Pending, Waiting};
use super::{LIFE, form, jwe, level};

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

#[test]
fn a_sign_in_is_ended_twice_or_much_later() {
    let waiting = Waiting::default();
    let mut number = 0_u32;
    let mut fill = |bytes: &mut [u8]| {
        number += 1;
        bytes[..4].copy_from_slice(&number.to_be_bytes());
    };
    let begun = |begun| Pending {
        state: "s".to_owned(),
        nonce: "n".to_owned(),
        verifier: "v".to_owned(),
        begun,
        provider: "test".to_owned(),
        again: false,
    };
    let first = waiting.keep(begun(1_000), &mut fill);
    assert_eq!(first.len(), 43);
    assert!(waiting.take("another").is_none());
    assert!(waiting.take(&first).is_some());
    assert!(waiting.take(&first).is_none());
    // What is too old goes when another comes.
    let old = waiting.keep(begun(1_000), &mut fill);
    let kept = waiting.keep(begun(1_000 + LIFE), &mut fill);
    assert!(waiting.take(&old).is_some());
    let gone = waiting.keep(begun(1_001), &mut fill);
    waiting.keep(begun(1_002 + LIFE), &mut fill);
    // The order is that of beginning: what is behind one that is not too old waits with it.
    assert!(waiting.take(&kept).is_some());
    assert!(waiting.take(&gone).is_some());
    // And no flood takes more than its share of memory: the oldest goes.
    let first = waiting.keep(begun(2_000), &mut fill);
    for _ in 0..20_000 {
        waiting.keep(begun(2_000), &mut fill);
    }
    assert!(waiting.take(&first).is_none());
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
