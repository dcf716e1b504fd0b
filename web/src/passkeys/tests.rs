//! Passkeys against a device written here, which lies in every way that a stolen, copied or hostile one could.
//!
//! Dangers: an answer that is good twice, or in another browser, or after its time; one that was made for another
//! site, for another question, or without its owner being verified; a signature of another key; a copied device,
//! whose counter stands still; somebody else's name with one's own key; an answer of another kind; bytes that
//! are no answer at all; questions without end that fill the memory.
//!
//! Not a failure: a device that counts nothing (its counter stays zero), as those that are kept in step do.
#![allow(clippy::unwrap_used, reason = "tests")]

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ciborium::Value as Cbor;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Made, PATIENCE, Passkeys, WAITING};
use crate::AccountId;

const NOW: u64 = 1_790_000_000_000;
const ORIGIN: &str = "https://space.example";
const ONE: AccountId = AccountId([1; 16]);
const BROWSER: [u8; 32] = [7; 32];
/// Present and verified (WebAuthn 6.1); with what was made.
const VERIFIED: u8 = 0b0000_0101;
const WITH_KEY: u8 = 0b0100_0000;

/// A device with one key.
struct Device {
    key: EcdsaKeyPair,
    id: Vec<u8>,
    origin: &'static str,
    site: &'static str,
    flags: u8,
    count: u32,
    user: Vec<u8>,
}

/// Changes what a device says.
type Lie = fn(&mut Device);

impl Device {
    fn new(id: u8) -> Self {
        let pkcs8 =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new());
        let pkcs8 = pkcs8.unwrap();
        Self {
            key: EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref()).unwrap(),
            id: vec![id; 32],
            origin: ORIGIN,
            site: "space.example",
            flags: VERIFIED,
            count: 1,
            user: ONE.0.to_vec(),
        }
    }

    fn said(&self, kind: &str, options: &str) -> Vec<u8> {
        let options: Value = serde_json::from_str(options).unwrap();
        let challenge = &options["publicKey"]["challenge"];
        let said = json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false });
        said.to_string().into_bytes()
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let mut data = digest(&SHA256, self.site.as_bytes()).as_ref().to_vec();
        data.push(flags);
        data.extend(self.count.to_be_bytes());
        data
    }

    /// What `navigator.credentials.create` gives.
    fn makes(&self, options: &str) -> String {
        let point = self.key.public_key().as_ref();
        let number = |value: i64| Cbor::Integer(value.into());
        let cose = Cbor::Map(vec![
            (number(1), number(2)),
            (number(3), number(-7)),
            (number(-1), number(1)),
            (number(-2), Cbor::Bytes(point[1..33].to_vec())),
            (number(-3), Cbor::Bytes(point[33..].to_vec())),
        ]);
        let mut data = self.data(self.flags | WITH_KEY);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        ciborium::into_writer(&cose, &mut data).unwrap();
        let whole = Cbor::Map(vec![
            ("fmt".into(), "none".into()),
            ("attStmt".into(), Cbor::Map(Vec::new())),
            ("authData".into(), Cbor::Bytes(data)),
        ]);
        let mut attestation = Vec::new();
        ciborium::into_writer(&whole, &mut attestation).unwrap();
        let answer = json!({
            "id": text(&self.id), "rawId": text(&self.id), "type": "public-key",
            "response": {
                "attestationObject": text(&attestation),
                "clientDataJSON": text(&self.said("webauthn.create", options)),
            },
        });
        answer.to_string()
    }

    /// What `navigator.credentials.get` gives.
    fn shows(&self, options: &str) -> String {
        self.shows_as("webauthn.get", options)
    }

    fn shows_as(&self, kind: &str, options: &str) -> String {
        let (data, said) = (self.data(self.flags), self.said(kind, options));
        let mut signed = data.clone();
        signed.extend(digest(&SHA256, &said).as_ref());
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        let answer = json!({
            "id": text(&self.id), "rawId": text(&self.id), "type": "public-key",
            "response": {
                "authenticatorData": text(&data),
                "clientDataJSON": text(&said),
                "signature": text(signature.as_ref()),
                "userHandle": text(&self.user),
            },
        });
        answer.to_string()
    }
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn site() -> Passkeys {
    Passkeys::new(ORIGIN, "Hygie").unwrap()
}

fn made(site: &Passkeys, device: &Device) -> Option<Made> {
    let options = site.ask_to_make(BROWSER, (ONE, "camille"), &[], NOW)?;
    site.made(BROWSER, &device.makes(&options), NOW)
}

/// Whether a device that was made is let in after `lies` changed what it says.
fn lets_in(lies: impl Fn(&mut Device)) -> bool {
    let (site, mut device) = (site(), Device::new(3));
    let made = made(&site, &device).unwrap();
    device.count = 2;
    lies(&mut device);
    let options = site.ask_to_show(BROWSER, NOW).unwrap();
    let answer = device.shows(&options);
    site.prove(BROWSER, &answer, &made.credential, NOW)
        .is_some()
}

#[test]
fn an_honest_device_is_refused() {
    let (site, mut device) = (site(), Device::new(3));
    let kept = made(&site, &device).unwrap();
    assert_eq!(kept.id, device.id);
    let mut credential = kept.credential;
    for count in 2..5 {
        device.count = count;
        let options = site.ask_to_show(BROWSER, NOW).unwrap();
        let answer = device.shows(&options);
        let claim = site.claim(&answer).unwrap();
        assert_eq!((claim.account, claim.id), (ONE, device.id.clone()));
        let proved = site.prove(BROWSER, &answer, &credential, NOW).unwrap();
        credential = proved.credential.expect("its counter moved");
    }
    // The questions: any passkey of this site, its owner verified, and no hint of whose.
    let options: Value = serde_json::from_str(&site.ask_to_show(BROWSER, NOW).unwrap()).unwrap();
    let asked = &options["publicKey"];
    assert_eq!(asked["rpId"], "space.example");
    assert_eq!(asked["userVerification"], "required");
    assert_eq!(asked["allowCredentials"], json!([]));
    let options = site.ask_to_make(BROWSER, (ONE, "camille"), &[device.id], NOW);
    let options: Value = serde_json::from_str(&options.unwrap()).unwrap();
    let asked = &options["publicKey"];
    assert_eq!(asked["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(
        asked["authenticatorSelection"]["userVerification"],
        "required"
    );
    assert_eq!(asked["excludeCredentials"].as_array().unwrap().len(), 1);
    assert_eq!(asked["user"]["id"], text(&ONE.0));
}

#[test]
fn a_device_that_lies() {
    assert!(lets_in(|_| {}));
    // It counts nothing, and never did: such devices are kept in step with others.
    assert!(!lets_in(|device| device.count = 0), "it counted once");
    let lies: [(&str, Lie); 8] = [
        ("made for another site", |device| {
            device.origin = "https://space.example.evil.example";
        }),
        ("another port", |device| {
            device.origin = "https://space.example:8443"
        }),
        ("no TLS", |device| device.origin = "http://space.example"),
        ("another site's key", |device| device.site = "evil.example"),
        ("its owner was not verified", |device| device.flags = 0b1),
        ("nobody was there", |device| device.flags = 0),
        ("a copy, whose counter stands still", |device| {
            device.count = 1
        }),
        ("another key under the same name", |device| {
            device.key = Device::new(9).key;
        }),
    ];
    for (lie, change) in lies {
        assert!(!lets_in(change), "{lie}");
    }
}

#[test]
fn a_device_that_lies_when_it_is_made() {
    let lies: [(&str, Lie); 4] = [
        ("another site", |device| {
            device.origin = "https://evil.example"
        }),
        ("another site's key", |device| device.site = "evil.example"),
        ("its owner was not verified", |device| device.flags = 0b1),
        ("nobody was there", |device| device.flags = 0),
    ];
    for (lie, change) in lies {
        let mut device = Device::new(3);
        change(&mut device);
        assert!(made(&site(), &device).is_none(), "{lie}");
    }
}

#[test]
fn an_answer_that_is_good_twice_or_elsewhere_or_later() {
    let (site, mut device) = (site(), Device::new(3));
    let credential = made(&site, &device).unwrap().credential;
    device.count = 2;
    let proves =
        |browser, answer: &str, now| site.prove(browser, answer, &credential, now).is_some();
    let answer = device.shows(&site.ask_to_show(BROWSER, NOW).unwrap());
    // Another browser's question is another question, and none at all where nobody was asked.
    assert!(!proves([8; 32], &answer, NOW));
    site.ask_to_show([8; 32], NOW).unwrap();
    assert!(!proves([8; 32], &answer, NOW));
    assert!(proves(BROWSER, &answer, NOW));
    assert!(!proves(BROWSER, &answer, NOW), "twice");
    // To the question before, or a wrong answer first: the question is used up by any.
    let before = device.shows(&site.ask_to_show(BROWSER, NOW).unwrap());
    let after = device.shows(&site.ask_to_show(BROWSER, NOW).unwrap());
    assert!(!proves(BROWSER, &before, NOW));
    assert!(!proves(BROWSER, &after, NOW));
    let late = device.shows(&site.ask_to_show(BROWSER, NOW).unwrap());
    assert!(!proves(BROWSER, &late, NOW + PATIENCE));
    // An answer of the other kind.
    let asked = site.ask_to_show(BROWSER, NOW).unwrap();
    assert!(!proves(
        BROWSER,
        &device.shows_as("webauthn.create", &asked),
        NOW
    ));
    let asked = site
        .ask_to_make(BROWSER, (ONE, "camille"), &[], NOW)
        .unwrap();
    assert!(!proves(BROWSER, &device.shows(&asked), NOW));
    let asked = site.ask_to_show(BROWSER, NOW).unwrap();
    assert!(site.made(BROWSER, &device.makes(&asked), NOW).is_none());
}

#[test]
fn somebody_elses_name_with_ones_own_key() {
    let (site, mut mine, theirs) = (site(), Device::new(3), Device::new(4));
    made(&site, &mine).unwrap();
    let other = made(&site, &theirs).unwrap().credential;
    // Under another's name and passkey, signed with my key.
    mine.count = 2;
    mine.id.clone_from(&theirs.id);
    mine.user = vec![2; 16];
    let answer = mine.shows(&site.ask_to_show(BROWSER, NOW).unwrap());
    assert_eq!(site.claim(&answer).unwrap().account, AccountId([2; 16]));
    assert!(site.prove(BROWSER, &answer, &other, NOW).is_none());
    // A name that is none of ours.
    for user in [vec![], vec![1; 15], vec![1; 64]] {
        mine.user = user;
        let answer = mine.shows(&site.ask_to_show(BROWSER, NOW).unwrap());
        assert!(site.claim(&answer).is_none());
    }
}

#[test]
fn questions_without_end_fill_the_memory() {
    let site = site();
    for number in 0..WAITING + 10 {
        let mut browser = [0; 32];
        browser[..8].copy_from_slice(&number.to_be_bytes());
        site.ask_to_show(browser, NOW).unwrap();
    }
    assert_eq!(site.waiting().len(), WAITING);
    // What is over goes first.
    site.ask_to_show(BROWSER, NOW + PATIENCE).unwrap();
    assert_eq!(site.waiting().len(), 1);
}

#[test]
fn a_site_that_has_no_name() {
    for origin in [
        "http://192.0.2.1:8480",
        "http://[2001:db8::1]",
        "",
        "space.example",
    ] {
        assert!(Passkeys::new(origin, "Hygie").is_none(), "{origin}");
    }
    assert!(Passkeys::new("http://localhost:8480", "Hygie").is_some());
}

proptest! {
    /// No change of an answer lets anybody in, but one that changes nothing.
    #[test]
    fn an_answer_with_a_changed_byte(place in any::<prop::sample::Index>(), by in 1..=255_u8) {
        let (site, mut device) = (site(), Device::new(3));
        let credential = made(&site, &device).unwrap().credential;
        device.count = 2;
        let answer = device.shows(&site.ask_to_show(BROWSER, NOW).unwrap());
        let response: Value = serde_json::from_str(&answer).unwrap();
        let fields = ["authenticatorData", "clientDataJSON", "signature"];
        let name = fields[place.index(fields.len())];
        let whole = response["response"][name].as_str().unwrap();
        let mut bytes = URL_SAFE_NO_PAD.decode(whole).unwrap();
        let at = place.index(bytes.len());
        bytes[at] ^= by;
        let mut changed = response.clone();
        changed["response"][name] = json!(text(&bytes));
        prop_assert!(site.prove(BROWSER, &changed.to_string(), &credential, NOW).is_none());
    }

    /// Bytes that are no answer are refused, and nothing breaks.
    #[test]
    fn an_answer_that_is_none(bytes in "\\PC{0,200}") {
        let site = site();
        prop_assert!(site.claim(&bytes).is_none());
        site.ask_to_show(BROWSER, NOW).unwrap();
        let proved = site.prove(BROWSER, &bytes, b"null", NOW);
        prop_assert!(proved.is_none());
        site.ask_to_make(BROWSER, (ONE, "camille"), &[], NOW).unwrap();
        prop_assert!(site.made(BROWSER, &bytes, NOW).is_none());
    }
}
