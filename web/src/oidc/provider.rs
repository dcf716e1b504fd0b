use std::fmt;

use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Map, Value, json};
use tokio::sync::Mutex;

use super::discovery::Metadata;
use super::fetch::{Credentials, Fetch};
use super::keys::Keys;
use super::mapping::{Identity, Who};
use super::settings::{Auth, Settings, Settled};
use super::{Error, Part, Signed, discovery, jwe, jws};

/// How long what a provider says of itself is believed, in seconds.
const FRESH: u64 = 3_600;
/// How long it is believed when it can't be asked again, in seconds.
const STALE: u64 = 24 * 3_600;
/// How long a provider that failed is left alone, in seconds: meanwhile everybody is told at once.
const REST: u64 = 5;
/// How long after one question the next is asked, in seconds: a flood of tokens under names that nobody knows
/// is not passed on to the provider.
const PAUSE: u64 = 60;

/// A provider of identities at which people sign in.
pub struct Provider {
    pub(super) settings: Settled,
    pub(super) fetch: Fetch,
    known: Mutex<Heard>,
}

impl fmt::Debug for Provider {
    /// Its name: its secret never reaches a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Provider({})", self.settings.name)
    }
}

/// What was heard of a provider.
#[derive(Default)]
struct Heard {
    known: Option<Known>,
    /// When nothing could be heard of it, and why.
    failed: Option<(u64, Error)>,
}

/// What a provider said of itself, and when it was last asked.
struct Known {
    metadata: Metadata,
    keys: Keys,
    at: u64,
    tried: u64,
}

impl Provider {
    /// A provider of these settings, which is not asked for anything yet. `callback` is our own address to which
    /// it sends the person back, as registered there.
    ///
    /// # Errors
    /// [`Error::Setting`].
    pub fn new(settings: &Settings, callback: &str) -> Result<Self, Error> {
        let fetch = Fetch::new(settings.authorities.as_deref()).map_err(|why| Error::Setting {
            provider: settings.name.clone(),
            setting: "authorities",
            why,
        })?;
        let settled = settings.settle(callback)?;
        if let Auth::Key(key) = &settled.auth
            && encoding_key(key).is_none()
        {
            return Err(Error::Setting {
                provider: settings.name.clone(),
                setting: "signing_key_file",
                why: "is no P-256 key in PKCS#8".to_owned(),
            });
        }
        Ok(Self {
            settings: settled,
            fetch,
            known: Mutex::new(Heard::default()),
        })
    }

    /// Its name in addresses.
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// What its button says.
    pub fn label(&self) -> &str {
        &self.settings.label
    }

    /// Who signs in there.
    pub fn who(&self) -> Who {
        self.settings.mapping.who()
    }

    /// Whether it says how surely a person was identified, in words that its settings name. Two factors alone say that
    /// the same person comes back, and not who he is.
    pub fn identifies(&self) -> bool {
        !self.settings.acr.is_empty()
    }

    /// Its issuer.
    pub fn issuer(&self) -> &str {
        self.settings.issuer.as_str()
    }

    /// Our public keys for it (RFC 7517): the one it seals to, and the one that verifies who we are.
    pub fn our_keys(&self) -> Value {
        let mut keys: Vec<Value> = self
            .settings
            .opener
            .iter()
            .map(jwe::Opener::public)
            .collect();
        if let Auth::Key(key) = &self.settings.auth {
            keys.extend(public(key));
        }
        json!({ "keys": keys })
    }

    /// Who it says has signed in, by the mapping of the settings.
    ///
    /// # Errors
    /// [`Error::Mapping`] when a claim that is needed is missing, or one is malformed.
    pub fn identity(&self, signed: &Signed) -> Result<Identity, Error> {
        let mapping = &self.settings.mapping;
        mapping.identity(&signed.issuer, &signed.subject, &signed.claims)
    }

    /// What it says of itself: from memory for an hour, then asked again; for a day when it can't be asked.
    pub(super) async fn metadata(&self, now: u64) -> Result<Metadata, Error> {
        let mut heard = self.known.lock().await;
        let known = self.refresh(&mut heard, now, FRESH).await?;
        Ok(known.metadata.clone())
    }

    /// The token itself, of one that may be sealed to us.
    pub(super) fn unsealed(&self, token: String) -> Result<String, Error> {
        if token.split('.').count() != 5 {
            return Ok(token);
        }
        let opener = self.settings.opener.as_ref();
        let missing = Error::Malformed("it is sealed, and `encryption_key_file` is not set");
        opener.ok_or(missing)?.open(&token)
    }

    /// The claims of a token of this provider whose signature verifies. A name of a key that is not known makes
    /// the keys be asked for again, once a minute at most: providers change them.
    pub(super) async fn verify(&self, token: &str, now: u64) -> Result<Map<String, Value>, Error> {
        let mut heard = self.known.lock().await;
        let known = self.refresh(&mut heard, now, FRESH).await?;
        match jws::verify(token, &known.keys) {
            Err(Error::UnknownKey) => {
                let known = self.refresh(&mut heard, now, PAUSE).await?;
                jws::verify(token, &known.keys)
            }
            verified => verified,
        }
    }

    /// Asks again what is older than `age`, but not within a minute of the last try.
    async fn refresh<'a>(
        &self,
        heard: &'a mut Heard,
        now: u64,
        age: u64,
    ) -> Result<&'a Known, Error> {
        let asks = match (&heard.known, &heard.failed) {
            (Some(known), _) => {
                now >= known.at.saturating_add(age) && now >= known.tried.saturating_add(PAUSE)
            }
            (None, Some((at, error))) if now < at.saturating_add(REST) => return Err(error.clone()),
            (None, _) => true,
        };
        if asks {
            match self.discover().await {
                Ok((metadata, keys)) => {
                    heard.failed = None;
                    heard.known = Some(Known {
                        metadata,
                        keys,
                        at: now,
                        tried: now,
                    });
                }
                Err(error) => match &mut heard.known {
                    Some(known) if now < known.at.saturating_add(STALE) => known.tried = now,
                    _ => {
                        heard.known = None;
                        heard.failed = Some((now, error.clone()));
                        return Err(error);
                    }
                },
            }
        }
        Ok(heard
            .known
            .as_ref()
            .expect("it was heard, or an error was returned"))
    }

    async fn discover(&self) -> Result<(Metadata, Keys), Error> {
        let settings = &self.settings;
        let body = self.document(Part::Discovery, &settings.discovery).await?;
        let metadata = discovery::read(&body, &settings.issuer)?;
        let body = self.document(Part::Keys, &metadata.keys).await?;
        Ok((metadata, Keys::read(&body)?))
    }

    async fn document(
        &self,
        part: Part,
        address: &super::address::Address,
    ) -> Result<Vec<u8>, Error> {
        let accept = "application/json";
        let reply = self
            .fetch
            .get(part, address, accept, Credentials::None)
            .await?;
        match reply.status {
            200 => Ok(reply.body.to_vec()),
            500..=599 => Err(Error::Unreachable {
                part,
                why: format!("it answered with status {}", reply.status),
            }),
            status => Err(Error::Answer {
                part,
                why: format!(
                    "status {status}; compare the issuer of the settings with the provider's"
                ),
            }),
        }
    }
}

/// A P-256 key with which `private_key_jwt` is signed.
pub(super) fn encoding_key(pkcs8: &[u8]) -> Option<EncodingKey> {
    let key = EncodingKey::from_ec_der(pkcs8);
    // Whether it is one shows when it signs.
    let header = jsonwebtoken::Header::new(Algorithm::ES256);
    jsonwebtoken::encode(&header, &json!({}), &key)
        .ok()
        .map(|_| key)
}

/// The public half of our signing key.
pub(super) fn public(pkcs8: &[u8]) -> Option<Value> {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).ok()?;
    Some(jwe::point(pair.public_key().as_ref(), "sig", "ES256"))
}
