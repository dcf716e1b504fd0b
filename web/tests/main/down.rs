//! A provider that is down, slow, boundless, confused, or has new keys.

use std::time::{Duration, Instant};

use hygie_web::oidc::{Error, Part};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::house::{House, begin, fill, now, sign_in, sign_in_at};
use crate::middle::Passing;
use crate::people::client;

const HABITS: &str = "preset = \"franceconnect\"\nuserinfo = \"plain\"";

fn one() -> Value {
    json!([client("citizens", &json!({}))])
}

#[tokio::test]
async fn a_provider_that_is_down_stays_down_for_us_or_takes_us_with_it() {
    let Some(house) = House::new("down", &one()) else {
        return;
    };
    let provider = house.provider("citizens", HABITS);
    house.up(false);
    let begun = Instant::now();
    let error = provider.begin(now(), false, &mut fill).await.err().unwrap();
    assert!(
        matches!(
            error,
            Error::Unreachable {
                part: Part::Discovery,
                ..
            }
        ),
        "{error}"
    );
    assert!(error.is_passing());
    // Whoever comes within five seconds is told the same, and the provider is left alone.
    let asked = house.middle.asked("/.well-known/openid-configuration");
    assert!(provider.begin(now(), false, &mut fill).await.is_err());
    assert_eq!(
        house.middle.asked("/.well-known/openid-configuration"),
        asked
    );
    assert!(begun.elapsed() < Duration::from_secs(5));
    house.up(true);
    assert!(sign_in_at(&provider, "angela", now() + 6).await.is_ok());
    // Down between the two halves of a sign-in.
    let (url, pending) = begin(&provider, now()).await;
    let query = Browser::new().sign_in(&url, "angela", "yes");
    house.up(false);
    let error = provider.finish(pending, &query, now()).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::Unreachable {
                part: Part::Token,
                ..
            }
        ),
        "{error}"
    );
    // What is known of it is believed for a day, and no longer.
    assert!(
        provider
            .begin(now() + 4_000, false, &mut fill)
            .await
            .is_ok()
    );
    assert!(
        provider
            .begin(now() + 90_000, false, &mut fill)
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_slow_or_boundless_answer_holds_us() {
    let Some(house) = House::new("slow", &one()) else {
        return;
    };
    let document = "/.well-known/openid-configuration";
    let told = async |change: fn(Passing) -> Passing| {
        house.middle.change(move |path, passing| {
            if path == document {
                change(passing)
            } else {
                passing
            }
        });
        let provider = house.provider("citizens", HABITS);
        provider
            .begin(now(), false, &mut fill)
            .await
            .err()
            .unwrap()
            .to_string()
    };
    let text = told(|mut passing| {
        passing.body = vec![b' '; 300 * 1024];
        passing
    })
    .await;
    assert_eq!(
        text,
        "the provider's discovery document can't be reached: length limit exceeded"
    );
    let text = told(|mut passing| {
        passing.status = 302;
        passing
            .head
            .push(("location".to_owned(), "http://127.0.0.1:1/".to_owned()));
        passing
    })
    .await;
    assert!(text.contains("status 302"), "{text}");
    let text = told(|mut passing| {
        passing.body.truncate(200);
        passing
    })
    .await;
    assert!(text.ends_with("it ends too early"), "{text}");
    // A document of another issuer is not this provider's.
    let text = told(|mut passing| {
        let mut said: Value = serde_json::from_slice(&passing.body).unwrap();
        said["issuer"] = json!("https://example.org");
        passing.body = said.to_string().into_bytes();
        passing
    })
    .await;
    assert!(
        text.ends_with("its `issuer` is not the issuer of the settings"),
        "{text}"
    );
    let begun = Instant::now();
    let text = told(|passing| {
        std::thread::sleep(Duration::from_secs(40));
        passing
    })
    .await;
    assert!(text.ends_with("no answer within 10 seconds"), "{text}");
    assert!(begun.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn new_keys_of_the_provider_lock_everybody_out() {
    let Some(house) = House::new("new keys", &one()) else {
        return;
    };
    let provider = house.provider("citizens", HABITS);
    assert!(sign_in(&provider, "angela").await.is_ok());
    house.rotate();
    // Within a minute of the last question no second one is asked; then one is, and the new key is known.
    let asked = house.middle.asked("/jwks");
    for _ in 0..5 {
        assert_eq!(
            sign_in(&provider, "angela").await.unwrap_err(),
            Error::UnknownKey
        );
    }
    assert_eq!(house.middle.asked("/jwks"), asked);
    assert!(sign_in_at(&provider, "angela", now() + 61).await.is_ok());
    assert_eq!(house.middle.asked("/jwks"), asked + 1);
    // And a flood of names that nobody knows is one question a minute.
    house.rotate();
    for second in 125..130 {
        let _ = sign_in_at(&provider, "angela", now() + second).await;
    }
    assert_eq!(house.middle.asked("/jwks"), asked + 2);
}
