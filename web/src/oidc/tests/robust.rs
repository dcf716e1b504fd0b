//! Whatever comes, something is answered: no input makes a parser or a sign-in panic, and none of these random
//! ones is believed.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::oidc::address::Address;
use crate::oidc::check::{self, Wanted};
use crate::oidc::jwe::Opener;
use crate::oidc::jws::Signing;
use crate::oidc::keys::Keys;
use crate::oidc::{Error, Pending, Provider, callback, discovery, form, jws};

/// JSON of any shape, with the names that are looked for in it.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        "(RSA|EC|oct|OKP|P-256|Ed25519|sig|enc|ES256|RS256|AQAB|https://issuer.example|http://127.0.0.1:1|us|810001234565)"
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 6, |inner| {
        let name = "(keys|kty|crv|x|y|n|e|k|kid|use|alg|iss|aud|sub|exp|iat|amr|issuer|jwks_uri|token_endpoint|\
                    authorization_endpoint|SubjectRefPro|exercices|activities|codeProfession|SubjectNameID|birthdate|.{0,4})";
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::vec((name, inner), 0..10)
                .prop_map(|pairs| Value::from(pairs.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn object() -> impl Strategy<Value = Map<String, Value>> {
    anything().prop_map(|value| match value {
        Value::Object(fields) => fields,
        other => Map::from_iter([("SubjectRefPro".to_owned(), other)]),
    })
}

/// A query as callbacks have them, and not.
fn query() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        "state=|code=|iss=|error=|the-state|&|=|%[0-9a-f]{0,2}|[ -~]{0,4}|.{0,3}",
        0..16,
    )
    .prop_map(|parts| parts.concat())
}

/// Three or five parts of base64, now and then with a header that is one.
fn token() -> impl Strategy<Value = String> {
    use base64::Engine as _;
    let encode = |text: String| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let header = prop_oneof![
        anything().prop_map(move |value| encode(value.to_string())),
        "(ES256|RS256|PS256|EdDSA|none|HS256)".prop_map(move |alg| encode(json!({ "alg": alg, "kid": "k" }).to_string())),
        Just(encode(
            json!({ "alg": "ECDH-ES", "enc": "A256GCM", "epk": { "kty": "EC", "crv": "P-256", "x": "A", "y": "" } }).to_string()
        )),
        "[A-Za-z0-9_.=-]{0,20}",
    ];
    let part = prop_oneof![
        "[A-Za-z0-9_-]{0,40}",
        anything().prop_map(move |value| encode(value.to_string()))
    ];
    (header, proptest::collection::vec(part, 0..6))
        .prop_map(|(header, parts)| [vec![header], parts].concat().join("."))
}

fn provider(preset: &str) -> Provider {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "secret").unwrap();
    let text = format!(
        "name = \"test\"\nissuer = \"http://127.0.0.1:1\"\nclient_id = \"us\"\npreset = \"{preset}\"\ntwo_factors = true\n\
         client_secret_file = \"{}\"",
        secret.display()
    );
    Provider::new(&toml::from_str(&text).unwrap(), "http://127.0.0.1:9/").unwrap()
}

fn pending() -> Pending {
    Pending {
        state: "the-state".to_owned(),
        nonce: "n".to_owned(),
        verifier: "v".to_owned(),
        begun: 1_000,
        provider: "test".to_owned(),
        again: false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_query_takes_the_program_down(query in query()) {
        let _ = callback::read(&query);
        if let Some(pairs) = form::read(&query) {
            let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let again = form::read(&form::write(&pairs)).unwrap();
            prop_assert_eq!(again.len(), pairs.len());
        }
    }

    #[test]
    fn a_token_takes_the_program_down(token in token(), keys in anything()) {
        let keys = Keys::read(json!({ "keys": [keys, 1, { "kty": "oct", "k": "AAAA", "kid": "k" }] }).to_string().as_bytes()).unwrap();
        prop_assert!(jws::verify(&token, &keys).is_err());
        let opener = Opener::new(&key()).unwrap();
        prop_assert!(opener.open(&token).is_err());
    }

    #[test]
    fn a_document_takes_the_program_down(document in anything()) {
        let issuer = Address::read("https://issuer.example").unwrap();
        let _ = discovery::read(document.to_string().as_bytes(), &issuer);
        let _ = Keys::read(document.to_string().as_bytes());
    }

    #[test]
    fn claims_take_the_program_down(claims in object()) {
        let wanted = Wanted {
            issuer: "https://issuer.example",
            client: "us",
            nonce: "n",
            access_token: "t",
            acr: &[],
            two_factors: false,
            max_age: None,
            proved_since: None,
            now: 1_000,
        };
        prop_assert!(check::id_token(&claims, &wanted).is_err());
        let _ = check::userinfo(&claims, "i", "us");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// The provider is down: a query that fits goes as far as its address, and no further.
    #[test]
    fn a_callback_takes_the_program_down(query in query(), now in any::<u64>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let provider = provider("generic");
        prop_assert!(runtime.block_on(provider.finish(pending(), &query, now)).is_err());
    }

    #[test]
    fn a_mapping_takes_the_program_down(claims in object()) {
        for preset in ["franceconnect", "pro-sante-connect", "generic"] {
            let provider = provider(preset);
            let _ = provider.settings.mapping.identity("i", "s", &claims);
        }
    }
}

fn key() -> Vec<u8> {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
    let random = aws_lc_rs::rand::SystemRandom::new();
    let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    key.as_ref().to_vec()
}

#[test]
fn a_sign_in_begun_at_one_provider_is_ended_at_another() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let finish = |pending| {
        let provider = provider("generic");
        let query = "state=the-state&code=x";
        runtime
            .block_on(provider.finish(pending, query, 1_001))
            .unwrap_err()
    };
    // At its own it goes on, and this one is down.
    assert!(matches!(finish(pending()), Error::Unreachable { .. }));
    let other = Pending {
        provider: "other".to_owned(),
        ..pending()
    };
    assert_eq!(finish(other), Error::State);
}

#[test]
fn a_key_that_is_for_something_else_verifies() {
    let public = Opener::new(&key()).unwrap().public();
    let fitting = |change: &dyn Fn(&mut Value)| {
        let mut key = public.clone();
        key["use"] = json!("sig");
        key["alg"] = json!("ES256");
        change(&mut key);
        let keys = Keys::read(json!({ "keys": [key] }).to_string().as_bytes()).unwrap();
        let kid = public["kid"].as_str();
        keys.for_token(kid, Signing::Es256).len()
    };
    assert_eq!(fitting(&|_| ()), 1);
    assert_eq!(
        fitting(&|key| drop(key.as_object_mut().unwrap().remove("alg"))),
        1
    );
    for (name, value) in [
        ("use", json!("enc")),
        ("alg", json!("ECDH-ES")),
        ("alg", json!("RS256")),
        ("crv", json!("P-384")),
        ("kty", json!("oct")),
        ("kid", json!("another")),
    ] {
        assert_eq!(fitting(&|key| key[name] = value.clone()), 0, "{name}");
    }
}
