use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use serde::Deserialize;
use serde_json::Value;

use super::jws::Signing;
use super::{Error, Part};

/// The most keys of a provider that are looked at.
const MOST: usize = 64;

/// A provider's public keys (RFC 7517), those with which tokens may be verified here.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys(Vec<Jwk>);

#[derive(Deserialize)]
struct Set {
    keys: Vec<Value>,
}

impl Keys {
    /// Reads a set. A key of a kind that is not known is left aside (RFC 7517, section 5).
    pub(super) fn read(body: &[u8]) -> Result<Self, Error> {
        let set: Set = serde_json::from_slice(body).map_err(|error| Error::Answer {
            part: Part::Keys,
            why: super::discovery::plain(&error).to_owned(),
        })?;
        let keys = set.keys.into_iter().take(MOST);
        let keys = keys.filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
        Ok(Self(keys.filter(is_for_signing).collect()))
    }

    /// The keys that may have made a signature of this kind under the name `kid`; without a name, all of the
    /// kind (Core, section 10.1).
    pub(super) fn for_token(&self, kid: Option<&str>, signing: Signing) -> Vec<DecodingKey> {
        let fits = |key: &&Jwk| {
            let named = kid.is_none_or(|kid| key.common.key_id.as_deref() == Some(kid));
            named && is_of(key, signing)
        };
        let keys = self.0.iter().filter(fits);
        keys.filter_map(|key| DecodingKey::from_jwk(key).ok())
            .collect()
    }
}

/// A key that says it is for something else than signing is not used.
fn is_for_signing(key: &Jwk) -> bool {
    matches!(
        key.common.public_key_use,
        None | Some(PublicKeyUse::Signature)
    )
}

/// Whether a key is of the kind that `signing` wants, and does not name another one. A shared secret
/// (`oct`) never is: that a public key be taken for one is the oldest trick on JWS.
fn is_of(key: &Jwk, signing: Signing) -> bool {
    let says = key.common.key_algorithm;
    if says.is_some_and(|says| says != KeyAlgorithm::from(signing.algorithm())) {
        return false;
    }
    match &key.algorithm {
        AlgorithmParameters::RSA(_) => matches!(signing, Signing::Rs256 | Signing::Ps256),
        AlgorithmParameters::EllipticCurve(key) => {
            key.curve == EllipticCurve::P256 && signing == Signing::Es256
        }
        AlgorithmParameters::OctetKeyPair(key) => {
            key.curve == EllipticCurve::Ed25519 && signing == Signing::EdDsa
        }
        _ => false,
    }
}
