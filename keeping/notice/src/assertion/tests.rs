//! Failures covered: a token that is forged, altered, unsigned, signed by another algorithm,
//! out of its time, valid too long, of an unknown issuer, or about a role that its issuer may
//! not speak for; a secret or a name in a log line.
//! Not a failure: clocks thirty seconds apart; the same token used twice within its time.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use serde_json::{Value, json};

use super::*;

const NOW: Millis = 1_700_000_000_000;
const SECONDS: u64 = NOW / 1000;

fn signer() -> IssuerKey {
    IssuerKey::from_seed("health-id", &[5; 32])
}

fn trusted() -> Vec<Issuer> {
    let other = IssuerKey::from_seed("space", &[6; 32]);
    vec![
        other.issuer(&[ActorKind::Holder]),
        signer().issuer(&[ActorKind::Professional]),
    ]
}

fn doctor() -> ActorRef {
    ActorRef {
        kind: ActorKind::Professional,
        id: "10001234567".into(),
        name: Some("Docteur Exemple".into()),
        person: None,
        profession: Some("G15_10".into()),
        sector: None,
        structure: None,
        team: None,
        scope: None,
    }
}

fn claims() -> Value {
    json!({
        "iss": "health-id", "iat": SECONDS, "exp": SECONDS + 60, "jti": "1",
        "actor": {"kind": "professional", "id": "10001234567"},
    })
}

/// A token of any header and claims, signed with the key of `seed`.
fn token(header: &Value, claims: &Value, seed: u8) -> Assertion {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
    let signature = URL_SAFE_NO_PAD.encode(pair.sign(message.as_bytes()).as_ref());
    Assertion(format!("{message}.{signature}"))
}

fn eddsa() -> Value {
    json!({"alg": "EdDSA", "typ": "JWT"})
}

fn verdict(assertion: &Assertion) -> Error {
    assertion.verify(&trusted(), NOW).unwrap_err()
}

#[test]
fn a_true_token_is_refused() {
    let assertion = signer().assert(doctor(), NOW, 60, "1".into());
    let claims = assertion.verify(&trusted(), NOW).unwrap();
    assert_eq!(claims.actor, doctor());
    assert_eq!((claims.iat, claims.exp), (SECONDS, SECONDS + 60));
    assert!(
        token(&eddsa(), &self::claims(), 5)
            .verify(&trusted(), NOW)
            .is_ok()
    );
}

#[test]
fn a_token_of_another_key_is_believed() {
    assert_eq!(
        verdict(&token(&eddsa(), &claims(), 4)),
        Error::AssertionForged
    );
    // A trusted issuer that speaks in another's name.
    assert_eq!(
        verdict(&token(&eddsa(), &claims(), 6)),
        Error::AssertionForged
    );
}

#[test]
fn an_altered_token_is_believed() {
    let text = token(&eddsa(), &claims(), 5).0;
    for at in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'E' } else { b'A' };
        let altered = Assertion(String::from_utf8(bytes).unwrap());
        assert!(altered.verify(&trusted(), NOW).is_err(), "character {at}");
    }
}

#[test]
fn a_token_without_a_signature_is_believed() {
    let text = token(&json!({"alg": "none"}), &claims(), 5).0;
    let (unsigned, _) = text.rsplit_once('.').unwrap();
    assert_eq!(
        verdict(&Assertion(format!("{unsigned}."))),
        Error::AssertionForged
    );
    assert_eq!(
        verdict(&Assertion(unsigned.to_owned())),
        Error::AssertionForged
    );
    let (signed, _) = token(&eddsa(), &claims(), 5)
        .0
        .rsplit_once('.')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    assert_eq!(
        verdict(&Assertion(format!("{signed}."))),
        Error::AssertionForged
    );
}

#[test]
fn a_token_of_another_algorithm_is_believed() {
    for algorithm in [
        "none", "HS256", "ES256", "RS256", "PS512", "eddsa", "EdDSA ", "",
    ] {
        let assertion = token(&json!({"alg": algorithm, "typ": "JWT"}), &claims(), 5);
        assert_eq!(verdict(&assertion), Error::AssertionForged, "`{algorithm}`");
    }
    // The public key taken for an HMAC secret: the classic confusion.
    let key = STANDARD.decode(&trusted()[1].key).unwrap();
    let forged = jsonwebtoken::encode(
        &Header::new(Algorithm::HS256),
        &claims(),
        &EncodingKey::from_secret(&key),
    );
    assert_eq!(verdict(&Assertion(forged.unwrap())), Error::AssertionForged);
}

#[test]
fn a_token_is_believed_out_of_its_time() {
    let assertion = signer().assert(doctor(), NOW, 60, "1".into());
    let at = |seconds: u64| assertion.verify(&trusted(), seconds * 1000).err();
    assert_eq!(at(SECONDS - LEEWAY), None);
    assert_eq!(at(SECONDS - LEEWAY - 1), Some(Error::AssertionExpired));
    assert_eq!(at(SECONDS + 59), None);
    assert_eq!(at(SECONDS + 60), Some(Error::AssertionExpired));
    assert_eq!(at(SECONDS + 86_400), Some(Error::AssertionExpired));
    assert_eq!(at(0), Some(Error::AssertionExpired));
}

#[test]
fn a_token_lives_longer_than_fifteen_minutes() {
    let mut long = claims();
    long["exp"] = json!(SECONDS + LIFETIME + 1);
    assert_eq!(verdict(&token(&eddsa(), &long, 5)), Error::AssertionExpired);
    long["exp"] = json!(u64::MAX);
    assert_eq!(verdict(&token(&eddsa(), &long, 5)), Error::AssertionExpired);
    let asked = signer().assert(doctor(), NOW, 1_000_000, "1".into());
    assert_eq!(
        asked.verify(&trusted(), NOW).unwrap().exp,
        SECONDS + LIFETIME
    );
}

#[test]
fn an_unknown_issuer_is_believed() {
    let mut unknown = claims();
    unknown["iss"] = json!("Health-ID");
    assert_eq!(
        verdict(&token(&eddsa(), &unknown, 5)),
        Error::AssertionForged
    );
    let assertion = token(&eddsa(), &claims(), 5);
    assert_eq!(
        assertion.verify(&[], NOW).unwrap_err(),
        Error::AssertionForged
    );
}

#[test]
fn an_issuer_speaks_for_a_role_that_is_not_its_own() {
    for kind in ["holder", "software", "operator"] {
        let mut overreach = claims();
        overreach["actor"]["kind"] = json!(kind);
        assert_eq!(
            verdict(&token(&eddsa(), &overreach, 5)),
            Error::IssuerOverreach
        );
    }
}

#[test]
fn a_malformed_token_is_believed() {
    for text in ["", ".", "..", "a", "a.b", "a.b.c", "e30.e30.e30", "a.é.c"] {
        assert_eq!(
            verdict(&Assertion::from_text(text)),
            Error::AssertionMalformed,
            "`{text}`"
        );
    }
    for missing in ["iat", "exp", "jti", "actor"] {
        let mut part = claims();
        part.as_object_mut().unwrap().remove(missing);
        assert_eq!(verdict(&token(&eddsa(), &part, 5)), Error::AssertionForged);
    }
    let fourth = format!("{}.x", token(&eddsa(), &claims(), 5).0);
    assert!(Assertion(fourth).verify(&trusted(), NOW).is_err());
}

#[test]
fn a_token_a_key_or_a_name_is_printed() {
    let assertion = signer().assert(doctor(), NOW, 60, "1".into());
    assert_eq!(format!("{assertion:?}"), "Assertion(…)");
    assert_eq!(format!("{:?}", signer()), "IssuerKey(health-id, …)");
    let claims = assertion.verify(&trusted(), NOW).unwrap();
    let printed = format!("{claims:?}");
    assert!(
        !printed.contains("Exemple") && !printed.contains("10001234567"),
        "{printed}"
    );
}

#[test]
fn a_token_with_an_extension_that_nobody_here_understands_is_believed() {
    let mut header = eddsa();
    header["crit"] = json!(["exp"]);
    assert_eq!(
        verdict(&token(&header, &claims(), 5)),
        Error::AssertionMalformed
    );
}
