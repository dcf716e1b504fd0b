//! Somebody who is in between, or in another browser, or at another client of the same provider.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hygie_web::oidc::{Error, Provider};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::house::{House, begin, now, sign_in};
use crate::middle::Passing;
use crate::people::{SECRET, client};

/// Two clients of one provider, both with signed userinfo.
fn two() -> Value {
    let signed = json!({ "userinfo_signed_response_alg": "ES256" });
    json!([client("citizens", &signed), client("other", &signed)])
}

const HABITS: &str = "preset = \"franceconnect\"";

/// What an attacker does to a JSON answer of `path`.
fn edit(
    path: &'static str,
    change: impl Fn(&mut Value) + Send + Sync + 'static,
) -> impl Fn(&str, Passing) -> Passing + Send + Sync {
    move |asked, mut passing| {
        if asked == path {
            let mut body = serde_json::from_slice(&passing.body).unwrap();
            change(&mut body);
            passing.body = body.to_string().into_bytes();
        }
        passing
    }
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// A token's header and claims.
fn read(token: &str) -> (Value, Value) {
    let part = |number| {
        let part = token.split('.').nth(number).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    (part(0), part(1))
}

fn signature(token: &str) -> &str {
    token.rsplit('.').next().unwrap()
}

/// How a forger changes an ID token.
type Forge = fn(&str) -> String;

async fn told(provider: &Provider) -> String {
    sign_in(provider, "angela").await.unwrap_err().to_string()
}

/// A token with another header and other claims under the signature that was there.
fn changed(token: &str, change: fn(&mut Value, &mut Value)) -> String {
    let (mut head, mut claims) = read(token);
    change(&mut head, &mut claims);
    format!("{}.{}.{}", part(&head), part(&claims), signature(token))
}

fn of_somebody_else(token: &str) -> String {
    changed(token, |_, claims| claims["sub"] = json!("victim"))
}

fn unsigned(token: &str) -> String {
    let (_, claims) = read(token);
    format!("{}.{}.", part(&json!({ "alg": "none" })), part(&claims))
}

/// Signed with our own secret, which the provider knows too.
fn under_the_secret(token: &str) -> String {
    let (_, claims) = read(token);
    let signed = format!("{}.{}", part(&json!({ "alg": "HS256" })), part(&claims));
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let tag = hmac::sign(&key, signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()))
}

fn under_a_name_of_the_forgers(token: &str) -> String {
    changed(token, |head, _| {
        head["kid"] = json!("a key of the forger's")
    })
}

/// The forger's own key in the header is no key of the provider's.
fn with_a_key_in_it(token: &str) -> String {
    let key = |head: &mut Value, _: &mut Value| {
        head["jwk"] = json!({ "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA" });
    };
    changed(token, key)
}

fn with_what_must_be_understood(token: &str) -> String {
    changed(token, |head, _| head["crit"] = json!(["exp"]))
}

#[tokio::test]
async fn a_forged_token_is_believed() {
    let Some(house) = House::new("forged tokens", &two()) else {
        return;
    };
    let wrong = "the signature of a token of the provider is wrong";
    let signed = "a token of the provider is not signed as it must be: ";
    let read = "a token of the provider can't be read: ";
    let forges: [(Forge, String); 8] = [
        (of_somebody_else, wrong.to_owned()),
        (
            unsigned,
            format!("{signed}it is not signed at all (`none`)"),
        ),
        (
            under_the_secret,
            format!(
                "{signed}it is signed with a shared secret; register the client with RS256, PS256, ES256 or EdDSA"
            ),
        ),
        (
            under_a_name_of_the_forgers,
            "the provider publishes no key for its token".to_owned(),
        ),
        (with_a_key_in_it, wrong.to_owned()),
        (
            with_what_must_be_understood,
            format!("{read}its header has `crit`"),
        ),
        (
            |token| format!("{token}."),
            format!("{read}it has not three parts"),
        ),
        (|_| String::new(), format!("{read}it has not three parts")),
    ];
    for (forge, text) in forges {
        // Each time a provider that was asked for nothing yet, so that a name of a key is asked for again.
        let provider = house.provider("citizens", HABITS);
        house.middle.change(edit("/token", move |answer| {
            answer["id_token"] = json!(forge(answer["id_token"].as_str().unwrap()));
        }));
        assert_eq!(told(&provider).await, text);
        house.middle.restore();
        assert!(sign_in(&provider, "angela").await.is_ok(), "after: {text}");
    }
}

#[tokio::test]
async fn a_token_of_another_client_is_believed() {
    let Some(house) = House::new("a token of another client", &two()) else {
        return;
    };
    // The attacker runs a site of his own at the same provider, at which the victim signed in.
    let signed = sign_in(&house.provider("other", HABITS), "angela")
        .await
        .unwrap();
    let stolen = signed.id_token.clone();
    house.middle.change(edit("/token", move |answer| {
        answer["id_token"] = json!(stolen)
    }));
    let provider = house.provider("citizens", HABITS);
    assert_eq!(
        told(&provider).await,
        "the ID token's `aud` does not name this client"
    );
}

#[tokio::test]
async fn userinfo_of_somebody_else_or_of_nobody_is_believed() {
    let Some(house) = House::new("userinfo", &two()) else {
        return;
    };
    let provider = house.provider("citizens", HABITS);
    let told_with = async |change: fn(Passing, &str) -> Passing, kept: String| {
        house.middle.change(move |path, passing| match path {
            "/me" => change(passing, &kept),
            _ => passing,
        });
        told(&provider).await
    };
    let keep = |house: &House| {
        let kept = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
        let inner = std::sync::Arc::clone(&kept);
        house.middle.change(move |path, passing| {
            if path == "/me" {
                *inner.lock().unwrap() = String::from_utf8(passing.body.clone()).unwrap();
            }
            passing
        });
        kept
    };
    // Signed for another client; then signed for us, of another person.
    let kept = keep(&house);
    sign_in(&house.provider("other", HABITS), "angela")
        .await
        .unwrap();
    let others = kept.lock().unwrap().clone();
    let replace: fn(Passing, &str) -> Passing = |mut passing, kept| {
        passing.body = kept.as_bytes().to_vec();
        passing
    };
    assert_eq!(
        told_with(replace, others).await,
        "the provider's userinfo is signed for another client"
    );
    let kept = keep(&house);
    sign_in(&provider, "angela-high").await.unwrap();
    let highs = kept.lock().unwrap().clone();
    assert_eq!(
        told_with(replace, highs).await,
        "the provider's userinfo speaks of somebody else than the ID token"
    );
    // The true claims, without a signature.
    let bare: fn(Passing, &str) -> Passing = |mut passing, _| {
        let (_, claims) = read(std::str::from_utf8(&passing.body).unwrap());
        passing.body = claims.to_string().into_bytes();
        passing.head = vec![("content-type".to_owned(), "application/json".to_owned())];
        passing
    };
    assert_eq!(
        told_with(bare, String::new()).await,
        "the provider's userinfo is not signed, and must be"
    );
}

#[tokio::test]
async fn a_code_is_good_twice_or_in_another_browser() {
    let Some(house) = House::new("codes", &two()) else {
        return;
    };
    let provider = house.provider("citizens", HABITS);
    let invalid = Error::Token {
        code: "invalid_grant",
    };
    // The victim's code, carried into a sign-in that the attacker began: PKCE's secret is another.
    let (url, _victim) = begin(&provider, now()).await;
    let stolen = Browser::new().sign_in(&url, "angela", "yes");
    let (url, attacker) = begin(&provider, now()).await;
    let own = Browser::new().sign_in(&url, "angela-high", "yes");
    let value = |query: &str, name: &str| {
        let pair = query
            .split('&')
            .find(|pair| pair.starts_with(&format!("{name}=")));
        pair.unwrap()[name.len() + 1..].to_owned()
    };
    let forged = own.replace(&value(&own, "code"), &value(&stolen, "code"));
    assert_eq!(
        provider.finish(attacker, &forged, now()).await.unwrap_err(),
        invalid
    );
    // The attacker's own code and state, sent to the victim's browser (login CSRF).
    let (_, victim) = begin(&provider, now()).await;
    assert_eq!(
        provider.finish(victim, &own, now()).await.unwrap_err(),
        Error::State
    );
    // A code is taken once, even from who began: the wire keeps what went to the token endpoint and repeats it.
    let (url, pending) = begin(&provider, now()).await;
    let query = Browser::new().sign_in(&url, "angela", "yes");
    assert!(provider.finish(pending, &query, now()).await.is_ok());
    let sent = house.middle.last("/token");
    let page = Browser::new().ask(&format!("{}/token", house.middle.address), Some(&sent));
    assert_eq!(page.status, 400);
    assert!(page.text.contains("invalid_grant"), "{}", page.text);
}

#[tokio::test]
async fn what_was_asked_is_changed_on_the_way() {
    let Some(house) = House::new("changed questions", &two()) else {
        return;
    };
    let provider = house.provider("citizens", HABITS);
    let asked_otherwise = async |change: fn(&str) -> String| {
        let (url, pending) = begin(&provider, now()).await;
        let query = Browser::new().sign_in(&change(&url), "angela", "yes");
        provider
            .finish(pending, &query, now())
            .await
            .unwrap_err()
            .to_string()
    };
    // Another nonce: a token that was made for another sign-in.
    let text = asked_otherwise(|url| url.replace("&nonce=", "&nonce=x")).await;
    assert_eq!(
        text,
        "the ID token's `nonce` is not the one of this sign-in"
    );
    // Another challenge: the attacker's, who waits for the code.
    let text = asked_otherwise(|url| {
        let (before, after) = url.split_once("code_challenge=").unwrap();
        format!("{before}code_challenge={}{}", "A".repeat(43), &after[43..])
    })
    .await;
    assert_eq!(
        text,
        "the provider's token endpoint refused: `invalid_grant`"
    );
    // No PKCE at all.
    let text = asked_otherwise(|url| {
        let (place, query) = url.split_once('?').unwrap();
        let kept = query
            .split('&')
            .filter(|pair| !pair.starts_with("code_challenge"));
        format!("{place}?{}", kept.collect::<Vec<_>>().join("&"))
    })
    .await;
    assert!(
        text.contains("error `invalid_request`") || text.contains("invalid_grant"),
        "{text}"
    );
}

#[tokio::test]
async fn a_callback_of_another_issuer_is_followed() {
    let Some(house) = House::new("callbacks", &two()) else {
        return;
    };
    let provider = house.provider("citizens", HABITS);
    let finish = async |change: fn(&str) -> String, at: u64| {
        let (url, pending) = begin(&provider, now()).await;
        let query = Browser::new().sign_in(&url, "angela", "yes");
        let asked = house.middle.asked("/token");
        let error = provider
            .finish(pending, &change(&query), at)
            .await
            .unwrap_err();
        assert_eq!(
            house.middle.asked("/token"),
            asked,
            "the code went out: {error}"
        );
        error
    };
    let twice = Error::Callback("a parameter stands twice");
    assert_eq!(
        finish(|query| query.replace("iss=http", "iss=https"), now()).await,
        Error::CallbackIssuer
    );
    let without = |query: &str| {
        let kept = query.split('&').filter(|pair| !pair.starts_with("iss="));
        kept.collect::<Vec<_>>().join("&")
    };
    assert_eq!(finish(without, now()).await, Error::CallbackIssuer);
    assert_eq!(
        finish(|query| format!("{query}&code=another"), now()).await,
        twice
    );
    assert_eq!(
        finish(|query| format!("{query}&error=access_denied"), now()).await,
        Error::Callback("it has both a code and an error")
    );
    assert_eq!(
        finish(|query| query.replace("state=", "state=x"), now()).await,
        Error::State
    );
    assert_eq!(
        finish(|query| query.replace("state=", "other="), now()).await,
        Error::Callback("it has no `state`")
    );
    // Ten minutes are over.
    assert_eq!(finish(str::to_owned, now() + 601).await, Error::Late);
}
