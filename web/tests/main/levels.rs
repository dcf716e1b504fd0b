//! How surely somebody signed in, whether he agreed, and by whose clock.

use hygie_web::oidc::Error;
use serde_json::json;

use crate::browser::Browser;
use crate::house::{House, begin, now, sign_in, sign_in_at};
use crate::people::client;

#[tokio::test]
async fn somebody_who_was_not_sure_enough_gets_in() {
    let Some(house) = House::new("levels", &json!([client("citizens", &json!({}))])) else {
        return;
    };
    let plain = "preset = \"franceconnect\"\nuserinfo = \"plain\"\n";
    let provider = house.provider("citizens", plain);
    let low = sign_in(&provider, "angela-low").await.unwrap_err();
    assert_eq!(
        low,
        Error::Level("its `acr` is not one of those that are taken")
    );
    for account in ["angela", "angela-high"] {
        assert!(sign_in(&provider, account).await.is_ok(), "{account}");
    }
    let high = house.provider("citizens", &format!("{plain}acr = [\"eidas3\"]"));
    assert!(matches!(
        sign_in(&high, "angela").await.unwrap_err(),
        Error::Level(_)
    ));
    assert!(sign_in(&high, "angela-high").await.is_ok());
    // Without a level, by two factors.
    let factors = house.provider(
        "citizens",
        "client_auth = \"client_secret_post\"\ntwo_factors = true",
    );
    assert_eq!(
        sign_in(&factors, "angela-low").await.unwrap_err(),
        Error::Level("its `amr` names no two factors")
    );
    assert!(sign_in(&factors, "angela").await.is_ok());
    assert!(sign_in(&factors, "angela-high").await.is_ok());
    // A provider that says no level at all says none that is enough.
    let other = house.provider(
        "citizens",
        "client_auth = \"client_secret_post\"\nacr = [\"gold\"]",
    );
    let error = sign_in(&other, "angela").await.unwrap_err();
    assert!(matches!(error, Error::Level(_)), "{error}");
}

#[tokio::test]
async fn a_refusal_at_the_provider_is_a_sign_in_or_a_fault() {
    let Some(house) = House::new("refusals", &json!([client("citizens", &json!({}))])) else {
        return;
    };
    let provider = house.provider(
        "citizens",
        "preset = \"franceconnect\"\nuserinfo = \"plain\"",
    );
    let (url, pending) = begin(&provider, now()).await;
    let query = Browser::new().sign_in(&url, "angela", "no");
    assert_eq!(
        provider.finish(pending, &query, now()).await.unwrap_err(),
        Error::Denied
    );
    // Who refuses in the name of another says so to nobody.
    let (url, _) = begin(&provider, now()).await;
    let query = Browser::new().sign_in(&url, "angela", "no");
    let (_, victim) = begin(&provider, now()).await;
    assert_eq!(
        provider.finish(victim, &query, now()).await.unwrap_err(),
        Error::State
    );
    // A wrong secret is ours to mend, and the log says what is wrong.
    std::fs::write(house.folder.path().join("secret"), "wrong").unwrap();
    let wrong = house.provider(
        "citizens",
        "preset = \"franceconnect\"\nuserinfo = \"plain\"",
    );
    let error = sign_in(&wrong, "angela").await.unwrap_err();
    assert_eq!(
        error,
        Error::Token {
            code: "invalid_client"
        }
    );
}

#[tokio::test]
async fn a_shared_secret_signs_as_well_as_a_key() {
    let shared = json!({ "id_token_signed_response_alg": "HS256" });
    let Some(house) = House::new("HS256", &json!([client("citizens", &shared)])) else {
        return;
    };
    let provider = house.provider(
        "citizens",
        "preset = \"franceconnect\"\nuserinfo = \"plain\"",
    );
    assert!(matches!(
        sign_in(&provider, "angela").await.unwrap_err(),
        Error::Algorithm(_)
    ));
}

#[tokio::test]
async fn a_clock_that_stands_wrong_lets_everybody_in_or_nobody() {
    let Some(house) = House::new("clocks", &json!([client("citizens", &json!({}))])) else {
        return;
    };
    let habits = "preset = \"franceconnect\"\nuserinfo = \"plain\"\nmax_age = 30";
    let at = async |seconds: i64| {
        let provider = house.provider("citizens", habits);
        sign_in_at(&provider, "angela", now().saturating_add_signed(seconds)).await
    };
    // A busy machine may take seconds between the two clocks.
    assert!(at(-30).await.is_ok());
    assert!(at(50).await.is_ok());
    let told = async |seconds| at(seconds).await.unwrap_err().to_string();
    assert_eq!(
        told(-120).await,
        "the ID token's `iat` lies in the future; compare the clocks"
    );
    assert_eq!(
        told(700).await,
        "the ID token's `iat` lies more than ten minutes back; compare the clocks"
    );
    assert_eq!(
        told(7_200).await,
        "the ID token's `exp` is over; if this repeats, compare the clocks"
    );
    assert_eq!(
        told(200).await,
        "the ID token's `auth_time` is older than `max_age` allows"
    );
}
