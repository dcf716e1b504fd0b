//! Every claim of an ID token, as it must be and otherwise.

use serde_json::{Map, Value, json};

use crate::oidc::check::{self, SKEW, Wanted};

const NOW: u64 = 1_800_000_000;

fn wanted<'a>(acr: &'a [String], two_factors: bool, max_age: Option<u64>) -> Wanted<'a> {
    Wanted {
        issuer: "https://issuer.example",
        client: "us",
        nonce: "a nonce",
        access_token: "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
        acr,
        two_factors,
        max_age,
        proved_since: None,
        now: NOW,
    }
}

fn good() -> Map<String, Value> {
    let claims = json!({
        "iss": "https://issuer.example", "aud": "us", "sub": "somebody", "nonce": "a nonce",
        "exp": NOW + 300, "iat": NOW - 1, "auth_time": NOW - 10, "acr": "gold", "amr": ["pwd", "otp"],
        // OpenID Connect Core 1.0, appendix A.3: the hash of the token above.
        "at_hash": "77QmUPtjPfzWtF2AnpK9RQ",
    });
    claims.as_object().unwrap().clone()
}

/// What is said when `name` is `value`, or is not there.
fn told(name: &str, value: Option<Value>) -> String {
    let mut claims = good();
    match value {
        Some(value) => claims.insert(name.to_owned(), value),
        None => claims.remove(name),
    };
    let acr = ["silver".to_owned(), "gold".to_owned()];
    match check::id_token(&claims, &wanted(&acr, true, Some(60))) {
        Ok(_) => "taken".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// Refused for each of `values` in the place of `name`, and for none at all if it `must` be there; how many that is.
fn refuses(name: &str, must: bool, values: Value) -> usize {
    let values = values.as_array().unwrap();
    for value in values {
        assert_ne!(told(name, Some(value.clone())), "taken", "{name}: {value}");
    }
    assert_eq!(told(name, None) != "taken", must, "{name} is missing");
    values.len() + usize::from(must)
}

#[test]
fn a_claim_that_says_whose_a_token_is_is_not_looked_at() {
    assert_eq!(told("another", Some(json!(1))), "taken");
    let long = "x".repeat(256);
    let issuers = json!([
        "https://issuer.example/",
        "HTTPS://issuer.example",
        ["https://issuer.example"]
    ]);
    let audiences = json!(["them", [], ["them"], "us ", { "us": 1 }, [["us"]]]);
    let hashes = json!(["77QmUPtjPfzWtF2AnpK9RR", "", 1]);
    let cases = [
        refuses("iss", true, issuers),
        refuses("aud", true, audiences),
        refuses("azp", false, json!(["them", "", ["us"], null])),
        refuses("sub", true, json!(["", 7, long, "\u{e9}", "a\nb"])),
        refuses("nonce", true, json!(["another", "", ["a nonce"]])),
        refuses("at_hash", false, hashes),
    ];
    let cases: usize = cases.into_iter().sum();
    println!("{cases} ID tokens of somebody else refused, each for one claim");
}

#[test]
fn a_claim_that_says_when_and_how_surely_is_not_looked_at() {
    let ends = json!([NOW - SKEW, "tomorrow", 0, -1, 1e300]);
    let issued = json!([NOW + SKEW + 1, NOW - 601, "now", null]);
    let from = json!([NOW + SKEW + 1, "now", null]);
    let cases = [
        refuses("exp", true, ends),
        refuses("iat", true, issued),
        refuses("nbf", false, from),
        refuses("auth_time", true, json!([NOW - 60 - SKEW - 1, "now"])),
        refuses("acr", true, json!(["bronze", "", ["gold"], "GOLD"])),
        refuses("amr", true, json!([["pwd"], [], "pwd otp", [1, 2], {}])),
    ];
    let cases: usize = cases.into_iter().sum();
    println!("{cases} ID tokens too old or not sure enough refused, each for one claim");
}

#[test]
fn a_claim_that_is_as_it_may_be_is_refused() {
    let taken = [
        ("aud", json!(["us"])),
        ("azp", json!("us")),
        ("exp", json!(NOW - SKEW + 1)),
        ("iat", json!(NOW + SKEW)),
        ("iat", json!(NOW as f64 - 0.5)),
        ("nbf", json!(NOW + SKEW)),
        ("auth_time", json!(NOW + 5)),
        ("acr", json!("silver")),
        ("amr", json!(["mfa"])),
    ];
    for (name, value) in taken {
        assert_eq!(told(name, Some(value.clone())), "taken", "{name}: {value}");
    }
    // Several audiences with `azp`, and not without.
    let mut claims = good();
    claims.insert("aud".to_owned(), json!(["us", "them"]));
    assert!(check::id_token(&claims, &wanted(&[], false, None)).is_err());
    claims.insert("azp".to_owned(), json!("us"));
    assert!(check::id_token(&claims, &wanted(&[], false, None)).is_ok());
    // Asked to prove again who he is: the provider's memory of yesterday is no proof.
    let again = |since| {
        let mut wanted = wanted(&[], false, None);
        wanted.proved_since = Some(since);
        check::id_token(&claims, &wanted).is_ok()
    };
    assert!(again(NOW - 10 + SKEW) && !again(NOW - 9 + SKEW));
    // Nobody asks for a level, factors or an age: none need be said.
    for name in ["acr", "amr", "auth_time"] {
        claims.remove(name);
    }
    assert!(check::id_token(&claims, &wanted(&[], false, None)).is_ok());
}

#[test]
fn a_signed_userinfo_of_another_issuer_is_ours() {
    let said = |value: Value| check::userinfo(value.as_object().unwrap(), "i", "us");
    assert!(said(json!({})).is_ok());
    assert!(said(json!({ "iss": "i", "aud": ["them", "us"] })).is_ok());
    assert!(said(json!({ "iss": "j" })).is_err());
    assert!(said(json!({ "aud": "them" })).is_err());
    assert!(said(json!({ "aud": null })).is_err());
}
