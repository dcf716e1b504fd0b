//! The code flow as each provider has it.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hygie_web::oidc::{Citizen, Identity, Practice, Provider};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::house::{House, begin, fill, now, sign_in};
use crate::people::client;

/// FranceConnect: signed userinfo.
fn france_connect() -> Value {
    json!([client(
        "citizens",
        &json!({ "userinfo_signed_response_alg": "ES256" })
    )])
}

fn angela(issuer: &str) -> Citizen {
    let some = |text: &str| Some(text.to_owned());
    Citizen {
        issuer: issuer.to_owned(),
        subject: "angela".to_owned(),
        given_name: some("Angela Claire Louise"),
        family_name: some("DUBOIS"),
        usual_name: None,
        birthdate: some("1962-08-24"),
        gender: some("female"),
        birthplace: some("75107"),
        birthcountry: some("99100"),
        email: some("angela@example.org"),
    }
}

async fn is_angela(provider: &Provider) {
    let signed = sign_in(provider, "angela").await.unwrap();
    assert_eq!(signed.acr.as_deref(), Some("eidas2"));
    let Identity::Citizen(citizen) = provider.identity(&signed).unwrap() else {
        panic!("a citizen signed in");
    };
    assert!(citizen == angela(provider.issuer()));
}

#[tokio::test]
async fn a_citizen_of_franceconnect_is_taken_for_another() {
    let Some(house) = House::new("franceconnect", &france_connect()) else {
        return;
    };
    is_angela(&house.provider("citizens", "preset = \"franceconnect\"")).await;
}

#[tokio::test]
async fn what_is_asked_tells_a_secret_or_asks_too_little() {
    let Some(house) = House::new("what is asked", &france_connect()) else {
        return;
    };
    let provider = house.provider(
        "citizens",
        "preset = \"franceconnect\"\ntwo_factors = true\nmax_age = 60",
    );
    let (url, _) = begin(&provider, now()).await;
    let (other, _) = begin(&provider, now()).await;
    let read = |url: &str, name: &str| {
        let pair = url
            .split(['?', '&'])
            .find(|pair| pair.starts_with(&format!("{name}=")));
        pair.map(|pair| pair[name.len() + 1..].to_owned())
    };
    for name in ["state", "nonce", "code_challenge"] {
        let (one, two) = (read(&url, name).unwrap(), read(&other, name).unwrap());
        assert_eq!(one.len(), 43, "{name}");
        assert_ne!(one, two, "{name}");
    }
    assert_eq!(read(&url, "code_challenge_method").as_deref(), Some("S256"));
    assert_eq!(read(&url, "acr_values").as_deref(), Some("eidas2"));
    assert_eq!(read(&url, "prompt").as_deref(), Some("login"));
    assert_eq!(read(&url, "max_age").as_deref(), Some("60"));
    assert_eq!(
        read(&url, "claims").as_deref(),
        Some("%7B%22id_token%22%3A%7B%22amr%22%3A%7B%22essential%22%3Atrue%7D%7D%7D")
    );
    assert!(!url.contains("secret") && !url.contains("verifier"));
    let signed = sign_in(&provider, "angela").await.unwrap();
    assert_eq!(signed.amr, ["pin", "pop", "mfa"]);
    assert!(signed.auth_time.is_some());
}

#[tokio::test]
async fn franceconnect_plus_seals_what_it_tells_and_nobody_opens_it() {
    // The key goes through the file that an operator would make, and our published half to the provider.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("seal.pem");
    std::fs::write(&file, pem(&fresh_key())).unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "any").unwrap();
    let more = format!(
        "preset = \"franceconnect\"\nencryption_key_file = \"{}\"",
        file.display()
    );
    let text = format!(
        "name = \"test\"\nissuer = \"http://127.0.0.1:1\"\nclient_id = \"sealed\"\nclient_secret_file = \"{}\"\n{more}",
        secret.display()
    );
    let settings = toml::from_str(&text).unwrap();
    let keys = Provider::new(&settings, "http://127.0.0.1:9/")
        .unwrap()
        .our_keys();
    assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
    let sealed = json!({
        "jwks": keys,
        "id_token_encrypted_response_alg": "ECDH-ES", "id_token_encrypted_response_enc": "A256GCM",
        "userinfo_signed_response_alg": "ES256",
        "userinfo_encrypted_response_alg": "ECDH-ES", "userinfo_encrypted_response_enc": "A256GCM",
    });
    let Some(house) = House::new("sealed tokens", &json!([client("sealed", &sealed)])) else {
        return;
    };
    let provider = house.provider("sealed", &more);
    is_angela(&provider).await;
    // What is given back at the end of a session is the signed token inside: the provider knows no other hint.
    let signed = sign_in(&provider, "angela").await.unwrap();
    assert_eq!(signed.id_token.split('.').count(), 3);
    // Without the key, and with another, nothing is opened.
    let blind = house.provider("sealed", "preset = \"franceconnect\"");
    let error = sign_in(&blind, "angela").await.unwrap_err();
    assert!(error.to_string().contains("encryption_key_file"), "{error}");
    std::fs::write(&file, pem(&fresh_key())).unwrap();
    let error = sign_in(&house.provider("sealed", &more), "angela")
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "a token of the provider does not open with our key"
    );
}

#[tokio::test]
async fn a_professional_loses_a_practice_or_gets_the_sector_of_another() {
    let Some(house) = House::new("pro sante connect", &json!([client("pros", &json!({}))])) else {
        return;
    };
    // Pro Santé Connect's document lies elsewhere than the standard says; this provider's does not.
    let more = "preset = \"pro-sante-connect\"\ndiscovery = \".well-known/openid-configuration\"";
    let provider = house.provider("pros", more);
    let signed = sign_in(&provider, "kit").await.unwrap();
    assert_eq!(signed.acr.as_deref(), Some("eidas1"));
    let Identity::Professional(doctor) = provider.identity(&signed).unwrap() else {
        panic!("a professional signed in");
    };
    assert_eq!(doctor.number, "10001234565");
    assert_eq!(doctor.given_name.as_deref(), Some("Kit"));
    assert_eq!(doctor.family_name.as_deref(), Some("Doc"));
    let practice = |profession: &str,
                    speciality: Option<&str>,
                    sector: Option<&str>,
                    structure: Option<&str>,
                    name: Option<&str>| Practice {
        profession: Some(profession.to_owned()),
        speciality: speciality.map(str::to_owned),
        sector: sector.map(str::to_owned),
        structure: structure.map(str::to_owned),
        structure_name: name.map(str::to_owned),
    };
    let expected = [
        practice(
            "G15_10",
            Some("SM26"),
            Some("SA07"),
            None,
            Some("CABINET DR DOC"),
        ),
        practice(
            "G15_10",
            Some("SM26"),
            Some("SA01"),
            Some("750712184"),
            Some("HOPITAL TEST"),
        ),
        practice("G15_21", None, None, None, None),
    ];
    assert!(doctor.practices == expected);
    // Somebody without an RPPS number is nobody here.
    let signed = sign_in(&provider, "adeli").await.unwrap();
    let error = provider.identity(&signed).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the claim for `number` does not begin as it must"
    );
}

#[tokio::test]
async fn a_client_shows_who_it_is_in_a_way_that_the_provider_does_not_take() {
    let file_key = fresh_key();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sign.pem");
    std::fs::write(&file, pem(&file_key)).unwrap();
    let key_line = format!(
        "client_auth = \"private_key_jwt\"\nsigning_key_file = \"{}\"\n",
        file.display()
    );
    let text = format!(
        "name = \"test\"\nissuer = \"http://127.0.0.1:1\"\nclient_id = \"key\"\n{key_line}acr = [\"eidas2\"]"
    );
    let ours = Provider::new(&toml::from_str(&text).unwrap(), "http://127.0.0.1:9/").unwrap();
    let by_key = json!({
        "client_secret": null, "token_endpoint_auth_method": "private_key_jwt", "jwks": ours.our_keys(),
    });
    let clients = json!([
        client(
            "basic",
            &json!({ "token_endpoint_auth_method": "client_secret_basic", "id_token_signed_response_alg": "RS256" })
        ),
        client("post", &json!({ "id_token_signed_response_alg": "EdDSA" })),
        client("key", &without_nulls(by_key)),
    ]);
    let Some(house) = House::new("ways of a client", &clients) else {
        return;
    };
    let acr = "acr = [\"eidas2\", \"eidas3\"]\n";
    let post = "client_auth = \"client_secret_post\"\n";
    for (name, more) in [("basic", ""), ("post", post), ("key", key_line.as_str())] {
        let provider = house.provider(name, &format!("{acr}{more}"));
        let signed = sign_in(&provider, "angela").await;
        assert_eq!(signed.unwrap().subject, "angela", "{name}");
    }
    // And a key that the provider does not know is refused, in its own word.
    std::fs::write(&file, pem(&fresh_key())).unwrap();
    let error = sign_in(
        &house.provider("key", &format!("{acr}{key_line}")),
        "angela",
    )
    .await
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the provider's token endpoint refused: `invalid_client`"
    );
}

#[tokio::test]
async fn somebody_who_went_is_still_signed_in_at_his_provider() {
    let Some(house) = House::new("sign-out", &france_connect()) else {
        return;
    };
    let provider = house.provider("citizens", "preset = \"franceconnect\"\nprompt = \"\"");
    let mut browser = Browser::new();
    let (url, pending) = begin(&provider, now()).await;
    let query = browser.sign_in(&url, "angela", "yes");
    let signed = provider.finish(pending, &query, now()).await.unwrap();
    // Now the provider knows this browser, and asks nothing again.
    let silent = house.provider("citizens", "preset = \"franceconnect\"\nprompt = \"none\"");
    let (url, pending) = begin(&silent, now()).await;
    let query = browser.sign_in(&url, "nobody", "no");
    assert_eq!(
        silent.finish(pending, &query, now()).await.unwrap().subject,
        "angela"
    );
    // Asked to prove again who he is, he is asked, whatever the provider remembers: he may say no.
    let (url, pending) = provider.begin(now(), true, &mut fill).await.unwrap();
    let query = browser.sign_in(&url, "angela", "no");
    let error = provider.finish(pending, &query, now()).await.unwrap_err();
    assert_eq!(error, hygie_web::oidc::Error::Denied);
    let end = provider
        .end(&signed.id_token, crate::people::OUT, "a state", now())
        .await;
    let query = browser.sign_out(&end.unwrap().unwrap());
    assert_eq!(query.replace('+', "%20"), "state=a%20state");
    let (url, pending) = begin(&silent, now()).await;
    let query = browser.sign_in(&url, "nobody", "no");
    let error = silent.finish(pending, &query, now()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the provider sent back the error `login_required`"
    );
}

fn without_nulls(mut value: Value) -> Value {
    value
        .as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    value
}

/// A new P-256 key in PKCS#8.
fn fresh_key() -> Vec<u8> {
    let random = aws_lc_rs::rand::SystemRandom::new();
    let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    key.as_ref().to_vec()
}

fn pem(der: &[u8]) -> String {
    format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        STANDARD.encode(der)
    )
}
