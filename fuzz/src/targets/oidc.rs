//! What a provider of identities sends: its document of discovery, its keys, an ID token, userinfo. Whoever stands
//! between, or is the provider, chooses every byte of it.

use std::sync::LazyLock;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hygie_web::oidc::decode::{self, CLIENT, ISSUER, NONCE, NOW};
use serde_json::{Map, Value, json};

/// The provider's key, of these tests.
fn pair() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[21; 32]).expect("any seed is one")
}

/// Its public keys: the one that signs, and some that don't.
fn set() -> Value {
    let x = URL_SAFE_NO_PAD.encode(pair().public_key().as_ref());
    let (n, point) = (
        URL_SAFE_NO_PAD.encode([0xc5; 256]),
        URL_SAFE_NO_PAD.encode([3; 32]),
    );
    json!({ "keys": [
        { "kty": "OKP", "crv": "Ed25519", "x": x, "kid": "one", "use": "sig", "alg": "EdDSA" },
        { "kty": "RSA", "n": n, "e": "AQAB", "kid": "two", "alg": "RS256" },
        { "kty": "EC", "crv": "P-256", "x": point, "y": point, "use": "sig" },
        { "kty": "oct", "k": "AAAA" },
        { "kty": "RSA", "n": n, "e": "AQAB", "use": "enc" },
    ] })
}

fn claims() -> Map<String, Value> {
    let claims = json!({
        "iss": ISSUER, "aud": CLIENT, "sub": "somebody", "nonce": NONCE, "iat": NOW, "exp": NOW + 60,
        "auth_time": NOW, "acr": "eidas2", "amr": ["pwd", "otp"],
    });
    claims.as_object().expect("it is an object").clone()
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// A token of these claims, signed by the provider.
fn token(header: &Value, claims: &Map<String, Value>) -> String {
    let text = format!("{}.{}", encoded(header), encoded(&json!(claims)));
    let signature = URL_SAFE_NO_PAD.encode(pair().sign(text.as_bytes()).as_ref());
    format!("{text}.{signature}")
}

/// Discovery 1.0, section 3.
pub mod discovery {
    use super::{ISSUER, decode, json};

    /// A scheme is written in any case (RFC 3986, section 3.1).
    fn is_protected(address: &str) -> bool {
        address.to_ascii_lowercase().starts_with("https://")
    }

    /// See the module.
    pub fn run(bytes: &[u8]) {
        if let Some(addresses) = decode::discovered(bytes) {
            assert!(
                addresses.iter().all(|one| is_protected(one)),
                "a sign-in would go over a network in the clear"
            );
        }
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        let whole = json!({
            "issuer": ISSUER, "authorization_endpoint": "https://provider.example/authorize",
            "token_endpoint": "https://provider.example:8443/token", "jwks_uri": "https://[2001:db8::1]/keys",
            "userinfo_endpoint": "https://provider.example/userinfo?of=us",
            "end_session_endpoint": "https://provider.example/end",
            "authorization_response_iss_parameter_supported": true,
        });
        let mut least = whole.clone();
        for name in ["userinfo_endpoint", "end_session_endpoint"] {
            least[name].take();
        }
        let seeds = [whole, least].map(|seed| seed.to_string().into_bytes());
        let read = |seed: &Vec<u8>| decode::discovered(seed).is_some();
        assert!(seeds.iter().all(read), "a seed is a document");
        seeds.into()
    }
}

/// JWK sets (RFC 7517).
pub mod keys {
    use super::{decode, set};

    /// See the module.
    pub fn run(bytes: &[u8]) {
        if let Some(fitting) = decode::keys(bytes) {
            // 64 keys are looked at, and an RSA key fits two kinds of signature.
            assert!(fitting <= 128, "more keys than are looked at");
        }
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        let seed = set().to_string().into_bytes();
        assert!(decode::keys(&seed) > Some(0), "a seed has keys");
        vec![seed]
    }
}

/// An ID token: its form and signature (RFC 7515), then its claims (Core, section 3.1.3.7).
pub mod id_token {
    use super::{CLIENT, ISSUER, LazyLock, NONCE, Value, claims, decode, json, set, token};

    static SET: LazyLock<Vec<u8>> = LazyLock::new(|| set().to_string().into_bytes());

    /// See the module.
    pub fn run(bytes: &[u8]) {
        let Ok(text) = std::str::from_utf8(bytes) else {
            return;
        };
        if let Some(found) = decode::signed(text, &SET) {
            assert!(found == claims(), "a token that nobody signed is believed");
        }
        // Claims alone too, as a provider may sign whatever it likes.
        let Ok(Value::Object(found)) = serde_json::from_str(text) else {
            return;
        };
        if decode::id_token(&found).is_some() {
            let audience = &found["aud"];
            let ours =
                *audience == CLIENT || audience.to_string().contains(&format!("\"{CLIENT}\""));
            assert!(
                found["iss"] == ISSUER && found["nonce"] == NONCE && ours,
                "a token of another sign-in is taken"
            );
        }
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        let header = json!({ "alg": "EdDSA", "kid": "one", "typ": "JWT" });
        let signed = token(&header, &claims());
        assert!(decode::signed(&signed, &SET) == Some(claims()));
        let unsigned = token(&json!({ "alg": "none" }), &claims());
        let shared = token(&json!({ "alg": "HS256", "kid": "one" }), &claims());
        assert!(decode::id_token(&claims()).is_some());
        let all = [signed, unsigned, shared, json!(claims()).to_string()];
        all.map(String::into_bytes).into()
    }
}

/// Userinfo (section 5.3), and who it tells of by each preset's mapping.
pub mod userinfo {
    use hygie_web::oidc::Provider;

    use super::{CLIENT, ISSUER, LazyLock, decode, json};

    static PROVIDERS: LazyLock<Vec<Provider>> = LazyLock::new(|| {
        let presets = ["franceconnect", "pro-sante-connect", "generic"];
        presets.iter().map(|preset| provider(preset)).collect()
    });

    fn provider(preset: &str) -> Provider {
        let folder = tempfile::tempdir().expect("there is a temporary folder");
        let secret = folder.path().join("secret");
        std::fs::write(&secret, "secret").expect("it is written");
        let settings = json!({ "name": "fuzz", "issuer": ISSUER, "client_id": CLIENT, "preset": preset,
            "two_factors": true, "client_secret_file": secret });
        let settings = serde_json::from_value(settings).expect("they are settings");
        Provider::new(&settings, "https://records.example/").expect("they fit")
    }

    /// See the module.
    pub fn run(bytes: &[u8]) {
        for provider in PROVIDERS.iter() {
            if let Some((subject, _)) = decode::userinfo(bytes, provider) {
                assert!((1..=255).contains(&subject.len()), "a name without bounds");
            }
        }
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        let citizen = json!({ "sub": "c", "iss": ISSUER, "aud": [CLIENT], "given_name": "Camille",
            "family_name": "Exemple", "preferred_username": "Durand", "birthdate": "1980-02-29", "gender": "female",
            "birthplace": "75107", "birthcountry": "99100", "email": "c@home.example" });
        let professional = json!({ "sub": "f:1:810001234565", "SubjectNameID": "810001234565",
            "given_name": "Dominique", "family_name": "Exemple", "SubjectRefPro": { "codeCivilite": "M", "exercices": [{
                "codeProfession": "10", "codeCategorieProfessionnelle": "C", "activities": [{
                    "codeSecteurDactivite": "SA07", "numFINESSsite": "750100042", "raisonSocialeSite": "Cabinet" }] }] } });
        let seeds = [citizen, professional].map(|seed| seed.to_string().into_bytes());
        let read = |seed: &Vec<u8>| decode::userinfo(seed, &PROVIDERS[0]).is_some();
        assert!(seeds.iter().all(read), "a seed is userinfo");
        seeds.into()
    }
}
