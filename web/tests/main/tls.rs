//! The wire to a provider that is not on this machine. `tls/` holds certificates and one key that open nothing
//! but these tests.

use hygie_web::oidc::Error;
use serde_json::json;

use crate::house::{House, fill, now, sign_in};
use crate::middle::Middle;
use crate::people::client;

const AUTHORITY: &str = include_str!("tls/ca.pem");
const OTHER: &str = include_str!("tls/other.pem");
const CHAIN: &str = include_str!("tls/localhost.pem");
const KEY: &str = include_str!("tls/localhost.key");

#[tokio::test]
async fn anybody_with_a_certificate_is_the_provider() {
    let wire = Middle::new(Some((CHAIN, KEY)));
    let Some(house) = House::over("TLS", wire, &json!([client("citizens", &json!({}))])) else {
        return;
    };
    let habits = |authority: &str| {
        let file = house.folder.path().join("authorities.pem");
        std::fs::write(&file, authority).unwrap();
        format!(
            "preset = \"franceconnect\"\nuserinfo = \"plain\"\nprompt = \"\"\nauthorities = \"{}\"",
            file.display()
        )
    };
    let provider = house.provider("citizens", &habits(AUTHORITY));
    let (url, _) = provider.begin(now(), false, &mut fill).await.unwrap();
    assert!(url.starts_with(&house.middle.address), "{url}");
    // An authority that is not trusted, and the system's, which knows neither.
    for provider in [
        house.provider("citizens", &habits(OTHER)),
        house.provider("citizens", "preset = \"franceconnect\""),
    ] {
        let error = sign_in(&provider, "angela").await.unwrap_err();
        assert!(matches!(error, Error::Unreachable { .. }), "{error}");
        assert!(error.to_string().contains("certificate"), "{error}");
    }
    // The right authority for another name.
    let issuer = house.middle.address.replace("localhost", "127.0.0.1");
    let text = format!(
        "name = \"test\"\nissuer = \"{issuer}\"\nclient_id = \"citizens\"\nclient_secret_file = \"{}\"\n{}",
        house.folder.path().join("secret").display(),
        habits(AUTHORITY)
    );
    let provider =
        hygie_web::oidc::Provider::new(&toml::from_str(&text).unwrap(), "https://example.org/")
            .unwrap();
    let error = provider.begin(now(), false, &mut fill).await.err().unwrap();
    assert!(error.to_string().contains("not valid for name"), "{error}");
}
