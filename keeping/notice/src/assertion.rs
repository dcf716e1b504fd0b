use std::fmt;

use aws_lc_rs::encoding::AsBigEndian;
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::{ActorKind, ActorRef, Error, Millis};

/// The longest an assertion may live, in seconds: a stolen one is worth fifteen minutes.
const LIFETIME: u64 = 15 * 60;
/// How far two machines' clocks may differ, in seconds.
const LEEWAY: u64 = 30;

/// An actor's signed assertion of who he is: a compact JWS (RFC 7515), EdDSA (RFC 8037).
///
/// It travels from the actor through care to the keeper, which checks it itself.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Assertion(String);

impl fmt::Debug for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Assertion(…)")
    }
}

/// What an assertion says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    /// The issuer's name.
    pub iss: String,
    /// Made at, seconds since 1970.
    pub iat: u64,
    /// Valid until, seconds since 1970; at most fifteen minutes after `iat`.
    pub exp: u64,
    /// A random id, so that two assertions of one second differ.
    pub jti: String,
    /// Who acts.
    pub actor: ActorRef,
}

/// Somebody whose assertions are believed, and about whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issuer {
    /// The `iss` of its assertions.
    pub name: String,
    /// Its Ed25519 public key, standard base64 of 32 bytes.
    pub key: String,
    /// The roles it may speak for.
    pub kinds: Vec<ActorKind>,
}

/// An issuer's private key.
pub struct IssuerKey {
    name: String,
    pair: Ed25519KeyPair,
}

impl fmt::Debug for IssuerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IssuerKey({}, …)", self.name)
    }
}

impl IssuerKey {
    /// The key that a 32-byte seed gives.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Self {
        let pair =
            Ed25519KeyPair::from_seed_unchecked(seed).expect("any 32 bytes are an Ed25519 seed");
        Self {
            name: name.to_owned(),
            pair,
        }
    }

    /// The public side, trusted for `kinds`.
    pub fn issuer(&self, kinds: &[ActorKind]) -> Issuer {
        Issuer {
            name: self.name.clone(),
            key: STANDARD.encode(self.pair.public_key().as_ref()),
            kinds: kinds.to_vec(),
        }
    }

    /// A secret made of this key for one use alone, by HMAC-SHA256: it says nothing of the key, or of other uses.
    pub fn derived(&self, what: &str) -> [u8; 32] {
        let seed = self.pair.seed().expect("a key made of a seed has it");
        let seed = seed.as_be_bytes().expect("a seed has bytes");
        let key = hmac::Key::new(hmac::HMAC_SHA256, seed.as_ref());
        let tag = hmac::sign(&key, what.as_bytes());
        tag.as_ref().try_into().expect("SHA-256 gives 32 bytes")
    }

    /// Signs that `actor` acts, from `now` for `seconds` (at most fifteen minutes).
    pub fn assert(&self, actor: ActorRef, now: Millis, seconds: u64, jti: String) -> Assertion {
        let iat = now / 1000;
        let claims = Claims {
            iss: self.name.clone(),
            iat,
            exp: iat + seconds.min(LIFETIME),
            jti,
            actor,
        };
        let pkcs8 = self
            .pair
            .to_pkcs8v1()
            .expect("an Ed25519 key has a PKCS#8 form");
        let key = EncodingKey::from_ed_der(pkcs8.as_ref());
        let text = jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), &claims, &key)
            .expect("claims of strings and numbers encode");
        Assertion(text)
    }
}

impl Claims {
    /// Whether they hold at `now`: made, not over, and not for longer than anybody may ask.
    ///
    /// # Errors
    /// [`Error::AssertionExpired`].
    pub(crate) fn hold(&self, now: Millis) -> Result<(), Error> {
        let seconds = now / 1000;
        let fresh = self.iat <= seconds + LEEWAY
            && seconds < self.exp
            && self.exp.saturating_sub(self.iat) <= LIFETIME;
        if fresh {
            return Ok(());
        }
        Err(Error::AssertionExpired)
    }
}

impl Assertion {
    /// Takes a token as it came; nothing is believed until [`Assertion::verify`].
    pub fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The token's text, for the wire.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Checks signature, issuer, role and time, and says who acts.
    ///
    /// # Errors
    /// One of the `Assertion…` variants, or [`Error::IssuerOverreach`].
    pub fn verify(&self, issuers: &[Issuer], now: Millis) -> Result<Claims, Error> {
        let name = self.issuer_name()?;
        let issuer = issuers
            .iter()
            .find(|issuer| issuer.name == name)
            .ok_or(Error::AssertionForged)?;
        let raw = STANDARD
            .decode(&issuer.key)
            .map_err(|_| Error::AssertionForged)?;
        let key = DecodingKey::from_ed_der(&raw);
        let mut rules = Validation::new(Algorithm::EdDSA);
        // Time is checked below, against the clock that was given.
        rules.validate_exp = false;
        rules.validate_aud = false;
        rules.required_spec_claims.clear();
        let token = jsonwebtoken::decode::<Claims>(&self.0, &key, &rules)
            .map_err(|_| Error::AssertionForged)?;
        // RFC 7515, section 4.1.11: extensions that must be understood, and none is. The library reads them only.
        if token.header.crit.is_some() {
            return Err(Error::AssertionMalformed);
        }
        let claims = token.claims;
        claims.hold(now)?;
        if !issuer.kinds.contains(&claims.actor.kind) {
            return Err(Error::IssuerOverreach);
        }
        Ok(claims)
    }

    /// Reads `iss` before anything is verified, only to choose the key to verify with.
    fn issuer_name(&self) -> Result<String, Error> {
        #[derive(Deserialize)]
        struct Named {
            iss: String,
        }
        let payload = self.0.split('.').nth(1).ok_or(Error::AssertionMalformed)?;
        let bytes = URL_SAFE_NO_PAD
            .decode(payload)
            .map_err(|_| Error::AssertionMalformed)?;
        let named: Named = serde_json::from_slice(&bytes).map_err(|_| Error::AssertionMalformed)?;
        Ok(named.iss)
    }
}

#[cfg(test)]
mod tests;
