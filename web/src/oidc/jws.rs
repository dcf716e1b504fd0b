use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Validation};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Error;
use super::keys::Keys;

/// The longest token looked at, in bytes.
pub(super) const LONGEST: usize = 64 * 1024;

/// The signatures that are taken: public keys only, and none that a standard calls weak (RFC 7518, section 3.1;
/// RFC 8037). `none` and shared secrets are no members, so that no setting can let them in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signing {
    Rs256,
    Ps256,
    Es256,
    EdDsa,
}

impl Signing {
    fn of(word: &str) -> Result<Self, Error> {
        match word {
            "RS256" => Ok(Self::Rs256),
            "PS256" => Ok(Self::Ps256),
            "ES256" => Ok(Self::Es256),
            "EdDSA" => Ok(Self::EdDsa),
            "none" => Err(Error::Algorithm("it is not signed at all (`none`)")),
            "HS256" | "HS384" | "HS512" => Err(Error::Algorithm(
                "it is signed with a shared secret; register the client with RS256, PS256, ES256 or EdDSA",
            )),
            _ => Err(Error::Algorithm(
                "register the client with RS256, PS256, ES256 or EdDSA",
            )),
        }
    }

    pub(super) fn algorithm(self) -> Algorithm {
        match self {
            Self::Rs256 => Algorithm::RS256,
            Self::Ps256 => Algorithm::PS256,
            Self::Es256 => Algorithm::ES256,
            Self::EdDsa => Algorithm::EdDSA,
        }
    }
}

/// What a token says of its signature before anything is believed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) signing: Signing,
    pub(super) kid: Option<String>,
}

#[derive(Deserialize)]
struct Said {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

/// Reads the header of a compact JWS, to choose a key with.
pub(super) fn head(token: &str) -> Result<Head, Error> {
    if token.len() > LONGEST {
        return Err(Error::Malformed("it is longer than 64 KiB"));
    }
    let parts: Vec<&str> = token.split('.').collect();
    let [header, _, _] = parts[..] else {
        return Err(Error::Malformed("it has not three parts"));
    };
    let header = URL_SAFE_NO_PAD
        .decode(header)
        .map_err(|_| Error::Malformed("its header is no base64url"))?;
    let said: Said = serde_json::from_slice(&header)
        .map_err(|_| Error::Malformed("its header is not what a header is"))?;
    // RFC 7515, section 4.1.11: what must be understood and is not makes the token invalid.
    if said.crit.is_some() {
        return Err(Error::Malformed("its header has `crit`"));
    }
    Ok(Head {
        signing: Signing::of(&said.alg)?,
        kid: said.kid,
    })
}

/// The claims of a token whose signature verifies under one of `keys`; nothing else of them is checked here.
///
/// # Errors
/// [`Error::UnknownKey`] where no key fits: the provider may have new ones. [`Error::Signature`].
pub(super) fn verify(token: &str, keys: &Keys) -> Result<Map<String, Value>, Error> {
    let head = head(token)?;
    let fitting = keys.for_token(head.kid.as_deref(), head.signing);
    if fitting.is_empty() {
        return Err(Error::UnknownKey);
    }
    let mut rules = Validation::new(head.signing.algorithm());
    // Claims are checked by `check`, against a clock that is given.
    rules.validate_exp = false;
    rules.validate_nbf = false;
    rules.validate_aud = false;
    rules.required_spec_claims.clear();
    fitting
        .iter()
        .find_map(|key| jsonwebtoken::decode(token, key, &rules).ok())
        .map(|token| token.claims)
        .ok_or(Error::Signature)
}
